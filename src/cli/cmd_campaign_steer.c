/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign pause, resume, cancel: a campaign that runs, taken by the wheel. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/steering.h"
#include "muster/conf/plan.h"
#include "muster/message/price.h"
#include "muster/store/outbox.h"

const struct call_option cmd_resume_options[] = {
    {"--budget", "AMOUNT",
     "what its texts may cost in all, more than before; unaffordable ones go"},
    {"--step", "STEP", "it is the budget of this step's own"},
    ACTING_OPTIONS,
    {0},
};

enum {
    PATIENCE_MS = 2000, /* a batch that is being handed over is gone on with for less than one */
    LOOK_MS = 20,
};

bool cmd_steer_order(struct call *call, const struct account *account, struct steering_order *order,
                     struct error *err)
{
    struct campaign *campaign = NULL;
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err)) {
        return false;
    }
    *order = (struct steering_order){.config = &call->config,
                                     .campaign_id = campaign->id,
                                     .account = account,
                                     .now = clock_now()};
    return true;
}

/* "campaign pay", "step first of campaign pay". */
static const char *budget_owner(struct call *call, const struct steering *steering)
{
    return arena_printf(call->arena, "%s%s%scampaign %s", steering->step == NULL ? "" : "step ",
                        steering->step == NULL ? "" : steering->step->name,
                        steering->step == NULL ? "" : " of ", steering->campaign->name);
}

/* The new budget is not more than the one that there is. */
static bool refuse_budget(struct call *call, const struct steering *steering, struct error *err)
{
    const struct campaign *campaign = steering->campaign;
    const char *currency = text_given(campaign->currency);
    const int64_t before = steering->step == NULL ? campaign->budget : steering->step->budget;
    return error_set(err, ERROR_DATA,
                     "the budget of %s is %s already, and %s is not more: --budget says what its"
                     " texts may cost in all",
                     budget_owner(call, steering), price_text(before, currency, call->arena),
                     price_text(steering->budget, currency, call->arena));
}

bool cmd_steer_done(struct call *call, const struct steering *steering, const char *to,
                    struct error *err)
{
    const struct campaign *campaign = steering->campaign;
    if (campaign == NULL) { /* STEERING_GONE */
        return error_set(err, ERROR_DATA, "there is no campaign '%s'", call->arguments[0]);
    }
    const char *name = campaign->name;
    switch (steering->outcome) {
    case STEERING_DONE:
    case STEERING_GONE: return true;
    case STEERING_OVERTAKEN:
    case STEERING_WRONG_STATE:
        return error_set(err, ERROR_DATA, "campaign %s is %s: it cannot become %s%s", name,
                         steering->before, to,
                         text_equal(to, "running") && text_equal(steering->before, "finished") &&
                                 campaign->budgeted
                             ? "; resume with --budget AMOUNT sends what its budget left over"
                             : "");
    case STEERING_LATE:
        return error_set(err, ERROR_DATA, "campaign %s cannot be started: its deadline has passed",
                         name);
    case STEERING_NOBODY:
        return error_set(err, ERROR_DATA, "campaign %s is not started: it means nobody%s", name,
                         campaign->ballot_id == 0 ? "" : " who is entitled in its ballot");
    case STEERING_WAITS:
        return error_set(err, ERROR_PERMISSION, "%s%s",
                         steering->raised ? "the budget is raised, and nothing goes yet: " : "",
                         approval_words(&steering->approval, campaign, call->arena));
    case STEERING_NO_STEP:
        return error_set(err, ERROR_DATA, "campaign %s has no step '%s'", name,
                         call_value(call, "--step"));
    case STEERING_NO_BUDGET:
        return error_set(err, ERROR_DATA, "%s has no budget: there is nothing to be raised",
                         budget_owner(call, steering));
    case STEERING_NO_AMOUNT:
        return error_set(err, ERROR_USAGE,
                         "--budget is '%s', but must be an amount such as 50.00: more than 0, at"
                         " most %d",
                         call_value(call, "--budget"), PLAN_BUDGET_MOST);
    case STEERING_NOT_MORE: return refuse_budget(call, steering, err);
    case STEERING_TOO_LATE:
        return error_set(err, ERROR_DATA,
                         "the deadline of campaign %s has passed: no budget sends more of it",
                         name);
    }
    return true;
}

/* Wait until nothing of it is being handed over any more: nothing new is begun, and what is has
 * mostly had its answer within a second. A carrier that hangs is not waited for. */
