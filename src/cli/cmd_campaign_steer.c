/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign pause, resume, cancel: a campaign that runs, taken by the wheel. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/conf/plan.h"
#include "muster/message/price.h"
#include "muster/store/outbox.h"

const struct call_option cmd_resume_options[] = {
    {"--budget", "AMOUNT",
     "what its texts may cost in all, more than before; unaffordable ones go"},
    ACTING_OPTIONS,
    {0},
};

enum {
    PATIENCE_MS = 2000, /* a batch that is being handed over is gone on with for less than one */
    LOOK_MS = 20,
};

/* Whether it may run: one that needs an approval, and has none of what it would send, does not.
 * What is told of a void one is kept, in the transaction that is open. */
static bool may_run(struct call *call, const struct campaign *campaign, const char **waits,
                    struct error *err)
{
    struct approval_standing standing;
    if (!approval_look(call->db, &call->config, campaign, APPROVAL_ALL_SIZES, call->arena,
                       &standing, err)) {
        return false;
    }
    *waits = approval_words(&standing, campaign, call->arena);
    return approval_settle(call->db, &standing, clock_now(), err);
}

bool cmd_set_campaign(struct call *call, const char *const *from, size_t count, const char *to,
                      struct campaign **campaign, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!cmd_find_campaign(call, call->arguments[0], campaign, err)) {
        return false;
    }
    bool allowed = false;
    for (size_t i = 0; i < count; i++) {
        allowed = allowed || text_equal((*campaign)->state, from[i]);
    }
    if (!allowed) {
        return error_set(err, ERROR_DATA, "campaign %s is %s: it cannot become %s",
                         (*campaign)->name, (*campaign)->state, to);
    }
    const char *waits = NULL;
    if (text_equal(to, "running") && !may_run(call, *campaign, &waits, err)) {
        return false;
    }
    if (waits != NULL) {
        return db_commit(transaction, err) && error_set(err, ERROR_PERMISSION, "%s", waits);
    }
    return campaigns_set_state(call->db, (*campaign)->id, to, clock_now(), err) &&
           db_commit(transaction, err);
}

/* The messages of a campaign by what is to be said of them; each is counted once. */
struct standing {
    int64_t all;
    int64_t handed; /* to a carrier, which has taken them, or may have */
    int64_t waits;
    int64_t in_air; /* being handed over now */
    int64_t not_sent;
    int64_t unaffordable; /* some of those that were not sent */
};

static bool read_standing(struct call *call, int64_t campaign_id, struct standing *standing,
                          struct error *err)
{
    static const struct {
        const char *state;
        size_t place;
    } places[] = {
        {"accepted", offsetof(struct standing, handed)},
        {"delivered", offsetof(struct standing, handed)},
        {"undelivered", offsetof(struct standing, handed)},
        {"unsure", offsetof(struct standing, handed)},
        {"queued", offsetof(struct standing, waits)},
        {"claimed", offsetof(struct standing, waits)},
        {"sending", offsetof(struct standing, in_air)},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct outbox_tally *tallies = NULL;
    size_t count = 0;
    if (!outbox_tally(call->db, campaign_id, arena, &tallies, &count, err)) {
        return false;
    }
    struct standing read = {0};
    for (size_t i = 0; i < count; i++) {
        size_t place = offsetof(struct standing, not_sent);
        for (size_t k = 0; k < ARRAY_LENGTH(places); k++) {
            place = text_equal(places[k].state, tallies[i].state) ? places[k].place : place;
        }
        *(int64_t *)(void *)((char *)&read + place) += tallies[i].count;
        read.unaffordable += text_equal(tallies[i].state, "unaffordable") ? tallies[i].count : 0;
        read.all += tallies[i].count;
    }
    *standing = read;
    return true;
}

/* Wait until nothing of it is being handed over any more: nothing new is begun, and what is has
 * mostly had its answer within a second. A carrier that hangs is not waited for. */
static bool wait_for_landing(struct call *call, int64_t campaign_id, struct standing *standing,
                             struct error *err)
{
    const int64_t until = clock_monotonic() + PATIENCE_MS;
    if (!read_standing(call, campaign_id, standing, err)) {
        return false;
    }
    while (standing->in_air > 0 && clock_monotonic() < until) {
        clock_sleep(LOOK_MS);
        if (!read_standing(call, campaign_id, standing, err)) {
            return false;
        }
    }
    return true;
}

static void print_standing(const struct standing *standing)
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
    static const char *const FROM[] = {"running", "paused"};
    struct campaign *campaign = NULL;
    struct standing standing;
    if (!cmd_set_campaign(call, FROM, ARRAY_LENGTH(FROM), "paused", &campaign, err)) {
        return false;
    }
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
    static const char *const FROM[] = {"draft", "running", "paused", "cancelled"};
    struct campaign *campaign = NULL;
    struct standing standing;
    if (!cmd_set_campaign(call, FROM, ARRAY_LENGTH(FROM), "cancelled", &campaign, err)) {
        return false;
    }
    (void)printf("campaign %s is cancelled, for good\n", campaign->name);
    if (!wait_for_landing(call, campaign->id, &standing, err) ||
        !cancel_rest(call, campaign->id, err) ||
        !read_standing(call, campaign->id, &standing, err)) {
        return false;
    }
    if (standing.handed > 0) {
        (void)puts("what was handed over already cannot be called back");
    }
    print_standing(&standing);
    return true;
}

