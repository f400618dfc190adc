/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking what a member wrote back. */
#ifndef MUSTER_INBOUND_REPLY_H
#define MUSTER_INBOUND_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"

/* Store a reply and do what it means: `stop` suppresses its number, `hold` does so until a person
 * has decided, `start` lifts both; `voted`, `no-paper` and `declined` are noted in the ballot that
 * the latest message to the number was about. Anything else is kept for people to read.
 *
 * A part of a longer text becomes one reply with the others, which is there from the first part
 * on, "[...]" standing for what is not here yet, or never comes. `stop` and `hold` are done at
 * once, in whichever part they stand; whatever else it means, when the last part is here.
 *
 * Of `reply`, gateway, remote_id, address, text, part and at are given; the rest is told, `meaning`
 * (of a part: that of the reply as it is now) and `address_key` for a repeat too. `*fresh` is false
 * for a repeat, which changes nothing. Needs an open transaction. */
bool reply_take(struct db *db, struct reply *reply, int64_t now, bool *fresh,
                struct error *err) MUST_USE;

/* Whether a reply that was taken asks for silence: nothing may be handed over to its number from
 * the moment at which the provider has our answer. */
bool reply_silences(const struct reply *reply) MUST_USE;

#endif
