/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generic cell rate algorithm. */
#include "muster/model/pace.h"

#include <stdbool.h>

enum {
    MICROSECONDS = 1000000,
    BURSTS_A_SECOND = 4,     /* where no burst is named: a quarter of a second's worth */
    BURST_MOST = 1000000000, /* so that no sum of them overflows */
    GATHER_MS = 100,         /* better to come back for some than for each */
};

static int64_t burst_of(const struct pace_rule *rule)
{
    if (rule->burst > 0) {
        return rule->burst < BURST_MOST ? rule->burst : BURST_MOST;
    }
    int64_t quarter = rule->rate / BURSTS_A_SECOND;
    return quarter < 1 ? 1 : quarter < BURST_MOST ? quarter : BURST_MOST;
}

/* One message's share of a second, rounded up, so that the rate is never passed. */
static int64_t interval_of(const struct pace_rule *rule)
{
    return MICROSECONDS / rule->rate + (MICROSECONDS % rule->rate > 0 ? 1 : 0);
}

/* When to come back: once some more conform, but before so many would that a burst is full and the
 * rate is not used. */
static int64_t wait_of(int64_t conforms_in_us, int64_t burst, int64_t interval)
{
    int64_t gather = (burst - 1) * interval / 1000;
    int64_t wait = conforms_in_us / 1000 + 1;
    gather = gather < GATHER_MS ? gather : GATHER_MS;
    return wait > gather ? wait : gather;
}

void pace_grant(const struct pace_rule *rule, int64_t next_us, int64_t now, size_t wanted,
                struct pace_grant *grant)
{
    *grant = (struct pace_grant){.messages = wanted};
    if (rule->rate <= 0) {
        return;
    }
    int64_t now_us = now * 1000;
    int64_t burst = burst_of(rule);
    int64_t interval = interval_of(rule);
    int64_t oldest = now_us - (burst - 1) * interval;
    /* Never written by a clock that goes on: this one was set back. */
    bool is_strange = next_us > now_us + interval + (int64_t)PACE_SET_BACK_MS * 1000;
    int64_t next = is_strange ? now_us : next_us < oldest ? oldest : next_us;
    int64_t fits = next > now_us ? 0 : (now_us - next) / interval + 1;
    grant->next_us = next;
    grant->interval_us = interval;
    if ((uint64_t)fits < wanted) {
        grant->messages = (size_t)fits;
        grant->wait = wait_of(next + fits * interval - now_us, burst, interval);
    }
}

int64_t pace_next(const struct pace_grant *grant, size_t used)
{
    return grant->next_us + (int64_t)used * grant->interval_us;
}
