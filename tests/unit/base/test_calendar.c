/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long months and years are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/calendar.h"
#include "muster/base/compiler.h"

static void februaries_have_their_days(void **state)
{
    (void)state;
    static const struct {
        int64_t year;
        int64_t days;
    } cases[] = {{1900, 28}, {2000, 29}, {2023, 28}, {2024, 29},
                 {2026, 28}, {2100, 28}, {2400, 29}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(calendar_month_days(2, cases[i].year), cases[i].days);
        assert_int_equal(calendar_year_days(cases[i].year), 337 + cases[i].days);
    }
}

static void months_make_the_year(void **state)
{
    (void)state;
    for (int64_t year = 1890; year < 2110; year++) {
        int64_t days = 0;
        for (int64_t month = 1; month <= 12; month++) {
            days += calendar_month_days(month, year);
        }
        assert_int_equal(days, calendar_year_days(year));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(februaries_have_their_days),
        cmocka_unit_test(months_make_the_year),
    };
    return cmocka_run_group_tests_name("base/calendar", tests, NULL, NULL);
}
