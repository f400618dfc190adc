/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members whose details try a message: what reads well for them reads well for all. */
#ifndef MUSTER_STORE_MEMBERS_AWKWARD_H
#define MUSTER_STORE_MEMBERS_AWKWARD_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

enum members_awkward {
    MEMBERS_AWKWARD_LONG_NAME,     /* the longest name */
    MEMBERS_AWKWARD_NO_FIRST_NAME, /* of whom only the last name is known */
    MEMBERS_AWKWARD_WELSH,         /* who is written to in Welsh */
    MEMBERS_AWKWARD_LONG_EMPLOYER,
    MEMBERS_AWKWARD_TWO_EMPLOYERS, /* written in one cell: "A / B", "A; B" */
    MEMBERS_AWKWARD_COUNT,
};

/* A member of that kind who has not left, in the arena; `*member` is NULL when there is none. */
bool members_awkward(struct db *db, enum members_awkward kind, struct arena *arena,
                     struct member **member, struct error *err) MUST_USE;

#endif
