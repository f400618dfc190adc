/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything the store has that decides what a campaign sends: what an approval is given to. */
#ifndef MUSTER_STORE_MANIFESTS_H
#define MUSTER_STORE_MANIFESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/base/json.h"
#include "muster/store/db.h"

/* The manifest of a campaign: an object of "campaign", "ballot" and "action" (where it has one),
 * and "steps", by their positions, each with "segments" (the saved ones that its words build on),
 * "templates" (the frozen ones, by channel, language and variant, each with its digest) and, where
 * there are several wordings, "variants" (with the share of each). Values are texts; what is NULL
 * is left out. What only tells how far the campaign is does not belong to it; of the campaign's
 * and its steps' other columns everything does, so that a new one is not forgotten. The caller
 * frees it. ERROR_DATA when a segment of a step cannot be used. */
bool manifests_read(struct db *db, int64_t campaign_id, struct json **manifest,
                    struct error *err) MUST_USE;

#endif
