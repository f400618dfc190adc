/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a message before anybody's name is in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/message/check.h"

static struct template *parse(const char *source)
{
    struct template *template = NULL;
    struct error err = {0};
    const struct template_source given = {.name = "f.sms", .text = source};
    if (!template_parse(&given, &template, &err)) {
        fail_msg("%s", err.text);
    }
    return template;
}

static void test_links(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *faults; /* what they begin with, one after the other; "" for none */
    } cases[] = {
        {"see https://x.example and HTTPS://y.example", ""},
        {"ŵŷ http://x.example", "f.sms:1: column 4: a link without https"},
        {"a\n HTTP://x.example", "f.sms:2: column 2: a link without https"},
        {"<html xmlns=\"http://www.w3.org/1999/xhtml\" a=\"http://schemas.x.example\">", ""},
        {"http:/x http", ""},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(faults_free) struct faults faults;
        faults_init(&faults);
        check_links(cases[i].source, "f.sms", &faults);
        assert_int_equal(faults.count, cases[i].faults[0] != '\0');
        assert_memory_equal(buffer_text(&faults.text), cases[i].faults, strlen(cases[i].faults));
    }
}

static void test_sources(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        bool of_ballot;
        bool any_campaign;
        size_t faults;
    } cases[] = {
        {"{{ballot.closes}} {{unit.name}}", true, false, 0},
        {"{{ballot.closes}} {{unit.name}}", false, false, 2},
        {"{{ballot.closes}} {{unit.name}}", false, true, 0},
        {"{{#ballot}}{{closes}}{{/ballot}}", false, false, 0},
        {"{{nosuch}} http://x.example {{ballot.closes}}", false, false, 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(faults_free) struct faults faults;
        CLEANUP(template_free) struct template *template = parse(cases[i].source);
        const struct check_setting setting = {.of_ballot = cases[i].of_ballot,
                                              .any_campaign = cases[i].any_campaign};
        faults_init(&faults);
        check_source(template, cases[i].source, "f.sms", &setting, &faults);
        assert_int_equal(faults.count, cases[i].faults);
    }
}

static const char *layout(const char *name, void *context, struct arena *arena)
{
    (void)name;
    (void)context;
    return arena_text(arena, "{{$body}}{{/body}}");
}

static void test_blocks(void **state)
{
    (void)state;
    CLEANUP(faults_free) struct faults faults;
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    static const char source[] = "{{<frame}}{{$body}}{{$own}}{{/own}}{{/body}}\n"
                                 "{{$bdy}}lost{{/bdy}} {{$tile}}{{/tile}}{{/frame}}"
                                 "{{<frame}}{{$own}}{{/own}}{{/frame}}";
    const struct template_source given = {.name = "f.html", .text = source, .partial = layout};
    const struct check_setting setting = {0};
    faults_init(&faults);
    assert_true(template_parse(&given, &template, &err));
    check_source(template, source, "f.html", &setting, &faults);
    assert_string_equal(
        buffer_text(&faults.text),
        "f.html:2: column 4: frame has no block {{$bdy}}, so this is not written\n"
        "f.html:2: column 25: frame has no block {{$tile}}, so this is not written\n");
}

static void test_size(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        size_t times;
        const char *tail;
        const char *fault; /* "" for none */
    } cases[] = {
        {"x", 1530, "", ""},
        {"x", 1531, "", "f.sms: with nothing merged into it the text takes 11 parts"},
        {"ŵ", 670, "", ""},
        {"ŵ", 671, "", "f.sms: with nothing merged into it the text takes 11 parts"},
        {"{{a}}", 2000, "x", ""},
        {"{{a}}", 0, "{{b | or \"words\"}}", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer source;
        CLEANUP(faults_free) struct faults faults;
        buffer_init(&source, 64 * 1024);
        faults_init(&faults);
        for (size_t k = 0; k < cases[i].times; k++) {
            (void)buffer_puts(&source, cases[i].piece);
        }
        (void)buffer_puts(&source, cases[i].tail);
        CLEANUP(template_free) struct template *template = parse(buffer_text(&source));
        check_fits(template, "f.sms", &faults);
        assert_int_equal(faults.count, cases[i].fault[0] != '\0');
        assert_memory_equal(buffer_text(&faults.text), cases[i].fault, strlen(cases[i].fault));
    }
}

static void test_way_out(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        bool leaves;
    } cases[] = {
        {"STOP {{links.unsubscribe}}", true},
        {"{{{links.unsubscribe}}}", true},
        {"{{#links}}{{unsubscribe}}{{/links}}", true},
        {"STOP to leave", false},
        {"{{! links.unsubscribe }}", false},
        {"links.unsubscribe", false},
        {"STOP {{links.answer}}", true},
        {"{{#links}}{{answer}}{{/links}}", true},
        {"{{#links}}{{other}}{{/links}}", false},
        {"{{answer}}{{unsubscribe}}", false},
        {"{{#ballot}}{{answer}}{{/ballot}}", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(template_free) struct template *template = parse(cases[i].source);
        assert_int_equal(check_leaves(template), cases[i].leaves);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links), cmocka_unit_test(test_sources), cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_size),  cmocka_unit_test(test_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
