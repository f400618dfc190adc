/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of one row into a member. */
#ifndef MUSTER_ROSTER_ROW_H
#define MUSTER_ROSTER_ROW_H

#include "csv.h"
#include "mapping.h"
#include "muster/base/arena.h"
#include "muster/model/member.h"
#include "muster/roster/import.h"

/* What holds for all rows of a file. */
struct row_rules {
    const struct mapping *mapping;
    const char *region;     /* for numbers without a country code */
    import_fault_fn *fault; /* called for every fault; may be NULL */
    void *context;
};

enum row_kind {
    ROW_MEMBER,
    ROW_REFUSED, /* the fault was told */
    ROW_BLANK,   /* nothing in any cell */
    ROW_TOTAL,   /* the totals at the foot of a report */
};

/* Read a row. `*member` is written for ROW_MEMBER only; what it points to lies in the arena. Cells
 * that cannot be used are told as faults and left out; words that mean "none" are left out
 * silently. */
enum row_kind row_read(const struct row_rules *rules, const struct csv_row *row,
                       struct arena *arena, struct member *member);

#endif
