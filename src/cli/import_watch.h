/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What muster import hears while it runs: faults for the screen, and the differences. */
#ifndef MUSTER_CLI_IMPORT_WATCH_H
#define MUSTER_CLI_IMPORT_WATCH_H

#include "muster/base/arena.h"
#include "muster/base/draft.h"
#include "muster/roster/import.h"
#include "progress.h"

enum { IMPORT_WATCH_KINDS = IMPORT_DIFFERENCE_ABSENT + 1 };

/* One kind of fault: the same sentence about the same column. */
struct import_watch_fault {
    const char *column;
    const char *reason;
    size_t count;
};

struct import_watch {
    struct arena *arena;
    struct progress progress;
    struct draft *changes; /* the file of all differences; NULL: not asked for */
    size_t lines;          /* faults shown */
    size_t unshown;
    struct import_watch_fault *kinds;
    size_t kind_count;
    size_t differences[IMPORT_WATCH_KINDS];
    struct buffer shown[IMPORT_WATCH_KINDS]; /* their lines, the first of each kind */
};

/* Get ready; `watch->changes` may be set after. */
void import_watch_begin(struct import_watch *watch, struct arena *arena);

/* Release it. For CLEANUP. */
void import_watch_end(struct import_watch *watch);

/* Begin the file of differences. ERROR_CREATE, also when there is one already. */
bool import_watch_open(struct import_watch *watch, const char *path, struct error *err) MUST_USE;

/* The callbacks of an import; `context` is the watch. */
void import_watch_fault(const struct import_fault *fault, void *context);
void import_watch_difference(const struct import_difference *difference, void *context);
void import_watch_progress(size_t done, size_t total, void *context);

/* Print, to standard error, of which faults there were more than were shown. */
void import_watch_print_rest(struct import_watch *watch);

/* Print the first differences of each kind. */
void import_watch_print_differences(const struct import_watch *watch);

/* The beginning of what stands in a file, fit for a terminal: a broken one has cells of pages. In
 * the arena. */
const char *import_watch_excerpt(const char *text, struct arena *arena);

#endif
