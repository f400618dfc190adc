/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a reply is; see assignments.h. */
#include "muster/store/assignments.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/store/accounts.h"
#include "query.h"

bool assignments_check(struct db *db, const char *person, struct error *err)
{
    bool exist = false;
    struct account *account = NULL;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (text_empty(person) || person[strcspn(person, " \t\r\n")] != '\0') {
        return error_set(err, ERROR_USAGE,
                         "a person is named by one word, such as asha, and not '%.40s'", person);
    }
    if (!accounts_exist(db, &exist, err) || !accounts_find(db, person, arena, &account, err)) {
        return false;
    }
    if (!exist) {
        return true;
    }
    if (account == NULL) {
        return error_set(err, ERROR_DATA, "there is no account '%.40s'", person);
    }
    return (account->disabled_at == 0 && role_may(account->role, ROLE_MAY_CAMPAIGN)) ||
           error_set(err, ERROR_DATA, "the account %s may not answer members", person);
}

bool assignments_set_default(struct db *db, int64_t campaign_id, const char *person,
                             struct error *err)
{
    static const char SET[] = "UPDATE campaign SET replies_to = :person WHERE id = :campaign";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_text(query, ":person", person);
    query_number(query, ":campaign", campaign_id);
    return query_run(query, err);
}

bool assignments_arrive(struct db *db, int64_t reply_id, struct error *err)
{
    static const char ARRIVE[] =
        "UPDATE reply SET assigned_at = at, assigned = (SELECT k.replies_to FROM outbox o"
        " JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"
        " WHERE o.id = reply.outbox_id) WHERE id = :reply AND assigned_at IS NULL"
        " AND meaning IN ('other', 'hold') AND EXISTS (SELECT 1 FROM outbox o"
        " JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"
        " WHERE o.id = reply.outbox_id AND k.replies_to IS NOT NULL)";
    CLEANUP(query_end) struct query *query = query_begin(db, ARRIVE);
    query_number(query, ":reply", reply_id);
    return query_run(query, err);
}

bool assignments_give(struct db *db, int64_t reply_id, const char *person, int64_t at,
                      struct error *err)
{
    static const char GIVE[] = "UPDATE reply SET assigned = :person, assigned_at = :at,"
                               " done_at = NULL WHERE id = :reply";
    CLEANUP(query_end) struct query *query = query_begin(db, GIVE);
    query_text(query, ":person", person);
    query_number(query, ":at", at);
    query_number(query, ":reply", reply_id);
    return query_run(query, err);
}

bool assignments_done(struct db *db, int64_t reply_id, int64_t at, struct error *err)
{
    static const char DONE[] = "UPDATE reply SET done_at = COALESCE(done_at, :at)"
                               " WHERE id = :reply";
    CLEANUP(query_end) struct query *query = query_begin(db, DONE);
    query_number(query, ":at", at);
    query_number(query, ":reply", reply_id);
    return query_run(query, err);
}
