/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The budgets that a text must be paid from, its campaign's and its step's own, as the transaction
 * that releases it sees them. Private to src/store.
 *
 * The texts end at the first one that is not paid for any more, but not before what is under way is
 * settled: what a provider refuses costs nothing, and pays for another one. A step's budget ends
 * the texts of the step, a campaign's those of all its steps. */
#ifndef MUSTER_STORE_BUDGET_H
#define MUSTER_STORE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

/* One of the two. */
struct purse {
    bool given;
    bool over;    /* it has ended texts already */
    bool in_air;  /* some text that it pays for is under way, and may come back unpaid */
    int64_t left; /* millionths; negative when more was spent */
    bool ends;    /* it ends all texts that wait */
};

struct budget {
    int64_t campaign_id;
    int64_t step_id;
    struct purse campaign;
    struct purse step;
    bool foreign;         /* costs are in another currency than the campaign's: they say nothing */
    int64_t spent;        /* in this release */
    const char *currency; /* of the costs of this release */
};

/* Instead of a release: where a text goes, and why. */
struct budget_refusal {
    const char *becomes;
    const char *reason;
    struct purse *ended; /* the one that ends texts by it; NULL: none does */
};

/* The budgets of a step; costs will be in `currency`, which must live as long ("" or NULL: none is
 * known). */
bool budget_read(struct db *db, int64_t step_id, const char *currency, struct budget *budget,
                 struct error *err) MUST_USE;

/* What the release costs in the campaign's currency; -1: not known. */
int64_t budget_cost(const struct budget *budget, const struct outbox_release *release);

/* Whether both pay for it; if not, `*refused` says so. */
bool budget_judge(struct db *db, struct budget *budget, const struct outbox_release *release,
                  bool *paid, struct budget_refusal *refused, struct error *err) MUST_USE;

/* The release was made. */
void budget_spend(struct budget *budget, const struct outbox_release *release);

/* An unsure text is known not to have been sent, and is about to be queued again: what it cost is
 * given back. */
bool budget_give_back(struct db *db, int64_t id, struct error *err) MUST_USE;

/* Write down what was spent, and end the texts if that is what it came to. */
bool budget_settle(struct db *db, const struct budget *budget, int64_t now,
                   struct error *err) MUST_USE;

#endif
