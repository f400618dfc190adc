/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows that could not be used, or not wholly, in a CSV of their own: to be mended in a
 * spreadsheet and imported again. */
#ifndef MUSTER_ROSTER_REFUSALS_H
#define MUSTER_ROSTER_REFUSALS_H

#include <stdbool.h>

#include "csv.h"
#include "mapping.h"
#include "muster/base/error.h"
#include "muster/roster/import.h"

struct refusals;

/* Begin the file (mode 0600: it holds members). ERROR_CREATE, also when there is one already: it
 * may be the list itself, or last week's rows half mended. */
bool refusals_open(const char *path, struct refusals **refusals, struct error *err) MUST_USE;

/* The same in a file that is open and has no name. ERROR_CREATE. */
bool refusals_onto(int fd, struct refusals **refusals, struct error *err) MUST_USE;

/* Drop it, unless it was kept; sets the pointer to NULL. NULL inside is fine. */
void refusals_free(struct refusals **refusals);

/* Write the header line: "Line,Column,Reason" and those of the list. */
void refusals_header(struct refusals *refusals, const struct mapping *mapping);

/* Take down a fault of the row that is being read. Notices are not: the row was used. */
void refusals_note(struct refusals *refusals, const struct import_fault *fault);

/* The row has been read: write it as it stood, when there were faults. */
void refusals_row(struct refusals *refusals, const struct csv_row *row);

/* Put the file in its place, if there is a row in it; says whether it did. ERROR_IO. */
bool refusals_keep(struct refusals *refusals, bool *kept, struct error *err) MUST_USE;

#endif
