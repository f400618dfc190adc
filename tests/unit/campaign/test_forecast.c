/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When messages would go: the arithmetic, against tables and against a walk message by message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/forecast.h"

#define USUAL "Mon-Fri 09:00-20:00, Sat 10:00-18:00"

static const int DATES[] = {20261225, 20261226, 20261228};

static int start(void **state)
{
    (void)state;
    struct error err;
    return clock_set_zone("Europe/London", &err) ? 0 : 1;
}

/* A time, with ".333" behind it if wanted; NULL is never. */
static int64_t at(const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    int64_t instant = HOURS_NEVER;
    if (text == NULL) {
        return instant;
    }
    char *whole = arena_text(arena, text);
    char *point = strchr(whole, '.');
    int64_t thousandths = 0;
    if (point != NULL) {
        *point = '\0';
        assert_true(text_number(point + 1, 0, 999, &thousandths));
    }
    if (!clock_parse(whole, &instant)) {
        fail_msg("%s is no time", text);
    }
    return instant + thousandths;
}

static struct forecast_lane lane_of(const char *hours, struct forecast_pace pace)
{
    struct forecast_lane lane = {.holidays = {DATES, ARRAY_LENGTH(DATES)}, .pace = pace};
    struct error err = {0};
    if (!hours_parse(hours, &lane.hours, &err)) {
        fail_msg("%s: %s", hours, err.text);
    }
    return lane;
}

struct order {
    const char *hours;
    struct forecast_pace pace;
    const char *start;
    const char *deadline;
    int64_t count;
    int64_t fit;
    const char *first;
    const char *last;
};

/* 2026-12-04 is a Friday. */
static const struct order orders[] = {
    {"always",
     {1, 0, 0},
     "2026-12-01 10:00",
     NULL,
     10,
     10,
     "2026-12-01 10:00",
     "2026-12-01 10:00:09"},
    {"always", {1, 0, 0}, "2026-12-01 10:00", NULL, 1, 1, "2026-12-01 10:00", "2026-12-01 10:00"},
    {"always", {1, 0, 0}, "2026-12-01 10:00", NULL, 0, 0, NULL, NULL},
    {"always",
     {0, 0, 0},
     "2026-12-01 10:00",
     NULL,
     11,
     11,
     "2026-12-01 10:00",
     "2026-12-01 10:00:01"}, /* as if with FORECAST_RATE_ASSUMED */
    {"always",
     {3, 0, 0},
     "2026-12-01 10:00",
     NULL,
     5,
     5,
     "2026-12-01 10:00",
     "2026-12-01 10:00:01.333"},
    {"always",
     {120, 0, 0},
     "2026-12-01 10:00",
     NULL,
     7201,
     7201,
     "2026-12-01 10:00",
     "2026-12-01 10:01:00"},
    /* The deadline is the first instant at which nothing goes. */
    {"always",
     {1, 0, 0},
     "2026-12-01 10:00",
     "2026-12-01 10:00:03",
     7,
     3,
     "2026-12-01 10:00",
     "2026-12-01 10:00:02"},
    {"always",
     {1, 0, 0},
     "2026-12-01 10:00",
     "2026-12-01 10:00:03.001",
     7,
     4,
     "2026-12-01 10:00",
     "2026-12-01 10:00:03"},
    {"always",
     {3, 0, 0},
     "2026-12-01 10:00",
     "2026-12-01 10:00:00.666",
     7,
     2,
     "2026-12-01 10:00",
     "2026-12-01 10:00:00.333"},
    {"always", {1, 0, 0}, "2026-12-01 10:00", "2026-12-01 10:00", 7, 0, NULL, NULL},
    {"always", {1, 0, 0}, "2026-12-01 10:00", "2026-11-01 10:00", 7, 0, NULL, NULL},
    /* Hours. */
    {USUAL,
     {1, 0, 0},
     "2026-12-04 19:59:50",
     NULL,
     10,
     10,
     "2026-12-04 19:59:50",
     "2026-12-04 19:59:59"},
    {USUAL,
     {1, 0, 0},
     "2026-12-04 19:59:50",
     NULL,
     11,
     11,
     "2026-12-04 19:59:50",
     "2026-12-05 10:00"},
    {USUAL,
     {1, 0, 0},
     "2026-12-04 20:00",
     NULL,
     28801,
     28801,
     "2026-12-05 10:00",
     "2026-12-07 09:00"},
    {USUAL,
     {1, 0, 0},
     "2026-12-04 20:00",
     "2026-12-07 09:00",
     28801,
     28800,
     "2026-12-05 10:00",
     "2026-12-05 17:59:59"},
    {USUAL, {1, 0, 0}, "2026-12-05 18:00", "2026-12-07 09:00", 5, 0, NULL, NULL},
    {USUAL,
     {1, 0, 0},
     "2026-12-24 19:59:59",
     NULL,
     2,
     2,
     "2026-12-24 19:59:59",
     "2026-12-29 09:00"},
    {"holidays 10:00-11:00",
     {1, 0, 0},
     "2026-12-28 10:59:58",
     NULL,
     3,
     2,
     "2026-12-28 10:59:58",
     "2026-12-28 10:59:59"},
    /* So many a minute. */
    {"always",
     {1, 5, 0},
     "2026-12-01 10:00",
     NULL,
     11,
     11,
     "2026-12-01 10:00",
     "2026-12-01 10:02:00"},
    {"always",
     {1, 5, 0},
     "2026-12-01 10:00",
     "2026-12-01 10:01:02.500",
     11,
     8,
     "2026-12-01 10:00",
     "2026-12-01 10:01:02"},
    {"always",
     {1, 600, 0},
     "2026-12-01 10:00",
     NULL,
     61,
     61,
     "2026-12-01 10:00",
     "2026-12-01 10:01"}, /* more than the rate lets through */
    {"always",
     {0, 30, 0},
     "2026-12-01 10:00",
     NULL,
     31,
     31,
     "2026-12-01 10:00",
     "2026-12-01 10:01"},
    /* So many a day. */
    {USUAL,
     {1, 0, 3},
     "2026-12-04 19:59:58",
     NULL,
     9,
     9,
     "2026-12-04 19:59:58",
     "2026-12-08 09:00"}, /* 2 on Friday, 3, 3, and one on Tuesday */
    {"always", {1, 0, 1}, "2026-12-01 10:00", NULL, 3, 3, "2026-12-01 10:00", "2026-12-03"},
    {"always", {1, 0, 1}, "2026-12-01 10:00", "2026-12-03", 3, 2, "2026-12-01 10:00", "2026-12-02"},
    {"always", {1, 0, 7}, "2026-12-01 23:59:55", NULL, 6, 6, "2026-12-01 23:59:55", "2026-12-02"},
    {"always", {1, 0, 1}, "2026-03-29 00:30", NULL, 2, 2, "2026-03-29 00:30", "2026-03-30"},
    {"always", {1, 0, 1}, "2026-10-25 00:30", NULL, 2, 2, "2026-10-25 00:30", "2026-10-26"},
    /* Days of 23 and 25 hours, and an hour that is there twice. */
    {"daily 00:00-24:00", {1, 0, 0}, "2026-03-29", NULL, 82801, 82801, "2026-03-29", "2026-03-30"},
    {"daily 00:00-24:00", {1, 0, 0}, "2026-10-25", NULL, 90001, 90001, "2026-10-25", "2026-10-26"},
    {"Sun 00:30-01:30",
     {1, 1, 0},
     "2026-10-25",
     NULL,
     61,
     61,
     "2026-10-25 00:30",
     "2026-10-25T01:00Z"},
    {"Sun 00:30-01:30",
     {1, 1, 0},
     "2026-10-25",
     NULL,
     91,
     91,
     "2026-10-25 00:30",
     "2026-11-01 00:30"},
};

