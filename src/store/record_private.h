/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chain of the record. Private to the store. */
#ifndef MUSTER_STORE_RECORD_PRIVATE_H
#define MUSTER_STORE_RECORD_PRIVATE_H

#include "muster/store/record.h"
#include "query.h"

/* What a statement gives of an entry, in this order, and behind it its digest. */
#define RECORD_COLUMNS "id, at, account, deed, subject, detail, chain"

enum { RECORD_DIGEST_COLUMN = 6 };

/* The digest of an entry that follows one with the digest `chain`, in its place. ERROR_DATA when
 * the entry is longer than any. */
bool record_advance(const struct db *db, const struct record_entry *entry,
                    unsigned char chain[TOKEN_DIGEST_SIZE], struct error *err) MUST_USE;

/* The entry of the row that a query stands at, its texts in the arena. */
void record_read(struct query *query, struct arena *arena, struct record_entry *entry);

#endif
