/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guess at an encoding and the conversion, whole and in pieces of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "charset.h"
#include "muster/base/text.h"

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
        {BYTES("\x8A\xBF\x8E\x9A,\x93\x8C\x8B\x9E\n\x8E\x52\x93\x63,\x91\xBE\x98\x59\n"
               "\x8D\xB2\x93\xA1,\x89\xD4\x8E\x71\n\x97\xE9\x96\xD8,\x88\xEA\x98\x59\n"),
         "SHIFT_JIS"},
        /* an old Macintosh */
        {BYTES("No,Name\r1,Si\x89n\r2,Zo\x91\r3,O\xD5"
               "Brien\r4,\xA3"
               "5\r"),
         "MACINTOSH"},
        {BYTES("No,Name\n1,SI\xE5N\n2,JOS\x83\n"), "MACINTOSH"},
        {BYTES("No,Name\n1,SI\xC2N\n2,JOS\xC9\n"), "WINDOWS-1252"},
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

/* A Russian name among many letters of ASCII is no Russian list, however many there are. */
static void test_guess_weighs_letters(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t letters = 0; letters <= 4096; letters += 256) {
        CLEANUP(buffer_free) struct buffer file;
        buffer_init(&file, 1 << 20);
        for (size_t i = 0; i < letters; i++) {
            (void)buffer_putc(&file, 'a');
        }
        (void)buffer_puts(&file, "\xC8\xE2\xE0\xED\xEE\xE2 \xCF\xE5\xF2\xF0\xEE\xE2\xE8\xF7\n");
        const char *told = guess_in_pieces(file.data, file.length, file.length, arena);
        assert_int_equal(strcmp(told, "WINDOWS-1252") == 0, letters > 0);
    }
}

/* What iconv makes of the bytes, by U+FFFD for each byte it objects to. */
static void by_iconv(const char *bytes, size_t length, struct buffer *out)
{
    iconv_t converter = iconv_open("UTF-8", "UTF-8");
    char *from = (char *)(uintptr_t)bytes;
    while (length > 0) {
        char piece[100];
        char *to = piece;
        size_t space = sizeof piece;
        size_t result = iconv(converter, &from, &length, &to, &space);
        int fault = errno;
        (void)buffer_add(out, piece, sizeof piece - space);
        if (result == (size_t)-1 && fault != E2BIG) {
            size_t skip = fault == EINVAL ? length : 1;
            (void)buffer_puts(out, "\xEF\xBF\xBD");
            from += skip;
            length -= skip;
        }
    }
    (void)iconv_close(converter);
}

/* What is shaped like UTF-8 and lies beyond U+10FFFF passes iconv, and shall not pass us. */
static void make_sound(struct buffer *text)
{
    CLEANUP(buffer_free) struct buffer sound;
    buffer_init(&sound, 3000);
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text->data + i, text->length - i, &rune)) > 0;
         i += step) {
        char bytes[4];
        (void)buffer_add(&sound, bytes, text_put_rune(rune, bytes));
    }
    buffer_clear(text);
    (void)buffer_add(text, buffer_text(&sound), sound.length);
}

/* Sound UTF-8 takes a short way: it must lead where the long one leads, for all sorts of damage. */
static void test_convert_damaged(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "a",
        "bcdefghijklmnopqrst",
        "\xC3\xA9",
        "\xE2\x82\xAC",
        "\xF0\x9F\x98\x80",
        "\xC3",
        "\xE2",
        "\xE2\x82",
        "\xF0",
        "\xF0\x9F\x98",
        "\x80",
        "\xBF",
        "\xC0",
        "\xE0\x80",
        "\xED\xA0",
        "\xF4\x90",
        "\xF8\x88",
        "\xFF",
        "\xFE",
        "\xEF\xBF\xBD",
    };
    uint32_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        CLEANUP(buffer_free) struct buffer in;
        CLEANUP(buffer_free) struct buffer out;
        CLEANUP(buffer_free) struct buffer expected;
        buffer_init(&in, 1000);
        buffer_init(&out, 3000);
        buffer_init(&expected, 3000);
        for (int i = 0; i < 1 + round % 12; i++) {
            seed = seed * 1664525 + 1013904223;
            (void)buffer_puts(&in, parts[(seed >> 16) % ARRAY_LENGTH(parts)]);
        }
        by_iconv(in.data, in.length, &expected);
        make_sound(&expected);
        convert("UTF-8", in.data, in.length, 1 + (size_t)round % 5, &out);
        assert_int_equal(out.length, expected.length);
        assert_memory_equal(buffer_text(&out), buffer_text(&expected), out.length);
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
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_guess_forgives_a_slip),
        cmocka_unit_test(test_convert),
        cmocka_unit_test(test_convert_much),
        cmocka_unit_test(test_convert_refuses),
        cmocka_unit_test(test_convert_damaged),
        cmocka_unit_test(test_guess_weighs_letters),
    };
    return cmocka_run_group_tests_name("roster/charset", tests, NULL, NULL);
}
