/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person changes of a member by hand: single facts, each change remembered until the member
 * is erased, so that no undoing of an import takes it back. */
#ifndef MUSTER_STORE_EDITS_H
#define MUSTER_STORE_EDITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

/* A wish. */
struct edit {
    enum member_field field;
    const char *custom; /* MEMBER_CUSTOM: the name of the custom field; else NULL */
    const char *value;  /* as stored; NULL or "": it is not known any more */
};

/* What was changed: a row of the table. */
struct edit_made {
    const char *fact;   /* member_field_name, or "custom." and the name */
    const char *before; /* NULL: was not known */
    const char *after;  /* NULL: is not known any more */
    int64_t import_id;  /* the latest import at that time; 0: none */
    int64_t at;
};

/* Change facts of a member; a row for each that differs, in the arena, in the order of the wishes.
 * A status that is not known is "active". Suppressions are not touched: they belong to addresses.
 * ERROR_DATA when there is no such member or custom field. Needs an open transaction. */
bool edits_apply(struct db *db, int64_t member_id, const struct edit *edits, size_t count,
                 int64_t at, struct arena *arena, struct edit_made **made, size_t *made_count,
                 struct error *err) MUST_USE;

/* What was changed of a member, the latest first, at most `limit`, in the arena. */
bool edits_list(struct db *db, int64_t member_id, size_t limit, struct arena *arena,
                struct edit_made **list, size_t *count, struct error *err) MUST_USE;

#endif
