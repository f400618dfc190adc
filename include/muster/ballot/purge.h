/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When it is no longer kept who told what in a ballot. */
#ifndef MUSTER_BALLOT_PURGE_H
#define MUSTER_BALLOT_PURGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"
#include "muster/store/purges.h"

/* A ballot of which it is still kept. */
struct purge {
    const struct ballot *ballot;
    const char *keeps; /* how long, in words: "30 days", "never" */
    int date;          /* the first day on which it is not, 20270117; 0: there is none */
    bool due;          /* that day is there: no campaign of a ballot sends after its close */
};

/* The first day on which it is not kept any more who told what in a ballot, 20270117; 0: there is
 * none. `*keeps` is how long it is kept, in words. */
int purge_day(const struct config *config, const struct ballot *ballot,
              const char **keeps) MUST_USE;

/* All ballots that are not purged yet, the one that closes last first, in the arena. */
bool purge_list(struct db *db, const struct config *config, int64_t now, struct arena *arena,
                struct purge **purges, size_t *count, struct error *err) MUST_USE;

/* "9 states, 3 plans, 4 replacement papers, 15 replies": what there is to delete, in the arena. */
const char *purge_words(const struct purged *purged, struct arena *arena) MUST_USE;

#endif
