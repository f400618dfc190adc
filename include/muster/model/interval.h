/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts of members can tell, and what they cannot: intervals that hold 95 times in 100, and
 * the sizes that a comparison needs. Counts go in; rates and differences come out in hundredths of
 * a percent (of a point), rounded to the nearest. */
#ifndef MUSTER_MODEL_INTERVAL_H
#define MUSTER_MODEL_INTERVAL_H

#include <stdint.h>

#include "muster/base/compiler.h"

enum { INTERVAL_WHOLE = 10000 /* 100 percent */, INTERVAL_NONE = -1 };

/* So many of so many. */
struct interval_count {
    int64_t part;  /* from 0 to `whole` */
    int64_t whole; /* 0: nothing is known */
};

struct interval {
    int64_t value; /* what was found */
    int64_t low;
    int64_t high;
};

/* The rate, with Wilson's score interval; of nothing it is 0, from 0 to 100 percent. */
struct interval interval_rate(struct interval_count count) MUST_USE;

/* By how much the rate of `a` is above that of `b`, with Newcombe's hybrid score interval, which is
 * made of the intervals of both. */
struct interval interval_difference(struct interval_count a, struct interval_count b) MUST_USE;

/* How many members each of two arms needs, so that four times in five a difference like this shows,
 * at a rate like this, where chance alone would show one in twenty times. INTERVAL_NONE when
 * `difference` is 0. */
int64_t interval_needed(int64_t rate, int64_t difference) MUST_USE;

/* The other way round: the difference that would show between arms of such sizes; at most
 * INTERVAL_WHOLE, which is it, too, when one is empty. The rate is that of both together, taken as
 * if one more member had done it and one more had not: small counts are no proof of a rate of 0. */
int64_t interval_detectable(struct interval_count a, struct interval_count b) MUST_USE;

#endif
