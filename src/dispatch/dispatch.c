/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One batch: claim, render, release, hand over, settle. */
#include "muster/dispatch/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answering.h"
#include "batch.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/carrier/sms.h"
#include "muster/carrier/smtp.h"
#include "muster/dispatch/policy.h"
#include "muster/letter/letters.h"
#include "muster/message/price.h"
#include "muster/model/phone.h"
#include "muster/store/bounces.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "report.h"
#include "turn.h"

enum {
    VALIDITY_MOST = 48 * 60 * 60, /* s: providers refuse to be asked to keep a text for longer */
    BUDGET_WAIT_MS = 200,         /* until what is under way may be settled */
};

static struct pace_rule rule_of(const struct config *config, enum channel channel)
{
    if (channel == CHANNEL_SMS) {
        return (struct pace_rule){.rate = config->sms.rate,
                                  .burst = config->sms.burst,
                                  .per_minute = config->sms.per_minute,
                                  .per_day = config->sms.per_day};
    }
    return (struct pace_rule){.rate = config->mail.rate,
                              .burst = config->mail.burst,
                              .per_minute = config->mail.per_minute,
                              .per_day = config->mail.per_day};
}

static bool open_carrier(const struct dispatch_way *way, struct carrier **carrier,
                         struct error *err)
{
    const struct config *config = way->route->config;
    return way->gateway == NULL
               ? smtp_create(config, carrier, err)
               : sms_create(config, way->gateway,
                            text_empty(way->receipt_url) ? "" : way->receipt_url,
                            text_empty(way->reply_url) ? "" : way->reply_url, carrier, err);
}

bool dispatch_open(const struct dispatch_way *way, struct dispatch **dispatch, struct error *err)
{
    struct carrier *carrier = NULL;
    if (!open_carrier(way, &carrier, err)) {
        return false;
    }
    struct dispatch *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    const struct config *config = way->route->config;
    const bool texts = way->gateway != NULL;
    *made = (struct dispatch){
        .way = *way,
        .config = config,
        .channel = texts ? CHANNEL_SMS : CHANNEL_EMAIL,
        .route = {.name = texts ? way->gateway->name : way->route->name,
                  .weight = texts ? config->sms.weight : config->mail.weight,
                  .heaviest = way->heaviest,
                  .alone = way->alone},
        .carrier = carrier,
        .batch = carrier_batch(carrier),
        .letters = letters_create(way->db, config),
        .arena = arena_create(),
    };
    made->route.channel = made->channel;
    made->rule = rule_of(config, made->channel);
    letterhead_of(config, made->arena, &made->letterhead);
    if (!db_keep_aside_in_memory(way->db, err) || !routes_reopen(way->db, &made->route, err)) {
        dispatch_free(&made);
        return false;
    }
    *dispatch = made;
    return true;
}

void dispatch_free(struct dispatch **dispatch)
{
    if (*dispatch != NULL) {
        letters_free(&(*dispatch)->letters);
        arena_free(&(*dispatch)->arena);
        carrier_free(&(*dispatch)->carrier);
        free(*dispatch);
        *dispatch = NULL;
    }
}

const char *dispatch_route(const struct dispatch *dispatch)
{
    return dispatch->route.name;
}

/* A message that cannot be rendered is withheld with its reason; the others go on. */
static bool render_batch(struct dispatch *dispatch, struct batch *batch, int64_t now,
                         struct error *err)
{
    batch->letters = arena_array(batch->arena, batch->count, sizeof *batch->letters);
    batch->releases = arena_array(batch->arena, batch->count, sizeof *batch->releases);
    for (size_t i = 0; i < batch->count; i++) {
        struct outbox_release *release = &batch->releases[i];
        const struct letter_order order = {
            .message = &batch->messages[i], .letterhead = &dispatch->letterhead, .at = now};
        release->id = batch->messages[i].id;
        release->gateway = dispatch->route.name;
        release->cost = -1;
        release->letterhead = dispatch->letterhead.text;
        struct error fault = {0};
        if (letters_render(dispatch->letters, &order, batch->arena, &batch->letters[i], &fault)) {
            release->parts = (int64_t)batch->letters[i].wording.size.parts;
            release->cost = batch_cost(dispatch, batch->messages[i].address, release->parts);
            db_message_digest(dispatch->way.db, batch->letters[i].body, batch->letters[i].length,
                              release->digest);
        } else if (fault.kind == ERROR_DATA) {
            release->fault = arena_printf(batch->arena, "cannot be rendered: %s", fault.text);
        } else {
            return error_set(err, fault.kind, "%s", fault.text);
        }
    }
    return true;
}

/* Whole seconds that end before the deadline even when the text is begun as late as until_of lets
 * it be, within what a provider takes for an answer. Not below 1 before LAST_MS. */
