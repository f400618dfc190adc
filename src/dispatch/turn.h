/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose turn it is. Private to src/dispatch. */
#ifndef MUSTER_DISPATCH_TURN_H
#define MUSTER_DISPATCH_TURN_H

#include "batch.h"

/* Claim what goes next: of the steps that may go now, those of urgent campaigns first, of the one
 * with the nearest deadline; but one
 * whose receivers hold back all that is left of it does not hold up the others. When nothing may go
 * for its hours, the tally tells when it may. */
bool turn_claim(struct dispatch *dispatch, int64_t now, struct batch *batch,
                struct dispatch_tally *tally, struct error *err) MUST_USE;

#endif
