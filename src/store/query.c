/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements, kept by the address of their text: SQL here is a constant above its function. */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_private.h"
#include "query_private.h"

struct query {
    struct db *db;
    const char *sql;
    sqlite3_stmt *statement;
    bool kept;
    bool in_use;
    bool failed;
    struct error error;
};

static void fail(struct query *query)
{
    if (!query->failed) {
        query->failed = true;
        (void)db_fault(query->db, "a query", &query->error);
    }
}

static struct query *prepare(struct db *db, const char *sql, unsigned flags)
{
    struct query *query = calloc(1, sizeof *query);
    if (query == NULL) {
        abort();
    }
    query->db = db;
    query->sql = sql;
    if (sqlite3_prepare_v3(db->handle, sql, -1, flags, &query->statement, NULL) != SQLITE_OK) {
        fail(query);
    }
    return query;
}

struct query *query_begin(struct db *db, const char *sql)
{
    size_t slot = ((uintptr_t)sql >> 4) % DB_QUERIES;
    for (size_t tried = 0; tried < DB_QUERIES; tried++, slot = (slot + 1) % DB_QUERIES) {
        struct query *query = db->queries[slot];
        if (query == NULL) {
            query = prepare(db, sql, SQLITE_PREPARE_PERSISTENT);
            if (!query->failed) {
                query->kept = true;
                query->in_use = true;
                db->queries[slot] = query;
            }
            return query;
        }
        if (query->sql == sql && !query->in_use) {
            query->in_use = true;
            return query;
        }
    }
    return prepare(db, sql, 0);
}

struct query *query_compose(struct db *db, const char *sql)
{
    return prepare(db, sql, 0);
}

void query_end(struct query **query)
{
    struct query *ended = *query;
    *query = NULL;
    if (ended == NULL) {
        return;
    }
    if (!ended->kept) {
        (void)sqlite3_finalize(ended->statement);
        free(ended);
        return;
    }
    (void)sqlite3_reset(ended->statement);
    (void)sqlite3_clear_bindings(ended->statement);
    ended->failed = false;
    ended->in_use = false;
}

void query_close_all(struct db *db)
{
    for (size_t slot = 0; slot < DB_QUERIES; slot++) {
        if (db->queries[slot] != NULL) {
            (void)sqlite3_finalize(db->queries[slot]->statement);
            free(db->queries[slot]);
            db->queries[slot] = NULL;
        }
    }
}

void query_again(struct query *query)
{
    (void)sqlite3_reset(query->statement);
}

/* The index of a parameter; 0 for a statement that could not be prepared. */
static int parameter(struct query *query, const char *name)
{
    if (query->statement == NULL) {
        return 0;
    }
    int index = sqlite3_bind_parameter_index(query->statement, name);
    if (index == 0) {
        (void)fprintf(stderr, "muster: a query has no parameter %s\n", name);
        abort();
    }
    return index;
}

static void bound(struct query *query, int result)
{
    if (result != SQLITE_OK) {
        fail(query);
    }
}

void query_number(struct query *query, const char *name, int64_t value)
{
    bound(query, sqlite3_bind_int64(query->statement, parameter(query, name), value));
}

void query_id(struct query *query, const char *name, int64_t id)
{
    int index = parameter(query, name);
    bound(query, id == 0 ? sqlite3_bind_null(query->statement, index)
                         : sqlite3_bind_int64(query->statement, index, id));
}

void query_text(struct query *query, const char *name, const char *text)
{
    bound(query,
          sqlite3_bind_text(query->statement, parameter(query, name), text, -1, SQLITE_STATIC));
}

void query_blob(struct query *query, const char *name, const void *bytes, size_t length)
{
    bound(query, sqlite3_bind_blob64(query->statement, parameter(query, name), bytes, length,
                                     SQLITE_STATIC));
}

void query_put_like(struct buffer *pattern, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '_' || *text == '\\') {
            (void)buffer_putc(pattern, '\\');
        }
        (void)buffer_putc(pattern, *text);
    }
}

const char *query_plan(struct query *query, struct arena *arena)
{
    CLEANUP(query_end)
    struct query *explained =
        prepare(query->db, arena_printf(arena, "EXPLAIN QUERY PLAN %s", query->sql), 0);
    const char *plan = "";
    while (query_step(explained)) {
        const char *step = query_column_text(explained, 3, arena);
        plan = arena_printf(arena, "%s%s\n", plan, step == NULL ? "" : step);
    }
    return plan;
}

bool query_step(struct query *query)
{
    if (query->failed) {
        return false;
    }
    int result = sqlite3_step(query->statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        fail(query);
    }
    return result == SQLITE_ROW;
}

bool query_ok(struct query *query, struct error *err)
{
    return !query->failed || error_set(err, query->error.kind, "%s", query->error.text);
}

bool query_run(struct query *query, struct error *err)
{
    while (query_step(query)) {
    }
    return query_ok(query, err);
}

int64_t query_changes(struct query *query)
{
    return sqlite3_changes64(query->db->handle);
}

int64_t query_inserted(struct query *query)
{
    return sqlite3_last_insert_rowid(query->db->handle);
}

int64_t query_column(struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

char *query_column_text(struct query *query, int column, struct arena *arena)
{
    const unsigned char *text = sqlite3_column_text(query->statement, column);
    if (text == NULL) {
        return NULL;
    }
    size_t length = (size_t)sqlite3_column_bytes(query->statement, column);
    return arena_span(arena, (const char *)text, length);
}

const char *query_column_view(struct query *query, int column)
{
    return (const char *)sqlite3_column_text(query->statement, column);
}

int query_column_count(struct query *query)
{
    return sqlite3_column_count(query->statement);
}

const char *query_column_name(struct query *query, int column)
{
    return sqlite3_column_name(query->statement, column);
}

bool query_column_is_number(struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_INTEGER;
}

void query_column_blob(struct query *query, int column, void *bytes, size_t length)
{
    const void *blob = sqlite3_column_blob(query->statement, column);
    size_t size = (size_t)sqlite3_column_bytes(query->statement, column);
    memset(bytes, 0, length);
    if (blob != NULL) {
        memcpy(bytes, blob, size < length ? size : length);
    }
}