/* The new budget, and the texts that it may pay for back in the queue. */
static bool raise_budget(struct call *call, const struct campaign *campaign, const char *amount,
                         int64_t *requeued, struct error *err)
{
    const char *currency = text_given(campaign->currency);
    int64_t budget = 0;
    if (!campaign->budgeted) {
        return error_set(err, ERROR_DATA,
                         "campaign %s has no budget: there is nothing to be raised",
                         campaign->name);
    }
    if (!plan_parse_budget(amount, &budget)) {
        return error_set(err, ERROR_USAGE,
                         "--budget is '%s', but must be an amount such as 50.00: more than 0, at"
                         " most %d",
                         amount, PLAN_BUDGET_MOST);
    }
    if (budget <= campaign->budget) {
        return error_set(err, ERROR_DATA,
                         "the budget of campaign %s is %s already, and %s is not more: --budget"
                         " says what its texts may cost in all",
                         campaign->name, price_text(campaign->budget, currency, call->arena),
                         price_text(budget, currency, call->arena));
    }
    return campaigns_set_budget(call->db, campaign->id, budget, clock_now(), requeued, err);
}

/* A campaign whose last deadline has passed has nothing to go on with. */
static bool has_time(struct call *call, const struct campaign *campaign, bool *time,
                     struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    *time = false;
    for (size_t i = 0; i < count; i++) {
        *time = *time || steps[i].deadline > clock_now();
    }
    return true;
}

/* The campaign as it was changed: it runs, or is paused until somebody approves the change; then
 * `*waits` says so. Who raised the budget approves it no more. */
static bool go_on(struct call *call, struct campaign **campaign, const struct account *account,
                  bool raised, const char **waits, struct error *err)
{
    const int64_t now = clock_now();
    const int64_t id = (*campaign)->id;
    if ((raised && account != NULL &&
         !approvals_note_hand(call->db, id, account->id, "raised its budget", now, err)) ||
        !campaigns_get(call->db, id, call->arena, campaign, err) ||
        !may_run(call, *campaign, waits, err)) {
        return false;
    }
    return (*waits != NULL && !raised) ||
           campaigns_set_state(call->db, id, *waits == NULL ? "running" : "paused", now, err);
}

/* All in one transaction, so that nobody sees a part of it. */
static bool resume(struct call *call, const struct account *account, struct campaign **campaign,
                   int64_t *requeued, bool *time, struct error *err)
{
    const char *amount = call_value(call, "--budget");
    const char *waits = NULL;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!cmd_find_campaign(call, call->arguments[0], campaign, err) ||
        !has_time(call, *campaign, time, err)) {
        return false;
    }
    const char *state = (*campaign)->state;
    const bool over = text_equal(state, "finished");
    if (!text_equal(state, "paused") && !text_equal(state, "running") &&
        !(over && amount != NULL)) {
        return error_set(err, ERROR_DATA, "campaign %s is %s: it cannot become running%s",
                         (*campaign)->name, state,
                         over && (*campaign)->budgeted
                             ? "; --budget AMOUNT sends what its budget left over"
                             : "");
    }
    if (amount != NULL && !*time) {
        return error_set(err, ERROR_DATA,
                         "the deadline of campaign %s has passed: no budget sends more of it",
                         (*campaign)->name);
    }
    if (amount != NULL && !raise_budget(call, *campaign, amount, requeued, err)) {
        return false;
    }
    if (!go_on(call, campaign, account, amount != NULL, &waits, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    return waits == NULL ||
           error_set(err, ERROR_PERMISSION, "%s%s",
                     amount == NULL ? "" : "the budget is raised, and nothing goes yet: ", waits);
}

bool cmd_campaign_resume(struct call *call, struct error *err)
{
    const char *amount = call_value(call, "--budget");
    struct campaign *campaign = NULL;
    struct standing standing;
    int64_t requeued = 0;
    bool time = false;
    struct account *account = NULL;
    if (!acting_account(call, ROLE_MAY_CAMPAIGN, "go on with campaigns", &account, err) ||
        !resume(call, account, &campaign, &requeued, &time, err)) {
        return false;
    }
    if (time) {
        (void)printf("campaign %s goes on\n", campaign->name);
    } else {
        (void)printf("the deadline of campaign %s has passed: what waits expires, and nothing is"
                     " sent\n",
                     campaign->name);
    }
    if (amount != NULL) {
        (void)printf("%lld text%s that could not be paid for wait%s again\n", (long long)requeued,
                     cmd_s(requeued), requeued == 1 ? "s" : "");
    }
    if (!read_standing(call, campaign->id, &standing, err)) {
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
