/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hours: what may be written, and what the clocks on the wall make of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "muster/base/clock.h"
#include "muster/base/hours.h"

static const int DATES[] = {20261225, 20261226, 20261228, 20270101};
static const struct hours_holidays HOLIDAYS = {DATES, ARRAY_LENGTH(DATES)};

static int start(void **state)
{
    (void)state;
    struct error err;
    return clock_set_zone("Europe/London", &err) ? 0 : 1;
}

static struct hours hours_of(const char *text)
{
    struct hours hours;
    struct error err = {0};
    if (!hours_parse(text, &hours, &err)) {
        fail_msg("%s: %s", text, err.text);
    }
    return hours;
}

static int64_t at(const char *text)
{
    int64_t instant = 0;
    if (!clock_parse(text, &instant)) {
        fail_msg("%s is no time", text);
    }
    return instant;
}

static void hours_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *normal;
    } cases[] = {
        {"Mon-Fri 09:00-20:00, Sat 10:00-18:00", "Mon-Fri 09:00-20:00, Sat 10:00-18:00"},
        {"always", "always"},
        {" ALWAYS ", "always"},
        {"mon-fri 9:00-20:00", "Mon-Fri 09:00-20:00"},
        {"MONDAY-Friday 09:00 \xE2\x80\x93 20:00; SAT,sun 10:00-16:00",
         "Mon-Fri 09:00-20:00, Sat,Sun 10:00-16:00"},
        {"Sat and Sun 10:00-16:00", "Sat,Sun 10:00-16:00"},
        {"daily 00:00-24:00", "daily 00:00-24:00"},
        {"daily 00:00-24:00, holidays 00:00-24:00", "always"},
        {"daily,holidays 08:00-22:00", "daily,holidays 08:00-22:00"},
        {"daily 08:00-22:00, holidays 10:00-16:00", "daily 08:00-22:00, holidays 10:00-16:00"},
        {"holidays 10:00-16:00", "holidays 10:00-16:00"},
        {"Mon 13:00-17:00, 09:00-12:00, Tues closed", "Mon 09:00-12:00 and 13:00-17:00"},
        {"Mon 09:00-12:00 and 12:00-17:00 and 17:00-18:00", "Mon 09:00-18:00"},
        {"Mon 09:00-12:00, 15:00-17:00, 12:00-15:00", "Mon 09:00-17:00"},
        {"Fri-Mon 10:00-11:00", "Mon,Fri-Sun 10:00-11:00"},
        {"Sun-Mon 10:00-11:00", "Mon,Sun 10:00-11:00"},
        {"Wed-Wed 10:00-11:00", "Wed 10:00-11:00"},
        {"Mon,Wed,Fri 10:00-11:00, Tue 10:00-12:00", "Mon,Wed,Fri 10:00-11:00, Tue 10:00-12:00"},
        {"Thur 0:00-0:01", "Thu 00:00-00:01"},
        {"Mon\t09:00-20:00\n, Tue 09:00-20:00", "Mon,Tue 09:00-20:00"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct hours hours = hours_of(cases[i].text);
        assert_string_equal(hours_format(&hours, arena), cases[i].normal);
        const struct hours again = hours_of(cases[i].normal);
        assert_string_equal(hours_format(&again, arena), cases[i].normal);
    }
}

