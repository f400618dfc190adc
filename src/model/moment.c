/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and the walk from the anchor; see moment.h. */
#include "muster/model/moment.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"

enum { WORD_MOST = 40, DAY_MINUTES = 24 * 60, WEEK_DAYS = 7, SATURDAY = 5, FAR_DAYS = 40000 };

static const char *const anchor_names[MOMENT_ANCHORS] = {
    "opens", "closes", "replacement_start", "replacement_end", "last_safe_post", "starts",
    "ends",  "at"};

const char *moment_anchor_name(enum moment_anchor anchor)
{
    return anchor_names[anchor];
}

/* The words of a text, one after another: signs stand for themselves, whether there are blanks
 * around them or not. */
struct walk {
    const char *at;
    char word[WORD_MOST + 1]; /* "" at the end; cut off where it is longer */
};

static void next(struct walk *walk)
{
    walk->at += strspn(walk->at, " \t\n");
    const bool sign = walk->at[0] == '+' || walk->at[0] == '-';
    const size_t length = sign ? 1 : strcspn(walk->at, " \t\n+-");
    const size_t kept = length < WORD_MOST ? length : WORD_MOST;
    memcpy(walk->word, walk->at, kept);
    walk->word[text_valid(walk->word, kept)] = '\0';
    walk->at += length;
}

static bool read_anchor(struct walk *walk, struct moment *moment, struct error *err)
{
    next(walk);
    for (size_t i = 0; i < MOMENT_ANCHORS; i++) {
        if (text_equal(walk->word, anchor_names[i])) {
            moment->anchor = (enum moment_anchor)i;
            return true;
        }
    }
    const char *meant = text_nearest(walk->word, anchor_names, MOMENT_ANCHORS);
    if (meant != NULL) {
        return error_set(err, ERROR_DATA, "there is no day '%s'; did you mean %s?", walk->word,
                         meant);
    }
    return error_set(err, ERROR_DATA,
                     "a time begins with opens, closes, replacement_start, replacement_end or"
                     " last_safe_post of the ballot, as \"opens + 1 day 10:00\", or is written"
                     " \"2026-11-23 10:00\"");
}

static bool read_unit(struct walk *walk, enum moment_unit *unit, struct error *err)
{
    static const struct {
        const char *one, *many;
        enum moment_unit unit;
    } units[] = {{"hour", "hours", MOMENT_HOURS},
                 {"day", "days", MOMENT_DAYS},
                 {"week", "weeks", MOMENT_WEEKS}};
    next(walk);
    const bool working = text_equal(walk->word, "working");
    if (working) {
        next(walk);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        const bool fits =
            text_equal(walk->word, units[i].one) || text_equal(walk->word, units[i].many);
        if (fits && (!working || units[i].unit == MOMENT_DAYS)) {
            *unit = working ? MOMENT_WORKING_DAYS : units[i].unit;
            return true;
        }
    }
    return error_set(err, ERROR_DATA,
                     "'%s' is no span: after a number come hours, days, working days or weeks",
                     walk->word);
}

/* "+ 3 days", at the sign. */
static bool read_shift(struct walk *walk, struct moment *moment, struct error *err)
{
    struct moment_shift shift = {0};
    const bool back = text_equal(walk->word, "-");
    if (moment->shift_count == MOMENT_SHIFTS_MOST) {
        return error_set(err, ERROR_DATA, "it is counted in more than %d spans",
                         MOMENT_SHIFTS_MOST);
    }
    next(walk);
    if (!text_number(walk->word, 1, MOMENT_COUNT_MOST, &shift.count)) {
        return error_set(err, ERROR_DATA, "'%s' is no number from 1 to %d after %s", walk->word,
                         MOMENT_COUNT_MOST, back ? "-" : "+");
    }
    if (!read_unit(walk, &shift.unit, err)) {
        return false;
    }
    shift.count = back ? -shift.count : shift.count;
    moment->shifts[moment->shift_count++] = shift;
    return true;
}

/* "10:00" as minutes. */
static bool read_minute(const char *word, int *minute)
{
    int64_t hours = 0;
    int64_t minutes = 0;
    char copy[] = "hh:mm";
    if (strlen(word) != sizeof copy - 1 || word[2] != ':') {
        return false;
    }
    memcpy(copy, word, sizeof copy);
    copy[2] = '\0';
    if (!text_number(copy, 0, 23, &hours) || !text_number(copy + 3, 0, 59, &minutes)) {
        return false;
    }
    *minute = (int)(hours * 60 + minutes);
    return true;
}

static bool counts_hours(const struct moment *moment)
{
    for (size_t i = 0; i < moment->shift_count; i++) {
        if (moment->shifts[i].unit == MOMENT_HOURS) {
            return true;
        }
    }
    return false;
}

