/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes back: receipts and replies. Providers repeat their callbacks; a repeat changes
 * nothing. */
#ifndef MUSTER_STORE_INBOX_H
#define MUSTER_STORE_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/store/db.h"

struct receipt {
    const char *gateway;
    const char *remote_id;
    const char *reference; /* may be NULL when the provider does not echo it */
    const char *status;    /* the provider's word */
    const char *means;     /* pending, delivered, undelivered, expired */
    int64_t at;
};

/* Store a receipt; `*outbox_id` is the message it is of, 0 when unknown or when it is a repeat.
 * Needs an open transaction, as does inbox_put_reply. */
bool inbox_put_receipt(struct db *db, const struct receipt *receipt, int64_t *outbox_id,
                       struct error *err) MUST_USE;

struct reply {
    int64_t id;
    const char *gateway;
    const char *remote_id;
    const char *address;
    unsigned char address_key[TOKEN_DIGEST_SIZE];
    int64_t member_id; /* told: who most likely wrote it; 0: nobody we know */
    int64_t outbox_id; /* told: the latest message handed over to the address; 0: none */
    int64_t ballot_id; /* told: the ballot of that message's campaign; 0: none */
    const char *text;
    const char *meaning;
    int64_t at;
};

/* Store a reply, found to its member: the one to whom the latest message to that address went, else
 * one who has the address. `*fresh` false when it is a repeat. */
bool inbox_put_reply(struct db *db, struct reply *reply, bool *fresh, struct error *err) MUST_USE;

/* Replies, latest first, at most `limit`; `meaning` NULL for all. */
bool inbox_replies(struct db *db, const char *meaning, size_t limit, struct arena *arena,
                   struct reply **replies, size_t *count, struct error *err) MUST_USE;

#endif
