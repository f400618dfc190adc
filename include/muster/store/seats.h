/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is entitled where: the units of a ballot, and the seats in them. */
#ifndef MUSTER_STORE_SEATS_H
#define MUSTER_STORE_SEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* A unit. What changes units and seats needs an open transaction. */
struct seats_unit {
    int64_t id;
    const char *name;
    int64_t notified; /* how many entitled the employer was told of; 0: not known */
    int64_t seats;    /* in the list */
};

/* The units of a ballot, by name, in the arena. */
bool seats_units(struct db *db, int64_t ballot_id, struct arena *arena, struct seats_unit **units,
                 size_t *count, struct error *err) MUST_USE;

/* Make a unit, which the ballot has not; gives its id. */
bool seats_add_unit(struct db *db, int64_t ballot_id, const char *name, int64_t *unit_id,
                    struct error *err) MUST_USE;

/* Note how many entitled the employer was told of, at least 1. */
bool seats_notify(struct db *db, int64_t unit_id, int64_t notified, struct error *err) MUST_USE;

/* A list of those entitled is about to be read: none of the ballot's seats has been in it yet.
 * `*again` is whether some seat stood in a list before. */
bool seats_begin(struct db *db, int64_t ballot_id, bool *again, struct error *err) MUST_USE;

/* A seat, as a line of such a list has it. */
struct seats_entry {
    int64_t unit_id;
    int64_t member_id;
    const char *workplace; /* NULL: where the roster says */
    unsigned line;         /* from 1 */
};

/* Give the member the seat; who has it keeps it, with what they have told. `*added` is whether it
 * is new, `*before` the line in which the list had it already, and then nothing is done; else 0. */
bool seats_put(struct db *db, const struct seats_entry *entry, bool *added, unsigned *before,
               struct error *err) MUST_USE;

/* The list has the member, in a line that cannot be used: their seats stay. */
bool seats_spare(struct db *db, int64_t ballot_id, int64_t member_id, unsigned line,
                 struct error *err) MUST_USE;

/* A seat that the list does not have. */
struct seats_lost {
    int64_t member_id;
    int64_t unit_id;
    const char *unit;
    const char *number;
    const char *first_name;
    const char *last_name;
    const char *state; /* what the member has told in the ballot */
};

/* All of these, by unit and number, in the arena. */
bool seats_missing(struct db *db, int64_t ballot_id, struct arena *arena, struct seats_lost **lost,
                   size_t *count, struct error *err) MUST_USE;

/* Take a seat away. The member's state, plan and history stay. */
bool seats_take(struct db *db, int64_t unit_id, int64_t member_id, struct error *err) MUST_USE;

/* Before a ballot opens: forget members of it who have no seat and of whom nothing was told, and
 * units with neither a seat nor a number that was notified. */
bool seats_tidy(struct db *db, int64_t ballot_id, struct error *err) MUST_USE;

/* Another ballot that is open at the same time in units of the same name. */
struct seats_overlap {
    const char *ballot;
    const char *unit; /* the first of them, by name */
    int64_t units;    /* how many there are */
};

/* All of these, the one that closes last first, in the arena. */
bool seats_overlaps(struct db *db, int64_t ballot_id, struct arena *arena,
                    struct seats_overlap **overlaps, size_t *count, struct error *err) MUST_USE;

#endif
