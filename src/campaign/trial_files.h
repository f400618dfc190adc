/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The templates of a step's variants: read with the campaign's file, frozen with its step. */
#ifndef MUSTER_CAMPAIGN_TRIAL_FILES_H
#define MUSTER_CAMPAIGN_TRIAL_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/campaign/message_files.h"
#include "muster/conf/plan.h"
#include "muster/store/db.h"

/* Read the templates that the variants bring, those of each into its own record of the array, which
 * lies in the arena with all of them. Faults are noted. */
struct message_files *trial_files_read(const struct message_setting *setting,
                                       const struct plan_trial *trial, struct arena *arena,
                                       struct faults *faults) MUST_USE;

/* Put what a step tries into the store, and freeze its variants' templates. Needs an open
 * transaction. */
bool trial_files_store(struct db *db, int64_t step_id, const struct plan_trial *trial,
                       const struct message_files *files, struct error *err) MUST_USE;

#endif
