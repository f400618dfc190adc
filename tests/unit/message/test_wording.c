/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts written plainer: only what is allowed, only where it saves a part, and the values are still
 * known by their places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/text.h"
#include "muster/message/wording.h"

/* Seventy letters: with one more that GSM-7 has not, a text of two parts. */
#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        unsigned allowed;
        bool good;
    } cases[] = {
        {NULL, 0, true},
        {"", 0, true},
        {"punctuation", WORDING_PUNCTUATION, true},
        {"letters", WORDING_LETTERS, true},
        {"punctuation letters names welsh", WORDING_ALL, true},
        {"names", WORDING_LETTERS | WORDING_NAMES, true},
        {"welsh names", WORDING_LETTERS | WORDING_WELSH | WORDING_NAMES, true},
        {"letter", 0, false},
        {"punctuation,letters", 0, false},
        {"punctuation everything", 0, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        unsigned allowed = 99;
        assert_int_equal(wording_read(cases[i].words, &allowed), cases[i].good);
        assert_int_equal(allowed, cases[i].good ? cases[i].allowed : 99);
    }
}

struct wording_case {
    const char *text; /* what stands between [ and ] is a value */
    unsigned allowed;
    bool welsh;
    const char *expected; /* with the brackets where they are now */
};

/* Take the brackets off; gives the text and notes what stood between them. */
static const char *unwrap(const char *text, struct template_span *span, size_t *count,
                          struct arena *arena)
{
    const size_t length = strlen(text);
    char *plain = arena_alloc(arena, length + 1);
    size_t put = 0;
    *count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '[') {
            *span = (struct template_span){.from = put, .name = "value"};
        } else if (text[i] == ']') {
            span->to = put;
            *count = 1;
        } else {
            plain[put++] = text[i];
        }
    }
    return plain;
}

static const char *wrap(const struct wording *wording, struct arena *arena)
{
    if (wording->span_count == 0) {
        return wording->text;
    }
    const struct template_span *span = &wording->spans[0];
    return arena_printf(arena, "%.*s[%.*s]%s", (int)span->from, wording->text,
                        (int)(span->to - span->from), wording->text + span->from,
                        wording->text + span->to);
}

static void check(const struct wording_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct template_span span = {0};
        size_t spans = 0;
        struct wording wording;
        const char *text = unwrap(cases[i].text, &span, &spans, arena);
        assert_true(wording_choose(text, strlen(text), &span, spans, cases[i].allowed,
                                   cases[i].welsh, arena, &wording));
        assert_string_equal(wrap(&wording, arena), cases[i].expected);
        assert_int_equal(wording.length, strlen(wording.text));
        assert_true(wording.size.parts <= wording.written.parts);
        assert_ptr_equal(wording.given, text);
    }
}

static void test_punctuation(void **state)
{
    (void)state;
    static const struct wording_case cases[] = {
        /* It saves a part. */
        {"it’s " SEVENTY, WORDING_PUNCTUATION, false, "it's " SEVENTY},
        {"“a” – b… c " SEVENTY, WORDING_PUNCTUATION, false, "\"a\" - b... c " SEVENTY},
        {"a\u00A0b\u2009c\u200Bd\u2028e\u2022 `f` " SEVENTY, WORDING_PUNCTUATION, false,
         "a b cd\ne- 'f' " SEVENTY},
        {"[O’Neil] " SEVENTY, WORDING_PUNCTUATION, false, "[O'Neil] " SEVENTY},
        {"a[\u200B]b " SEVENTY "’", WORDING_PUNCTUATION, false, "a[]b " SEVENTY "'"},
        /* It saves none. */
        {"it’s", WORDING_PUNCTUATION, false, "it’s"},
        {"it’s [Siân] " SEVENTY, WORDING_PUNCTUATION, false, "it’s [Siân] " SEVENTY},
        {"plain " SEVENTY, WORDING_ALL, false, "plain " SEVENTY},
        /* It stays UCS-2: what is left out brings it down to one part, what grows does not. */
        {"ŵ…\u200B1234567890123456789012345678901234567890123456789012345678901234567[8]",
         WORDING_PUNCTUATION, false,
         "ŵ…1234567890123456789012345678901234567890123456789012345678901234567[8]"},
        /* It is not allowed. */
        {"it’s " SEVENTY, 0, false, "it’s " SEVENTY},
        {"it’s " SEVENTY, WORDING_LETTERS | WORDING_NAMES, false, "it’s " SEVENTY},
    };
    check(cases, ARRAY_LENGTH(cases));
}

static void test_letters(void **state)
{
    (void)state;
    static const struct wording_case cases[] = {
        {"câfé " SEVENTY, WORDING_LETTERS, false, "café " SEVENTY},
        {"câfé [Ann] " SEVENTY, WORDING_LETTERS, false, "café [Ann] " SEVENTY},
        {"[Łukasz Œ] " SEVENTY, WORDING_LETTERS | WORDING_NAMES, false, "[Lukasz OE] " SEVENTY},
        {"½ × 2 = 1° ™ " SEVENTY, WORDING_LETTERS, false, "1/2 x 2 = 1 deg TM " SEVENTY},
        {"a\u0302 " SEVENTY, WORDING_LETTERS, false, "a " SEVENTY},
        /* Names keep their letters, and with one of them nothing is won. */
        {"[Siân] " SEVENTY, WORDING_LETTERS, false, "[Siân] " SEVENTY},
        {"câfé [Siân] " SEVENTY, WORDING_LETTERS, false, "câfé [Siân] " SEVENTY},
        /* Welsh keeps its own. */
        {"dŵr " SEVENTY, WORDING_LETTERS, true, "dŵr " SEVENTY},
        {"[Siân] " SEVENTY, WORDING_LETTERS | WORDING_NAMES, true, "[Siân] " SEVENTY},
        {"dŵr [Siân] " SEVENTY, WORDING_ALL, true, "dwr [Sian] " SEVENTY},
        /* What has no plainer form stays. */
        {"😀 â " SEVENTY, WORDING_ALL, false, "😀 â " SEVENTY},
    };
    check(cases, ARRAY_LENGTH(cases));
}

static void test_what_cannot_be_measured(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct wording wording;
    assert_false(wording_choose("a\x1b", 2, NULL, 0, WORDING_ALL, false, arena, &wording));
    assert_false(wording_choose("\xff", 1, NULL, 0, WORDING_ALL, false, arena, &wording));
    assert_true(wording_choose("", 0, NULL, 0, WORDING_ALL, false, arena, &wording));
    assert_int_equal(wording.size.parts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_punctuation),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_what_cannot_be_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
