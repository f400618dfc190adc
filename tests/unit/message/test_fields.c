/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a message, the check for others, and the templates that are shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/message/fields.h"
#include "muster/message/gsm.h"

static const char values_text[] =
    "{\"first_name\":\"Margaret\",\"last_name\":\"Okonkwo\",\"full_name\":\"Margaret Okonkwo\","
    "\"number\":\"1000123\",\"employer\":\"Anytown Trust\",\"workplace\":\"Anytown General\","
    "\"branch\":\"Anytown Health\",\"job\":\"Nurse\",\"band\":\"5\","
    "\"organisation\":{\"name\":\"Anytown Health Branch\"},"
    "\"ballot\":{\"title\":\"the pay ballot\",\"opens\":\"2026-11-24\","
    "\"closes\":\"2026-12-21 12:00\"},\"unit\":{\"name\":\"Anytown Trust\"},"
    "\"links\":{\"unsubscribe\":\"https://anytown.example/u/abc\"}}";

static struct json *read_json(const char *text)
{
    struct json *value = NULL;
    struct error err;
    if (!json_parse(text, strlen(text), &value, &err)) {
        fail_msg("bad test data %s: %s", text, err.text);
    }
    return value;
}

static const char *foot(const char *name, void *context, struct arena *arena)
{
    (void)name;
    (void)context;
    return arena_text(arena, "\n {{organisation.nam}}");
}

static const char *const details[] = {"place", "speakers"};
static const struct fields_known known = {.details = details, .detail_count = 2};

static void test_check(void **state)
{
    (void)state;
    static const struct {
        const char *template;
        const char *faults;
    } cases[] = {
        {"{{first_name}} {{ballot.closes | date \"%d\"}} {{unit.name}}", ""},
        {"{{links.unsubscribe}}", ""},
        {"{{#ballot}}{{title}}{{/ballot}}{{#links}}x{{/links}}", ""},
        {"{{#employer}}at {{employer}}{{/employer}}", ""},
        {"Hi\nŵ {{firstname}}",
         "f.sms:2: column 5: there is no field {{firstname}}; did you mean {{first_name}}?\n"},
        {"{{balot.closes}}{{band}}{{shoe_size_of_the_cat}}",
         "f.sms:1: column 3: there is no field {{balot.closes}}; did you mean {{ballot.closes}}?\n"
         "f.sms:1: column 27: there is no field {{shoe_size_of_the_cat}}\n"},
        {"{{details.place}}{{#details.time}}{{details.time}}{{/details.time}}{{#details}}{{/"
         "details}}",
         ""},
        {"{{^details.time}}soon{{/details.time}}", ""},
        {"{{details.plase}}",
         "f.sms:1: column 3: there is no field {{details.plase}}; did you mean "
         "{{details.place}}?\n"},
        {"{{details.time}}",
         "f.sms:1: column 3: {{details.time}} is asked for, but the campaign has no such detail\n"},
        {"{{zzzzzz.qqqqqq}}", "f.sms:1: column 3: there is no field {{zzzzzz.qqqqqq}}\n"},
        {"{{.}}", "f.sms:1: column 3: there is no field {{.}}\n"},
        {"{{>foot}}", "foot:2: column 4: there is no field {{organisation.nam}}; did you mean "
                      "{{organisation.name}}?\n"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(template_free) struct template *template = NULL;
        CLEANUP(faults_free) struct faults faults;
        faults_init(&faults);
        struct error err = {0};
        assert_true(template_parse(
            &(struct template_source){
                .name = "f.sms", .text = cases[i].template, .partial = foot, .context = NULL},
            &template, &err));
        const bool ok = fields_check(template, &known, "f.sms", &faults);
        assert_string_equal(buffer_text(&faults.text), cases[i].faults);
        assert_int_equal(ok, cases[i].faults[0] == '\0');
        assert_int_equal(ok, faults.count == 0);
    }
    /* A group is no value. */
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct error err = {0};
    assert_true(template_parse(
        &(struct template_source){
            .name = "f.sms", .text = "{{ballot}}", .partial = NULL, .context = NULL},
        &template, &err));
    assert_false(fields_check(template, &known, "f.sms", &faults));
    assert_int_equal(faults.count, 1);
}

static void test_list(void **state)
{
    (void)state;
    size_t count = 0;
    const struct field *fields = fields_list(&count);
    assert_int_equal(count, 15);
    CLEANUP(json_free) struct json *values = read_json(values_text);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(json_at(values, fields[i].name));
        assert_int_equal(fields[i].meaning[strlen(fields[i].meaning) - 1], '.');
    }
}