static bool wait_for_landing(struct call *call, int64_t campaign_id,
                             struct steering_standing *standing, struct error *err)
{
    const int64_t until = clock_monotonic() + PATIENCE_MS;
    if (!steering_standing(call->db, campaign_id, standing, err)) {
        return false;
    }
    while (standing->in_air > 0 && clock_monotonic() < until) {
        clock_sleep(LOOK_MS);
        if (!steering_standing(call->db, campaign_id, standing, err)) {
            return false;
        }
    }
    return true;
}

static void print_standing(const struct steering_standing *standing)
{
    (void)printf("of %lld message%s %lld %s handed over, %lld wait%s, %lld %s not sent, %lld %s in"
                 " the air\n",
                 (long long)standing->all, cmd_s(standing->all), (long long)standing->handed,
                 standing->handed == 1 ? "was" : "were", (long long)standing->waits,
                 standing->waits == 1 ? "s" : "", (long long)standing->not_sent,
                 standing->not_sent == 1 ? "was" : "were", (long long)standing->in_air,
                 standing->in_air == 1 ? "is" : "are");
    if (standing->in_air > 0) {
        (void)puts("a carrier has not answered yet for those in the air: they may have gone, and"
                   " nothing more goes");
    }
}

bool cmd_campaign_pause(struct call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    struct steering_standing standing;
    if (!cmd_steer_order(call, NULL, &order, err) ||
        !steering_pause(call->db, &order, call->arena, &steering, err) ||
        !cmd_steer_done(call, &steering, "paused", err)) {
        return false;
    }
    const struct campaign *campaign = steering.campaign;
    (void)printf("campaign %s is paused\n", campaign->name);
    if (!wait_for_landing(call, campaign->id, &standing, err)) {
        return false;
    }
    print_standing(&standing);
    return true;
}

/* What the carriers have given back meanwhile, for another try, is cancelled too. */
static bool cancel_rest(struct call *call, int64_t campaign_id, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return outbox_cancel(call->db, campaign_id, clock_now(), err) && db_commit(transaction, err);
}

bool cmd_campaign_cancel(struct call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    struct steering_standing standing;
    if (!cmd_steer_order(call, call->actor, &order, err) ||
        !steering_cancel(call->db, &order, call->arena, &steering, err) ||
        !cmd_steer_done(call, &steering, "cancelled", err)) {
        return false;
    }
    const struct campaign *campaign = steering.campaign;
    (void)printf("campaign %s is cancelled, for good\n", campaign->name);
    if (!wait_for_landing(call, campaign->id, &standing, err) ||
        !cancel_rest(call, campaign->id, err) ||
        !steering_standing(call->db, campaign->id, &standing, err)) {
        return false;
    }
    if (standing.handed > 0) {
        (void)puts("what was handed over already cannot be called back");
    }
    print_standing(&standing);
    return true;
}

bool cmd_campaign_resume(struct call *call, struct error *err)
{
    const struct steering_raise raise = {.amount = call_value(call, "--budget"),
                                         .step = call_value(call, "--step")};
    struct steering_order order;
    struct steering steering;
    struct steering_standing standing;
    struct account *account = NULL;
    if (raise.step != NULL && raise.amount == NULL) {
        return error_set(err, ERROR_USAGE, "--step says whose --budget it is");
    }
    if (!acting_account(call, ROLE_MAY_CAMPAIGN, "go on with campaigns", &account, err) ||
        !cmd_steer_order(call, account, &order, err) ||
        !steering_resume(call->db, &order, raise.amount == NULL ? NULL : &raise, call->arena,
                         &steering, err) ||
        !cmd_steer_done(call, &steering, "running", err)) {
        return false;
    }
    const struct campaign *campaign = steering.campaign;
    const int64_t requeued = steering.requeued;
    if (steering.in_time) {
        (void)printf("campaign %s goes on\n", campaign->name);
    } else {
        (void)printf("the deadline of campaign %s has passed: what waits expires, and nothing is"
                     " sent\n",
                     campaign->name);
    }
    if (raise.amount != NULL) {
        (void)printf("%lld text%s that could not be paid for wait%s again\n", (long long)requeued,
                     cmd_s(requeued), requeued == 1 ? "s" : "");
    }
    if (!steering_standing(call->db, campaign->id, &standing, err)) {
        return false;
    }
    print_standing(&standing);
    if (standing.unaffordable > 0) {
        (void)printf("%lld text%s cannot be paid for: muster campaign resume %s --budget AMOUNT\n",
                     (long long)standing.unaffordable, cmd_s(standing.unaffordable),
                     campaign->name);
    }
    return true;
}
