/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows when a mail of ours did not arrive, or its receiver complained; see bounce.h. */
#include <stdio.h>
#include <string.h>

#include "bounce_private.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/store/bounces.h"
#include "muster/store/campaigns.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"

enum {
    TEMPORARY_DAYS = 3,  /* days on which mail came back, until the address is suspended */
    FULL_DAYS = 5,       /* the same where the mailbox was only full */
    SUSPENDED_DAYS = 30, /* for how long it is */
    BLOCKED_MOST = 10,   /* mails that nobody wants, in ... */
    BLOCKED_MINUTES = 5,
    PAUSE_MINUTES = 30,   /* for how long such receivers are left alone */
    DEAD_OF = 200,        /* over so many mails dead addresses are counted, */
    COMPLAINTS_OF = 1000, /* and complaints */
    REASON_SIZE = 128,
};

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

/* The store's word for a class, and what it means in a message's reason. */
static const struct {
    const char *word;
    const char *means;
} CLASSES[] = {
    [RETURNED_NONE] = {"unknown", "without a reason"},
    [RETURNED_DEAD] = {"dead", "there is no such address"},
    [RETURNED_FULL] = {"full", "the mailbox is full"},
    [RETURNED_BLOCKED] = {"blocked", "not wanted there"},
    [RETURNED_TEMPORARY] = {"temporary", "not reached"},
    [RETURNED_CONFIG] = {"config", "a fault of ours"},
};

/* "it came back: the mailbox is full (5.2.2)". One for all of a kind, so that they can be counted.
 */
static void reason_of(const struct returned_event *event, const char *what,
                      char reason[REASON_SIZE])
{
    const bool said = !text_empty(event->status);
    (void)snprintf(reason, REASON_SIZE, "%s: %s%s%s%s", what, CLASSES[event->class].means,
                   said ? " (" : "", event->status, said ? ")" : "");
}

static bool keep(const struct bounce_case *taken, const struct returned_event *event,
                 const char *class, bool *fresh, struct error *err)
{
    struct bounce bounce = {
        .outbox_id = taken->message->id,
        .class = class,
        .status = event->status,
        .diagnostic = event->diagnostic,
        .at = taken->now,
    };
    memcpy(bounce.address_key, taken->address_key, sizeof bounce.address_key);
    return bounces_put(taken->db, &bounce, fresh, err);
}

static bool undeliver(const struct bounce_case *taken, const struct returned_event *event,
                      struct error *err)
{
    char reason[REASON_SIZE];
    bool moved = false;
    reason_of(event, "it came back", reason);
    return outbox_resolve(taken->db, taken->message->id, "undelivered", reason, taken->now, &moved,
                          err);
}

/* Whether it is a domain that is not found (X.1.2), or a rule or way that is in between (X.4.1):
 * that hits all members of a domain on the day when its owner makes a mistake. */
static bool may_be_a_mistake(const char *status)
{
    const char *subject = strchr(status, '.');
    return subject != NULL &&
           (strcmp(subject, ".1.2") == 0 || strncmp(subject, ".4.", strlen(".4.")) == 0);
}

static bool take_dead(const struct bounce_case *taken, const struct returned_event *event,
                      const char **told, struct error *err)
{
    char reason[REASON_SIZE];
    bool sure = !may_be_a_mistake(event->status);
    if (!sure && !bounces_died(taken->db, taken->address_key, taken->message->id, taken->now - DAY,
                               &sure, err)) {
        return false;
    }
    *told = sure ? "undelivered, and its address is suppressed"
                 : "undelivered; its address is suppressed if that happens again another day";
    reason_of(event, "mail to it came back", reason);
    return !sure || bounce_suppress(taken, taken->address_key, "bounce", reason, 0, err);
}

