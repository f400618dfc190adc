/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members and their addresses. */
#ifndef MUSTER_STORE_MEMBERS_H
#define MUSTER_STORE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

enum members_change {
    MEMBERS_JOINED,
    MEMBERS_CHANGED,
    MEMBERS_UNCHANGED,
    MEMBERS_ERASED, /* was erased at their wish: nothing was written */
};

/* What a put has done. */
struct members_outcome {
    enum members_change change;
    int64_t id;                  /* 0: erased */
    unsigned fields;             /* 1 << enum member_field for each fact that differs now */
    bool returned;               /* was absent from a whole list, and is back */
    bool reachable;              /* has a mobile or a mail address now */
    const struct member *before; /* as it was, in the arena; NULL for one who joined */
};

/* Insert the member, or bring the one with the same number up to date; NULL and "" never
 * overwrite, and facts of `custom` are put beside those that are there. An address replaces the
 * older one of its channel. With an `import_id` what was there before is kept for its undoing; 0:
 * no import. Needs an open transaction. Suppressions are not touched: they belong to addresses. */
bool members_put(struct db *db, const struct member *member, int64_t import_id, struct arena *arena,
                 struct members_outcome *outcome, struct error *err) MUST_USE;

/* The member with this number, in the arena; `*member` is NULL when there is none. */
bool members_find(struct db *db, const char *number, struct arena *arena, struct member **member,
                  struct error *err) MUST_USE;

/* The member whose number is this one but for zeros in front, likewise; for a number of digits
 * only. */
bool members_alike(struct db *db, const char *number, struct arena *arena, struct member **member,
                   struct error *err) MUST_USE;

/* Whether any stored number begins with a zero, and whether there is any member at all. */
bool members_zeros(struct db *db, bool *zeros, bool *any, struct error *err) MUST_USE;

/* The member with this id, likewise. */
bool members_get(struct db *db, int64_t id, struct arena *arena, struct member **member,
                 struct error *err) MUST_USE;

/* Members whose number, name, mobile or mail address holds `text` (case ignored), by name; at most
 * `limit`. The array lies in the arena. */
bool members_search(struct db *db, const char *text, size_t limit, struct arena *arena,
                    struct member **members, size_t *count, struct error *err) MUST_USE;

/* How many mobiles and mailboxes belong to more than one member, and how many members that is. */
bool members_sharing(struct db *db, int64_t *addresses, int64_t *members,
                     struct error *err) MUST_USE;

#endif