static int64_t validity_of(const struct outbox_message *message, int64_t now)
{
    int64_t left = (message->deadline - now - HAND_OVER_MS) / CLOCK_SECOND;
    return left < VALIDITY_MOST ? left : VALIDITY_MOST;
}

/* Until when a parcel may still be begun. However slow the other side is, a batch is not gone on
 * with for longer than HAND_OVER_MS: the rest comes back, and is judged anew with what has
 * happened meanwhile (a pause, an opt-out, a vote). The first mail may always be begun, however
 * long the greeting takes, so that there is progress; a text is begun at once. */
static int64_t until_of(const struct dispatch *dispatch, const struct batch *batch, bool first,
                        int64_t now)
{
    int64_t until = now + HAND_OVER_MS;
    return (first && dispatch->channel == CHANNEL_EMAIL) || batch->until < until ? batch->until
                                                                                 : until;
}

/* The address that a mail comes back to when it cannot be delivered; NULL for a text. */
static const char *sender_of(const struct dispatch *dispatch, const struct outbox_message *message,
                             struct arena *arena)
{
    const struct config *config = dispatch->config;
    if (dispatch->channel != CHANNEL_EMAIL) {
        return NULL;
    }
    return text_empty(config->mail.bounces)
               ? config->mail.from
               : bounces_sender(dispatch->way.db, config->mail.bounces, message->reference, arena);
}

/* `now` is read after the release: a busy store may have kept us waiting for it. */
static void pack(const struct dispatch *dispatch, struct batch *batch, int64_t now)
{
    batch->parcels = arena_array(batch->arena, batch->count, sizeof *batch->parcels);
    batch->packed = arena_array(batch->arena, batch->count, sizeof *batch->packed);
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->releases[i].released) {
            continue;
        }
        const struct outbox_message *message = &batch->messages[i];
        batch->parcels[batch->parcel_count] = (struct parcel){
            .reference = message->reference,
            .to = message->address,
            .sender = sender_of(dispatch, message, batch->arena),
            .body = batch->letters[i].body,
            .length = batch->letters[i].length,
            .until = until_of(dispatch, batch, batch->parcel_count == 0, now),
            .validity = validity_of(message, now),
            .answer = "",
        };
        batch->packed[batch->parcel_count] = message;
        batch->parcel_count++;
    }
}

static void count_outcome(const struct outbox_outcome *outcome, struct dispatch_tally *tally)
{
    if (text_equal(outcome->state, "accepted")) {
        tally->accepted++;
    } else if (text_equal(outcome->state, "refused")) {
        tally->refused++;
    } else if (text_equal(outcome->state, "unsure")) {
        tally->unsure++;
    } else {
        tally->deferred++;
    }
}

/* What was said, or why nothing was. */
static const char *answer_of(const struct parcel *parcel, const struct error *fault)
{
    if (parcel->verdict != CARRIER_UNTOUCHED || !text_empty(parcel->answer)) {
        return parcel->answer;
    }
    return fault->kind == ERROR_NONE ? "its turn did not come within the batch" : fault->text;
}

/* Settle, and try again when the store is busy: the outcome of a hand-over exists only here. */
static bool settle(struct dispatch *dispatch, struct batch *batch, const struct error *fault,
                   struct dispatch_tally *tally, struct error *err)
{
    const struct config *config = dispatch->config;
    /* A carrier that does not accept *us* says nothing of the message: its tries are not used
     * up. One that has taken others of the batch does accept us, whatever it says of this one. */
    bool ours = fault->kind == ERROR_CONFIG && !report_any_accepted(batch);
    struct policy policy = {.first = config->retry.first * CLOCK_SECOND,
                            .longest = config->retry.longest * CLOCK_SECOND,
                            .attempts = ours ? INT64_MAX : config->retry.attempts};
    struct outbox_outcome *outcomes =
        arena_array(batch->arena, batch->parcel_count, sizeof *outcomes);
    int64_t now = clock_now();
    for (size_t i = 0; i < batch->parcel_count; i++) {
        const struct parcel *parcel = &batch->parcels[i];
        const struct outbox_message *message = batch->packed[i];
        struct parcel judged = *parcel;
        struct policy_decision decision;
        if (!dispatch->way.alone) {
            judged.retry_after = 0; /* it is the route that waits; the message may go by another */
        }
        policy_decide(&policy, &judged, message->attempt + 1, now, message->deadline,
                      (uint64_t)message->id, &decision);
        outcomes[i] = (struct outbox_outcome){.id = message->id,
                                              .attempt = message->attempt + 1,
                                              .channel = dispatch->channel,
                                              .gateway = dispatch->route.name,
                                              .state = decision.state,
                                              .verdict = decision.verdict,
                                              .answer = answer_of(parcel, fault),
                                              .remote_id = parcel->remote_id,
                                              .due_at = decision.due_at,
                                              .opted_out = parcel->opted_out};
        count_outcome(&outcomes[i], tally);
    }
    for (int tried = 1;; tried++) {
        if (outbox_settle(dispatch->way.db, now, outcomes, batch->parcel_count, err)) {
            return true;
        }
        const int64_t pause = policy_store_again(tried);
        if (pause == 0) {
            return error_prefix(err, "settling a batch");
        }
        if (tried == 1) { /* nobody else would hear of it for minutes */
            log_warning("what came of %zu messages cannot be stored, and is tried again: %s",
                        batch->parcel_count, err->text);
        }
        clock_sleep(pause);
    }
}

