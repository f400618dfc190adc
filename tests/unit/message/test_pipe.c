/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pipes of a template do to values, good and odd, in English and in Welsh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/clock.h"

#include "rendering.h"

static void test_number(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{n | number}}", "{\"n\":0}", NULL, "0"},
        {"{{n | number}}", "{\"n\":999}", NULL, "999"},
        {"{{n | number}}", "{\"n\":1000}", NULL, "1,000"},
        {"{{n | number}}", "{\"n\":-1234567}", NULL, "-1,234,567"},
        {"{{n | number}}", "{\"n\":-123}", NULL, "-123"},
        {"{{n | number}}", "{\"n\":\"0012345\"}", NULL, "12,345"},
        {"{{n | number}}", "{\"n\":1234.5}", NULL, "1,234.5"},
        {"{{n | number 2}}", "{\"n\":1234.5}", NULL, "1,234.50"},
        {"{{n | number \"0\"}}", "{\"n\":\"999.5\"}", NULL, "1,000"},
        {"{{n | number 1}}", "{\"n\":\"0.05\"}", NULL, "0.1"},
        {"{{n | number 1}}", "{\"n\":\"-0.04\"}", NULL, "0.0"},
        {"{{n | number 2}}", "{\"n\":\"-999999.995\"}", NULL, "-1,000,000.00"},
        {"{{n | number}}", "{\"n\":\"123456789012345678901234567890\"}", NULL,
         "123,456,789,012,345,678,901,234,567,890"},
        {"{{n | number}}", "{\"n\":\"999999999999999999999999999999.9\"}", NULL,
         "999,999,999,999,999,999,999,999,999,999.9"},
        {"{{n | number 0}}", "{\"n\":\"999999999999999999999999999999.9\"}", NULL,
         "1,000,000,000,000,000,000,000,000,000,000"},
        {"({{n | number}})", "{}", NULL, "()"},
        {"({{n | number}})", "{\"n\":\"\"}", NULL, "()"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
    static const struct rendering_case bad[] = {
        {"{{n | number}}", "{\"n\":\"1e3\"}", NULL,
         "t:1:3: \"1e3\" is not something that the pipe number can use"},
        {"{{n | number}}", "{\"n\":\"1.\"}", NULL,
         "t:1:3: \"1.\" is not something that the pipe number can use"},
        {"{{n | number}}", "{\"n\":\".5\"}", NULL,
         "t:1:3: \".5\" is not something that the pipe number can use"},
        {"{{n | number}}", "{\"n\":\"--1\"}", NULL,
         "t:1:3: \"--1\" is not something that the pipe number can use"},
        {"{{n | number}}", "{\"n\":\"1234567890123456789012345678901\"}", NULL,
         "t:1:3: \"1234567890123456789012345678901\" is not something that the pipe number can "
         "use"},
    };
    check_errors(bad, ARRAY_LENGTH(bad), TEMPLATE_TEXT);
}

