/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose it is to answer what members wrote in their own words. A person is a name: that of an
 * account that may answer; where there are no accounts, any word by which the organisers know each
 * other. */
#ifndef MUSTER_STORE_ASSIGNMENTS_H
#define MUSTER_STORE_ASSIGNMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"

/* Whether replies may be handed to this person. ERROR_USAGE when the name is not one word;
 * ERROR_DATA when there are accounts, and it is none of those that may answer. Needs no
 * transaction. */
bool assignments_check(struct db *db, const char *person, struct error *err) MUST_USE;

/* Replies to a campaign that a person must read go to this one from now on; NULL: to nobody. Needs
 * an open transaction, as do all functions below. */
bool assignments_set_default(struct db *db, int64_t campaign_id, const char *person,
                             struct error *err) MUST_USE;

/* A reply has just been understood, or understood anew: if a person must read it and nobody has it
 * yet, it goes to whom its campaign names. */
bool assignments_arrive(struct db *db, int64_t reply_id, struct error *err) MUST_USE;

/* Hand a reply to a person; NULL: to nobody. What was done with is to be answered again. */
bool assignments_give(struct db *db, int64_t reply_id, const char *person, int64_t at,
                      struct error *err) MUST_USE;

/* Note that a reply needs no answer any more. */
bool assignments_done(struct db *db, int64_t reply_id, int64_t at, struct error *err) MUST_USE;

#endif
