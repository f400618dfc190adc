/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The differences of an import, fact by fact: for a screen, and as a CSV. */
#ifndef MUSTER_ROSTER_CHANGES_H
#define MUSTER_ROSTER_CHANGES_H

#include "muster/base/arena.h"
#include "muster/base/draft.h"
#include "muster/roster/import.h"

/* Whose facts change: as they were, or of who joins, as they come in. */
const struct member *changes_member(const struct import_difference *difference) MUST_USE;

/* "added", "changed", "left". Static. */
const char *changes_word(enum import_difference_kind kind) MUST_USE;

/* One fact of a member: `before` is NULL or "" when nothing was known. */
typedef void changes_fact_fn(const char *fact, const char *before, const char *now, void *context);

/* Call for each fact that is another, the list's own ones one by one. The arena is for what must
 * live a little. */
void changes_each(const struct import_difference *difference, struct arena *arena,
                  changes_fact_fn *fact, void *context);

/* Begin the CSV: its heading. Then a line for each fact of a difference. */
void changes_begin(struct draft *draft);
void changes_put(struct draft *draft, const struct import_difference *difference,
                 struct arena *arena);

#endif
