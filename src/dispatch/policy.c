/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retry or not, and when. */
#include "muster/dispatch/policy.h"

#include "muster/base/clock.h"

/* The pause before the next try, before it is spread. */
static int64_t pause_after(const struct policy *policy, int64_t attempt)
{
    int64_t pause = policy->first;
    for (int64_t i = 1; i < attempt && pause < policy->longest; i++) {
        pause *= 2;
    }
    return pause < policy->longest ? pause : policy->longest;
}

/* Up to a quarter more, by a multiplicative hash of the salt. */
static int64_t spread(int64_t pause, uint64_t salt)
{
    uint64_t mixed = salt * 0x9E3779B97F4A7C15u;
    return pause + (int64_t)((mixed >> 33) % (uint64_t)(pause / 4 + 1));
}

static void decide_deferred(const struct policy *policy, const struct parcel *parcel,
                            int64_t attempt, int64_t now, int64_t deadline, uint64_t salt,
                            struct policy_decision *decision)
{
    if (attempt >= policy->attempts) {
        decision->state = "refused";
        return;
    }
    int64_t pause = pause_after(policy, attempt);
    pause = parcel->retry_after > pause ? parcel->retry_after : pause;
    int64_t due = now + spread(pause, salt);
    decision->state = due < deadline ? "queued" : "expired";
    decision->due_at = due < deadline ? due : 0;
}

void policy_decide(const struct policy *policy, const struct parcel *parcel, int64_t attempt,
                   int64_t now, int64_t deadline, uint64_t salt, struct policy_decision *decision)
{
    *decision = (struct policy_decision){0};
    switch (parcel->verdict) {
    case CARRIER_UNTOUCHED:
        decision->verdict = "untouched";
        decision->state = "queued";
        decision->due_at = now;
        return;
    case CARRIER_ACCEPTED:
        decision->verdict = "accepted";
        decision->state = "accepted";
        return;
    case CARRIER_REFUSED:
        decision->verdict = "refused";
        decision->state = "refused";
        return;
    case CARRIER_DEFERRED:
        decision->verdict = "deferred";
        decide_deferred(policy, parcel, attempt, now, deadline, salt, decision);
        return;
    case CARRIER_UNSURE:
        decision->verdict = "unsure";
        decision->state = "unsure";
        return;
    }
}

const char *policy_untaken(const struct policy *policy, int64_t attempt, int64_t now,
                           int64_t deadline)
{
    return attempt >= policy->attempts ? "refused" : now < deadline ? "queued" : "expired";
}

int64_t policy_ask_again(int64_t times)
{
    const struct policy asking = {.first = CLOCK_MINUTE, .longest = CLOCK_HOUR};
    return pause_after(&asking, times);
}

int64_t policy_store_again(int tried)
{
    enum { TRIES = 60, LONGEST = 5 * CLOCK_SECOND };
    const int64_t pause = tried * (int64_t)CLOCK_SECOND;
    return tried >= TRIES ? 0 : pause < LONGEST ? pause : LONGEST;
}
