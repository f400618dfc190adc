/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What steps try, and what fell to whom by lot. */
#ifndef MUSTER_STORE_TRIALS_H
#define MUSTER_STORE_TRIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/model/trial.h"
#include "muster/store/db.h"
#include "muster/store/templates.h"

/* More members than this at one address are no household, but an office: its address joins nobody,
 * and each of them draws alone. */
enum { TRIALS_HOUSEHOLD_MOST = 8 };

/* Let a step hold members out, and give it variants; a trial without a name is the campaign's.
 * Needs an open transaction, as all functions here that write. */
bool trials_put(struct db *db, int64_t step_id, const struct trial *trial,
                struct error *err) MUST_USE;

/* Give a variant of a step a template of its own. */
bool trials_add_template(struct db *db, int64_t step_id, const char *variant,
                         const struct frozen_template *template, struct error *err) MUST_USE;

/* The templates of their own that the variants of a step have, each beside the variant's name, in
 * the order of the variants; in the arena. */
struct trials_own {
    const char *variant;
    int64_t template_id;
};
bool trials_templates(struct db *db, int64_t step_id, struct arena *arena, struct trials_own **own,
                      size_t *count, struct error *err) MUST_USE;

/* What a step tries, in the arena. Where it tries nothing, nobody is held out and there are no
 * variants. */
bool trials_of_step(struct db *db, int64_t step_id, struct arena *arena, struct trial *trial,
                    struct error *err) MUST_USE;

/* Whether it tries anything. */
bool trials_tries(const struct trial *trial) MUST_USE;

/* Which template of its own a variant has for a channel and language. */
struct trials_wish {
    int64_t step_id;
    const char *variant;
    enum channel channel;
    const char *language;
    const char *fallback; /* the language to take else; then any */
};

/* Its id; 0 when the variant has none for the channel, so that the step's serves. */
bool trials_template(struct db *db, const struct trials_wish *wish, int64_t *template_id,
                     struct error *err) MUST_USE;

/* What a member has drawn. */
struct trials_lot {
    int arm; /* as trial_arm gives it */
    int64_t household;
};

/* Draw for a member: with those who share a handset or mailbox with them, directly or by way of
 * others. Who was drawn in the trial before, in whatever step, draws the same again, whoever has
 * moved in since. */
bool trials_draw(struct db *db, const struct trial *trial, int64_t member_id,
                 struct trials_lot *lot, struct error *err) MUST_USE;

/* Put down what a member has drawn in a step; `*fresh` is false when it stands there already. */
bool trials_put_member(struct db *db, int64_t step_id, const struct trial *trial, int64_t member_id,
                       const struct trials_lot *lot, int64_t now, bool *fresh,
                       struct error *err) MUST_USE;

/* How many members an arm of a step has so far. */
struct trials_arm {
    const char *step; /* its name; "1" where it is the only one */
    const char *arm;
    int64_t members;
};

/* Those of all steps of a campaign, who is held out first, then the variants in their order; in the
 * arena. */
bool trials_arms(struct db *db, int64_t campaign_id, struct arena *arena, struct trials_arm **arms,
                 size_t *count, struct error *err) MUST_USE;

#endif
