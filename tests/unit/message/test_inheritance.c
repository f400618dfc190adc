/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parents and blocks, rule by rule of the inheritance module of the Mustache specification, and of
 * its summary of white space; then what it leaves open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rendering.h"

static void test_blocks_have_defaults(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{$a}}as it is{{/a}}\n", "{}", NULL, "as it is\n"},
        {"{{$a}}to {{who}}{{/a}}\n", "{\"who\":\"all\"}", NULL, "to all\n"},
        {"{{$a}}{{{x}}}{{&x}}{{x}}{{/a}}", "{\"x\":\"<\"}", NULL, "<<&lt;"},
        {"{{$a}}1{{#s}}{{x}}{{/s}}3{{/a}}\n", "{\"s\":{\"x\":2}}", NULL, "123\n"},
        {"{{$a}}1{{^s}}{{x}}{{/s}}3{{/a}}\n", "{\"x\":2}", NULL, "123\n"},
        {"{{$a}}{{x}}{{/a}}", "{\"x\":\"{{y}}\",\"y\":1}", NULL, "{{y}}"},
        {"{{<p}}{{/p}}\n", "{}", "{\"p\":\"{{$a}}own{{/a}}\"}", "own"},
        {"{{<p}}{{/p}}", "{}", NULL, ""},
        {"{{$a}}{{$b}}in{{/b}} out{{/a}}", "{}", NULL, "in out"},
        {"{{a}}{{$a}}{{a}}{{/a}}", "{\"a\":\"v\"}", NULL, "vv"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_blocks_are_handed_over(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{<p}}{{$t}}child{{/t}}{{/p}}", "{}", "{\"p\":\"<{{$t}}parent{{/t}}>\"}", "<child>"},
        {"{{<p}}{{$v}}child{{/v}}{{/p}}", "{\"v\":\"data\"}", "{\"p\":\"{{$v}}parent{{/v}}\"}",
         "child"},
        {"{{<p}}{{/p}}", "{\"v\":\"data\"}", "{\"p\":\"{{$v}}parent{{/v}}\"}", "parent"},
        {"a {{<p}}{{$t}}1{{/t}}{{/p}} {{<p}}{{$t}}2{{/t}}{{/p}} z", "{}",
         "{\"p\":\"({{$t}}-{{/t}}{{$u}} u{{/u}})\"}", "a (1 u) (2 u) z"},
        {"{{<p}}{{$b}}two{{/b}}{{/p}}", "{}",
         "{\"p\":\"{{$a}}1{{/a}},{{$b}}2{{/b}},{{$b}}2{{/b}}\"}", "1,two,two"},
        {"{{>p}}|{{<p}}{{/p}}", "{}", "{\"p\":\"{{$a}}own{{/a}}\"}", "own|own"},
        {"{{<p}} lost {{x}} {{$a}}kept{{/a}} lost {{/p}}", "{\"x\":1}",
         "{\"p\":\"{{$a}}own{{/a}}\"}", "kept"},
        {"{{<p}} lost {{/p}}", "{}", "{\"p\":\"{{$a}}own{{/a}}\"}", "own"},
        {"{{<p}}{{! c }}{{#s}}{{/s}}{{$a}}kept{{/a}}{{/p}}", "{}", "{\"p\":\"{{$a}}own{{/a}}\"}",
         "kept"},
        {"{{<p}}{{$a}}[{{x}}]{{/a}}{{/p}}", "{\"x\":\"outer\",\"s\":{\"x\":\"inner\"}}",
         "{\"p\":\"{{#s}}{{$a}}({{x}}){{/a}}{{/s}}\"}", "[inner]"},
        {"{{<p}}{{$a}}{{x}};{{/a}}{{/p}}", "{\"s\":[{\"x\":1},{\"x\":2}]}",
         "{\"p\":\"{{#s}}{{$a}}{{/a}}{{/s}}\"}", "1;2;"},
        {"{{=<% %>=}}<%<p%><%$a%>{{x}}<%/a%><%/p%>", "{\"x\":1}", "{\"p\":\"{{x}}{{$a}}{{/a}}\"}",
         "1{{x}}"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_the_outermost_decides(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{<p}}{{$a}}child{{/a}}{{/p}}", "{}",
         "{\"p\":\"{{<q}}{{$a}}parent{{/a}}{{/q}}\",\"q\":\"{{<r}}{{$a}}old{{/a}}{{/r}}\","
         "\"r\":\"{{$a}}oldest{{/a}}\"}",
         "child"},
        {"{{<p}}{{/p}}", "{}",
         "{\"p\":\"{{<q}}{{$a}}parent{{/a}}{{/q}}\",\"q\":\"{{<r}}{{$a}}old{{/a}}{{/r}}\","
         "\"r\":\"{{$a}}oldest{{/a}}\"}",
         "parent"},
        {"{{<p}}{{$a}}child{{/a}}{{/p}}", "{}",
         "{\"p\":\"{{$a}}own{{/a}} {{$b}}{{<q}}{{/q}}{{/b}}\","
         "\"q\":\"{{$a}}other{{/a}} {{<p}}{{$b}}end{{/b}}{{/p}}\"}",
         "child child child end"},
        /* A partial is a parent to which nothing is handed: it sees what its caller was given. */
        {"{{<p}}{{$a}}child{{/a}}{{/p}}", "{}", "{\"p\":\"{{>q}}\",\"q\":\"{{$a}}own{{/a}}\"}",
         "child"},
        /* A block within one that is handed over belongs to the template that hands it over. */
        {"{{<p}}{{$a}}[{{$a}}inner{{/a}}]{{/a}}{{/p}}", "{}", "{\"p\":\"{{$a}}own{{/a}}\"}",
         "[inner]"},
        {"{{<m}}{{$x}}top{{/x}}{{/m}}", "{}",
         "{\"m\":\"{{<p}}{{$a}}<{{$x}}mid{{/x}}>{{/a}}{{/p}}\","
         "\"p\":\"{{$a}}own{{/a}}{{$x}}not yours{{/x}}\"}",
         "<top>top"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void test_lines_that_vanish(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"a\n  {{<p}}{{/p}}\nz\n", "{}", "{\"p\":\"1\\n2\\n\"}", "a\n  1\n  2\nz\n"},
        {"a\n  {{<p}}\n  lost\n  {{/p}}\nz\n", "{}", "{\"p\":\"1\\n2\\n\"}", "a\n  1\n  2\nz\n"},
        {"a {{<p}}{{/p}}\nz\n", "{}", "{\"p\":\"1\\n2\"}", "a 1\n2\nz\n"},
        {"  {{<p}}{{/p}} z\n", "{}", "{\"p\":\"1\\n2\"}", "  1\n2 z\n"},
        {"{{<p}}{{$a}}\nup\n\n:(\n{{/a}}{{/p}}", "{}", "{\"p\":\"{{$a}}{{/a}}\"}", "up\n\n:(\n"},
        {"{{<p}}{{$a}}\r\nup\r\n{{/a}}{{/p}}\r\nz", "{}", "{\"p\":\"{{$a}}{{/a}}\"}", "up\r\nz"},
        {"a\n{{$x}}\nown\n{{/x}}\nz\n", "{}", NULL, "a\nown\nz\n"},
        {"a\n {{$x}} \n own\n {{/x}} \nz\n", "{}", NULL, "a\n own\nz\n"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void test_indentation(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        /* One line for one line. */
        {"{{<p}}{{$a}}child{{/a}}{{/p}}", "{}", "{\"p\":\"x:\\n  {{$a}}own{{/a}}\\n\"}",
         "x:\n  child\n"},
        /* Several lines for a block on one line: all stand where it stood. */
        {"{{<p}}{{$a}}\n1\n2{{/a}}\n{{/p}}\n", "{}", "{\"p\":\"x,\\n  {{$a}}{{/a}}\\n\"}",
         "x,\n  1\n  2\n"},
        /* What was handed over loses its own indentation, and takes that of its place. */
        {"{{<p}}{{$a}}\n    1\n      2\n{{/a}}{{/p}}\n", "{}",
         "{\"p\":\"x,\\n  {{$a}}\\n  {{/a}}\\n\"}", "x,\n  1\n    2\n"},
        {"{{<p}}\n  {{$a}}\n    1\n    2\n  {{/a}}\n{{/p}}\n", "{}",
         "{\"p\":\"x,\\n  {{$a}}\\n  {{/a}}\\n\"}", "x,\n  1\n  2\n"},
        /* Where the block is alone on its line, its default says how far in. */
        {"{{<p}}{{$a}}\n1\n2\n{{/a}}{{/p}}\n", "{}", "{\"p\":\"x,\\n{{$a}}\\n  own\\n{{/a}}\\n\"}",
         "x,\n  1\n  2\n"},
        /* Within an indented parent, both. */
        {"  {{<p}}{{$a}}\n1\n2\n{{/a}}{{/p}}\n", "{}",
         "{\"p\":\"x,\\n{{$a}}\\n  own\\n{{/a}}\\n\"}", "  x,\n    1\n    2\n"},
        {"  {{<p}}{{/p}}\n", "{}", "{\"p\":\"x,\\n{{$a}}\\n  own\\n{{/a}}\\n\"}",
         "  x,\n    own\n"},
        /* Lines that begin with a tag, and partials. */
        {"{{<p}}{{$a}}\n{{v}}\n{{#v}}\n{{v}}\n{{/v}}\n{{/a}}{{/p}}\n", "{\"v\":\"V\"}",
         "{\"p\":\"x,\\n  {{$a}}\\n  {{/a}}\\n\"}", "x,\n  V\n  V\n"},
        {"{{<p}}{{$a}}\n  {{>q}}\n    {{>q}}\n{{/a}}{{/p}}\n", "{}",
         "{\"p\":\"x,\\n {{$a}}\\n {{/a}}\\n\",\"q\":\"1\\n2\\n\"}", "x,\n 1\n 2\n   1\n   2\n"},
        /* The lines of a value are its own. */
        {"{{<p}}{{$a}}\n{{v}}\n{{/a}}{{/p}}\n", "{\"v\":\"1\\n2\"}",
         "{\"p\":\"x,\\n  {{$a}}\\n  {{/a}}\\n\"}", "x,\n  1\n2\n"},
        /* A block in the middle of a line. */
        {"{{<p}}{{$a}}\n1\n2\n{{/a}}{{/p}}\n", "{}", "{\"p\":\"x: {{$a}}{{/a}}.\\n\"}",
         "x: 1\n2\n.\n"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

/* A parent that doubles itself in every block must be stopped, as must one without end. */
static void test_ceilings(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{<p}}{{$a}}{{<p}}{{/p}}{{/a}}{{/p}}", "{}", "{\"p\":\"{{$a}}{{>p}}{{/a}}\"}",
         "p:1:10: sections and partials are more than 32 deep here"},
        {"{{<p}}{{$a}}{{>p}}{{/a}}{{/p}}", "{}", "{\"p\":\"{{$a}}own{{/a}}\"}", NULL},
    };
    check_errors(cases, 1, TEMPLATE_TEXT);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 1024);
    assert_true(render(&cases[1], TEMPLATE_TEXT, &out));
    assert_string_equal(buffer_text(&out), "own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_have_defaults),  cmocka_unit_test(test_blocks_are_handed_over),
        cmocka_unit_test(test_the_outermost_decides), cmocka_unit_test(test_lines_that_vanish),
        cmocka_unit_test(test_indentation),           cmocka_unit_test(test_ceilings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
