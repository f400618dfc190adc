/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which members somebody may see. Staff see everybody, a rep those whom the words of their account
 * name, and whoever has no words sees nobody. Every function of the store that shows members to a
 * person takes a scope and asks it in its statement; so no page can forget it. */
#ifndef MUSTER_STORE_SCOPE_H
#define MUSTER_STORE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/accounts.h"
#include "muster/store/db.h"

struct audience; /* the store's own */

/* All zero: nobody is seen. */
struct scope {
    bool everybody;
    const struct audience *audience; /* else: whom this selects; NULL: nobody */
};

extern const struct scope scope_everybody;

/* Whether words are such as a scope is made of: branch:, workplace:, employer: and unit: with whole
 * values, joined by "and" and "or". ERROR_DATA says what is wrong. */
bool scope_check(const char *words, struct error *err) MUST_USE;

/* The words of an account's scope, in the arena: its own or, where it has none, its branch and
 * workplace. NULL when it has neither. */
const char *scope_words(const struct account *account, struct arena *arena) MUST_USE;

/* Whom an account may see, in the arena. A unit is the one of the latest ballot that has it. Who
 * has left is seen by no rep. ERROR_DATA when its words cannot be read. */
bool scope_of(struct db *db, const struct account *account, struct arena *arena,
              struct scope *scope, struct error *err) MUST_USE;

/* Whether the member with this id is seen. */
bool scope_sees(struct db *db, const struct scope *scope, int64_t member_id, bool *sees,
                struct error *err) MUST_USE;

/* The member with this number, in the arena; NULL when there is none, or none that is seen. */
bool scope_find(struct db *db, const struct scope *scope, const char *number, struct arena *arena,
                struct member **member, struct error *err) MUST_USE;

#endif
