/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of a CSV: quoted where they must be, harmless in a spreadsheet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/compiler.h"
#include "muster/base/sheet.h"

static void cells_are_written_so(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        bool number;
        const char *written;
    } cases[] = {
        {"", false, ""},
        {"Ann", false, "Ann"},
        {"O'Brien", false, "O'Brien"},
        {"Lee, Ann", false, "\"Lee, Ann\""},
        {"the \"big\" ward", false, "\"the \"\"big\"\" ward\""},
        {"two\nlines", false, "\"two\nlines\""},
        {"=1+1", false, "\"'=1+1\""},
        {"+447700900001", false, "\"'+447700900001\""},
        {"-5", false, "\"'-5\""},
        {"-5", true, "-5"},
        {"@SUM(A1)", false, "\"'@SUM(A1)\""},
        {"\tx", false, "\"'\tx\""},
        {"\xEF\xBC\x9D"
         "1",
         false,
         "\"'\xEF\xBC\x9D"
         "1\""},
        {"'=1", false, "'=1"},
        {"a=b", false, "a=b"},
        {"=\"07700900001\"", false, "\"'=\"\"07700900001\"\"\""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer line;
        buffer_init(&line, 1000);
        sheet_put_cell(&line, cases[i].cell, cases[i].number);
        assert_string_equal(buffer_text(&line), cases[i].written);
    }
}

static void a_line_has_a_ceiling(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer line;
    buffer_init(&line, 8);
    sheet_put_cell(&line, "=123456789", false);
    assert_true(line.full);
    assert_true(strlen(buffer_text(&line)) <= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_written_so),
        cmocka_unit_test(a_line_has_a_ceiling),
    };
    return cmocka_run_group_tests_name("base/sheet", tests, NULL, NULL);
}
