/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The C library's calendar, with its silent corrections turned into refusals. */
#include "muster/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t read_clock(clockid_t which)
{
    struct timespec time;
    (void)clock_gettime(which, &time);
    return (int64_t)time.tv_sec * CLOCK_SECOND + time.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_processor(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void clock_sleep(int64_t milliseconds)
{
    if (milliseconds > 0) {
        struct timespec span = {.tv_sec = milliseconds / 1000,
                                .tv_nsec = milliseconds % 1000 * 1000000};
        (void)nanosleep(&span, NULL);
    }
}

bool clock_set_zone(const char *zone, struct error *err)
{
    char path[256];
    int length = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
    struct stat info;
    if (length < 0 || (size_t)length >= sizeof path || zone[0] == '\0' || zone[0] == '/' ||
        strstr(zone, "..") != NULL || stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return error_set(err, ERROR_CONFIG,
                         "'%s' is not a time zone of this machine, such as Europe/London", zone);
    }
    if (setenv("TZ", zone, 1) != 0) {
        return error_set(err, ERROR_SYSTEM, "the time zone cannot be set");
    }
    tzset();
    return true;
}

/* Read `digits` decimal digits and the byte after them. */
static bool read_field(const char **text, int digits, char after, int *value)
{
    const char *at = *text;
    int number = 0;
    for (int i = 0; i < digits; i++, at++) {
        if (*at < '0' || *at > '9') {
            return false;
        }
        number = number * 10 + (*at - '0');
    }
    if (after != '\0') {
        if (*at != after) {
            return false;
        }
        at++;
    }
    *value = number;
    *text = at;
    return true;
}

/* Read " 10:00" or "T10:00:30" and tell whether a Z followed. */
static bool read_time(const char *at, struct tm *fields, bool *utc)
{
    if (*at == '\0') {
        return true;
    }
    if (*at != ' ' && *at != 'T') {
        return false;
    }
    at++;
    if (!read_field(&at, 2, ':', &fields->tm_hour) || !read_field(&at, 2, '\0', &fields->tm_min)) {
        return false;
    }
    if (*at == ':') {
        at++;
        if (!read_field(&at, 2, '\0', &fields->tm_sec)) {
            return false;
        }
    }
    if (*at == 'Z') {
        *utc = true;
        at++;
    }
    return *at == '\0' && fields->tm_hour < 24 && fields->tm_min < 60 && fields->tm_sec < 60;
}

static bool same_fields(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon && a->tm_mday == b->tm_mday &&
           a->tm_hour == b->tm_hour && a->tm_min == b->tm_min && a->tm_sec == b->tm_sec;
}

/* The instant of a local time; of the two that the autumn change makes, the first. */
static bool local_instant(const struct tm *wanted, time_t *instant)
{
    for (int summer = 1; summer >= 0; summer--) {
        struct tm fields = *wanted;
        fields.tm_isdst = summer;
        time_t seconds = mktime(&fields);
        struct tm check;
        if (seconds != (time_t)-1 && localtime_r(&seconds, &check) != NULL &&
            same_fields(&check, wanted)) {
            *instant = seconds;
            return true;
        }
    }
    return false;
}

bool clock_parse(const char *text, int64_t *instant)
{
    struct tm fields = {0};
    const char *at = text;
    int year;
    int month;
    if (!read_field(&at, 4, '-', &year) || !read_field(&at, 2, '-', &month) ||
        !read_field(&at, 2, '\0', &fields.tm_mday) || year < 1900 || month < 1 || month > 12) {
        return false;
    }
    fields.tm_year = year - 1900;
    fields.tm_mon = month - 1;
    bool utc = false;
    if (!read_time(at, &fields, &utc)) {
        return false;
    }
    time_t seconds;
    if (utc) {
        struct tm copy = fields;
        seconds = timegm(&copy);
        if (!same_fields(&copy, &fields)) {
            return false;
        }
    } else if (!local_instant(&fields, &seconds)) {
        return false;
    }
    *instant = (int64_t)seconds * CLOCK_SECOND;
    return true;
}

/* Seconds since the epoch, rounded towards the past. */
static time_t whole_seconds(int64_t instant)
{
    int64_t seconds = instant / CLOCK_SECOND;
    return (time_t)(instant % CLOCK_SECOND < 0 ? seconds - 1 : seconds);
}

char *clock_day(int64_t instant, struct arena *arena)
{
    return clock_format(instant, "%Y-%m-%d", arena);
}

char *clock_minute(int64_t instant, struct arena *arena)
{
    return clock_format(instant, "%Y-%m-%d %H:%M", arena);
}

bool clock_local(int64_t instant, struct tm *fields)
{
    time_t seconds = whole_seconds(instant);
    return localtime_r(&seconds, fields) != NULL;
}

/* The first second after `low` at which the clocks are another distance from UTC; at `high` they
 * are. */
static time_t change_of_clocks(time_t low, time_t high, long offset)
{
    while (high - low > 1) {
        const time_t middle = low + (high - low) / 2;
        struct tm fields;
        if (localtime_r(&middle, &fields) != NULL && fields.tm_gmtoff == offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

bool clock_stretch(int64_t instant, struct clock_stretch *stretch)
{
    static const int64_t FAR = 253402300800 - 2 * 86400; /* towards the end of the year 9999 */
    const time_t seconds = whole_seconds(instant);
    struct tm fields;
    if (instant < 0 || seconds > FAR || localtime_r(&seconds, &fields) == NULL) {
        return false;
    }
    const time_t midnight = seconds - (fields.tm_hour * 3600 + fields.tm_min * 60 + fields.tm_sec);
    const time_t last = midnight + 86399;
    struct tm at_last;
    time_t end = last + 1;
    if (localtime_r(&last, &at_last) != NULL && at_last.tm_gmtoff != fields.tm_gmtoff) {
        end = change_of_clocks(seconds, last, fields.tm_gmtoff);
    }
    *stretch = (struct clock_stretch){
        .date = (fields.tm_year + 1900) * 10000 + (fields.tm_mon + 1) * 100 + fields.tm_mday,
        .weekday = (fields.tm_wday + 6) % 7,
        .midnight = (int64_t)midnight * CLOCK_SECOND,
        .end = (int64_t)end * CLOCK_SECOND,
    };
    return true;
}

char *clock_format(int64_t instant, const char *format, struct arena *arena)
{
    struct tm fields;
    char text[1024] = "";
    if (clock_local(instant, &fields)) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the format is the caller's, by contract */
        if (strftime(text, sizeof text, format, &fields) == 0) {
            text[0] = '\0';
        }
#pragma GCC diagnostic pop
    }
    return arena_text(arena, text);
}

char *clock_iso(int64_t instant, struct arena *arena)
{
    time_t seconds = whole_seconds(instant);
    struct tm fields;
    char text[64] = "";
    if (gmtime_r(&seconds, &fields) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields) == 0) {
        text[0] = '\0';
    }
    return arena_text(arena, text);
}

char *clock_span(int64_t milliseconds, struct arena *arena)
{
    enum { DAY_HOURS = 24 };
    const long long hours = milliseconds / CLOCK_HOUR;
    const bool days = hours > DAY_HOURS && hours % DAY_HOURS == 0;
    const long long count = days ? hours / DAY_HOURS : hours;
    return arena_printf(arena, "%lld %s%s", count, days ? "day" : "hour", count == 1 ? "" : "s");
}
