/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as people write them, in the words of a ballot's days or as a date, and whole and decimal
 * numbers: read as something that is within its limits, or not at all. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/moment.h"

static const int DATES[] = {20260403, 20260406, 20261225};

static void check_moment(const char *text)
{
    struct moment moment = {.shift_count = 77};
    struct error err = {0};
    if (!moment_parse(text, &moment, &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0' && moment.shift_count == 77);
        return;
    }
    MUST_HOLD(moment.anchor < MOMENT_ANCHORS && moment.shift_count <= MOMENT_SHIFTS_MOST);
    MUST_HOLD(moment.minute >= MOMENT_NO_MINUTE && moment.minute < 24 * 60);
    for (size_t i = 0; i < moment.shift_count; i++) {
        MUST_HOLD(moment.shifts[i].count >= -MOMENT_COUNT_MOST &&
                  moment.shifts[i].count <= MOMENT_COUNT_MOST);
    }
    struct moment_anchors anchors = {.whose = "ballot 'pay'",
                                     .holidays = {DATES, ARRAY_LENGTH(DATES)}};
    for (size_t i = 0; i + 1 < MOMENT_ANCHORS; i++) {
        anchors.at[i] = 1774483200000 + (int64_t)i * 7 * 24 * CLOCK_HOUR;
    }
    int64_t instant = -77;
    const bool ok = moment_resolve(&moment, &anchors, &instant, &err);
    MUST_HOLD(ok ? instant != -77 : err.kind == ERROR_DATA && instant == -77);
}

/* A time that is written down and read again is at most the hour that autumn has twice away. */
static void check_clock(const char *text, struct arena *arena)
{
    int64_t instant = 0;
    int64_t again = 0;
    if (clock_parse(text, &instant) && instant >= 0 &&
        clock_parse(clock_minute(instant, arena), &again)) {
        MUST_HOLD(again <= instant && instant - again < CLOCK_HOUR + CLOCK_MINUTE);
    }
}

static void check_numbers(const char *text)
{
    enum { PLACES = 6, MOST = 1000000 };
    int64_t number = -77;
    int64_t scaled = -77;
    const bool whole = text_number(text, -MOST, MOST, &number);
    MUST_HOLD(whole ? number >= -MOST && number <= MOST : number == -77);
    const bool decimal = text_decimal(text, PLACES, MOST, &scaled);
    MUST_HOLD(decimal ? scaled >= 0 && scaled <= MOST : scaled == -77);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err = {0};
    MUST_HOLD(clock_set_zone("Europe/London", &err));
    check_moment(text);
    check_clock(text, arena);
    check_numbers(text);
    return 0;
}
