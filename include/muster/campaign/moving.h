/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a ballot gets other days, the steps that are counted from them go along. What has begun
 * stays; a message that waits in the outbox waits for its step's new time, and tells the new
 * days. */
#ifndef MUSTER_CAMPAIGN_MOVING_H
#define MUSTER_CAMPAIGN_MOVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/hours.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"

/* What becomes of one step. */
struct moving_row {
    const char *campaign;
    const char *step; /* its name, after the change; "" for the only one of a campaign */
    int64_t was;      /* its time and its deadline before; 0: it is new */
    int64_t was_deadline;
    int64_t at;
    int64_t deadline;
    const char *skipped; /* why it is not run any more; NULL: it is, or was */
    bool begun;          /* its messages were on their way already */
    bool was_skipped;    /* it was to be left out before */
};

/* Move the steps of all campaigns of a ballot that are not over, to the days that `ballot` has now:
 * it was stored already. A row for each step of them, in the arena; strings too. Needs an open
 * transaction. */
bool moving_run(struct db *db, const struct ballot *ballot, const struct hours_holidays *holidays,
                int64_t now, struct arena *arena, struct moving_row **rows, size_t *count,
                struct error *err) MUST_USE;

#endif
