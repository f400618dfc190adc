/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days, months and years (Gregorian, as if it had always been in use). A date is a number,
 * 20261201, without zone or time of day. */
#ifndef MUSTER_BASE_CALENDAR_H
#define MUSTER_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

/* Days of a month, 1 to 12. */
int64_t calendar_month_days(int64_t month, int64_t year);

/* Days of a year. */
int64_t calendar_year_days(int64_t year);

/* The days from 1970-01-01 to a date that exists, and the date so many days after (before, when
 * negative) that day; years 1 to 9999. */
int64_t calendar_day(int date);
int calendar_date(int64_t day);

/* 0 Monday to 6 Sunday, of a number of days since 1970-01-01. */
int calendar_weekday(int64_t day);

/* The last day of a span of so many months (0 or more) that begins with a date: twelve months from
 * 2027-03-10 end on 2028-03-09, one from 2027-01-31 on 2027-02-28. */
int calendar_span_end(int date, int64_t months);

/* "2026-12-01", a day that exists, as 20261201; false leaves `*date` alone. */
bool calendar_parse(const char *text, int *date) MUST_USE;

/* The same the other way round, in the arena. */
char *calendar_text(int date, struct arena *arena) MUST_USE;

#endif
