/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates and values that are small to write and large to run: each ends at one of the ceilings,
 * with its sentence, in a moment and in bounded memory. Nothing here looks at a clock: without the
 * ceilings the machine would be out of memory, or this would take hours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/message/template.h"

enum { CEILING = 64 * 1024, SOURCE_MOST = 256 * 1024, MANY = 10000 };

static const char *find_partial(const char *name, void *context, struct arena *arena)
{
    return json_text_at(context, name, arena);
}

static struct json *read_json(const char *text)
{
    struct json *value = NULL;
    struct error err;
    assert_true(json_parse(text, strlen(text), &value, &err));
    return value;
}

static void repeat(struct buffer *text, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        assert_true(buffer_puts(text, piece));
    }
}

/* What comes of it: "" and the text, or the error's sentence. */
static void expect(const char *source, const struct json *values, struct json *partials,
                   enum template_escape escape, const char *sentence)
{
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(buffer_free) struct buffer out;
    struct error err = {0};
    buffer_init(&out, CEILING);
    const bool ok = template_parse(&(struct template_source){.name = "t",
                                                             .text = source,
                                                             .partial = find_partial,
                                                             .context = partials},
                                   &template, &err) &&
                    template_render(template, values, escape, &out, &err);
    assert_string_equal(ok ? "" : err.text, sentence);
    assert_true(out.capacity <= 2 * CEILING);
    assert_true(ok || out.length == 0);
}

/* {"l": [1, 1, ...], "v": ...} */
static struct json *many(const char *value)
{
    struct json *values = json_make_object();
    struct json *list = json_make_array();
    for (size_t i = 0; i < MANY; i++) {
        json_append_text(list, "1234567890");
    }
    json_put(values, "l", list);
    json_put_text(values, "v", value);
    return values;
}

/* Each partial has the next one twice. */
static void test_doubling(void **state)
{
    (void)state;
    static const struct {
        unsigned deep;
        const char *last;
        const char *sentence;
    } cases[] = {
        {31, "", "t: its sections go on without end"},
        {31, "x", "t: the result is larger than 65536 bytes"},
        {16, "x", ""},
        {16, "xx", "t: the result is larger than 65536 bytes"},
        {32, "", "31:1:4: sections and partials are more than 32 deep here"},
    };
    CLEANUP(json_free) struct json *values = json_make_object();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(json_free) struct json *partials = json_make_object();
        CLEANUP(arena_free) struct arena *arena = arena_create();
        for (unsigned k = 0; k < cases[i].deep; k++) {
            json_put_text(partials, arena_printf(arena, "%u", k),
                          arena_printf(arena, "{{>%u}}{{>%u}}", k + 1, k + 1));
        }
        json_put_text(partials, arena_printf(arena, "%u", cases[i].deep), cases[i].last);
        expect("{{>0}}", values, partials, TEMPLATE_TEXT, cases[i].sentence);
    }
}

static void test_lists_in_lists(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *sentence;
    } cases[] = {
        {"{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}", "t: its sections go on without end"},
        {"{{#l}}{{#l}}{{none}}{{/l}}{{/l}}", "t: its sections go on without end"},
        {"{{#l}}{{#l}}.{{/l}}{{/l}}", "t: the result is larger than 65536 bytes"},
        {"{{#l}}{{^none}}.{{/none}}{{none}}{{/l}}", ""},
        {"{{#l}}{{l.9999.1}}{{.}}{{/l}}", "t: the result is larger than 65536 bytes"},
    };
    CLEANUP(json_free) struct json *values = many("");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        expect(cases[i].source, values, NULL, TEMPLATE_HTML, cases[i].sentence);
    }
}

/* A name that is looked for in 32 contexts is 32 steps. */
static void test_deep_names(void **state)
{
    (void)state;
    CLEANUP(json_free) struct json *values = many("");
    CLEANUP(buffer_free) struct buffer source;
    buffer_init(&source, SOURCE_MOST);
    struct json *deep = json_make_object();
    json_put_flag(deep, "x", true);
    json_put(values, "v", deep);
    repeat(&source, "{{#v}}", 31);
    repeat(&source, "{{#l}}", 1);
    repeat(&source, "{{none}}", 1000);
    repeat(&source, "{{/l}}", 1);
    repeat(&source, "{{/v}}", 31);
    expect(buffer_text(&source), values, NULL, TEMPLATE_TEXT, "t: its sections go on without end");
}

struct filling {
    const char *first;
    const char *again; /* as often as the source can hold it */
    const char *last;
    const char *sentence;
};

