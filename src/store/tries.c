/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failed tries by account and address; see tries.h. */
#include "tries.h"

#include "muster/base/clock.h"
#include "query.h"

static const int64_t KEPT = 24 * CLOCK_HOUR;

bool tries_find(struct db *db, int64_t account_id, const char *from, struct tries *tries,
                struct error *err)
{
    static const char FIND[] = "SELECT failures, locked_until FROM sign_in_try"
                               " WHERE account_id = :account AND address = :from";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    *tries = (struct tries){0};
    query_number(query, ":account", account_id);
    query_text(query, ":from", from);
    if (query_step(query)) {
        *tries = (struct tries){query_column(query, 0), query_column(query, 1)};
    }
    return query_ok(query, err);
}

/* That of the address, and those that are old. */
static bool forget(struct db *db, int64_t account_id, const char *from, int64_t now,
                   struct error *err)
{
    static const char FORGET[] = "DELETE FROM sign_in_try WHERE (account_id = :account"
                                 " AND address = :from) OR at < :old";
    CLEANUP(query_end) struct query *query = query_begin(db, FORGET);
    query_number(query, ":account", account_id);
    query_text(query, ":from", from);
    query_number(query, ":old", now - KEPT);
    return query_run(query, err);
}

bool tries_put(struct db *db, int64_t account_id, const char *from, const struct tries *tries,
               int64_t now, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO sign_in_try (account_id, address, failures, locked_until, at)"
        " VALUES (:account, :from, :failures, :until, :now)";
    if (!forget(db, account_id, from, now, err)) {
        return false;
    }
    if (tries->failures == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":account", account_id);
    query_text(query, ":from", from);
    query_number(query, ":failures", tries->failures);
    query_number(query, ":until", tries->locked_until);
    query_number(query, ":now", now);
    return query_run(query, err);
}
