/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this floor know of an open store. */
#ifndef MUSTER_STORE_DB_PRIVATE_H
#define MUSTER_STORE_DB_PRIVATE_H

#include <sqlite3.h>

#include "muster/base/arena.h"
#include "muster/base/token.h"
#include "muster/store/db.h"

enum {
    DB_QUERIES = 256, /* more than there are statements in this floor */
    DB_COUNTS = 8     /* that are remembered: see query_count */
};

/* What a statement counted, and of which state of the store. */
struct db_count {
    char *sql; /* with its values; of SQLite's memory; NULL: this place is free */
    int64_t version;
    int64_t changes; /* of our own */
    int64_t number;
};

struct db {
    sqlite3 *handle;
    struct token_key key;
    struct arena *arena; /* what lives as long as the store is open */
    const char *path;
    int64_t patience;        /* ms to wait for a store that is busy */
    int64_t waiting_since;   /* clock_monotonic, while it is busy */
    const atomic_bool *told; /* to cease; NULL: never is */
    struct db_count counts[DB_COUNTS];
    size_t next_count;                 /* the place that is taken next */
    struct query *queries[DB_QUERIES]; /* kept statements, found by the address of their text */
};

/* Tell what SQLite has to say, with the kind that fits. Gives false. */
bool db_fault(struct db *db, const char *doing, struct error *err);

/* Run statements that give no rows; `doing` is for the fault: "making the store". */
bool db_execute(struct db *db, const char *sql, const char *doing, struct error *err) MUST_USE;

/* The one number that a statement without parameters gives; -1 when it fails. */
int64_t db_pragma_number(struct db *db, const char *sql);

#endif
