/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking receipts; see receipt.h. */
#include "muster/inbound/receipt.h"

#include <stdio.h>

#include "muster/base/text.h"
#include "muster/store/answers.h"
#include "muster/store/outbox.h"

/* The outbox state that a receipt's meaning leads to. */
static const char *state_of(const char *means)
{
    if (text_equal(means, "delivered")) {
        return "delivered";
    }
    if (text_equal(means, "pending")) {
        return "accepted";
    }
    return "undelivered";
}

/* What an error means, in words. */
static const char *cause_told(const char *cause)
{
    static const struct {
        const char *cause;
        const char *told;
    } causes[] = {
        {"number", "the number takes no texts"},
        {"blocked", "blocked on its way"},
        {"temporary", "not reached for now"},
        {"ours", "a fault of our account, sender or text"},
        {"opted_out", "the provider knows of an opt-out"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(causes); i++) {
        if (text_equal(causes[i].cause, cause)) {
            return causes[i].told;
        }
    }
    return NULL;
}

/* One line: "receipt: failed (30005: the number takes no texts)". Of what was delivered, or may be
 * yet, an error tells nothing: most providers then give one that says that there is none. */
static void tell(const struct receipt *receipt, char *reason, size_t size)
{
    const char *told = cause_told(receipt->cause);
    if (text_empty(receipt->error) || !text_equal(state_of(receipt->means), "undelivered")) {
        (void)snprintf(reason, size, "receipt: %s", receipt->status);
    } else if (told == NULL) {
        (void)snprintf(reason, size, "receipt: %s (%s)", receipt->status, receipt->error);
    } else {
        (void)snprintf(reason, size, "receipt: %s (%s: %s)", receipt->status, receipt->error, told);
    }
}

bool receipt_take(struct db *db, const struct receipt *receipt, int64_t now, struct error *err)
{
    int64_t outbox_id = 0;
    bool of_answer = false;
    if (!answers_receipt(db, receipt, state_of(receipt->means), now, &of_answer, err)) {
        return false;
    }
    if (of_answer) {
        return true;
    }
    if (!inbox_put_receipt(db, receipt, &outbox_id, err)) {
        return false;
    }
    if (outbox_id == 0) {
        return true;
    }
    char reason[256];
    tell(receipt, reason, sizeof reason);
    bool moved = false;
    if (!outbox_resolve(db, outbox_id, state_of(receipt->means), reason, now, &moved, err)) {
        return false;
    }
    return !text_equal(receipt->cause, "opted_out") || text_equal(receipt->means, "delivered") ||
           outbox_opted_out(db, outbox_id, now, err);
}
