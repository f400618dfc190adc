/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ballot file, completed by the law and the calendar that are shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/ballot/terms.h"
#include "muster/base/clock.h"

static const struct config config = {.path = "etc/muster.conf",
                                     .hours = {.nation = "england-and-wales", .holidays = ""},
                                     .ballots = {.law = ""}};

static int64_t instant(const char *text)
{
    int64_t at = 0;
    assert_true(clock_parse(text, &at));
    return at;
}

static struct ballot_plan plan_of(const char *opens, const char *closes)
{
    return (struct ballot_plan){.name = "pay",
                                .title = "Pay",
                                .opens = instant(opens),
                                .closes = instant(closes),
                                .who = "everyone",
                                .method = "postal",
                                .jurisdiction = "great-britain",
                                .threshold_of_law = true,
                                .threshold = {0, 1}};
}

static bool settle(const struct ballot_plan *plan, struct ballot *ballot, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    const bool ok = terms_settle(&config, plan, arena, &faults, ballot, err);
    assert_int_equal(faults.count, 0);
    return ok;
}

static void what_is_left_open_is_settled(void **state)
{
    (void)state;
    struct error err = {0};
    struct ballot ballot;
    const struct ballot_plan plan = plan_of("2026-11-02", "2026-12-18 17:00");
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.threshold_part, 1);
    assert_int_equal(ballot.threshold_whole, 2);
    assert_int_equal(ballot.support_part, 0);
    assert_int_equal(ballot.mandate, 12);
    assert_int_equal(ballot.notice, 10);
    assert_int_equal(ballot.replacements_from, instant("2026-11-09 00:00"));
    assert_int_equal(ballot.replacements_until, instant("2026-12-11 12:00"));
    assert_int_equal(ballot.last_post, instant("2026-12-15 00:00"));
}

static void what_the_file_says_stays(void **state)
{
    (void)state;
    struct error err = {0};
    struct ballot ballot;
    struct ballot_plan plan = plan_of("2026-11-02", "2026-12-18 17:00");
    plan.threshold_of_law = false;
    plan.threshold = (struct law_part){3, 5};
    plan.replacements_from = instant("2026-11-05");
    plan.replacements_until = instant("2026-12-01 17:00");
    plan.last_post = instant("2026-12-11");
    plan.together = true;
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.threshold_part, 3);
    assert_int_equal(ballot.threshold_whole, 5);
    assert_int_equal(ballot.replacements_from, plan.replacements_from);
    assert_int_equal(ballot.replacements_until, plan.replacements_until);
    assert_int_equal(ballot.last_post, plan.last_post);
    assert_true(ballot.together);
}

static void support_is_asked_for_where_the_law_did(void **state)
{
    (void)state;
    struct error err = {0};
    struct ballot ballot;
    struct ballot_plan plan = plan_of("2026-01-12", "2026-02-20 17:00");
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.support_part, 0); /* no important public service */
    plan.important = true;
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.support_part, 2);
    assert_int_equal(ballot.support_whole, 5);
    assert_int_equal(ballot.mandate, 6);
    plan.jurisdiction = "northern-ireland";
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.support_part, 0);
    assert_int_equal(ballot.threshold_part, 0);
    plan = plan_of("1990-01-12", "1990-02-20 17:00");
    assert_false(settle(&plan, &ballot, &err));
    assert_non_null(strstr(err.text, "says nothing of ballots"));
}

static void a_ballot_may_be_too_short_for_the_post(void **state)
{
    (void)state;
    struct error err = {0};
    struct ballot ballot;
    struct ballot_plan plan = plan_of("2026-12-16", "2026-12-18 17:00");
    assert_false(settle(&plan, &ballot, &err));
    assert_non_null(strstr(err.text, "no day of ballot 'pay' is safe for posting"));
    plan.method = "hybrid"; /* then there is another way */
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.last_post, 0);
    assert_int_equal(ballot.replacements_until, 0);
    plan.method = "electronic";
    plan.closes = instant("2027-01-29 12:00");
    assert_true(settle(&plan, &ballot, &err));
    assert_int_equal(ballot.last_post, 0);
    assert_true(ballot.replacements_until > 0);
}

int main(void)
{
    struct error err = {0};
    if (!clock_set_zone("Europe/London", &err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_open_is_settled),
        cmocka_unit_test(what_the_file_says_stays),
        cmocka_unit_test(support_is_asked_for_where_the_law_did),
        cmocka_unit_test(a_ballot_may_be_too_short_for_the_post),
    };
    return cmocka_run_group_tests_name("ballot/terms", tests, NULL, NULL);
}
