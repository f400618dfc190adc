/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scope in a statement. Private to the store. */
#ifndef MUSTER_STORE_SCOPE_PRIVATE_H
#define MUSTER_STORE_SCOPE_PRIVATE_H

#include "muster/base/arena.h"
#include "muster/store/scope.h"
#include "query.h"

/* The condition over `member m` that it is seen, in parentheses. Static, or in the scope's arena.
 */
const char *scope_sql(const struct scope *scope) MUST_USE;

/* Bind the values of the condition. The names lie in the arena. */
void scope_bind(struct query *query, const struct scope *scope, struct arena *arena);

/* Start the statement `head`, the condition, `tail`, with its values bound. */
struct query *scope_query(struct db *db, const char *head, const struct scope *scope,
                          const char *tail, struct arena *arena) MUST_USE;

#endif
