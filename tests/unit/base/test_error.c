/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One kind, one sentence, cut on a character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/error.h"
#include "muster/base/text.h"

static void a_fault_has_its_kind_and_its_sentence(void **state)
{
    (void)state;
    struct error err = {.kind = ERROR_NONE};
    assert_false(error_set(&err, ERROR_DATA, "line %d is %s", 7, "bad"));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_string_equal(err.text, "line 7 is bad");
    assert_false(error_prefix(&err, "file %s", "a.csv"));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_string_equal(err.text, "file a.csv: line 7 is bad");
    /* Its own text may be an argument. */
    assert_false(error_set(&err, ERROR_IO, "again: %s", err.text));
    assert_string_equal(err.text, "again: file a.csv: line 7 is bad");
    assert_false(error_set(NULL, ERROR_DATA, "nobody listens"));
    assert_false(error_prefix(NULL, "nobody listens"));
}

static void a_long_sentence_is_cut_on_a_character(void **state)
{
    (void)state;
    static const char *const letters[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t i = 0; i < ARRAY_LENGTH(letters); i++) {
        for (size_t shift = 0; shift < 4; shift++) {
            char text[3000] = "";
            size_t size = strlen(letters[i]);
            size_t length = shift;
            memset(text, 'y', shift);
            while (length + size < sizeof text) {
                memcpy(text + length, letters[i], size);
                length += size;
            }
            struct error err;
            assert_false(error_set(&err, ERROR_DATA, "%s", text));
            assert_true(strlen(err.text) < ERROR_TEXT_SIZE);
            assert_true(strlen(err.text) + 5 > ERROR_TEXT_SIZE);
            assert_true(text_is_utf8(err.text, strlen(err.text)));
            for (int n = 0; n < 5; n++) {
                assert_false(error_prefix(&err, "%s", letters[i]));
                assert_true(text_is_utf8(err.text, strlen(err.text)));
            }
        }
    }
}

static void what_is_no_character_is_a_question_mark(void **state)
{
    (void)state;
    struct error err;
    assert_false(error_set(&err, ERROR_DATA, "no field '%.3s', is there?", "a\xC5\xBC\xC3\xB3"));
    assert_string_equal(err.text, "no field 'a\xC5\xBC', is there?");
    assert_false(error_set(&err, ERROR_DATA, "no field '%.3s'", "a\xE2\x82\xAC"));
    assert_string_equal(err.text, "no field 'a?'");
    assert_false(error_set(&err, ERROR_DATA, "%s", "Si\xE2n\xFF\xFE and \xED\xA0\x80"));
    assert_string_equal(err.text, "Si?n? and ?");
    assert_false(error_prefix(&err, "\x80"));
    assert_string_equal(err.text, "?: Si?n? and ?");
}

static void each_kind_has_its_status(void **state)
{
    (void)state;
    static const struct {
        enum error_kind kind;
        int status;
    } cases[] = {
        {ERROR_NONE, 0},       {ERROR_USAGE, 64},       {ERROR_DATA, 65},
        {ERROR_NO_INPUT, 66},  {ERROR_UNAVAILABLE, 69}, {ERROR_INTERNAL, 70},
        {ERROR_SYSTEM, 71},    {ERROR_CREATE, 73},      {ERROR_IO, 74},
        {ERROR_TEMPORARY, 75}, {ERROR_PERMISSION, 77},  {ERROR_CONFIG, 78},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(error_exit_status(cases[i].kind), cases[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_has_its_kind_and_its_sentence),
        cmocka_unit_test(a_long_sentence_is_cut_on_a_character),
        cmocka_unit_test(what_is_no_character_is_a_question_mark),
        cmocka_unit_test(each_kind_has_its_status),
    };
    return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}
