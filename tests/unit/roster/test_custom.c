/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headings into names of facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "custom.h"
#include "muster/base/text.h"

static void headings_become_names(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *name; /* NULL: none */
    } cases[] = {
        {"Shift", "shift"},
        {"Shift Pattern", "shift_pattern"},
        {"  Shift -- pattern (wk) ", "shift_pattern_wk"},
        {"E-Rostering?", "e_rostering"},
        {"Patrwm sifft Ŵyl", "patrwm_sifft_ŵyl"},
        {"2nd job", "2nd_job"},
        {"Number", "number_"},
        {"Voted", "voted_"},
        {"Coming", "coming_"},
        {"UNANSWERED", "unanswered_"},
        {"Mobile", "mobile_"},
        {"custom", "custom_"},
        {"", NULL},
        {"?!", NULL},
        {"\xC2\xA0", NULL},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *name = custom_name(cases[i].header, arena);
        if (!text_equal(name, cases[i].name)) {
            fail_msg("\"%s\" becomes \"%s\"", cases[i].header, name == NULL ? "NULL" : name);
        }
    }
}

static void names_have_a_limit_between_letters(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *header = arena_alloc(arena, 1001);
    for (size_t i = 0; i < 500; i++) {
        memcpy(header + 2 * i, "\xC5\xB5", 2); /* ŵ */
    }
    for (size_t shift = 0; shift < 2; shift++) {
        const char *name = custom_name(header + 2 * 480 * shift, arena);
        assert_true(strlen(name) <= 41);
        assert_true(text_is_utf8(name, strlen(name)));
    }
    header[0] = 'x';
    header[1] = 'y';
    const char *name = custom_name(header + 1, arena);
    assert_true(strlen(name) <= 41);
    assert_true(text_is_utf8(name, strlen(name)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_become_names),
        cmocka_unit_test(names_have_a_limit_between_letters),
    };
    return cmocka_run_group_tests_name("roster/custom", tests, NULL, NULL);
}
