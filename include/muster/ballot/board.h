/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ballot board: where each employer stands, in exact integers. What members have told us is
 * "reported", never turnout: the union cannot know who has voted. */
#ifndef MUSTER_BALLOT_BOARD_H
#define MUSTER_BALLOT_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"

struct board_row {
    struct ballot_figures figures;
    int64_t needed; /* votes for the threshold: the smallest V with V * whole >= entitled * part */
    int64_t short_by;  /* needed less reported, at least 0 */
    bool within_reach; /* the reachable who have not voted would carry it */
};

struct board {
    const struct ballot *ballot;
    struct board_row *rows; /* a row per unit, by name */
    size_t count;
    struct board_row total; /* unit is NULL; `needed` is of the whole electorate */
};

/* Votes needed of `entitled` for a threshold of part/whole; 0 when there is no threshold. Exact:
 * 999 at 1/2 need 500, 1001 at 2/5 need 401. */
int64_t board_needed(int64_t entitled, int64_t part, int64_t whole);

/* Read the board of a ballot; everything lies in the arena. */
bool board_read(struct db *db, const struct ballot *ballot, struct arena *arena,
                struct board *board, struct error *err) MUST_USE;

#endif
