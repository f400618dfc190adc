/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking receipts; see receipt.h. */
#include "muster/inbound/receipt.h"

#include <stdio.h>

#include "muster/base/text.h"
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

bool receipt_take(struct db *db, const struct receipt *receipt, int64_t now, struct error *err)
{
    int64_t outbox_id = 0;
    if (!inbox_put_receipt(db, receipt, &outbox_id, err)) {
        return false;
    }
    if (outbox_id == 0) {
        return true;
    }
    char reason[128];
    (void)snprintf(reason, sizeof reason, "receipt: %s", receipt->status);
    bool moved = false;
    return outbox_resolve(db, outbox_id, state_of(receipt->means), reason, now, &moved, err);
}
