/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members who are not in a list of the whole membership: they have left. */
#ifndef MUSTER_STORE_ABSENCE_H
#define MUSTER_STORE_ABSENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

/* Whether the list has the member. */
typedef bool absence_seen_fn(int64_t member_id, const void *context);

/* Who might be absent: whoever was there before the import and has not left. */
struct absence_question {
    int64_t import_id;
    const char *within; /* only those whom these words select; NULL: everyone */
    absence_seen_fn *seen;
    const void *context;
};

struct absence {
    int64_t members;    /* who might be */
    const int64_t *ids; /* those of them who are not in the list, in the arena */
    size_t count;
};

/* Find who is absent. ERROR_DATA when the words do not parse. */
bool absence_find(struct db *db, const struct absence_question *question, struct arena *arena,
                  struct absence *absence, struct error *err) MUST_USE;

/* Mark a member as left because the list of this import has no such member; `*member` is as it was
 * before, in the arena. The journal of the import can undo it, and whoever is in a later list is
 * back. Needs an open transaction. */
bool absence_mark(struct db *db, int64_t member_id, int64_t import_id, struct arena *arena,
                  struct member **member, struct error *err) MUST_USE;

#endif
