/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts and encodings: the alphabet letter by letter, and the packing at every edge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"

struct run {
    unsigned times;
    const char *text;
};

struct size_case {
    struct run runs[3];
    enum gsm_encoding encoding;
    size_t units;
    size_t parts;
};

static void test_packing(void **state)
{
    (void)state;
    static const struct size_case cases[] = {
        {{{0, ""}}, GSM_7BIT, 0, 0},
        {{{1, "a"}}, GSM_7BIT, 1, 1},
        {{{160, "a"}}, GSM_7BIT, 160, 1},
        {{{161, "a"}}, GSM_7BIT, 161, 2},
        {{{158, "a"}, {1, "€"}}, GSM_7BIT, 160, 1},
        {{{159, "a"}, {1, "€"}}, GSM_7BIT, 161, 2},
        {{{80, "{"}}, GSM_7BIT, 160, 1},
        {{{81, "{"}}, GSM_7BIT, 162, 2},
        {{{152, "a"}, {1, "€"}, {152, "a"}}, GSM_7BIT, 306, 3},
        {{{151, "a"}, {1, "€"}, {153, "a"}}, GSM_7BIT, 306, 2},
        {{{76, "€"}, {1, "a"}, {76, "€"}}, GSM_7BIT, 305, 2},
        {{{153, "€"}}, GSM_7BIT, 306, 3},
        {{{306, "a"}}, GSM_7BIT, 306, 2},
        {{{307, "a"}}, GSM_7BIT, 307, 3},
        {{{459, "a"}}, GSM_7BIT, 459, 3},
        {{{460, "a"}}, GSM_7BIT, 460, 4},
        {{{1, "ŵ"}}, GSM_UCS2, 1, 1},
        {{{70, "ŵ"}}, GSM_UCS2, 70, 1},
        {{{71, "ŵ"}}, GSM_UCS2, 71, 2},
        {{{69, "a"}, {1, "ŵ"}}, GSM_UCS2, 70, 1},
        {{{70, "a"}, {1, "ŵ"}}, GSM_UCS2, 71, 2},
        {{{68, "ŵ"}, {1, "😀"}}, GSM_UCS2, 70, 1},
        {{{69, "ŵ"}, {1, "😀"}}, GSM_UCS2, 71, 2},
        {{{66, "ŵ"}, {1, "😀"}, {66, "ŵ"}}, GSM_UCS2, 134, 3},
        {{{65, "ŵ"}, {1, "😀"}, {67, "ŵ"}}, GSM_UCS2, 134, 2},
        {{{35, "😀"}}, GSM_UCS2, 70, 1},
        {{{67, "😀"}}, GSM_UCS2, 134, 3},
        {{{134, "ŵ"}}, GSM_UCS2, 134, 2},
        {{{135, "ŵ"}}, GSM_UCS2, 135, 3},
        {{{1, "`"}, {159, "a"}}, GSM_UCS2, 160, 3},
        {{{35, "{"}, {35, "ŵ"}}, GSM_UCS2, 70, 1},
        {{{1, "\xEF\xBF\xBD"}}, GSM_UCS2, 1, 1},
        {{{50, "a\r\nb"}}, GSM_7BIT, 200, 2},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer text;
        buffer_init(&text, 4096);
        for (size_t r = 0; r < ARRAY_LENGTH(cases[i].runs); r++) {
            for (unsigned k = 0; k < cases[i].runs[r].times; k++) {
                assert_true(buffer_puts(&text, cases[i].runs[r].text));
            }
        }
        struct gsm_size size;
        assert_true(gsm_measure(buffer_text(&text), text.length, &size));
        if (size.encoding != cases[i].encoding || size.units != cases[i].units ||
            size.parts != cases[i].parts) {
            fail_msg("case %zu: %s %zu %zu, not %s %zu %zu", i, gsm_encoding_name(size.encoding),
                     size.units, size.parts, gsm_encoding_name(cases[i].encoding), cases[i].units,
                     cases[i].parts);
        }
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"a\0b", 3},
        {"\0", 1},
        {"a\x1b", 2},
        {"\xff", 1},
        {"\xc3", 1},
        {"a\xc3\x28", 3},
        {"\xc0\x80", 2},
        {"\xed\xa0\xbd\xed\xb8\x80", 6},
        {"\xf4\x90\x80\x80", 4},
        {"\xe2\x82", 2},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct gsm_size size = {.units = 77};
        assert_false(gsm_measure(cases[i].bytes, cases[i].length, &size));
        assert_int_equal(size.units, 77);
    }
}

/* Every character of the alphabet, in the standard's order, and nothing else below U+FFFF. */
static void test_alphabet(void **state)
{
    (void)state;
    static const char one[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                              "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    static const char two[] = "\f^{}\\[~]|€";
    size_t ones = 0;
    size_t twos = 0;
    uint32_t rune = 0;
    for (size_t at = 0; at < sizeof one - 1; ones++) {
        at += text_rune(one + at, sizeof one - 1 - at, &rune);
        assert_int_equal(gsm_septets(rune), 1);
    }
    for (size_t at = 0; at < sizeof two - 1; twos++) {
        at += text_rune(two + at, sizeof two - 1 - at, &rune);
        assert_int_equal(gsm_septets(rune), 2);
    }
    assert_int_equal(ones, 127);
    assert_int_equal(twos, 10);
    size_t found = 0;
    for (rune = 0; rune <= 0x10FFFF; rune++) {
        found += gsm_septets(rune) > 0 ? 1 : 0;
    }
    assert_int_equal(found, 137);
    assert_int_equal(gsm_septets('`'), 0);
    assert_int_equal(gsm_septets(0xE7), 0);
    assert_int_equal(gsm_septets('\t'), 0);
    assert_int_equal(gsm_septets(0x1B), 0);
    assert_int_equal(gsm_septets(0), 0);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(gsm_encoding_name(GSM_7BIT), "gsm7");
    assert_string_equal(gsm_encoding_name(GSM_UCS2), "ucs2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packing),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_alphabet),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("message/gsm", tests, NULL, NULL);
}
