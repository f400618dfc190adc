/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The group commit; see intake.h. */
#include "intake.h"

#include <stdlib.h>

#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/inbound/receipt.h"
#include "muster/inbound/reply.h"
#include "muster/store/suppressions.h"

enum { LOOK_AGAIN = 5, SILENCE_WITHIN = 5 * CLOCK_SECOND };

enum { STATUS_FAULT = 500, STATUS_LATER = 503 };

struct intake {
    struct db *db;
    struct intake_item *first; /* gathered, in order */
    struct intake_item **last;
    struct intake_item *waiting; /* stored; their number is not silent yet */
};

struct intake *intake_create(struct db *db)
{
    struct intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL) {
        abort();
    }
    intake->db = db;
    intake->last = &intake->first;
    return intake;
}

void intake_put(struct intake *intake, struct intake_item *item)
{
    item->next = NULL;
    *intake->last = item;
    intake->last = &item->next;
}

/* To a provider only the status counts, and one of them sends the body of an answer to the member:
 * so there is none. */
static void refuse(struct intake_item *item, unsigned status)
{
    const struct server_answer answer = {
        .status = status, .type = "text/plain; charset=utf-8", .body = ""};
    server_answer(item->exchange, &answer);
}

static void refuse_all(struct intake_item *items, unsigned status)
{
    while (items != NULL) {
        struct intake_item *next = items->next; /* an item goes with its answer */
        refuse(items, status);
        items = next;
    }
}

static bool take(struct db *db, struct intake_item *item, int64_t now, struct error *err)
{
    if (item->kind == INTAKE_DEED) {
        return item->deed(db, now, item->context, err);
    }
    for (size_t i = 0; i < item->events.count; i++) {
        struct hook_event *event = &item->events.events[i];
        bool fresh = false;
        if (event->kind == HOOK_RECEIPT ? !receipt_take(db, &event->receipt, now, err)
                                        : !reply_take(db, &event->reply, now, &fresh, err)) {
            return false;
        }
    }
    return true;
}

/* Store the items up to `end` (not included) in one transaction. `*alone` tells of a failure
 * whether it is the fault of one item, rather than of the store as a whole. */
static bool store(struct db *db, struct intake_item *items, const struct intake_item *end,
                  bool *alone, struct error *err)
{
    *alone = false;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    int64_t now = clock_now();
    for (struct intake_item *item = items; item != end; item = item->next) {
        if (!take(db, item, now, err)) {
            *alone = err->kind == ERROR_DATA || err->kind == ERROR_INTERNAL;
            return false;
        }
    }
    return db_commit(transaction, err);
}

static bool event_silences(const struct hook_event *event)
{
    return event->kind == HOOK_REPLY && reply_silences(&event->reply);
}

static bool silences(const struct intake_item *item)
{
    for (size_t i = 0; item->kind == INTAKE_CALL && i < item->events.count; i++) {
        if (event_silences(&item->events.events[i])) {
            return true;
        }
    }
    return false;
}

static void answer_stored(struct intake_item *item)
{
    if (item->kind == INTAKE_DEED) {
        item->tell(item->exchange, item->context);
    } else {
        server_answer(item->exchange, &item->stored);
    }
}

static void settle(struct intake *intake, struct intake_item *item)
{
    if (!silences(item)) {
        answer_stored(item);
        return;
    }
    /* A repeat waits too: its first may have been told 503. */
    item->until = clock_monotonic() + SILENCE_WITHIN;
    item->next = intake->waiting;
    intake->waiting = item;
}

/* One of them could not be taken: it must not take the others with it. */
static void store_singly(struct intake *intake, struct intake_item *items)
{
    while (items != NULL) {
        struct intake_item *next = items->next;
        struct error err = {.kind = ERROR_NONE};
        bool alone = false;
        if (store(intake->db, items, next, &alone, &err)) {
            settle(intake, items);
        } else {
            log_error("a callback cannot be stored: %s", err.text);
            refuse(items, alone ? STATUS_FAULT : STATUS_LATER);
        }
        items = next;
    }
}

static void store_gathered(struct intake *intake)
{
    struct intake_item *items = intake->first;
    if (items == NULL) {
        return;
    }
    intake->first = NULL;
    intake->last = &intake->first;
    struct error err = {.kind = ERROR_NONE};
    bool alone = false;
    if (!store(intake->db, items, NULL, &alone, &err)) {
        if (alone) {
            store_singly(intake, items);
            return;
        }
        log_error("callbacks cannot be stored: %s", err.text);
        refuse_all(items, STATUS_LATER);
        return;
    }
    size_t count = 0;
    while (items != NULL) {
        struct intake_item *next = items->next;
        settle(intake, items);
        items = next;
        count++;
    }
    log_debug("stored %zu in one transaction", count);
}

/* Whether a message is on its way to any number that has asked for silence. */
static bool find_in_flight(struct db *db, const struct intake_item *item, bool *in_flight,
                           struct error *err)
{
    *in_flight = false;
    for (size_t i = 0; !*in_flight && i < item->events.count; i++) {
        const struct hook_event *event = &item->events.events[i];
        if (event_silences(event) &&
            !suppressions_in_flight(db, event->reply.address_key, in_flight, err)) {
            return false;
        }
    }
    return true;
}

/* Whether the waiting item has its answer now. */
static bool look_again(struct intake *intake, struct intake_item *item, int64_t now)
{
    bool in_flight = true;
    struct error err = {.kind = ERROR_NONE};
    if (!find_in_flight(intake->db, item, &in_flight, &err)) {
        log_error("cannot tell whether a message is on its way: %s", err.text);
        refuse(item, STATUS_LATER);
        return true;
    }
    if (!in_flight) {
        answer_stored(item);
        return true;
    }
    if (now >= item->until) {
        log_warning("an opt-out is stored, but a message to its number is still on its way; "
                    "the provider is asked to call again");
        refuse(item, STATUS_LATER);
        return true;
    }
    return false;
}

void intake_turn(struct intake *intake)
{
    store_gathered(intake);
    int64_t now = clock_monotonic();
    struct intake_item **link = &intake->waiting;
    while (*link != NULL) {
        struct intake_item *item = *link;
        struct intake_item *next = item->next;
        if (look_again(intake, item, now)) {
            *link = next;
        } else {
            link = &item->next;
        }
    }
}

int64_t intake_due(const struct intake *intake)
{
    if (intake->first != NULL) {
        return 0;
    }
    return intake->waiting != NULL ? LOOK_AGAIN : -1;
}

void intake_free(struct intake **intake)
{
    struct intake *old = *intake;
    *intake = NULL;
    if (old == NULL) {
        return;
    }
    refuse_all(old->first, STATUS_LATER);
    refuse_all(old->waiting, STATUS_LATER);
    free(old);
}
