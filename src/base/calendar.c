/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By hand: the C library takes the 31st of February for the 3rd of March without a word. */
#include "muster/base/calendar.h"

#include <stdbool.h>

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int64_t calendar_month_days(int64_t month, int64_t year)
{
    static const unsigned char DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return DAYS[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

int64_t calendar_year_days(int64_t year)
{
    return is_leap(year) ? 366 : 365;
}
