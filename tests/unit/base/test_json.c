/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON in and out, and what strangers send in its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/json.h"
#include "muster/base/text.h"

static struct json *parse(const char *text)
{
    struct json *value = NULL;
    struct error err;
    if (!json_parse(text, strlen(text), &value, &err)) {
        fail_msg("%s: %s", text, err.text);
    }
    return value;
}

static void paths_lead_to_values(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *text; /* NULL: no scalar there */
    } cases[] = {
        {"a", "x"},           {"n", "-12"},        {"f", "1.5"},
        {"t", "true"},        {"no", "false"},     {"null", NULL},
        {"o", NULL},          {"o.in.0", "first"}, {"o.in.1.deep", ""},
        {"o.in.2", NULL},     {"o.in.-1", NULL},   {"o.in.x", NULL},
        {"o.in.00", "first"}, {"a.b", NULL},       {"", NULL},
        {"missing", NULL},    {"o..in", NULL},     {"big", "9223372036854775807"},
        {"o.in.#", "2"},      {"o.#", NULL},       {"#", NULL},
        {"o.in.#.0", NULL},   {"o.in#", NULL},     {"o.in.0.#", NULL},
        {"h.#", "a name"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(json_free)
    struct json *value = parse("{\"a\":\"x\",\"n\":-12,\"f\":1.5,\"t\":true,\"no\":false,"
                               "\"null\":null,\"o\":{\"in\":[\"first\",{\"deep\":\"\"}]},"
                               "\"big\":9223372036854775807,\"h\":{\"#\":\"a name\"}}");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *text = json_text_at(value, cases[i].path, arena);
        if (!text_equal(text, cases[i].text)) {
            fail_msg("%s: %s", cases[i].path, text == NULL ? "nothing" : text);
        }
    }
    assert_ptr_equal(json_at(value, ""), value);
    assert_true(json_array_given(json_at(value, "o.in")));
    assert_true(json_object_given(json_at(value, "o")));
    assert_int_equal(json_count(json_at(value, "o.in")), 2);
    assert_int_equal(json_count(json_at(value, "a")), 0);
    assert_string_equal(json_name(value, 0), "a");
    assert_string_equal(json_name(value, 7), "big");
    assert_string_equal(json_name(value, 8), "h");
    assert_null(json_name(value, 9));
    assert_null(json_value(value, 9));
    assert_ptr_equal(json_value(value, 0), json_at(value, "a"));
    CLEANUP(json_free) struct json *list = parse("[]");
    assert_string_equal(json_text_at(list, "#", arena), "0");
    assert_null(json_text_at(NULL, "#", arena));
}

static void truth_is_mustaches(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool truth;
    } cases[] = {
        {"null", false}, {"false", false}, {"true", true}, {"\"\"", false}, {"\"0\"", true},
        {"0", true},     {"[]", false},    {"[0]", true},  {"{}", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(json_free) struct json *value = parse(cases[i].text);
        assert_int_equal(json_true_given(value), cases[i].truth);
    }
    assert_false(json_true_given(NULL));
    assert_false(json_object_given(NULL) || json_array_given(NULL));
    assert_null(json_at(NULL, "a"));
}

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "{\"a\":1,}",
        "{\"a\":1}{",
        "[1,2",
        "nul",
        "'a'",
        "{a:1}",
        "{\"a\":1,\"a\":2}",
        "\"\xFF\"",
        "\"\\ud800\"",
        "\"a\nb\"",
        "01",
        "1e999",
        "\"\\u0000\"",
        "[1]]",
        "99999999999999999999999",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct json *value = NULL;
        struct error err = {.kind = ERROR_NONE};
        if (json_parse(bad[i], strlen(bad[i]), &value, &err)) {
            fail_msg("%s was taken", bad[i]);
        }
        assert_null(value);
        assert_int_equal(err.kind, ERROR_DATA);
        assert_non_null(strstr(err.text, "not JSON: line "));
    }
    /* As deep as anybody likes. */
    static char deep[200000];
    memset(deep, '[', sizeof deep);
    struct json *value = NULL;
    struct error err;
    assert_false(json_parse(deep, sizeof deep, &value, &err));
    assert_false(json_parse("{}\0", 3, &value, &err));
}

static void values_are_written_as_they_were_put(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 10000);
    CLEANUP(json_free) struct json *object = json_make_object();
    json_put_text(object, "z", "a \"b\" \\ \n \x01 \xE2\x82\xAC");
    json_put_number(object, "n", INT64_MIN);
    json_put_flag(object, "flag", true);
    json_put_text(object, "none", NULL);
    json_put_text(object, "bad", "x\xFFy");
    struct json *list = json_make_array();
    json_append(list, json_make_object());
    json_put(object, "list", list);
    json_put_text(object, "n", "again"); /* in the place of the older one */
    assert_true(json_write(object, &out));
    assert_string_equal(buffer_text(&out),
                        "{\"z\":\"a \\\"b\\\" \\\\ \\n \\u0001 \xE2\x82\xAC\",\"n\":\"again\","
                        "\"flag\":true,\"none\":null,\"bad\":\"x\xEF\xBF\xBDy\",\"list\":[{}]}");
    CLEANUP(json_free) struct json *again = parse(buffer_text(&out));
    assert_int_equal(json_count(again), 6);
    CLEANUP(buffer_free) struct buffer small;
    buffer_init(&small, 10);
    assert_false(json_write(object, &small));
    struct json *nothing = NULL;
    json_free(&nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lead_to_values),
        cmocka_unit_test(truth_is_mustaches),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(values_are_written_as_they_were_put),
    };
    return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