static void render_file(const char *name, const char *values_given, struct buffer *out)
{
    char path[128] = "templates/message/";
    memcpy(path + strlen(path), name, strlen(name) + 1);
    CLEANUP(buffer_free) struct buffer source;
    buffer_init(&source, 64 * 1024);
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(faults_free) struct faults faults;
    CLEANUP(json_free) struct json *values = read_json(values_given);
    faults_init(&faults);
    struct error err = {0};
    const bool sms = strstr(name, ".sms") != NULL;
    const bool html = strstr(name, ".html") != NULL;
    if (!file_read(path, &source, &err) ||
        !template_parse(
            &(struct template_source){
                .name = name, .text = buffer_text(&source), .partial = NULL, .context = NULL},
            &template, &err)) {
        fail_msg("%s", err.text);
    }
    if (!fields_check(template, &known, name, &faults)) {
        fail_msg("%s", buffer_text(&faults.text));
    }
    buffer_clear(out);
    if (!template_render(template, values,
                         html  ? TEMPLATE_HTML
                         : sms ? TEMPLATE_SMS
                               : TEMPLATE_TEXT,
                         out, &err)) {
        fail_msg("%s", err.text);
    }
}

static void test_shipped_sms(void **state)
{
    (void)state;
    static const char *const names[] = {
        "has-your-paper-come.en.sms", "has-your-paper-come.cy.sms", "last-safe-post.en.sms",
        "last-safe-post.cy.sms",      "action-call.en.sms",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 4096);
        render_file(names[i], values_text, &out);
        struct gsm_size size;
        assert_true(gsm_measure(buffer_text(&out), out.length, &size));
        if (size.encoding != GSM_7BIT || size.parts != 1) {
            fail_msg("%s: %zu units, %zu parts: %s", names[i], size.units, size.parts,
                     buffer_text(&out));
        }
        assert_memory_equal(out.data, "Anytown Health Branch: ", 23);
        assert_non_null(strstr(out.data, "STOP"));
        if (strstr(names[i], "action") == NULL) {
            assert_non_null(strstr(out.data, "VOTED"));
            assert_non_null(strstr(out.data, "NO PAPER"));
        }
    }
}

static void test_shipped_mail(void **state)
{
    (void)state;
    static const char *const names[] = {
        "has-your-paper-come.en", "has-your-paper-come.cy", "last-safe-post.en",
        "last-safe-post.cy",      "action-call.en",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char name[64] = "";
        const size_t length = strlen(names[i]);
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 16 * 1024);
        memcpy(name, names[i], length);
        memcpy(name + length, ".txt", sizeof ".txt");
        render_file(name, values_text, &out);
        assert_memory_equal(out.data, "Subject: Margaret, ", 19);
        assert_memory_equal(strchr(out.data, '\n'), "\n\n", 2);
        static const char end[] = ": https://anytown.example/u/abc\n";
        assert_string_equal(out.data + out.length - strlen(end), end);

        memcpy(name + length, ".html", sizeof ".html");
        render_file(name, values_text, &out);
        assert_non_null(strstr(out.data, "<a href=\"https://anytown.example/u/abc\""));
        assert_null(strstr(out.data, "<img"));
        assert_null(strstr(out.data, "{{"));
        /* With nothing known of a member there is still a letter. */
        render_file(name, "{\"first_name\":\"<b>\"}", &out);
        assert_null(strstr(out.data, "<b>"));
        assert_non_null(strstr(out.data, "&lt;b&gt;"));
    }
}

static int set_zone(void **state)
{
    (void)state;
    struct error err;
    return clock_set_zone("Europe/London", &err) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_shipped_sms),
        cmocka_unit_test(test_shipped_mail),
    };
    return cmocka_run_group_tests_name("message/fields", tests, set_zone, NULL);
}
