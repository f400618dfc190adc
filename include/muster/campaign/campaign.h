/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a campaign file to a campaign in the store. */
#ifndef MUSTER_CAMPAIGN_CAMPAIGN_H
#define MUSTER_CAMPAIGN_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/conf/plan.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

/* What a campaign is made of. */
struct campaign_request {
    const struct config *config;
    const char *path;    /* of the file */
    const char *made_by; /* the account that makes it; NULL: nobody is known */
    int64_t now;
};

/* Read the campaign file and make the campaign, with its templates frozen, in state draft. Every
 * fault of the file, of the templates (unknown fields with "did you mean") and of the segment
 * goes to `faults`; then nothing is stored and ERROR_DATA tells how many there were. A template
 * is looked for beside the campaign file, then in templates.dir, then among the installed ones:
 * NAME.LANGUAGE.sms for texts, NAME.LANGUAGE.txt (its first line is "Subject: ...") and
 * NAME.LANGUAGE.html (optional) for mail. The campaign lies in the arena. */
bool campaign_make(struct db *db, const struct campaign_request *request, struct arena *arena,
                   struct faults *faults, struct campaign **campaign, struct error *err) MUST_USE;

/* The same of nobody in particular. */
bool campaign_create(struct db *db, const struct config *config, const char *path, int64_t now,
                     struct arena *arena, struct faults *faults, struct campaign **campaign,
                     struct error *err) MUST_USE;

#endif
