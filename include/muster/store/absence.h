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

struct absence {
    int64_t members;    /* who were there before the import and had not left */
    const int64_t *ids; /* those of them who are not in the list, in the arena */
    size_t count;
};

/* Find who is absent. Members that the import itself brought do not count. */
bool absence_find(struct db *db, int64_t import_id, absence_seen_fn *seen, const void *context,
                  struct arena *arena, struct absence *absence, struct error *err) MUST_USE;

/* Mark a member as left because the list of this import has no such member; `*member` is as it was
 * before, in the arena. The journal of the import can undo it, and whoever is in a later list is
 * back. Needs an open transaction. */
bool absence_mark(struct db *db, int64_t member_id, int64_t import_id, struct arena *arena,
                  struct member **member, struct error *err) MUST_USE;

#endif
