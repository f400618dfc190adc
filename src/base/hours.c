/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an instant stands among hours: a walk over the stretches of local days. */
#include "muster/base/hours.h"

#include "muster/base/clock.h"

static bool is_holiday(const struct hours_holidays *holidays, int date)
{
    size_t low = 0;
    size_t high = holidays->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (holidays->days[middle] < date) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < holidays->count && holidays->days[low] == date;
}

/* The first piece of a stretch, from `*from` on, that is open; false when none is. */
static bool open_piece(const struct hours *hours, const struct hours_holidays *holidays,
                       const struct clock_stretch *stretch, int64_t *from, int64_t *to)
{
    const int weekday = is_holiday(holidays, stretch->date) ? HOURS_HOLIDAY : stretch->weekday;
    const struct hours_day *day = &hours->days[weekday];
    for (size_t i = 0; i < day->count; i++) {
        const int64_t opens = stretch->midnight + (int64_t)day->spans[i].from * CLOCK_MINUTE;
        const int64_t closes = stretch->midnight + (int64_t)day->spans[i].to * CLOCK_MINUTE;
        const int64_t first = opens > *from ? opens : *from;
        const int64_t end = closes < stretch->end ? closes : stretch->end;
        if (first < end) {
            *from = first;
            *to = end;
            return true;
        }
    }
    return false;
}

bool hours_open(const struct hours *hours, const struct hours_holidays *holidays, int64_t instant)
{
    struct clock_stretch stretch;
    int64_t from = instant;
    int64_t end = 0;
    return hours->always || (clock_stretch(instant, &stretch) &&
                             open_piece(hours, holidays, &stretch, &from, &end) && from == instant);
}

int64_t hours_opens(const struct hours *hours, const struct hours_holidays *holidays,
                    int64_t instant)
{
    if (hours->always) {
        return instant;
    }
    struct clock_stretch stretch;
    for (int64_t at = instant; clock_stretch(at, &stretch) && at - instant <= HOURS_HORIZON_MS;
         at = stretch.end) {
        int64_t end = 0;
        if (open_piece(hours, holidays, &stretch, &at, &end)) {
            return at;
        }
    }
    return HOURS_NEVER;
}

int64_t hours_closes(const struct hours *hours, const struct hours_holidays *holidays,
                     int64_t instant)
{
    struct clock_stretch stretch;
    int64_t at = instant;
    while (!hours->always && at - instant <= HOURS_HORIZON_MS) {
        int64_t from = at;
        int64_t end = 0;
        if (!clock_stretch(at, &stretch) || !open_piece(hours, holidays, &stretch, &from, &end) ||
            from > at) {
            return at;
        }
        at = end;
    }
    return HOURS_NEVER;
}
