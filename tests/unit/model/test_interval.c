/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals and sample sizes against figures that others have printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/compiler.h"
#include "muster/model/interval.h"

static void rates_have_wilsons_interval(void **state)
{
    (void)state;
    /* The last five: Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3. */
    static const struct {
        int64_t part, whole, value, low, high;
    } cases[] = {
        {60, 120, 5000, 4119, 5881},  {81, 263, 3080, 2553, 3662}, {15, 148, 1014, 624, 1605},
        {0, 20, 0, 0, 1611},          {1, 29, 345, 61, 1718},      {29, 29, 10000, 8830, 10000},
        {0, 0, 0, 0, INTERVAL_WHOLE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct interval found =
            interval_rate((struct interval_count){cases[i].part, cases[i].whole});
        assert_int_equal(found.value, cases[i].value);
        assert_int_equal(found.low, cases[i].low);
        assert_int_equal(found.high, cases[i].high);
    }
}

static void differences_have_newcombes_interval(void **state)
{
    (void)state;
    /* Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10. */
    static const struct {
        struct interval_count a, b;
        int64_t low, high;
    } cases[] = {
        {{56, 70}, {48, 80}, 524, 3339},  {{9, 10}, {3, 10}, 1705, 8090},
        {{6, 7}, {2, 7}, 582, 8062},      {{5, 56}, {0, 29}, -381, 1926},
        {{0, 10}, {0, 20}, -1611, 2775},  {{0, 10}, {0, 10}, -2775, 2775},
        {{10, 10}, {0, 20}, 6791, 10000}, {{10, 10}, {0, 10}, 6075, 10000},
        {{0, 0}, {0, 0}, -10000, 10000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct interval found = interval_difference(cases[i].a, cases[i].b);
        assert_int_equal(found.low, cases[i].low);
        assert_int_equal(found.high, cases[i].high);
        const struct interval turned = interval_difference(cases[i].b, cases[i].a);
        assert_int_equal(turned.low, -cases[i].high);
        assert_int_equal(turned.high, -cases[i].low);
        assert_int_equal(turned.value, -found.value);
    }
}

static void sizes_are_those_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        int64_t rate, difference, needed;
    } cases[] = {
        {4500, 100, 38853}, {4500, 200, 9714}, {4500, 300, 4317},        {4500, 500, 1555},
        {4500, 1000, 389},  {5000, 500, 1570}, {4500, 0, INTERVAL_NONE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(interval_needed(cases[i].rate, cases[i].difference), cases[i].needed);
    }
}

static void what_would_show_is_the_size_turned_round(void **state)
{
    (void)state;
    static const struct {
        struct interval_count a, b;
        int64_t shows;
    } cases[] = {
        {{17484, 38853}, {17484, 38853}, 100},
        {{4371, 9714}, {4371, 9714}, 200},
        {{700, 1555}, {700, 1555}, 500},
        {{175, 389}, {175, 389}, 1000},
        {{700, 1555}, {70, 155}, 1174}, /* the smaller arm decides */
        {{0, 400}, {0, 400}, 70},       /* nobody is no proof of never */
        {{0, 0}, {3, 10}, INTERVAL_WHOLE},
        {{1, 2}, {1, 2}, INTERVAL_WHOLE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_in_range(interval_detectable(cases[i].a, cases[i].b), (uintmax_t)cases[i].shows - 1,
                        (uintmax_t)cases[i].shows + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_have_wilsons_interval),
        cmocka_unit_test(differences_have_newcombes_interval),
        cmocka_unit_test(sizes_are_those_of_the_tables),
        cmocka_unit_test(what_would_show_is_the_size_turned_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
