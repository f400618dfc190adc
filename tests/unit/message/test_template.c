/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The template engine against the rules of the Mustache specification, then what muster adds:
 * pipes, escaping for each place, errors with their place, ceilings, and the uses of names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/message/template.h"

#include "rendering.h"

static void test_comments(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"12{{! not shown }}34", "{}", NULL, "1234"},
        {"12{{!\n over\n lines\n}}34\n", "{}", NULL, "1234\n"},
        {"a\n{{! alone }}\nb\n", "{}", NULL, "a\nb\n"},
        {"a\n  {{! alone }}\nb\n", "{}", NULL, "a\nb\n"},
        {"|\r\n{{! alone }}\r\n|", "{}", NULL, "|\r\n|"},
        {"  {{! first }}\n!", "{}", NULL, "!"},
        {"!\n  {{! last }}", "{}", NULL, "!\n"},
        {"a\n{{!\nover\nlines\n}}\nb\n", "{}", NULL, "a\nb\n"},
        {"a\n  {{!\n  over\n  lines\n  }}\nb\n", "{}", NULL, "a\nb\n"},
        {"  12 {{! 34 }}\n", "{}", NULL, "  12 \n"},
        {"12 {{! }} 34", "{}", NULL, "12  34"},
        {"[{{! x }}]", "{\"! x\":1,\"!x\":2,\"x\":3}", NULL, "[]"},
        {"a{{! it's \"so }}b", "{}", NULL, "ab"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_delimiters(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{=<% %>=}}(<%text%>)", "{\"text\":\"Hey\"}", NULL, "(Hey)"},
        {"({{=[ ]=}}[text])", "{\"text\":\"Hey\"}", NULL, "(Hey)"},
        {"[\n{{#section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|#section|\n"
         "  {{data}}\n  |data|\n|/section|\n]\n",
         "{\"section\":true,\"data\":\"got\"}", NULL,
         "[\n  got\n  |data|\n\n  {{data}}\n  got\n]\n"},
        {"[\n{{^section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|^section|\n"
         "  {{data}}\n  |data|\n|/section|\n]\n",
         "{\"section\":false,\"data\":\"got\"}", NULL,
         "[\n  got\n  |data|\n\n  {{data}}\n  got\n]\n"},
        {"[ {{>include}} ]\n{{= | | =}}\n[ |>include| ]\n", "{\"value\":\"yes\"}",
         "{\"include\":\".{{value}}.\"}", "[ .yes. ]\n[ .yes. ]\n"},
        {"[ {{>include}} ]\n[ .{{value}}.  .|value|. ]\n", "{\"value\":\"yes\"}",
         "{\"include\":\".{{value}}. {{= | | =}} .|value|.\"}",
         "[ .yes.  .yes. ]\n[ .yes.  .|value|. ]\n"},
        {"| {{=@ @=}} |", "{}", NULL, "|  |"},
        {" | {{=@ @=}}\n", "{}", NULL, " | \n"},
        {"a\n{{=@ @=}}\nb\n", "{}", NULL, "a\nb\n"},
        {"a\n  {{=@ @=}}\nb\n", "{}", NULL, "a\nb\n"},
        {"|\r\n{{= @ @ =}}\r\n|", "{}", NULL, "|\r\n|"},
        {"  {{=@ @=}}\n=", "{}", NULL, "="},
        {"=\n  {{=@ @=}}", "{}", NULL, "=\n"},
        {"|{{= @   @ =}}|", "{}", NULL, "||"},
        {"{{=<< >>=}}<<{x}>><<& x>>", "{\"x\":\"&\"}", NULL, "&&"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_interpolation(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"Hello {Mustache}!\n", "{}", NULL, "Hello {Mustache}!\n"},
        {"Hello, {{who}}!", "{\"who\":\"all\"}", NULL, "Hello, all!"},
        {"{{who}}, {{salute}}!", "{\"who\":\"{{salute}}\",\"salute\":\"hi\"}", NULL,
         "{{salute}}, hi!"},
        {"{{x}}", "{\"x\":\"& \\\" < > '\"}", NULL, "&amp; &quot; &lt; &gt; &#39;"},
        {"{{{x}}}", "{\"x\":\"& \\\" < >\"}", NULL, "& \" < >"},
        {"{{&x}}", "{\"x\":\"& \\\" < >\"}", NULL, "& \" < >"},
        {"{{n}}{{{n}}}{{&n}}", "{\"n\":85}", NULL, "858585"},
        {"{{n}}", "{\"n\":-9007199254740993}", NULL, "-9007199254740993"},
        {"({{x}})({{{x}}})({{&x}})", "{\"x\":null}", NULL, "()()()"},
        {"({{x}})({{{x}}})({{&x}})", "{}", NULL, "()()()"},
        {"{{a.b}}{{{a.b}}}{{&a.b}}", "{\"a\":{\"b\":\"&\"}}", NULL, "&amp;&&"},
        {"{{a.b.c.d.e.f}}", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":\"deep\"}}}}}}", NULL,
         "deep"},
        {"({{a.b.c}})", "{\"a\":{}}", NULL, "()"},
        {"({{a.b.c.name}})", "{\"a\":{\"b\":{}},\"c\":{\"name\":\"Jim\"}}", NULL, "()"},
        {"{{#a}}{{b.c.name}}{{/a}}",
         "{\"a\":{\"b\":{\"c\":{\"name\":\"in\"}}},\"b\":{\"c\":{\"name\":\"out\"}}}", NULL, "in"},
        {"{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"no\"}}", NULL, ""},
        {"{{a.b}}", "{\"a.b\":\"no\"}", NULL, ""},
        {"{{a.b}}", "{\"a.b\":\"no\",\"a\":{\"b\":\"yes\"}}", NULL, "yes"},
        {"{{.}}", "{}", NULL, ""},
        {"| {{s}} |{{{s}}} |{{&s}}|\n", "{\"s\":\"---\"}", NULL, "| --- |--- |---|\n"},
        {"  {{s}}\n", "{\"s\":\"---\"}", NULL, "  ---\n"},
        {"  {{{s}}}\n", "{\"s\":\"---\"}", NULL, "  ---\n"},
        {"  {{&s}}\n", "{\"s\":\"---\"}", NULL, "  ---\n"},
        {"|{{ s }}|{{{ s }}}|{{& s }}|{{\ts\n}}|", "{\"s\":\"-\"}", NULL, "|-|-|-|-|"},
        {"{{yes}} {{no}}", "{\"yes\":true,\"no\":false}", NULL, "true false"},
        {"{{object}}{{array}}", "{\"object\":{\"a\":1},\"array\":[1]}", NULL, ""},
        {"{{ŵ}}", "{\"ŵ\":\"ŷ\"}", NULL, "ŷ"},
        {"", "{\"a\":1}", NULL, ""},
        {"{{a}}{{b}}", "{\"a\":\"\",\"b\":\"x\"}", NULL, "x"},
        {"{ {a} } }} {", "{\"a\":1}", NULL, "{ {a} } }} {"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_sections(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{#b}}shown{{/b}}", "{\"b\":true}", NULL, "shown"},
        {"{{#b}}shown{{/b}}", "{\"b\":false}", NULL, ""},
        {"{{#b}}shown{{/b}}", "{\"b\":null}", NULL, ""},
        {"{{#b}}shown{{/b}}", "{\"b\":\"\"}", NULL, ""},
        {"{{#b}}shown{{/b}}", "{}", NULL, ""},
        {"{{#c}}Hi {{name}}.{{/c}}", "{\"c\":{\"name\":\"Jo\"}}", NULL, "Hi Jo."},
        {"{{#sec}}{{a}},{{b}},{{c.d}}{{/sec}}",
         "{\"a\":\"foo\",\"b\":\"no\",\"sec\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}", NULL,
         "foo,bar,baz"},
        {"{{#a}}{{one}}{{#b}}{{one}}{{two}}{{#c}}{{one}}{{two}}{{three}}{{/c}}{{two}}{{/b}}"
         "{{one}}{{/a}}",
         "{\"a\":{\"one\":1},\"b\":{\"two\":2},\"c\":{\"three\":3}}", NULL, "11212321"},
        {"{{#tops}}{{#middles}}{{tname.lower}}{{mname}}.{{#bottoms}}{{tname.upper}}{{mname}}"
         "{{bname}}.{{/bottoms}}{{/middles}}{{/tops}}",
         "{\"tops\":[{\"tname\":{\"upper\":\"A\",\"lower\":\"a\"},\"middles\":[{\"mname\":\"1\","
         "\"bottoms\":[{\"bname\":\"x\"},{\"bname\":\"y\"}]}]}]}",
         NULL, "a1.A1x.A1y."},
        {"{{#l}}{{i}}{{/l}}", "{\"l\":[{\"i\":1},{\"i\":2},{\"i\":3}]}", NULL, "123"},
        {"{{#l}}Yay{{/l}}", "{\"l\":[]}", NULL, ""},
        {"{{#b}}\n* one\n{{/b}}\n* two\n{{#b}}\n* three\n{{/b}}\n", "{\"b\":true}", NULL,
         "* one\n* two\n* three\n"},
        {"| A {{#b}}B {{#b}}C{{/b}} D{{/b}} E |", "{\"b\":true}", NULL, "| A B C D E |"},
        {"| A {{#b}}B {{#b}}C{{/b}} D{{/b}} E |", "{\"b\":false}", NULL, "| A  E |"},
        {"[{{#missing}}found{{/missing}}]", "{}", NULL, "[]"},
        {"{{#l}}({{.}}){{/l}}", "{\"l\":[\"a\",\"b\",3,4.5]}", NULL, "(a)(b)(3)(4.5)"},
        {"{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[\"a\",\"b\"]]}", NULL, "(12)(ab)"},
        {"{{#.}}({{v}}){{/.}}", "[{\"v\":\"a\"},{\"v\":\"b\"}]", NULL, "(a)(b)"},
        {"{{#l}}({{.}}){{/l}}", "{\"l\":[\"& <\"]}", NULL, "(&amp; &lt;)"},
        {"{{#l}}({{{.}}}{{&.}}){{/l}}", "{\"l\":[\"&\"]}", NULL, "(&&)"},
        {"{{#a.b.c}}here{{/a.b.c}}", "{\"a\":{\"b\":{\"c\":true}}}", NULL, "here"},
        {"[{{#a.b.c}}here{{/a.b.c}}]", "{\"a\":{\"b\":{\"c\":false}}}", NULL, "[]"},
        {"[{{#a.b.c}}here{{/a.b.c}}]", "{\"a\":{}}", NULL, "[]"},
        {" | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}", NULL, " | \t|\t | \n"},
        {" | {{#b}} {{! x }}\n {{/b}} | \n", "{\"b\":true}", NULL, " |  \n  | \n"},
        {" {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", "{\"b\":true}", NULL, " YES\n GOOD\n"},
        {"| a\n{{#b}}\n|\n{{/b}}\n| c\n", "{\"b\":true}", NULL, "| a\n|\n| c\n"},
        {"| a\n  {{#b}}\n|\n  {{/b}}\n| c\n", "{\"b\":true}", NULL, "| a\n|\n| c\n"},
        {"|\r\n{{#b}}\r\n{{/b}}\r\n|", "{\"b\":true}", NULL, "|\r\n|"},
        {"  {{#b}}\n#{{/b}}\n/", "{\"b\":true}", NULL, "#\n/"},
        {"#{{#b}}\n/\n  {{/b}}", "{\"b\":true}", NULL, "#\n/\n"},
        {"|{{# b }}={{/ b }}|", "{\"b\":true}", NULL, "|=|"},
        {"{{#s}}[{{.}}]{{/s}}", "{\"s\":\"text\"}", NULL, "[text]"},
        {"{{#l}}{{#l}}{{.}}{{/l}};{{/l}}", "{\"l\":[1,2]}", NULL, "12;12;"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_inverted(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{^b}}shown{{/b}}", "{\"b\":false}", NULL, "shown"},
        {"{{^b}}shown{{/b}}", "{\"b\":true}", NULL, ""},
        {"{{^b}}shown{{/b}}", "{\"b\":null}", NULL, "shown"},
        {"{{^b}}shown{{/b}}", "{\"b\":\"\"}", NULL, "shown"},
        {"{{^c}}Hi {{name}}.{{/c}}", "{\"c\":{\"name\":\"Jo\"}}", NULL, ""},
        {"{{^l}}{{n}}{{/l}}", "{\"l\":[{\"n\":1}]}", NULL, ""},
        {"{{^l}}none{{/l}}", "{\"l\":[]}", NULL, "none"},
        {"{{^b}}\n* one\n{{/b}}\n* {{two}}\n{{^b}}\n* three\n{{/b}}\n",
         "{\"two\":\"second\",\"b\":false}", NULL, "* one\n* second\n* three\n"},
        {"| A {{^b}}B {{^b}}C{{/b}} D{{/b}} E |", "{\"b\":false}", NULL, "| A B C D E |"},
        {"| A {{^b}}B {{^b}}C{{/b}} D{{/b}} E |", "{\"b\":true}", NULL, "| A  E |"},
        {"[{{^missing}}none{{/missing}}]", "{}", NULL, "[none]"},
        {"[{{^a.b.c}}none{{/a.b.c}}]", "{\"a\":{\"b\":{\"c\":true}}}", NULL, "[]"},
        {"[{{^a.b.c}}none{{/a.b.c}}]", "{\"a\":{\"b\":{\"c\":false}}}", NULL, "[none]"},
        {"[{{^a.b.c}}none{{/a.b.c}}]", "{\"a\":{}}", NULL, "[none]"},
        {" | {{^b}}\t|\t{{/b}} | \n", "{\"b\":false}", NULL, " | \t|\t | \n"},
        {" | {{^b}} {{! x }}\n {{/b}} | \n", "{\"b\":false}", NULL, " |  \n  | \n"},
        {" {{^b}}NO{{/b}}\n {{^b}}WAY{{/b}}\n", "{\"b\":false}", NULL, " NO\n WAY\n"},
        {"| a\n{{^b}}\n|\n{{/b}}\n| c\n", "{\"b\":false}", NULL, "| a\n|\n| c\n"},
        {"| a\n  {{^b}}\n|\n  {{/b}}\n| c\n", "{\"b\":false}", NULL, "| a\n|\n| c\n"},
        {"|\r\n{{^b}}\r\n{{/b}}\r\n|", "{\"b\":false}", NULL, "|\r\n|"},
        {"  {{^b}}\n^{{/b}}\n/", "{\"b\":false}", NULL, "^\n/"},
        {"^{{^b}}\n/\n  {{/b}}", "{\"b\":false}", NULL, "^\n/\n"},
        {"|{{^ b }}={{/ b }}|", "{\"b\":false}", NULL, "|=|"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_partials(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"\"{{>text}}\"", "{}", "{\"text\":\"from partial\"}", "\"from partial\""},
        {"\"{{>text}}\"", "{}", NULL, "\"\""},
        {"\"{{>p}}\"", "{\"x\":\"content\"}", "{\"p\":\"*{{x}}*\"}", "\"*content*\""},
        {"{{>node}}", "{\"c\":\"X\",\"nodes\":[{\"c\":\"Y\",\"nodes\":[]}]}",
         "{\"node\":\"{{c}}<{{#nodes}}{{>node}}{{/nodes}}>\"}", "X<Y<>>"},
        {"{{>outer}}", "{\"a\":\"hi\",\"b\":\"you\"}",
         "{\"outer\":\"*{{a}} {{>inner}}*\",\"inner\":\"{{b}}!\"}", "*hi you!*"},
        {"| {{>p}} |", "{}", "{\"p\":\"\\t|\\t\"}", "| \t|\t |"},
        {"  {{x}}  {{> p}}\n", "{\"x\":\"|\"}", "{\"p\":\">\\n>\"}", "  |  >\n>\n"},
        {"|\r\n{{>p}}\r\n|", "{}", "{\"p\":\">\"}", "|\r\n>|"},
        {"  {{>p}}\n>", "{}", "{\"p\":\">\\n>\"}", "  >\n  >>"},
        {">\n  {{>p}}", "{}", "{\"p\":\">\\n>\"}", ">\n  >\n  >"},
        {"\\\n {{>p}}\n/\n", "{\"x\":\"<\\n->\"}", "{\"p\":\"|\\n{{{x}}}\\n|\\n\"}",
         "\\\n |\n <\n->\n |\n/\n"},
        {"|{{> p }}|", "{}", "{\"p\":\"[]\"}", "|[]|"},
        {"  {{>outer}}\n", "{}", "{\"outer\":\"o\\n  {{>inner}}\\no\\n\",\"inner\":\"i\\ni\\n\"}",
         "  o\n    i\n    i\n  o\n"},
        {"  {{>outer}}\n", "{}", "{\"outer\":\"o {{>inner}}\\n\",\"inner\":\"i\\ni\"}",
         "  o i\ni\n"},
        {"  {{>p}}\n", "{\"l\":[1,2]}",
         "{\"p\":\"{{#l}}\\n- {{.}}\\n{{/l}}\\n{{! gone }}\\n{{#l}}x{{/l}}\\n\"}",
         "  - 1\n  - 2\n  xx\n"},
        {"{{>a/b}}{{> a-b }}", "{}", "{\"a/b\":\"1\",\"a-b\":\"2\"}", "12"},
        {" {{>tree}}\n",
         "{\"n\":\"r\",\"kids\":[{\"n\":\"k\",\"kids\":[{\"n\":\"g\",\"kids\":[]}]}]}",
         "{\"tree\":\"{{n}}\\n{{#kids}}\\n  {{>tree}}\\n{{/kids}}\\n\"}", " r\n   k\n     g\n"},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_HTML);
}

static void test_pipes(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"Hi {{n | or \"colleague\"}}", "{}", NULL, "Hi colleague"},
        {"Hi {{n|or \"colleague\"}}", "{\"n\":\"\"}", NULL, "Hi colleague"},
        {"Hi {{n | or\"colleague\" }}", "{\"n\":null}", NULL, "Hi colleague"},
        {"Hi {{n | or \"colleague\"}}", "{\"n\":\"Jo\"}", NULL, "Hi Jo"},
        {"{{n | or \"a \\\"b\\\" \\\\ }} c\"}}", "{}", NULL, "a \"b\" \\ }} c"},
        {"{{n | or \"\"}}.", "{}", NULL, "."},
        {"{{d | date \"%A %-d %B %Y\"}}", "{\"d\":\"2026-12-01\"}", NULL,
         "Tuesday 1 December 2026"},
        {"{{d | date \"%-d %b %H:%M\"}}", "{\"d\":\"2026-12-01 10:05\"}", NULL, "1 Dec 10:05"},
        {"{{d | date \"%H:%M\"}}", "{\"d\":\"2026-07-01T10:00:00Z\"}", NULL, "11:00"},
        {"{{d | date \"%H:%M\"}}", "{\"d\":\"2026-12-01T10:00:00Z\"}", NULL, "10:00"},
        {"{{d | date \"%Y\" | or \"soon\"}}", "{}", NULL, "soon"},
        {"{{d | or \"2026-12-01\" | date \"%d%%\"}}", "{}", NULL, "01%"},
        {"{{n | upper}}", "{\"n\":\"Siân ŵyŷ straße\"}", NULL, "SIÂN ŴYŶ STRASSE"},
        {"{{n | title}}", "{\"n\":\"SIÂN O'BRIEN-JONES\"}", NULL, "Siân O'Brien-Jones"},
        {"{{n | title}}", "{\"n\":\"élodie ap gwilym\"}", NULL, "Élodie Ap Gwilym"},
        {"{{n | title}}", "{\"n\":\"Mary McDonald\"}", NULL, "Mary McDonald"},
        {"{{n | title}}", "{\"n\":\"KING'S COLLEGE, ST THOMAS’S\"}", NULL,
         "King's College, St Thomas’s"},
        {"{{n | upper | title}}|{{{ n | upper }}}|{{& n | upper }}", "{\"n\":\"jo\"}", NULL,
         "Jo|JO|JO"},
        {"{{#l}}{{. | upper}}{{/l}}", "{\"l\":[\"a\",\"b\"]}", NULL, "AB"},
        {"{{n | upper}}{{n | title}}", "{}", NULL, ""},
    };
    check(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void test_escapes(void **state)
{
    (void)state;
    static const char value[] = "{\"v\":\"a&<>\\\"' é\\r\\n\\t\\u0001\\u007f\\u0085/+=\\\\\","
                                "\"w\":\"\\uFEFF\\uFFFD\\uEFFE\\uFFFE\\uFFFF.\"}";
    static const struct {
        enum template_escape escape;
        const char *template;
        const char *expected;
    } cases[] = {
        {TEMPLATE_TEXT, "{{v}}", "a&<>\"' é\r\n\t\x01\x7f\xc2\x85/+=\\"},
        {TEMPLATE_SMS, "{{v}}\r\n", "a&<>\"' é\n /+=\\\n"},
        {TEMPLATE_SMS, "{{{v}}}", "a&<>\"' é\n /+=\\"},
        {TEMPLATE_HTML, "{{v}}", "a&amp;&lt;&gt;&quot;&#39; é\r\n\t\x01\x7f\xc2\x85/+=\\"},
        {TEMPLATE_XML, "{{v}}", "a&amp;&lt;&gt;&quot;&#39; é\r\n\t\x7f\xc2\x85/+=\\"},
        {TEMPLATE_FORM, "v={{v}}", "v=a%26%3C%3E%22%27+%C3%A9%0D%0A%09%01%7F%C2%85%2F%2B%3D%5C"},
        {TEMPLATE_JSON, "\"{{v}}\"", "\"a&<>\\\"' é\\u000D\\n\\u0009\\u0001\x7f\xc2\x85/+=\\\\\""},
        {TEMPLATE_XML, "{{w}}", "\xEF\xBB\xBF\xEF\xBF\xBD\xEE\xBF\xBE."},
        {TEMPLATE_XML, "{{{w}}}", "\xEF\xBB\xBF\xEF\xBF\xBD\xEE\xBF\xBE\xEF\xBF\xBE\xEF\xBF\xBF."},
        {TEMPLATE_JSON, "{{{v}}}", "a&<>\"' é\r\n\t\x01\x7f\xc2\x85/+=\\"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct rendering_case it = {cases[i].template, value, NULL, cases[i].expected};
        check(&it, 1, cases[i].escape);
    }
    /* A tab would make a text two. */
    const struct rendering_case indented = {"a\n\t{{>p}}", "{\"v\":\"c\"}",
                                            "{\"p\":\"b\\n\\t{{v}}\"}", "a\n b\n  c"};
    check(&indented, 1, TEMPLATE_SMS);
}

static void test_header(void **state)
{
    (void)state;
    static const struct rendering_case good[] = {
        {"Vote, {{n}}: {{{m}}}", "{\"n\":\"O'Neil & Siân\",\"m\":\"<\"}", NULL,
         "Vote, O'Neil & Siân: <"},
    };
    check(good, ARRAY_LENGTH(good), TEMPLATE_HEADER);
    static const struct rendering_case bad[] = {
        {"Vote, {{n}}", "{\"n\":\"x\\r\\nBcc: all@branch.example\"}", NULL,
         "t:1:9: the value holds a line break, which a header cannot"},
        {"Vote, {{{n}}}", "{\"n\":\"x\\ny\"}", NULL,
         "t:1:10: the value holds a line break, which a header cannot"},
        {"{{d | date \"%d%n%m\"}}", "{\"d\":\"2026-12-01\"}", NULL,
         "t:1:12: the format of the date has an unknown conversion \"%n\""},
        {"Vote,\n {{&n}}", "{\"n\":\"x\\r\"}", NULL,
         "t:2:5: the value holds a line break, which a header cannot"},
    };
    check_errors(bad, ARRAY_LENGTH(bad), TEMPLATE_HEADER);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"a\nŵŷ {{name", "{}", NULL, "t:2:4: this tag is never closed: \"}}\" is missing"},
        {"{{{name}}", "{}", NULL, "t:1:1: this tag is never closed: \"}}}\" is missing"},
        {"{{=<% %>}}", "{}", NULL, "t:1:1: this tag is never closed: \"=}}\" is missing"},
        {"{{!", "{}", NULL, "t:1:1: this tag is never closed: \"}}\" is missing"},
        {"{{}}", "{}", NULL, "t:1:3: a name is missing here"},
        {"{{# }}", "{}", NULL, "t:1:5: a name is missing here"},
        {"{{a..b}}", "{}", NULL, "t:1:3: the name \"a..b\" has an empty part"},
        {"{{.a}}", "{}", NULL, "t:1:3: the name \".a\" has an empty part"},
        {"{{a.}}", "{}", NULL, "t:1:3: the name \"a.\" has an empty part"},
        {"{{*block}}", "{}", NULL, "t:1:3: a name cannot begin with \"*\""},
        {"{{$a}}", "{}", NULL, "t:1:4: the block \"a\" is never closed"},
        {"{{<a}}{{$b}}{{/a}}", "{}", NULL,
         "t:1:13: the block \"b\" of line 1 must be closed before \"a\""},
        {"{{<a}}\n{{$b}}{{/b}}\n{{$b}}{{/b}}{{/a}}", "{}", NULL,
         "t:3:1: the block \"b\" is given a second time here"},
        {"{{<p}}{{/p}}", "{}", "{\"p\":\"{{<p}}{{/p}}\"}",
         "p:1:4: sections and partials are more than 32 deep here"},
        {"{{n | truncate}}", "{}", NULL,
         "t:1:7: the pipe truncate needs an argument in quotation marks"},
        {"{{n | truncate 3}}", "{}", NULL,
         "t:1:16: the pipe truncate needs a number of characters, 4 to 10000"},
        {"{{n | truncate \"20 \"}}", "{}", NULL,
         "t:1:16: the pipe truncate needs a number of characters, 4 to 10000"},
        {"{{n | plural \"vote\"}}", "{}", NULL,
         "t:1:14: the pipe plural needs 2 arguments in quotation marks"},
        {"{{n | plural \"a\" \"b\" \"c\"}}", "{}", NULL,
         "t:1:14: the pipe plural takes no more than 2 arguments"},
        {"{{n | number 10}}", "{}", NULL,
         "t:1:14: the pipe number needs a number of decimals, 0 to 9"},
        {"{{n | number}}", "{\"n\":\"a few\"}", NULL,
         "t:1:3: \"a few\" is not something that the pipe number can use"},
        {"{{n | join}}", "{\"n\":[{\"a\":1}]}", NULL,
         "t:1:3: this list is not something that the pipe join can use"},
        {"{{first name}}", "{}", NULL,
         "t:1:9: only a pipe may follow here, as in {{name | upper}}"},
        {"{{#first name}}{{/first name}}", "{}", NULL, "t:1:9: only a name may stand in this tag"},
        {"{{#a | upper}}{{/a}}", "{}", NULL, "t:1:5: only a name may stand in this tag"},
        {"a\n {{#s}}\nb", "{}", NULL, "t:2:5: the section \"s\" is never closed"},
        {"a\n{{/s}}\nb", "{}", NULL, "t:2:1: the section \"s\" is closed but was not opened"},
        {"{{#a}}\n{{#b}}\n{{/a}}{{/b}}", "{}", NULL,
         "t:3:1: the section \"b\" of line 2 must be closed before \"a\""},
        {"{{=a b c=}}", "{}", NULL,
         "t:1:1: two delimiters of at most 15 bytes are wanted here, as in {{=<% %>=}}"},
        {"{{=<<=}}", "{}", NULL,
         "t:1:1: two delimiters of at most 15 bytes are wanted here, as in {{=<% %>=}}"},
        {"{{=0123456789abcdef x=}}", "{}", NULL,
         "t:1:1: two delimiters of at most 15 bytes are wanted here, as in {{=<% %>=}}"},
        {"ok\n{{>p}}", "{}", "{\"p\":\"a\\nb {{oops\"}",
         "p:2:3: this tag is never closed: \"}}\" is missing"},
        {"{{>p}}", "{\"d\":\"x\"}", "{\"p\":\"\\n{{d | date \\\"%d\\\"}}\"}",
         "p:2:3: \"x\" is not something that the pipe date can use"},
        {"a\n \xff", "{}", NULL, "t:2:2: this is not UTF-8"},
        {"\xed\xa0\x80", "{}", NULL, "t:1:1: this is not UTF-8"},
        {"{{>p}}", "{}", "{\"p\":\"{{>p}}\"}",
         "p:1:4: sections and partials are more than 32 deep here"},
    };
    check_errors(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void test_errors_of_pipes(void **state)
{
    (void)state;
    static const struct rendering_case cases[] = {
        {"{{n | uper}}", "{}", NULL, "t:1:7: there is no pipe \"uper\"; did you mean \"upper\"?"},
        {"{{n | quizzical}}", "{}", NULL, "t:1:7: there is no pipe \"quizzical\""},
        {"{{n | }}", "{}", NULL, "t:1:6: the name of a pipe is missing here"},
        {"{{n | or}}", "{}", NULL, "t:1:7: the pipe or needs an argument in quotation marks"},
        {"{{n | upper \"x\"}}", "{}", NULL, "t:1:13: the pipe upper takes no argument"},
        {"{{n | or \"x}} b", "{}", NULL, "t:1:1: the quotation mark in this tag is never closed"},
        {"{{d | date \"%\"}}", "{}", NULL,
         "t:1:12: the format of the date ends within a conversion"},
        {"{{d | date \"\"}}", "{}", NULL, "t:1:12: the format of the date is empty"},
        {"{{d | date \"%d %Q\"}}", "{}", NULL,
         "t:1:12: the format of the date has an unknown conversion \"%Q\""},
        {"{{d | date \"%d\"}}", "{\"d\":\"next week\"}", NULL,
         "t:1:3: \"next week\" is not something that the pipe date can use"},
        {"{{d | date \"%d\"}}", "{\"d\":\"2026-02-30\"}", NULL,
         "t:1:3: \"2026-02-30\" is not something that the pipe date can use"},
        {"{{d | date \"%d\"}}", "{\"d\":true}", NULL,
         "t:1:3: \"true\" is not something that the pipe date can use"},
    };
    check_errors(cases, ARRAY_LENGTH(cases), TEMPLATE_TEXT);
}

static void fill(char *text, const char *piece, size_t times)
{
    *text = '\0';
    for (size_t i = 0, length = strlen(piece); i < times; i++) {
        memcpy(text + i * length, piece, length + 1);
    }
}

static void test_ceilings(void **state)
{
    (void)state;
    static char source[300 * 1024];
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 64 * 1024);
    struct rendering_case it = {source, "{\"a\":[1,2,3,4,5,6,7,8,9,10]}", NULL, NULL};

    fill(source, "{{#a}}", 32);
    fill(source + strlen(source), "{{/a}}", 32);
    buffer_clear(&out);
    assert_false(render(&it, TEMPLATE_TEXT, &out));
    assert_string_equal(buffer_text(&out), "t: its sections go on without end");

    it.values = "{\"a\":true}";
    buffer_clear(&out);
    assert_true(render(&it, TEMPLATE_TEXT, &out));

    fill(source, "{{#a}}", 33);
    fill(source + strlen(source), "{{/a}}", 33);
    buffer_clear(&out);
    assert_false(render(&it, TEMPLATE_TEXT, &out));
    assert_string_equal(buffer_text(&out), "t:1:193: sections are more than 32 deep here");

    fill(source, "x", 256 * 1024);
    buffer_free(&out);
    buffer_init(&out, 256 * 1024);
    assert_true(render(&it, TEMPLATE_TEXT, &out));
    assert_int_equal(out.length, 256 * 1024);
    fill(source, "x", 256 * 1024 + 1);
    buffer_clear(&out);
    assert_false(render(&it, TEMPLATE_TEXT, &out));
    assert_string_equal(buffer_text(&out), "t:1:1: the source is larger than 256 KiB");

    fill(source, "{{a}}", 50000);
    buffer_clear(&out);
    assert_false(render(&it, TEMPLATE_TEXT, &out));
    assert_non_null(strstr(buffer_text(&out), "the template and its partials are too large"));
}

static const char *endless_partial(const char *name, void *context, struct arena *arena)
{
    (void)context;
    return arena_printf(arena, "{{>%sx}}", name);
}

static void test_partials_without_end(void **state)
{
    (void)state;
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    assert_false(template_parse(
        &(struct template_source){
            .name = "t", .text = "{{>p}}", .partial = endless_partial, .context = NULL},
        &template, &err));
    assert_non_null(strstr(err.text, "the template and its partials are too large"));
    assert_null(template);
}

static void test_full_buffer_is_restored(void **state)
{
    (void)state;
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(json_free) struct json *values = read_json("{\"n\":\"0123456789\",\"d\":\"x\"}");
    struct error err = {0};
    assert_true(template_parse(
        &(struct template_source){
            .name = "t", .text = "ab{{n}}{{n}}", .partial = NULL, .context = NULL},
        &template, &err));
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 24);
    (void)buffer_puts(&out, "before");
    assert_false(template_render(template, values, TEMPLATE_TEXT, &out, &err));
    assert_string_equal(err.text, "t: the result is larger than 24 bytes");
    assert_string_equal(buffer_text(&out), "before");
    assert_true(buffer_puts(&out, " and after"));

    template_free(&template);
    assert_true(template_parse(
        &(struct template_source){
            .name = "t", .text = "ab{{d | date \"%d\"}}", .partial = NULL, .context = NULL},
        &template, &err));
    buffer_clear(&out);
    (void)buffer_puts(&out, "kept");
    assert_false(template_render(template, values, TEMPLATE_TEXT, &out, &err));
    assert_string_equal(buffer_text(&out), "kept");
}

static void test_uses(void **state)
{
    (void)state;
    static const char source[] = "ŵ {{first_name}} {{ballot.closes | date \"%d\"}}\n"
                                 "{{#unit}}{{inner}}{{>within}}{{/unit}}{{^job}}{{band}}{{/job}}\n"
                                 "{{first_name}}{{>foot}}{{! no }}{{{ last_name }}}";
    CLEANUP(json_free)
    struct json *partials = read_json(
        "{\"foot\":\"\\n{{number}} {{>deeper}}\",\"deeper\":\"{{a.b}}\",\"within\":\"{{never}}\"}");
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    assert_true(template_parse(
        &(struct template_source){
            .name = "t", .text = source, .partial = partial_from_json, .context = partials},
        &template, &err));
    static const struct template_use expected[] = {
        {"first_name", NULL, 1, 5, false, NULL, false, false},
        {"ballot.closes", NULL, 1, 20, false, NULL, false, false},
        {"unit", NULL, 2, 4, true, NULL, false, false},
        {"inner", NULL, 2, 12, false, "unit", false, false},
        {"job", NULL, 2, 42, true, NULL, false, false},
        {"band", NULL, 2, 49, false, NULL, false, false},
        {"last_name", NULL, 3, 37, false, NULL, false, false},
        {"number", "foot", 2, 3, false, NULL, false, false},
        {"a.b", "deeper", 1, 3, false, NULL, false, false},
    };
    const struct template_use *uses = NULL;
    assert_int_equal(template_uses(template, &uses), ARRAY_LENGTH(expected));
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        assert_string_equal(uses[i].name, expected[i].name);
        assert_int_equal(uses[i].line, expected[i].line);
        assert_int_equal(uses[i].column, expected[i].column);
        assert_int_equal(uses[i].section, expected[i].section);
        assert_string_equal(uses[i].within != NULL ? uses[i].within : "",
                            expected[i].within != NULL ? expected[i].within : "");
        assert_string_equal(uses[i].partial != NULL ? uses[i].partial : "",
                            expected[i].partial != NULL ? expected[i].partial : "");
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
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_interpolation),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_inverted),
        cmocka_unit_test(test_partials),
        cmocka_unit_test(test_pipes),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_errors_of_pipes),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_partials_without_end),
        cmocka_unit_test(test_full_buffer_is_restored),
        cmocka_unit_test(test_uses),
    };
    return cmocka_run_group_tests_name("message/template", tests, set_zone, NULL);
}
