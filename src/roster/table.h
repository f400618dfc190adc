/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of rows and cells, read in pieces: first all of it for its encoding, then its rows. */
#ifndef MUSTER_ROSTER_TABLE_H
#define MUSTER_ROSTER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "source.h"

/* What somebody knows of the file. */
struct table_wish {
    const char *encoding; /* a name that iconv knows; NULL: to be found out */
    char delimiter;       /* 0: to be found out */
    const char *name;     /* what faults call the file; NULL: by its path */
};

struct table {
    struct source source;
    const char
        *encoding; /* "UTF-8", "WINDOWS-1252", ...: what the bytes are read as; in the arena */
    char delimiter;
    int64_t lines;                           /* line ends in it: about how many rows there are */
    unsigned char digest[TOKEN_DIGEST_SIZE]; /* SHA-256 of its bytes */
};

/* Called now and then with how many bytes have been read. */
typedef void table_progress_fn(size_t done, void *context);

/* Open the file and find out what it is; `path` must outlive the table. Errors of source_open;
 * ERROR_DATA when the system does not know the encoding. */
bool table_open(const char *path, const struct table_wish *wish, struct arena *arena,
                struct table *table, struct error *err) MUST_USE;

/* Close it. For CLEANUP; one that is all zero but `source.fd` -1 is fine. */
void table_close(struct table *table);

/* Read all rows. Errors of csv_reader_add, and what `row` says. */
bool table_read(struct table *table, csv_row_fn *row, table_progress_fn *progress, void *context,
                struct error *err) MUST_USE;

#endif
