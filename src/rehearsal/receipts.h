/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delivery receipts of one SMS: "sent", then the final one. */
#ifndef MUSTER_REHEARSAL_RECEIPTS_H
#define MUSTER_REHEARSAL_RECEIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "rehearsal.h"

/* How a message ends: "delivered", "undelivered" or "expired", by its lot. */
const char *receipts_fate(const struct rehearsal *world, const char *to, uint64_t attempt) MUST_USE;

/* What a receipt says. The texts are copied. */
struct receipt_facts {
    const char *id;
    const char *reference;
    const char *to;
    const char *url;
    uint64_t attempt;
    const char *fate; /* a constant, from receipts_fate */
};

/* Post "sent" soon, and the final receipt after it. */
void receipts_begin(struct rehearsal *world, const struct receipt_facts *facts);

#endif
