/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A branch's membership CSV into the store, in one atomic step. */
#ifndef MUSTER_ROSTER_IMPORT_H
#define MUSTER_ROSTER_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/profile.h"
#include "muster/model/member.h"
#include "muster/store/db.h"
#include "muster/store/imports.h"

enum import_fault_kind {
    IMPORT_FAULT_NOTICE, /* the cell or row was used, but somebody should know how */
    IMPORT_FAULT_CELL,   /* the row was used without this cell */
    IMPORT_FAULT_ROW,    /* the whole row was refused */
};

/* Something wrong with a row. Its texts live until the callback returns. */
struct import_fault {
    enum import_fault_kind kind;
    unsigned line;      /* in the file, from 1, where the row begins */
    const char *column; /* the header as written, or "" for the row as a whole */
    const char *reason; /* one sentence */
    const char *cell;   /* as written; "" for the row */
};

enum import_difference_kind {
    IMPORT_DIFFERENCE_JOINED,
    IMPORT_DIFFERENCE_CHANGED,
    IMPORT_DIFFERENCE_ABSENT, /* not in a whole list: marked as left */
};

/* What an import does to one member. Lives until the callback returns. */
struct import_difference {
    enum import_difference_kind kind;
    unsigned line;               /* in the file; 0 for the absent */
    const struct member *before; /* NULL for one who joined */
    const struct member *now;    /* as it will be; NULL for the absent */
    unsigned fields;             /* 1 << enum member_field for each fact that changes */
};

/* Called for every fault; for every difference; and now and then with how far the import is. Each
 * may be NULL. */
typedef void import_fault_fn(const struct import_fault *fault, void *context);
typedef void import_difference_fn(const struct import_difference *difference, void *context);
typedef void import_progress_fn(size_t done, size_t total, void *context);

enum { IMPORT_LEAVERS_MOST = 20, IMPORT_RENAMED_MOST = 20 }; /* per cent */

struct import_options {
    const char *name;        /* of the list, for the journal and for faults; NULL: its path's */
    const char *made_by;     /* the account that imports; NULL: nobody is known */
    const char *region;      /* for numbers without a country code */
    bool dry_run;            /* say what would happen, change nothing */
    bool whole;              /* the list is the whole membership: who is not in it has left */
    const char *within;      /* ... of those members only whom these words select; NULL: of all */
    int leavers_most;        /* per cent of the members who may leave so; more is refused */
    int renamed_most;        /* per cent of known members who may have other names; likewise */
    bool custom;             /* columns that mean nothing to us become facts of the list's own */
    const char *const *maps; /* "Header=field" from the command line; wins over the aliases */
    size_t map_count;
    const struct profile *profile; /* NULL: none */
    const char
        *errors_path; /* a new file for the rows with faults, made if there are any; NULL: none */
    int errors_fd;    /* instead, an open file without a name for them; 0: none */
    import_fault_fn *fault;
    import_difference_fn *difference;
    import_progress_fn *progress;
    void *context;
};

/* What an import did, or would do. */
struct import_report {
    struct import import; /* the counts; id 0 after a dry run */
    const char *encoding; /* "UTF-8", "WINDOWS-1252", ...: what the bytes were read as */
    char delimiter;
    unsigned header_line;      /* where the header was found */
    const char *const *unused; /* headers that mean nothing to us, in the arena */
    size_t unused_count;
    const char *const *left_out; /* headers of what is not kept on purpose, in the arena */
    size_t left_out_count;
    int64_t without_address; /* rows of members with neither mobile nor mail address, now */
    int64_t notices;         /* told of rows and cells that were used */
    int64_t faults;          /* told of cells, those of rows that were refused included */
    int64_t duplicates;      /* rows of a member who was in the list before */
    int64_t known;           /* members in the list who were in the store before it */
    int64_t erased;          /* rows of members who were erased at their wish; among the refused */
    int64_t moved;           /* members with another employer, workplace or branch */
    int64_t addressed;       /* members with another, or a first, mobile or mail address */
    int64_t left;            /* members of whom the list says that they have left */
    int64_t returned;        /* members who had left by not being in an earlier list */
    int64_t rezeroed;        /* rows whose number has other zeros in front than the member's */
    int64_t renamed;         /* members with another first and another last name */
    int64_t corrected;       /* members of whom a correction by hand stands against the list */
    int64_t overruled;       /* members of whom the list has something newer than a correction */
    int64_t spoken;          /* members silent at their old address, who have a new one */
    int64_t total;           /* members in the store now who have not left */
    int64_t opt_outs;        /* suppressions that the list asks for and that are new */
    int64_t shared;          /* mobiles and mailboxes in the store that members share, now */
    int64_t sharing;         /* members who share one */
    int64_t unread;          /* refused rows whose membership number could not be read */
    int64_t members;         /* whole list: who had not left before */
    bool too_many_leave;     /* dry run: the import would be refused for that */
    bool too_many_renamed;   /* likewise */
    bool errors_written;     /* there is a file at errors_path now, or rows in errors_fd */
    const char *const *unclear; /* those of the unused headers that may speak of opt-outs */
    size_t unclear_count;
    const char *const *kept; /* "Heading (name)" of columns kept as custom facts, in the arena */
    size_t kept_count;
};

/* One thing that a report tells beside its counts. */
struct import_detail {
    const char *key; /* "moved", "opt-outs": for whoever has the words; static */
    int64_t count;   /* more than 0 */
};

enum { IMPORT_DETAILS_MOST = 16 };

/* What there is to tell, in the order in which it is told; gives how many. */
size_t import_details(const struct import_report *report,
                      struct import_detail details[IMPORT_DETAILS_MOST]) MUST_USE;

/* The i-th word by which a map may name a field, NULL behind the last. Static. */
const char *import_field(size_t index) MUST_USE;

/* Import the file. Nothing is changed when it gives false. ERROR_NO_INPUT when the file cannot
 * be read; ERROR_DATA when it is not a CSV (a spreadsheet, a binary), has no header with a
 * membership number, changes while it is read, or when too many would leave; ERROR_USAGE for a map
 * that names no header or field; ERROR_CREATE and ERROR_IO when `errors_path` cannot be written. */
bool import_file(struct db *db, const char *path, const struct import_options *options,
                 struct arena *arena, struct import_report *report, struct error *err) MUST_USE;

#endif
