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

/* Whether a stored ballot may become another by a change of its file: one that has not closed, with
 * the same electorate; once it has opened, with the same opening and method. ERROR_DATA says what
 * may not. */
bool terms_may_become(const struct ballot *was, const struct ballot *becomes, int64_t now,
                      struct error *err) MUST_USE;

#endif
