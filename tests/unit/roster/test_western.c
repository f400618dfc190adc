/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists in Windows-1252 and in MacRoman, told apart by their names; in pieces of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <iconv.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "western.h"

/* The text (UTF-8) in another encoding. */
static void encode(const char *text, const char *encoding, struct buffer *out)
{
    iconv_t converter = iconv_open(encoding, "UTF-8");
    char *from = (char *)(uintptr_t)text;
    size_t left = strlen(text);
    char *to = buffer_reserve(out, left);
    size_t space = left;
    if (iconv(converter, &from, &left, &to, &space) != 0) {
        fail_msg("%s is not in %s", text, encoding);
    }
    buffer_extend(out, strlen(text) - space);
    (void)iconv_close(converter);
}

static const char *judge(const struct buffer *file, size_t piece)
{
    CLEANUP(western_free) struct western *western = western_create();
    for (size_t i = 0; i < file->length; i += piece) {
        western_add(western, file->data + i, file->length - i < piece ? file->length - i : piece);
    }
    return western_end(western);
}

static void expect(const char *text, const char *encoding, const char *told)
{
    CLEANUP(buffer_free) struct buffer file;
    buffer_init(&file, 1 << 20);
    encode(text, encoding, &file);
    for (size_t piece = 1; piece < 12; piece++) {
        const char *word = judge(&file, piece);
        if (strcmp(word, told) != 0) {
            fail_msg("%s in %s is taken for %s, in pieces of %zu", text, encoding, word, piece);
        }
    }
}

/* Each list is known in both encodings. */
static void test_both(void **state)
{
    (void)state;
    static const char *const lists[] = {
        /* Wales, as far as both encodings go: ŵ and ŷ are in neither */
        "1,Siân,Jones\n2,Gwenllïan,Môn\n",
        "1,SIÂN,JONES\n2,ZOË,HÛW\n",
        "1,Ysbyty Gwynedd,Siân,i’r gad\n2,Undeb,Siôn,o’r Rhyl\n",
        /* Ireland */
        "1,Seán,O’Brien\n2,Róisín,Ní Dhomhnaill\n3,Éabha,Ó Murchú\n4,Áine,O’Neill\n",
        "1,SEÁN,O’BRIEN\n2,RÓISÍN,Ó MURCHÚ\n",
        /* France and Germany */
        "1,François,Müller\n2,Hélène,Lefèvre\n3,Zoë,Strauß\n4,José,Núñez\n",
        "1,FRANÇOIS,MÜLLER\n2,HÉLÈNE,LEFÈVRE\n3,JOSÉ,NÚÑEZ\n",
        /* Nigeria: Yoruba as far as it goes */
        "1,Adébáyò,Adéolá\n2,Olúwáségun,Ògúnléye\n",
        /* subscriptions */
        "1,Chloë,£5.00,€6\n2,Ann,£12.50,€7\n",
        /* punctuation */
        "1,Ann,“Nan” Lee,St Thomas’s – day – 9–5\n2,Bea O’Hara,D’Arcy,King’s\n",
        "1,O’Brien\n",
        "1,Siân\n",
        "1,Zoë\n",
        "1,SIÂN\n",
        "1,José\n",
        "1,François\n",
        "1,Øyvind\n2,Bjørn\n3,Åse\n",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        expect(lists[i], "WINDOWS-1252", "WINDOWS-1252");
        expect(lists[i], "MACINTOSH", "MACINTOSH");
    }
}

/* What does not tell is Windows-1252. */
static void test_ties(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "",
        "1,Ann\n",
        "1,Ann,£5\n2,Bea,£6\n",
        "1,© Unison\n",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        expect(lists[i], "WINDOWS-1252", "WINDOWS-1252");
        expect(lists[i], "MACINTOSH", "WINDOWS-1252");
    }
    /* Croatian and Czech letters are in Windows-1252, beside a few that look worse there. */
    expect("1,Tomáš\n2,Dušan\n3,Žarko\n4,Šime\n", "WINDOWS-1252", "WINDOWS-1252");
    expect("1,part–time\n2,full–time\n3,part–time\n", "WINDOWS-1252", "WINDOWS-1252");
    expect("1,SIMÕES\n2,SIMÕES\n3,SIMÕES\n4,SIMÕES\n5,SIMÕES\n", "WINDOWS-1252", "WINDOWS-1252");
    expect("1,JÕE\n2,André\n", "WINDOWS-1252", "WINDOWS-1252");
    expect("1,Aujourd’hui l’union,Mae’r undeb i’r gad\n", "WINDOWS-1252", "WINDOWS-1252");
}

/* Polish is in neither. It comes in Windows-1250, and must not be taken for a Macintosh's. */
static void test_polish(void **state)
{
    (void)state;
    expect("1,Łukasz,Wiśniewski\n2,Małgorzata,Wójcik\n3,Zbigniew,Dąbrowski\n4,Józef,Zieliński\n"
           "5,Agnieszka,Kamińska\n6,Błażej,Lewandowski\n7,Paweł,Woźniak\n8,Michał,Mazurkiewicz\n",
           "WINDOWS-1250", "WINDOWS-1252");
}

/* One accent in two thousand rows; and the line ends. */
static void test_single(void **state)
{
    (void)state;
    static const char *const encodings[] = {"WINDOWS-1252", "MACINTOSH"};
    for (size_t i = 0; i < ARRAY_LENGTH(encodings); i++) {
        CLEANUP(buffer_free) struct buffer file;
        buffer_init(&file, 1 << 20);
        for (int row = 0; row < 2000; row++) {
            (void)buffer_printf(&file, "%d,Ann,Jones,Leeds General\r\n", row);
            if (row == 1234) {
                encode("1,Siân,Hughes\r\n", encodings[i], &file);
            }
        }
        assert_string_equal(judge(&file, 1000), encodings[i]);
    }
    /* Two readings are as good as each other, or nearly: the line ends may tip the scale. */
    expect("No,Name\n1,Caitlín\n2,Müller\n", "WINDOWS-1252", "WINDOWS-1252");
    expect("No,Name\n1,Síle\n", "MACINTOSH", "WINDOWS-1252");
    expect("No,Name\r1,Síle\r", "MACINTOSH", "MACINTOSH");
    expect("No,Name\r1,O’Brien\r2,King’s\r3,£5\r", "WINDOWS-1252", "WINDOWS-1252");
}

/* No text at all: whatever comes out, nothing breaks. */
static void test_enemies(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer file;
    buffer_init(&file, 4 << 20);
    uint32_t seed = 1;
    for (size_t i = 0; i < (size_t)3 << 20; i++) {
        seed = seed * 1664525 + 1013904223;
        (void)buffer_putc(&file, (char)(seed >> 24));
    }
    assert_string_equal(judge(&file, 65536), "WINDOWS-1252");
    for (size_t i = 0; i < file.length; i++) {
        file.data[i] = '\xFF';
    }
    assert_string_equal(judge(&file, 1000), "WINDOWS-1252");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both),    cmocka_unit_test(test_ties),
        cmocka_unit_test(test_polish),  cmocka_unit_test(test_single),
        cmocka_unit_test(test_enemies),
    };
    return cmocka_run_group_tests_name("roster/western", tests, NULL, NULL);
}
