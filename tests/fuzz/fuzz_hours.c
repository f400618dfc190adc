/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of hours: sane days that are written as they are read, or an error that says where;
 * and openings and closings that agree with one another. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/clock.h"
#include "muster/base/hours.h"

static const int DATES[] = {20260403, 20260406};
static const struct hours_holidays HOLIDAYS = {DATES, ARRAY_LENGTH(DATES)};

static size_t check_day(const struct hours_day *day)
{
    MUST_HOLD(day->count <= HOURS_SPANS_MOST);
    for (size_t i = 0; i < day->count; i++) {
        const struct hours_span *span = &day->spans[i];
        MUST_HOLD(span->from >= 0 && span->from < span->to && span->to <= 24 * 60);
        MUST_HOLD(i == 0 || day->spans[i - 1].to < span->from);
    }
    return day->count;
}

/* Twenty openings, from before the clocks go forward until after Easter. */
static void check_walk(const struct hours *hours)
{
    int64_t at = 1774483200000; /* Thursday 26 March 2026 */
    for (int i = 0; i < 20 && at != HOURS_NEVER; i++) {
        const int64_t opens = hours_opens(hours, &HOLIDAYS, at);
        MUST_HOLD(opens >= at);
        MUST_HOLD(hours_open(hours, &HOLIDAYS, at) == (opens == at));
        MUST_HOLD(opens > at || hours_closes(hours, &HOLIDAYS, at) > at);
        MUST_HOLD(opens == at || hours_closes(hours, &HOLIDAYS, at) == at);
        if (opens == HOURS_NEVER) {
            return;
        }
        const int64_t closes = hours_closes(hours, &HOLIDAYS, opens);
        MUST_HOLD(closes > opens && hours_open(hours, &HOLIDAYS, opens));
        MUST_HOLD(closes == HOURS_NEVER || hours_open(hours, &HOLIDAYS, closes - 1));
        MUST_HOLD(closes == HOURS_NEVER || !hours_open(hours, &HOLIDAYS, closes));
        at = closes;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err = {0};
    struct hours hours;
    MUST_HOLD(clock_set_zone("Europe/London", &err));
    if (!hours_parse(text, &hours, &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0' && fuzz_is_utf8(err.text));
        return 0;
    }
    MUST_HOLD(fuzz_is_utf8(text) && strlen(text) <= HOURS_LENGTH_MOST);
    size_t spans = 0;
    for (size_t i = 0; i < HOURS_DAYS; i++) {
        spans += check_day(&hours.days[i]);
    }
    MUST_HOLD(hours.always == (spans == 0));
    check_walk(&hours);
    struct hours again;
    const char *normal = hours_format(&hours, arena);
    MUST_HOLD(hours_parse(normal, &again, &err));
    MUST_HOLD(strcmp(normal, hours_format(&again, arena)) == 0);
    return 0;
}
