/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the reported votes of a ballot have grown, day by day. */
#ifndef MUSTER_BALLOT_TREND_H
#define MUSTER_BALLOT_TREND_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"

struct trend_day {
    int date;       /* 20261201 */
    int64_t gained; /* reported on that day, less what was taken back */
    int64_t voted;  /* reported by its end */
};

struct trend {
    struct trend_day *days; /* each day, without a gap */
    size_t count;           /* 0: the ballot has not opened, and nobody has reported */
    int64_t week;           /* gained on the last seven of them */
};

/* Read it, for the whole ballot, or for the unit of this name; in the arena. The days go from that
 * on which the ballot opens, or the first report came, to today; to its last day when it is over,
 * or to the last report. */
bool trend_read(struct db *db, const struct ballot *ballot, const char *unit, int64_t now,
                struct arena *arena, struct trend *trend, struct error *err) MUST_USE;

#endif