static bool take_soft(const struct bounce_case *taken, const char **told, struct error *err)
{
    struct bounces_spell spell;
    if (!bounces_spell(taken->db, taken->address_key, taken->message->released_at, &spell, err)) {
        return false;
    }
    if (spell.else_days < TEMPORARY_DAYS && spell.days < FULL_DAYS) {
        *told = "undelivered";
        return true;
    }
    *told = "undelivered, and its address is suspended for thirty days";
    return bounce_suppress(taken, taken->address_key, "suspended", "mail to it keeps coming back",
                           taken->now + SUSPENDED_DAYS * DAY, err);
}

static bool pause_receivers(const struct bounce_case *taken, const char *fault, struct error *err)
{
    const struct outbox_message *message = taken->message;
    const int64_t until = taken->now + PAUSE_MINUTES * (int64_t)CLOCK_MINUTE;
    if (!text_empty(message->pool)) {
        const char *subject = arena_printf(taken->arena, OUTBOX_POOL_SUBJECT, message->pool);
        return paces_pause(taken->db, subject, until, fault, taken->now, err);
    }
    return routes_blame(taken->db, CHANNEL_EMAIL, message->gateway, fault, until, taken->now, err);
}

/* One domain that refuses all its members' mail must not keep the relay from all others: behind it
 * there is no more to be lost. Several that do so have something against us. */
static bool is_too_much(const struct bounce_case *taken, const struct bounces_blocked *blocked)
{
    return blocked->count > BLOCKED_MOST &&
           (!text_empty(taken->message->pool) || blocked->domains == BOUNCES_DOMAINS_MOST);
}

static bool take_blocked(const struct bounce_case *taken, const struct returned_event *event,
                         const char **told, struct error *err)
{
    const struct outbox_message *message = taken->message;
    const int64_t since = taken->now - BLOCKED_MINUTES * (int64_t)CLOCK_MINUTE;
    struct bounces_blocked blocked;
    if (text_empty(message->gateway)) { /* it never went by any */
        return true;
    }
    const char *pool = text_empty(message->pool) ? "" : message->pool;
    if (!bounces_blocked(taken->db, pool, message->gateway, since, taken->now, &blocked, err)) {
        return false;
    }
    const char *words = log_masked_text(event->diagnostic, taken->arena);
    if (!is_too_much(taken, &blocked)) {
        const char *fault =
            arena_printf(taken->arena, "a mail is not wanted where it went: %s", words);
        return routes_blame(taken->db, CHANNEL_EMAIL, message->gateway, fault, 0, taken->now, err);
    }
    const char *fault = arena_printf(taken->arena, "%lld mails in five minutes were not wanted: %s",
                                     (long long)blocked.count, words);
    *told = arena_printf(taken->arena, "undelivered; %s is paused for half an hour: %s",
                         pool[0] == '\0' ? message->gateway : pool, fault);
    return pause_receivers(taken, fault, err);
}

static bool take_config(const struct bounce_case *taken, const struct returned_event *event,
                        const char **told, struct error *err)
{
    const char *fault = arena_printf(taken->arena, "a mail came back by a fault of ours: %s",
                                     log_masked_text(event->diagnostic, taken->arena));
    *told = arena_printf(taken->arena, "undelivered, %s", fault);
    return text_empty(taken->message->gateway) ||
           routes_blame(taken->db, CHANNEL_EMAIL, taken->message->gateway, fault, 0, taken->now,
                        err);
}

/* One that came back so may be one too many for its campaign, unless nobody counts them. */
static bool brake(const struct bounce_case *taken, const struct bounces_measure *measure,
                  const char *what, const char **told, struct error *err)
{
    const struct outbox_message *message = taken->message;
    const char *pool = message->pool;
    bool crowd = false;
    bool paused = false;
    if (measure->most == 0 || !bounces_crowd(taken->db, message->id, measure, &crowd, err)) {
        return measure->most == 0;
    }
    if (!crowd) {
        return true;
    }
    const char *why = arena_printf(
        taken->arena, "more than %lld of %lld mails%s%s %s", (long long)measure->most,
        (long long)measure->of, text_empty(pool) ? "" : " to ", text_empty(pool) ? "" : pool, what);
    if (!campaigns_pause_step(taken->db, message->step_id, why, &paused, err)) {
        return false;
    }
    *told =
        paused ? arena_printf(taken->arena, "%s; its campaign is paused: %s", *told, why) : *told;
    return true;
}

