/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dispatcher and a batch on its way, for the files that share the work. Private to
 * src/dispatch. */
#ifndef MUSTER_DISPATCH_BATCH_H
#define MUSTER_DISPATCH_BATCH_H

#include "muster/base/clock.h"
#include "muster/carrier/carrier.h"
#include "muster/dispatch/dispatch.h"
#include "muster/letter/letters.h"
#include "muster/message/price.h"
#include "muster/model/phone.h"

enum { HAND_OVER_MS = 800 }; /* how long a batch is gone on with */

struct dispatch {
    struct dispatch_way way;
    const struct config *config; /* the route's */
    enum channel channel;
    struct route route;
    struct pace_rule rule;
    struct carrier *carrier;
    size_t batch;  /* texts: how many make a good one, as the provider has shown */
    int64_t speed; /* messages a second, of the last batch; 0: not known */
    struct letters *letters;
    struct arena *arena; /* for as long as this lasts */
    struct letterhead letterhead;
    int64_t told_step; /* the one whose own hours the log has told of last */
};

/* A batch on its way; the four arrays run in parallel, `count` long, until the parcels are
 * packed. */
struct batch {
    struct arena *arena;
    struct outbox_demand demand; /* what it was claimed by */
    int64_t until; /* nothing is begun from then on: the hours end, or the deadline is near */
    struct outbox_message *messages;
    size_t count;
    struct letter *letters;
    struct outbox_release *releases;
    struct parcel *parcels;               /* the released ones only */
    const struct outbox_message **packed; /* the message of each parcel */
    size_t parcel_count;
};

/* What a text to this number costs, in millionths; -1 when no price is known, and for mail. */
static inline int64_t batch_cost(const struct dispatch *dispatch, const char *number, int64_t parts)
{
    struct price_sum sum = {0};
    if (dispatch->channel != CHANNEL_SMS) {
        return -1;
    }
    price_add(&sum, &dispatch->way.gateway->tariff, phone_route(number), (size_t)parts);
    return sum.unknown ? -1 : sum.cost;
}

#endif
