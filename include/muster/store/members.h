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

struct scope;

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
    bool corrected;              /* the list repeats what was corrected by hand: that stands */
    bool overruled;              /* the list has something newer than a correction by hand */
    bool restricted;             /* their data is not to be used: a list has changed nothing */
    unsigned left_out;           /* then: as `fields`, what it would have changed */
    const struct member *before; /* as it was, in the arena; NULL for one who joined */
    const struct member *now;    /* as it is, in the arena or the one that was given */
};

/* Insert the member, or bring the one with the same number up to date; NULL and "" never
 * overwrite, and facts of `custom` are put beside those that are there. An address replaces the
 * older one of its channel. A fact that was corrected by hand stays as long as the row only repeats
 * what it was before. The addresses are suppressed on the channels that `silent` names, now and
 * whenever the member gets another one. With an `import_id` what was there before is kept for its
 * undoing, and who is restricted (restrictions.h) stays as they are; 0: no import.
 * Needs an open transaction. No suppression is ever lifted. */
bool members_put(struct db *db, const struct member *member, int64_t import_id, struct arena *arena,
                 struct members_outcome *outcome, struct error *err) MUST_USE;

/* The member with this number, in the arena; `*member` is NULL when there is none. */
bool members_find(struct db *db, const char *number, struct arena *arena, struct member **member,
                  struct error *err) MUST_USE;

/* The id of the member with this number; 0 when there is none. */
bool members_id(struct db *db, const char *number, int64_t *id, struct error *err) MUST_USE;

/* The member whose number is this one but for zeros in front, or in capitals or small letters,
 * in the arena, or NULL; for a number of digits, or one with letters and without such zeros. */
bool members_alike(struct db *db, const char *number, struct arena *arena, struct member **member,
                   struct error *err) MUST_USE;

/* Whether any stored number begins with a zero, and whether there is any member at all. */
bool members_zeros(struct db *db, bool *zeros, bool *any, struct error *err) MUST_USE;

/* The member with this id, likewise. */
bool members_get(struct db *db, int64_t id, struct arena *arena, struct member **member,
                 struct error *err) MUST_USE;

/* The number that was probably meant by one that nobody has: with zeros in front or without them,
 * in capitals or not, without blanks; in the arena. NULL when no member has any of these. */
bool members_nearest(struct db *db, const char *number, struct arena *arena, const char **nearest,
                     struct error *err) MUST_USE;

struct members_found {
    struct member *members; /* the best first */
    size_t count;
    bool more; /* there are others */
};

/* Members within the scope whom `text` may mean, at most `limit`, in the arena: a membership
 * number or the beginning of one, a phone number in any spelling (without a country code: of
 * `region`) or some digits of one, a mail address or a part of it, names as likeness.h understands
 * them. What is found by an index is enough when it is unmistakable or fills the page; else every
 * member is looked at. Who sees a part of the members only finds nobody by an address: those are
 * not for them. */
bool members_search(struct db *db, const struct scope *scope, const char *text, const char *region,
                    size_t limit, struct arena *arena, struct members_found *found,
                    struct error *err) MUST_USE;

/* How many members there are who have not left. */
bool members_count(struct db *db, int64_t *count, struct error *err) MUST_USE;

/* How many mobiles and mailboxes belong to more than one member who has not left, and how many
 * members that is. */
bool members_sharing(struct db *db, int64_t *addresses, int64_t *members,
                     struct error *err) MUST_USE;

#endif
