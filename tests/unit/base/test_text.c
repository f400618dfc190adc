/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8, folding, trimming, the nearest word, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/text.h"

#define BYTES(text) (text), sizeof(text) - 1

static void utf8_is_what_rfc_3629_says(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        bool good;
    } cases[] = {
        {BYTES(""), true},
        {BYTES("plain"), true},
        {BYTES("a\0b"), true},
        {BYTES("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), true},
        {BYTES("\xEF\xBF\xBF"), true},
        {BYTES("\xF4\x8F\xBF\xBF"), true},
        {BYTES("\xF4\x90\x80\x80"), false}, /* beyond U+10FFFF */
        {BYTES("\xED\xA0\x80"), false},     /* a surrogate */
        {BYTES("\xC0\xAF"), false},         /* overlong */
        {BYTES("\xE0\x80\xAF"), false},
        {BYTES("\xF0\x80\x80\xAF"), false},
        {BYTES("\x80"), false},
        {BYTES("\xC3"), false}, /* cut off */
        {BYTES("\xE2\x82"), false},
        {BYTES("\xFF\xFE"), false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(text_is_utf8(cases[i].bytes, cases[i].length), cases[i].good);
    }
}

static void runes_are_read_and_written(void **state)
{
    (void)state;
    static const uint32_t runes[] = {0x24,   0x7F,   0x80,   0xE9,    0x7FF,   0x800,
                                     0x20AC, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
    for (size_t i = 0; i < ARRAY_LENGTH(runes); i++) {
        char bytes[4];
        uint32_t rune = 0;
        size_t length = text_put_rune(runes[i], bytes);
        assert_int_equal(text_rune(bytes, length, &rune), length);
        assert_int_equal(rune, runes[i]);
        /* Cut off, each byte is one malformed character. */
        if (length > 1) {
            assert_int_equal(text_rune(bytes, length - 1, &rune), 1);
            assert_int_equal(rune, 0xFFFD);
        }
    }
    uint32_t rune = 7;
    assert_int_equal(text_rune("", 0, &rune), 0);
    assert_int_equal(text_rune("\xFFx", 2, &rune), 1);
    assert_int_equal(rune, 0xFFFD);
    assert_int_equal(text_rune("\0", 1, &rune), 1);
    assert_int_equal(rune, 0);
}

static void folded_words_are_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *folded;
    } cases[] = {
        {"", ""},
        {"STOP", "stop"},
        {"  Stop \t\r\n please  ", "stop please"},
        {"St\xC2\xA0op", "st op"},                /* no-break space */
        {"S\xE2\x80\x8BT\xE2\x80\x8DOP", "stop"}, /* zero-width space and joiner */
        {"\xEF\xBB\xBFstop", "stop"},             /* byte-order mark */
        {"\xEF\xBC\xB3\xEF\xBC\xB4OP", "stop"},   /* full-width S and T */
        {"STRA\xC3\x9F\x45", "strasse"},
        {"\xC3\x89T\xC3\x89", "\xC3\xA9t\xC3\xA9"},
        {"E\xCC\x81", "\xC3\xA9"},  /* a combining accent */
        {"\xEF\xAC\x81ne", "fine"}, /* a ligature */
        {"a\xFFz", "a\xEF\xBF\xBDz"},
        {"\xE3\x80\x80x\xE2\x80\xA9", "x"}, /* ideographic space, paragraph separator */
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(text_fold(cases[i].text, arena), cases[i].folded);
        assert_string_equal(text_fold(cases[i].folded, arena), cases[i].folded);
    }
}

/* What is ASCII takes a way of its own: every byte must come out as it does beside a letter that is
 * none, which takes the other. */
static void ascii_folds_like_the_rest(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (int i = 1; i < 0x80 * 0x80; i++) {
        char text[] = {'x', (char)(i % 0x80), (char)(i / 0x80), 'Y', '\0'};
        const char *folded = text_fold(text, arena);
        const char *beside = text_fold(arena_printf(arena, "\xC3\x89%s", text), arena);
        assert_string_equal(beside + 2, folded);
        char out[sizeof text];
        assert_true(text_fold_ascii(text, out, sizeof out));
        assert_string_equal(out, folded);
        const char *trimmed = text_trim(text + 1, arena);
        const char *around = text_trim(arena_printf(arena, "\xC2\xA0%s", text + 1), arena);
        assert_string_equal(trimmed, around);
        arena_reset(arena);
    }
}

static void folding_in_place_has_limits(void **state)
{
    (void)state;
    char out[5] = "kept";
    assert_false(text_fold_ascii("12345", out, sizeof out));
    assert_false(text_fold_ascii("\xC3\x89", out, sizeof out));
    assert_string_equal(out, "kept");
    assert_true(text_fold_ascii("ABCD", out, sizeof out));
    assert_string_equal(out, "abcd");
    assert_true(text_fold_ascii("", out, sizeof out));
    assert_string_equal(out, "");
}

static void sound_beginnings_are_measured(void **state)
{
    (void)state;
    char bytes[80];
    for (size_t at = 0; at < sizeof bytes; at++) {
        memset(bytes, 'a', sizeof bytes);
        bytes[at] = '\x80';
        assert_int_equal(text_ascii(bytes, sizeof bytes), at);
        assert_int_equal(text_ascii(bytes, at), at);
        assert_int_equal(text_valid(bytes, sizeof bytes), at);
    }
    assert_int_equal(text_valid(BYTES("T\xC5\xB7\xEF\xBF\xBD")), 6);
    assert_int_equal(text_valid(BYTES("a\xC3\xA9\xE2\x82")), 3);
    assert_int_equal(text_valid("", 0), 0);
}

static void letters_are_small_or_capital(void **state)
{
    (void)state;
    static const struct {
        uint32_t small;
        uint32_t capital;
    } pairs[] = {
        {'a', 'A'}, {'z', 'Z'}, {0xE2, 0xC2}, {0x142, 0x141}, {0x175, 0x174}, {0x43F, 0x41F},
    };
    static const uint32_t others[] = {'@', '[', '`', '{', '1', 0xDF, 0xD7, 0x2019, 0x4E00};
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        assert_int_equal(text_small(pairs[i].capital), pairs[i].small);
        assert_int_equal(text_small(pairs[i].small), pairs[i].small);
        assert_int_equal(text_capital(pairs[i].small), pairs[i].capital);
        assert_int_equal(text_capital(pairs[i].capital), pairs[i].capital);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        assert_int_equal(text_small(others[i]), others[i]);
        assert_int_equal(text_capital(others[i]), others[i]);
    }
}

