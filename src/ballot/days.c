/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting days; see days.h. */
#include "muster/ballot/days.h"

#include "muster/base/calendar.h"

enum { SATURDAY = 5, SUNDAY = 6, FIRST_CLASS = 2, SECOND_CLASS = 4 };

static bool is_holiday(int date, const struct hours_holidays *holidays)
{
    for (size_t i = 0; i < holidays->count; i++) {
        if (holidays->days[i] == date) {
            return true;
        }
    }
    return false;
}

/* Whether letters are carried on a day. */
static bool is_carried(int64_t day, bool second_class, const struct hours_holidays *holidays)
{
    const int weekday = calendar_weekday(day);
    return weekday != SUNDAY && !(second_class && weekday == SATURDAY) &&
           !is_holiday(calendar_date(day), holidays);
}

int days_last_post(int opens, int closes, bool second_class, const struct hours_holidays *holidays)
{
    const int needed = second_class ? SECOND_CLASS : FIRST_CLASS;
    int between = 0;
    for (int64_t day = calendar_day(closes) - 1; day >= calendar_day(opens); day--) {
        const bool carried = is_carried(day, second_class, holidays);
        if (between >= needed && carried) {
            return calendar_date(day);
        }
        between += carried ? 1 : 0;
    }
    return 0;
}

int days_carried(int from, int until, const struct hours_holidays *holidays)
{
    int carried = 0;
    for (int64_t day = calendar_day(from); day <= calendar_day(until); day++) {
        carried += is_carried(day, false, holidays) ? 1 : 0;
    }
    return carried;
}

/* The local date of an instant; 0 of none. */
static int date_of(int64_t instant)
{
    struct clock_stretch stretch = {.date = 0};
    return instant != 0 && clock_stretch(instant, &stretch) ? stretch.date : 0;
}

static int before(int date, int64_t days)
{
    return calendar_date(calendar_day(date) - days);
}

void days_of(const struct ballot *ballot, struct days *days)
{
    const int opens = date_of(ballot->opens);
    const int closes = date_of(ballot->closes);
    *days = (struct days){
        .opens = opens,
        .closes = closes,
        .ballot_notice = before(opens, ballot->ballot_notice),
        .sample_paper = before(opens, ballot->sample_paper),
        .last_post = date_of(ballot->last_post),
        .mandate_ends = ballot->mandate == 0 ? 0 : calendar_span_end(closes, ballot->mandate),
    };
}
