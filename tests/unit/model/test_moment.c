/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times in the words of a ballot's days: what they mean, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "muster/base/clock.h"
#include "muster/model/moment.h"

static int64_t at(const char *text)
{
    int64_t instant = 0;
    if (!clock_parse(text, &instant)) {
        fail_msg("%s is no time", text);
    }
    return instant;
}

/* A ballot over the autumn change of clocks, of 25 October 2026; Christmas is a holiday. */
static struct moment_anchors autumn(void)
{
    static const int days[] = {20261225, 20261228};
    return (struct moment_anchors){
        .whose = "ballot 'pay'",
        .at = {[MOMENT_OPENS] = at("2026-10-19"),
               [MOMENT_CLOSES] = at("2026-12-29 17:00"),
               [MOMENT_REPLACEMENT_START] = at("2026-10-26"),
               [MOMENT_REPLACEMENT_END] = at("2026-12-22 12:00"),
               [MOMENT_LAST_SAFE_POST] = at("2026-12-22"),
               [MOMENT_AT] = at("2026-11-02 10:00")},
        .holidays = {.days = days, .count = 2},
    };
}

struct moment_case {
    const char *words;
    const char *means; /* a local time, or one of UTC */
};

static void words_mean_instants(void **state)
{
    (void)state;
    static const struct moment_case cases[] = {
        {"opens", "2026-10-19"},
        {"opens + 1 day 10:00", "2026-10-20 10:00"},
        {"opens+1day 10:00", NULL},
        {"opens +1 day 10:00", "2026-10-20 10:00"},
        {"  opens  +  1  day  10:00  ", "2026-10-20 10:00"},
        {"opens - 1 week", "2026-10-12"},
        {"opens + 2 weeks + 3 days 17:30", "2026-11-05 17:30"},
        {"replacement_start 09:00", "2026-10-26 09:00"},
        {"replacement_end - 3 days", "2026-12-19 12:00"},
        {"replacement_end - 1 day 18:00", "2026-12-21 18:00"},
        {"last_safe_post - 1 day 18:30", "2026-12-21 18:30"},
        {"last_safe_post 00:00", "2026-12-22"},
        {"closes", "2026-12-29 17:00"},
        {"closes - 2 hours", "2026-12-29 15:00"},
        {"closes - 1 hour", "2026-12-29 16:00"},
        {"at 20:00", "2026-11-02 20:00"},
        {"at + 10 hours", "2026-11-02 20:00"},
        {"at + 1 day", "2026-11-03 10:00"},
        /* Days keep the clock on the wall, hours pass: 25 October has 25 of them. */
        {"opens + 7 days 08:00", "2026-10-26T08:00Z"},
        {"opens + 6 days + 24 hours", "2026-10-25T23:00Z"},
        {"opens + 7 days", "2026-10-26T00:00Z"},
        {"opens + 6 days 01:30", "2026-10-25T00:30Z"},
        {"opens + 6 days + 2 hours", "2026-10-25T01:00Z"},
        {"opens + 6 days + 3 hours + 1 day", "2026-10-26T02:00Z"},
        /* Working days: the 25th and 28th of December are none, nor is a weekend. */
        {"closes - 1 working day 10:00", "2026-12-24 10:00"},
        {"closes - 2 working days", "2026-12-23 17:00"},
        {"last_safe_post + 3 working days 10:00", "2026-12-29 10:00"},
        {"opens + 1 day + 4 working days 10:00", "2026-10-26 10:00"},
        {"opens - 1 working day 10:00", "2026-10-16 10:00"},
        {"opens + 999 days", "2029-07-14"},
    };
    const struct moment_anchors anchors = autumn();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct moment moment;
        struct error err = {0};
        int64_t instant = 0;
        const bool ok = moment_parse(cases[i].words, &moment, &err) &&
                        moment_resolve(&moment, &anchors, &instant, &err);
        if (cases[i].means == NULL ? ok : (!ok || instant != at(cases[i].means))) {
            fail_msg("\"%s\" gives %d, %lld ms away: %s", cases[i].words, ok,
                     (long long)(cases[i].means == NULL ? 0 : instant - at(cases[i].means)),
                     err.text);
        }
    }
}

