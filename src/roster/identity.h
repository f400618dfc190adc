/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose row it is, when a spreadsheet has dropped the zeros in front of the membership number, or
 * somebody has written its letters otherwise. */
#ifndef MUSTER_ROSTER_IDENTITY_H
#define MUSTER_ROSTER_IDENTITY_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

/* What is known of the numbers in the store before an import. */
struct identity {
    bool zeros; /* some begin with a zero */
    bool any;   /* there are members */
};

/* Look at the store. */
bool identity_begin(struct db *db, struct identity *identity, struct error *err) MUST_USE;

/* Find out who is meant by `member->number`. When nobody has it, but somebody has the same with
 * more or fewer zeros in front, or in capitals or small letters, and the surname told (or, where
 * one has none, the first name; or a row without names), that is who: the number becomes theirs.
 * `*notice`, in the arena, tells of somebody with such a number and other names; else it is
 * NULL. */
bool identity_find(struct db *db, const struct identity *identity, struct arena *arena,
                   struct member *member, const char **notice, struct error *err) MUST_USE;

#endif
