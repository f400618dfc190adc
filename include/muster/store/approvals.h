/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That a second person has looked at a campaign and agrees with it. */
#ifndef MUSTER_STORE_APPROVALS_H
#define MUSTER_STORE_APPROVALS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct approval {
    int64_t id;
    int64_t campaign_id;
    int64_t account_id;
    const char *account; /* told: its name */
    bool disabled;       /* told: it may not sign in any more */
    int64_t at;
    const char *manifest; /* what was approved, as JSON: see manifests.h */
    bool genuine;         /* told: the manifest is the one that was approved */
    int64_t voided_at;    /* 0: it is in force */
    const char *void_why; /* NULL: it is in force */
};

/* Keep an approval, under a MAC of the store's key; sets its id. Needs an open transaction, as do
 * all functions here that write. */
bool approvals_put(struct db *db, struct approval *approval, struct error *err) MUST_USE;

/* The latest one of a campaign, in the arena; `*approval` is NULL when there is none. */
bool approvals_latest(struct db *db, int64_t campaign_id, struct arena *arena,
                      struct approval **approval, struct error *err) MUST_USE;

/* It is in force no longer. One that was so before stays as it was. */
bool approvals_void(struct db *db, int64_t id, const char *why, int64_t at,
                    struct error *err) MUST_USE;

/* An account has changed what a campaign sends, in words ("raised the budget"): it cannot approve
 * it any more. */
bool approvals_note_hand(struct db *db, int64_t campaign_id, int64_t account_id, const char *did,
                         int64_t at, struct error *err) MUST_USE;

/* Who changed a campaign last, and when, in the arena; `*by` is NULL when nobody has since it was
 * made. */
bool approvals_last_hand(struct db *db, int64_t campaign_id, struct arena *arena, const char **by,
                         int64_t *at, struct error *err) MUST_USE;

/* What the account of this name did of the campaign, in the arena: "made it", or what it changed of
 * it last. Else what ties it to an account that did: it has set the password of that, or they have
 * a number or an address in common, so that both may be one person. `*did` is NULL when
 * nothing. */
bool approvals_hand(struct db *db, int64_t campaign_id, const char *account, struct arena *arena,
                    const char **did, struct error *err) MUST_USE;

#endif