static void letters_of_any_script_have_their_cases(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *lower;
        const char *upper;
        const char *title;
    } cases[] = {
        {"", "", "", ""},
        {"Leeds general", "leeds general", "LEEDS GENERAL", "Leeds General"},
        {"SI\xC3\x82N", "si\xC3\xA2n", "SI\xC3\x82N", "Si\xC3\xA2n"},
        {"\xC5\xB5yn", "\xC5\xB5yn", "\xC5\xB4YN", "\xC5\xB4yn"},
        {"Stra\xC3\x9F"
         "e",
         "stra\xC3\x9F"
         "e",
         "STRASSE",
         "Stra\xC3\x9F"
         "e"},
        /* A letter and its accent apart become one. */
        {"sia\xCC\x82n", "si\xC3\xA2n", "SI\xC3\x82N", "Si\xC3\xA2n"},
        {"5%_\\", "5%_\\", "5%_\\", "5%_\\"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(text_lower(cases[i].text, arena), cases[i].lower);
        assert_string_equal(text_upper(cases[i].text, arena), cases[i].upper);
        assert_string_equal(text_title(cases[i].text, arena), cases[i].title);
    }
    assert_non_null(text_lower("A\xFF\xC3", arena)); /* malformed: whatever, but a text */
}

static void blanks_at_the_ends_go(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *trimmed;
    } cases[] = {
        {"", ""},
        {" \t\n\xC2\xA0\xE2\x80\x8B", ""},
        {"  a  b  ", "a  b"},
        {"\xEF\xBB\xBFx\xE3\x80\x80", "x"},
        {"x", "x"},
        {" \xFF ", "\xFF"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(text_trim(cases[i].text, arena), cases[i].trimmed);
    }
    assert_true(text_equal(NULL, NULL) && text_equal("a", "a"));
    assert_false(text_equal(NULL, "") || text_equal("", NULL) || text_equal("a", "A"));
    assert_true(text_empty(NULL) && text_empty("") && !text_empty(" "));
}

