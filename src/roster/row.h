/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of one row into a member. */
#ifndef MUSTER_ROSTER_ROW_H
#define MUSTER_ROSTER_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "mapping.h"
#include "muster/base/arena.h"
#include "muster/model/member.h"
#include "muster/roster/import.h"

/* What a list means by a word in its status column: "Paying" is "active". */
struct row_status {
    const char *word;   /* folded */
    const char *status; /* ours */
};

/* What holds for all rows of a file. */
struct row_rules {
    const struct mapping *mapping;
    const char *region;                /* for numbers without a country code */
    const struct row_status *statuses; /* words for the status that win over ours */
    size_t status_count;
    import_fault_fn *fault; /* called for every fault; may be NULL */
    void *context;
};

enum row_kind {
    ROW_MEMBER,
    ROW_REFUSED, /* the fault was told */
    ROW_BLANK,   /* nothing in any cell */
    ROW_TOTAL,   /* the totals at the foot of a report */
};

/* Read a row; what `*read` points to lies in the arena. For ROW_REFUSED there is at most the
 * membership number in it, for ROW_BLANK and ROW_TOTAL nothing. Cells
 * that cannot be used are told as faults and left out; words that mean "none" are left out
 * silently. */
enum row_kind row_read(const struct row_rules *rules, const struct csv_row *row,
                       struct arena *arena, struct member *read);

#endif
