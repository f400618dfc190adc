/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days of a ballot that follow from when it opens and closes: those of the law, counted in
 * calendar days (Trade Union and Labour Relations (Consolidation) Act 1992, sections 226A, 231B,
 * 234), and the last one that is safe for posting, counted in days on which letters are carried. A
 * day is a date, 20261201; 0 is none. */
#ifndef MUSTER_BALLOT_DAYS_H
#define MUSTER_BALLOT_DAYS_H

#include <stdbool.h>

#include "muster/base/hours.h"
#include "muster/store/ballots.h"

struct days {
    int opens;
    int closes;
    int ballot_notice; /* by then the employer has notice of the ballot */
    int sample_paper;  /* by then the employer has a sample of the paper */
    int last_post;
    int mandate_ends; /* the last day on which action is carried by it; 0: it has no end */
};

/* The days of a stored ballot, in the zone of the process. */
void days_of(const struct ballot *ballot, struct days *days);

/* The last day that is safe for posting a paper which must be there by `closes`: letters are
 * collected on it, and two days on which first class letters are carried (Monday to Saturday) lie
 * between the two, or four of second class ones (Monday to Friday); bank holidays are none. 0 when
 * there is no such day from `opens` on. */
int days_last_post(int opens, int closes, bool second_class,
                   const struct hours_holidays *holidays) MUST_USE;

/* Days from a date on, itself included, up to and including another, on which letters of the first
 * class are carried. */
int days_carried(int from, int until, const struct hours_holidays *holidays) MUST_USE;

#endif
