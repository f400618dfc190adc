/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Start, pause, go on, cancel; see steering.h. */
#include "muster/campaign/steering.h"

#include "muster/base/text.h"
#include "muster/campaign/expand.h"
#include "muster/conf/plan.h"
#include "muster/store/approvals.h"
#include "muster/store/outbox.h"
#include "muster/store/record.h"
#include "muster/store/steps.h"
#include "muster/store/suppressions.h"

/* The campaign as it is in the transaction that is open, and whether it still is what was shown. */
static bool find(struct db *db, const struct steering_order *order, struct arena *arena,
                 struct steering *steering, struct error *err)
{
    *steering = (struct steering){.outcome = STEERING_DONE};
    if (!campaigns_get(db, order->campaign_id, arena, &steering->campaign, err)) {
        return false;
    }
    if (steering->campaign == NULL) {
        steering->outcome = STEERING_GONE;
        return true;
    }
    steering->before = steering->campaign->state;
    if (order->seen != NULL && !text_equal(order->seen, steering->before)) {
        steering->outcome = STEERING_OVERTAKEN;
    }
    return true;
}

/* Whether it may run: one that needs an approval, and has none of what it would send, does not.
 * What is found out of a void one is kept, in the transaction that is open. */
static bool check_approval(struct db *db, const struct steering_order *order, struct arena *arena,
                           struct steering *steering, struct error *err)
{
    if (!approval_look(db, order->config, steering->campaign, APPROVAL_ALL_SIZES, arena,
                       &steering->approval, err)) {
        return false;
    }
    if (!approval_may(&steering->approval)) {
        steering->outcome = STEERING_WAITS;
    }
    return approval_settle(db, &steering->approval, order->now, err);
}

static bool is_among(const char *state, const char *const *states, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(state, states[i])) {
            return true;
        }
    }
    return false;
}

/* Put the deed down where it is kept who did what. */
static bool record(struct db *db, const struct steering_order *order, const char *deed,
                   const struct steering *steering, struct error *err)
{
    const struct record_entry entry = {
        .at = order->now,
        .account = order->account == NULL ? NULL : order->account->name,
        .deed = deed,
        .subject = steering->campaign->name,
        .detail = text_equal(steering->before, steering->campaign->state) ? "as it was" : NULL,
    };
    return record_put(db, &entry, err);
}

/* Give it the state, and read it again. */
static bool set_state(struct db *db, const struct steering_order *order, const char *to,
                      struct arena *arena, struct steering *steering, struct error *err)
{
    return campaigns_set_state(db, order->campaign_id, to, order->now, err) &&
           campaigns_get(db, order->campaign_id, arena, &steering->campaign, err);
}

/* From one of these states to another. */
struct turning {
    const char *const *from;
    size_t count;
    const char *to;
    const char *deed;
};

static bool turn(struct db *db, const struct steering_order *order, const struct turning *turning,
                 struct arena *arena, struct steering *steering, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find(db, order, arena, steering, err)) {
        return false;
    }
    if (steering->outcome == STEERING_DONE &&
        !is_among(steering->before, turning->from, turning->count)) {
        steering->outcome = STEERING_WRONG_STATE;
    }
    return (steering->outcome != STEERING_DONE ||
            (set_state(db, order, turning->to, arena, steering, err) &&
             record(db, order, turning->deed, steering, err))) &&
           db_commit(transaction, err);
}

bool steering_pause(struct db *db, const struct steering_order *order, struct arena *arena,
                    struct steering *steering, struct error *err)
{
    static const char *const FROM[] = {"running", "paused"};
    const struct turning turning = {FROM, ARRAY_LENGTH(FROM), "paused", "campaign.pause"};
    return turn(db, order, &turning, arena, steering, err);
}

bool steering_cancel(struct db *db, const struct steering_order *order, struct arena *arena,
                     struct steering *steering, struct error *err)
{
    static const char *const FROM[] = {"draft", "running", "paused", "cancelled"};
    const struct turning turning = {FROM, ARRAY_LENGTH(FROM), "cancelled", "campaign.cancel"};
    return turn(db, order, &turning, arena, steering, err);
}

