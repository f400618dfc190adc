/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row while it is read: shared by row.c and row_consent.c. */
#ifndef MUSTER_ROSTER_ROW_PRIVATE_H
#define MUSTER_ROSTER_ROW_PRIVATE_H

#include <stddef.h>

#include "row.h"

struct row_reading {
    const struct row_rules *rules;
    const struct csv_row *row;
    struct arena *arena;
    const char **texts; /* the cells, tidied; "" for those that cannot be used */
};

/* Tell of a cell that could not be used, or (IMPORT_FAULT_NOTICE) was used in a way that somebody
 * should know of. */
void row_tell(const struct row_reading *reading, size_t column, enum import_fault_kind kind,
              const char *reason);

/* The first cell of the field that says something; NULL: none does. Defined in row.c. */
const char *row_first_cell(const struct row_reading *reading, enum mapping_field field);

/* What a spreadsheet has done to a membership number that cannot be undone, or NULL; and the number
 * with what can be: "1234567.0" is 1234567. Defined in row_number.c. */
const char *row_number_fault(const char *number);
const char *row_number_mended(const char *number, struct arena *arena);

/* Whether the row is the foot of a report: a cell begins with "Total", and there is nobody in it;
 * whether it says what the heading says. Defined in row_foot.c. */
bool row_is_total(const struct row_reading *reading, const char *number);
bool row_is_heading(const struct row_reading *reading);

/* What the columns about consent say. Defined in row_consent.c. */
struct row_wishes row_read_consent(const struct row_reading *reading);

#endif