static void forecasts_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(orders); i++) {
        const struct order *order = &orders[i];
        const struct forecast_lane lane = lane_of(order->hours, order->pace);
        struct forecast_use use = {0};
        const struct forecast got =
            forecast_run(&lane, at(order->start), at(order->deadline), order->count, &use);
        const int64_t first = order->first == NULL ? 0 : at(order->first);
        const int64_t last = order->last == NULL ? 0 : at(order->last);
        if (got.fit != order->fit || got.late != order->count - order->fit || got.first != first ||
            got.last != last) {
            fail_msg("case %zu: %lld fit, from %lld ms beside to %lld ms beside", i,
                     (long long)got.fit, (long long)(got.first - first),
                     (long long)(got.last - last));
        }
    }
}

/* The same message by message, at a rate that divides a second. */
static struct forecast walk(const struct forecast_lane *lane, int64_t now, int64_t deadline,
                            int64_t count)
{
    const int64_t step = CLOCK_SECOND / lane->pace.rate;
    struct forecast forecast = {.late = count};
    int64_t minute = INT64_MIN;
    int64_t in_minute = 0;
    int day = 0;
    long offset = 0;
    int64_t in_day = 0;
    bool was_open = false;
    for (; forecast.late > 0 && now < deadline; now += step) {
        struct tm fields;
        const bool open = hours_open(&lane->hours, &lane->holidays, now);
        assert_true(clock_local(now, &fields));
        const bool other =
            lane->pace.per_day > 0 && (fields.tm_yday != day || fields.tm_gmtoff != offset);
        in_day = fields.tm_yday == day ? in_day : 0;
        day = fields.tm_yday;
        offset = fields.tm_gmtoff;
        if (open && (!was_open || other || now - minute >= CLOCK_MINUTE)) {
            minute = now;
            in_minute = 0;
        }
        was_open = open;
        if (open && in_minute < lane->pace.per_minute &&
            (lane->pace.per_day == 0 || in_day < lane->pace.per_day)) {
            in_minute++;
            in_day++;
            forecast.first = forecast.fit == 0 ? now : forecast.first;
            forecast.last = now;
            forecast.fit++;
            forecast.late--;
        }
    }
    return forecast;
}

