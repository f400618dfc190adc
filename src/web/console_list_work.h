/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with a list as a job: it is tried out, or brought in; and an import is undone.
 * Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_LIST_WORK_H
#define MUSTER_WEB_CONSOLE_LIST_WORK_H

#include "console_job.h"
#include "console_lists.h"
#include "muster/conf/config.h"
#include "muster/roster/import.h"
#include "muster/store/imports.h"

enum {
    CONSOLE_LIST_FAULTS_MOST = 20000, /* shown; the file has all */
    CONSOLE_LIST_CHANGES_MOST = 100,  /* of each kind */
};

/* A fault, as import.h says; kept. */
struct console_list_fault {
    enum import_fault_kind kind;
    unsigned line;
    const char *column;
    const char *cell;
    const char *reason;
};

struct console_list_fact {
    const char *fact;
    const char *before; /* "": not known */
    const char *now;
};

/* What happens to one member. */
struct console_list_change {
    unsigned line;
    const char *number;
    const char *name;
    struct console_list_fact *facts; /* of one who changes */
    size_t fact_count;
};

struct console_list_changes {
    struct console_list_change shown[CONSOLE_LIST_CHANGES_MOST];
    size_t count; /* of all */
};

/* The context of the job, and its result. */
struct console_list_work {
    const struct config *config;
    struct console_list_reading reading;
    const char *made_by;
    const char *name;
    const char *profile; /* the path of the profile's file; NULL: none */
    int fd;
    int refused_fd;
    int changes_fd; /* -1: not wanted */
    bool dry_run;

    struct console_job *job;
    struct arena *arena; /* of all that follows */
    struct draft *changes_draft;
    struct import_report report;
    struct console_list_fault *faults;
    size_t fault_count; /* kept */
    size_t fault_room;
    struct console_list_changes changes[IMPORT_DIFFERENCE_ABSENT + 1];
};

/* Import the list, or try it. */
console_job_fn console_list_work_import;

/* The beginning of what stands in a file, fit to be shown: a broken one has cells of pages. In the
 * arena. */
const char *console_list_work_excerpt(const char *text, struct arena *arena) MUST_USE;

/* The least limits, in per cent, under which a list of which too many would leave, or have other
 * names, is taken. */
int console_list_work_leavers(const struct import_report *report) MUST_USE;
int console_list_work_renamed(const struct import_report *report) MUST_USE;

struct console_undo_work {
    int64_t import_id;
    const char *made_by;
    struct imports_undoing undoing;
};

/* Undo an import. */
console_job_fn console_list_work_undo;

/* The options of an import that is to read a list so; profile and maps are in the arena. ERROR_DATA
 * when the profile's file is not sound. */
bool console_list_work_options(const struct config *config,
                               const struct console_list_reading *reading, const char *name,
                               const char *profile, struct arena *arena,
                               struct import_options *options, struct error *err) MUST_USE;

#endif
