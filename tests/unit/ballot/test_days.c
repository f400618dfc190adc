/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days of a ballot, checked against ballots that unions have held and against the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/ballot/days.h"
#include "muster/base/clock.h"

static const int christmas[] = {20261225, 20261226, 20261228, 20270101};
static const struct hours_holidays holidays = {christmas, ARRAY_LENGTH(christmas)};

static void the_last_safe_post_leaves_days_to_carry_it(void **state)
{
    (void)state;
    static const struct {
        int opens, closes;
        bool second_class;
        int last;
    } cases[] = {
        {20230919, 20231103, false, 20231031}, /* a universities' ballot: Tuesday for Friday */
        {20261102, 20261218, false, 20261215}, /* Tuesday for Friday */
        {20261102, 20261218, true, 20261211},  /* second class: Friday for the Friday after */
        {20261102, 20261217, false, 20261214}, /* Monday for Thursday */
        {20261102, 20261216, false, 20261212}, /* Saturday for Wednesday: Sunday is none */
        {20261102, 20261215, false, 20261211}, /* Friday for Tuesday */
        {20261102, 20261214, false, 20261210}, /* Thursday for Monday */
        {20261102, 20261229, false, 20261222}, /* over Christmas: the 23rd and 24th between */
        {20261102, 20261229, true, 20261218},  /* Monday to Thursday between */
        {20261214, 20261217, false, 20261214},
        {20261215, 20261217, false, 0}, /* it opens too late */
        {20261217, 20261217, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(
            days_last_post(cases[i].opens, cases[i].closes, cases[i].second_class, &holidays),
            cases[i].last);
    }
}

static void days_of_post_are_counted_with_both_ends(void **state)
{
    (void)state;
    assert_int_equal(days_carried(20261207, 20261213, &holidays), 6); /* a week */
    assert_int_equal(days_carried(20261221, 20261231, &holidays), 7);
    assert_int_equal(days_carried(20261213, 20261213, &holidays), 0); /* a Sunday */
    assert_int_equal(days_carried(20261214, 20261214, &holidays), 1);
    assert_int_equal(days_carried(20261215, 20261214, &holidays), 0);
}

static int64_t instant(const char *text)
{
    int64_t at = 0;
    assert_true(clock_parse(text, &at));
    return at;
}

static void the_days_of_the_law_are_counted_in_calendar_days(void **state)
{
    (void)state;
    struct ballot ballot = {.opens = instant("2026-12-01"),
                            .closes = instant("2027-03-10 17:00"),
                            .last_post = instant("2027-03-06"),
                            .mandate = 12,
                            .ballot_notice = 7,
                            .sample_paper = 3};
    struct days days;
    days_of(&ballot, &days);
    assert_int_equal(days.opens, 20261201);
    assert_int_equal(days.closes, 20270310);
    assert_int_equal(days.ballot_notice, 20261124);
    assert_int_equal(days.sample_paper, 20261128);
    assert_int_equal(days.last_post, 20270306);
    assert_int_equal(days.mandate_ends, 20280309);
    ballot.mandate = 6;
    ballot.last_post = 0;
    days_of(&ballot, &days);
    assert_int_equal(days.mandate_ends, 20270909);
    assert_int_equal(days.last_post, 0);
    ballot.mandate = 0;
    days_of(&ballot, &days);
    assert_int_equal(days.mandate_ends, 0);
}

int main(void)
{
    struct error err = {0};
    if (!clock_set_zone("Europe/London", &err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_safe_post_leaves_days_to_carry_it),
        cmocka_unit_test(days_of_post_are_counted_with_both_ends),
        cmocka_unit_test(the_days_of_the_law_are_counted_in_calendar_days),
    };
    return cmocka_run_group_tests_name("ballot/days", tests, NULL, NULL);
}
