/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row a name. */
#include "muster/store/custom_fields.h"

#include "query.h"
#include "vector.h"

bool custom_fields_put(struct db *db, const char *name, const char *heading, struct error *err)
{
    static const char PUT[] = "INSERT INTO custom_field (name, heading) VALUES (:name, :heading)"
                              " ON CONFLICT (name) DO UPDATE SET heading = excluded.heading"
                              " WHERE custom_field.heading <> excluded.heading";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_text(query, ":name", name);
    query_text(query, ":heading", heading);
    return query_run(query, err);
}

bool custom_fields_list(struct db *db, struct arena *arena, struct custom_field **fields,
                        size_t *count, struct error *err)
{
    static const char LIST[] = "SELECT name, heading FROM custom_field ORDER BY name";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        struct custom_field *field = vector_push(&list, arena, sizeof *field);
        field->name = query_column_text(query, 0, arena);
        field->heading = query_column_text(query, 1, arena);
    }
    *fields = list.items;
    *count = list.count;
    return query_ok(query, err);
}
