/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only asked where zeros can have been lost, or there are letters: an import of plain numbers into
 * a store where none begins with a zero pays nothing. */
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
    return strcmp(text_fold(a, arena), text_fold(b, arena)) == 0;
}

/* The surname decides where both are told; else the first name; a row of which nothing was read but
 * the number has neither. */
static bool is_same(const struct member *known, const struct member *told, struct arena *arena)
{
    bool first = !text_empty(known->first_name) && !text_empty(told->first_name);
    bool last = !text_empty(known->last_name) && !text_empty(told->last_name);
    if (text_empty(told->first_name) && text_empty(told->last_name)) {
        return true;
    }
    return last ? same_name(known->last_name, told->last_name, arena)
                : first && same_name(known->first_name, told->first_name, arena);
}

bool identity_find(struct db *db, const struct identity *identity, struct arena *arena,
                   struct member *member, const char **notice, struct error *err)
{
    *notice = NULL;
    const char *number = member->number;
    bool letters = number[strspn(number, "0123456789")] != '\0';
    if (letters ? !identity->any : !(identity->zeros || (identity->any && number[0] == '0'))) {
        return true;
    }
    int64_t exact = 0;
    struct member *alike = NULL;
    if (!members_id(db, number, &exact, err) ||
        (exact == 0 && !members_alike(db, number, arena, &alike, err))) {
        return false;
    }
    if (alike == NULL) {
        return true;
    }
    if (is_same(alike, member, arena)) {
        member->number = alike->number;
    } else {
        *notice = arena_printf(arena, "is new, and %s has another name: is it one person?",
                               alike->number);
    }
    return true;
}
