/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times in the words of a ballot's days, or of an action's:
 *
 *     opens + 1 day 10:00
 *     replacement_end - 3 days
 *     last_safe_post - 2 working days 18:30
 *     closes - 2 hours
 *     at 20:00                   # a deadline only: the same day as the step's own time
 *
 * An anchor, then how far from it, in hours, days, working days or weeks, up to four of them one
 * after another, and perhaps a time of day. Days, working days and weeks keep what the clock on the
 * wall shows; hours are hours that pass, also over a change of clocks. Working days are Monday to
 * Friday without bank holidays. Without a time of day the anchor's own holds. Everything here is
 * plain arithmetic: whose days they are is given by the caller. */
#ifndef MUSTER_MODEL_MOMENT_H
#define MUSTER_MODEL_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/base/hours.h"

enum moment_anchor {
    MOMENT_OPENS,
    MOMENT_CLOSES,
    MOMENT_REPLACEMENT_START,
    MOMENT_REPLACEMENT_END,
    MOMENT_LAST_SAFE_POST,
    MOMENT_STARTS, /* of an action */
    MOMENT_ENDS,
    MOMENT_AT, /* of the step whose deadline it is */
    MOMENT_ANCHORS,
};

enum moment_unit { MOMENT_HOURS, MOMENT_DAYS, MOMENT_WORKING_DAYS, MOMENT_WEEKS };

enum {
    MOMENT_SHIFTS_MOST = 4,
    MOMENT_COUNT_MOST = 999, /* of hours, days or weeks in one shift */
    MOMENT_NO_MINUTE = -1,
};

struct moment_shift {
    int64_t count; /* negative: before */
    enum moment_unit unit;
};

struct moment {
    enum moment_anchor anchor;
    struct moment_shift shifts[MOMENT_SHIFTS_MOST];
    size_t shift_count;
    int minute; /* of the day; MOMENT_NO_MINUTE: none is given */
};

/* Whose days they are. */
struct moment_anchors {
    const char *whose; /* "ballot 'pay-2026'"; NULL: there is neither a ballot nor an action */
    int64_t at[MOMENT_ANCHORS]; /* instants; 0: it has no such day */
    struct hours_holidays holidays;
};

/* Read such words. ERROR_DATA with one sentence, an unknown anchor with the one that may be meant;
 * `*moment` is left alone then. */
bool moment_parse(const char *text, struct moment *moment, struct error *err) MUST_USE;

/* When it is, in the zone of the process. ERROR_DATA with one sentence when there is no such day,
 * or when the clocks skip that time. */
bool moment_resolve(const struct moment *moment, const struct moment_anchors *anchors,
                    int64_t *instant, struct error *err) MUST_USE;

/* The word of an anchor. Static. */
const char *moment_anchor_name(enum moment_anchor anchor) MUST_USE;

/* Whether what is resolved may fall on midnight only because its anchor is a day without an hour:
 * no time of day is given, and no hours are counted. */
bool moment_takes_hour_of_anchor(const struct moment *moment) MUST_USE;

#endif
