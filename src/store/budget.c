/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What texts cost, against what they may cost. What a step spends its campaign has spent: that is
 * the trigger's (triggers.sql). */
#include "budget.h"

#include "muster/base/text.h"
#include "query.h"

bool budget_read(struct db *db, int64_t step_id, const char *currency, struct budget *budget,
                 struct error *err)
{
    static const char READ[] =
        "SELECT k.id, COALESCE(k.currency <> :currency, 0),"
        " k.budget IS NOT NULL, COALESCE(k.budget, 0) - k.spent,"
        " k.budget IS NOT NULL AND EXISTS (SELECT 1 FROM outbox o JOIN step t ON t.id = o.step_id"
        "     WHERE t.campaign_id = k.id AND t.overspent = 0 AND o.state = 'unaffordable'),"
        " k.budget IS NOT NULL AND EXISTS (SELECT 1 FROM outbox o JOIN step t ON t.id = o.step_id"
        "     WHERE t.campaign_id = k.id AND o.state = 'sending' AND o.cost > 0),"
        " s.budget IS NOT NULL, COALESCE(s.budget, 0) - s.spent, s.overspent,"
        " s.budget IS NOT NULL AND EXISTS (SELECT 1 FROM outbox o"
        "     WHERE o.step_id = s.id AND o.state = 'sending' AND o.cost > 0)"
        " FROM campaign k JOIN step s ON s.campaign_id = k.id WHERE s.id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":step", step_id);
    query_text(query, ":currency", text_given(currency));
    if (query_step(query)) {
        *budget = (struct budget){
            .campaign_id = query_column(query, 0),
            .step_id = step_id,
            .foreign = query_column(query, 1) != 0,
            .campaign = {.given = query_column(query, 2) != 0,
                         .left = query_column(query, 3),
                         .over = query_column(query, 4) != 0,
                         .in_air = query_column(query, 5) != 0},
            .step = {.given = query_column(query, 6) != 0,
                     .left = query_column(query, 7),
                     .over = query_column(query, 8) != 0,
                     .in_air = query_column(query, 9) != 0},
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

/* Whether this one pays for a text of this cost; `tried`: it was handed over before. */
static bool pays(const struct purse *purse, int64_t cost, bool tried)
{
    return !purse->given || (cost <= purse->left && (!purse->over || tried) && !purse->ends);
}

static struct budget_refusal refusal_of(const struct budget *budget, struct purse *purse,
                                        const char *reason)
{
    const bool waits = !purse->over && !purse->ends && (purse->in_air || budget->spent > 0);
    return waits
               ? (struct budget_refusal){"queued", "what is under way may use up the budget", NULL}
               : (struct budget_refusal){"unaffordable", reason, purse};
}

bool budget_judge(struct db *db, struct budget *budget, const struct outbox_release *release,
                  bool *paid, struct budget_refusal *refused, struct error *err)
{
    const int64_t cost = budget_cost(budget, release);
    bool tried = false;
    *paid = true;
    if (release->parts == 0 || (!budget->campaign.given && !budget->step.given)) {
        return true;
    }
    if (cost < 0) {
        *paid = false;
        *refused = (struct budget_refusal){
            "withheld", "there is a budget, and what this text costs is not known", NULL};
        return true;
    }
    if ((budget->campaign.over || budget->step.over) && !was_tried(db, release->id, &tried, err)) {
        return false;
    }
    if (!pays(&budget->campaign, cost, tried)) {
        *paid = false;
        *refused = refusal_of(budget, &budget->campaign, "the budget is spent");
    } else if (!pays(&budget->step, cost, tried)) {
        *paid = false;
        *refused = refusal_of(budget, &budget->step, "the budget of the step is spent");
    }
    return true;
}

void budget_spend(struct budget *budget, const struct outbox_release *release)
{
    const int64_t cost = budget_cost(budget, release);
    if (cost > 0) {
        budget->campaign.left -= cost;
        budget->step.left -= cost;
        budget->spent += cost;
    }
}

static bool write_spent(struct db *db, const struct budget *budget, struct error *err)
{
    static const char SPEND[] = "UPDATE step SET spent = spent + :spent WHERE id = :step";
    static const char NAME[] =
        "UPDATE campaign SET currency = :currency WHERE id = :campaign AND currency IS NULL";
    CLEANUP(query_end) struct query *spend = query_begin(db, SPEND);
    CLEANUP(query_end) struct query *name = query_begin(db, NAME);
    query_number(spend, ":spent", budget->spent);
    query_number(spend, ":step", budget->step_id);
    query_text(name, ":currency", budget->currency);
    query_number(name, ":campaign", budget->campaign_id);
    return query_run(spend, err) && query_run(name, err);
}

/* The texts of all steps, for one reason. */
static bool end_campaign(struct db *db, const struct budget *budget, int64_t now, struct error *err)
{
    static const char STOP[] =
        "UPDATE outbox SET state = 'unaffordable', reason = 'the budget is spent',"
        " changed_at = :now WHERE channel = 'sms' AND state = 'queued'"
        " AND step_id IN (SELECT id FROM step WHERE campaign_id = :campaign)";
    CLEANUP(query_end) struct query *stop = query_begin(db, STOP);
    query_number(stop, ":now", now);
    query_number(stop, ":campaign", budget->campaign_id);
    return query_run(stop, err);
}

static bool end_step(struct db *db, const struct budget *budget, int64_t now, struct error *err)
{
    static const char NOTE[] = "UPDATE step SET overspent = 1 WHERE id = :step";
    static const char STOP[] =
        "UPDATE outbox SET state = 'unaffordable', reason = 'the budget of the step is spent',"
        " changed_at = :now WHERE channel = 'sms' AND state = 'queued' AND step_id = :step";
    CLEANUP(query_end) struct query *note = query_begin(db, NOTE);
    CLEANUP(query_end) struct query *stop = query_begin(db, STOP);
    query_number(note, ":step", budget->step_id);
    query_number(stop, ":now", now);
    query_number(stop, ":step", budget->step_id);
    return query_run(note, err) && query_run(stop, err);
}

bool budget_settle(struct db *db, const struct budget *budget, int64_t now, struct error *err)
{
    return (budget->spent == 0 || write_spent(db, budget, err)) &&
           (!budget->campaign.ends || end_campaign(db, budget, now, err)) &&
           (!budget->step.ends || end_step(db, budget, now, err));
}

bool budget_give_back(struct db *db, int64_t id, struct error *err)
{
    static const char REFUND[] = "UPDATE step SET spent = spent - o.cost FROM outbox o"
                                 " WHERE o.id = :id AND o.cost IS NOT NULL AND step.id = o.step_id";
    static const char NOTE[] =
        "UPDATE outbox SET given_back = CASE given_back WHEN 0 THEN 0 ELSE cost END, cost = NULL"
        " WHERE id = :id AND cost IS NOT NULL";
    CLEANUP(query_end) struct query *refund = query_begin(db, REFUND);
    CLEANUP(query_end) struct query *note = query_begin(db, NOTE);
    query_number(refund, ":id", id);
    query_number(note, ":id", id);
    return query_run(refund, err) && query_run(note, err);
}
