/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One batch: claim, render, release, hand over, settle. */
#include "muster/dispatch/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
#include "muster/store/outbox.h"

enum {
    HAND_OVER_MS = 800,          /* how long a batch is gone on with */
    LEASE_MS = 5 * CLOCK_MINUTE, /* far longer than rendering a batch takes */
    SETTLE_TRIES = 60, /* five minutes: what came of a batch must not be lost to a full disk */
    SETTLE_PAUSE_MS = 5 * CLOCK_SECOND,
    VALIDITY_MOST = 48 * 60 * 60, /* s: providers refuse to be asked to keep a text for longer */
    MARGIN_MS = CLOCK_SECOND,     /* nothing is claimed so shortly before the hours end */
    /* nor before the deadline: the provider is told whole seconds, that end before it */
    LAST_MS = CLOCK_SECOND + HAND_OVER_MS,
    BUDGET_WAIT_MS = 200, /* until what is under way may be settled */
    GOOD_BATCH_MS = 100,  /* a batch of texts is what the provider takes in this time */
    QUICK_BATCH_MS = GOOD_BATCH_MS / 2,
};

struct dispatch {
    struct dispatch_way way;
    const struct config *config; /* the route's */
    enum channel channel;
    struct route route;
    struct pace_rule rule;
    struct carrier *carrier;
    size_t batch;  /* texts: how many make a good one, as the provider has shown */
    int64_t speed; /* messages a second, of the last batch; 0: not known */
    struct letters *letters;
    struct arena *arena; /* for as long as this lasts */
    struct letterhead letterhead;
    int64_t told_step; /* the one whose own hours the log has told of last */
};

/* A batch on its way; the four arrays run in parallel, `count` long, until the parcels are
 * packed. */
