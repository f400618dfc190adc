/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a campaign's steps are: their words and the days of its ballot, worked out. */
#ifndef MUSTER_CAMPAIGN_TIMETABLE_H
#define MUSTER_CAMPAIGN_TIMETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/plan.h"
#include "muster/model/moment.h"
#include "muster/store/ballots.h"

/* A step as it is stored. One that is repeated daily is a row for each of its days. */
struct timetable_row {
    const struct plan_step *plan;
    const char *name; /* "plan-day-2026-12-03" of a daily one */
    int64_t at;
    int64_t deadline;
    const char *at_words; /* NULL: a fixed time */
    const char *deadline_words;
    const char *daily_until; /* NULL: it is not repeated */
};

/* The days of a ballot (NULL: there is none), to count from. Strings live in the arena. */
struct moment_anchors timetable_anchors(const struct ballot *ballot,
                                        const struct hours_holidays *holidays,
                                        struct arena *arena) MUST_USE;

/* The rows of a plan, in the order of the file. Every fault is noted with the line; `closes` is
 * when the ballot closes (0: there is none), behind which nothing may lie. In the arena. */
void timetable_make(const struct campaign_plan *plan, const struct moment_anchors *anchors,
                    int64_t closes, int64_t now, const char *path, struct arena *arena,
                    struct faults *faults, struct timetable_row **rows, size_t *count);

/* When words are; a time without hour that would fall on midnight only because a day begins then is
 * an error. `at` is the step's own time, for its deadline; 0 for none. */
bool timetable_resolve(const char *words, const struct moment_anchors *anchors, int64_t at,
                       int64_t *instant, struct error *err) MUST_USE;

enum { TIMETABLE_DAYS_MOST = 62 };

/* The instants of a step that is repeated daily: `first`, and that time of day on each day after it
 * until that of `until`, which is words or a date. At most TIMETABLE_DAYS_MOST, in the arena. */
bool timetable_days(int64_t first, const char *until, const struct moment_anchors *anchors,
                    struct arena *arena, int64_t **days, size_t *count, struct error *err) MUST_USE;

#endif
