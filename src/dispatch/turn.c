/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is: which step's messages go next, until when, and how many of them. */
#include "turn.h"

#include <stdio.h>

#include "muster/base/text.h"

enum {
    LEASE_MS = 5 * CLOCK_MINUTE, /* far longer than rendering a batch takes */
    MARGIN_MS = CLOCK_SECOND,    /* nothing is claimed so shortly before the hours end */
    /* nor before the deadline: the provider is told whole seconds, that end before it */
    LAST_MS = CLOCK_SECOND + HAND_OVER_MS,
    MAILS_LEAST = 2,
};

/* Whether messages of the step may go now, and until when they may be begun; if not, from when on
 * (HOURS_NEVER: not in time). */
static bool may_go(const struct dispatch *dispatch, const struct outbox_due *due, int64_t now,
                   int64_t *until, int64_t *from)
{
    const struct windows *windows = dispatch->way.windows;
    const struct hours_holidays *holidays = &windows->holidays.dates;
    struct hours hours;
    *from = HOURS_NEVER;
    if (!windows_of(windows, dispatch->channel == CHANNEL_SMS, due->hours, &hours, NULL)) {
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
    size_t most = dispatch->batch;
    if (dispatch->channel == CHANNEL_EMAIL && dispatch->speed > 0) {
        /* What a slow relay cannot take in a batch's time would only come back. */
        int64_t takes = dispatch->speed * HAND_OVER_MS / CLOCK_SECOND * 2 + MAILS_LEAST;
        most = takes < (int64_t)most ? (size_t)takes : most;
    }
    if (dispatch->speed > 0 && left < INT32_MAX / dispatch->speed &&
        (uint64_t)(left * dispatch->speed) < most) {
        return (size_t)(left * dispatch->speed);
    }
    return most;
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

bool turn_claim(struct dispatch *dispatch, int64_t now, struct batch *batch,
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
