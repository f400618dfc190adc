/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few messages of a step as members would read them: for a person who is to judge it. */
#ifndef MUSTER_CAMPAIGN_SAMPLE_H
#define MUSTER_CAMPAIGN_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/campaign/preview.h"
#include "muster/conf/config.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

struct sample_order {
    const struct config *config;
    const struct campaign *campaign;
    const struct step *step;
    int64_t now;
};

/* The texts of a step first, then its mails: of each channel for two members whom the step means
 * now and who can be reached on it, of two languages if there are; for somebody invented where
 * there are none. In the arena. */
bool sample_step(struct db *db, const struct sample_order *order, struct arena *arena,
                 struct preview_message **messages, size_t *count, struct error *err) MUST_USE;

/* The first of the steps before this one that is still to be sent, goes to the same members and
 * whose messages read as its do; NULL: none. A campaign of many days says much the same on most of
 * them. */
bool sample_alike(struct db *db, const struct step *steps, size_t index, struct arena *arena,
                  const struct step **alike, struct error *err) MUST_USE;

#endif
