/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of every size, none in another's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "muster/base/arena.h"

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    enum { PIECES = 2000 };
    static unsigned char *pieces[PIECES];
    static size_t sizes[PIECES];
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < PIECES; i++) {
            /* Small ones, some as big as a block, a few bigger. */
            sizes[i] = i % 97 == 0 ? 40000 + i : i % 13 == 0 ? 4000 + i : i % 50;
            pieces[i] = arena_alloc(arena, sizes[i]);
            assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
            for (size_t n = 0; n < sizes[i]; n++) {
                assert_int_equal(pieces[i][n], 0);
            }
            memset(pieces[i], (int)(i % 251) + 1, sizes[i]);
        }
        for (size_t i = 0; i < PIECES; i++) {
            for (size_t n = 0; n < sizes[i]; n++) {
                assert_int_equal(pieces[i][n], i % 251 + 1);
            }
        }
        arena_reset(arena);
    }
}

static void texts_are_copied(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char source[] = "source";
    char *copy = arena_text(arena, source);
    source[0] = 'X';
    assert_string_equal(copy, "source");
    assert_null(arena_text(arena, NULL));
    assert_string_equal(arena_text(arena, ""), "");
    assert_string_equal(arena_span(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_span(arena, "abc", 0), "");
    assert_memory_equal(arena_span(arena, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(arena_printf(arena, "%s", ""), "");
    for (int width = 250; width < 260; width++) {
        assert_int_equal(strlen(arena_printf(arena, "%*d", width, 1)), width);
    }
    char *wide = arena_printf(arena, "%100000d", 1);
    assert_int_equal(strlen(wide), 100000);
    assert_string_equal(copy, "source");
}

static void an_array_of_nothing_is_something(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_non_null(arena_array(arena, 0, 8));
    assert_non_null(arena_alloc(arena, 0));
    int64_t *numbers = arena_array(arena, 1000, sizeof *numbers);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(numbers[i], 0);
    }
    struct arena *none = NULL;
    arena_free(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(an_array_of_nothing_is_something),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
