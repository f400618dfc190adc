/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test messages that accounts sent to themselves: what was sent, and what became of it. */
#ifndef MUSTER_STORE_SPECIMENS_H
#define MUSTER_STORE_SPECIMENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

struct specimen {
    int64_t id;
    int64_t account_id;
    const char *account;  /* told: its name */
    const char *campaign; /* its name */
    const char *step;     /* its name; "": the only one */
    enum channel channel;
    const char *language;  /* of the template */
    int64_t member_id;     /* as whom it was written; 0: as somebody invented */
    const char *member;    /* told: the number; NULL: nobody's, or erased */
    const char *reference; /* ours, given to the carrier */
    const char *route;     /* the gateway, or the relay */
    int64_t parts;         /* of a text */
    const char *outcome;   /* sending, accepted, refused, "not taken", unsure */
    const char *answer;    /* what the carrier said, one line; NULL: nothing */
    const char *remote_id; /* the carrier's id, or NULL */
    int64_t at;
};

/* Begin one, as 'sending'; sets its id. ERROR_TEMPORARY when the account has begun `most` within
 * the hour already. A transaction of its own, durable before anything goes over the wire. */
bool specimens_begin(struct db *db, struct specimen *specimen, int64_t most,
                     struct error *err) MUST_USE;

/* What became of it: its outcome, answer and remote id. A transaction of its own. */
bool specimens_end(struct db *db, const struct specimen *specimen, struct error *err) MUST_USE;

/* Those of a campaign (NULL: of all), the latest first, at most `limit`, in the arena. */
bool specimens_list(struct db *db, const char *campaign, size_t limit, struct arena *arena,
                    struct specimen **specimens, size_t *count, struct error *err) MUST_USE;

#endif
