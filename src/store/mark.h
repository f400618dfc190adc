/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message's reference with a keyed MAC of it, for one purpose: REFERENCE-MAC. Nothing has to be
 * kept for it, nobody can make one without the store's key, and one made for another purpose is not
 * taken. Private to src/store. */
#ifndef MUSTER_STORE_MARK_H
#define MUSTER_STORE_MARK_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/store/db.h"

enum {
    MARK_MAC_DIGITS = 20,     /* hexadecimal, 80 bits */
    MARK_REFERENCE_SIZE = 40, /* room for a reference, NUL included */
    MARK_SIZE = 64,           /* room for a mark, NUL included */
};

/* The mark for the message with this reference (at most MARK_REFERENCE_SIZE - 1 bytes; more are
 * cut). `purpose` is a word of at most 15 letters. */
void mark_make(const struct db *db, const char *purpose, const char *reference,
               char mark[MARK_SIZE]);

/* The reference in a mark that was made for this purpose; false when it was not. Takes the same
 * time for any forgery. */
bool mark_read(const struct db *db, const char *purpose, const char *mark,
               char reference[MARK_REFERENCE_SIZE]) MUST_USE;

/* A mail address with a mark in the place of the pattern's star, in the arena; without a star it is
 * the pattern. */
const char *mark_address(const struct db *db, const char *purpose, const char *pattern,
                         const char *reference, struct arena *arena);

/* Whether an address looks like one that a pattern with a star has made; whatever case it has. */
bool mark_matches(const char *pattern, const char *address) MUST_USE;

/* The reference in such an address; false when the mark in it was not made for this purpose. */
bool mark_read_address(const struct db *db, const char *purpose, const char *pattern,
                       const char *address, char reference[MARK_REFERENCE_SIZE]) MUST_USE;

#endif
