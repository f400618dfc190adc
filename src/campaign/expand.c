/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message a member, on the channel that reaches them. */
#include "muster/campaign/expand.h"

#include "choice.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "second.h"

/* Draw for a member in a step that tries something, and put it down with their message, in one
 * transaction: nobody is drawn for who is not written to, nor the other way round. */
static bool draw(const struct choice *choice, struct recipient *recipient, int64_t now,
                 struct expand_tally *tally, bool *held, struct error *err)
{
    struct trials_lot lot;
    bool fresh = false;
    if (!choice_draw(choice, recipient, &lot, err) ||
        (trials_tries(&choice->trial) &&
         !trials_put_member(choice->db, choice->step->id, &choice->trial, recipient->member.id,
                            &lot, now, &fresh, err))) {
        return false;
    }
    *held = lot.arm == TRIAL_HELD_OUT;
    tally->held_out += *held && fresh;
    return true;
}

/* One message a member, and one an address: who shares a handset that has its message already
 * gets a mail, if there is one to send it to. */
static bool expand_one(const struct expand_setting *setting, const struct choice *choice,
                       struct recipient *recipient, int64_t now, struct arena *arena,
                       struct expand_tally *tally, struct error *err)
{
    enum channel channels[CHANNEL_COUNT];
    bool has = false;
    bool queued = false;
    bool held = false;
    const size_t count = choice_channels(choice, recipient, channels);
    if (!outbox_has(choice->db, choice->step->id, recipient->member.id, &has, err)) {
        return false;
    }
    if (has) { /* from an expansion before this one */
        return true;
    }
    tally->members++;
    if (count > 0 && !draw(choice, recipient, now, tally, &held, err)) {
        return false;
    }
    for (size_t i = 0; i < count && !queued && !held; i++) {
        const struct choice_going going = {
            .channel = channels[i], .now = now, .pools = setting->pools};
        if (!choice_queue(choice, recipient, &going, arena, &queued, err)) {
            return false;
        }
        if (queued) {
            tally->sms += channels[i] == CHANNEL_SMS;
            tally->email += channels[i] == CHANNEL_EMAIL;
        }
    }
    tally->shared += count > 0 && !queued && !held;
    tally->no_address += count == 0;
    return count > 0 || choice_unwilling(choice, recipient, &tally->unwilling, err);
}

/* The step and its campaign as they are now: another process may have gone on with the one or moved
 * it, or have cancelled the other. */
static bool read_again(struct db *db, const struct campaign *campaign, struct step *step,
                       struct arena *arena, struct error *err)
{
    struct campaign *now = NULL;
    struct step stored;
    if (!campaigns_get(db, campaign->id, arena, &now, err) ||
        !campaigns_step(db, step->id, arena, &stored, err)) {
        return false;
    }
    if (now == NULL || !text_equal(now->state, "running")) {
        return error_set(err, ERROR_DATA, "campaign %s is %s: nothing more is queued",
                         campaign->name, now == NULL ? "gone" : now->state);
    }
    step->at = stored.at; /* it may have moved with its ballot */
    step->deadline = stored.deadline;
    step->expanded_to = stored.expanded_to;
    step->expanded = stored.expanded || stored.skipped != NULL;
    return true;
}

bool expand_is_due(const struct step *step, int64_t now)
{
    return !step->expanded && step->skipped == NULL &&
           (text_empty(step->name) || step->at - EXPAND_LEAD_MS <= now);
}

bool expand_skip(struct db *db, struct step *step, int64_t now, struct arena *arena,
                 const char **skipped, struct error *err)
{
    bool done = false;
    *skipped = NULL;
    if (step->deadline > now || step->expanded || step->skipped != NULL) {
        return true;
    }
    const char *why = arena_printf(arena, "its deadline, %s, passed before its turn came",
                                   clock_format(step->deadline, "%a %-d %b %Y %H:%M", arena));
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!campaigns_skip(db, step->id, now, why, &done, err) || !db_commit(transaction, err)) {
        return false;
    }
    step->skipped = done ? why : NULL;
    *skipped = step->skipped;
    return true;
}

const char *expand_skipped_words(const char *campaign, const char *step, const char *why,
                                 struct arena *arena)
{
    return text_empty(step)
               ? arena_printf(arena, "campaign %s is skipped: %s", campaign, why)
               : arena_printf(arena, "campaign %s: step %s is skipped: %s", campaign, step, why);
}

/* A step that has not begun waits for as long as its campaign lacks an approval that it needs. One
 * that is found void here stays so. */
static bool check_approval(struct db *db, const struct expand_setting *setting,
                           const struct campaign *campaign, const struct step *step, int64_t now,
                           struct arena *arena, const char **waits, struct error *err)
{
    struct approval_standing standing;
    if (step->expanded_to > 0) {
        return true;
    }
    if (!approval_look(db, setting->config, campaign, step->id, arena, &standing, err)) {
        return false;
    }
    *waits = approval_words(&standing, campaign, arena);
    return approval_settle(db, &standing, now, err);
}

