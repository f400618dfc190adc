/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The envelope sender of a mail, to which it comes back when it cannot be delivered (RFC 5321
 * 4.4). With a star in mail.bounces each mail has its own (a "variable envelope return path"): a
 * bounce tells by the address it went to which message it is about, however its text is written,
 * and nobody can make up such an address without the store's key. */
#ifndef MUSTER_STORE_BOUNCES_H
#define MUSTER_STORE_BOUNCES_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
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

#endif
