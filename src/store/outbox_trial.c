/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses that have a message already, in a table of the connection's own. */
#include "muster/store/outbox_trial.h"

#include "query.h"

bool outbox_trial_begin(struct db *db, struct error *err)
{
    static const char MAKE[] =
        "CREATE TEMPORARY TABLE IF NOT EXISTS outbox_trial (step_id INTEGER NOT NULL,"
        " address_key BLOB NOT NULL, PRIMARY KEY (step_id, address_key))";
    static const char CLEAR[] = "DELETE FROM outbox_trial";
    CLEANUP(query_end) struct query *make = query_begin(db, MAKE);
    if (!query_run(make, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *clear = query_begin(db, CLEAR);
    return query_run(clear, err);
}

bool outbox_trial_put(struct db *db, const struct outbox_message *message, bool *queued,
                      struct error *err)
{
    static const char PUT[] = "INSERT INTO outbox_trial (step_id, address_key) SELECT :step, :key"
                              " WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.step_id = :step"
                              "     AND o.address_key = :key AND o.withheld = 0)"
                              " ON CONFLICT DO NOTHING";
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(db, message->channel, message->address, key);
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":step", message->step_id);
    query_blob(query, ":key", key, sizeof key);
    if (!query_run(query, err)) {
        return false;
    }
    *queued = query_changes(query) > 0;
    return true;
}
