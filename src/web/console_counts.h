/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What boards and lists of campaigns are drawn from. Where it takes long to count, over a large
 * union, it is counted anew only after a while, so that a page that many look at costs little; else
 * each time. */
#ifndef MUSTER_WEB_CONSOLE_COUNTS_H
#define MUSTER_WEB_CONSOLE_COUNTS_H

#include "muster/ballot/board.h"
#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"
#include "muster/store/routes.h"
#include "muster/store/segments.h"
#include "muster/store/standings.h"

struct console_counts;

/* Nothing counted yet. Keeps the store, does not own it. */
struct console_counts *console_counts_create(struct db *db) MUST_USE;

/* Those of a ballot. They stand until the next call. */
bool console_counts_find(struct console_counts *counts, const struct ballot *ballot,
                         const struct board_counts **found, struct error *err) MUST_USE;

/* The messages of a campaign by step, channel and state, and what came back for them. What took
 * long is some seconds old at most. They stand until another campaign is asked about. */
bool console_counts_states(struct console_counts *counts, int64_t campaign_id,
                           const struct standings_state **states, size_t *count,
                           struct error *err) MUST_USE;
bool console_counts_meanings(struct console_counts *counts, int64_t campaign_id,
                             const struct inbox_meaning **meanings, size_t *count,
                             struct error *err) MUST_USE;

/* What the ways out came to since an instant: as routes_since says. They stand until the next call
 * with another instant. */
bool console_counts_routes(struct console_counts *counts, int64_t since,
                           const struct route_count **list, size_t *count,
                           struct error *err) MUST_USE;

/* How many the words of a segment mean: as segments_count says. */
bool console_counts_size(struct console_counts *counts, const char *words, int64_t ballot_id,
                         struct segments_size *size, struct error *err) MUST_USE;

/* Something has changed: count anew when asked again. */
void console_counts_forget(struct console_counts *counts);

/* For CLEANUP. */
void console_counts_free(struct console_counts **counts);

#endif
