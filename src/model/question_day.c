/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days in replies: "tomorrow", "Fri", "the 27th", "27 Nov". A day that lies far ahead, or behind,
 * is none that anybody means to vote on. */
#include "question_day.h"

#include <string.h>

#include "muster/base/calendar.h"
#include "muster/base/text.h"

enum {
    MORE_WORDS = 12,
    SHORT_REPLY = 4,
    WEEK = 7,
    MONTHS = 12,
    DAY_MOST = 31,
    DAYS_NEAR = 31,  /* "the 27th" is the next one */
    DAYS_AHEAD = 60, /* a ballot takes some weeks */
    NO_DAY = -1,
    SEVERAL = -2, /* or one that cannot be meant */
};

const char question_denying[] =
    "not no never none dont havent hasnt didnt isnt wasnt wont cant but except heb ddim dim nid";

/* The days of the week: in full, shortened, and as they are misspelt. */
static const struct {
    const char *full;
    const char *brief; /* only in short replies: "sat" and "sun" are words of their own */
} DAYS[WEEK] = {
    {"monday mondy munday", "mon llun lun"},
    {"tuesday tuseday teusday tuesdy", "tue tues mawrth fawrth"},
    {"wednesday wensday wendesday wednsday wedensday", "wed weds mercher fercher"},
    {"thursday thurday thrusday thursdy", "thu thur thurs iau"},
    {"friday firday fridy", "fri gwener wener"},
    {"saturday saterday satuday", "sat sadwrn"},
    {"sunday sundy", "sun sul"},
};

static const char TODAY[] = "today tonight 2day heddiw heno";
static const char TOMORROW[] =
    "tomorrow tomorow tommorow tommorrow tomorro tmrw tmr tomoz tomo 2moro 2morrow 2mrw yfory fory";

static const char *const MONTH_NAMES[MONTHS] = {
    "january jan ionawr",
    "february feb chwefror",
    "march mar",
    "april apr ebrill",
    "may mai",
    "june jun mehefin",
    "july jul gorffennaf",
    "august aug awst",
    "september sept sep medi",
    "october oct hydref",
    "november nov tachwedd",
    "december dec rhagfyr",
};

/* How many days ahead a word says; -1: it is no day. */
static int days_ahead(const char *word, bool brief, int weekday)
{
    if (saying_among(TODAY, word)) {
        return 0;
    }
    if (saying_among(TOMORROW, word)) {
        return 1;
    }
    for (int i = 0; i < WEEK; i++) {
        if (saying_among(DAYS[i].full, word) || (brief && saying_among(DAYS[i].brief, word))) {
            return (i - weekday + WEEK) % WEEK;
        }
    }
    return -1;
}

/* Two findings into one. */
static int both(int one, int other)
{
    return one == NO_DAY ? other : other == NO_DAY || one == other ? one : SEVERAL;
}

/* The day of the week that a reply names, or today or tomorrow. */
static int weekday_named(struct saying all, int weekday)
{
    int days = NO_DAY;
    for (size_t i = 0; i < all.count; i++) {
        const bool named = i > 0 && saying_among("dydd ddydd nos", all.words[i - 1].text);
        days =
            both(days, days_ahead(all.words[i].text, named || all.count <= SHORT_REPLY, weekday));
    }
    return days;
}

/* The day of a month in a word, "27" or "27th"; 0: it is none. */
static int day_of_month(const char *word, bool *ordinal)
{
    char digits[3] = "";
    int64_t day = 0;
    const size_t length = strspn(word, "0123456789");
    if (length == 0 || length >= sizeof digits) {
        return 0;
    }
    memcpy(digits, word, length);
    const bool alone = word[length] == '\0';
    *ordinal = !alone && saying_among("st nd rd th fed ain", word + length);
    return (alone || *ordinal) && text_number(digits, 1, DAY_MOST, &day) ? (int)day : 0;
}

/* The month that a word names, from 1; 0: none. */
static int month_of(struct saying all, size_t place)
{
    for (int i = 0; place < all.count && i < MONTHS; i++) {
        if (saying_among(MONTH_NAMES[i], all.words[place].text)) {
            return i + 1;
        }
    }
    return 0;
}

/* How far the next such day is, month 0 being any. */
static int ahead(int date, int day, int month)
{
    const int most = month == 0 ? DAYS_NEAR : DAYS_AHEAD;
    for (int days = 0; days <= most; days++) {
        const int then = calendar_date(calendar_day(date) + days);
        if (then % 100 == day && (month == 0 || then / 100 % 100 == month)) {
            return days;
        }
    }
    return SEVERAL;
}

/* The date that a reply names: a number beside a month, or "27th". A number alone is an answer, or
 * how many there are of something. */
static int date_named(struct saying all, int date)
{
    int days = NO_DAY;
    for (size_t i = 0; i < all.count; i++) {
        bool ordinal = false;
        const int day = day_of_month(all.words[i].text, &ordinal);
        const bool of = i + 1 < all.count && saying_among("of o", all.words[i + 1].text);
        const int behind = month_of(all, of ? i + 2 : i + 1);
        const int month = behind != 0 || i == 0 ? behind : month_of(all, i - 1);
        if (day != 0 && (month != 0 || ordinal)) {
            days = both(days, ahead(date, day, month));
        }
    }
    return days;
}

int question_day(struct saying all, int date)
{
    if (all.count > MORE_WORDS || saying_any(all, question_denying)) {
        return NO_DAY;
    }
    const int named = weekday_named(all, calendar_weekday(calendar_day(date)));
    const int dated = date_named(all, date);
    if (dated >= 0 && named >= 0) { /* "Friday 27th", which must be one */
        return dated % WEEK == named ? dated : NO_DAY;
    }
    const int days = both(named, dated);
    return days >= 0 ? days : NO_DAY;
}
