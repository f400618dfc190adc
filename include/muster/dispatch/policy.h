/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a carrier's verdict: plain arithmetic, no store, no clock. */
#ifndef MUSTER_DISPATCH_POLICY_H
#define MUSTER_DISPATCH_POLICY_H

#include <stdint.h>

#include "muster/carrier/carrier.h"

struct policy {
    int64_t first;    /* ms until the first retry */
    int64_t longest;  /* the longest pause, ms */
    int64_t attempts; /* hand-overs of one message, the first included */
};

struct policy_decision {
    const char
        *state; /* as the outbox has it: accepted, refused, queued, expired, unsure. Static */
    const char *verdict; /* the carrier's word for the record. Static */
    int64_t due_at;      /* queued: not before; else 0 */
};

/* Decide. `attempt` counts hand-overs, this one included; `salt` spreads retries that began
 * together (any number that differs from message to message). A deferred message is retried
 * after a pause that doubles each time, is never shorter than the carrier asked, and varies by a
 * quarter; when the next try would come after the deadline it expires, when there have been
 * enough it is refused. An untouched one goes back as if nothing had been. */
void policy_decide(const struct policy *policy, const struct parcel *parcel, int64_t attempt,
                   int64_t now, int64_t deadline, uint64_t salt, struct policy_decision *decision);

/* What becomes of an unsure message of which it has turned out that nobody took it, after `attempt`
 * hand-overs: "queued" while there are tries and time left, else "refused" or "expired". Static. */
const char *policy_untaken(const struct policy *policy, int64_t attempt, int64_t now,
                           int64_t deadline);

/* How long to wait, in ms, before what came of a hand-over is stored again, after `tried` times in
 * vain: it exists nowhere else, and must not be lost to a full disk. 0: five minutes are over. */
int64_t policy_store_again(int tried);

/* When an unsure message is asked for again, ms from now, after `times` look-ups, this one
 * included: a minute after the first, twice as long each time, an hour at most. */
int64_t policy_ask_again(int64_t times);

#endif
