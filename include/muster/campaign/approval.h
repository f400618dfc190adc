/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second pair of eyes on a campaign that means many members: whether it is needed, whether it was
 * given, and whether what was approved is what would be sent.
 *
 * An approval is of everything that decides what goes: the words in all languages, who is meant
 * with the saved segments spelt out, channels, times, deadlines, hours, budget, details, what the
 * ballot or the action is, and who writes (store/manifests.h). Any change of it, and the approval
 * is void. So it is when the members have changed too much: each step is approved for the number
 * whom it could mean, whatever they answer meanwhile, give or take approval.drift percent and ten
 * members. That a step is skipped changes nothing: less is sent. */
#ifndef MUSTER_CAMPAIGN_APPROVAL_H
#define MUSTER_CAMPAIGN_APPROVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/json.h"
#include "muster/conf/config.h"
#include "muster/store/accounts.h"
#include "muster/store/approvals.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

enum {
    APPROVAL_NO_COUNTS = -2, /* nor how many are meant in all, beyond `from` */
    APPROVAL_NO_SIZES = -1,
    APPROVAL_ALL_SIZES = 0,
};

enum approval_state {
    APPROVAL_FREE,   /* none is needed */
    APPROVAL_GIVEN,  /* and it is of what would be sent now */
    APPROVAL_WANTED, /* nobody has given one */
    APPROVAL_VOID,   /* something is not as it was approved */
};

struct approval_standing {
    enum approval_state state;
    bool alone;       /* FREE, as there are no accounts at all */
    int64_t members;  /* FREE, WANTED, VOID, but not when alone: whom it could mean, in all */
    int64_t from;     /* from how many on one is needed; 0: never */
    const char *by;   /* who gave the latest one; NULL: there is none */
    int64_t at;       /* when */
    const char *why;  /* VOID: what has changed, in words */
    int64_t fresh_id; /* VOID: the approval, when the store does not know yet; else 0 */
};

/* How a campaign stands. Of the sizes of audiences, which take time to be counted, only that of the
 * step `step_id` is looked at; or those of all steps that are still to be sent, or none. With
 * APPROVAL_NO_COUNTS `members` is `from` at most: what is asked is only whether it waits. In the
 * arena. */
bool approval_look(struct db *db, const struct config *config, const struct campaign *campaign,
                   int64_t step_id, struct arena *arena, struct approval_standing *standing,
                   struct error *err) MUST_USE;

/* Whether it may go on. */
bool approval_may(const struct approval_standing *standing) MUST_USE;

/* Let the store know of an approval that was found void, so that it stays so. Needs an open
 * transaction. */
bool approval_settle(struct db *db, const struct approval_standing *standing, int64_t now,
                     struct error *err) MUST_USE;

/* "campaign x waits for an approval: ...", what is to be done, in the arena; NULL when it may go
 * on. */
const char *approval_words(const struct approval_standing *standing,
                           const struct campaign *campaign, struct arena *arena);

/* How many members it could mean in all, whatever they answer: who is meant by several steps counts
 * once. */
bool approval_members(struct db *db, const struct campaign *campaign, int64_t *members,
                      struct error *err) MUST_USE;

/* What would be approved now, as JSON, with the sizes of the audiences; in the arena. */
bool approval_manifest(struct db *db, const struct config *config, const struct campaign *campaign,
                       struct arena *arena, const char **manifest, struct error *err) MUST_USE;

enum { APPROVAL_MARK_SIZE = 13 };

/* A short mark of a manifest, to tell two apart by. */
void approval_mark(const char *manifest, char mark[APPROVAL_MARK_SIZE]);

/* Why an account cannot approve a campaign. */
enum approval_bar {
    APPROVAL_OPEN, /* it can */
    APPROVAL_DISABLED,
    APPROVAL_ROLE,      /* its role may not */
    APPROVAL_RECOVERED, /* its password was set lately by somebody who had not signed in */
    APPROVAL_HAND,      /* it had a hand in it */
    APPROVAL_KNOWN,     /* its password is known to one who had */
};

struct approval_check {
    enum approval_bar bar;
    enum role role;  /* ROLE: the one that it has */
    int64_t until;   /* RECOVERED: before then it approves nothing */
    const char *did; /* HAND, KNOWN: what was done, "made it" */
    const char *who; /* KNOWN: by whom */
};

/* Whether it can, in the arena. */
bool approval_check(struct db *db, const struct campaign *campaign, const struct account *account,
                    int64_t now, struct arena *arena, struct approval_check *check,
                    struct error *err) MUST_USE;

/* What has changed since a manifest was shown, in words, three things at most, in the arena; NULL
 * when it is only how many members are meant, or nobody can say. */
bool approval_changes(struct db *db, const struct config *config, const struct campaign *campaign,
                      const char *shown, struct arena *arena, const char **changes,
                      struct error *err) MUST_USE;

/* Approve what the account has been shown. A transaction of its own, so that nothing changes in
 * between: ERROR_TEMPORARY when something has since it was shown. ERROR_PERMISSION when this
 * account may not: its role, it is disabled, it had a hand in the campaign, its password is known
 * to one who had, or was set lately by somebody who had not signed in. ERROR_DATA when the campaign
 * is over. */
bool approval_give(struct db *db, const struct config *config, int64_t campaign_id,
                   const struct account *account, const char *shown, int64_t now,
                   struct error *err) MUST_USE;

#endif
