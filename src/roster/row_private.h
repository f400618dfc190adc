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

/* What the columns about consent say. Defined in row_consent.c. */
struct row_wishes row_read_consent(const struct row_reading *reading);

#endif
