/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hours in which messages may go, as people write them:
 *
 *     Mon-Fri 09:00-20:00, Sat 10:00-18:00
 *     Mon,Wed 09:00-12:00 and 13:00-17:00, Sat closed, holidays 10:00-16:00
 *     daily 00:00-24:00
 *     always
 *
 * Days are named by three letters or more of their English names, in any case, by ranges (which may
 * go over the week's end, "Fri-Mon") and by "daily"; each once. A day that is not named is closed.
 * Bank holidays are a day of their own, "holidays": closed unless named, and then these spans alone
 * hold on them, whatever the weekday. "always" is every instant, bank holidays included.
 *
 * A span goes from its first minute up to, but without, its last one; 24:00 is the end of a day. It
 * stays within its day: what goes on after midnight is written on both days.
 *
 * Hours are what the clocks on the wall show, in the zone of the process (see clock.h). So a span
 * within the hour that the spring change skips is not there on that day, and one in the hour that
 * the autumn change repeats is open twice. */
#ifndef MUSTER_BASE_HOURS_H
#define MUSTER_BASE_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/clock.h"
#include "muster/base/error.h"

enum {
    HOURS_HOLIDAY = 7, /* behind 0 Monday to 6 Sunday */
    HOURS_DAYS = 8,
    HOURS_SPANS_MOST = 8,     /* of one day */
    HOURS_LENGTH_MOST = 1200, /* more than hours_format ever writes */
    HOURS_HORIZON = 400,      /* days that are looked ahead */
};

/* An instant that never comes. */
#define HOURS_NEVER INT64_MAX

/* How far is looked ahead, in ms. */
#define HOURS_HORIZON_MS ((int64_t)HOURS_HORIZON * 24 * CLOCK_HOUR)

/* Minutes after midnight, `from` below `to`, which is at most 1440. */
struct hours_span {
    int from;
    int to;
};

/* The spans of a day, in order; between two of them there is a minute at least. */
struct hours_day {
    struct hours_span spans[HOURS_SPANS_MOST];
    size_t count;
};

struct hours {
    bool always; /* then the days say nothing */
    struct hours_day days[HOURS_DAYS];
};

/* Bank holidays: local dates as numbers, 20261225, in order. All zero is none. */
struct hours_holidays {
    const int *days;
    size_t count;
};

/* Read hours. ERROR_DATA with one sentence that says where and what. */
bool hours_parse(const char *text, struct hours *hours, struct error *err) MUST_USE;

/* How they are best written: days of the same spans together, Monday first, closed ones left out;
 * read again it gives the same hours. In the arena. */
char *hours_format(const struct hours *hours, struct arena *arena) MUST_USE;

/* Whether it is open at an instant. Before 1970 and after 9999 only "always" is. */
bool hours_open(const struct hours *hours, const struct hours_holidays *holidays,
                int64_t instant) MUST_USE;

/* The first instant, not before this one, at which it is open; HOURS_NEVER when that is more than
 * HOURS_HORIZON days away. */
int64_t hours_opens(const struct hours *hours, const struct hours_holidays *holidays,
                    int64_t instant) MUST_USE;

/* The first instant, not before this one, at which it is closed: this one when it is closed now,
 * else the end of what is open, spans that touch at midnight taken together. HOURS_NEVER for
 * "always", and when it is more than HOURS_HORIZON days away. */
int64_t hours_closes(const struct hours *hours, const struct hours_holidays *holidays,
                     int64_t instant) MUST_USE;

#endif
