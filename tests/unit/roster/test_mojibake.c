/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text read in the wrong encoding, made here and mended there; and text that only looks so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <iconv.h>
#include <string.h>

#include "mojibake.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"

/* The text as it looks when its bytes are read as `encoding`, C1 controls where it has no
 * character. */
static const char *mangle(const char *text, const char *encoding, struct arena *arena)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 10000);
    for (; *text != '\0'; text++) {
        char byte = *text;
        char *from = &byte;
        size_t left = 1;
        char piece[4];
        char *to = piece;
        size_t space = sizeof piece;
        if (iconv(converter, &from, &left, &to, &space) == (size_t)-1) {
            space = sizeof piece - text_put_rune((unsigned char)byte, piece);
        }
        (void)buffer_add(&out, piece, sizeof piece - space);
    }
    (void)iconv_close(converter);
    return arena_text(arena, buffer_text(&out));
}

static void expect(const char *cell, const char *wanted, struct arena *arena)
{
    const char *mended = mojibake_mend(cell, arena);
    if (!text_equal(mended, wanted)) {
        fail_msg("%s became %s", cell, mended == NULL ? "NULL" : mended);
    }
}

static void test_mended(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Siân",       "Llŷr",         "Gŵyl Ŵan",   "O’Brien",    "José",     "Zoë",
        "Éabha",      "ÉABHA",        "RÓISÍN",     "Ó Murchú",   "Ògúnlẹ",   "Ọbáfẹ́mi",
        "Łukasz",     "Dąbrowski",    "Żaneta Gęś", "Müller",     "Straße",   "Núñez",
        "François",   "œuvre",        "£5 – €6",    "“Nan” Lee…", "Gražinė",  "Ștefan Țepeș",
        "Иван",       "Ελένη Παππά",  "田中太郎",   "½ time",     "🙂",     "Llanœuvr",
        "Dvořák",     "Gwen\u0302",   "d’Arcy",     "Ø",          "Đặng Thị", "À l’œuvre",
        "Reilly – Ó", "Ann Ó Briain",
    };
    static const char *const encodings[] = {"WINDOWS-1252", "ISO-8859-1"};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(encodings); j++) {
            const char *once = mangle(texts[i], encodings[j], arena);
            const char *twice = mangle(once, encodings[j], arena);
            expect(once, texts[i], arena);
            expect(twice, texts[i], arena);
        }
    }
    expect("SiÃ¢n", "Siân", arena);
    expect("Oâ€™Brien", "O’Brien", arena);
    expect("JosÃ©", "José", arena);
    expect("SiÃƒÂ¢n", "Siân", arena);
    expect("Â£5", "£5", arena);
}

/* Genuine text, in capitals and small letters, and what is no text. */
static void test_left_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",       "Ann Lee", "Siân",      "Ã",       "São",         "SÃO PAULO", "Âme",
        "½",      "O’Brien", "Zoë",       "Łukasz",  "JOÃO",        "Ŵan",       "ÇA",
        "CAFÉ’S", "JOSÉ’S",  "JOSÉ – ÉA", "“CAFÉ”",  "CAFÉ\u00A0A", "IRMÃ’S",    "Ó’S",
        "WEIß’",  "é’”",     "É…",        "Å’S",     "GRÅ–A",       "Ä",         "Иван",
        "£5",     "€6",      "– – –",     "1½",      "Ñ",           "™",         "a\xFFz",
        "\xC3",   "\uFFFD",  "Siân Ã¢",   "SiÃ¢n ŵ", "田中",        "Ÿ’Œ",       "Ð",
        "Ý’s",    "×²",      "ÀÉÎÕÜ",     "àéîõü",   "ÿÿÿÿ",        "Ü ",        "Ý\u00A0",
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        expect(texts[i], NULL, arena);
    }
}

/* Whatever comes in, what comes out is UTF-8 and shorter; and no two genuine letters in a row are
 * ever mended. */
static void test_enemies(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    uint32_t seed = 5;
    for (int round = 0; round < 50000; round++) {
        char cell[20];
        size_t length = 0;
        for (int i = 0; i < 1 + round % 6; i++) {
            seed = seed * 1664525 + 1013904223;
            length += text_put_rune(1 + (seed >> 16) % 0x2200, cell + length);
        }
        cell[length] = '\0';
        const char *mended = mojibake_mend(cell, arena);
        assert_true(mended == NULL ||
                    (strlen(mended) < length && text_is_utf8(mended, strlen(mended))));
        arena_reset(arena);
    }
    for (uint32_t one = 0xC0; one <= 0xFF; one++) {
        for (uint32_t two = 0xC0; two <= 0xFF; two++) {
            char cell[5] = "";
            size_t length = text_put_rune(one, cell);
            (void)text_put_rune(two, cell + length);
            assert_null(mojibake_mend(cell, arena));
        }
    }
    char *huge = arena_array(arena, 100001, 2);
    for (size_t i = 0; i < 100000; i++) {
        memcpy(huge + 2 * i, "\xC3\x83", 2);
    }
    assert_null(mojibake_mend(huge, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mended),
        cmocka_unit_test(test_left_alone),
        cmocka_unit_test(test_enemies),
    };
    return cmocka_run_group_tests_name("roster/mojibake", tests, NULL, NULL);
}
