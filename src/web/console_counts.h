/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What boards and lists of campaigns are drawn from. What is quickly counted is counted each time.
 * What takes long, over a large union, is kept: a page gets what was counted last and says of what
 * time it is, and newer figures are counted meanwhile beside the console (console_counter.h). Only
 * what nobody has counted yet is waited for. */
#ifndef MUSTER_WEB_CONSOLE_COUNTS_H
#define MUSTER_WEB_CONSOLE_COUNTS_H

#include "console_counter.h"
#include "muster/ballot/board.h"
#include "muster/ballot/effects.h"
#include "muster/base/error.h"
#include "muster/store/calls.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"
#include "muster/store/routes.h"
#include "muster/store/segments.h"
#include "muster/store/standings.h"

struct console_counts;

enum { CONSOLE_COUNTS_DEAR = 50 }; /* ms, for the console */

/* Nothing counted yet. What takes `dear` ms of the processor, or of a single campaign a tenth of
 * that, is kept. Keeps the store and the counter, does not own them. */
struct console_counts *console_counts_create(struct db *db, struct console_counter *counter,
                                             int64_t dear) MUST_USE;

/* Those of a ballot. They stand until the next call about the same. `at`, here and below: when they
 * were counted, or 0 where that is now. */
bool console_counts_find(struct console_counts *counts, const struct ballot *ballot,
                         const struct board_counts **found, int64_t *at,
                         struct error *err) MUST_USE;

/* How many are to be called in each unit of a ballot, of all members: as calls_units says. */
bool console_counts_calls(struct console_counts *counts, const struct ballot *ballot,
                          const struct calls_unit **units, size_t *count, int64_t *at,
                          struct error *err) MUST_USE;

/* The messages of a campaign by step, channel and state, and what came back for them. They stand
 * until the next call about the same. */
bool console_counts_states(struct console_counts *counts, int64_t campaign_id,
                           const struct standings_state **states, size_t *count, int64_t *at,
                           struct error *err) MUST_USE;
bool console_counts_meanings(struct console_counts *counts, int64_t campaign_id,
                             const struct inbox_meaning **meanings, size_t *count, int64_t *at,
                             struct error *err) MUST_USE;

/* What the steps of a campaign that tries something have come to; nothing of one that does not, as
 * nobody is compared in it. They stand likewise. */
bool console_counts_effects(struct console_counts *counts, int64_t campaign_id,
                            const struct effects **effects, int64_t *at,
                            struct error *err) MUST_USE;

/* What the ways out came to since an instant: as routes_since says. They stand likewise. */
bool console_counts_routes(struct console_counts *counts, int64_t since,
                           const struct route_count **list, size_t *count, int64_t *at,
                           struct error *err) MUST_USE;

/* How many the words of a segment mean: as segments_count says. */
bool console_counts_size(struct console_counts *counts, const char *words, int64_t ballot_id,
                         struct segments_size *size, struct error *err) MUST_USE;

/* Something has changed: what is kept is of before. */
void console_counts_forget(struct console_counts *counts);

/* Have counted, beside the console, what somebody may look at first: the boards of ballots that are
 * open at `now`, the campaigns that were made last, and the ways out on that day. For the start,
 * and again now and then, so that what a page shows is hardly ever older than that. What is quickly
 * counted is left alone. */
bool console_counts_warm(struct console_counts *counts, int64_t now, struct error *err) MUST_USE;

/* For CLEANUP. Before the counter is released. */
void console_counts_free(struct console_counts **counts);

#endif
