/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of imports. */
#ifndef MUSTER_STORE_IMPORTS_H
#define MUSTER_STORE_IMPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/store/db.h"

struct import {
    int64_t id;
    const char *file; /* its name without folders */
    unsigned char digest[TOKEN_DIGEST_SIZE];
    int64_t at;
    int64_t rows; /* below the header */
    int64_t joined;
    int64_t changed;
    int64_t unchanged;
    int64_t refused;
};

/* Open a journal entry (file, digest, at); sets `import->id`. Needs an open transaction. */
bool imports_begin(struct db *db, struct import *import, struct error *err) MUST_USE;

/* Write the counts. Needs the same transaction. */
bool imports_finish(struct db *db, const struct import *import, struct error *err) MUST_USE;

/* All imports, latest first, at most `limit`, in the arena. */
bool imports_list(struct db *db, size_t limit, struct arena *arena, struct import **imports,
                  size_t *count, struct error *err) MUST_USE;

#endif
