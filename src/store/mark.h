/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message's reference with a keyed MAC of it, for one purpose: REFERENCE-MAC. Nothing has to be
 * kept for it, nobody can make one without the store's key, and one made for another purpose is not
 * taken. Private to src/store. */
#ifndef MUSTER_STORE_MARK_H
#define MUSTER_STORE_MARK_H

#include <stdbool.h>

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

#endif