static void accents_are_no_matter_where_keys_lack(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *plain;
    } cases[] = {
        {"Siân", "sian"},
        {"SIA\xCC\x82N", "sian"},
        {"Llŷr  Gruffydd", "llyr gruffydd"},
        {"Łukasz", "lukasz"},
        {"Søren", "soren"},
        {"Æthelþryð", "aethelthryd"},
        {"Strauß", "strauss"},
        {"O’Brien", "o’brien"},
        {"\xFF", "\xEF\xBF\xBD"},
        {"Ελένη", "ελενη"},
        {"", ""},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(text_unaccented(cases[i].text, arena), cases[i].plain);
    }
}

static void edits_between_words_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        unsigned edits;
    } cases[] = {
        {"", "", 0},
        {"a", "", 1},
        {"Jenkins", "jenkins", 0},
        {"jenkins", "jenkings", 1},
        {"smith", "smiht", 1},
        {"kitten", "sitting", 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(text_edits(cases[i].a, strlen(cases[i].a), cases[i].b, strlen(cases[i].b)),
                         cases[i].edits);
    }
    char huge[TEXT_EDITS_MAX + 1];
    memset(huge, 'a', sizeof huge);
    assert_int_equal(text_edits(huge, sizeof huge, "a", 1), TEXT_EDITS_MAX);
    assert_int_equal(text_edits("a", 1, huge, sizeof huge), TEXT_EDITS_MAX);
}

