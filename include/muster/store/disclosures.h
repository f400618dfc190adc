/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the store knows of one member, row by row, for the member (UK GDPR, article 15).
 * A dossier is what fits a screen; this leaves nothing out, and keeps no more than a row at a time.
 */
#ifndef MUSTER_STORE_DISCLOSURES_H
#define MUSTER_STORE_DISCLOSURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/json.h"
#include "muster/store/db.h"

/* How an instant is written, such as clock_iso. */
typedef char *disclosures_instant_fn(int64_t at, struct arena *arena);

/* What takes the rows. `section` is called before the rows of each section, also of one that has
 * none; `row` takes one of them: an object of texts and numbers, what is not known left out, and
 * arrays of such objects for what belongs to it ("attempts" of a message). It may add to the row;
 * the arena lasts as long as the row. */
struct disclosures_taker {
    bool (*section)(void *context, const char *name, struct error *err);
    bool (*row)(void *context, const char *section, struct json *row, struct arena *arena,
                struct error *err);
    void *context;
};

/* The names of the sections, in their order; NULL behind the last. They and the names in the rows
 * are an interface: what reads an export counts on them. */
const char *disclosures_section(size_t index);

/* The rows of a member, as of one moment. A row about somebody else never is among them: a reply of
 * which it is not known whose it is counts only when nobody else has its address. Must not be
 * called within a transaction. */
bool disclosures_read(struct db *db, int64_t member_id, disclosures_instant_fn *instant,
                      const struct disclosures_taker *taker, struct error *err) MUST_USE;

#endif
