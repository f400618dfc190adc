/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ballot is held under: its file, completed by the law and the calendar. */
#ifndef MUSTER_BALLOT_TERMS_H
#define MUSTER_BALLOT_TERMS_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/conf/plan.h"
#include "muster/store/ballots.h"

/* Make a ballot of what an organiser wrote down, ready to be stored. What the file leaves open is
 * settled: thresholds by the law on the day on which it opens, replacement papers from a week after
 * the opening to noon of the seventh day before the close, the last post by the bank holidays of
 * the configuration's nation. Strings are those of the plan. Faults of the lists of law and of
 * holidays go to `faults`. ERROR_DATA when the law says nothing of that day, or when no day of a
 * postal ballot is safe for posting and its file names none. */
bool terms_settle(const struct config *config, const struct ballot_plan *plan, struct arena *arena,
                  struct faults *faults, struct ballot *ballot, struct error *err) MUST_USE;

#endif
