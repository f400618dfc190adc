/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generic cell rate algorithm. */
#include "muster/model/pace.h"

enum {
    MICROSECONDS = 1000000,
    BURSTS_A_SECOND = 4, /* where no burst is named: a quarter of a second's worth */
    AHEAD_US = 35 * MICROSECONDS,
    GATHER_MS = 100, /* better to come back for some than for each */
};

static int64_t burst_of(const struct pace_rule *rule)
{
    if (rule->burst > 0) {
        return rule->burst;
    }
    return rule->rate / BURSTS_A_SECOND > 0 ? rule->rate / BURSTS_A_SECOND : 1;
}

void pace_grant(const struct pace_rule *rule, int64_t next_us, int64_t now, size_t wanted,
                struct pace_grant *grant)
{
    *grant = (struct pace_grant){.messages = wanted};
    if (rule->rate <= 0) {
        return;
    }
    int64_t now_us = now * 1000;
    int64_t interval = MICROSECONDS / rule->rate > 0 ? MICROSECONDS / rule->rate : 1;
    int64_t oldest = now_us - (burst_of(rule) - 1) * interval;
    /* Another process may be ahead by as long as this one has waited for the store. Beyond that the
     * clock was set back, and must not stop the channel until it is as late again. */
    int64_t latest = now_us + interval + AHEAD_US;
    int64_t next = next_us < oldest ? oldest : next_us > latest ? now_us : next_us;
    int64_t fits = next > now_us ? 0 : (now_us - next) / interval + 1;
    grant->next_us = next;
    grant->interval_us = interval;
    if ((uint64_t)fits < wanted) {
        int64_t wait = (next + fits * interval - now_us) / 1000 + 1;
        grant->messages = (size_t)fits;
        grant->wait = wait > GATHER_MS ? wait : GATHER_MS;
    }
}

int64_t pace_next(const struct pace_grant *grant, size_t used)
{
    return grant->next_us + (int64_t)used * grant->interval_us;
}
