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
#include "muster/store/db.h"

struct dispatch;

/* A dispatcher of mail to the relay of `config->mail`, or of texts to the provider that
 * `gateway` describes (called back at the two URLs), claiming as `worker`. All that is given
 * must outlive it, but for the URLs. Errors as of smtp_create and sms_create. */
bool dispatch_open_mail(struct db *db, const struct config *config, int64_t worker,
                        struct dispatch **dispatch, struct error *err) MUST_USE;
bool dispatch_open_sms(struct db *db, const struct config *config, const struct gateway *gateway,
                       const char *receipt_url, const char *reply_url, int64_t worker,
                       struct dispatch **dispatch, struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void dispatch_free(struct dispatch **dispatch);

/* What one batch did. */
struct dispatch_tally {
    size_t claimed;
    size_t accepted;
    size_t refused;
    size_t deferred; /* back in the queue, or expired for want of time */
    size_t unsure;
    size_t withheld; /* stopped before the wire */
    int64_t wait;    /* ms after which more may go, when the pace held some back; else 0 */
};

/* Add what a batch did to a sum of batches; `wait` is of one batch and is not added. */
void dispatch_tally_add(struct dispatch_tally *sum, const struct dispatch_tally *tally);

/* Do one batch. True with `claimed` 0 when there was nothing to do. False when the store failed,
 * or the carrier as a whole (ERROR_UNAVAILABLE, ERROR_CONFIG); the tally holds then too, and no
 * message is lost: what was not handed over is back in the queue. */
bool dispatch_batch(struct dispatch *dispatch, struct dispatch_tally *tally,
                    struct error *err) MUST_USE;

#endif
