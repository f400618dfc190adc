/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long work behind the console, which is one thread and must go on answering: one job at a time, in
 * a thread of its own with a connection of its own to the store. A page asks how far it is each
 * time it is loaded.
 *
 * A job is a function with a context, both made by the page that begins it:
 *
 *     CLEANUP(arena_free) struct arena *arena = arena_create();
 *     struct reckoning *reckoning = arena_alloc(arena, sizeof *reckoning);
 *     const struct console_job_order order = {.account = ..., .run = reckon, .context = reckoning};
 *     if (!console_jobs_begin(jobs, &order, &arena, &id, err)) { return false; }
 *
 * The function writes what it finds into the context, and the page reads it there when the job is
 * done. What must outlive the console belongs into the store: a job that is not done when the
 * console ends has never been. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_JOB_H
#define MUSTER_WEB_CONSOLE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct console_jobs;

/* The job that a function is run as. */
struct console_job;

/* What is to be done, in a thread of its own: nothing of the console may be touched but `context`
 * and `arena`, the one that came with the order. A transaction that is open when it returns, or
 * when the console ends meanwhile, is undone: every use of `db` fails from then on. */
typedef bool console_job_fn(struct db *db, struct console_job *job, void *context,
                            struct arena *arena, struct error *err);

struct console_job_order {
    int64_t account;  /* whose it is */
    const char *who;  /* their name, for the others */
    const char *what; /* a word of words.en that says what it is */
    console_job_fn *run;
    void *context; /* in the arena that goes with the order */
};

enum console_job_state { CONSOLE_JOB_RUNNING, CONSOLE_JOB_DONE, CONSOLE_JOB_FAILED };

/* How a job stands. Its texts live until eight later jobs have ended. */
struct console_job_look {
    int64_t id;
    int64_t account;
    const char *who;
    const char *what;
    enum console_job_state state;
    int64_t began_at;
    int64_t ended_at;   /* 0: it runs */
    const char *doing;  /* a word of words.en for what it does just now; "" */
    size_t done;        /* of this */
    size_t total;       /* 0: nobody knows */
    struct error fault; /* of one that failed */
    void *context;      /* of one that is done; else NULL */
};

/* Ready for jobs with this store, at whose end nothing runs any more. */
struct console_jobs *console_jobs_create(const char *store, const char *key) MUST_USE;

/* End: the job that runs is broken off and waited for. Sets the pointer to NULL. For CLEANUP. */
void console_jobs_free(struct console_jobs **jobs);

/* Begin a job. Takes the arena over when it gives true. ERROR_TEMPORARY while another one runs, of
 * whomever: see console_jobs_running. */
bool console_jobs_begin(struct console_jobs *jobs, const struct console_job_order *order,
                        struct arena **arena, int64_t *id, struct error *err) MUST_USE;

/* How a job stands; false when there is none of this id, or it is of another account. */
bool console_jobs_look(struct console_jobs *jobs, int64_t id, int64_t account,
                       struct console_job_look *look) MUST_USE;

/* The one that runs, of whatever account; false when none does. */
bool console_jobs_running(struct console_jobs *jobs, struct console_job_look *look) MUST_USE;

/* For the job's function: say how far it is. `doing` is a word of words.en, and static. */
void console_job_tell(struct console_job *job, const char *doing, size_t done, size_t total);

#endif
