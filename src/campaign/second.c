/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail in the stead of a text. */
#include "second.h"

#include "choice.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/outbox_second.h"

/* Why the member gets it, as it is told of the message. */
static const char *reason_of(const struct outbox_second *second, const struct step *step,
                             struct arena *arena)
{
    if (text_equal(second->state, "refused")) {
        return "a mail, since the text was refused";
    }
    if (text_equal(second->state, "undelivered")) {
        return "a mail, since the text did not arrive";
    }
    return arena_printf(arena, "a mail, since the text had not arrived after %s",
                        clock_span(step->mail_after, arena));
}

static bool decide_one(const struct second_order *order, const struct choice *choice,
                       const struct outbox_second *second, struct arena *arena,
                       struct expand_tally *tally, struct error *err)
{
    bool queued = false;
    struct recipient recipient = second->recipient;
    struct trials_lot lot; /* the same as for the text: the mail is of the same wording */
    const struct choice_going going = {.channel = CHANNEL_EMAIL,
                                       .due_at = order->now,
                                       .now = order->now,
                                       .pools = order->setting->pools};
    const bool goes = second->wanted && recipient.email && order->step->uses_email;
    if (goes && (!choice_draw(choice, &recipient, &lot, err) ||
                 (lot.arm != TRIAL_HELD_OUT &&
                  !choice_queue(choice, &recipient, &going, arena, &queued, err)))) {
        return false;
    }
    tally->second += queued;
    return outbox_second_decide(choice->db, order->step, second,
                                queued ? reason_of(second, order->step, arena) : NULL, order->now,
                                err);
}

/* Whether the campaign still runs: another process may have paused it. */
static bool is_running(struct db *db, const struct campaign *campaign, struct arena *arena,
                       bool *running, struct error *err)
{
    struct campaign *now = NULL;
    if (!campaigns_get(db, campaign->id, arena, &now, err)) {
        return false;
    }
    *running = now != NULL && text_equal(now->state, "running");
    return true;
}

/* The slice, in the transaction that its caller has begun. */
static bool decide(struct db *db, const struct second_order *order, struct expand_tally *tally,
                   struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct outbox_second *seconds = NULL;
    size_t count = 0;
    CLEANUP(choice_close) struct choice choice = {0};
    if (!choice_open(db, order->setting->config, order->campaign, order->step, arena, &choice,
                     err) ||
        !outbox_second_due(db, order->step, order->campaign->ballot_id, order->now, order->limit,
                           arena, &seconds, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!decide_one(order, &choice, &seconds[i], arena, tally, err)) {
            return false;
        }
    }
    return true;
}

bool second_slice(struct db *db, const struct second_order *order, bool *found,
                  struct expand_tally *tally, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    bool running = false;
    *found = false;
    if (order->step->mail_after == 0 || order->step->deadline <= order->now) {
        return true;
    }
    if (!outbox_second_any(db, order->step->id, order->now, found, err)) {
        return false;
    }
    if (!*found) {
        return true;
    }
    struct expand_tally slice = *tally;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!is_running(db, order->campaign, arena, &running, err)) {
        return false;
    }
    if (!running) {
        return true;
    }
    if (!decide(db, order, &slice, err) || !db_commit(transaction, err)) {
        return false;
    }
    *tally = slice;
    return true;
}
