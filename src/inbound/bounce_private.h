/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking mail that came back, in parts: bounce.c finds out whose it is, bounce_failed.c does what
 * follows of a mail that did not arrive or was complained about, bounce_written.c what follows of a
 * mail that a person wrote. Private to src/inbound. */
#ifndef MUSTER_INBOUND_BOUNCE_PRIVATE_H
#define MUSTER_INBOUND_BOUNCE_PRIVATE_H

#include "muster/base/token.h"
#include "muster/inbound/bounce.h"
#include "muster/store/outbox.h"

/* A mail that is being taken. */
struct bounce_case {
    struct db *db;
    const struct config *config;
    const struct returned *returned;
    const struct outbox_message *message;         /* NULL: none that is proven */
    unsigned char mark[TOKEN_DIGEST_SIZE];        /* of the mail */
    unsigned char address_key[TOKEN_DIGEST_SIZE]; /* of the message's address */
    enum bounce_proof proof;
    bool leaves; /* it came to an address that is there for nothing else */
    int64_t now;
    struct arena *arena;
};

/* A message of ours did not arrive, or is late, or was complained about; `*told` says what was
 * done. */
bool bounce_failed(const struct bounce_case *taken, const struct returned_event *event,
                   const char **told, struct error *err) MUST_USE;

/* Bounces and complaints that prove nothing. */
bool bounce_unproven(const struct bounce_case *taken, const char **told,
                     struct error *err) MUST_USE;

/* A person wrote, or wants no more mail, or nobody can tell what it is. */
bool bounce_written(const struct bounce_case *taken, const struct returned_event *event,
                    const char **told, struct error *err) MUST_USE;

/* Suppress the address of this key; the reason is one sentence without it. */
bool bounce_suppress(const struct bounce_case *taken,
                     const unsigned char address_key[TOKEN_DIGEST_SIZE], const char *kind,
                     const char *reason, int64_t ends_at, struct error *err) MUST_USE;

/* Whether a member has the address of this key. */
bool bounce_is_contact(const struct bounce_case *taken,
                       const unsigned char address_key[TOKEN_DIGEST_SIZE], bool *contact,
                       struct error *err) MUST_USE;

#endif
