/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsure texts are looked up at their provider, and settled by what it says:
 *
 *     found -> accepted        delivered -> delivered      undelivered, expired -> undelivered
 *     absent -> queued again under the same reference; without time expired, without a try left
 *               refused
 *     anything else -> unsure still, and asked for again later
 *
 * "Absent" counts only between the profile's settle_after and forgets_after, reckoned from the
 * release: a provider may not know a message yet, and may know it no more. */
#ifndef MUSTER_DISPATCH_LOOKUP_H
#define MUSTER_DISPATCH_LOOKUP_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

struct lookup;

/* What asks the provider that `gateway` describes about texts that went by it. All that is given
 * must outlive it. `*lookup` is NULL when the profile does not say how to ask. Errors as of
 * sms_create. */
bool lookup_open(struct db *db, const struct config *config, const struct gateway *gateway,
                 struct lookup **lookup, struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void lookup_free(struct lookup **lookup);

/* Do one small batch of what is due, oldest first, for about a second. `*busy` when it is worth
 * while to look at the queue again, and to come back at once: a message has moved on, or more are
 * due. A provider that does not answer is logged once and left alone for ever longer, 10 minutes at
 * most. Does nothing when `lookup` is NULL. False only when the store failed. For loops that have
 * nothing else to do. */
bool lookup_batch(struct lookup *lookup, bool *busy, struct error *err) MUST_USE;

/* What became of one. */
struct lookup_result {
    const char *state;  /* of the message now. In the arena, or static */
    const char *answer; /* what the provider said, and what that means, one line, in the arena */
    bool moved;         /* it is unsure no more */
};

/* Ask about one unsure text now, due or not. Errors: those of the store; ERROR_DATA when it cannot
 * be looked up, as it is no unsure text of this gateway, or its id is needed and never came;
 * ERROR_UNAVAILABLE when the provider does not answer. */
bool lookup_one(struct lookup *lookup, const struct outbox_message *message, struct arena *arena,
                struct lookup_result *result, struct error *err) MUST_USE;

#endif
