/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate: what goes at once, what after a while, and what a strange clock changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/compiler.h"
#include "muster/model/pace.h"

static const int64_t NOW = 1800000000000;

/* Ask, and use all that is granted; gives how many that was. */
static size_t take(const struct pace_rule *rule, int64_t *next_us, int64_t now, size_t wanted,
                   int64_t *wait)
{
    struct pace_grant grant;
    pace_grant(rule, *next_us, now, wanted, &grant);
    assert_true(grant.messages <= wanted);
    assert_int_equal(grant.wait > 0, grant.messages < wanted);
    if (grant.interval_us > 0 && grant.messages > 0) {
        *next_us = pace_next(&grant, grant.messages);
    }
    *wait = grant.wait;
    return grant.messages;
}

static void a_first_grant_is_the_burst(void **state)
{
    (void)state;
    static const struct {
        struct pace_rule rule;
        size_t wanted;
        size_t granted;
        int64_t wait;
    } cases[] = {
        {{.rate = 0}, 1000, 1000, 0},
        {{.rate = 0, .burst = 3}, 1000, 1000, 0}, /* a burst of no rate is none */
        {{.rate = -1}, 5, 5, 0},
        {{.rate = 10, .burst = 5}, 3, 3, 0},
        {{.rate = 10, .burst = 5}, 5, 5, 0},
        {{.rate = 10, .burst = 5}, 6, 5, 101}, /* the next is a tenth of a second away */
        {{.rate = 100}, 256, 25, 100},         /* a quarter of a second's worth */
        {{.rate = 1}, 10, 1, 1001},
        {{.rate = 3}, 10, 1, 334}, /* 333.334 ms: never too early */
        {{.rate = 4}, 10, 1, 251},
        {{.rate = 8}, 10, 2, 126},
        {{.rate = 50, .burst = 1}, 10, 1, 21}, /* evenly, and not one each tenth of a second */
        {{.rate = 1000, .burst = 1}, 10, 1, 2},
        {{.rate = 100000}, 512, 512, 0},
        {{.rate = 2000000}, 10, 10, 0}, /* more than a million a second is a million */
        {{.rate = 10, .burst = INT64_MAX}, 1000000, 1000000, 0},
        {{.rate = INT64_MAX}, 1000000, 1000000, 0},
        {{.rate = INT64_MAX, .burst = INT64_MAX}, 1000, 1000, 0},
        {{.rate = 10}, 0, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t next = 0;
        int64_t wait = 0;
        size_t granted = take(&cases[i].rule, &next, NOW, cases[i].wanted, &wait);
        if (granted != cases[i].granted || wait != cases[i].wait) {
            fail_msg("case %zu: %zu granted, wait %lld", i, granted, (long long)wait);
        }
    }
}

/* Come back whenever told to: over a minute, no stretch of it has more than burst and rate allow,
 * and hardly fewer go than may. */
static void the_rate_is_kept_and_used(void **state)
{
    (void)state;
    static const struct pace_rule rules[] = {
        {.rate = 1},
        {.rate = 3},
        {.rate = 7, .burst = 20},
        {.rate = 50, .burst = 1},
        {.rate = 50, .burst = 2},
        {.rate = 100},
        {.rate = 300},
        {.rate = 999, .burst = 100},
    };
    enum { SPAN = 60 * 1000, ASKED_MOST = 60001 };
    static int64_t at[ASKED_MOST];
    static size_t went[ASKED_MOST];
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        int64_t next = 0;
        size_t total = 0;
        size_t asked = 0;
        const size_t burst = rules[i].burst > 0      ? (size_t)rules[i].burst
                             : rules[i].rate / 4 > 0 ? (size_t)rules[i].rate / 4
                                                     : 1;
        for (int64_t now = 0; now < SPAN && asked < ASKED_MOST; asked++) {
            int64_t wait = 0;
            at[asked] = now;
            went[asked] = take(&rules[i], &next, NOW + now, 256, &wait);
            total += went[asked];
            now += wait > 0 ? wait : 1;
        }
        for (size_t from = 0; from < asked; from += 7) {
            size_t sum = 0;
            for (size_t to = from; to < asked && to < from + 60; to++) {
                sum += went[to];
                int64_t most = (int64_t)burst + (at[to] - at[from]) * rules[i].rate / 1000 + 1;
                assert_true((int64_t)sum <= most);
            }
        }
        assert_true((int64_t)total <= (int64_t)burst + SPAN / 1000 * rules[i].rate);
        assert_true((int64_t)total * 10 >= SPAN / 1000 * rules[i].rate * 9);
    }
}

static void a_pause_earns_one_burst_and_no_more(void **state)
{
    (void)state;
    const struct pace_rule rule = {.rate = 10, .burst = 5};
    static const struct {
        int64_t later; /* ms after a burst */
        size_t granted;
    } cases[] = {
        {0, 0}, {99, 0}, {100, 1}, {199, 1}, {200, 2}, {499, 4}, {500, 5}, {501, 5}, {86400000, 5},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t next = 0;
        int64_t wait = 0;
        assert_int_equal(take(&rule, &next, NOW, 100, &wait), 5);
        assert_int_equal(take(&rule, &next, NOW + cases[i].later, 100, &wait), cases[i].granted);
    }
}

static void what_is_granted_and_not_used_is_not_lost(void **state)
{
    (void)state;
    const struct pace_rule rule = {.rate = 10, .burst = 5};
    struct pace_grant grant;
    pace_grant(&rule, 0, NOW, 100, &grant);
    assert_int_equal(grant.messages, 5);
    int64_t next = pace_next(&grant, 2);
    int64_t wait = 0;
    assert_int_equal(take(&rule, &next, NOW, 100, &wait), 3);
}

/* An instant that was read a while ago must not make the rate begin anew; one from before the clock
 * was set back must not hold everything up. */
static void a_clock_that_goes_back(void **state)
{
    (void)state;
    const struct pace_rule rule = {.rate = 10, .burst = 5};
    static const struct {
        int64_t back; /* ms */
        size_t granted;
        int64_t wait; /* not longer than */
    } cases[] = {
        {1, 0, 102},
        {1000, 0, 1101},
        {PACE_SET_BACK_MS, 0, PACE_SET_BACK_MS + 101},
        {PACE_SET_BACK_MS + 1, 1, 101},
        {3600000, 1, 101},
        {86400000LL * 365, 1, 101},
        {1800000000000, 1, 101}, /* to 1970 */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t next = 0;
        int64_t wait = 0;
        assert_int_equal(take(&rule, &next, NOW, 100, &wait), 5);
        assert_int_equal(take(&rule, &next, NOW - cases[i].back, 100, &wait), cases[i].granted);
        assert_in_range(wait, 1, cases[i].wait);
        /* And it goes on from there. */
        assert_in_range(take(&rule, &next, NOW - cases[i].back + wait + 100, 100, &wait), 1, 5);
    }
    int64_t next = INT64_MAX;
    int64_t wait = 0;
    assert_int_equal(take(&rule, &next, NOW, 100, &wait), 1);
    next = INT64_MIN;
    assert_int_equal(take(&rule, &next, NOW, 100, &wait), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_grant_is_the_burst),
        cmocka_unit_test(the_rate_is_kept_and_used),
        cmocka_unit_test(a_pause_earns_one_burst_and_no_more),
        cmocka_unit_test(what_is_granted_and_not_used_is_not_lost),
        cmocka_unit_test(a_clock_that_goes_back),
    };
    return cmocka_run_group_tests_name("model/pace", tests, NULL, NULL);
}
