/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom somebody should speak to: members entitled in a ballot who have not said that they voted. */
#ifndef MUSTER_STORE_CALLS_H
#define MUSTER_STORE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/scope.h"

struct calls_row {
    const char *number;
    const char *first_name;
    const char *last_name;
    const char *unit;
    const char *units;     /* all of the member's: as in ballots.h */
    const char *workplace; /* NULL: not known */
    const char *mobile;    /* NULL: none, or it must not be used */
    bool barred;           /* they wished not to be written to, and have no other number */
    const char *state;     /* "unknown" or "no-paper" */
};

/* Everybody within the scope with a vote to be won (neither voted, declined nor ineligible, and
 * not gone) in one unit of a ballot, by its name; or in all of them (NULL), each member once, in
 * the first of theirs. By unit, workplace (who has none last) and name, in the arena. A number
 * that is suppressed is never among them, but for one that takes nothing promotional only. */
bool calls_list(struct db *db, const struct scope *scope, int64_t ballot_id, const char *unit,
                struct arena *arena, struct calls_row **rows, size_t *count,
                struct error *err) MUST_USE;

/* Of the same in all units, each member once: how many, and of more than `most` so many. */
bool calls_count_to(struct db *db, const struct scope *scope, int64_t ballot_id, int64_t most,
                    int64_t *members, struct error *err) MUST_USE;

/* How many there are on the list of each unit, where there is anybody: who is entitled in two is on
 * both. By name, in the arena. */
struct calls_unit {
    const char *unit;
    int64_t members;
};
bool calls_units(struct db *db, const struct scope *scope, int64_t ballot_id, struct arena *arena,
                 struct calls_unit **units, size_t *count, struct error *err) MUST_USE;

/* What a rep should know of somebody, "has no paper"; "" for nothing. In the arena. */
const char *calls_note(const struct calls_row *row, struct arena *arena) MUST_USE;

#endif
