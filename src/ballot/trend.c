/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gains into days. */
#include "muster/ballot/trend.h"

#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/store/votes.h"

enum { WEEK = 7 };

/* The number of the local day of an instant; 0 for one that no calendar reaches. */
static int64_t day_of(int64_t instant)
{
    struct clock_stretch stretch;
    return clock_stretch(instant, &stretch) ? calendar_day(stretch.date) : 0;
}

static void fill(const struct votes_gain *gains, size_t count, int64_t first, struct trend *trend)
{
    for (size_t i = 0; i < count; i++) {
        trend->days[day_of(gains[i].at) - first].gained += gains[i].gained;
    }
    int64_t voted = 0;
    for (size_t i = 0; i < trend->count; i++) {
        struct trend_day *day = &trend->days[i];
        day->date = calendar_date(first + (int64_t)i);
        voted += day->gained;
        day->voted = voted;
        trend->week += i + WEEK >= trend->count ? day->gained : 0;
    }
}

bool trend_read(struct db *db, const struct ballot *ballot, const char *unit, int64_t now,
                struct arena *arena, struct trend *trend, struct error *err)
{
    struct votes_gain *gains = NULL;
    size_t count = 0;
    struct trend made = {.count = 0};
    if (!votes_gains(db, ballot->id, unit, arena, &gains, &count, err)) {
        return false;
    }
    int64_t first = day_of(ballot->opens);
    int64_t last = day_of(now < ballot->closes ? now : ballot->closes);
    if (count > 0) {
        const int64_t earliest = day_of(gains[0].at);
        const int64_t latest = day_of(gains[count - 1].at);
        first = earliest < first ? earliest : first;
        last = latest > last ? latest : last;
    }
    if (last >= first) {
        made.count = (size_t)(last - first + 1);
        made.days = arena_array(arena, made.count, sizeof *made.days);
        fill(gains, count, first, &made);
    }
    *trend = made;
    return true;
}
