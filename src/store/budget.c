/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What texts cost, against what they may cost. */
#include "budget.h"

#include "muster/base/text.h"
#include "query.h"

bool budget_read(struct db *db, int64_t step_id, const char *currency, struct budget *budget,
                 struct error *err)
{
    static const char READ[] =
        "SELECT k.id, k.budget IS NOT NULL, COALESCE(k.budget, 0) - k.spent,"
        " COALESCE(k.currency <> :currency, 0),"
        " k.budget IS NOT NULL AND EXISTS (SELECT 1 FROM outbox o JOIN step t ON t.id = o.step_id"
        "     WHERE t.campaign_id = k.id AND o.state = 'unaffordable'),"
        " k.budget IS NOT NULL AND EXISTS (SELECT 1 FROM outbox o JOIN step t ON t.id = o.step_id"
        "     WHERE t.campaign_id = k.id AND o.state = 'sending' AND o.cost > 0)"
        " FROM campaign k JOIN step s ON s.campaign_id = k.id WHERE s.id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":step", step_id);
    query_text(query, ":currency", text_given(currency));
    if (query_step(query)) {
        *budget = (struct budget){
            .campaign_id = query_column(query, 0),
            .given = query_column(query, 1) != 0,
            .left = query_column(query, 2),
            .foreign = query_column(query, 3) != 0,
            .over = query_column(query, 4) != 0,
            .in_air = query_column(query, 5) != 0,
            .currency = text_given(currency),
        };
    }
    return query_ok(query, err);
}

int64_t budget_cost(const struct budget *budget, const struct outbox_release *release)
{
    return budget->foreign ? -1 : release->cost;
}

/* A text that was handed over before, and came back: it goes again if it can be paid for. */
static bool was_tried(struct db *db, int64_t id, bool *tried, struct error *err)
{
    static const char TRIED[] = "SELECT attempt > 0 FROM outbox WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, TRIED);
    query_number(query, ":id", id);
    *tried = query_step(query) && query_column(query, 0) != 0;
    return query_ok(query, err);
}

bool budget_judge(struct db *db, const struct budget *budget, const struct outbox_release *release,
                  bool *paid, struct budget_refusal *refused, struct error *err)
{
    const int64_t cost = budget_cost(budget, release);
    bool tried = false;
    *paid = true;
    if (!budget->given || release->parts == 0) {
        return true;
    }
    if (cost < 0) {
        *paid = false;
        *refused = (struct budget_refusal){
            "withheld", "there is a budget, and what this text costs is not known", false};
        return true;
    }
    if (budget->over && cost <= budget->left && !was_tried(db, release->id, &tried, err)) {
        return false;
    }
    *paid = cost <= budget->left && (!budget->over || tried) && !budget->ends;
    const bool waits = !budget->over && !budget->ends && (budget->in_air || budget->spent > 0);
    *refused =
        waits ? (struct budget_refusal){"queued", "what is under way may use up the budget", false}
              : (struct budget_refusal){"unaffordable", "the budget is spent", true};
    return true;
}

void budget_spend(struct budget *budget, const struct outbox_release *release)
{
    const int64_t cost = budget_cost(budget, release);
    if (cost > 0) {
        budget->left -= cost;
        budget->spent += cost;
    }
}

bool budget_settle(struct db *db, const struct budget *budget, int64_t now, struct error *err)
{
    static const char SPEND[] = "UPDATE campaign SET spent = spent + :spent,"
                                " currency = COALESCE(currency, :currency) WHERE id = :campaign";
    static const char STOP[] =
        "UPDATE outbox SET state = 'unaffordable', reason = 'the budget is spent',"
        " changed_at = :now WHERE channel = 'sms' AND state = 'queued'"
        " AND step_id IN (SELECT id FROM step WHERE campaign_id = :campaign)";
    if (budget->spent > 0) {
        CLEANUP(query_end) struct query *spend = query_begin(db, SPEND);
        query_number(spend, ":spent", budget->spent);
        query_text(spend, ":currency", budget->currency);
        query_number(spend, ":campaign", budget->campaign_id);
        if (!query_run(spend, err)) {
            return false;
        }
    }
    if (!budget->ends) {
        return true;
    }
    CLEANUP(query_end) struct query *stop = query_begin(db, STOP);
    query_number(stop, ":now", now);
    query_number(stop, ":campaign", budget->campaign_id);
    return query_run(stop, err);
}

bool budget_give_back(struct db *db, int64_t id, struct error *err)
{
    static const char REFUND[] =
        "UPDATE campaign SET spent = spent - o.cost FROM outbox o JOIN step s ON s.id = o.step_id"
        " WHERE o.id = :id AND o.cost IS NOT NULL AND campaign.id = s.campaign_id";
    static const char NOTE[] =
        "UPDATE outbox SET given_back = CASE given_back WHEN 0 THEN 0 ELSE cost END, cost = NULL"
        " WHERE id = :id AND cost IS NOT NULL";
    CLEANUP(query_end) struct query *refund = query_begin(db, REFUND);
    CLEANUP(query_end) struct query *note = query_begin(db, NOTE);
    query_number(refund, ":id", id);
    query_number(note, ":id", id);
    return query_run(refund, err) && query_run(note, err);
}
