/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One batch: claim, render, release, hand over, settle. */
#include "muster/dispatch/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/carrier/sms.h"
#include "muster/carrier/smtp.h"
#include "muster/dispatch/policy.h"
#include "muster/letter/letters.h"
#include "muster/store/bounces.h"
#include "muster/store/outbox.h"

enum {
    HAND_OVER_MS = CLOCK_SECOND,  /* how long a batch is gone on with */
    LEASE_MS = 5 * CLOCK_MINUTE,  /* far longer than rendering a batch takes */
    SETTLE_TRIES = 5,             /* what came of a batch must not be lost to a busy store */
    VALIDITY_MOST = 48 * 60 * 60, /* s: providers refuse to be asked to keep a text for longer */
};

struct dispatch {
    struct db *db;
    const struct config *config;
    enum channel channel;
    struct carrier *carrier;
    const char *gateway;
    int64_t worker;
    struct letters *letters;
    struct arena *arena; /* for as long as this lasts */
    struct letterhead letterhead;
};

/* A batch on its way; the four arrays run in parallel, `count` long, until the parcels are
 * packed. */
struct batch {
    struct arena *arena;
    struct outbox_message *messages;
    size_t count;
    struct letter *letters;
    struct outbox_release *releases;
    struct parcel *parcels;               /* the released ones only */
    const struct outbox_message **packed; /* the message of each parcel */
    size_t parcel_count;
};

/* A dispatcher that owns the carrier. */
static struct dispatch *make(struct db *db, const struct config *config, enum channel channel,
                             struct carrier *carrier, const char *gateway, int64_t worker)
{
    struct dispatch *dispatch = calloc(1, sizeof *dispatch);
    if (dispatch == NULL) {
        abort();
    }
    *dispatch = (struct dispatch){
        .db = db,
        .config = config,
        .channel = channel,
        .carrier = carrier,
        .gateway = gateway,
        .worker = worker,
        .letters = letters_create(db, config),
        .arena = arena_create(),
    };
    letterhead_of(config, dispatch->arena, &dispatch->letterhead);
    return dispatch;
}

bool dispatch_open_mail(struct db *db, const struct config *config, int64_t worker,
                        struct dispatch **dispatch, struct error *err)
{
    struct carrier *carrier = NULL;
    if (!smtp_create(config, &carrier, err)) {
        return false;
    }
    *dispatch = make(db, config, CHANNEL_EMAIL, carrier, NULL, worker);
    return true;
}

bool dispatch_open_sms(struct db *db, const struct config *config, const struct gateway *gateway,
                       const char *receipt_url, const char *reply_url, int64_t worker,
                       struct dispatch **dispatch, struct error *err)
{
    struct carrier *carrier = NULL;
    if (!sms_create(config, gateway, receipt_url, reply_url, &carrier, err)) {
        return false;
    }
    *dispatch = make(db, config, CHANNEL_SMS, carrier, gateway->name, worker);
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

static int64_t rate_of(const struct dispatch *dispatch)
{
    return dispatch->channel == CHANNEL_SMS ? dispatch->config->sms.rate
                                            : dispatch->config->mail.rate;
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
        release->gateway = dispatch->gateway;
        release->letterhead = dispatch->letterhead.text;
        struct error fault = {0};
        if (letters_render(dispatch->letters, &order, batch->arena, &batch->letters[i], &fault)) {
            release->parts = (int64_t)batch->letters[i].wording.size.parts;
            db_message_digest(dispatch->db, batch->letters[i].body, batch->letters[i].length,
                              release->digest);
        } else if (fault.kind == ERROR_DATA) {
            release->fault = arena_printf(batch->arena, "cannot be rendered: %s", fault.text);
        } else {
            return error_set(err, fault.kind, "%s", fault.text);
        }
    }
    return true;
}

/* Whole seconds until the deadline, within what a provider takes for an answer. */
static int64_t validity_of(const struct outbox_message *message, int64_t now)
{
    int64_t left = (message->deadline - now) / CLOCK_SECOND;
    return left < 1 ? 1 : left < VALIDITY_MOST ? left : VALIDITY_MOST;
}

/* Until when a parcel may still be begun. However slow the other side is, a batch is not gone on
 * with for longer than HAND_OVER_MS: the rest comes back, and is judged anew with what has
 * happened meanwhile (a pause, an opt-out, a vote). The first may always be begun, so that there
 * is progress. */
static int64_t until_of(const struct outbox_message *message, bool first, int64_t now)
{
    int64_t until = now + HAND_OVER_MS;
    return first || message->deadline < until ? message->deadline : until;
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
               : bounces_sender(dispatch->db, config->mail.bounces, message->reference, arena);
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
            .until = until_of(message, batch->parcel_count == 0, now),
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
        struct policy_decision decision;
        policy_decide(&policy, parcel, message->attempt + 1, now, message->deadline,
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
        if (outbox_settle(dispatch->db, now, outcomes, batch->parcel_count, err)) {
            return true;
        }
        if (tried == SETTLE_TRIES) {
            return error_prefix(err, "settling a batch");
        }
        clock_sleep(tried * (int64_t)CLOCK_SECOND);
    }
}

void dispatch_tally_add(struct dispatch_tally *sum, const struct dispatch_tally *tally)
{
    sum->claimed += tally->claimed;
    sum->accepted += tally->accepted;
    sum->refused += tally->refused;
    sum->deferred += tally->deferred;
    sum->unsure += tally->unsure;
    sum->withheld += tally->withheld;
}

bool dispatch_batch(struct dispatch *dispatch, struct dispatch_tally *tally, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct batch batch = {.arena = arena};
    *tally = (struct dispatch_tally){0};
    int64_t now = clock_now();
    if (!outbox_claim(dispatch->db, dispatch->channel, dispatch->worker, now, now + LEASE_MS,
                      rate_of(dispatch), carrier_batch(dispatch->carrier), arena, &batch.messages,
                      &batch.count, &tally->wait, err)) {
        return false;
    }
    tally->claimed = batch.count;
    if (batch.count == 0) {
        return true;
    }
    now = clock_now();
    if (!render_batch(dispatch, &batch, now, err) ||
        !outbox_release(dispatch->db, dispatch->worker, batch.messages[0].step_id, now,
                        batch.releases, batch.count, err)) {
        return false;
    }
    pack(dispatch, &batch, clock_now());
    tally->withheld = batch.count - batch.parcel_count;
    if (batch.parcel_count == 0) {
        return true;
    }
    struct error fault = {0};
    bool sent = carrier_send(dispatch->carrier, batch.parcels, batch.parcel_count, arena, &fault);
    if (!settle(dispatch, &batch, sent ? ERROR_NONE : fault.kind, tally, err)) {
        return false;
    }
    return sent || any_accepted(&batch) || error_set(err, fault.kind, "%s", fault.text);
}
