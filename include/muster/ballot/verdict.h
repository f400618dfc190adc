/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a count comes to, in exact integers: whether enough of those entitled have voted, whether a
 * question has its majority, and whether enough of those entitled have said Yes. */
#ifndef MUSTER_BALLOT_VERDICT_H
#define MUSTER_BALLOT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/ballots.h"
#include "muster/store/counts.h"

/* What is asked of a count. */
struct verdict_rule {
    int64_t threshold_part; /* of those entitled, must vote; 0: no turnout is asked for */
    int64_t threshold_whole;
    int64_t support_part; /* of those entitled, must say Yes; 0: no support is asked for */
    int64_t support_whole;
    bool spoiled; /* a spoiled paper counts for the turnout, too. Whether it does is not settled;
                     that it does not is the safe side */
};

/* The rule of a ballot. */
struct verdict_rule verdict_rule_of(const struct ballot *ballot, bool spoiled);

/* How many have voted. */
struct verdict_turnout {
    int64_t votes;    /* those that count for it */
    int64_t needed;   /* the smallest number that is enough; 0: none is asked for */
    int64_t short_by; /* needed less votes, at least 0 */
    bool reached;
    int64_t permille; /* of those entitled, rounded down: a little less than half is never 500 */
};

/* The turnout of a unit, or of all. Where nobody is entitled there is none, and it is not
 * reached. */
struct verdict_turnout verdict_turnout(const struct verdict_rule *rule,
                                       const struct count_unit *unit);

/* How a question was answered. */
struct verdict {
    bool majority;    /* more than half of those who answered it said Yes */
    int64_t needed;   /* how many must say Yes for the support; 0: none is asked for */
    bool supported;   /* they did, or none is asked for */
    bool carried;     /* all of that, with the turnout */
    int64_t permille; /* Yes of those who answered, rounded down */
};

struct verdict verdict_of(const struct verdict_rule *rule, const struct count_unit *unit,
                          const struct count_answer *answer);

/* Whether a count of so many questions can be: no more papers than members entitled, no more
 * answers than papers. ERROR_DATA says what cannot. */
bool verdict_check(const struct count_unit *unit, const struct count_question *questions,
                   size_t count, struct error *err) MUST_USE;

#endif
