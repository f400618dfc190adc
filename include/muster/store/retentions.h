/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long what is not of a ballot is kept (UK GDPR, article 5(1)(e): no longer than is needed).
 * What each rule deletes, and what stays as figures:
 *
 *     replies      the words of members, with those of the answers to them; that somebody answered,
 *                  and what it meant, stays. Of strangers, the whole reply
 *     messages     the facts that were merged into them, what the carrier said of each try, and the
 *                  steps in between: they are not rendered again. Their outcome stays
 *     bounces      mail that came back and complaints; what they suppressed stays
 *     left         members who have left, with all that hangs on them, as erasures.h says; but
 *                  their number is not barred, so that they may join anew
 *
 * What members told in ballots has rules of its own: see purges.h. */
#ifndef MUSTER_STORE_RETENTIONS_H
#define MUSTER_STORE_RETENTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/db.h"

enum retentions_rule {
    RETENTIONS_REPLIES,
    RETENTIONS_MESSAGES,
    RETENTIONS_BOUNCES,
    RETENTIONS_LEFT,
    RETENTIONS_COUNT,
};

/* How a rule stands, or what it has done. */
struct retentions_state {
    const char *name;  /* "replies", as the setting retention.replies */
    const char *keeps; /* "6 months", as it was set */
    int until;      /* what is of this day or older goes, as a date such as 20261218; 0: nothing */
    int64_t rows;   /* that go, or have gone */
    int64_t oldest; /* of them; 0: there are none */
};

/* What each rule would delete now. */
bool retentions_look(struct db *db, const struct config *config, int64_t now,
                     struct retentions_state states[RETENTIONS_COUNT], struct error *err) MUST_USE;

/* Delete it: by a few hundred rows in a transaction, so that nobody waits for long; deleted bytes
 * are overwritten, and the record has one entry that says how many of what. A member to whom a
 * message is on the wire stays until the next time. */
bool retentions_run(struct db *db, const struct config *config, int64_t now,
                    struct retentions_state states[RETENTIONS_COUNT], struct error *err) MUST_USE;

/* "12 replies, 3 members who have left": what was done, or NULL when that is nothing; in the arena.
 */
const char *retentions_words(const struct retentions_state states[RETENTIONS_COUNT],
                             struct arena *arena) MUST_USE;

#endif
