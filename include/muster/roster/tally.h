/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scrutineer's table of a count: a row for each unit, in any encoding and with any delimiter,
 * as lists of members come.
 *
 *     Employer,Entitled,Votes cast,Spoiled,Strike Yes,Strike No,ASOS Yes,ASOS No
 *     City NHS Trust,1200,640,3,600,37,620,15
 *
 * The unit, the votes cast, and Yes and No of every question must be there; a single question may
 * be headed "Yes" and "No" alone. */
#ifndef MUSTER_ROSTER_TALLY_H
#define MUSTER_ROSTER_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/store/counts.h"

/* The ballot that the table must be of. */
struct tally_ballot {
    const struct count_question *questions;
    size_t question_count;
    const struct count_unit *units; /* `entitled` stands where the table has no such column */
    size_t unit_count;
};

struct tally_row {
    unsigned line;
    struct count_unit unit;
};

/* Read a table, in the arena. Rows of totals are passed over. Everything wrong in it is noted with
 * its line: ERROR_DATA when there was anything; ERROR_NO_INPUT without a file. Whether the figures
 * can be is not asked here. */
bool tally_read(const char *path, const struct tally_ballot *ballot, struct arena *arena,
                struct faults *faults, struct tally_row **rows, size_t *count,
                struct error *err) MUST_USE;

#endif
