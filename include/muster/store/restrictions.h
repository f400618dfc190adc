/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members whose data is kept and not used, at their wish (UK GDPR, article 18): while they dispute
 * it, or have objected and nobody has decided yet. They are in the audience of no step, which is
 * looked at again in the transaction that commits `sending`; on no call sheet; and no list changes
 * them. A person may still correct them, erase them, and answer what they write. */
#ifndef MUSTER_STORE_RESTRICTIONS_H
#define MUSTER_STORE_RESTRICTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct restriction {
    int64_t member_id;
    const char *reason;  /* one sentence */
    const char *account; /* whose deed it was; NULL: nobody in particular */
    int64_t at;
};

/* Restrict a member, or give a restriction that is there another reason; the record says that it
 * was done, not why. Needs an open transaction. ERROR_DATA without a reason. */
bool restrictions_put(struct db *db, const struct restriction *restriction,
                      struct error *err) MUST_USE;

/* Lift it, and have the record say so. `*lifted` is false when there was none. Needs an open
 * transaction. */
bool restrictions_lift(struct db *db, int64_t member_id, const char *account, int64_t at,
                       bool *lifted, struct error *err) MUST_USE;

/* The restriction of a member, in the arena; `*restriction` is NULL when there is none. */
bool restrictions_find(struct db *db, int64_t member_id, struct arena *arena,
                       struct restriction **restriction, struct error *err) MUST_USE;

/* Whether there is one. */
bool restrictions_hold(struct db *db, int64_t member_id, bool *held, struct error *err) MUST_USE;

/* As a condition of SQL: nobody has restricted the member `m`. The table has few rows, and is asked
 * by its key. */
#define RESTRICTIONS_NONE "m.id NOT IN (SELECT member_id FROM restriction)"

#endif