bool steering_meant(struct db *db, const struct campaign *campaign, const struct step *steps,
                    size_t count, int64_t now, struct segments_size *all, struct error *err)
{
    *all = (struct segments_size){0};
    for (size_t i = 0; i < count; i++) {
        struct segments_size size = {0};
        if (!expand_is_due(&steps[i], now)) {
            continue;
        }
        if (!segments_count_step(db, steps[i].who, campaign->ballot_id, campaign->action, &size,
                                 err)) {
            return false;
        }
        all->members += size.members;
        all->sms += steps[i].uses_sms ? size.sms : 0;
        all->email += steps[i].uses_email ? size.email : 0;
    }
    return true;
}

/* Whether there still is time for one of the steps. */
static bool is_in_time(const struct step *steps, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].deadline > now) {
            return true;
        }
    }
    return false;
}

/* A draft that means nobody stays one: its words are wrong, or the list is not in yet. Whom a step
 * means whose turn comes later is found then. */
static bool check_anybody(struct db *db, const struct steering_order *order,
                          struct steering *steering, struct error *err)
{
    struct segments_size size;
    bool due = false;
    for (size_t i = 0; i < steering->step_count; i++) {
        const struct step *step = &steering->steps[i];
        due = due || (expand_is_due(step, order->now) && step->deadline > order->now);
    }
    if (!text_equal(steering->before, "draft") || !due) {
        return true;
    }
    if (!steering_meant(db, steering->campaign, steering->steps, steering->step_count, order->now,
                        &size, err)) {
        return false;
    }
    if (size.members == 0) {
        steering->outcome = STEERING_NOBODY;
    }
    return true;
}

/* In the order in which people are best told: what cannot be mended first. */
static bool check_start(struct db *db, const struct steering_order *order, struct arena *arena,
                        struct steering *steering, struct error *err)
{
    static const char *const FROM[] = {"draft", "running"};
    if (!campaigns_steps(db, order->campaign_id, arena, &steering->steps, &steering->step_count,
                         err)) {
        return false;
    }
    if (!is_in_time(steering->steps, steering->step_count, order->now)) {
        steering->outcome = STEERING_LATE;
        return true;
    }
    if (!is_among(steering->before, FROM, ARRAY_LENGTH(FROM))) {
        steering->outcome = STEERING_WRONG_STATE;
        return true;
    }
    return check_anybody(db, order, steering, err) &&
           (steering->outcome != STEERING_DONE || check_approval(db, order, arena, steering, err));
}

