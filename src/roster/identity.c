/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only asked where zeros can have been lost: an import into a store of numbers that do not begin
 * with one pays nothing. */
#include "identity.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/store/members.h"

bool identity_begin(struct db *db, struct identity *identity, struct error *err)
{
    return members_zeros(db, &identity->zeros, &identity->any, err);
}

static bool same_name(const char *a, const char *b, struct arena *arena)
{
    return !text_empty(a) && !text_empty(b) &&
           strcmp(text_fold(a, arena), text_fold(b, arena)) == 0;
}

bool identity_find(struct db *db, const struct identity *identity, struct arena *arena,
                   struct member *member, const char **notice, struct error *err)
{
    *notice = NULL;
    const char *number = member->number;
    bool digits = number[strspn(number, "0123456789")] == '\0';
    if (!digits || !(identity->zeros || (identity->any && number[0] == '0'))) {
        return true;
    }
    struct member *exact = NULL;
    struct member *alike = NULL;
    if (!members_find(db, number, arena, &exact, err) ||
        (exact == NULL && !members_alike(db, number, arena, &alike, err))) {
        return false;
    }
    if (alike == NULL) {
        return true;
    }
    if (same_name(alike->last_name, member->last_name, arena) ||
        same_name(alike->first_name, member->first_name, arena)) {
        member->number = alike->number;
    } else {
        *notice = arena_printf(arena, "is new, and %s has another name: is it one person?",
                               alike->number);
    }
    return true;
}
