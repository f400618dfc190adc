/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is learnt from a batch. Private to src/dispatch. */
#ifndef MUSTER_DISPATCH_REPORT_H
#define MUSTER_DISPATCH_REPORT_H

#include "batch.h"

/* Whether the carrier has taken any of it. */
bool report_any_accepted(const struct batch *batch);

/* Learn from a batch that was settled: how many make a good one, what the route and the receivers
 * are to be known for (`fault`: the carrier as a whole failed; NULL: it did not), whom it did not
 * work for; and give back what did not go. */
bool report_batch(struct dispatch *dispatch, const struct batch *batch, const struct error *fault,
                  struct dispatch_tally *tally, struct error *err) MUST_USE;

/* What was claimed and did not go is given back to the caps and shares. */
bool report_give_back(const struct dispatch *dispatch, const struct batch *batch,
                      struct error *err) MUST_USE;

#endif
