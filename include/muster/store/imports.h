/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of imports, and how one is undone. */
#ifndef MUSTER_STORE_IMPORTS_H
#define MUSTER_STORE_IMPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

struct import {
    int64_t id;
    const char *file; /* its name without folders */
    unsigned char digest[TOKEN_DIGEST_SIZE];
    int64_t at;
    bool whole;   /* the list was the whole membership */
    int64_t rows; /* below the header */
    int64_t joined;
    int64_t changed;
    int64_t unchanged;
    int64_t refused;
    int64_t departed;    /* marked as left because they were not in the list */
    int64_t undone_at;   /* 0: in force */
    const char *made_by; /* the account that made it; NULL: nobody is known */
};

/* Open a journal entry (file, digest, at, whole, made_by); sets `import->id`. Needs an open
 * transaction. */
bool imports_begin(struct db *db, struct import *import, struct error *err) MUST_USE;

/* Write the counts. Needs the same transaction. */
bool imports_finish(struct db *db, const struct import *import, struct error *err) MUST_USE;

/* All imports, latest first, at most `limit`, in the arena. */
bool imports_list(struct db *db, size_t limit, struct arena *arena, struct import **imports,
                  size_t *count, struct error *err) MUST_USE;

/* One of them, in the arena; NULL when there is none of this number. */
bool imports_get(struct db *db, int64_t id, struct arena *arena, struct import **import,
                 struct error *err) MUST_USE;

/* Something that undoing leaves as it is, because somebody has built on it since. */
struct imports_kept {
    const char *number; /* of the member */
    const char *fact;   /* which was edited by hand; NULL: the member, whom the import brought */
    const char *why;    /* static: "was edited since", ... */
};

struct imports_undoing {
    const char *by;       /* the account that undoes it, from the caller; NULL: nobody is known */
    struct import import; /* as it was */
    int64_t removed;      /* members it had brought */
    int64_t restored;     /* members who are as before */
    int64_t opt_outs;     /* suppressions that it had added: they stay */
    const struct imports_kept *kept;
    size_t kept_count;
};

/* Put everything back that the import changed, as it was before; facts that were edited by hand
 * since stay, and so do members it brought for whom there is more by now than the list told: an
 * edit, a message, a reply, a place in a ballot. Suppressions are never lifted. A transaction of
 * its own, with its entry in the record. `undoing->by` is read. ERROR_DATA when there is no such
 * import, it is undone already, or a later one is not: the later list was read against what this
 * one left. */
bool imports_undo(struct db *db, int64_t id, int64_t now, struct arena *arena,
                  struct imports_undoing *undoing, struct error *err) MUST_USE;

#endif
