/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many members at once: indices made in one go. */
#ifndef MUSTER_STORE_BULK_H
#define MUSTER_STORE_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* Indices that are waiting to be made again. */
struct bulk {
    const char *const *statements; /* in the arena */
    size_t count;                  /* 0: the indices are in place */
};

/* Get ready to write, or to remove, about `rows` members beside `others` who stay. When they are
 * many, the indices of members and addresses are dropped: entries that come in random order would
 * each cost a page, read and written. Needs an open transaction, which undoes this too. */
bool bulk_begin(struct db *db, int64_t rows, int64_t others, struct arena *arena, struct bulk *bulk,
                struct error *err) MUST_USE;

/* Make them again, each by one sort. Needs the same transaction. */
bool bulk_end(struct db *db, const struct bulk *bulk, struct error *err) MUST_USE;

#endif
