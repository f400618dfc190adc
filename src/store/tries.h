/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries to sign in that failed, by account and by the address that they came from: so whoever
 * guesses shuts out himself, and not the owner. */
#ifndef MUSTER_STORE_TRIES_H
#define MUSTER_STORE_TRIES_H

#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"

struct tries {
    int64_t failures;     /* since the last that succeeded from there */
    int64_t locked_until; /* no other from there before */
};

/* Where they stand; zeros when there were none. */
bool tries_find(struct db *db, int64_t account_id, const char *from, struct tries *tries,
                struct error *err) MUST_USE;

/* Note where they stand now. Those of which nothing was heard for a day are forgotten. */
bool tries_put(struct db *db, int64_t account_id, const char *from, const struct tries *tries,
               int64_t now, struct error *err) MUST_USE;

#endif
