/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first look at a list, before anything is imported: where its heading is, what each column is
 * taken for, and the first rows as they stand. */
#ifndef MUSTER_ROSTER_LOOK_H
#define MUSTER_ROSTER_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/roster/import.h"

enum { LOOK_ROWS = 5 };

struct look_column {
    const char *heading; /* as written, trimmed */
    const char *field;   /* a word of import_field: "mobile", "custom", "ignore" */
    bool private;        /* it is left out on purpose: no message needs it */
    size_t like;         /* the first column of the same heading, which is read the same way */
};

struct look_row {
    unsigned line;
    const char *const *cells; /* one for each column, "" where the row has fewer */
};

struct look {
    const char *encoding; /* as in struct import_report */
    char delimiter;
    bool headed;          /* there is a heading that an import would find */
    unsigned header_line; /* else the line that looks most like one; 0: none does */
    const struct look_column *columns;
    size_t column_count;
    const struct look_row *rows; /* below it, at most LOOK_ROWS */
    size_t row_count;
};

/* Look at the file with these options (name, maps, profile, custom), all in the arena. ERROR_DATA
 * and ERROR_NO_INPUT as import_file, but that a list without a heading is none; ERROR_USAGE for
 * maps that cannot be. */
bool look_take(const char *path, const struct import_options *options, struct arena *arena,
               struct look *look, struct error *err) MUST_USE;

#endif