bool steering_start(struct db *db, const struct steering_order *order, struct arena *arena,
                    struct steering *steering, struct error *err)
{
    int64_t ended = 0;
    if (!suppressions_end(db, order->now, &ended, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find(db, order, arena, steering, err)) {
        return false;
    }
    if (steering->outcome == STEERING_DONE && !check_start(db, order, arena, steering, err)) {
        return false;
    }
    return (steering->outcome != STEERING_DONE ||
            (set_state(db, order, "running", arena, steering, err) &&
             record(db, order, "campaign.start", steering, err))) &&
           db_commit(transaction, err);
}

/* The step whose budget is to be raised, where it is one's own. */
static void find_step(const struct steering_raise *raise, struct steering *steering)
{
    if (raise->step == NULL) {
        return;
    }
    for (size_t i = 0; i < steering->step_count; i++) {
        if (text_equal(steering->steps[i].name, raise->step)) {
            steering->step = &steering->steps[i];
        }
    }
    if (steering->step == NULL) {
        steering->outcome = STEERING_NO_STEP;
    }
}

/* Whether the amount is one, and more than what was allowed before. */
static void check_amount(const struct steering_raise *raise, struct steering *steering)
{
    const struct step *step = steering->step;
    const bool any = step == NULL ? steering->campaign->budgeted : step->budget > 0;
    const int64_t before = step == NULL ? steering->campaign->budget : step->budget;
    if (!any) {
        steering->outcome = STEERING_NO_BUDGET;
    } else if (!plan_parse_budget(raise->amount, &steering->budget)) {
        steering->outcome = STEERING_NO_AMOUNT;
    } else if (steering->budget <= before) {
        steering->outcome = STEERING_NOT_MORE;
    }
}

/* The new budget, and the texts that it may pay for back in the queue. */
static bool raise_budget(struct db *db, const struct steering_order *order,
                         const struct steering_raise *raise, struct steering *steering,
                         struct error *err)
{
    find_step(raise, steering);
    if (steering->outcome == STEERING_DONE) {
        check_amount(raise, steering);
    }
    if (steering->outcome != STEERING_DONE) {
        return true;
    }
    steering->raised = true;
    return (steering->step == NULL ? campaigns_set_budget(db, order->campaign_id, steering->budget,
                                                          order->now, &steering->requeued, err)
                                   : steps_set_budget(db, steering->step->id, steering->budget,
                                                      order->now, &steering->requeued, err)) &&
           (order->account == NULL ||
            approvals_note_hand(db, order->campaign_id, order->account->id, "raised its budget",
                                order->now, err));
}

/* A campaign whose last deadline has passed has nothing to go on with. */
static bool check_resume(struct db *db, const struct steering_order *order, bool raises,
                         struct arena *arena, struct steering *steering, struct error *err)
{
    const char *state = steering->before;
    if (!campaigns_steps(db, order->campaign_id, arena, &steering->steps, &steering->step_count,
                         err)) {
        return false;
    }
    steering->in_time = is_in_time(steering->steps, steering->step_count, order->now);
    if (!text_equal(state, "paused") && !text_equal(state, "running") &&
        !(text_equal(state, "finished") && raises)) {
        steering->outcome = STEERING_WRONG_STATE;
    } else if (raises && !steering->in_time) {
        steering->outcome = STEERING_TOO_LATE;
    }
    return true;
}

/* The campaign as it was changed: it runs, or is paused until somebody approves the change. */
static bool go_on(struct db *db, const struct steering_order *order, struct arena *arena,
                  struct steering *steering, struct error *err)
{
    if (!campaigns_get(db, order->campaign_id, arena, &steering->campaign, err) ||
        !check_approval(db, order, arena, steering, err)) {
        return false;
    }
    const bool waits = steering->outcome == STEERING_WAITS;
    if (waits && !steering->raised) {
        return true;
    }
    return set_state(db, order, waits ? "paused" : "running", arena, steering, err) &&
           record(db, order, steering->raised ? "campaign.budget" : "campaign.resume", steering,
                  err);
}

bool steering_resume(struct db *db, const struct steering_order *order,
                     const struct steering_raise *raise, struct arena *arena,
                     struct steering *steering, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find(db, order, arena, steering, err) ||
        (steering->outcome == STEERING_DONE &&
         !check_resume(db, order, raise != NULL, arena, steering, err)) ||
        (steering->outcome == STEERING_DONE && raise != NULL &&
         !raise_budget(db, order, raise, steering, err)) ||
        (steering->outcome == STEERING_DONE && !go_on(db, order, arena, steering, err))) {
        return false;
    }
    return db_commit(transaction, err);
}

void steering_standing_add(struct steering_standing *standing, const char *state, int64_t count)
{
    static const struct {
        const char *state;
        size_t place;
    } places[] = {
        {"accepted", offsetof(struct steering_standing, handed)},
        {"delivered", offsetof(struct steering_standing, handed)},
        {"undelivered", offsetof(struct steering_standing, handed)},
        {"unsure", offsetof(struct steering_standing, handed)},
        {"queued", offsetof(struct steering_standing, waits)},
        {"claimed", offsetof(struct steering_standing, waits)},
        {"sending", offsetof(struct steering_standing, in_air)},
    };
    size_t place = offsetof(struct steering_standing, not_sent);
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        place = text_equal(places[i].state, state) ? places[i].place : place;
    }
    *(int64_t *)(void *)((char *)standing + place) += count;
    standing->unaffordable += text_equal(state, "unaffordable") ? count : 0;
    standing->all += count;
}

bool steering_standing(struct db *db, int64_t campaign_id, struct steering_standing *standing,
                       struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct outbox_tally *tallies = NULL;
    size_t count = 0;
    if (!outbox_tally(db, campaign_id, arena, &tallies, &count, err)) {
        return false;
    }
    struct steering_standing read = {0};
    for (size_t i = 0; i < count; i++) {
        steering_standing_add(&read, tallies[i].state, tallies[i].count);
    }
    *standing = read;
    return true;
}
