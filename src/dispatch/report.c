/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is learnt from a batch: of the carrier's speed, of the route, of the receivers. */
#include "report.h"

#include <stdio.h>

#include "muster/base/log.h"
#include "muster/base/text.h"

enum {
    GOOD_BATCH_MS = 100, /* a batch is what the other side takes in this time */
    QUICK_BATCH_MS = GOOD_BATCH_MS / 2,
};

bool report_any_accepted(const struct batch *batch)
{
    for (size_t i = 0; i < batch->parcel_count; i++) {
        if (batch->parcels[i].verdict == CARRIER_ACCEPTED) {
            return true;
        }
    }
    return false;
}

/* The next batch is what the other side has shown that it takes in a short time. */
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
    size_t least = carrier_batch(dispatch->carrier);
    const struct config *config = dispatch->config;
    const bool texts = dispatch->channel == CHANNEL_SMS;
    size_t most = (size_t)(texts ? config->sms.batch : config->mail.batch);
    size_t next = dispatch->batch;
    if ((size_t)handed < batch->parcel_count) { /* a session may end after so many */
        next = next < 2 * (size_t)handed ? next : 2 * (size_t)handed;
    } else if (took < QUICK_BATCH_MS && batch->parcel_count == dispatch->batch) {
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
static bool note_route(const struct dispatch *dispatch, const struct batch *batch,
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
    report.fault = fault != NULL && !report_any_accepted(batch)
                       ? log_masked_text(fault->text, batch->arena)
                       : NULL;
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
                                     log_masked_text(batch->parcels[i].answer, batch->arena),
                                     batch->arena, err)) {
            return false;
        }
    }
    return true;
}

bool report_give_back(const struct dispatch *dispatch, const struct batch *batch, struct error *err)
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
                           log_masked(parcel->to, batch->arena),
                           log_masked_text(parcel->answer, batch->arena));
            return;
        }
    }
}

bool report_batch(struct dispatch *dispatch, const struct batch *batch, const struct error *fault,
                  struct dispatch_tally *tally, struct error *err)
{
    learn(dispatch, batch, tally->took);
    tell_trouble(batch, tally);
    return note_route(dispatch, batch, fault, err) && pause_receivers(dispatch, batch, err) &&
           report_give_back(dispatch, batch, err);
}
