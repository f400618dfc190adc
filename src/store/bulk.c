/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropping and making indices. An address key is a MAC, so each new one belongs to a random page of
 * its index: past the page cache, a million of them cost more than everything else in an import.
 * Sorted at the end they cost a second or two. The index of membership numbers stays, as every row
 * asks it. */
#include "muster/store/bulk.h"

#include "db_private.h"
#include "query.h"
#include "vector.h"

enum {
    FEWEST = 20000, /* rows: below, the indices fit into the cache */
    SHARE = 2,      /* sorting everything pays when half as many as stay come or go */
};

bool bulk_begin(struct db *db, int64_t rows, int64_t others, struct arena *arena, struct bulk *bulk,
                struct error *err)
{
    static const char INDICES[] =
        "SELECT sql, 'DROP INDEX ' || name FROM sqlite_schema WHERE type = 'index'"
        " AND tbl_name IN ('member', 'contact') AND sql IS NOT NULL";
    *bulk = (struct bulk){0};
    if (rows < FEWEST || rows < others / SHARE) {
        return true;
    }
    struct vector made = {0};
    struct vector drops = {0};
    CLEANUP(query_end) struct query *query = query_begin(db, INDICES);
    while (query_step(query)) {
        const char **sql = vector_push(&made, arena, sizeof *sql);
        const char **drop = vector_push(&drops, arena, sizeof *drop);
        *sql = query_column_text(query, 0, arena);
        *drop = query_column_text(query, 1, arena);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    query_end(&query);
    for (size_t i = 0; i < drops.count; i++) {
        if (!db_execute(db, ((const char **)drops.items)[i], "preparing the import", err)) {
            return false;
        }
    }
    *bulk = (struct bulk){made.items, made.count};
    return true;
}

bool bulk_end(struct db *db, const struct bulk *bulk, struct error *err)
{
    for (size_t i = 0; i < bulk->count; i++) {
        if (!db_execute(db, bulk->statements[i], "making the indices", err)) {
            return false;
        }
    }
    return true;
}