struct batch {
    struct arena *arena;
    struct outbox_demand demand; /* what it was claimed by */
    int64_t until; /* nothing is begun from then on: the hours end, or the deadline is near */
    struct outbox_message *messages;
    size_t count;
    struct letter *letters;
    struct outbox_release *releases;
    struct parcel *parcels;               /* the released ones only */
    const struct outbox_message **packed; /* the message of each parcel */
    size_t parcel_count;
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

/* Whether messages of the step may go now, and until when they may be begun; if not, from when on
 * (HOURS_NEVER: not in time). */
static bool may_go(const struct dispatch *dispatch, const struct outbox_due *due, int64_t now,
                   int64_t *until, int64_t *from)
{
    const struct windows *windows = dispatch->way.windows;
    const struct hours_holidays *holidays = &windows->holidays.dates;
    struct hours hours = dispatch->channel == CHANNEL_SMS ? windows->sms : windows->email;
    *from = HOURS_NEVER;
    if (due->hours != NULL && !hours_parse(due->hours, &hours, NULL)) {
        return false; /* it was judged when the campaign was made */
    }
    const int64_t last = due->deadline - LAST_MS;
    int64_t opens = hours_opens(&hours, holidays, now);
    int64_t closes = opens < last ? hours_closes(&hours, holidays, opens) : last;
    if (opens < last && closes - opens < MARGIN_MS) {
        opens = hours_opens(&hours, holidays, closes);
        closes = opens < last ? hours_closes(&hours, holidays, opens) : last;
    }
    if (opens >= last) {
        return false;
    }
    *from = opens;
    *until = closes < last ? closes : last;
    return opens <= now;
}

/* Hours of a campaign's own are told once, when something goes that would not go otherwise. */
static void tell_hours(struct dispatch *dispatch, const struct outbox_due *due, int64_t now,
                       struct dispatch_tally *tally)
{
    const struct windows *windows = dispatch->way.windows;
    const bool texts = dispatch->channel == CHANNEL_SMS;
    if (due->hours == NULL || due->step_id == dispatch->told_step ||
        hours_open(texts ? &windows->sms : &windows->email, &windows->holidays.dates, now)) {
        return;
    }
    dispatch->told_step = due->step_id;
    (void)snprintf(tally->notice, sizeof tally->notice,
                   "campaign %s: %s go outside the hours of the configuration, as it has its own:"
                   " %s",
                   due->campaign, texts ? "texts" : "mails", due->why == NULL ? "" : due->why);
}

/* How many to claim: what makes a good batch, and can be over before the hours end. */
static size_t wanted(const struct dispatch *dispatch, const struct batch *batch, int64_t now)
{
    int64_t left = (batch->until - now) / CLOCK_SECOND;
    if (dispatch->speed > 0 && left < INT32_MAX / dispatch->speed &&
        (uint64_t)(left * dispatch->speed) < dispatch->batch) {
        return (size_t)(left * dispatch->speed);
    }
    return dispatch->batch;
}

/* Claim of one step, which may go until `batch->until`; `*on` when nothing was, and others may be
 * tried. */
static bool claim_of_step(const struct dispatch *dispatch, int64_t step_id, int64_t now,
                          struct batch *batch, int64_t *wait, bool *on, struct error *err)
{
    struct outbox_claimed claimed = {.count = 0};
    batch->demand = (struct outbox_demand){
        .channel = dispatch->channel,
        .step_id = step_id,
        .worker = dispatch->way.worker,
        .now = now,
        .lease_until = now + LEASE_MS,
        .limit = wanted(dispatch, batch, now),
        .route = dispatch->route,
        .rule = dispatch->rule,
        .pools = dispatch->way.pools,
        .pool_count = dispatch->way.pool_count,
    };
    if (batch->demand.limit > 0 &&
        !outbox_claim(dispatch->way.db, &batch->demand, batch->arena, &claimed, err)) {
        return false;
    }
    batch->messages = claimed.messages;
    batch->count = claimed.count;
    *on = claimed.count == 0 && !claimed.route_waits;
    *wait = *on && *wait > 0 && (claimed.wait == 0 || *wait < claimed.wait) ? *wait : claimed.wait;
    return true;
}

/* Claim what goes next: of the steps that may go now, of the one with the nearest deadline; but one
 * whose receivers hold back all that is left of it does not hold up the others. When nothing may go
 * for its hours, the tally tells when it may. */
static bool claim(struct dispatch *dispatch, int64_t now, struct batch *batch,
                  struct dispatch_tally *tally, struct error *err)
{
    struct outbox_due *steps = NULL;
    size_t count = 0;
    int64_t opens = HOURS_NEVER;
    bool open = false;
    bool on = true;
    if (!outbox_due(dispatch->way.db, dispatch->channel, now, batch->arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && on; i++) {
        int64_t from = HOURS_NEVER;
        if (may_go(dispatch, &steps[i], now, &batch->until, &from)) {
            open = true;
            if (!claim_of_step(dispatch, steps[i].step_id, now, batch, &tally->wait, &on, err)) {
                return false;
            }
            if (batch->count > 0) {
                tell_hours(dispatch, &steps[i], now, tally);
            }
        }
        opens = from < opens ? from : opens;
    }
    if (!open && opens != HOURS_NEVER) {
        tally->opens_at = opens;
        tally->wait = opens - now;
    }
    return true;
}

/* What a text costs; -1 when no price is known, and for mail. */
static int64_t cost_of(const struct dispatch *dispatch, const struct outbox_message *message,
                       int64_t parts)
{
    struct price_sum sum = {0};
    if (dispatch->channel != CHANNEL_SMS) {
        return -1;
    }
    price_add(&sum, &dispatch->way.gateway->tariff, phone_route(message->address), (size_t)parts);
    return sum.unknown ? -1 : sum.cost;
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
            release->cost = cost_of(dispatch, &batch->messages[i], release->parts);
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

static bool any_accepted(const struct batch *batch)
{
    for (size_t i = 0; i < batch->parcel_count; i++) {
        if (batch->parcels[i].verdict == CARRIER_ACCEPTED) {
            return true;
        }
    }
    return false;
}

/* Settle, and try again when the store is busy: the outcome of a hand-over exists only here. */
static bool settle(struct dispatch *dispatch, struct batch *batch, enum error_kind fault,
                   struct dispatch_tally *tally, struct error *err)
{
    const struct config *config = dispatch->config;
    /* A carrier that does not accept *us* says nothing of the message: its tries are not used
     * up. One that has taken others of the batch does accept us, whatever it says of this one. */
    bool ours = fault == ERROR_CONFIG && !any_accepted(batch);
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
                                              .state = decision.state,
                                              .verdict = decision.verdict,
                                              .answer = parcel->answer,
                                              .remote_id = parcel->remote_id,
                                              .due_at = decision.due_at,
                                              .opted_out = parcel->opted_out};
        count_outcome(&outcomes[i], tally);
    }
    for (int tried = 1;; tried++) {
        if (outbox_settle(dispatch->way.db, now, outcomes, batch->parcel_count, err)) {
            return true;
        }
        if (tried == SETTLE_TRIES) {
            return error_prefix(err, "settling a batch");
        }
        if (tried == 1) { /* nobody else would hear of it for minutes */
            log_warning("what came of %zu messages cannot be stored, and is tried again: %s",
                        batch->parcel_count, err->text);
        }
        int64_t pause = tried * (int64_t)CLOCK_SECOND;
        clock_sleep(pause < SETTLE_PAUSE_MS ? pause : SETTLE_PAUSE_MS);
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

/* Texts: the next batch is what the provider has shown that it takes in a short time. */
static void learn(struct dispatch *dispatch, const struct batch *batch, int64_t took)
{
    int64_t handed = 0;
    for (size_t i = 0; i < batch->parcel_count; i++) {
        handed += batch->parcels[i].verdict != CARRIER_UNTOUCHED ? 1 : 0;
    }
    if (handed == 0) {
        return;
    }
    dispatch->speed = handed * CLOCK_SECOND / (took > 0 ? took : 1) + 1;
    if (dispatch->channel != CHANNEL_SMS) {
        return;
    }
    size_t least = carrier_batch(dispatch->carrier);
    size_t most = (size_t)dispatch->config->sms.batch;
    size_t next = dispatch->batch;
    if (took < QUICK_BATCH_MS && batch->parcel_count == dispatch->batch) {
        next *= 2;
    } else if (took > GOOD_BATCH_MS) {
        next = next * GOOD_BATCH_MS / (size_t)took;
    }
    next = next < most ? next : most;
    dispatch->batch = next > least ? next : least;
}

/* For how long the receivers of a message want to be left alone after their answer, ms; 0: they do
 * not say so. */
static int64_t receivers_pause(const struct dispatch *dispatch, const struct batch *batch,
                               size_t place)
{
    const char *pool = batch->packed[place]->pool;
    const struct parcel *parcel = &batch->parcels[place];
    return dispatch->way.receivers == NULL || parcel->verdict != CARRIER_DEFERRED ||
                   text_empty(pool)
               ? 0
               : pools_pause(dispatch->way.receivers, pool, parcel->answer);
}

/* What the route is to be known for. It is not to blame for what receivers have put off. */
static bool report(const struct dispatch *dispatch, const struct batch *batch,
                   const struct error *fault, struct error *err)
{
    struct routes_report report = {0};
    for (size_t i = 0; i < batch->parcel_count; i++) {
        const struct parcel *parcel = &batch->parcels[i];
        report.taken += parcel->verdict == CARRIER_ACCEPTED || parcel->verdict == CARRIER_REFUSED;
        report.put_off +=
            parcel->verdict == CARRIER_DEFERRED && receivers_pause(dispatch, batch, i) == 0;
        report.wait = parcel->retry_after > report.wait ? parcel->retry_after : report.wait;
    }
    report.put_off = report.taken > 0 ? 0 : report.put_off;
    report.fault = fault->kind != ERROR_NONE && !any_accepted(batch) ? fault->text : NULL;
    return routes_note(dispatch->way.db, &dispatch->route, &report, clock_now(), err);
}

static bool pause_pool(struct db *db, const char *pool, int64_t pause, const char *why,
                       struct arena *arena, struct error *err)
{
    int64_t now = clock_now();
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return paces_pause(db, arena_printf(arena, OUTBOX_POOL_SUBJECT, pool), now + pause, why, now,
                       err) &&
           db_commit(transaction, err);
}

/* Receivers that have put messages off with words that ask for a pause get one. */
static bool pause_receivers(const struct dispatch *dispatch, const struct batch *batch,
                            struct error *err)
{
    for (size_t i = 0; i < batch->parcel_count; i++) {
        int64_t pause = receivers_pause(dispatch, batch, i);
        if (pause > 0 && !pause_pool(dispatch->way.db, batch->packed[i]->pool, pause,
                                     batch->parcels[i].answer, batch->arena, err)) {
            return false;
        }
    }
    return true;
}

/* What was claimed and did not go is given back to the caps and shares. */
static bool give_back(const struct dispatch *dispatch, const struct batch *batch, struct error *err)
{
    const struct outbox_message **messages =
        arena_array(batch->arena, batch->count, sizeof(const struct outbox_message *));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->releases[i].released) {
            messages[count++] = &batch->messages[i];
        }
    }
    for (size_t i = 0; i < batch->parcel_count; i++) {
        if (batch->parcels[i].verdict == CARRIER_UNTOUCHED) {
            messages[count++] = batch->packed[i];
        }
    }
    return outbox_return(dispatch->way.db, &batch->demand, messages, count, err);
}

/* For the log: whom it did not work for, shortened, and why. */
static void tell_trouble(const struct batch *batch, struct dispatch_tally *tally)
{
    for (size_t i = 0; i < batch->parcel_count; i++) {
        const struct parcel *parcel = &batch->parcels[i];
        if (parcel->verdict != CARRIER_ACCEPTED && parcel->verdict != CARRIER_UNTOUCHED) {
            (void)snprintf(tally->trouble, sizeof tally->trouble, "%s: %s",
                           log_masked(parcel->to, batch->arena), parcel->answer);
            return;
        }
    }
}

static bool hand_over(struct dispatch *dispatch, struct batch *batch, struct dispatch_tally *tally,
                      struct error *err)
{
    struct error fault = {0};
    int64_t begun = clock_monotonic();
    bool sent =
        carrier_send(dispatch->carrier, batch->parcels, batch->parcel_count, batch->arena, &fault);
    tally->took = clock_monotonic() - begun;
    if (!settle(dispatch, batch, sent ? ERROR_NONE : fault.kind, tally, err)) {
        return false;
    }
    learn(dispatch, batch, tally->took);
    tell_trouble(batch, tally);
    if (sent) {
        fault = (struct error){0};
    }
    if (!report(dispatch, batch, &fault, err) || !pause_receivers(dispatch, batch, err) ||
        !give_back(dispatch, batch, err)) {
        return false;
    }
    return sent || any_accepted(batch) || error_set(err, fault.kind, "%s", fault.text);
}

/* The end of a budget is told once, where it happens. */
static void tell_budget(const struct batch *batch, struct dispatch_tally *tally)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->releases[i].ended) {
            (void)snprintf(tally->notice, sizeof tally->notice,
                           "campaign %s: the budget is spent, and texts are left over: muster"
                           " campaign resume %s --budget AMOUNT sends them",
                           tally->campaign, tally->campaign);
        }
    }
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
    int64_t now = clock_now();
    if (!claim(dispatch, now, &batch, tally, err)) {
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
        .per_week = dispatch->config->limits.per_week,
        .apart = dispatch->config->limits.apart * CLOCK_HOUR,
        .currency = dispatch->way.gateway == NULL ? "" : dispatch->way.gateway->tariff.currency,
    };
    if (!render_batch(dispatch, &batch, now, err) ||
        !outbox_release(dispatch->way.db, &terms, batch.releases, batch.count, err)) {
        return false;
    }
    pack(dispatch, &batch, clock_now());
    tally->wait = wait_of(&batch, tally->wait);
    tell_budget(&batch, tally);
    tally->withheld = batch.count - batch.parcel_count;
    return batch.parcel_count == 0 ? give_back(dispatch, &batch, err)
                                   : hand_over(dispatch, &batch, tally, err);
}
