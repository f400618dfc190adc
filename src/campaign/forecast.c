/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk from one opening to the next; within one, how many fit is a formula. */
#include "muster/campaign/forecast.h"

#include "muster/base/clock.h"

/* A pace without gaps in it: so many a second, until the minute has had its share. */
struct gait {
    int64_t second;
    int64_t minute;
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct gait gait_of(const struct forecast_pace *pace)
{
    const int64_t second =
        pace->rate <= 0 ? FORECAST_RATE_ASSUMED : least(pace->rate, FORECAST_RATE_MOST);
    const int64_t minute = pace->per_minute <= 0 ? second * 60 : pace->per_minute;
    return (struct gait){.second = second, .minute = least(minute, second * 60)};
}

/* When message number `index` goes, from 0: milliseconds after the opening. */
static int64_t offset_of(const struct gait *gait, int64_t index)
{
    return index / gait->minute * CLOCK_MINUTE + index % gait->minute * CLOCK_SECOND / gait->second;
}

/* How many messages have their offset below `length`, which is positive. */
static int64_t room_of(const struct gait *gait, int64_t length)
{
    const int64_t rest = length % CLOCK_MINUTE;
    const int64_t begun = (rest * gait->second + CLOCK_SECOND - 1) / CLOCK_SECOND;
    return length / CLOCK_MINUTE * gait->minute + least(gait->minute, begun);
}

/* How many may still go in the local day of `from`; `*until` comes no later than the stretch of
 * that day ends. */
static int64_t left_today(const struct forecast_pace *pace, int64_t from, int64_t *until,
                          struct forecast_use *use)
{
    struct clock_stretch stretch;
    if (pace->per_day <= 0 || !clock_stretch(from, &stretch)) {
        return INT64_MAX;
    }
    *until = least(*until, stretch.end);
    if (use->date != stretch.date) {
        use->date = stretch.date;
        use->gone = 0;
    }
    return use->gone < pace->per_day ? pace->per_day - use->gone : 0;
}

struct forecast forecast_run(const struct forecast_lane *lane, int64_t start, int64_t deadline,
                             int64_t count, struct forecast_use *use)
{
    const struct gait gait = gait_of(&lane->pace);
    const int64_t end = least(deadline, start + HOURS_HORIZON_MS);
    struct forecast forecast = {.late = count};
    int64_t at = use->free > start ? use->free : start;
    while (forecast.late > 0) {
        const int64_t from = hours_opens(&lane->hours, &lane->holidays, at);
        if (from >= end) {
            return forecast;
        }
        int64_t until = least(end, hours_closes(&lane->hours, &lane->holidays, from));
        const int64_t today = left_today(&lane->pace, from, &until, use);
        const int64_t going = least(least(forecast.late, today), room_of(&gait, until - from));
        at = until;
        if (going > 0) {
            forecast.first = forecast.fit == 0 ? from : forecast.first;
            forecast.last = from + offset_of(&gait, going - 1);
            forecast.fit += going;
            forecast.late -= going;
            use->gone += going;
            use->free = from + offset_of(&gait, going);
            at = use->free;
        }
    }
    return forecast;
}
