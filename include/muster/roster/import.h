/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A branch's membership CSV into the store, in one atomic step. */
#ifndef MUSTER_ROSTER_IMPORT_H
#define MUSTER_ROSTER_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/imports.h"

/* A cell that could not be used. The row is imported without it, unless it was the membership
 * number. Its texts live until the callback returns. */
struct import_fault {
    unsigned line;      /* in the file, from 1, where the row begins */
    const char *column; /* the header as written, or "" for the row as a whole */
    const char *reason; /* one sentence */
    const char *cell;   /* as written; "" for the row */
    bool refused;       /* the whole row was */
};

/* Called for every fault, and now and then with how far the reading is. Either may be NULL. */
typedef void import_fault_fn(const struct import_fault *fault, void *context);
typedef void import_progress_fn(size_t done, size_t total, void *context);

struct import_options {
    const char *region;      /* for numbers without a country code */
    bool dry_run;            /* say what would happen, change nothing */
    const char *const *maps; /* "Header=field" from the command line; wins over the aliases */
    size_t map_count;
    import_fault_fn *fault;
    import_progress_fn *progress;
    void *context;
};

/* What an import did, or would do. */
struct import_report {
    struct import import; /* the counts; id 0 after a dry run */
    const char
        *encoding; /* "UTF-8", "UTF-16LE", "WINDOWS-1252", ...: what the bytes were read as */
    char delimiter;
    unsigned header_line;      /* where the header was found */
    const char *const *unused; /* headers that mean nothing to us, in the arena */
    size_t unused_count;
    int64_t without_address; /* members of the file with neither mobile nor mail address, now */
    int64_t faults;          /* told of cells; those of refused rows are in import.refused */
};

/* The i-th word by which a map may name a field, NULL behind the last. Static. */
const char *import_field(size_t index) MUST_USE;

/* Import the file. Nothing is changed when it gives false. ERROR_NO_INPUT when the file cannot
 * be read; ERROR_DATA when it is not a CSV (a spreadsheet, a binary), has no header with a
 * membership number, or changes while it is read; ERROR_USAGE for a map that names no header or
 * field. */
bool import_file(struct db *db, const char *path, const struct import_options *options,
                 struct arena *arena, struct import_report *report, struct error *err) MUST_USE;

#endif
