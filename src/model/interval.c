/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wilson (1927) for one rate, Newcombe (1998, his method 10) for two, and the usual sample size of
 * two rates. */
#include "muster/model/interval.h"

#include <math.h>

static const double WHOLE = INTERVAL_WHOLE;
static const double NORMAL_95 = 1.959963984540054; /* of the normal distribution, two-sided */

/* 1.96 for one in twenty, and 0.8416 for four in five, as tables of sample sizes are made with. */
static const double NORMAL_SUM = 1.96 + 0.8416;

struct bounds {
    double value, low, high;
};

static int64_t rounded(double rate)
{
    return (int64_t)floor(rate * WHOLE + 0.5);
}

static struct bounds wilson(struct interval_count count)
{
    if (count.whole <= 0) {
        return (struct bounds){0, 0, 1};
    }
    const double whole = (double)count.whole;
    const double rate = (double)count.part / whole;
    const double square = NORMAL_95 * NORMAL_95;
    const double middle = rate + square / (2 * whole);
    const double half = NORMAL_95 * sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole));
    const double low = (middle - half) / (1 + square / whole);
    const double high = (middle + half) / (1 + square / whole);
    return (struct bounds){rate, count.part == 0 ? 0 : low, count.part == count.whole ? 1 : high};
}

struct interval interval_rate(struct interval_count count)
{
    const struct bounds bounds = wilson(count);
    return (struct interval){rounded(bounds.value), rounded(bounds.low), rounded(bounds.high)};
}

struct interval interval_difference(struct interval_count a, struct interval_count b)
{
    const struct bounds of_a = wilson(a);
    const struct bounds of_b = wilson(b);
    const double difference = of_a.value - of_b.value;
    const double below = hypot(of_a.value - of_a.low, of_b.high - of_b.value);
    const double above = hypot(of_a.high - of_a.value, of_b.value - of_b.low);
    return (struct interval){rounded(difference), rounded(fmax(difference - below, -1)),
                             rounded(fmin(difference + above, 1))};
}

int64_t interval_needed(int64_t rate, int64_t difference)
{
    if (difference == 0) {
        return INTERVAL_NONE;
    }
    const double part = (double)rate / WHOLE;
    const double apart = (double)difference / WHOLE;
    return (int64_t)ceil(2 * part * (1 - part) * NORMAL_SUM * NORMAL_SUM / (apart * apart));
}

int64_t interval_detectable(struct interval_count a, struct interval_count b)
{
    if (a.whole <= 0 || b.whole <= 0) {
        return INTERVAL_WHOLE;
    }
    const double part = (double)(a.part + b.part + 1) / (double)(a.whole + b.whole + 2);
    const double apart =
        NORMAL_SUM * sqrt(part * (1 - part) * (1 / (double)a.whole + 1 / (double)b.whole));
    return apart > 1 ? INTERVAL_WHOLE : rounded(apart);
}
