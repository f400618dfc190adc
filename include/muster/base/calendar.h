/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long months and years are (Gregorian). */
#ifndef MUSTER_BASE_CALENDAR_H
#define MUSTER_BASE_CALENDAR_H

#include <stdint.h>

/* Days of a month, 1 to 12. */
int64_t calendar_month_days(int64_t month, int64_t year);

/* Days of a year. */
int64_t calendar_year_days(int64_t year);

#endif