static const struct {
    const char *text;
    const char *fault;
} faults[] = {
    {"", "at character 1: expected a day such as Mon, found the end"},
    {"  ", "at character 3: expected a day such as Mon, found the end"},
    {"Mno 09:00-20:00", "at character 1: 'Mno' is no day; did you mean Mon"},
    {"Mon-Fir 09:00-20:00", "at character 5: 'Fir' is no day; did you mean Fri"},
    {"M 09:00-20:00", "at character 1: 'M' is no day"},
    {"Mo 09:00-20:00", "at character 1: 'Mo' is no day"},
    {"Mondays 09:00-20:00", "at character 1: 'Mondays' is no day"},
    {"never", "at character 1: 'never' is no day"},
    {"holidays-Mon 09:00-10:00", "at character 9: expected a time such as 09:00, found '-'"},
    {"Mon-holidays 09:00-10:00", "at character 5: 'holidays' is no day"},
    {"always, Sat 10:00-18:00", "at character 1: nothing may stand beside \"always\""},
    {"Sat 10:00-18:00, always", "at character 18: nothing may stand beside \"always\""},
    {"Mon", "at character 4: expected a time such as 09:00, found the end"},
    {"Mon 9", "at character 5: expected a time such as 09:00, found '9'"},
    {"Mon 9-17", "at character 5: expected a time such as 09:00, found '9'"},
    {"Mon 9am-5pm", "at character 5: expected a time such as 09:00, found '9'"},
    {"Mon 09.00-17.00", "at character 5: expected a time such as 09:00, found '09.00'"},
    {"Mon 09:00:00-17:00", "at character 5: expected a time such as 09:00"},
    {"Mon :00-17:00", "at character 5: expected a time such as 09:00"},
    {"Mon 009:00-17:00", "at character 5: expected a time such as 09:00"},
    {"Mon 09:60-17:00", "at character 5: expected a time from 00:00 to 24:00"},
    {"Mon 09:00-24:01", "at character 11: expected a time from 00:00 to 24:00"},
    {"Mon 09:00", "at character 10: expected a - and the time at which it closes, found the"},
    {"Mon 09:00 17:00", "at character 11: expected a - and the time"},
    {"Mon 09:00-", "at character 11: expected a time such as 09:00, found the end"},
    {"Mon 22:00-06:00", "at character 5: a span stays within its day: end it at 24:00, and "
                        "write what follows midnight on the next day"},
    {"Mon 22:00-00:00", "at character 5: a span stays within its day: end it at 24:00"},
    {"Mon 09:00-09:00", "at character 5: a span from a time to itself is empty"},
    {"Mon 24:00-24:00", "at character 5: a span from a time to itself is empty"},
    {"Mon 09:00-12:00, 11:00-15:00", "at character 18: this span overlaps another"},
    {"Mon 09:00-12:00, 09:00-12:00", "at character 18: this span overlaps another"},
    {"Mon-Fri 09:00-20:00, Fri 09:00-17:00",
     "at character 22: Friday is named a second time; all spans of a day stand in one place"},
    {"Mon,Mon 09:00-20:00", "at character 5: Monday is named a second time"},
    {"daily 09:00-20:00, Sun closed", "at character 20: Sunday is named a second time"},
    {"holidays closed, holidays 09:00-10:00", "\"holidays\" is named a second time"},
    {"Mon-Fri 09:00-20:00,", "at character 21: expected a day such as Mon, found the end"},
    {"Mon-Fri 09:00-20:00 Sat 10:00-18:00", "at character 21: expected a comma, found 'Sat'"},
    {"Mon,,Tue 09:00-20:00", "at character 5: expected a day such as Mon, found ','"},
    {"Mon closed", "no day has a span, so that it would never be open"},
    {"Mon \xE2\x80\x93 \xC3\xA9", "at character 7: expected a day such as Mon, found a "
                                  "character that has no place in hours"},
    {"Mon 09:00\xFF", "found a character that has no place in hours"},
    {"Mon\x1B[2J", "found a character that has no place in hours"},
    {"Mon 1:00-2:00,3:00-4:00,5:00-6:00,7:00-8:00,9:00-10:00,11:00-12:00,13:00-14:00,"
     "15:00-16:00,17:00-18:00",
     "a day has at most 8 spans"},
    {"Mon 99999999999999999999:00-10:00", "expected a time such as 09:00, found '99999"},
};

static void faults_say_where_and_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        struct hours hours;
        struct error err = {0};
        if (hours_parse(faults[i].text, &hours, &err) ||
            strstr(err.text, faults[i].fault) == NULL) {
            fail_msg("%s: %s", faults[i].text, err.text);
        }
        assert_int_equal(err.kind, ERROR_DATA);
    }
    char text[HOURS_LENGTH_MOST + 2];
    memset(text, ' ', sizeof text);
    memcpy(text, "always", 6);
    text[HOURS_LENGTH_MOST] = '\0';
    assert_true(hours_of(text).always);
    text[HOURS_LENGTH_MOST] = ' ';
    text[HOURS_LENGTH_MOST + 1] = '\0';
    struct hours hours;
    struct error err = {0};
    assert_false(hours_parse(text, &hours, &err));
    assert_non_null(strstr(err.text, "at most 1200"));
}

struct instants {
    const char *hours;
    const char *now;
    const char *opens;  /* NULL: never */
    const char *closes; /* once it is open; NULL: never */
};

#define USUAL "Mon-Fri 09:00-20:00, Sat 10:00-18:00"

