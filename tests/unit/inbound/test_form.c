/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms as strangers send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(a_field_is_found_or_not_or_ambiguous),
    };
    return cmocka_run_group_tests_name("inbound/form", tests, NULL, NULL);
}