static void test_sources_of_tags(void **state)
{
    (void)state;
    static const struct filling cases[] = {
        {"", "{{a}}", "", "t:1:40961: the template and its partials are too large"},
        {"", "{{#a}}{{/a}}", "", "t:1:49153: the template and its partials are too large"},
        {"", "{{>a}}", "", "t:1:49153: the template and its partials are too large"},
        {"", "{{! }}", "", ""},
        {"", "{{=<% %>=}}<%={{ }}=%>", "", ""},
        {"{{<p}}", "{{$a}}", "{{/p}}", "t:1:193: sections are more than 32 deep here"},
        {"{{a", "|or \"\"", "}}", "t:1:52: more than 8 pipes follow the name here"},
        {"{{a|or", " \"\"", "}}", "t:1:8: the pipe or takes no more than 1 argument"},
        {"{{a|or \"", "\\\"", "\"}}", "t: the result is larger than 65536 bytes"},
        {"{{a|or ", "\"", "}}", "t:1:8: the pipe or takes no more than 1 argument"},
        {"{{", "a", "}}", "t:1:3: this name is longer than 200 bytes"},
        {"{{#", "a.", "a}}", "t:1:4: this name is longer than 200 bytes"},
        {"{{>", "a", "}}", "t:1:4: this name is longer than 200 bytes"},
        {"", "{{", "", "t:1:1: this tag is never closed: \"}}}\" is missing"},
        {"", "}}", "", "t: the result is larger than 65536 bytes"},
    };
    CLEANUP(json_free) struct json *values = json_make_object();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer source;
        buffer_init(&source, SOURCE_MOST);
        const size_t ends = strlen(cases[i].first) + strlen(cases[i].last);
        repeat(&source, cases[i].first, 1);
        repeat(&source, cases[i].again, (SOURCE_MOST - ends) / strlen(cases[i].again) / 2 * 2);
        repeat(&source, cases[i].last, 1);
        expect(buffer_text(&source), values, NULL, TEMPLATE_TEXT, cases[i].sentence);
    }
}

/* As many partials as there may be, and in each as many names as fit: all different, and alike up
 * to their end. */
static const char *partial_of_names(const char *name, void *context, struct arena *arena)
{
    static char long_name[190];
    unsigned *called = context;
    memset(long_name, 'n', sizeof long_name - 1);
    CLEANUP(buffer_free) struct buffer source;
    buffer_init(&source, SOURCE_MOST);
    for (unsigned i = 0; i < 64; i++) {
        assert_true(buffer_printf(&source, "{{%s%u.%u}}", long_name, *called, i));
    }
    ++*called;
    if (*called < 62) {
        assert_true(buffer_printf(&source, "{{>%sx}}", name));
    }
    return arena_text(arena, buffer_text(&source));
}

static void test_names_alike(void **state)
{
    (void)state;
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    unsigned called = 0;
    const struct template_source source = {
        .name = "t", .text = "{{>x}}", .partial = partial_of_names, .context = &called};
    if (!template_parse(&source, &template, &err)) {
        fail_msg("%s", err.text);
    }
    const struct template_use *uses = NULL;
    assert_int_equal(template_uses(template, &uses), 62 * 64);
}

static void test_parents_in_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *partials;
        const char *sentence;
    } cases[] = {
        {"{{<p}}{{$b}}{{<p}}{{/p}}{{/b}}{{/p}}", "{\"p\":\"{{$b}}{{/b}}{{$b}}{{/b}}\"}", ""},
        {"{{<p}}{{/p}}", "{\"p\":\"{{<p}}{{$b}}{{<p}}{{/p}}{{/b}}{{/p}}{{$b}}{{/b}}\"}",
         "p:1:4: sections and partials are more than 32 deep here"},
        {"{{<p}}{{$b}}{{>q}}{{/b}}{{/p}}",
         "{\"p\":\"{{$b}}{{/b}}{{$b}}{{/b}}\",\"q\":\"{{<p}}{{$b}}{{>q}}{{/b}}{{/p}}\"}",
         "q:1:16: sections and partials are more than 32 deep here"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(json_free) struct json *values = json_make_object();
        CLEANUP(json_free) struct json *partials = read_json(cases[i].partials);
        expect(cases[i].source, values, partials, TEMPLATE_TEXT, cases[i].sentence);
    }
}

