/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By hand: the C library takes the 31st of February for the 3rd of March without a word. */
#include "muster/base/calendar.h"

#include <string.h>

#include "muster/base/text.h"

/* A date in its parts. */
struct civil {
    int64_t year, month, day;
};

enum { YEAR = 10000, MONTH = 100, MONTHS = 12, WEEK = 7 }; /* of a date as a number */

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

static struct civil civil_of(int date)
{
    return (struct civil){.year = date / YEAR, .month = date / MONTH % MONTH, .day = date % MONTH};
}

static int date_of(const struct civil *civil)
{
    return (int)(civil->year * YEAR + civil->month * MONTH + civil->day);
}

/* Days of all years before this one, counted from the beginning of year 1. */
static int64_t days_before(int64_t year)
{
    const int64_t gone = year - 1;
    return gone * 365 + gone / 4 - gone / 100 + gone / 400;
}

static int64_t epoch(void)
{
    return days_before(1970);
}

int64_t calendar_day(int date)
{
    const struct civil civil = civil_of(date);
    int64_t days = days_before(civil.year) - epoch() + civil.day - 1;
    for (int64_t month = 1; month < civil.month; month++) {
        days += calendar_month_days(month, civil.year);
    }
    return days;
}

int calendar_date(int64_t day)
{
    int64_t left = day + epoch();
    struct civil civil = {.year = left / 366 + 1, .month = 1};
    left -= days_before(civil.year);
    for (; left >= calendar_year_days(civil.year); civil.year++) {
        left -= calendar_year_days(civil.year);
    }
    for (; left >= calendar_month_days(civil.month, civil.year); civil.month++) {
        left -= calendar_month_days(civil.month, civil.year);
    }
    civil.day = left + 1;
    return date_of(&civil);
}

int calendar_weekday(int64_t day)
{
    enum { THURSDAY = 3 }; /* was 1970-01-01 */
    const int64_t weekday = (day + THURSDAY) % WEEK;
    return (int)(weekday < 0 ? weekday + WEEK : weekday);
}

int calendar_span_end(int date, int64_t months)
{
    struct civil civil = civil_of(date);
    const int64_t month = civil.month - 1 + months;
    civil.year += month / MONTHS;
    civil.month = month % MONTHS + 1;
    const int64_t most = calendar_month_days(civil.month, civil.year);
    if (civil.day > most) { /* the month has no such day: the span ends with it */
        civil.day = most;
        return date_of(&civil);
    }
    return calendar_date(calendar_day(date_of(&civil)) - 1);
}

bool calendar_parse(const char *text, int *date)
{
    struct civil civil = {0};
    char copy[] = "yyyy-mm-dd";
    if (strlen(text) != sizeof copy - 1 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    memcpy(copy, text, sizeof copy);
    copy[4] = '\0';
    copy[7] = '\0';
    if (!text_number(copy, 1970, 9999, &civil.year) ||
        !text_number(copy + 5, 1, MONTHS, &civil.month) ||
        !text_number(copy + 8, 1, calendar_month_days(civil.month, civil.year), &civil.day)) {
        return false;
    }
    *date = date_of(&civil);
    return true;
}

char *calendar_text(int date, struct arena *arena)
{
    const struct civil civil = civil_of(date);
    return arena_printf(arena, "%04d-%02d-%02d", (int)civil.year, (int)civil.month, (int)civil.day);
}
