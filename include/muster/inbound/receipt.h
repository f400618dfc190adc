/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking a delivery receipt. */
#ifndef MUSTER_INBOUND_RECEIPT_H
#define MUSTER_INBOUND_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"

/* Store a receipt, and move the message it is of: to `delivered` or `undelivered` (an expired one
 * was not delivered); a pending one shows that the provider has the message, which settles an
 * unsure one as accepted. What the message's state does not allow is left as it is: receipts come
 * late and out of order. A repeat changes nothing. When it says that the provider knows of an
 * opt-out, the message's address is suppressed. Needs an open transaction. */
bool receipt_take(struct db *db, const struct receipt *receipt, int64_t now,
                  struct error *err) MUST_USE;

#endif
