/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One statement in use: bind by name, step, read, end. Statements are prepared once and kept.
 *
 *     CLEANUP(query_end) struct query *query = query_begin(db, FIND);
 *     query_text(query, ":number", number);
 *     while (query_step(query)) { ... query_column_text(query, 0, arena) ... }
 *     return query_ok(query, err);
 *
 * Errors stick to the query: after the first one query_step gives false, and query_ok tells it. */
#ifndef MUSTER_STORE_QUERY_H
#define MUSTER_STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct query;

/* A statement whose text is a constant: it is prepared once and found again by its address. */
struct query *query_begin(struct db *db, const char *sql) MUST_USE;

/* A statement that was put together at run time (by audience.c): prepared for this use only. */
struct query *query_compose(struct db *db, const char *sql) MUST_USE;

/* Give it back; sets the pointer to NULL. For CLEANUP. */
void query_end(struct query **query);

/* Make it ready to be stepped again, bindings kept. */
void query_again(struct query *query);

/* Bind a value to ":name". A name that the statement does not have ends the program. Texts and
 * blobs must live until the query ends or is bound anew; NULL binds NULL. */
void query_number(struct query *query, const char *name, int64_t value);
void query_text(struct query *query, const char *name, const char *text);
void query_blob(struct query *query, const char *name, const void *bytes, size_t length);
/* A number, or NULL for 0. */
void query_id(struct query *query, const char *name, int64_t id);

/* Append a text as a pattern of LIKE ... ESCAPE '\\' that means just itself. */
void query_put_like(struct buffer *pattern, const char *text);

/* How the store would go about it, a line for each of its steps, in the arena: for tests. */
const char *query_plan(struct query *query, struct arena *arena) MUST_USE;

/* True when there is a row to read. */
bool query_step(struct query *query);

/* Whether all went well so far. */
bool query_ok(struct query *query, struct error *err) MUST_USE;

/* Step a statement that gives no rows. */
bool query_run(struct query *query, struct error *err) MUST_USE;

/* How many rows the last insert, update or delete has changed. */
int64_t query_changes(struct query *query);

/* The id of the last row inserted. */
int64_t query_inserted(struct query *query);

/* Columns of the current row, from 0. NULL reads as 0, or as a NULL text. */
int64_t query_column(struct query *query, int column);
char *query_column_text(struct query *query, int column, struct arena *arena);
/* The text itself, NULL or not; gone with the next step. For scans that keep next to nothing. */
const char *query_column_view(struct query *query, int column);
/* How many columns there are, and what each is called: for rows that are taken as they are. */
int query_column_count(struct query *query);
const char *query_column_name(struct query *query, int column);
bool query_column_is_number(struct query *query, int column);
/* Copy at most `length` bytes. */
void query_column_blob(struct query *query, int column, void *bytes, size_t length);

#endif
