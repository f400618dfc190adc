/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long something is kept, in words, and the day on which it is not any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/conf/retention.h"

static void spans_end_on_a_day(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int date;
        int end;
    } cases[] = {
        {"30 days", 20261218, 20270117},
        {"1 day", 20261231, 20270101},
        {"0 days", 20261218, 20261218},
        {"6 weeks", 20261218, 20270129},
        {"12 months", 20270310, 20280310},
        {"1 month", 20270131, 20270301},
        {"0 months", 20261218, 20261218},
        {"12 months", 20240229, 20250301},
        {"never", 20261218, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct retention retention = {0};
        assert_true(retention_parse(cases[i].text, &retention));
        assert_int_equal(retention_end(&retention, cases[i].date), cases[i].end);
    }
}

static void other_words_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",       "30",         "days",           "30days",       "-1 days",
        "1 year", "30 Days",    "30  days",       "ever",         "99999 days",
        "never ", "1.5 months", "123456789 days", "30 days or so"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct retention retention = {.days = 7};
        assert_false(retention_parse(texts[i], &retention));
        assert_int_equal(retention.days, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_end_on_a_day),
        cmocka_unit_test(other_words_are_refused),
    };
    return cmocka_run_group_tests_name("conf/retention", tests, NULL, NULL);
}
