/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The token of a mail's unsubscribe link, and of the address that does the same: the message's
 * reference and a keyed MAC of it. Nothing has to be kept for it, nobody can make one without the
 * key, and one token tells nothing of another. */
#ifndef MUSTER_STORE_UNSUBSCRIBE_H
#define MUSTER_STORE_UNSUBSCRIBE_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/store/db.h"

enum {
    UNSUBSCRIBE_REFERENCE_SIZE = 40, /* room for an outbox reference, NUL included */
    UNSUBSCRIBE_TOKEN_SIZE = 64,     /* room for a token, NUL included */
};

/* The token for the message with this reference (at most UNSUBSCRIBE_REFERENCE_SIZE - 1 bytes; more
 * are cut): REFERENCE-MAC, with 80 bits of MAC in hexadecimal. It may stand in a URL as it is. */
void unsubscribe_token(const struct db *db, const char *reference,
                       char token[UNSUBSCRIBE_TOKEN_SIZE]);

/* The reference in a token of ours; false when it is not one. Takes the same time for any
 * forgery. */
bool unsubscribe_reference(const struct db *db, const char *token,
                           char reference[UNSUBSCRIBE_REFERENCE_SIZE]) MUST_USE;

/* The address of `pattern` ("unsub+*@branch.example") to which a mail is written to leave, for the
 * message with this reference; in the arena. */
const char *unsubscribe_address(const struct db *db, const char *pattern, const char *reference,
                                struct arena *arena);

/* The reference in such an address, whatever case a mail system has given it; false when it is not
 * one of ours. */
bool unsubscribe_reference_of(const struct db *db, const char *pattern, const char *address,
                              char reference[UNSUBSCRIBE_REFERENCE_SIZE]) MUST_USE;

#endif
