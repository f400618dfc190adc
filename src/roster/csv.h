/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a CSV (RFC 4180, and what spreadsheets make of it) with their true line numbers. The
 * only door to libcsv.
 *
 * Line ends may be CR LF, LF or CR; a cell in quotation marks may hold line ends; blank lines are
 * skipped and counted. A stray quotation mark inside a cell is read as it stands where the line
 * makes sense that way. One that is opened and never closed costs its own line and no other. */
#ifndef MUSTER_ROSTER_CSV_H
#define MUSTER_ROSTER_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"

enum {
    CSV_LINE_LIMIT = 1024 * 1024, /* bytes of a line, and of a row of several lines */
    CSV_COLUMN_LIMIT = 1024,
};

struct csv_row {
    unsigned line; /* where it begins, from 1 */
    size_t count;
    const char *const *cells; /* NUL-terminated, as written, without the quotation marks around */
    const char *fault; /* NULL, or why the row cannot be read: then it has no cells. Static */
    const char *text;  /* with a fault: the line as it stands, U+FFFD for NUL bytes; else NULL */
};

/* Called for every row. The row and its cells live until it returns. False stops the reading, with
 * `err` filled. */
typedef bool csv_row_fn(const struct csv_row *row, void *context, struct error *err);

struct csv_reader;

/* A reader that hands rows to `row`. `delimiter` is an ASCII character other than a quotation mark
 * or a line end. The caller frees it with csv_reader_free. */
struct csv_reader *csv_reader_create(char delimiter, csv_row_fn *row, void *context) MUST_USE;

/* Release it; sets the pointer to NULL. */
void csv_reader_free(struct csv_reader **reader);

/* Read the next bytes (UTF-8; not checked), calling for each row they complete. ERROR_DATA for a
 * line over CSV_LINE_LIMIT; else what the callback said. */
bool csv_reader_add(struct csv_reader *reader, const char *bytes, size_t length,
                    struct error *err) MUST_USE;

/* No more bytes will come: hand over the last row, if it had no line end. */
bool csv_reader_end(struct csv_reader *reader, struct error *err) MUST_USE;

#endif
