/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract of everything that hands messages to the outside.
 *
 *  1. carrier_send is given a batch and gives a verdict to every parcel of it before it returns.
 *  2. It says ACCEPTED only when the other side has said so, and REFUSED only when the other side
 *     has refused this message for good, or has no way to take its address.
 *  3. It says DEFERRED when it is certain that the other side did not take the message, and a later
 *     try may succeed.
 *  4. It says UNSURE when the other side may have taken the message: the connection was lost, or
 *     time ran out, after the last byte may have left. It must never guess.
 *  5. It says UNTOUCHED for a parcel of which the other side has heard nothing at all.
 *  6. It never tries a parcel twice, and begins none after its `until`: such ones are UNTOUCHED,
 *     and that alone is no failure.
 *  7. It ends within the carrier's timeouts whatever the other side does, and bounds what it reads.
 *  8. It may not look at the store, log, or keep anything of a parcel after it has returned. */
#ifndef MUSTER_CARRIER_CARRIER_H
#define MUSTER_CARRIER_CARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum carrier_verdict {
    CARRIER_UNTOUCHED,
    CARRIER_ACCEPTED,
    CARRIER_REFUSED,
    CARRIER_DEFERRED,
    CARRIER_UNSURE,
};

struct parcel {
    /* given */
    const char *reference; /* ours: unique, letters and digits */
    const char *to;        /* E.164, or a mail address */
    const char *sender;    /* mail: the envelope sender, an address; texts: NULL */
    const char *body;      /* the text in UTF-8, or the whole mail with CR LF */
    size_t length;         /* of the body, bytes */
    int64_t until;         /* not begun after this instant, ms since the epoch; 0: no limit */
    int64_t validity;      /* seconds after which it must not be delivered any more */
    /* told */
    enum carrier_verdict verdict;
    const char *remote_id; /* the other side's id, in the arena, or NULL */
    const char *answer;    /* what the other side said, one line, in the arena; never NULL */
    int64_t retry_after;   /* ms that the other side asks us to wait; 0 when it said nothing */
    bool opted_out;        /* REFUSED because the other side knows an opt-out */
};

/* A way to the outside, opened by smtp_create or sms_create. */
struct carrier;

/* How many parcels make a good batch. */
size_t carrier_batch(const struct carrier *carrier);

/* Hand over. True when every parcel was judged on its own. False when the carrier as a whole failed
 * (ERROR_UNAVAILABLE: it cannot be reached; ERROR_CONFIG: it does not accept us): the verdicts hold
 * then too, and those it did not come to are UNTOUCHED. */
bool carrier_send(struct carrier *carrier, struct parcel *parcels, size_t count,
                  struct arena *arena, struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void carrier_free(struct carrier **carrier);

#endif
