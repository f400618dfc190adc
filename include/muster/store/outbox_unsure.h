/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsure texts, and what their provider says of them when it is asked. A look-up is of one
 * hand-over: what is learnt of an earlier one settles nothing. */
#ifndef MUSTER_STORE_OUTBOX_UNSURE_H
#define MUSTER_STORE_OUTBOX_UNSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

/* Which unsure texts are meant. */
struct outbox_unsure_terms {
    const char *gateway;    /* that they went by */
    int64_t released_after; /* those released before may be forgotten there */
    bool with_id;           /* only those whose id at the provider is known */
};

/* Those that may be asked for now, the one released first in front, at most `limit`, in the
 * arena. */
bool outbox_unsure_due(struct db *db, const struct outbox_unsure_terms *terms, int64_t now,
                       size_t limit, struct arena *arena, struct outbox_message **messages,
                       size_t *count, struct error *err) MUST_USE;

/* How many messages are unsure, texts and mails; by an index of these. */
bool outbox_unsure_count(struct db *db, int64_t *count, struct error *err) MUST_USE;

/* Unsure messages, those that were released first in front, at most `limit`, in the arena; by the
 * same index. */
bool outbox_unsure_list(struct db *db, size_t limit, struct arena *arena,
                        struct outbox_message **messages, size_t *count,
                        struct error *err) MUST_USE;

/* What a look-up was answered. */
struct outbox_sighting {
    int64_t id;
    int64_t attempt;       /* the message's when it was asked for */
    const char *answer;    /* one line */
    const char *remote_id; /* the provider's id of it; NULL: none was told */
    const char *state;     /* what it becomes: accepted, delivered, undelivered, queued, refused,
                            * expired; NULL: it stays unsure */
    const char *reason;    /* for that, one line */
    int64_t next_at;       /* when it stays unsure: not asked again before */
};

/* Note it, and settle the message. `*moved` false when it stays unsure, and when it has moved on,
 * or was handed over again, since it was asked for: then nothing is noted. An id that is learnt
 * brings in the receipts that had come for it; what they say goes before `state`. One transaction
 * of its own. */
bool outbox_unsure_settle(struct db *db, const struct outbox_sighting *sighting, int64_t now,
                          bool *moved, struct error *err) MUST_USE;

/* The last look-up of a message, of its latest hand-over; `times` is 0 when there was none. */
struct outbox_lookup {
    int64_t times;
    int64_t at;
    int64_t next_at;
    const char *answer; /* in the arena */
};
bool outbox_unsure_last(struct db *db, int64_t id, struct arena *arena,
                        struct outbox_lookup *lookup, struct error *err) MUST_USE;

#endif