static void test_plural(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{n}} {{n | plural \"vote\" \"votes\"}}", "{\"n\":0}", NULL, "0 votes"},
        {"{{n}} {{n | plural \"vote\" \"votes\"}}", "{\"n\":1}", NULL, "1 vote"},
        {"{{n}} {{n | plural \"vote\" \"votes\"}}", "{\"n\":\"1\"}", NULL, "1 vote"},
        {"{{n}} {{n | plural \"vote\" \"votes\"}}", "{\"n\":-1}", NULL, "-1 votes"},
        {"{{n}} {{n | plural \"vote\" \"votes\"}}", "{\"n\":11}", NULL, "11 votes"},
        {"{{n}} {{n | plural \"vote\" \"votes\"}}", "{\"n\":1.5}", NULL, "1.5 votes"},
        {"{{n | plural \"\" \"s\" | upper}}", "{\"n\":2}", NULL, "S"},
        {"({{n | plural \"vote\" \"votes\"}})", "{}", NULL, "()"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void test_truncate(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{n | truncate 10}}", "{\"n\":\"0123456789\"}", NULL, "0123456789"},
        {"{{n | truncate 10}}", "{\"n\":\"0123456789a\"}", NULL, "0123456..."},
        {"{{n | truncate 10}}", "{\"n\":\"ŵŷŵŷŵŷŵŷŵŷŵ\"}", NULL, "ŵŷŵŷŵŷŵ..."},
        {"{{n | truncate 16}}", "{\"n\":\"Anytown Hospitals NHS\"}", NULL, "Anytown..."},
        {"{{n | truncate 20}}", "{\"n\":\"Anytown Hospitals NHS\"}", NULL, "Anytown Hospitals..."},
        {"{{n | truncate 21}}", "{\"n\":\"Anytown Hospitals NHS\"}", NULL, "Anytown Hospitals NHS"},
        {"{{n | truncate 10}}", "{\"n\":\"St Bartholomew\"}", NULL, "St Bart..."},
        {"{{n | truncate 12}}", "{\"n\":\"Trust, and others\"}", NULL, "Trust..."},
        {"{{n | truncate 4}}", "{\"n\":\"     \"}", NULL, "..."},
        /* Not between a letter and its accent. */
        {"{{n | truncate 5}}", "{\"n\":\"abe\xCC\x81zzzz\"}", NULL, "ab..."},
        {"{{n | truncate 6}}", "{\"n\":\"abe\xCC\x81zzzz\"}", NULL, "ab..."},
        {"({{n | truncate 6}})", "{}", NULL, "()"},
        /* Nor within a family, nor a flag. */
        {"{{n | truncate 5}}", "{\"n\":\"👩\u200D👩\u200D👧\u200D👦 all\"}", NULL, "..."},
        {"{{n | truncate 6}}", "{\"n\":\"🇬🇧🇫🇷🇮🇪🇩🇪\"}", NULL, "🇬🇧..."},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void test_join(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{l | join}}", "{\"l\":[\"a\"]}", NULL, "a"},
        {"{{l | join}}", "{\"l\":[\"a\",\"b\"]}", NULL, "a and b"},
        {"{{l | join}}", "{\"l\":[\"a\",2,\"c\"]}", NULL, "a, 2 and c"},
        {"{{l | join \"or\"}}", "{\"l\":[\"a\",\"b\",\"c\"]}", NULL, "a, b or c"},
        {"{{l | join | upper}}", "{\"l\":[\"a\",\"b\"]}", NULL, "A AND B"},
        {"{{l | join}}", "{\"l\":\"one\"}", NULL, "one"},
        {"({{l | join}})", "{\"l\":[]}", NULL, "()"},
        {"({{l | join}})", "{}", NULL, "()"},
        {"{{l | or \"nobody\" | join}}", "{\"l\":[]}", NULL, "nobody"},
        {"{{l | or \"nobody\" | join}}", "{\"l\":[\"a\",\"b\"]}", NULL, "a and b"},
        {"({{l}})", "{\"l\":[\"a\"]}", NULL, "()"},
        {"{{l | join}}", "{\"l\":[\"\",\"a\",\"\",\"b\",\"\"]}", NULL, "a and b"},
        {"({{l | join}})", "{\"l\":[\"\"]}", NULL, "()"},
        {"{{l | join}}", "{\"l\":[1,2,3,4]}", NULL, "1, 2, 3 and 4"},
        {"{{l | join}}", "{\"l\":[\"<\",\"&\"]}", NULL, "&lt; and &amp;"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_welsh(void **state)
{
    (void)state;
    static const struct {
        const char *template;
        const char *values;
        const char *expected;
    } cases[] = {
        {"{{d | date \"%A %-d %B %Y\"}}", "{\"d\":\"2026-12-18\"}", "dydd Gwener 18 Rhagfyr 2026"},
        {"{{d | date \"%a %-d %b\"}}", "{\"d\":\"2026-02-01\"}", "Sul 1 Chwef"},
        {"{{d | date \"%^a %^B\"}}", "{\"d\":\"2026-08-03\"}", "LLUN AWST"},
        {"{{d | date \"%-I.%M%p, 100%%\"}}", "{\"d\":\"2026-08-03 17:05\"}", "5.05yh, 100%"},
        {"{{d | date \"%P %^P\"}}", "{\"d\":\"2026-08-03 07:05\"}", "yb YB"},
        {"{{d | date \"%A\" | title}}", "{\"d\":\"2026-12-02\"}", "Dydd Mercher"},
        {"{{l | join}}", "{\"l\":[\"Siân\",\"Owen\"]}", "Siân ac Owen"},
        {"{{l | join}}", "{\"l\":[\"Siân\",\"Owen\",\"Dewi\"]}", "Siân, Owen a Dewi"},
        {"{{l | join \"neu\"}}", "{\"l\":[\"Siân\",\"Owen\"]}", "Siân neu Owen"},
        {"{{n | number}}", "{\"n\":12345}", "12,345"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(json_free) struct json *values = read_json(cases[i].values);
        CLEANUP(template_free) struct template *template = NULL;
        CLEANUP(buffer_free) struct buffer out;
        struct error err = {0};
        const struct template_source source = {
            .name = "t", .text = cases[i].template, .language = "cy"};
        buffer_init(&out, 1024);
        assert_true(template_parse(&source, &template, &err));
        assert_true(template_render(template, values, TEMPLATE_TEXT, &out, &err));
        assert_string_equal(buffer_text(&out), cases[i].expected);
    }
}

static void test_spans(void **state)
{
    (void)state;
    CLEANUP(json_free) struct json *values = read_json("{\"a\":{\"b\":\"<\"},\"n\":\"Siân\"}");
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(buffer_free) struct buffer out;
    CLEANUP(buffer_free) struct buffer spans;
    struct error err = {0};
    const struct template_source source = {.name = "t", .text = "1{{a.b}}{{none}}2{{{n}}}"};
    buffer_init(&out, 1024);
    buffer_init(&spans, 1024);
    assert_true(template_parse(&source, &template, &err));
    assert_true(template_render_spans(template, values, TEMPLATE_HTML, &out, &spans, &err));
    assert_string_equal(buffer_text(&out), "1&lt;2Siân");
    const struct template_span *span = (const struct template_span *)(const void *)spans.data;
    assert_int_equal(spans.length / sizeof *span, 2);
    assert_string_equal(span[0].name, "a.b");
    assert_int_equal(span[0].from, 1);
    assert_int_equal(span[0].to, 5);
    assert_string_equal(span[1].name, "n");
    assert_int_equal(span[1].from, 6);
    assert_int_equal(span[1].to, 11);

    CLEANUP(buffer_free) struct buffer few;
    buffer_init(&few, sizeof *span);
    buffer_clear(&out);
    assert_false(template_render_spans(template, values, TEMPLATE_HTML, &out, &few, &err));
    assert_string_equal(err.text, "t: no more than 1 of its values can be noted");
    assert_int_equal(out.length, 0);
    assert_int_equal(few.length, 0);
    assert_false(few.full);
}

/* The longest format there may be, all in the longest words. */
static void test_long_date(void **state)
{
    (void)state;
    CLEANUP(json_free) struct json *values = read_json("{\"d\":\"2026-09-30\"}");
    static const char *const languages[][2] = {{"en", "Wednesday"}, {"cy", "dydd Mercher"}};
    for (size_t i = 0; i < ARRAY_LENGTH(languages); i++) {
        CLEANUP(template_free) struct template *template = NULL;
        CLEANUP(buffer_free) struct buffer out;
        CLEANUP(buffer_free) struct buffer source;
        buffer_init(&source, 256);
        (void)buffer_puts(&source, "{{d | date \"");
        for (size_t k = 0; k < 50; k++) {
            (void)buffer_puts(&source, "%A");
        }
        (void)buffer_puts(&source, "\"}}");
        struct error err = {0};
        assert_true(template_parse(&(struct template_source){.name = "t",
                                                             .text = buffer_text(&source),
                                                             .language = languages[i][0]},
                                   &template, &err));
        buffer_init(&out, 1024);
        assert_true(template_render(template, values, TEMPLATE_TEXT, &out, &err));
        assert_int_equal(out.length, 50 * strlen(languages[i][1]));
        assert_memory_equal(buffer_text(&out), languages[i][1], strlen(languages[i][1]));
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
        cmocka_unit_test(test_number),    cmocka_unit_test(test_plural),
        cmocka_unit_test(test_truncate),  cmocka_unit_test(test_join),
        cmocka_unit_test(test_long_date), cmocka_unit_test(test_welsh),
        cmocka_unit_test(test_spans),
    };
    return cmocka_run_group_tests(tests, set_zone, NULL);
}
