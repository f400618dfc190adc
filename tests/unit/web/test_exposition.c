/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written for Prometheus, read back by its rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exposition.h"
#include "muster/base/arena.h"
#include "muster/base/text.h"

enum { CEILING = 64 * 1024 };

/* Read a quoted label value by the rules of the format; gives where it ends. */
static const char *read_value(const char *at, struct buffer *value)
{
    assert_int_equal(*at, '"');
    for (at++; *at != '"'; at++) {
        assert_true(*at != '\0' && *at != '\n');
        if (*at != '\\') {
            (void)buffer_putc(value, *at);
            continue;
        }
        at++;
        if (*at == 'n') {
            (void)buffer_putc(value, '\n');
        } else {
            assert_true(*at == '\\' || *at == '"');
            (void)buffer_putc(value, *at);
        }
    }
    return at + 1;
}

static void a_label_may_hold_anything(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *read;
    } cases[] = {
        {"", ""},
        {"pay-2026", "pay-2026"},
        {"a \"b\" c", "a \"b\" c"},
        {"one\ntwo\n", "one\ntwo\n"},
        {"C:\\new", "C:\\new"},
        {"\\", "\\"},
        {"\\\"\n\\n", "\\\"\n\\n"},
        {"} 1\nmuster_forged{x=\"", "} 1\nmuster_forged{x=\""},
        {"Siân, {x}=1", "Siân, {x}=1"},
        {"bad \xff\xc3", "bad \xef\xbf\xbd\xef\xbf\xbd"},
        {NULL, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        CLEANUP(buffer_free) struct buffer value;
        buffer_init(&out, CEILING);
        buffer_init(&value, CEILING);
        const struct exposition_label labels[] = {{"first", cases[i].given}, {"second", "x"}};
        exposition_sample(&out, "muster_test", labels, ARRAY_LENGTH(labels), 7, 0);
        static const char head[] = "muster_test{first=";
        assert_memory_equal(buffer_text(&out), head, sizeof head - 1);
        const char *rest = read_value(buffer_text(&out) + sizeof head - 1, &value);
        assert_string_equal(buffer_text(&value), cases[i].read);
        assert_string_equal(rest, ",second=\"x\"} 7\n");
        assert_true(text_is_utf8(buffer_text(&out), out.length));
    }
}

static void values_are_exact(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        unsigned decimals;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {1500, 3, "1.500"},
        {7, 3, "0.007"},
        {-7, 3, "-0.007"},
        {-1500, 3, "-1.500"},
        {1250000, 6, "1.250000"},
        {INT64_MAX, 0, "9223372036854775807"},
        {INT64_MIN, 3, "-9223372036854775.808"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        CLEANUP(arena_free) struct arena *arena = arena_create();
        buffer_init(&out, CEILING);
        exposition_sample(&out, "muster_test", NULL, 0, cases[i].value, cases[i].decimals);
        assert_string_equal(buffer_text(&out),
                            arena_printf(arena, "muster_test %s\n", cases[i].text));
    }
}

static void a_family_has_a_head_of_two_lines(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, CEILING);
    exposition_family(&out, "muster_test_total", EXPOSITION_COUNTER, "Two\nlines, a \\ and \"x\".");
    exposition_family(&out, "muster_test", EXPOSITION_GAUGE, "One.");
    assert_string_equal(buffer_text(&out),
                        "# HELP muster_test_total Two\\nlines, a \\\\ and \"x\".\n"
                        "# TYPE muster_test_total counter\n"
                        "# HELP muster_test One.\n"
                        "# TYPE muster_test gauge\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_may_hold_anything),
        cmocka_unit_test(values_are_exact),
        cmocka_unit_test(a_family_has_a_head_of_two_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
