/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms as strangers send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/compiler.h"
#include "muster/inbound/form.h"

/* In a piece of memory of exactly its size, so that a sanitizer sees a read beyond it. */
static bool parse(const char *bytes, size_t length, struct arena *arena, struct form *form)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    struct error err = {.kind = ERROR_NONE};
    bool ok = form_parse(copy, length, arena, form, &err);
    assert_int_equal(err.kind, ok ? ERROR_NONE : ERROR_DATA);
    free(copy);
    return ok;
}

static void fields_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        const char *name; /* of the last field */
        const char *value;
    } cases[] = {
        {"", 0, NULL, NULL},
        {"a=1", 1, "a", "1"},
        {"a=1&b=2", 2, "b", "2"},
        {"&&a=1&", 1, "a", "1"},
        {"a", 1, "a", ""},
        {"a=", 1, "a", ""},
        {"=x", 1, "", "x"},
        {"a=b=c", 1, "a", "b=c"},
        {"text=I+have+voted%21", 1, "text", "I have voted!"},
        {"text=caf%C3%a9", 1, "text", "caf\xC3\xA9"},
        {"text=caf\xC3\xA9", 1, "text", "caf\xC3\xA9"},
        {"from=%2B447700900123", 1, "from", "+447700900123"},
        {"first%20name=x", 1, "first name", "x"},
        {"a=%26%3D%25", 1, "a", "&=%"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct form form;
        assert_true(parse(cases[i].bytes, strlen(cases[i].bytes), arena, &form));
        assert_int_equal(form.count, cases[i].count);
        if (form.count > 0) {
            assert_string_equal(form.fields[form.count - 1].name, cases[i].name);
            assert_string_equal(form.fields[form.count - 1].value, cases[i].value);
        }
    }
}

static void broken_forms_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"a=%", 3},    {"a=%4", 4},     {"a=%4g", 5},  {"a=%g4", 5},   {"a=% 41", 6},
        {"a=1\n", 4},  {"a=1\r\nb", 6}, {"a=\0", 3},   {"a\0b=1", 5},  {"a%00b=1", 7},
        {"a=\x7F", 3}, {"%zz=1", 5},    {"a=%%41", 6}, {"a=1&b=%", 7}, {"a=\x01", 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct form form = {.count = 77};
        assert_false(parse(cases[i].bytes, cases[i].length, arena, &form));
        assert_int_equal(form.count, 77);
    }
}

static void a_nul_in_a_value_is_kept_with_its_length(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct form form;
    assert_true(parse("t=a%00b", 7, arena, &form));
    assert_int_equal(form.fields[0].length, 3);
    assert_memory_equal(form.fields[0].value, "a\0b", 4);
}

static bool parse_parts(const char *bytes, size_t length, struct arena *arena, struct form *form)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    struct error err = {.kind = ERROR_NONE};
    bool ok = form_parse_parts(copy, length, arena, form, &err);
    assert_int_equal(err.kind, ok ? ERROR_NONE : ERROR_DATA);
    free(copy);
    return ok;
}

#define PART(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void parts_are_fields(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        const char *name; /* of the last field */
        const char *value;
    } cases[] = {
        {"--b\r\n" PART("a") "1\r\n--b--\r\n", 1, "a", "1"},
        {"--b\r\n" PART("a") "1\r\n--b--", 1, "a", "1"},
        {"--b\r\n" PART("a") "\r\n--b--", 1, "a", ""},
        {"--b\r\n" PART("a") "--b--", 1, "a", ""},
        {"--b\r\n" PART("a") "1\r\n--b\r\n" PART("b") "2=3&%41\r\n4\r\n--b--", 2, "b",
         "2=3&%41\r\n4"},
        {"--b\ncontent-disposition: x; name=\"a\"\nX: y\n\n1\n--b--", 1, "a", "1"},
        {"--b\r\nX: y\r\n" PART("a") "1\r\n--b  \r\n" PART("b") "2\r\n--b--", 2, "b", "2"},
        {"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n1\r\n--b--", 1,
         "a", "1"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct form form;
        assert_true(parse_parts(cases[i].bytes, strlen(cases[i].bytes), arena, &form));
        assert_int_equal(form.count, cases[i].count);
        assert_string_equal(form.fields[form.count - 1].name, cases[i].name);
        assert_string_equal(form.fields[form.count - 1].value, cases[i].value);
        assert_int_equal(form.fields[form.count - 1].length, strlen(cases[i].value));
        /* Wherever it is cut off, it is refused, or has the parts that were whole. */
        for (size_t length = 0; length < strlen(cases[i].bytes); length++) {
            struct form cut = {.count = 77};
            if (!parse_parts(cases[i].bytes, length, arena, &cut)) {
                assert_int_equal(cut.count, 77);
            }
        }
    }
}

