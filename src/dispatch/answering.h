/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is texted back to members, by the gateway that their replies came by. Private to
 * src/dispatch. */
#ifndef MUSTER_DISPATCH_ANSWERING_H
#define MUSTER_DISPATCH_ANSWERING_H

#include "batch.h"

/* Whether the configuration's answers can be rendered; ERROR_CONFIG when one cannot. */
bool answering_check(const struct config *config, struct error *err) MUST_USE;

/* Hand over the answers that are due; they go before every campaign, at any hour. The tally has
 * them; nothing claimed when there are none. Errors as of dispatch_batch. */
bool answering_batch(struct dispatch *dispatch, struct dispatch_tally *tally,
                     struct error *err) MUST_USE;

#endif
