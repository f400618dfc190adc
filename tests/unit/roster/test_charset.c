/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guess at an encoding and the conversion, whole and in pieces of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "charset.h"

#define BYTES(text) (text), sizeof(text) - 1

static const char *guess_in_pieces(const char *bytes, size_t length, size_t piece,
                                   struct arena *arena)
{
    CLEANUP(charset_guess_free) struct charset_guess *guess = charset_guess_create();
    for (size_t i = 0; i < length; i += piece) {
        charset_guess_add(guess, bytes + i, length - i < piece ? length - i : piece);
    }
    return charset_guess_end(guess, arena);
}

static void test_guess(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *encoding;
    } cases[] = {
        {BYTES("No,Name\n1,Ann\n"), "UTF-8"},
        {BYTES("\xEF\xBB\xBFNo,Name\n1,Ann\n"), "UTF-8"},
        {BYTES("No,Name\n1,Si\xC3\xA2n\n2,T\xC5\xB7\n3,\xF0\x9F\x99\x82\n"), "UTF-8"},
        /* cut off in the middle of its only character */
        {BYTES("No,Name\n1,Si\xC3"), "WINDOWS-1252"},
        {BYTES("No,Name\n1,Si\xE2n\n"), "WINDOWS-1252"},
        {BYTES("No,Name\n1,Chlo\xEB\n2,Zo\xEB M\xFCller\n3,O\x92"
               "Brien\n"),
         "WINDOWS-1252"},
        /* overlong forms and surrogates are not UTF-8 */
        {BYTES("No,Name\n1,\xC0\xAF\n"), "WINDOWS-1252"},
        {BYTES("No,Name\n1,\xED\xA0\x80\n"), "WINDOWS-1252"},
        {BYTES("\xFF\xFEN\0o\0\n\0"), "UTF-16LE"},
        {BYTES("\xFE\xFF\0N\0o\0\n"), "UTF-16BE"},
        {BYTES("N\0o\0,\0A\0\n\0"), "UTF-16LE"},
        {BYTES("\0N\0o\0,\0A\0\n"), "UTF-16BE"},
        {BYTES("\xFF\xFE\0\0N\0\0\0"), "UTF-32LE"},
        {BYTES("\xC8\xE2\xE0\xED\xEE\xE2 \xC8\xE2\xE0\xED \xCF\xE5\xF2\xF0\xEE\xE2\xE8\xF7\n"
               "\xD1\xE8\xE4\xEE\xF0\xEE\xE2 \xC0\xED\xE4\xF0\xE5\xE9\n"),
         "WINDOWS-1251"},
        {BYTES(""), "UTF-8"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t piece = 1; piece <= 7; piece++) {
            const char *told = guess_in_pieces(cases[i].bytes, cases[i].length, piece, arena);
            if (strcmp(told, cases[i].encoding) != 0) {
                fail_msg("case %zu in pieces of %zu: %s", i, piece, told);
            }
        }
    }
}

/* One slip in a large UTF-8 file does not make the whole of it Windows-1252. */
static void test_guess_forgives_a_slip(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer file;
    buffer_init(&file, 1 << 20);
    for (int i = 0; i < 100; i++) {
        (void)buffer_puts(&file, "1,Si\xC3\xA2n\n");
    }
    (void)buffer_puts(&file, "2,Zo\xEB\n");
    assert_string_equal(guess_in_pieces(file.data, file.length, 1000, arena), "UTF-8");
}

static void convert(const char *encoding, const char *bytes, size_t length, size_t piece,
                    struct buffer *out)
{
    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    struct error err;
    assert_true(charset_stream_create(encoding, &stream, &err));
    for (size_t i = 0; i < length; i += piece) {
        size_t size = length - i < piece ? length - i : piece;
        assert_true(charset_stream_add(stream, bytes + i, size, out));
    }
    assert_true(charset_stream_end(stream, out));
}

static void test_convert(void **state)
{
    (void)state;
    static const struct {
        const char *encoding;
        const char *bytes;
        size_t length;
        const char *text;
        size_t text_length;
    } cases[] = {
        {"UTF-8", BYTES("\xEF\xBB\xBFNo"), BYTES("No")},
        {"UTF-8", BYTES("T\xC5\xB7"), BYTES("T\xC5\xB7")},
        {"UTF-8", BYTES("a\xFFz"), BYTES("a\xEF\xBF\xBDz")},
        {"UTF-8", BYTES("a\xC5"), BYTES("a\xEF\xBF\xBD")},
        {"UTF-8", BYTES("a\0z"), BYTES("a\0z")},
        {"UTF-8", BYTES(""), BYTES("")},
        {"WINDOWS-1252", BYTES("Si\xE2n \x80"), BYTES("Si\xC3\xA2n \xE2\x82\xAC")},
        {"WINDOWS-1252", BYTES("a\x81z"), BYTES("a\xEF\xBF\xBDz")},
        {"UTF-16LE", BYTES("\xFF\xFET\0\x77\x01"), BYTES("T\xC5\xB7")},
        {"UTF-16BE", BYTES("\xFE\xFF\0T\x01\x77"), BYTES("T\xC5\xB7")},
        {"UTF-16LE", BYTES("\x3D\xD8\x42\xDE"), BYTES("\xF0\x9F\x99\x82")},
        {"UTF-16LE", BYTES("a\0\x42\xDEz\0"), BYTES("a\xEF\xBF\xBDz")},
        {"UTF-16LE", BYTES("a\0z"), BYTES("a\xEF\xBF\xBD")},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t piece = 1; piece <= 9; piece++) {
            CLEANUP(buffer_free) struct buffer out;
            buffer_init(&out, 1000);
            convert(cases[i].encoding, cases[i].bytes, cases[i].length, piece, &out);
            if (out.length != cases[i].text_length ||
                memcmp(buffer_text(&out), cases[i].text, out.length) != 0) {
                fail_msg("case %zu in pieces of %zu: %s", i, piece, buffer_text(&out));
            }
        }
    }
}

static void test_convert_much(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer in;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&in, 1 << 20);
    buffer_init(&out, 1 << 20);
    for (int i = 0; i < 100000; i++) {
        (void)buffer_puts(&in, "\xE2x");
    }
    convert("WINDOWS-1252", in.data, in.length, in.length, &out);
    assert_int_equal(out.length, 300000);
    assert_memory_equal(out.data + 299997, "\xC3\xA2x", 3);
}

static void test_convert_refuses(void **state)
{
    (void)state;
    struct charset_stream *none = NULL;
    struct error err;
    assert_false(charset_stream_create("X-NO-SUCH", &none, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_null(none);

    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    assert_true(charset_stream_create("UTF-8", &stream, &err));
    CLEANUP(buffer_free) struct buffer small;
    buffer_init(&small, 3);
    assert_false(charset_stream_add(stream, "abcd", 4, &small));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guess),           cmocka_unit_test(test_guess_forgives_a_slip),
        cmocka_unit_test(test_convert),         cmocka_unit_test(test_convert_much),
        cmocka_unit_test(test_convert_refuses),
    };
    return cmocka_run_group_tests_name("roster/charset", tests, NULL, NULL);
}
