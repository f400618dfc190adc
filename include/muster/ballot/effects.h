/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of a campaign have come to, and what can be learnt of it: how much more the
 * members of one arm have done than those of another, and between which limits that lies. What is
 * counted is what members report; nobody here knows who has voted. */
#ifndef MUSTER_BALLOT_EFFECTS_H
#define MUSTER_BALLOT_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/interval.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/trial_results.h"

/* What members do; the first that a campaign can learn of is what it is for. */
enum effects_deed {
    EFFECTS_VOTED,
    EFFECTS_REPLIED,
    EFFECTS_OPTED_OUT,
    EFFECTS_NO_PAPER,
    EFFECTS_PLANS,
    EFFECTS_DEEDS
};

/* One arm held against another, by one deed. */
struct effects_comparison {
    const struct trial_figures *arm;
    const struct trial_figures *control;
    enum effects_deed deed;
    struct interval difference; /* of the rates, in hundredths of a point */
    int64_t shows;              /* the difference that would show in arms of such sizes, likewise */
    bool tells;                 /* the interval does not hold 0 */
};

struct effects_step {
    const struct step *step; /* NULL: all that held members out in one trial, each member once */
    int64_t since;           /* from when on is counted; 0 for all steps */
    const struct trial_figures *arms;
    size_t arm_count; /* 0: it has not begun */
    const struct effects_comparison *comparisons;
    size_t comparison_count;
    bool later; /* a step before it has begun: whom it means depends on what came of that */
};

struct effects {
    const struct campaign *campaign;
    bool of_ballot; /* else nobody is asked for votes, papers or days */
    const struct effects_step *steps;
    size_t count;
    bool held_out; /* some arm is held out */
};

/* Read them, in the arena. Every arm is compared with those who are held out; where there are
 * variants, each but the first with the first, too. */
bool effects_read(struct db *db, const struct campaign *campaign, struct arena *arena,
                  struct effects *effects, struct error *err) MUST_USE;

/* How many members of an arm have done it. */
struct interval_count effects_count(const struct trial_figures *arm,
                                    enum effects_deed deed) MUST_USE;

/* Whether neither arm has done it at all: such a comparison tells nothing worth a line. */
bool effects_idle(const struct effects_comparison *comparison) MUST_USE;

/* Whether a comparison is worth a sentence: by what the campaign is for, and of the rest what
 * shows. */
bool effects_telling(const struct effects *effects,
                     const struct effects_comparison *comparison) MUST_USE;

/* Hundredths as people read them, in tenths, in the arena: "12.3"; with `sign` "+12.3". */
const char *effects_tenths(int64_t hundredths, bool sign, struct arena *arena) MUST_USE;

#endif
