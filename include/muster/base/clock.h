/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time. Instants are milliseconds since 1970-01-01 00:00 UTC in an int64_t; people read and write
 * local time in the organisation's zone, which is the zone of the process. */
#ifndef MUSTER_BASE_CLOCK_H
#define MUSTER_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum { CLOCK_SECOND = 1000, CLOCK_MINUTE = 60 * 1000, CLOCK_HOUR = 60 * 60 * 1000 };

/* The current instant. */
int64_t clock_now(void);

/* Milliseconds that only go forward, for measuring spans. */
int64_t clock_monotonic(void);

/* Milliseconds for which the processor has worked for this thread. */
int64_t clock_processor(void);

/* Sleep so many milliseconds, or until a signal arrives. */
void clock_sleep(int64_t milliseconds);

/* Make `zone` (an IANA name such as "Europe/London") the zone of the process. */
bool clock_set_zone(const char *zone, struct error *err) MUST_USE;

/* Read "2026-12-01", "2026-12-01 10:00", "2026-12-01 10:00:30" (local) or the same with `T` and
 * a final `Z` (UTC). A local time that the spring change of clocks skips, or a day that does not
 * exist, is refused; one that the autumn change repeats is the first of the two. */
bool clock_parse(const char *text, int64_t *instant) MUST_USE;

/* The fields of the local time; false for an instant that no calendar reaches. */
bool clock_local(int64_t instant, struct tm *fields) MUST_USE;

/* A piece of one local day in which the clocks are not changed. What they show at an instant of it
 * is the instant less `midnight`. */
struct clock_stretch {
    int date;         /* 20261201 */
    int weekday;      /* 0 Monday to 6 Sunday */
    int64_t midnight; /* when that day began, or would have with the clocks as they are now */
    int64_t end;      /* the first instant that is not of it */
};

/* The stretch that an instant lies in, from there on. Going on from `end` to `end` gives every
 * instant of a zone once, its hours that exist twice or never and its days of 23 and 25 hours
 * included. False for instants before 1970 or after 9999. */
bool clock_stretch(int64_t instant, struct clock_stretch *stretch) MUST_USE;

/* strftime(3) of the local time, in the arena. An empty result or one over 1023 bytes gives "". */
char *clock_format(int64_t instant, const char *format, struct arena *arena) MUST_USE;

/* "2026-12-01" and "2026-12-01 10:00" of the local time, likewise. */
char *clock_day(int64_t instant, struct arena *arena) MUST_USE;
char *clock_minute(int64_t instant, struct arena *arena) MUST_USE;

/* "2026-12-01T10:00:00Z", in UTC, in the arena. */
char *clock_iso(int64_t instant, struct arena *arena) MUST_USE;

/* A span of whole hours in words, in the arena: "1 hour", "24 hours", "3 days". */
char *clock_span(int64_t milliseconds, struct arena *arena) MUST_USE;

#endif