/* The last days of 2026: Thursday the 24th, Friday the 25th. */
static const struct instants instants[] = {
    {USUAL, "2026-12-22 08:59:59", "2026-12-22 09:00", "2026-12-22 20:00"},
    {USUAL, "2026-12-22 09:00", "2026-12-22 09:00", "2026-12-22 20:00"},
    {USUAL, "2026-12-22 19:59:59", "2026-12-22 19:59:59", "2026-12-22 20:00"},
    {USUAL, "2026-12-22 20:00", "2026-12-23 09:00", "2026-12-23 20:00"},
    {USUAL, "2026-12-19 18:00", "2026-12-21 09:00", "2026-12-21 20:00"}, /* over a Sunday */
    {USUAL, "2026-12-24 20:00", "2026-12-29 09:00", "2026-12-29 20:00"}, /* over Christmas */
    {USUAL ", holidays 12:00-13:00", "2026-12-24 20:00", "2026-12-25 12:00", "2026-12-25 13:00"},
    {USUAL ", holidays 12:00-13:00", "2026-12-25 13:00", "2026-12-26 12:00", "2026-12-26 13:00"},
    {"holidays 12:00-13:00", "2026-12-01", "2026-12-25 12:00", "2026-12-25 13:00"},
    {"holidays 12:00-13:00", "2027-01-01 13:00", NULL, NULL},
    {"always", "2026-12-25 03:00", "2026-12-25 03:00", NULL},
    {"daily 00:00-24:00", "2026-12-22 13:00", "2026-12-22 13:00", "2026-12-25"},
    {"daily 00:00-24:00", "2027-01-01 13:00", "2027-01-02", NULL},
    {"Mon 22:00-24:00, Tue 00:00-02:00", "2026-12-21", "2026-12-21 22:00", "2026-12-22 02:00"},
    {"Mon 09:00-12:00 and 13:00-17:00", "2026-12-21 12:00", "2026-12-21 13:00", "2026-12-21 17:00"},
    /* The clocks go forward at 1:00 on Sunday 29 March 2026: 1:00 to 2:00 is not there. */
    {"Sun 00:30-01:30", "2026-03-29", "2026-03-29 00:30", "2026-03-29 02:00"},
    {"Sun 01:00-02:00", "2026-03-29", "2026-04-05 01:00", "2026-04-05 02:00"},
    {"Sun 01:30-02:30", "2026-03-29", "2026-03-29 02:00", "2026-03-29 02:30"},
    {"Sun 09:00-20:00", "2026-03-29", "2026-03-29T08:00Z", "2026-03-29T19:00Z"},
    {"Sat,Sun 00:00-24:00", "2026-03-28", "2026-03-28", "2026-03-29T23:00Z"},
    /* They go back at 2:00 on Sunday 25 October 2026: 1:00 to 2:00 is there twice. */
    {"Sun 00:30-01:30", "2026-10-25", "2026-10-25 00:30", "2026-10-25T00:30Z"},
    {"Sun 00:30-01:30", "2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z"},
    {"Sun 01:30-02:00", "2026-10-25", "2026-10-25T00:30Z", "2026-10-25T01:00Z"},
    {"Sun 01:30-02:00", "2026-10-25T01:00Z", "2026-10-25T01:30Z", "2026-10-25T02:00Z"},
    {"Sun 01:00-02:00", "2026-10-25", "2026-10-25T00:00Z", "2026-10-25T02:00Z"},
    {"Sun 09:00-20:00", "2026-10-25", "2026-10-25T09:00Z", "2026-10-25T20:00Z"},
    {"Sat,Sun 00:00-24:00", "2026-10-24", "2026-10-24", "2026-10-26"},
};

static void instants_open_and_close(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(instants); i++) {
        const struct hours hours = hours_of(instants[i].hours);
        const int64_t now = at(instants[i].now);
        const int64_t opens = instants[i].opens == NULL ? HOURS_NEVER : at(instants[i].opens);
        const int64_t got = hours_opens(&hours, &HOLIDAYS, now);
        if (got != opens) {
            fail_msg("%s, %s: opens at %s", instants[i].hours, instants[i].now,
                     clock_iso(got, arena));
        }
        assert_int_equal(hours_open(&hours, &HOLIDAYS, now), got == now);
        if (got != now) {
            assert_int_equal(hours_closes(&hours, &HOLIDAYS, now), now);
        }
        if (got == HOURS_NEVER) {
            continue;
        }
        const int64_t closes = instants[i].closes == NULL ? HOURS_NEVER : at(instants[i].closes);
        const int64_t end = hours_closes(&hours, &HOLIDAYS, got);
        if (end != closes) {
            fail_msg("%s, %s: closes at %s", instants[i].hours, instants[i].now,
                     clock_iso(end, arena));
        }
    }
}

