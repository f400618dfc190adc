/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who must not be written to, by address: at all, or with nothing promotional. The only file that
 * writes the table. */
#ifndef MUSTER_STORE_SUPPRESSIONS_H
#define MUSTER_STORE_SUPPRESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

/* The kind that withholds the messages of promotional campaigns only; every other withholds all. */
#define SUPPRESSIONS_PROMOTIONAL "promotional"

/* SQL: the kinds that are no wish of a person's: what an address does by itself, and what is of
 * promotion only. */
#define SUPPRESSIONS_NO_WISH "'" SUPPRESSIONS_PROMOTIONAL "', 'bounce', 'suspended'"

/* SQL: whether a person of this id (an expression) has wished not to be written to, at any address
 * of theirs. */
#define SUPPRESSIONS_WISHED(member)                                                                \
    "EXISTS (SELECT 1 FROM contact wc JOIN suppression ws ON ws.address_key = wc.address_key"      \
    " AND ws.lifted_at IS NULL AND ws.kind NOT IN (" SUPPRESSIONS_NO_WISH                          \
    ") WHERE wc.member_id = " member ")"

struct suppression {
    int64_t id; /* ledger position */
    unsigned char address_key[TOKEN_DIGEST_SIZE];
    enum channel channel;
    const char *kind;   /* as in schema.sql: "stop", "hold", "bounce", "complaint", ... */
    const char *source; /* "reply", "gateway", "person", "import", "tap", "mail" */
    const char *reason; /* one sentence, without the address */
    const char *link;   /* of a tap: the reference of the message whose link it was; else NULL */
    int64_t at;
    int64_t lifted_at; /* 0: in force */
    const char *lifted_why;
    int64_t ends_at; /* when it is lifted by itself; 0: never */
};

/* Suppress an address, and withhold what waits for it in the outbox. One that is suppressed for the
 * same kind by the same source already stays as it is. Needs an open transaction. */
bool suppressions_add(struct db *db, const struct suppression *suppression,
                      struct error *err) MUST_USE;

/* Suppress an address as a person has told, and settle a doubt that was held for one. Needs an open
 * transaction. */
bool suppressions_tell(struct db *db, const struct suppression *suppression,
                       struct error *err) MUST_USE;

/* Whether a sentence has the address in it, in any spelling. Reasons are kept in clear, and
 * addresses are not: such a reason must be refused. */
bool suppressions_named(const char *sentence, const char *address, struct arena *arena) MUST_USE;

/* The same of an opt-out that an SMS provider or a relay knows of and we did not. */
bool suppressions_add_provider(struct db *db, enum channel channel,
                               const unsigned char address_key[TOKEN_DIGEST_SIZE], int64_t now,
                               struct error *err) MUST_USE;

/* Lift the suppressions of one kind (NULL: of every kind) of an address; says how many. With those
 * of kind "roster" goes the wish of the one member who has the address that nothing be sent to any
 * address of theirs. Needs an open transaction. */
bool suppressions_lift(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                       const char *kind, const char *why, int64_t at, int64_t *lifted,
                       struct error *err) MUST_USE;

/* Lift what the link of this message did to an address (kind NULL: all of it); what others did, or
 * other links, stays. Says how many. Needs an open transaction. */
bool suppressions_take_back(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                            const char *kind, const char *link, const char *why, int64_t at,
                            int64_t *lifted, struct error *err) MUST_USE;

/* Lift those whose time is over; says how many. One transaction of its own, and none when there are
 * none. */
bool suppressions_end(struct db *db, int64_t now, int64_t *ended, struct error *err) MUST_USE;

/* Whether the address is closed to everything. */
bool suppressions_in_force(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                           bool *in_force, struct error *err) MUST_USE;

/* The same, and whether it is closed to what is promotional; it is, too, when it is closed. */
bool suppressions_reach(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                        bool *closed, bool *promotional_closed, struct error *err) MUST_USE;

/* The ledger, latest first, at most `limit`, in the arena; `address_key` NULL for all addresses. */
bool suppressions_list(struct db *db, const unsigned char *address_key, size_t limit,
                       struct arena *arena, struct suppression **list, size_t *count,
                       struct error *err) MUST_USE;

/* Which rows of the ledger are wanted. */
struct suppressions_choice {
    int64_t before;   /* ids below; 0: the latest */
    const char *kind; /* NULL: of every kind */
    bool in_force;    /* only those */
    size_t limit;
};

/* A page of the ledger, latest first, in the arena. */
bool suppressions_page(struct db *db, const struct suppressions_choice *choice, struct arena *arena,
                       struct suppression **list, size_t *count, struct error *err) MUST_USE;

/* The row with this id, in the arena; `*suppression` is NULL when there is none. */
bool suppressions_get(struct db *db, int64_t id, struct arena *arena,
                      struct suppression **suppression, struct error *err) MUST_USE;

/* How many addresses a kind closes. */
struct suppressions_kind {
    const char *kind;
    int64_t sms;
    int64_t email;
};

/* Every kind of which any is in force, by name, in the arena. */
bool suppressions_kinds(struct db *db, struct arena *arena, struct suppressions_kind **kinds,
                        size_t *count, struct error *err) MUST_USE;

/* The ledger's position, which each suppression and each lifting moves forward; 0 for an empty one.
 * And how many suppressions have been added since a position. */
bool suppressions_position(struct db *db, int64_t *position, struct error *err) MUST_USE;
bool suppressions_since(struct db *db, int64_t position, int64_t *count,
                        struct error *err) MUST_USE;

/* Whether a message to the address is on the wire at this moment (state `sending`): a listener that
 * has stored an opt-out waits until there is none before it answers. */
bool suppressions_in_flight(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                            bool *in_flight, struct error *err) MUST_USE;

#endif
