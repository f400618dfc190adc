/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A draft that is written anew under its name: who had a hand in it, and its approvals, stay. */
#include "campaigns_row.h"

/* Take the steps away, and what is known of each. A draft has neither messages nor lots. */
static bool drop_steps(struct db *db, int64_t campaign_id, struct error *err)
{
    static const char *const DROP[] = {
        "DELETE FROM step_template WHERE step_id IN"
        " (SELECT id FROM step WHERE campaign_id = :campaign)",
        "DELETE FROM step_variant WHERE step_id IN"
        " (SELECT id FROM step WHERE campaign_id = :campaign)",
        "DELETE FROM step WHERE campaign_id = :campaign",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(DROP); i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, DROP[i]);
        query_number(query, ":campaign", campaign_id);
        if (!query_run(query, err)) {
            return false;
        }
    }
    return true;
}

bool campaigns_remake(struct db *db, const struct campaign *campaign, struct error *err)
{
    static const char REMAKE[] =
        "UPDATE campaign SET title = :title, ballot_id = :ballot, at = :at, details = :details,"
        " hours_sms = :hours_sms, hours_email = :hours_email, hours_why = :hours_why,"
        " budget = :budget, currency = :currency, purpose = :purpose, action_id = :action,"
        " replies_to = NULL WHERE id = :id AND state = 'draft' AND urgent = 0"
        " AND NOT EXISTS (SELECT 1 FROM outbox o JOIN step t ON t.id = o.step_id"
        "     WHERE t.campaign_id = :id)";
    CLEANUP(query_end) struct query *query = query_begin(db, REMAKE);
    query_number(query, ":id", campaign->id);
    campaigns_bind(query, campaign);
    if (!query_run(query, err)) {
        return false;
    }
    if (query_changes(query) == 0) {
        return error_set(err, ERROR_TEMPORARY, "campaign %s is no draft any more", campaign->name);
    }
    return drop_steps(db, campaign->id, err);
}
