/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When messages would go: plain arithmetic over hours, pace and deadline, exact to the millisecond
 * for a carrier that takes every message at once and for good. What it cannot foresee: a carrier
 * that is slower than the pace, messages that are tried again, and other campaigns that send at the
 * same time. */
#ifndef MUSTER_CAMPAIGN_FORECAST_H
#define MUSTER_CAMPAIGN_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/hours.h"

enum {
    FORECAST_RATE_ASSUMED = 10, /* messages a second, where there is no limit */
    FORECAST_RATE_MOST = 1000000,
};

/* How fast a channel sends; for several carriers side by side, their sums. 0: no limit. */
struct forecast_pace {
    int64_t rate;       /* messages a second, at most FORECAST_RATE_MOST */
    int64_t per_minute; /* minutes are counted from when it opens; with `per_day` they are counted
                         * anew when a day begins, or the clocks are changed */
    int64_t per_day;    /* local days */
};

/* A way that messages go one after another. */
struct forecast_lane {
    struct hours hours;
    struct hours_holidays holidays;
    struct forecast_pace pace;
};

/* How far a lane is in use; all zero for one that is free. */
struct forecast_use {
    int64_t free; /* the instant from which it takes one more message */
    int date;     /* the local day of the last message, 20261201, and how many went on it; kept */
    int64_t gone; /* only where there is a limit of messages a day */
};

struct forecast {
    int64_t fit;   /* messages that go */
    int64_t late;  /* messages that do not: not before the deadline, or within HOURS_HORIZON days */
    int64_t first; /* instants at which the first and the last of them go; 0 when none does */
    int64_t last;
};

/* Send `count` messages, the first not before `start`, each strictly before `deadline`
 * (HOURS_NEVER: there is none), on a lane behind those that `use` tells of; `use` is then told of
 * these. */
struct forecast forecast_run(const struct forecast_lane *lane, int64_t start, int64_t deadline,
                             int64_t count, struct forecast_use *use) MUST_USE;

#endif
