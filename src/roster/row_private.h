/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row while it is read: shared by row.c and the files of its parts. */
#ifndef MUSTER_ROSTER_ROW_PRIVATE_H
#define MUSTER_ROSTER_ROW_PRIVATE_H

#include <stddef.h>

#include "row.h"

struct row_reading {
    const struct row_rules *rules;
    const struct csv_row *row;
    struct arena *arena;
    const char **texts; /* the cells, tidied; "" for those that cannot be used */
    bool *unread;       /* which these are */
};

/* Tell of a cell that could not be used, or (IMPORT_FAULT_NOTICE) was used in a way that somebody
 * should know of; tell that the row as a whole is refused. Defined, like what follows, in
 * row_cells.c. */
void row_tell(const struct row_reading *reading, size_t column, enum import_fault_kind kind,
              const char *reason);
void row_tell_whole(const struct row_reading *reading, const char *reason);

/* Whether it is one of the words that stand where nothing is known. Null, None and No are people's
 * names, too. */
bool row_says_nothing(const char *text, enum mapping_field field);

/* The next column of the field, from `*column` on, whose cell says something; the first one. NULL:
 * there is none. */
const char *row_next_cell(const struct row_reading *reading, enum mapping_field field,
                          size_t *column);
const char *row_first_cell(const struct row_reading *reading, enum mapping_field field);

/* What a spreadsheet has done to a membership number that cannot be undone, or NULL; and the number
 * with what can be: "1234567.0" is 1234567. Defined in row_number.c. */
const char *row_number_fault(const char *number);
const char *row_number_mended(const char *number, struct arena *arena);

/* Whether the row is the foot of a report: a cell begins with "Total", and there is nobody in it;
 * whether it says what the heading says. Defined in row_foot.c. */
bool row_is_total(const struct row_reading *reading, const char *number);
bool row_is_heading(const struct row_reading *reading);

/* What the columns about consent ask for: MEMBER_SILENT_... Defined in row_consent.c. */
unsigned row_read_consent(const struct row_reading *reading);

#endif
