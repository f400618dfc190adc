/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts by a word. They are kept in the store because who tells them is another process than who
 * counts. */
#include "muster/store/refusals.h"

#include "query.h"

const char *refusals_word(enum refusal refusal)
{
    static const char *const WORDS[REFUSALS_COUNT] = {
        [REFUSALS_LINK] = "link",         [REFUSALS_FORM] = "form",   [REFUSALS_CALLER] = "caller",
        [REFUSALS_CALLBACK] = "callback", [REFUSALS_ROUTE] = "route", [REFUSALS_METHOD] = "method",
        [REFUSALS_SIZE] = "size",         [REFUSALS_SLOW] = "slow",   [REFUSALS_BROKEN] = "broken",
    };
    return WORDS[refusal];
}

bool refusals_add(struct db *db, const int64_t counts[REFUSALS_COUNT], struct error *err)
{
    static const char ADD[] = "INSERT INTO refusal_count (why, count) VALUES (:why, :count)"
                              " ON CONFLICT (why) DO UPDATE SET count = count + excluded.count";
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    for (int i = 0; i < REFUSALS_COUNT; i++) {
        if (counts[i] == 0) {
            continue;
        }
        CLEANUP(query_end) struct query *query = query_begin(db, ADD);
        query_text(query, ":why", refusals_word((enum refusal)i));
        query_number(query, ":count", counts[i]);
        if (!query_run(query, err)) {
            return false;
        }
    }
    return db_commit(transaction, err);
}
