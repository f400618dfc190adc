/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one tap of a member who wants no more mail (RFC 8058). */
#ifndef MUSTER_INBOUND_TAP_H
#define MUSTER_INBOUND_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"

/* Suppress the address that the message of this token went to. `*known` is false, and nothing done,
 * when the token is not one of ours or its message is no longer there. A second tap changes
 * nothing. Needs an open transaction. */
bool tap_unsubscribe(struct db *db, const char *token, int64_t now, bool *known,
                     struct error *err) MUST_USE;

#endif
