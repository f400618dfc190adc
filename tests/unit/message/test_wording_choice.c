/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts written plainer: what is taken for what, when it is worth it, and where the values are
 * then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/message/wording.h"

struct run {
    unsigned times;
    const char *text;
};

struct wording_case {
    const char *first; /* "<" and ">" stand around a value */
    struct run rest;   /* what makes it long */
    unsigned allowed;
    bool welsh;
    const char *expected; /* in the place of `first`; NULL: nothing is changed */
    size_t written;       /* parts */
    size_t parts;
};

static void put_runs(struct buffer *text, const char *first, const struct run *rest)
{
    assert_true(buffer_puts(text, first));
    for (unsigned i = 0; i < rest->times; i++) {
        assert_true(buffer_puts(text, rest->text));
    }
}

/* Take the marks of a value out of the text. */
static struct template_span take_value(struct buffer *text)
{
    struct template_span span = {.name = "name"};
    char *from = strchr(text->data, '<');
    char *to = strchr(text->data, '>');
    if (from == NULL || to == NULL) {
        return span;
    }
    memmove(to, to + 1, strlen(to));
    memmove(from, from + 1, strlen(from));
    text->length -= 2;
    span.from = (size_t)(from - text->data);
    span.to = (size_t)(to - text->data) - 1;
    return span;
}

static void check(const struct wording_case *it)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer given;
    CLEANUP(buffer_free) struct buffer expected;
    buffer_init(&given, 64 * 1024);
    buffer_init(&expected, 64 * 1024);
    put_runs(&given, it->first, &it->rest);
    put_runs(&expected, it->expected == NULL ? it->first : it->expected, &it->rest);
    struct template_span span = take_value(&given);
    const struct template_span moved = take_value(&expected);
    struct wording wording;
    assert_true(wording_choose(given.data, given.length, &span, 1, it->allowed, it->welsh, arena,
                               &wording));
    assert_string_equal(wording.text, expected.data);
    assert_int_equal(wording.length, expected.length);
    assert_int_equal(wording.written.parts, it->written);
    assert_int_equal(wording.size.parts, it->parts);
    assert_int_equal(wording.span_count, 1);
    assert_int_equal(wording.spans[0].from, moved.from);
    assert_int_equal(wording.spans[0].to, moved.to);
    assert_ptr_equal(wording.given, given.data);
    assert_true(it->expected != NULL || wording.text == wording.given);
}

static void test_choice(void **state)
{
    (void)state;
    enum { P = WORDING_PUNCTUATION, L = WORDING_LETTERS, N = WORDING_NAMES, W = WORDING_WELSH };
    static const struct wording_case cases[] = {
        {"<Ann>’s vote…", {70, "x"}, 0, false, NULL, 2, 2},
        {"<Ann>’s vote…", {70, "x"}, L | N | W, false, NULL, 2, 2},
        {"<Ann>’s vote…", {70, "x"}, P, false, "<Ann>'s vote...", 2, 1},
        {"<Ann>’s vote…", {10, "x"}, P, false, NULL, 1, 1},
        {"<O’Brien>: “hŵn”", {70, "x"}, P | L, false, "<O'Brien>: \"hwn\"", 2, 1},
        {"<Siân> – hŵn", {70, "x"}, P | L, false, NULL, 2, 2},
        {"<Siân> – hŵn", {70, "x"}, P | L | N, false, "<Sian> - hwn", 2, 1},
        {"<Siân> – hŵn", {70, "x"}, P | L | N, true, NULL, 2, 2},
        {"<Siân> – hŵn", {70, "x"}, P | L | N | W, true, "<Sian> - hwn", 2, 1},
        {"<Siân> – heno", {70, "x"}, P | N, false, NULL, 2, 2},
        /* Still UCS-2, but one character less. */
        {"👋\u200B<\u200BJo>", {66, "x"}, P, false, "👋<Jo>", 2, 1},
        {"a\u0301<Jo>", {68, "한"}, P | L, false, NULL, 2, 2},
        {"a\u0301<Jo>", {67, "한"}, P | L, false, "a<Jo>", 2, 1},
        /* Spelt out they take three parts, as many as now; without what is not seen, two. */
        {"<Jo>\u00AD", {132, "…"}, P, false, "<Jo>", 3, 2},
        {"<\u200B>\u200B", {70, "\u200B"}, P, false, NULL, 2, 2}, /* nothing would be left */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check(&cases[i]);
    }
}

static void test_words(void **state)
{
    (void)state;
    unsigned allowed = 77;
    assert_true(wording_read(NULL, &allowed));
    assert_int_equal(allowed, 0);
    assert_true(wording_read("punctuation  letters welsh", &allowed));
    assert_int_equal(allowed, WORDING_PUNCTUATION | WORDING_LETTERS | WORDING_WELSH);
    assert_false(wording_read("punctuations", &allowed));
    assert_int_equal(allowed, WORDING_PUNCTUATION | WORDING_LETTERS | WORDING_WELSH);
}

static void test_refused(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct wording wording;
    assert_false(wording_choose("a\x1B", 2, NULL, 0, WORDING_ALL, false, arena, &wording));
    assert_false(wording_choose("a\xFF", 2, NULL, 0, WORDING_ALL, false, arena, &wording));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("message/wording", tests, NULL, NULL);
}