bool expand_slice(struct db *db, const struct expand_setting *setting,
                  const struct campaign *campaign, struct step *step, int64_t now, size_t limit,
                  struct expand_tally *tally, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct recipient *recipients = NULL;
    size_t count = 0;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!read_again(db, campaign, step, arena, err)) {
        return false;
    }
    if (!expand_is_due(step, now)) {
        return true; /* done with by another process, or moved while it was being queued */
    }
    const char *waits = NULL;
    if (!check_approval(db, setting, campaign, step, now, arena, &waits, err)) {
        return false;
    }
    if (waits != NULL) {
        return db_commit(transaction, err) && error_set(err, ERROR_PERMISSION, "%s", waits);
    }
    CLEANUP(choice_close) struct choice choice = {0};
    if (!choice_open(db, setting->config, campaign, step, arena, &choice, err) ||
        !campaigns_audience(db, step, campaign->ballot_id, limit, arena, &recipients, &count,
                            err)) {
        return false;
    }
    struct expand_tally slice = *tally;
    for (size_t i = 0; i < count; i++) {
        if (!expand_one(setting, &choice, &recipients[i], now, arena, &slice, err)) {
            return false;
        }
    }
    bool done = count < limit;
    int64_t last = count == 0 ? step->expanded_to : recipients[count - 1].member.id;
    if (!campaigns_expanded(db, step->id, last, done, err) || !db_commit(transaction, err)) {
        return false;
    }
    step->expanded_to = last;
    step->expanded = done;
    *tally = slice;
    return true;
}

/* A campaign whose segment cannot be used any more is paused, so that it stops nobody else. */
static bool pause_broken(struct db *db, const struct campaign *campaign, int64_t now,
                         const struct error *fault, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(db_rollback) struct db *transaction = db;
    struct campaign *stored = NULL;
    if (!campaigns_get(db, campaign->id, arena, &stored, err)) {
        return false;
    }
    if (stored == NULL || !text_equal(stored->state, "running")) {
        return error_set(err, fault->kind, "%s", fault->text);
    }
    return campaigns_set_state(db, campaign->id, "paused", now, err) &&
           db_commit(transaction, err) &&
           error_set(err, ERROR_DATA, "campaign %s is paused: %s", campaign->name, fault->text);
}

/* The first step of the campaign that has something to queue: members who have no message yet, or a
 * mail in the stead of texts. */
/* Whether a step still waits for an approval, as was known before: nobody is told again. */
static bool waits_still(struct db *db, const struct expand_setting *setting,
                        const struct campaign *campaign, const struct step *step,
                        struct arena *arena, bool *waits, struct error *err)
{
    struct approval_standing standing;
    if (step->expanded_to > 0) {
        return true;
    }
    if (!approval_look(db, setting->config, campaign, APPROVAL_NO_SIZES, arena, &standing, err)) {
        return false;
    }
    *waits = !approval_may(&standing) && standing.fresh_id == 0;
    return true;
}

static bool expand_first(struct db *db, const struct expand_setting *setting,
                         const struct campaign *campaign, int64_t now, size_t limit,
                         struct arena *arena, bool *found, struct expand_tally *tally,
                         struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        bool waits = false;
        if (expand_is_due(&steps[i], now) && steps[i].deadline > now &&
            !waits_still(db, setting, campaign, &steps[i], arena, &waits, err)) {
            return false;
        }
        if (waits) {
            continue;
        }
        if (expand_is_due(&steps[i], now)) {
            *found = true;
            tally->step = steps[i].name;
            return expand_skip(db, &steps[i], now, arena, &tally->skipped, err) &&
                   (tally->skipped != NULL ||
                    expand_slice(db, setting, campaign, &steps[i], now, limit, tally, err));
        }
    }
    for (size_t i = 0; i < count && !*found; i++) {
        const struct second_order order = {.setting = setting,
                                           .campaign = campaign,
                                           .step = &steps[i],
                                           .now = now,
                                           .limit = limit};
        if (!second_slice(db, &order, found, tally, err)) {
            return false;
        }
    }
    return true;
}

bool expand_next(struct db *db, const struct expand_setting *setting, int64_t now, size_t limit,
                 struct arena *arena, const struct campaign **campaign, struct expand_tally *tally,
                 struct error *err)
{
    struct campaign *running = NULL;
    size_t count = 0;
    *campaign = NULL;
    if (!campaigns_running(db, arena, &running, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        struct error fault = {0};
        if (!expand_first(db, setting, &running[i], now, limit, arena, &found, tally, &fault)) {
            return fault.kind == ERROR_PERMISSION ? error_set(err, ERROR_DATA, "%s", fault.text)
                   : fault.kind == ERROR_DATA
                       ? pause_broken(db, &running[i], now, &fault, err)
                       : error_set(err, fault.kind, "campaign %s: %s", running[i].name, fault.text);
        }
        if (found) {
            *campaign = &running[i];
            return true;
        }
    }
    return true;
}
