/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long months and years are, and counting days. */
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

static void days_are_counted_without_a_gap(void **state)
{
    (void)state;
    static const struct {
        int date;
        int64_t day;
        int weekday;
    } known[] = {
        {19700101, 0, 3},      {19691231, -1, 2},     {20000229, 11016, 1}, {20000301, 11017, 2},
        {20261127, 20784, 4},  {20380119, 24855, 1},  {10101, -719162, 0},  {99991231, 2932896, 4},
        {19000228, -25509, 2}, {19000301, -25508, 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        assert_int_equal(calendar_day(known[i].date), known[i].day);
        assert_int_equal(calendar_date(known[i].day), known[i].date);
        assert_int_equal(calendar_weekday(known[i].day), known[i].weekday);
    }
    int before = calendar_date(calendar_day(18991231));
    for (int64_t day = calendar_day(19000101); day <= calendar_day(21011231); day++) {
        int date = calendar_date(day);
        assert_int_equal(calendar_day(date), day);
        assert_true(date == before + 1 || date % 100 == 1);
        assert_true(date > before);
        before = date;
    }
}

static void a_span_ends_the_day_before_it_would_begin_again(void **state)
{
    (void)state;
    static const struct {
        int from;
        int64_t months;
        int end;
    } cases[] = {
        {20270310, 12, 20280309}, {20270310, 6, 20270909},  {20270101, 12, 20271231},
        {20280229, 12, 20290228}, {20270131, 1, 20270228},  {20270831, 6, 20280229},
        {20261201, 1, 20261231},  {20261231, 12, 20271230}, {20270301, 0, 20270228},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(calendar_span_end(cases[i].from, cases[i].months), cases[i].end);
    }
}

static void only_days_that_exist_are_read(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",           "2026-02-29", "2026-13-01",  "2026-00-10",
                                        "2026-1-1",   "20261201",   "2026-12-00",  "2026-11-31",
                                        "1969-12-31", "2026/12/01", "2026-12-011", "2026-12-1x"};
    int date = 7;
    assert_true(calendar_parse("2028-02-29", &date));
    assert_int_equal(date, 20280229);
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_false(calendar_parse(wrong[i], &date));
        assert_int_equal(date, 20280229);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_counted_without_a_gap),
        cmocka_unit_test(a_span_ends_the_day_before_it_would_begin_again),
        cmocka_unit_test(only_days_that_exist_are_read),
        cmocka_unit_test(februaries_have_their_days),
        cmocka_unit_test(months_make_the_year),
    };
    return cmocka_run_group_tests_name("base/calendar", tests, NULL, NULL);
}
