/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions of a ballot, and what the scrutineer has counted at each unit. How one member voted
 * is known to nobody, and has no place here. */
#ifndef MUSTER_STORE_COUNTS_H
#define MUSTER_STORE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct count_question {
    const char *name; /* a word: "strike" */
    const char *text; /* as it stands on the paper */
};

/* The answers to one question. */
struct count_answer {
    int64_t yes;
    int64_t no;
    int64_t spoiled; /* papers that are in order, but not at this question */
};

/* One unit. */
struct count_unit {
    int64_t id;
    const char *name;
    int64_t entitled;             /* who were sent a paper, as the scrutineer has it */
    int64_t votes;                /* papers that came back in time, the spoiled ones among them */
    int64_t spoiled;              /* of them: papers that are no vote at all */
    int64_t at;                   /* when it was entered */
    struct count_answer *answers; /* one for each question of the ballot, in their order */
};

/* Give a ballot its questions. Needs an open transaction, as does counts_put. */
bool counts_ask(struct db *db, int64_t ballot_id, const struct count_question *questions,
                size_t count, struct error *err) MUST_USE;

/* The questions of a ballot in their order, in the arena. */
bool counts_questions(struct db *db, int64_t ballot_id, struct arena *arena,
                      struct count_question **questions, size_t *count, struct error *err) MUST_USE;

/* The units of a ballot by name, in the arena. `entitled` is as the employer was told, or else as
 * our own list has it; nothing is counted yet. */
bool counts_units(struct db *db, int64_t ballot_id, struct arena *arena, struct count_unit **units,
                  size_t *count, struct error *err) MUST_USE;

/* Store the count of a unit; one that there was gives way to it. */
bool counts_put(struct db *db, const struct count_unit *unit, size_t questions, int64_t at,
                struct error *err) MUST_USE;

/* The counts of a ballot of so many questions, by the names of their units, in the arena. */
bool counts_list(struct db *db, int64_t ballot_id, size_t questions, struct arena *arena,
                 struct count_unit **units, size_t *count, struct error *err) MUST_USE;

#endif
