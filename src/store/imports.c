/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row an import. */
#include "muster/store/imports.h"

#include "imports_row.h"
#include "vector.h"

bool imports_begin(struct db *db, struct import *import, struct error *err)
{
    static const char BEGIN[] = "INSERT INTO import (file, digest, at, whole, made_by)"
                                " VALUES (:file, :digest, :at, :whole, :made_by)";
    CLEANUP(query_end) struct query *query = query_begin(db, BEGIN);
    query_text(query, ":file", import->file);
    query_blob(query, ":digest", import->digest, sizeof import->digest);
    query_number(query, ":at", import->at);
    query_number(query, ":whole", import->whole);
    query_text(query, ":made_by", import->made_by);
    if (!query_run(query, err)) {
        return false;
    }
    import->id = query_inserted(query);
    return true;
}

bool imports_finish(struct db *db, const struct import *import, struct error *err)
{
    static const char FINISH[] =
        "UPDATE import SET rows = :rows, joined = :joined, changed = :changed,"
        " unchanged = :unchanged, refused = :refused, departed = :departed WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, FINISH);
    query_number(query, ":rows", import->rows);
    query_number(query, ":joined", import->joined);
    query_number(query, ":changed", import->changed);
    query_number(query, ":unchanged", import->unchanged);
    query_number(query, ":refused", import->refused);
    query_number(query, ":departed", import->departed);
    query_number(query, ":id", import->id);
    return query_run(query, err);
}

void imports_read_row(struct query *query, struct arena *arena, struct import *import)
{
    import->id = query_column(query, 0);
    import->file = query_column_text(query, 1, arena);
    query_column_blob(query, 2, import->digest, sizeof import->digest);
    import->at = query_column(query, 3);
    import->whole = query_column(query, 4) != 0;
    import->rows = query_column(query, 5);
    import->joined = query_column(query, 6);
    import->changed = query_column(query, 7);
    import->unchanged = query_column(query, 8);
    import->refused = query_column(query, 9);
    import->departed = query_column(query, 10);
    import->undone_at = query_column(query, 11);
    import->made_by = query_column_text(query, 12, arena);
}

bool imports_list(struct db *db, size_t limit, struct arena *arena, struct import **imports,
                  size_t *count, struct error *err)
{
    static const char LIST[] = "SELECT " IMPORT_ROW " FROM import ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        imports_read_row(query, arena, vector_push(&list, arena, sizeof(struct import)));
    }
    *imports = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool imports_get(struct db *db, int64_t id, struct arena *arena, struct import **import,
                 struct error *err)
{
    static const char GET[] = "SELECT " IMPORT_ROW " FROM import WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    struct import *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        imports_read_row(query, arena, found);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *import = found;
    return true;
}
