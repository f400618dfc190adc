/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of a ballot: what was counted at each unit, what it comes to, and how it lies beside
 * what members had reported. Only the count knows the turnout. */
#ifndef MUSTER_BALLOT_RESULT_H
#define MUSTER_BALLOT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/ballot/verdict.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/ballots.h"
#include "muster/store/counts.h"
#include "muster/store/db.h"

struct result_row {
    struct count_unit count;
    int64_t reported; /* members who had told us that they voted */
    bool judged;      /* the thresholds are asked of this row: of each unit, or of all together */
    struct verdict_turnout turnout;
    struct verdict *verdicts; /* one for each question */
    bool carried;             /* judged, and a question is carried */
};

struct result {
    const struct ballot *ballot;
    struct count_question *questions;
    size_t question_count;
    struct result_row *rows; /* units with a count, by name */
    size_t count;
    struct result_row total; /* of these units; its name is NULL */
    size_t missing;          /* units that have members, and no count yet */
};

/* Whether there can be a count yet. ERROR_DATA while the ballot is open. */
bool result_awaited(const struct ballot *ballot, int64_t now, struct error *err) MUST_USE;

/* Read it; everything lies in the arena. `spoiled`: spoiled papers count for the turnout. Units
 * that count together are judged when none is missing. */
bool result_read(struct db *db, const struct ballot *ballot, bool spoiled, struct arena *arena,
                 struct result *result, struct error *err) MUST_USE;

/* The same, with what was taken for granted: over a large union it takes a while to count what
 * members had reported. */
struct result_terms {
    bool spoiled;
    const struct ballot_figures *figures; /* of each unit */
    size_t count;
};
bool result_read_beside(struct db *db, const struct ballot *ballot,
                        const struct result_terms *terms, struct arena *arena,
                        struct result *result, struct error *err) MUST_USE;

#endif