static void broken_parts_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "\r\n",
        "a=1",
        "--\r\n" PART("a") "1\r\n----",
        "b\r\n" PART("a") "1\r\nb--",
        "--b",
        "--b--",
        "--b\r\n",
        "--b\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
        "--b\r\n" PART("a") "1\r\n--c--",
        "--b\r\n" PART("a") "1\r\n--b",
        "--b\r\n" PART("a") "1\r\n--b\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"a\"",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct form form = {.count = 77};
        if (parse_parts(cases[i], strlen(cases[i]), arena, &form)) {
            fail_msg("taken: %s", cases[i]);
        }
        assert_int_equal(form.count, 77);
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer many;
    struct form form;
    buffer_init(&many, 2 * FORM_BYTES_MAX);
    for (size_t i = 0; i <= FORM_FIELDS_MAX; i++) {
        assert_true(buffer_puts(&many, "--b\r\n" PART("a") "1\r\n"));
    }
    assert_true(buffer_puts(&many, "--b--"));
    assert_false(parse_parts(buffer_text(&many), many.length, arena, &form));
    while (many.length <= FORM_BYTES_MAX) {
        assert_true(buffer_puts(&many, "aaaaaaaaaaaaaaaa"));
    }
    assert_false(parse_parts(buffer_text(&many), many.length, arena, &form));
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct form form;
    char many[2 * (FORM_FIELDS_MAX + 1)];
    for (size_t i = 0; i <= FORM_FIELDS_MAX; i++) {
        memcpy(many + 2 * i, "a&", 2);
    }
    assert_true(parse(many, 2 * FORM_FIELDS_MAX, arena, &form));
    assert_int_equal(form.count, FORM_FIELDS_MAX);
    assert_false(parse(many, 2 * (FORM_FIELDS_MAX + 1), arena, &form));
    char *huge = malloc(FORM_BYTES_MAX + 1);
    assert_non_null(huge);
    memset(huge, 'a', FORM_BYTES_MAX + 1);
    assert_true(parse(huge, FORM_BYTES_MAX, arena, &form));
    assert_false(parse(huge, FORM_BYTES_MAX + 1, arena, &form));
    free(huge);
}

static void a_large_form_has_other_bounds(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer many;
    struct error err = {.kind = ERROR_NONE};
    struct form form;
    buffer_init(&many, 2 * FORM_LARGE_BYTES_MAX);
    for (size_t i = 0; i < FORM_LARGE_FIELDS_MAX; i++) {
        assert_true(buffer_puts(&many, "a=1&"));
    }
    assert_true(form_parse_large(buffer_text(&many), many.length, arena, &form, &err));
    assert_int_equal(form.count, FORM_LARGE_FIELDS_MAX);
    assert_true(buffer_puts(&many, "a=1"));
    assert_false(form_parse_large(buffer_text(&many), many.length, arena, &form, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    buffer_clear(&many);
    while (many.length < FORM_LARGE_BYTES_MAX) {
        assert_true(buffer_putc(&many, 'a'));
    }
    assert_true(form_parse_large(buffer_text(&many), many.length, arena, &form, &err));
    assert_true(buffer_putc(&many, 'a'));
    assert_false(form_parse_large(buffer_text(&many), many.length, arena, &form, &err));
}

static void a_field_is_found_or_not_or_ambiguous(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct form form;
    const struct form_field *field = NULL;
    struct error err = {.kind = ERROR_NONE};
    assert_true(parse("id=1&text=STOP&text=hello&ID=2", 30, arena, &form));
    assert_true(form_find(&form, "id", &field, &err));
    assert_string_equal(field->value, "1");
    assert_true(form_find(&form, "nothing", &field, &err));
    assert_null(field);
    assert_false(form_find(&form, "text", &field, &err));
    assert_int_equal(err.kind, ERROR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_decoded),
        cmocka_unit_test(broken_forms_are_refused),
        cmocka_unit_test(a_nul_in_a_value_is_kept_with_its_length),
        cmocka_unit_test(parts_are_fields),
        cmocka_unit_test(broken_parts_are_refused),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(a_large_form_has_other_bounds),
        cmocka_unit_test(a_field_is_found_or_not_or_ambiguous),
    };
    return cmocka_run_group_tests_name("inbound/form", tests, NULL, NULL);
}
