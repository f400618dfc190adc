/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ballot office sends: who is entitled in which unit, or how many entitled each employer was
 * told of. As damaged as any list of members, and read as patiently. */
#ifndef MUSTER_ROSTER_ELECTORATE_H
#define MUSTER_ROSTER_ELECTORATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/roster/import.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"

/* A seat that the list brings or takes away. Lives until the callback returns. */
struct electorate_difference {
    bool removed; /* else added */
    const char *number;
    const char *first_name;
    const char *last_name;
    const char *unit;
    const char *state; /* removed: what the member has told in the ballot, which is kept */
};

typedef void electorate_difference_fn(const struct electorate_difference *difference,
                                      void *context);

enum { ELECTORATE_REMOVED_MOST = 20 /* per cent */ };

struct electorate_options {
    const struct ballot *ballot;
    bool open;        /* it has opened: units are fixed, and nobody's record goes */
    bool dry_run;     /* say what would happen, change nothing */
    int removed_most; /* per cent of the seats that may go, once it is open or another list was
                       * read; more is refused */
    const char
        *errors_path;       /* a new file for the refused rows, made if there are any; NULL: none */
    import_fault_fn *fault; /* both may be NULL */
    electorate_difference_fn *difference;
    void *context;
    const char *made_by; /* the account that takes it in; NULL: nobody is known */
};

/* What a list did, or would do. */
struct electorate_report {
    bool of_units;        /* its rows are units with their numbers; else members with their units */
    const char *encoding; /* as in import.h */
    char delimiter;
    unsigned header_line;
    int64_t rows;
    int64_t refused;
    int64_t before;         /* seats before it */
    int64_t added;          /* seats */
    int64_t removed;        /* seats */
    int64_t unchanged;      /* seats */
    int64_t told;           /* of the removed: of members who have told something */
    int64_t made;           /* units that were not there */
    const char *first_made; /* the first of them; in the arena */
    int64_t notified;       /* units whose number was noted */
    bool too_many_removed;  /* dry run: the list would be refused for that */
    bool errors_written;
};

/* Read the list into the ballot, in one step. A list of members is the whole electorate: a seat
 * that it has not goes, but those of a member whose row was refused stay. A unit is known however
 * it is capitalised and punctuated; one that the ballot has not is made, until units are fixed:
 * when the ballot has opened, or when numbers were notified. Nothing is changed when it gives
 * false: ERROR_NO_INPUT and ERROR_DATA as import_file, ERROR_DATA also when no row can be used or
 * too many seats would go, ERROR_CREATE and ERROR_IO for `errors_path`. */
bool electorate_file(struct db *db, const char *path, const struct electorate_options *options,
                     struct arena *arena, struct electorate_report *report,
                     struct error *err) MUST_USE;

#endif
