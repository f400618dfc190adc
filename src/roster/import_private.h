/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An import under way: shared by import.c, which begins and ends it, and import_row.c. */
#ifndef MUSTER_ROSTER_IMPORT_PRIVATE_H
#define MUSTER_ROSTER_IMPORT_PRIVATE_H

#include "attendance.h"
#include "identity.h"
#include "mapping.h"
#include "muster/roster/import.h"
#include "refusals.h"
#include "row.h"
#include "table.h"

struct importing {
    struct db *db;
    const char *path;
    const char *called; /* in faults */
    const struct import_options *options;
    struct arena *arena; /* the report's */
    struct arena *row_arena;
    struct import_report report;
    struct table table;
    struct refusals *refusals; /* NULL: not asked for */
    struct mapping_wish *wishes;
    size_t wish_count;
    struct row_status *statuses;
    struct mapping *mapping; /* NULL until the header is found */
    struct attendance *attendance;
    struct identity identity;
    unsigned rows_above; /* looked at for a header */
    bool broken;         /* a row could not be read, and no whole one has come since */
};

/* What maps and profile say of headings, in the arena; the maps first. ERROR_USAGE. */
bool import_wishes(const struct import_options *options, struct arena *arena,
                   struct mapping_wish **wishes, size_t *count, struct error *err) MUST_USE;

/* Open the list as these options have it read. Errors of table_open. */
bool import_open(const char *path, const struct import_options *options, struct arena *arena,
                 struct table *table, struct error *err) MUST_USE;

/* Take one row of the file: title lines, the header, then members. A csv_row_fn; `context` is the
 * struct importing. Defined in import_row.c. */
bool import_row(const struct csv_row *row, void *context, struct error *err) MUST_USE;

#endif
