/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of a ballot office under way: shared by electorate.c, which begins and ends it, and
 * electorate_row.c. */
#ifndef MUSTER_ROSTER_ELECTORATE_PRIVATE_H
#define MUSTER_ROSTER_ELECTORATE_PRIVATE_H

#include "identity.h"
#include "mapping.h"
#include "muster/roster/electorate.h"
#include "muster/store/seats.h"
#include "refusals.h"
#include "table.h"

enum { ELECTORATE_UNITS_MOST = 10000 };

/* A unit of the ballot, as it stands while the list is read. */
struct electorate_unit {
    int64_t id;
    const char *name;
    const char *key; /* of its name */
    unsigned line;   /* of a list of units: where it stood, 0: not yet */
};

struct electing {
    struct db *db;
    const char *path;
    const struct electorate_options *options;
    struct arena *arena; /* the report's */
    struct arena *row_arena;
    struct electorate_report report;
    struct table table;
    struct refusals *refusals; /* NULL: not asked for */
    struct mapping *mapping;   /* NULL until the header is found */
    size_t unit_column;        /* of a list of units */
    size_t number_column;
    struct electorate_unit *units;
    size_t unit_count;
    bool again; /* such a list was read before */
    bool fixed; /* no unit is made */
    struct identity identity;
    unsigned rows_above; /* looked at for a header */
    bool broken;         /* a row could not be read, and no whole one has come since */
};

/* What the spellings of a unit's name have in common, in the arena. Defined in electorate_row.c. */
const char *electorate_key(const char *name, struct arena *arena) MUST_USE;

/* Take one row of the file: title lines, the header, then rows. A csv_row_fn; `context` is the
 * struct electing. Defined in electorate_row.c. */
bool electorate_row(const struct csv_row *row, void *context, struct error *err) MUST_USE;

#endif