static void formulas_agree_with_a_walk(void **state)
{
    (void)state;
    static const char *const hours[] = {USUAL, "daily 00:00-24:00",
                                        "daily 00:00-00:07 and 00:59-01:01 and 01:30-02:30",
                                        "Sun 09:00-09:01, holidays 12:00-13:00"};
    static const char *const starts[] = {"2026-03-28 17:58:30", "2026-10-24 17:59:30",
                                         "2026-12-24 19:58"};
    static const struct forecast_pace paces[] = {{1, 60, 0}, {2, 7, 0}, {5, 300, 100}, {4, 9, 31}};
    static const int64_t counts[] = {1, 40, 1000};
    for (size_t i = 0; i < ARRAY_LENGTH(hours) * ARRAY_LENGTH(starts) * ARRAY_LENGTH(paces) *
                               ARRAY_LENGTH(counts);
         i++) {
        const size_t j = i / ARRAY_LENGTH(hours);
        const size_t k = j / ARRAY_LENGTH(starts);
        const struct forecast_lane lane =
            lane_of(hours[i % ARRAY_LENGTH(hours)], paces[k % ARRAY_LENGTH(paces)]);
        const int64_t begin = at(starts[j % ARRAY_LENGTH(starts)]);
        const int64_t end = begin + (int64_t)30 * CLOCK_HOUR;
        const int64_t count = counts[k / ARRAY_LENGTH(paces)];
        struct forecast_use use = {0};
        const struct forecast got = forecast_run(&lane, begin, end, count, &use);
        const struct forecast wanted = walk(&lane, begin, end, count);
        if (got.fit != wanted.fit || got.late != wanted.late || got.first != wanted.first ||
            got.last != wanted.last) {
            fail_msg("case %zu: %lld fit, not %lld; the last %lld ms beside", i, (long long)got.fit,
                     (long long)wanted.fit, (long long)(got.last - wanted.last));
        }
    }
}

static void a_lane_is_used_by_one_after_another(void **state)
{
    (void)state;
    const struct forecast_lane lane = lane_of(USUAL, (struct forecast_pace){.rate = 2});
    const int64_t begin = at("2026-12-01 10:00");
    struct forecast_use use = {0};
    struct forecast got = forecast_run(&lane, begin, HOURS_NEVER, 3, &use);
    assert_true(got.last == begin + 1000);
    got = forecast_run(&lane, begin, HOURS_NEVER, 3, &use);
    assert_true(got.first == begin + 1500 && got.last == begin + 2500);
    got = forecast_run(&lane, begin + 60000, HOURS_NEVER, 1, &use);
    assert_true(got.first == begin + 60000);
    /* What went before counts for the day. */
    const struct forecast_lane daily =
        lane_of(USUAL, (struct forecast_pace){.rate = 1, .per_day = 5});
    use = (struct forecast_use){0};
    got = forecast_run(&daily, begin, HOURS_NEVER, 4, &use);
    got = forecast_run(&daily, begin, HOURS_NEVER, 4, &use);
    assert_true(got.first == begin + 4000 && got.last == at("2026-12-02 09:00:02"));
}

static void odd_orders_end(void **state)
{
    (void)state;
    static const int64_t odd[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    const struct forecast_lane lane = lane_of("always", (struct forecast_pace){.rate = INT64_MAX});
    struct forecast_use use = {0};
    const int64_t begin = at("2026-12-01");
    struct forecast got = forecast_run(&lane, begin, HOURS_NEVER, INT64_MAX, &use);
    assert_true(got.fit == (int64_t)HOURS_HORIZON * 86400 * FORECAST_RATE_MOST);
    assert_true(got.late == INT64_MAX - got.fit);
    for (size_t i = 0; i < ARRAY_LENGTH(odd); i++) {
        const struct forecast_lane other =
            lane_of(USUAL, (struct forecast_pace){odd[i], odd[i], odd[i]});
        use = (struct forecast_use){0};
        got = forecast_run(&other, begin, odd[i], 5, &use);
        assert_true(got.fit + got.late == 5);
        use = (struct forecast_use){0};
        got = forecast_run(&other, begin, HOURS_NEVER, 5, &use);
        assert_true(got.fit == 5 && got.first == at("2026-12-01 09:00"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forecasts_are_right),
        cmocka_unit_test(formulas_agree_with_a_walk),
        cmocka_unit_test(a_lane_is_used_by_one_after_another),
        cmocka_unit_test(odd_orders_end),
    };
    return cmocka_run_group_tests_name("campaign/forecast", tests, start, NULL);
}
