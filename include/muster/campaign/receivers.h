/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose rules a mail goes by: told from its domain when it is queued, or found out afterwards. */
#ifndef MUSTER_CAMPAIGN_RECEIVERS_H
#define MUSTER_CAMPAIGN_RECEIVERS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/pools.h"
#include "muster/store/db.h"

/* The pool of an address, "" for none, as long-lived as the pools. With mail.mx a domain that they
 * do not name is put down to be looked up. Needs an open transaction. */
bool receivers_pool(struct db *db, const struct config *config, const struct pools *pools,
                    const char *address, int64_t now, struct arena *arena, const char **pool,
                    struct error *err) MUST_USE;

/* Look up the mail servers of some domains, for some seconds at most and outside of any
 * transaction, and put what is queued for them into the pools they turn out to belong to. `*wait`
 * is the ms before which it is of no use to come again; 0: come at once. Does nothing without
 * mail.mx. False only when the store failed. */
bool receivers_learn(struct db *db, const struct config *config, const struct pools *pools,
                     int64_t *wait, struct error *err) MUST_USE;

/* The same when it is of use to come again: not before `*again_at` of clock_monotonic, which it
 * moves on. Begin with 0. */
bool receivers_learn_when_due(struct db *db, const struct config *config, const struct pools *pools,
                              int64_t *again_at, struct error *err) MUST_USE;

#endif
