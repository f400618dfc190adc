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

/* A draft that is to be made anew. */
struct campaign_remake {
    int64_t id;
    const char *version; /* as campaign_version gave it when it was last looked at */
    int64_t account_id;  /* who does it, and has had a hand in the campaign from then on */
};

/* What a campaign is made of. */
struct campaign_request {
    const struct config *config;
    const char *path;                 /* of the file */
    const struct campaign_plan *plan; /* what no file says; `path` is what that is called in faults,
                                       * and where its templates are looked for. NULL: read it */
    const char *text; /* the text of a file that lies nowhere: `path` is what it is called in
                       * faults, and nothing lies beside it. NULL: the file is read */
    const struct frozen_template *given; /* words that no file holds; see message_files.h */
    size_t given_count;
    const struct campaign_remake *remake; /* NULL: it is new */
    bool fresh;          /* no draft of its name gives way to it: that is ERROR_DATA */
    const char *made_by; /* the account that makes it; NULL: nobody is known */
    int64_t now;
};

/* Read the campaign file and make the campaign, with its templates frozen, in state draft. Every
 * fault of the file, of the templates (unknown fields with "did you mean") and of the segment
 * goes to `faults`; then nothing is stored and ERROR_DATA tells how many there were. A template
 * is looked for beside the campaign file, then in templates.dir, then among the installed ones:
 * NAME.LANGUAGE.sms for texts, NAME.LANGUAGE.txt (its first line is "Subject: ...") and
 * NAME.LANGUAGE.html (optional) for mail. The campaign lies in the arena.
 *
 * A draft that is made anew keeps its name, its id and who made it. ERROR_TEMPORARY when it has
 * changed since it was looked at, or is no draft any more; then nothing is stored either. */
bool campaign_make(struct db *db, const struct campaign_request *request, struct arena *arena,
                   struct faults *faults, struct campaign **campaign, struct error *err) MUST_USE;

enum { CAMPAIGN_VERSION_SIZE = 33 };

/* A mark of everything that a campaign is now, to see by whether it has changed. */
bool campaign_version(struct db *db, const struct campaign *campaign,
                      char version[CAMPAIGN_VERSION_SIZE], struct error *err) MUST_USE;

/* The details of a plan as the store keeps them, JSON, in the arena. */
const char *campaign_details(const struct plan_detail *details, size_t count, struct arena *arena);

/* The same of nobody in particular. */
bool campaign_create(struct db *db, const struct config *config, const char *path, int64_t now,
                     struct arena *arena, struct faults *faults, struct campaign **campaign,
                     struct error *err) MUST_USE;

#endif
