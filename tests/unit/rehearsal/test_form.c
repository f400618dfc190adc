/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms, and the encodings beneath them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "codec.h"
#include "form.h"

static void good_forms(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    static const char body[] = "to=%2B447700900123&text=caf%C3%A9+%26+tea%3d&empty=&flag&&x%79=1";
    struct form form;
    struct error err;
    assert_true(form_parse(body, sizeof body - 1, arena, &form, &err));
    assert_int_equal(form.count, 5);
    assert_string_equal(form_value(&form, "to"), "+447700900123");
    assert_string_equal(form_value(&form, "text"), "caf\xc3\xa9 & tea=");
    assert_string_equal(form_value(&form, "empty"), "");
    assert_string_equal(form_value(&form, "flag"), "");
    assert_string_equal(form_value(&form, "xy"), "1");
    assert_null(form_value(&form, "missing"));
    assert_true(form_parse("", 0, arena, &form, &err));
    assert_int_equal(form.count, 0);
}

static void bad_forms(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    static const char *const cases[] = {
        "a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=%ed%a0%80", "a=%c3", "a=1&b=2&a=3",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct form form = {.count = 77};
        struct error err = {.kind = ERROR_NONE};
        assert_false(form_parse(cases[i], strlen(cases[i]), arena, &form, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_int_equal(form.count, 77);
    }
    struct form form;
    struct error err;
    assert_false(form_parse("a=x\0y", 5, arena, &form, &err));
    CLEANUP(buffer_free) struct buffer many;
    buffer_init(&many, 4096);
    for (int i = 0; i < FORM_FIELDS; i++) {
        buffer_printf(&many, "f%d=1&", i);
    }
    assert_true(form_parse(buffer_text(&many), many.length, arena, &form, &err));
    buffer_puts(&many, "one=more");
    assert_false(form_parse(buffer_text(&many), many.length, arena, &form, &err));
}

static void written_forms_read_back(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer body;
    buffer_init(&body, 4096);
    char all[256];
    for (int i = 1; i < 128; i++) {
        all[i - 1] = (char)i;
    }
    memcpy(all + 127, "\xe2\x82\xac", 4);
    form_put(&body, "a&b", all);
    form_put(&body, "plain", "x-._~");
    struct form form;
    struct error err;
    assert_true(form_parse(buffer_text(&body), body.length, arena, &form, &err));
    assert_string_equal(form_value(&form, "a&b"), all);
    assert_non_null(strstr(buffer_text(&body), "&plain=x-._~"));
}

static void base64(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *plain; /* NULL: refused */
    } cases[] = {
        {"", ""},       {"Zg==", "f"},  {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYg==", "foob"},
        {"Zg=", NULL},  {"Zg", NULL},   {"Z", NULL},    {"Z===", NULL},  {"Zm9v\n", NULL},
        {"Zm-v", NULL}, {"=Zg=", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64);
        assert_int_equal(codec_base64(cases[i].text, strlen(cases[i].text), &out),
                         cases[i].plain != NULL);
        if (cases[i].plain != NULL) {
            assert_string_equal(buffer_text(&out), cases[i].plain);
        }
    }
}

static void quoted_printable(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *plain;
    } cases[] = {
        {"caf=C3=A9", "caf\xc3\xa9"},
        {"a=\r\nb", "ab"},
        {"a=  \r\nb", "ab"},
        {"a=\nb", "ab"},
        {"end=", "end"},
        {"=zz", "=zz"},
        {"=4", "=4"},
        {"=3d=3D", "=="},
        {"a\r\nb", "a\r\nb"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64);
        codec_quoted(cases[i].text, strlen(cases[i].text), &out);
        assert_string_equal(buffer_text(&out), cases[i].plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_forms),
        cmocka_unit_test(bad_forms),
        cmocka_unit_test(written_forms_read_back),
        cmocka_unit_test(base64),
        cmocka_unit_test(quoted_printable),
    };
    return cmocka_run_group_tests_name("rehearsal/form", tests, NULL, NULL);
}
