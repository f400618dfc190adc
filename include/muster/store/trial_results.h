/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members did after a step of a campaign, counted for each arm. A step that tries nothing has
 * one arm, whom it wrote to. */
#ifndef MUSTER_STORE_TRIAL_RESULTS_H
#define MUSTER_STORE_TRIAL_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* An arm. What members did counts from the moment at which the step's first message went, for those
 * who were held out, too, so that all have had the same time. */
struct trial_figures {
    const char *arm;
    int64_t members;
    int64_t accepted;  /* messages that a carrier has taken */
    int64_t delivered; /* of them: a receipt says so */
    int64_t replied;   /* members who answered a message of the step */
    int64_t opted_out; /* who left by any way, and have not come back */
    int64_t voted;     /* who reported a vote then and not before, and still stand as voted */
    int64_t no_paper;  /* who said that they have no paper */
    int64_t plans;     /* who named a day */
};

/* Each arm of a step: who is held out first, then the variants in their order. `*since` is the
 * moment. In the arena. */
bool trial_results_step(struct db *db, int64_t step_id, struct arena *arena,
                        struct trial_figures **figures, size_t *count, int64_t *since,
                        struct error *err) MUST_USE;

/* The same over all steps of a campaign that have held members out in one trial, from the first
 * that each member was drawn for: 'held out' against 'written to'. `*steps` is how many they are.
 */
bool trial_results_all(struct db *db, int64_t campaign_id, struct arena *arena,
                       struct trial_figures **figures, size_t *count, int64_t *steps,
                       struct error *err) MUST_USE;

enum trial_deed { TRIAL_REPLIED, TRIAL_OPTED_OUT, TRIAL_VOTED, TRIAL_NO_PAPER, TRIAL_DEEDS };

/* How often something was done in an hour after the moment, by an arm; nothing is told of hours in
 * which it was not. */
struct trial_hour {
    const char *arm;
    enum trial_deed deed;
    int64_t hour; /* from 0 */
    int64_t count;
};

/* The first `hours` of a step, in the arena. */
bool trial_results_hours(struct db *db, int64_t step_id, int64_t hours, struct arena *arena,
                         struct trial_hour **rows, size_t *count, struct error *err) MUST_USE;

#endif
