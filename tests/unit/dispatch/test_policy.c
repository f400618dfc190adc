/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a verdict: retry or not, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/compiler.h"
#include "muster/dispatch/policy.h"

static const int64_t NOW = 1800000000000;
static const int64_t FAR = 1800000000000 + 1000000000;

static const struct policy POLICY = {.first = 60000, .longest = 3600000, .attempts = 8};

static void each_verdict_has_its_state(void **state)
{
    (void)state;
    static const struct {
        enum carrier_verdict verdict;
        int64_t attempt;
        const char *state;
        const char *word;
        bool later;
    } cases[] = {
        {CARRIER_ACCEPTED, 1, "accepted", "accepted", false},
        {CARRIER_ACCEPTED, 99, "accepted", "accepted", false},
        {CARRIER_REFUSED, 1, "refused", "refused", false},
        {CARRIER_UNSURE, 1, "unsure", "unsure", false},
        {CARRIER_UNSURE, 8, "unsure", "unsure", false},
        {CARRIER_DEFERRED, 1, "queued", "deferred", true},
        {CARRIER_DEFERRED, 7, "queued", "deferred", true},
        {CARRIER_DEFERRED, 8, "refused", "deferred", false},
        {CARRIER_DEFERRED, 9, "refused", "deferred", false},
        {CARRIER_UNTOUCHED, 1, "queued", "untouched", true},
        {CARRIER_UNTOUCHED, 99, "queued", "untouched", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct parcel parcel = {.verdict = cases[i].verdict};
        struct policy_decision decision;
        memset(&decision, 0x5A, sizeof decision);
        policy_decide(&POLICY, &parcel, cases[i].attempt, NOW, FAR, 7, &decision);
        assert_string_equal(decision.state, cases[i].state);
        assert_string_equal(decision.verdict, cases[i].word);
        assert_int_equal(decision.due_at != 0, cases[i].later);
        if (cases[i].verdict == CARRIER_UNTOUCHED) {
            assert_int_equal(decision.due_at, NOW); /* as if nothing had been */
        }
    }
}

static int64_t pause_after(const struct policy *policy, int64_t attempt, int64_t retry_after,
                           uint64_t salt)
{
    struct parcel parcel = {.verdict = CARRIER_DEFERRED, .retry_after = retry_after};
    struct policy_decision decision;
    policy_decide(policy, &parcel, attempt, NOW, INT64_MAX, salt, &decision);
    assert_string_equal(decision.state, "queued");
    return decision.due_at - NOW;
}

static void pauses_double_up_to_the_longest(void **state)
{
    (void)state;
    static const int64_t expected[] = {60000, 120000, 240000, 480000, 960000, 1920000, 3600000};
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        for (uint64_t salt = 0; salt < 200; salt++) {
            int64_t pause = pause_after(&POLICY, (int64_t)i + 1, 0, salt);
            assert_in_range(pause, expected[i], expected[i] + expected[i] / 4);
        }
    }
    /* However often, it neither overflows nor passes the longest by more than a quarter. */
    struct policy patient = {.first = 1, .longest = 1000, .attempts = INT64_MAX};
    assert_in_range(pause_after(&patient, INT64_MAX - 1, 0, 3), 1000, 1250);
    struct policy eager = {.first = 0, .longest = 0, .attempts = 5};
    assert_int_equal(pause_after(&eager, 1, 0, 3), 0);
}

static void the_carrier_may_ask_for_more_but_not_for_less(void **state)
{
    (void)state;
    assert_in_range(pause_after(&POLICY, 1, 1000, 1), 60000, 75000);
    assert_in_range(pause_after(&POLICY, 1, 600000, 1), 600000, 750000);
    assert_in_range(pause_after(&POLICY, 7, 90000000, 1), 90000000, 112500000);
}

static void retries_that_began_together_spread(void **state)
{
    (void)state;
    enum { MESSAGES = 1000, SLOTS = 10 };
    size_t slots[SLOTS] = {0};
    for (uint64_t salt = 1; salt <= MESSAGES; salt++) {
        int64_t extra = pause_after(&POLICY, 1, 0, salt) - 60000;
        slots[extra * SLOTS / 15001]++;
        assert_int_equal(extra, pause_after(&POLICY, 1, 0, salt) - 60000);
    }
    for (size_t i = 0; i < SLOTS; i++) {
        assert_in_range(slots[i], MESSAGES / SLOTS / 2, MESSAGES / SLOTS * 2);
    }
}

static void no_retry_comes_after_the_deadline(void **state)
{
    (void)state;
    struct parcel parcel = {.verdict = CARRIER_DEFERRED};
    struct policy_decision decision;
    policy_decide(&POLICY, &parcel, 1, NOW, NOW + 75001, 1, &decision);
    assert_string_equal(decision.state, "queued");
    int64_t due = decision.due_at;
    policy_decide(&POLICY, &parcel, 1, NOW, due, 1, &decision);
    assert_string_equal(decision.state, "expired");
    assert_int_equal(decision.due_at, 0);
    policy_decide(&POLICY, &parcel, 1, NOW, due + 1, 1, &decision);
    assert_string_equal(decision.state, "queued");
    parcel.retry_after = 10000000;
    policy_decide(&POLICY, &parcel, 1, NOW, NOW + 9999999, 1, &decision);
    assert_string_equal(decision.state, "expired");
}

static void what_nobody_took_goes_out_again_while_there_is_time(void **state)
{
    (void)state;
    assert_string_equal(policy_untaken(&POLICY, 1, NOW, FAR), "queued");
    assert_string_equal(policy_untaken(&POLICY, 7, NOW, NOW + 1), "queued");
    assert_string_equal(policy_untaken(&POLICY, 1, NOW, NOW), "expired");
    assert_string_equal(policy_untaken(&POLICY, 8, NOW, FAR), "refused");
    assert_string_equal(policy_untaken(&POLICY, 99, NOW, NOW), "refused");
}

static void look_ups_become_rare(void **state)
{
    (void)state;
    assert_int_equal(policy_ask_again(1), 60000);
    assert_int_equal(policy_ask_again(2), 120000);
    assert_int_equal(policy_ask_again(6), 1920000);
    assert_int_equal(policy_ask_again(7), 3600000);
    assert_int_equal(policy_ask_again(INT64_MAX), 3600000);
}

static void what_came_of_a_batch_is_stored_within_five_minutes(void **state)
{
    (void)state;
    int64_t waited = 0;
    int tried = 1;
    assert_int_equal(policy_store_again(1), 1000);
    assert_int_equal(policy_store_again(5), 5000);
    for (int64_t pause = 0; (pause = policy_store_again(tried)) != 0; tried++) {
        assert_in_range(pause, 1000, 5000);
        waited += pause;
    }
    assert_int_equal(tried, 60);
    assert_in_range(waited, 280000, 300000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_has_its_state),
        cmocka_unit_test(pauses_double_up_to_the_longest),
        cmocka_unit_test(the_carrier_may_ask_for_more_but_not_for_less),
        cmocka_unit_test(retries_that_began_together_spread),
        cmocka_unit_test(no_retry_comes_after_the_deadline),
        cmocka_unit_test(what_nobody_took_goes_out_again_while_there_is_time),
        cmocka_unit_test(look_ups_become_rare),
        cmocka_unit_test(what_came_of_a_batch_is_stored_within_five_minutes),
    };
    return cmocka_run_group_tests_name("dispatch/policy", tests, NULL, NULL);
}
