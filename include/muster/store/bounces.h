/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The envelope sender of a mail, to which it comes back when it cannot be delivered (RFC 5321
 * 4.4). With a star in mail.bounces each mail has its own (a "variable envelope return path"): a
 * bounce tells by the address it went to which message it is about, however its text is written,
 * and nobody can make up such an address without the store's key. And what is kept of bounces. */
#ifndef MUSTER_STORE_BOUNCES_H
#define MUSTER_STORE_BOUNCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/store/db.h"

enum { BOUNCES_REFERENCE_SIZE = 40 }; /* room for an outbox reference, NUL included */

/* The envelope sender of the message with this reference: the pattern with REFERENCE-MAC in the
 * place of its star, as it is without one. In the arena. The reference is one of the outbox's, in
 * lower case. */
const char *bounces_sender(const struct db *db, const char *pattern, const char *reference,
                           struct arena *arena);

/* Whether the address looks like one that bounces_sender makes of this pattern, whatever stands in
 * the star's place; upper and lower case are the same, as they may be changed on the way. False for
 * a pattern without a star. */
bool bounces_matches(const char *pattern, const char *address) MUST_USE;

/* The reference in an address that bounces_sender made of this pattern; false when it is not one:
 * it does not match, or its MAC is not right. Case does not matter; takes the same time for any
 * forgery. */
bool bounces_reference(const struct db *db, const char *pattern, const char *address,
                       char reference[BOUNCES_REFERENCE_SIZE]) MUST_USE;

/* A mail that did not arrive, or that its receiver complained about. */
struct bounce {
    unsigned char address_key[TOKEN_DIGEST_SIZE]; /* where it went */
    int64_t outbox_id;                            /* 0: nothing proves which message it was */
    const char *class;      /* dead, full, blocked, temporary, config, unknown, late; complaint */
    const char *status;     /* enhanced status; "" */
    const char *diagnostic; /* the receiver's words, one line; "" */
    int64_t at;             /* when it came first */
    int64_t times;          /* told: how often this was said */
    const char *reference;  /* told: the message's, NULL when it is not known */
    const char *campaign;   /* told: its campaign's name, likewise */
};

/* Keep a bounce; `*fresh` false when the message (or, without one, the address) has one of this
 * class already: then only its times go up. Needs an open transaction, as do all that write here.
 */
bool bounces_put(struct db *db, const struct bounce *bounce, bool *fresh,
                 struct error *err) MUST_USE;

/* How an address has put off mail lately. */
struct bounces_spell {
    int64_t days; /* different days (UTC) on which mail to it came back, though it is not dead */
    int64_t else_days; /* the same for another reason than that its mailbox is full */
};

/* Since mail to the address last came through, or it was last written to anew after a pause: of the
 * messages that were released up to `released_at`. A mail came through when the relay took it and
 * it has not come back. */
bool bounces_spell(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                   int64_t released_at, struct bounces_spell *spell, struct error *err) MUST_USE;

/* Whether an earlier message to the address came back as dead, before `before`. */
bool bounces_died(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                  int64_t outbox_id, int64_t before, bool *died, struct error *err) MUST_USE;

enum { BOUNCES_DOMAINS_MOST = 3 };

/* Addresses from which messages came back as blocked. However many one has brought back, it counts
 * once: who has had many mails can prove them all, and say of each what he likes. */
struct bounces_blocked {
    int64_t count;
    int64_t
        domains; /* at how many domains they were to arrive, counted up to BOUNCES_DOMAINS_MOST */
};

/* The latest thousand since then and up to now: of a pool of receivers, or, when that is "", of
 * those in no pool that this route has carried. */
bool bounces_blocked(struct db *db, const char *pool, const char *route, int64_t since, int64_t now,
                     struct bounces_blocked *blocked, struct error *err) MUST_USE;

/* How many may come back in a way, among how many that were handed over one after another. */
struct bounces_measure {
    const char *class; /* "dead", "complaint" */
    int64_t most;
    int64_t of;
};

/* Whether a message is one of more than that, counted among the mails of its step to the same pool
 * of receivers, or to all that are in none. Those do not count that were released before somebody
 * had the campaign go on. */
bool bounces_crowd(struct db *db, int64_t outbox_id, const struct bounces_measure *measure,
                   bool *crowd, struct error *err) MUST_USE;

/* What has come back, latest first, at most `limit`, in the arena; `address_key` NULL: from
 * anywhere; `unproven`: only what proves no message. */
bool bounces_list(struct db *db, const unsigned char *address_key, bool unproven, size_t limit,
                  struct arena *arena, struct bounce **bounces, size_t *count,
                  struct error *err) MUST_USE;

/* Take note that the mail of this mark is taken; `*fresh` false when it was before, within the last
 * ninety days. */
bool bounces_note_mail(struct db *db, const unsigned char mark[TOKEN_DIGEST_SIZE], int64_t at,
                       bool *fresh, struct error *err) MUST_USE;

/* Count a mail that came back, for ever. */
bool bounces_count_mail(struct db *db, const char *kind, const char *class, const char *proof,
                        struct error *err) MUST_USE;

#endif