/* Thousands of blocks are handed over, and each use of one goes through all of them. */
static void test_blocks_by_thousands(void **state)
{
    (void)state;
    CLEANUP(json_free) struct json *values = many("");
    CLEANUP(json_free)
    struct json *partials =
        read_json("{\"p\":\"{{#l}}{{$x}}{{/x}}{{$x}}{{/x}}{{$x}}{{/x}}{{/l}}\"}");
    CLEANUP(buffer_free) struct buffer source;
    buffer_init(&source, SOURCE_MOST);
    repeat(&source, "{{<p}}", 1);
    for (unsigned i = 0; i < 4000; i++) {
        assert_true(buffer_printf(&source, "{{$%u}}{{/%u}}", i, i));
    }
    repeat(&source, "{{/p}}", 1);
    expect(buffer_text(&source), values, partials, TEMPLATE_TEXT,
           "t: its sections go on without end");
}

/* A megabyte, over and over, of which nothing or next to nothing is left. */
static void test_large_values(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        const char *source;
        enum template_escape escape;
        const char *sentence;
    } cases[] = {
        {"x", "{{v}}", TEMPLATE_TEXT, "t: the result is larger than 65536 bytes"},
        {"\x01", "{{v}}", TEMPLATE_SMS, ""},
        {"\x01", "{{#l}}{{v}}{{/l}}", TEMPLATE_SMS, "t: its sections go on without end"},
        {"\x01", "{{#l}}{{v}}{{/l}}", TEMPLATE_XML, "t: its sections go on without end"},
        {"x", "{{#l}}{{v | upper | truncate 4}}{{/l}}", TEMPLATE_TEXT,
         "t: its sections go on without end"},
        {"x", "{{#l}}{{v | title | truncate 4}}{{/l}}", TEMPLATE_TEXT,
         "t: its sections go on without end"},
        {"x", "{{v|title|title|title|title|title|title|title|truncate 4}}", TEMPLATE_TEXT, ""},
        {"9", "{{v | number}}", TEMPLATE_TEXT,
         "t:1:3: \"999999999999999999999999999999999999999999999999999999999999\" is not "
         "something that the pipe number can use"},
        {"\xC3\xA9", "a{{v | date \"%d\"}}", TEMPLATE_TEXT,
         "t:1:4: \"éééééééééééééééééééééééééééééé\" is not something that the pipe date can use"},
        {"\xE2\x82\xAC\xF0\x9F\x91\x8B", "{{v | plural \"a\" \"b\"}}", TEMPLATE_TEXT,
         "t:1:3: \"€👋€👋€👋€👋€👋€👋€👋€👋€\" is not something that the pipe plural can use"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer value;
        buffer_init(&value, 1024 * 1024);
        repeat(&value, cases[i].piece, 1024 * 1024 / strlen(cases[i].piece));
        CLEANUP(json_free) struct json *values = many(buffer_text(&value));
        expect(cases[i].source, values, NULL, cases[i].escape, cases[i].sentence);
    }
}

static void test_words_dropped(void **state)
{
    (void)state;
    CLEANUP(json_free) struct json *values = many("");
    CLEANUP(buffer_free) struct buffer source;
    buffer_init(&source, SOURCE_MOST);
    repeat(&source, "{{#l}}", 1);
    repeat(&source, "\r", 200 * 1024);
    repeat(&source, "{{/l}}", 1);
    expect(buffer_text(&source), values, NULL, TEMPLATE_SMS, "t: its sections go on without end");
}

static void test_joined(void **state)
{
    (void)state;
    CLEANUP(json_free) struct json *values = many("");
    struct json *numbers = json_make_array();
    for (size_t i = 0; i < MANY; i++) {
        json_append_text(numbers, "7");
    }
    json_put(values, "n", numbers);
    expect("{{n | join}}", values, NULL, TEMPLATE_TEXT, "");
    expect("{{n | join}}{{n | join}}{{n | join}}", values, NULL, TEMPLATE_TEXT,
           "t: the result is larger than 65536 bytes");
    expect("{{l | join}}", values, NULL, TEMPLATE_TEXT,
           "t:1:3: this list is not something that the pipe join can use");
    expect("{{#l}}{{n | join | truncate 4}}{{/l}}", values, NULL, TEMPLATE_TEXT,
           "t: its sections go on without end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubling),
        cmocka_unit_test(test_lists_in_lists),
        cmocka_unit_test(test_deep_names),
        cmocka_unit_test(test_sources_of_tags),
        cmocka_unit_test(test_names_alike),
        cmocka_unit_test(test_parents_in_blocks),
        cmocka_unit_test(test_blocks_by_thousands),
        cmocka_unit_test(test_large_values),
        cmocka_unit_test(test_words_dropped),
        cmocka_unit_test(test_joined),
    };
    return cmocka_run_group_tests_name("message/bombs", tests, NULL, NULL);
}
