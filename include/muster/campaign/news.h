/* SPDX-License-Identifier: GPL-3.0-or-later */
/* News of an action: it has changed, or is cancelled, and those who mean to come must hear of it.
 *
 * Such a campaign goes before all others on every route, and is not held up by how often its
 * members were written to; hours hold for it unless somebody says why not. It is of service: who
 * has said that they come, or may, wants to know, whatever else they want. Its templates are
 * action-changed and action-cancelled. */
#ifndef MUSTER_CAMPAIGN_NEWS_H
#define MUSTER_CAMPAIGN_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/store/actions.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

struct news {
    const struct action *action; /* as it is now: changed, or cancelled */
    bool silent;                 /* tell those, too, who were asked and have not answered */
    const char *made_by;         /* the account; NULL: nobody is known */
    const char *any_hour;        /* why it does not wait for the hours; NULL: it does */
};

/* Make that campaign, in state draft, under the first name that is free: NAME-changed,
 * NAME-changed-2, or NAME-cancelled. Errors and faults as of campaign_create. */
bool news_create(struct db *db, const struct config *config, const struct news *news, int64_t now,
                 struct arena *arena, struct faults *faults, struct campaign **campaign,
                 struct error *err) MUST_USE;

#endif
