/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outbox that is only thought of: which messages a step would put into the real one. Nothing
 * of it is written to the store's file, and nobody is kept waiting by it. One at a time on a
 * connection. */
#ifndef MUSTER_STORE_OUTBOX_TRIAL_H
#define MUSTER_STORE_OUTBOX_TRIAL_H

#include <stdbool.h>

#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

/* Begin an empty one. */
bool outbox_trial_begin(struct db *db, struct error *err) MUST_USE;

/* As outbox_put: `*queued` is false when the step has a message for this address already, in the
 * real outbox or in this one. */
bool outbox_trial_put(struct db *db, const struct outbox_message *message, bool *queued,
                      struct error *err) MUST_USE;

#endif