bool moment_parse(const char *text, struct moment *moment, struct error *err)
{
    struct walk walk = {.at = text};
    struct moment read = {.minute = MOMENT_NO_MINUTE};
    if (!read_anchor(&walk, &read, err)) {
        return false;
    }
    next(&walk);
    while (text_equal(walk.word, "+") || text_equal(walk.word, "-")) {
        if (!read_shift(&walk, &read, err)) {
            return false;
        }
        next(&walk);
    }
    if (walk.word[0] != '\0') {
        if (!read_minute(walk.word, &read.minute)) {
            return error_set(err, ERROR_DATA,
                             "'%s' is neither + nor - with a span, nor a time of day such as 10:00",
                             walk.word);
        }
        if (counts_hours(&read)) {
            return error_set(err, ERROR_DATA,
                             "it is counted in hours, and has a time of day as well");
        }
        next(&walk);
        if (walk.word[0] != '\0') {
            return error_set(err, ERROR_DATA, "'%s' stands after the time of day", walk.word);
        }
    }
    *moment = read;
    return true;
}

bool moment_takes_hour_of_anchor(const struct moment *moment)
{
    return moment->minute == MOMENT_NO_MINUTE && !counts_hours(moment);
}

static bool is_working(int64_t day, const struct hours_holidays *holidays)
{
    const int date = calendar_date(day);
    for (size_t i = 0; i < holidays->count; i++) {
        if (holidays->days[i] == date) {
            return false;
        }
    }
    return calendar_weekday(day) < SATURDAY;
}

/* The day so many days on. */
static int64_t shifted(int64_t day, const struct moment_shift *shift,
                       const struct hours_holidays *holidays)
{
    if (shift->unit != MOMENT_WORKING_DAYS) {
        return day + shift->count * (shift->unit == MOMENT_WEEKS ? WEEK_DAYS : 1);
    }
    const int direction = shift->count < 0 ? -1 : 1;
    for (int64_t left = shift->count * direction; left > 0;) {
        day += direction;
        left -= is_working(day, holidays) ? 1 : 0;
    }
    return day;
}

/* What the clock on the wall shows. */
struct wall {
    int64_t day; /* since 1970-01-01 */
    int minute;
};

static bool wall_of(int64_t instant, struct wall *wall)
{
    struct tm fields;
    if (!clock_local(instant, &fields)) {
        return false;
    }
    *wall = (struct wall){
        .day = calendar_day((fields.tm_year + 1900) * 10000 + (fields.tm_mon + 1) * 100 +
                            fields.tm_mday),
        .minute = fields.tm_hour * 60 + fields.tm_min,
    };
    return true;
}

static bool instant_of(const struct wall *wall, int64_t *instant, struct error *err)
{
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    char text[WORD_MOST];
    const int date = calendar_date(wall->day);
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", date / 10000, date / 100 % 100,
                   date % 100, wall->minute / 60, wall->minute % 60);
    return clock_parse(text, instant) ||
           error_set(err, ERROR_DATA, "there is no %s: the clocks skip it on that %s", text,
                     weekdays[calendar_weekday(wall->day)]);
}

/* One shift on, in hours that pass or in days of the wall's. */
static bool apply(const struct moment_shift *shift, const struct hours_holidays *holidays,
                  struct wall *wall, int64_t *exact, struct error *err)
{
    if (shift->unit == MOMENT_HOURS) {
        if (*exact == 0 && !instant_of(wall, exact, err)) {
            return false;
        }
        *exact += shift->count * CLOCK_HOUR;
        return wall_of(*exact, wall) || error_set(err, ERROR_DATA, "no calendar reaches that far");
    }
    wall->day = shifted(wall->day, shift, holidays);
    *exact = 0;
    return (wall->day > 0 && wall->day < FAR_DAYS * 2) ||
           error_set(err, ERROR_DATA, "no calendar reaches that far");
}

bool moment_resolve(const struct moment *moment, const struct moment_anchors *anchors,
                    int64_t *instant, struct error *err)
{
    const char *name = anchor_names[moment->anchor];
    int64_t exact = anchors->at[moment->anchor]; /* 0 once only the wall's clock is known */
    struct wall wall;
    if (exact == 0) {
        return moment->anchor == MOMENT_AT
                   ? error_set(err, ERROR_DATA, "only a deadline is counted from 'at'")
               : anchors->whose == NULL
                   ? error_set(err, ERROR_DATA, "there is no ballot and no action whose %s it is",
                               name)
                   : error_set(err, ERROR_DATA, "%s has no %s", anchors->whose, name);
    }
    if (!wall_of(exact, &wall)) {
        return error_set(err, ERROR_DATA, "no calendar reaches that far");
    }
    for (size_t i = 0; i < moment->shift_count; i++) {
        if (!apply(&moment->shifts[i], &anchors->holidays, &wall, &exact, err)) {
            return false;
        }
    }
    if (moment->minute != MOMENT_NO_MINUTE) {
        wall.minute = moment->minute;
        exact = 0;
    }
    if (exact == 0 && !instant_of(&wall, &exact, err)) {
        return false;
    }
    *instant = exact;
    return true;
}