/* Reckoned another way: what the clocks show at this minute, looked up among the spans. */
static bool shows_open(const struct hours *hours, int64_t instant)
{
    struct tm fields;
    assert_true(clock_local(instant, &fields));
    const int date = (fields.tm_year + 1900) * 10000 + (fields.tm_mon + 1) * 100 + fields.tm_mday;
    size_t day = (size_t)(fields.tm_wday + 6) % 7;
    for (size_t i = 0; i < HOLIDAYS.count; i++) {
        day = HOLIDAYS.days[i] == date ? HOURS_HOLIDAY : day;
    }
    const int minute = fields.tm_hour * 60 + fields.tm_min;
    for (size_t i = 0; i < hours->days[day].count; i++) {
        const struct hours_span *span = &hours->days[day].spans[i];
        if (minute >= span->from && minute < span->to) {
            return true;
        }
    }
    return false;
}

/* Every minute of ten days: the next opening and closing are the next minutes that differ. */
static void walk(const char *text, const char *from)
{
    enum { MINUTES = 10 * 24 * 60 };
    const struct hours hours = hours_of(text);
    const int64_t first = at(from);
    int64_t opens = HOURS_NEVER; /* the next of each, seen from the end; unknown at first */
    int64_t closes = HOURS_NEVER;
    for (int64_t i = MINUTES; i >= 0; i--) {
        const int64_t now = first + i * CLOCK_MINUTE;
        const bool open = shows_open(&hours, now);
        opens = open ? now : opens;
        closes = open ? closes : now;
        if (hours_open(&hours, &HOLIDAYS, now) != open ||
            (opens != HOURS_NEVER && hours_opens(&hours, &HOLIDAYS, now) != opens) ||
            (closes != HOURS_NEVER && hours_closes(&hours, &HOLIDAYS, now) != closes)) {
            fail_msg("%s from %s: minute %d", text, from, (int)i);
        }
        /* Within the minute nothing changes. */
        assert_int_equal(hours_open(&hours, &HOLIDAYS, now + CLOCK_MINUTE - 1), open);
    }
}

static void every_minute_is_what_the_clocks_show(void **state)
{
    (void)state;
    static const char *const texts[] = {
        USUAL,
        USUAL ", holidays 10:00-16:00",
        "daily 00:00-24:00",
        "daily 23:00-24:00 and 00:00-00:30 and 00:45-01:15 and 01:30-02:10 and 12:00-12:01",
        "Sun 01:00-02:00, Sat 00:00-24:00",
    };
    static const struct {
        const char *zone;
        const char *from;
    } places[] = {
        {"Europe/London", "2026-03-24"},
        {"Europe/London", "2026-10-20"},
        {"Europe/London", "2026-12-23"},
        {"America/Havana", "2026-03-05"},      /* midnight is skipped */
        {"America/Havana", "2026-10-28"},      /* and repeated */
        {"America/Asuncion", "2023-03-22"},    /* a day's last hour is repeated */
        {"Australia/Lord_Howe", "2026-04-01"}, /* by half an hour */
        {"Pacific/Apia", "2011-12-26"},        /* a day that was not there */
        {"UTC", "2026-12-23"},
    };
    struct error err = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        assert_true(clock_set_zone(places[i].zone, &err));
        for (size_t j = 0; j < ARRAY_LENGTH(texts); j++) {
            walk(texts[j], places[i].from);
        }
    }
    assert_true(clock_set_zone("Europe/London", &err));
}

static void far_away_nothing_is_open(void **state)
{
    (void)state;
    static const int64_t away[] = {INT64_MIN, -1, 253402300800000, INT64_MAX - 1, INT64_MAX};
    const struct hours hours = hours_of("daily 00:00-24:00, holidays 00:01-24:00");
    const struct hours always = hours_of("always");
    for (size_t i = 0; i < ARRAY_LENGTH(away); i++) {
        assert_false(hours_open(&hours, &HOLIDAYS, away[i]));
        assert_true(hours_opens(&hours, &HOLIDAYS, away[i]) == HOURS_NEVER);
        assert_true(hours_closes(&hours, &HOLIDAYS, away[i]) == away[i]);
        assert_true(hours_open(&always, &HOLIDAYS, away[i]));
        assert_true(hours_opens(&always, &HOLIDAYS, away[i]) == away[i]);
        assert_true(hours_closes(&always, &HOLIDAYS, away[i]) == HOURS_NEVER);
    }
    assert_true(hours_open(&hours, &(struct hours_holidays){0}, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_read_and_written),
        cmocka_unit_test(faults_say_where_and_what),
        cmocka_unit_test(instants_open_and_close),
        cmocka_unit_test(every_minute_is_what_the_clocks_show),
        cmocka_unit_test(far_away_nothing_is_open),
    };
    return cmocka_run_group_tests_name("base/hours", tests, start, NULL);
}
