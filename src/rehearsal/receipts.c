/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delivery receipts; see receipts.h. One piece of memory per message goes through its stages, so a
 * hundred thousand receipts that wait for a client that is down cost what they must and no more. */
#include "receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "form.h"
#include "muster/base/clock.h"

enum stage { STAGE_SENT, STAGE_FINAL, STAGE_REPEATED };

struct receipt {
    struct callback callback;
    struct rehearsal *world;
    uint64_t attempt;
    const char *fate;
    enum stage stage;
    bool posted; /* this stage was counted */
    char id[BOX_ID_SIZE];
    const char *reference; /* these three behind the struct */
    const char *to;
    char text[];
};

const char *receipts_fate(const struct rehearsal *world, const char *to, uint64_t attempt)
{
    if (mishaps_strike(&world->mishaps, MISHAP_RECEIPT_FAIL, to, attempt)) {
        return "undelivered";
    }
    if (mishaps_strike(&world->mishaps, MISHAP_RECEIPT_EXPIRE, to, attempt)) {
        return "expired";
    }
    return "delivered";
}

static void compose(void *data, struct buffer *body)
{
    struct receipt *receipt = data;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (!receipt->posted) {
        receipt->posted = true;
        receipt->world->counts.receipts_posted++;
    }
    form_put(body, "id", receipt->id);
    form_put(body, "reference", receipt->reference);
    form_put(body, "to", receipt->to);
    form_put(body, "status", receipt->stage == STAGE_SENT ? "sent" : receipt->fate);
    form_put(body, "time", clock_iso(clock_now(), arena));
}

static void show(struct receipt *receipt, const char *status)
{
    struct box *phone = boxes_find(receipt->world->phones, receipt->to);
    struct item *item = phone == NULL ? NULL : boxes_item(phone, receipt->id);
    if (item != NULL) {
        snprintf(item->status, sizeof item->status, "%s", status);
    }
    ledger_settle(receipt->world->ledger, receipt->id, status);
}

static void write_line(struct receipt *receipt, const char *result, long status, unsigned tries)
{
    struct journal *journal = receipt->world->journal;
    journal_begin(journal, "receipt");
    journal_text(journal, "id", receipt->id);
    journal_text(journal, "to", receipt->to);
    journal_text(journal, "reference", receipt->reference);
    journal_text(journal, "status", receipt->fate);
    journal_text(journal, "result", result);
    journal_number(journal, "answer", status);
    journal_number(journal, "tries", tries);
    journal_end(journal);
}

static void finish(struct receipt *receipt)
{
    receipt->world->counts.receipts_waiting--;
    free(receipt);
}

static bool strikes(const struct receipt *receipt, enum mishap kind)
{
    return mishaps_strike(&receipt->world->mishaps, kind, receipt->to, receipt->attempt);
}

static void go_on(struct receipt *receipt, enum stage stage, int64_t pause)
{
    receipt->stage = stage;
    receipt->posted = false;
    callbacks_post(receipt->world->callbacks, &receipt->callback, pause);
}

static void done(void *data, long status, unsigned tries)
{
    struct receipt *receipt = data;
    struct counts *counts = &receipt->world->counts;
    bool answered = status >= 200 && status < 300;
    counts->receipts_answered += answered;
    counts->receipts_abandoned += !answered;
    if (receipt->stage == STAGE_SENT) {
        show(receipt, receipt->fate);
        if (strikes(receipt, MISHAP_RECEIPT_LOSE)) {
            counts->receipts_lost++;
            write_line(receipt, "lost", 0, 0);
            finish(receipt);
            return;
        }
        go_on(receipt, STAGE_FINAL, 0);
        return;
    }
    if (receipt->stage == STAGE_FINAL) {
        write_line(receipt, answered ? "answered" : "abandoned", status, tries);
        if (answered && strikes(receipt, MISHAP_RECEIPT_REPEAT)) {
            go_on(receipt, STAGE_REPEATED, 0);
            return;
        }
    }
    finish(receipt);
}

static const char *append(char **end, const char *text)
{
    size_t size = strlen(text) + 1;
    const char *copy = memcpy(*end, text, size);
    *end += size;
    return copy;
}

void receipts_begin(struct rehearsal *world, const struct receipt_facts *facts)
{
    size_t room = strlen(facts->reference) + strlen(facts->to) + strlen(facts->url) + 3;
    struct receipt *receipt = cell_new(sizeof *receipt + room);
    char *end = receipt->text;
    receipt->reference = append(&end, facts->reference);
    receipt->to = append(&end, facts->to);
    receipt->callback.url = append(&end, facts->url);
    memcpy(receipt->id, facts->id, strnlen(facts->id, sizeof receipt->id - 1));
    receipt->world = world;
    receipt->attempt = facts->attempt;
    receipt->fate = facts->fate;
    receipt->callback.compose = compose;
    receipt->callback.done = done;
    receipt->callback.drop = free;
    receipt->callback.data = receipt;
    world->counts.receipts_waiting++;
    go_on(receipt, STAGE_SENT, 0);
}
