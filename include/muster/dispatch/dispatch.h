/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the outbox to the wire, a batch at a time:
 *
 *     claim -> render -> commit `sending` -> hand over -> settle
 *
 * Nothing is on the wire outside the two commits, so that whatever happens, each message is either
 * certainly not sent, certainly settled, or known to be unsure. */
#ifndef MUSTER_DISPATCH_DISPATCH_H
#define MUSTER_DISPATCH_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/conf/pools.h"
#include "muster/conf/windows.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

struct dispatch;

/* A way out, and what it needs. All of it must outlive the dispatcher, but for the URLs. */
struct dispatch_way {
    struct db *db;
    const struct config_route *route; /* the relay, or the gateway */
    bool alone;                       /* the channel has no other */
    int64_t heaviest;                 /* the greatest weight among the channel's; 0: its own */
    const struct gateway *gateway;    /* texts: the provider's profile; NULL: mail */
    const char *receipt_url; /* texts: where the provider calls back; "" or NULL: nowhere */
    const char *reply_url;
    const struct windows *windows;   /* when messages may go */
    const struct pools *receivers;   /* mail: whose answers may ask for a pause; NULL: nobody's */
    const struct outbox_pool *pools; /* mail: their other rules */
    size_t pool_count;
    int64_t worker;
};

/* A dispatcher of mail to a relay, or of texts to a provider. Errors as of smtp_create and
 * sms_create. */
bool dispatch_open(const struct dispatch_way *way, struct dispatch **dispatch,
                   struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void dispatch_free(struct dispatch **dispatch);

/* The name of its route. */
const char *dispatch_route(const struct dispatch *dispatch);

/* What became of a batch. */
struct dispatch_tally {
    size_t claimed;
    size_t accepted;
    size_t refused;
    size_t deferred; /* put off, or untouched */
    size_t unsure;
    size_t withheld;  /* not released: suppressed, no longer wanted, not to be rendered, ... */
    int64_t wait;     /* nothing goes now: ms after which to come again; 0: not known */
    int64_t opens_at; /* it waits for its hours, which begin then; 0: it does not */
    int64_t took;     /* ms from the first message to the last answer */
    char campaign[65];
    char notice[400]; /* what the log should say once of the campaign; "": nothing */
    char trouble
        [256]; /* the first that was not taken: address shortened, and the answer; "": none */
};

/* Add up counts; the rest is the latter's. */
void dispatch_tally_add(struct dispatch_tally *sum, const struct dispatch_tally *tally);

/* Do one batch; nothing claimed and no error when nothing is due, or nothing may go now. False with
 * ERROR_UNAVAILABLE or ERROR_CONFIG when the carrier as a whole failed (the tally and the outbox
 * are right all the same, and the route is closed for a while), with ERROR_DATA when a campaign had
 * to be paused, or with an error of the store. */
bool dispatch_batch(struct dispatch *dispatch, struct dispatch_tally *tally,
                    struct error *err) MUST_USE;

#endif
