/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast messages may go: plain arithmetic, no store, no clock.
 *
 * The rate is kept by the generic cell rate algorithm (ITU-T I.371, virtual scheduling): one
 * instant is remembered, from which the next message conforms, and each message moves it on by
 * its share of a second. */
#ifndef MUSTER_MODEL_PACE_H
#define MUSTER_MODEL_PACE_H

#include <stddef.h>
#include <stdint.h>

/* How far ahead the next message may lie, beyond its share, before the clock is taken to have been
 * set back. Longer than a process may wait for the store with an instant that it has read. */
enum { PACE_SET_BACK_MS = 60 * 1000 };

struct pace_rule {
    int64_t rate;       /* messages a second; 0: no limit */
    int64_t burst;      /* messages that may go at once after a pause; 0: what the rate gives in a
                         * quarter of a second */
    int64_t per_minute; /* at most so many in any minute; 0: no limit */
    int64_t per_day;    /* at most so many in any 24 hours; 0: no limit */
};

struct pace_grant {
    size_t messages; /* that may go now */
    int64_t wait;    /* ms after which to ask again when that was less than was wanted; else 0 */
    int64_t next_us; /* from when the next one conforms, microseconds since the epoch */
    int64_t interval_us; /* one message's share; 0: no limit */
};

/* What the rate lets go of `wanted` messages at `now` (ms since the epoch), when the next one
 * conforms from `next_us` on (0: none has gone yet). A clock that was set back holds nothing up
 * for longer than PACE_SET_BACK_MS. */
void pace_grant(const struct pace_rule *rule, int64_t next_us, int64_t now, size_t wanted,
                struct pace_grant *grant);

/* From when the next message conforms once `used` of the granted ones have gone. */
int64_t pace_next(const struct pace_grant *grant, size_t used);

#endif
