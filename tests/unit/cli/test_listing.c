/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same table for people, for spreadsheets and for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "listing.h"
#include "muster/base/json.h"

static const struct listing_column COLUMNS[] = {
    {"NAME", "name", false}, {"VOTES", "votes", true}, {"NOTE", "note", false}};

/* What is printed, caught in a file. */
static const char *print(struct arena *arena, const struct listing *listing,
                         enum listing_format format)
{
    static char text[4096];
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fflush(stdout), 0);
    int out = dup(STDOUT_FILENO);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    listing_print(listing, format, "nobody yet");
    assert_int_equal(fflush(stdout), 0);
    assert_true(dup2(out, STDOUT_FILENO) >= 0);
    (void)close(out);
    rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    return arena_span(arena, text, length);
}

static struct listing *make(struct arena *arena)
{
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    listing_text(listing, "Ann");
    listing_number(listing, 7);
    listing_text(listing, NULL);
    listing_text(listing, "C\xC3\xA9line");
    listing_number(listing, -1200);
    listing_text(listing, "a, \"b\"");
    return listing;
}

static void people_see_columns(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal(print(arena, make(arena), LISTING_TEXT),
                        "NAME    VOTES  NOTE\n"
                        "Ann         7  \n"
                        "C\xC3\xA9line  -1200  a, \"b\"\n");
    struct listing *empty = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    assert_string_equal(print(arena, empty, LISTING_TEXT), "nobody yet\n");
}

static void spreadsheets_see_csv(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal(print(arena, make(arena), LISTING_CSV),
                        "name,votes,note\nAnn,7,\nC\xC3\xA9line,-1200,\"a, \"\"b\"\"\"\n");
    struct listing *empty = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    assert_string_equal(print(arena, empty, LISTING_CSV), "name,votes,note\n");
}

static void no_cell_is_a_formula(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        const char *written;
    } cases[] = {
        {"=1+1", "\"'=1+1\""},
        {"+447700900001", "\"'+447700900001\""},
        {"-5", "\"'-5\""},
        {"@x", "\"'@x\""},
        {"\tx", "\"'\tx\""},
        {"\r=x", "\"'\r=x\""},
        {"\n=x", "\"'\n=x\""},
        {"a=b", "a=b"},
        {"=\"x\"", "\"'=\"\"x\"\"\""},
        {"a\nb", "\"a\nb\""},
        {" =x", " =x"},
        {"", ""},
    };
    static const struct listing_column one[] = {{"X", "x", false}};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct listing *listing = listing_create(one, 1, arena);
        listing_text(listing, cases[i].cell);
        assert_string_equal(print(arena, listing, LISTING_CSV),
                            arena_printf(arena, "x\n%s\n", cases[i].written));
    }
    static const struct listing_column number[] = {{"X", "x", true}};
    struct listing *listing = listing_create(number, 1, arena);
    listing_number(listing, -5);
    assert_string_equal(print(arena, listing, LISTING_CSV), "x\n-5\n");
}

static void programs_see_json(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal(
        print(arena, make(arena), LISTING_JSON),
        "[{\"name\":\"Ann\",\"votes\":7,\"note\":\"\"},"
        "{\"name\":\"C\xC3\xA9line\",\"votes\":-1200,\"note\":\"a, \\\"b\\\"\"}]\n");
    struct listing *empty = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    assert_string_equal(print(arena, empty, LISTING_JSON), "[]\n");
    /* Whatever a cell holds, it is JSON. */
    struct listing *odd = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    listing_text(odd, "bad \xFF \x01 \"");
    listing_text(odd, "not a number");
    listing_text(odd, "\xE2\x80\xA8");
    const char *text = print(arena, odd, LISTING_JSON);
    CLEANUP(json_free) struct json *value = NULL;
    struct error err;
    assert_true(json_parse(text, strlen(text), &value, &err));
    assert_string_equal(json_text_at(value, "0.votes", arena), "not a number");
}

static void a_head_is_as_wide_as_it_may_be(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
        const char *head;
    } cases[] = {
        {"asked by telephone", 18, "asked by telephone"},
        {"asked by telephone", 17, "asked by telep..."},
        {"S\xC3\xAE\xC3\xA2n Owen", 7, "S\xC3\xAE\xC3\xA2n..."},
        {"a\nb\x1B", 9, "a b\xEF\xBF\xBD"},
        {"", 9, ""},
        {"long", 3, "..."},
        {"long", 0, "..."},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(listing_head(cases[i].text, cases[i].columns, arena), cases[i].head);
    }
}

static void formats_have_names(void **state)
{
    (void)state;
    enum listing_format format = LISTING_TEXT;
    assert_true(listing_format_parse("json", &format));
    assert_int_equal(format, LISTING_JSON);
    assert_true(listing_format_parse("csv", &format));
    assert_int_equal(format, LISTING_CSV);
    assert_true(listing_format_parse("text", &format));
    assert_int_equal(format, LISTING_TEXT);
    assert_false(listing_format_parse("JSON", &format));
    assert_false(listing_format_parse("", &format));
    assert_false(listing_format_parse(NULL, &format));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_see_columns),   cmocka_unit_test(spreadsheets_see_csv),
        cmocka_unit_test(no_cell_is_a_formula), cmocka_unit_test(programs_see_json),
        cmocka_unit_test(formats_have_names),   cmocka_unit_test(a_head_is_as_wide_as_it_may_be),
    };
    return cmocka_run_group_tests_name("cli/listing", tests, NULL, NULL);
}
