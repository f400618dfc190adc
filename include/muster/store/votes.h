/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When members reported that they had voted. */
#ifndef MUSTER_STORE_VOTES_H
#define MUSTER_STORE_VOTES_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* By how many the reported votes grew within a quarter of an hour; less than 0 where more were
 * taken back than told. Every local day of every zone begins with a quarter. */
struct votes_gain {
    int64_t at; /* the beginning of the quarter */
    int64_t gained;
};

/* The gains of a ballot, or of one unit of it (NULL: of all), by their time, in the arena. Of those
 * who are entitled now: they add up to what the board counts. Nothing of a ballot that is purged,
 * of which it is not known any more. */
bool votes_gains(struct db *db, int64_t ballot_id, const char *unit, struct arena *arena,
                 struct votes_gain **gains, size_t *count, struct error *err) MUST_USE;

#endif