static void the_nearest_word_is_suggested_or_none(void **state)
{
    (void)state;
    static const char *const choices[] = {"branch", "band", "employer", "voted", "no-paper", "tag"};
    static const struct {
        const char *word;
        const char *nearest;
    } cases[] = {
        {"brnach", "branch"}, {"BRANCH", "branch"},
        {"banch", "branch"},  {"emploer", "employer"},
        {"votd", "voted"},    {"nopaper", "no-paper"},
        {"tga", "tag"},       {"tagg", "tag"},
        {"xyzzy", NULL},      {"", NULL},
        {"q", NULL},          {"zzz", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *near = text_nearest(cases[i].word, choices, ARRAY_LENGTH(choices));
        if (!text_equal(near, cases[i].nearest)) {
            fail_msg("%s: %s", cases[i].word, near == NULL ? "none" : near);
        }
    }
    assert_null(text_nearest("voted", choices, 0));
    char huge[5000];
    memset(huge, 'v', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_null(text_nearest(huge, choices, ARRAY_LENGTH(choices)));
    const char *const long_choices[] = {huge, "vote"};
    assert_string_equal(text_nearest("vtoe", long_choices, 2), "vote");
}

static void widths_are_columns(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\xC3\xA9"), 1);
    assert_int_equal(text_width("e\xCC\x81"), 1);
    assert_int_equal(text_width("\xE6\xBC\xA2\xE5\xAD\x97"), 4);
}

static void numbers_are_whole_and_within_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        {"0", true, 0},     {"42", true, 42},  {"-5", true, -5}, {"007", true, 7},
        {"100", true, 100}, {"101", false, 0}, {"-6", false, 0}, {"", false, 0},
        {" 1", false, 0},   {"1 ", false, 0},  {"+1", false, 0}, {"1.0", false, 0},
        {"0x10", false, 0}, {"1e2", false, 0}, {"-", false, 0},  {"99999999999999999999", false, 0},
        {NULL, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t value = 77;
        assert_int_equal(text_number(cases[i].text, -5, 100, &value), cases[i].good);
        assert_int_equal(value, cases[i].good ? cases[i].value : 77);
    }
    int64_t value = 0;
    assert_true(text_number("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
    assert_int_equal(value, INT64_MIN);
    assert_false(text_number("9223372036854775808", INT64_MIN, INT64_MAX, &value));
}

static void decimals_are_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned places;
        int64_t high;
        int64_t value; /* -1: refused */
    } cases[] = {
        {"0", 6, 1000000000, 0},
        {"0.035", 6, 1000000000, 35000},
        {"0.0350", 6, 1000000000, 35000},
        {"0.000001", 6, 1000000000, 1},
        {"00.1", 6, 1000000000, 100000},
        {"1000", 6, 1000000000, 1000000000},
        {"1000.000000", 6, 1000000000, 1000000000},
        {"1000.000001", 6, 1000000000, -1},
        {"1001", 6, 1000000000, -1},
        {"12", 0, 100, 12},
        {"12.", 0, 100, -1},
        {"12.0", 0, 100, -1},
        {"9", 0, 5, -1},
        {"9223372036854775807", 0, INT64_MAX, INT64_MAX},
        {"9223372036854775808", 0, INT64_MAX, -1},
        {"9223372036854.775807", 6, INT64_MAX, INT64_MAX},
        {"9223372036854.775808", 6, INT64_MAX, -1},
        {"99999999999999999999999999999999999999999", 6, INT64_MAX, -1},
        {"0.0000001", 6, 1000000000, -1},
        {"0.0350000", 6, 1000000000, -1},
        {"", 6, 1000000000, -1},
        {".", 6, 1000000000, -1},
        {".5", 6, 1000000000, -1},
        {"5.", 6, 1000000000, -1},
        {"0,035", 6, 1000000000, -1},
        {"1,000", 6, 1000000000, -1},
        {"0.03.5", 6, 1000000000, -1},
        {"-1", 6, 1000000000, -1},
        {"+1", 6, 1000000000, -1},
        {" 1", 6, 1000000000, -1},
        {"1 ", 6, 1000000000, -1},
        {"1e3", 6, 1000000000, -1},
        {"0x10", 6, 1000000000, -1},
        {"nan", 6, 1000000000, -1},
        {"\xC2\xA3"
         "1",
         6, 1000000000, -1},
        {"\xD9\xA1", 6, 1000000000, -1},
        {NULL, 6, 1000000000, -1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t value = 77;
        bool good = text_decimal(cases[i].text, cases[i].places, cases[i].high, &value);
        if (good != (cases[i].value >= 0) || value != (good ? cases[i].value : 77))
            fail_msg("'%s': %lld", cases[i].text == NULL ? "NULL" : cases[i].text,
                     (long long)value);
    }
}

static void digits_are_taken_out_of_what_stands_between(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal(text_digits("+44 (0)7700 900001", arena), "4407700900001");
    assert_string_equal(text_digits("rang at 10:30", arena), "1030");
    assert_string_equal(text_digits("\xD9\xA1\xC2\xB2", arena), ""); /* of other scripts: none */
    assert_string_equal(text_digits("", arena), "");
    assert_null(text_given(""));
    assert_null(text_given(NULL));
    assert_string_equal(text_given("0"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(runes_are_read_and_written),
        cmocka_unit_test(decimals_are_read_exactly),
        cmocka_unit_test(digits_are_taken_out_of_what_stands_between),
        cmocka_unit_test(folded_words_are_the_same),
        cmocka_unit_test(ascii_folds_like_the_rest),
        cmocka_unit_test(folding_in_place_has_limits),
        cmocka_unit_test(sound_beginnings_are_measured),
        cmocka_unit_test(letters_are_small_or_capital),
        cmocka_unit_test(letters_of_any_script_have_their_cases),
        cmocka_unit_test(blanks_at_the_ends_go),
        cmocka_unit_test(accents_are_no_matter_where_keys_lack),
        cmocka_unit_test(edits_between_words_are_counted),
        cmocka_unit_test(the_nearest_word_is_suggested_or_none),
        cmocka_unit_test(widths_are_columns),
        cmocka_unit_test(numbers_are_whole_and_within_bounds),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