static void what_is_wrong_is_one_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        const char *sentence;
    } cases[] = {
        {"", "a time begins with opens, closes,"},
        {"tomorrow", "a time begins with opens, closes,"},
        {"10:00", "a time begins with"},
        {"openes + 1 day", "there is no day 'openes'; did you mean opens?"},
        {"last_save_post", "there is no day 'last_save_post'; did you mean last_safe_post?"},
        {"Opens", "there is no day 'Opens'; did you mean opens?"},
        {"opens + day", "'day' is no number from 1 to 999 after +"},
        {"opens - 0 days", "'0' is no number from 1 to 999 after -"},
        {"opens + 1000 days", "'1000' is no number"},
        {"opens + 1.5 days", "'1.5' is no number"},
        {"opens +", "'' is no number"},
        {"opens + + 1 day", "'+' is no number"},
        {"opens + 3", "'' is no span: after a number come hours, days, working days or weeks"},
        {"opens + 3 months", "'months' is no span"},
        {"opens + 3 working weeks", "'weeks' is no span"},
        {"opens 1 day", "'1' is neither + nor - with a span, nor a time of day"},
        {"opens + 1 day 24:00", "'24:00' is neither"},
        {"opens + 1 day 9:00", "'9:00' is neither"},
        {"opens + 1 day 10:00 sharp", "'sharp' stands after the time of day"},
        {"opens + 1 day 10:00 + 1 day", "'+' stands after the time of day"},
        {"opens + 3 hours 10:00", "it is counted in hours, and has a time of day as well"},
        {"opens + 1 day + 1 day + 1 day + 1 day + 1 day", "in more than 4 spans"},
        {"starts - 1 day", "ballot 'pay' has no starts"},
    };
    const struct moment_anchors anchors = autumn();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct moment moment;
        struct error err = {0};
        int64_t instant = 7;
        if ((moment_parse(cases[i].words, &moment, &err) &&
             moment_resolve(&moment, &anchors, &instant, &err)) ||
            err.kind != ERROR_DATA || strstr(err.text, cases[i].sentence) == NULL) {
            fail_msg("\"%s\": no \"%s\" in \"%s\"", cases[i].words, cases[i].sentence, err.text);
        }
        assert_int_equal(instant, 7);
    }
}

static bool resolve(const char *words, const struct moment_anchors *anchors, int64_t *instant,
                    struct error *err)
{
    struct moment moment;
    return moment_parse(words, &moment, err) && moment_resolve(&moment, anchors, instant, err);
}

static void not_every_day_is_there(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t instant = 0;
    struct moment_anchors anchors = autumn();
    anchors.at[MOMENT_LAST_SAFE_POST] = 0;
    assert_false(resolve("last_safe_post 10:00", &anchors, &instant, &err));
    assert_string_equal(err.text, "ballot 'pay' has no last_safe_post");
    anchors.at[MOMENT_AT] = 0;
    assert_false(resolve("at + 1 hour", &anchors, &instant, &err));
    assert_string_equal(err.text, "only a deadline is counted from 'at'");
    const struct moment_anchors none = {.whose = NULL};
    assert_false(resolve("opens 10:00", &none, &instant, &err));
    assert_string_equal(err.text, "there is no ballot and no action whose opens it is");
    /* A rally has hours of its own. */
    const struct moment_anchors rally = {
        .whose = "action 'rally'",
        .at = {[MOMENT_STARTS] = at("2026-12-08 17:30"), [MOMENT_ENDS] = at("2026-12-08 19:00")}};
    assert_true(resolve("starts - 1 day", &rally, &instant, &err));
    assert_int_equal(instant, at("2026-12-07 17:30"));
    assert_true(resolve("ends + 1 day 10:00", &rally, &instant, &err));
    assert_int_equal(instant, at("2026-12-09 10:00"));
}

/* The last Sunday of March has no half past one. */
static void a_time_that_the_clocks_skip_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    int64_t instant = 0;
    const struct moment_anchors spring = {
        .whose = "ballot 'pay'",
        .at = {[MOMENT_OPENS] = at("2027-03-22 01:30"), [MOMENT_CLOSES] = at("2027-04-20 17:00")}};
    static const char *const skipped[] = {"opens + 6 days", "opens + 6 days 01:00",
                                          "closes - 23 days 01:59"};
    for (size_t i = 0; i < ARRAY_LENGTH(skipped); i++) {
        assert_false(resolve(skipped[i], &spring, &instant, &err));
        assert_non_null(strstr(err.text, "there is no 2027-03-28 01:"));
        assert_non_null(strstr(err.text, "the clocks skip it on that Sunday"));
    }
    assert_true(resolve("opens + 6 days 02:00", &spring, &instant, &err));
    assert_int_equal(instant, at("2027-03-28T01:00Z"));
    /* Counted in days beyond it, nothing is skipped; in hours, nothing can be. */
    assert_true(resolve("opens + 7 days", &spring, &instant, &err));
    assert_int_equal(instant, at("2027-03-29T00:30Z"));
    assert_true(resolve("opens + 144 hours", &spring, &instant, &err));
    assert_int_equal(instant, at("2027-03-28T01:30Z"));
    assert_false(resolve("opens + 6 days + 1 hour", &spring, &instant, &err));
}

static void whose_hour_it_has(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        bool of_anchor;
    } cases[] = {{"opens", true},
                 {"opens + 3 days", true},
                 {"opens 00:00", false},
                 {"opens + 8 hours", false}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct moment moment;
        struct error err;
        assert_true(moment_parse(cases[i].words, &moment, &err));
        assert_int_equal(moment_takes_hour_of_anchor(&moment), cases[i].of_anchor);
    }
}

int main(void)
{
    struct error err;
    if (!clock_set_zone("Europe/London", &err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_mean_instants),
        cmocka_unit_test(what_is_wrong_is_one_sentence),
        cmocka_unit_test(not_every_day_is_there),
        cmocka_unit_test(a_time_that_the_clocks_skip_is_refused),
        cmocka_unit_test(whose_hour_it_has),
    };
    return cmocka_run_group_tests_name("model/moment", tests, NULL, NULL);
}