void dispatch_tally_add(struct dispatch_tally *sum, const struct dispatch_tally *tally)
{
    struct dispatch_tally added = *tally;
    added.claimed += sum->claimed;
    added.accepted += sum->accepted;
    added.refused += sum->refused;
    added.deferred += sum->deferred;
    added.unsure += sum->unsure;
    added.withheld += sum->withheld;
    *sum = added;
}

static bool hand_over(struct dispatch *dispatch, struct batch *batch, struct dispatch_tally *tally,
                      struct error *err)
{
    struct error fault = {0};
    int64_t begun = clock_monotonic();
    bool sent =
        carrier_send(dispatch->carrier, batch->parcels, batch->parcel_count, batch->arena, &fault);
    tally->took = clock_monotonic() - begun;
    if (sent) {
        fault = (struct error){0};
    }
    if (!settle(dispatch, batch, &fault, tally, err)) {
        return false;
    }
    if (!report_batch(dispatch, batch, sent ? NULL : &fault, tally, err)) {
        return false;
    }
    return sent || report_any_accepted(batch) ||
           error_set(err, fault.kind, "%s", log_masked_text(fault.text, batch->arena));
}

/* The end of a budget is told once, where it happens. */
static bool tell_budget(const struct dispatch *dispatch, const struct batch *batch,
                        struct dispatch_tally *tally, struct error *err)
{
    enum outbox_ends ended = OUTBOX_ENDS_NOTHING;
    for (size_t i = 0; i < batch->count; i++) {
        ended = batch->releases[i].ended > ended ? batch->releases[i].ended : ended;
    }
    if (ended == OUTBOX_ENDS_CAMPAIGN) {
        (void)snprintf(tally->notice, sizeof tally->notice,
                       "campaign %s: the budget is spent, and texts are left over: muster"
                       " campaign resume %s --budget AMOUNT sends them",
                       tally->campaign, tally->campaign);
    }
    struct step step;
    if (ended != OUTBOX_ENDS_STEP) {
        return true;
    }
    if (!campaigns_step(dispatch->way.db, batch->demand.step_id, batch->arena, &step, err)) {
        return false;
    }
    (void)snprintf(tally->notice, sizeof tally->notice,
                   "campaign %s: the budget of step %s is spent, and texts are left over: muster"
                   " campaign resume %s --step %s --budget AMOUNT sends them",
                   tally->campaign, step.name, tally->campaign, step.name);
    return true;
}

/* Ms after which to come again: at once, unless all of the batch waits for what is under way. */
static int64_t wait_of(const struct batch *batch, int64_t wait)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->releases[i].waits) {
            return wait;
        }
    }
    return wait > BUDGET_WAIT_MS ? wait : BUDGET_WAIT_MS;
}

bool dispatch_batch(struct dispatch *dispatch, struct dispatch_tally *tally, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct batch batch = {.arena = arena};
    *tally = (struct dispatch_tally){0};
    if (dispatch->channel == CHANNEL_SMS) {
        if (!answering_batch(dispatch, tally, err)) {
            return false;
        }
        if (tally->claimed > 0) {
            return true;
        }
    }
    int64_t now = clock_now();
    if (!turn_claim(dispatch, now, &batch, tally, err)) {
        return false;
    }
    tally->claimed = batch.count;
    if (batch.count == 0) {
        return true;
    }
    (void)snprintf(tally->campaign, sizeof tally->campaign, "%s", batch.messages[0].campaign);
    now = clock_now();
    const struct outbox_terms terms = {
        .worker = dispatch->way.worker,
        .step_id = batch.demand.step_id,
        .now = now,
        .limits = {.per_week = dispatch->config->limits.per_week,
                   .apart = dispatch->config->limits.apart * CLOCK_HOUR},
        .currency = dispatch->way.gateway == NULL ? "" : dispatch->way.gateway->tariff.currency,
    };
    if (!render_batch(dispatch, &batch, now, err) ||
        !outbox_release(dispatch->way.db, &terms, batch.releases, batch.count, err)) {
        return false;
    }
    pack(dispatch, &batch, clock_now());
    tally->wait = wait_of(&batch, tally->wait);
    tally->withheld = batch.count - batch.parcel_count;
    return (batch.parcel_count == 0 ? report_give_back(dispatch, &batch, err)
                                    : hand_over(dispatch, &batch, tally, err)) &&
           tell_budget(dispatch, &batch, tally, err);
}