static bool brake_dead(const struct bounce_case *taken, const char **told, struct error *err)
{
    const int64_t percent = taken->config->brakes.dead;
    const struct bounces_measure measure = {
        .class = "dead", .most = percent * DEAD_OF / 100, .of = DEAD_OF};
    return brake(taken, &measure, "came back as there is no such address", told, err);
}

static bool brake_complaints(const struct bounce_case *taken, const char **told, struct error *err)
{
    const struct bounces_measure measure = {
        .class = "complaint", .most = taken->config->brakes.complaints, .of = COMPLAINTS_OF};
    return brake(taken, &measure, "were complained about", told, err);
}

/* Whoever complains has had it. */
static bool take_complaint(const struct bounce_case *taken, const struct returned_event *event,
                           const char **told, struct error *err)
{
    bool fresh = false;
    bool moved = false;
    *told = "its address is suppressed";
    return keep(taken, event, "complaint", &fresh, err) &&
           outbox_resolve(taken->db, taken->message->id, "delivered", "its receiver complained",
                          taken->now, &moved, err) &&
           bounce_suppress(taken, taken->address_key, "complaint", "its receiver complained", 0,
                           err) &&
           (!fresh || brake_complaints(taken, told, err));
}

bool bounce_failed(const struct bounce_case *taken, const struct returned_event *event,
                   const char **told, struct error *err)
{
    bool fresh = false;
    if (event->kind == RETURNED_COMPLAINT) {
        return take_complaint(taken, event, told, err);
    }
    if (event->late) {
        *told = "it is late, and is tried on";
        return keep(taken, event, "late", &fresh, err);
    }
    if (!keep(taken, event, CLASSES[event->class].word, &fresh, err) ||
        !undeliver(taken, event, err)) {
        return false;
    }
    *told = "undelivered, as was said before";
    if (!fresh) {
        return true;
    }
    switch (event->class) {
    case RETURNED_DEAD: return take_dead(taken, event, told, err) && brake_dead(taken, told, err);
    case RETURNED_FULL:
    case RETURNED_TEMPORARY:
    case RETURNED_NONE: return take_soft(taken, told, err);
    case RETURNED_BLOCKED: return take_blocked(taken, event, told, err);
    case RETURNED_CONFIG: return take_config(taken, event, told, err);
    }
    return true;
}

static bool keep_unproven(const struct bounce_case *taken, const struct returned_event *event,
                          size_t *kept, struct error *err)
{
    struct bounce bounce = {
        .class = event->kind == RETURNED_COMPLAINT ? "complaint"
                 : event->late                     ? "late"
                                                   : CLASSES[event->class].word,
        .status = event->status,
        .diagnostic = event->diagnostic,
        .at = taken->now,
    };
    bool contact = false;
    bool fresh = false;
    db_address_key(taken->db, CHANNEL_EMAIL, event->recipient, bounce.address_key);
    if (!bounce_is_contact(taken, bounce.address_key, &contact, err)) {
        return false;
    }
    *kept += contact;
    return !contact || bounces_put(taken->db, &bounce, &fresh, err);
}

bool bounce_unproven(const struct bounce_case *taken, const char **told, struct error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < taken->returned->count; i++) {
        const struct returned_event *event = &taken->returned->events[i];
        if ((event->kind == RETURNED_BOUNCE || event->kind == RETURNED_COMPLAINT) &&
            !keep_unproven(taken, event, &kept, err)) {
            return false;
        }
    }
    *told = kept == 0 ? "it proves no message of ours, and is about nobody we know"
                      : "it proves no message of ours: noted, and nothing else";
    return true;
}
