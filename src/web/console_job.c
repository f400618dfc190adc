/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One job at a time in a thread of its own; see console_job.h.
 *
 * All other work is a process of one thread. This is a thread because a page shows what the work
 * has found: a report of many parts, which a process would have to write down and read again.
 *
 * The two threads share `told`, and what stands in `struct console_job` behind the lock. Arena and
 * context are the job's thread's until it says, behind that lock, that it has ended. */
#include "console_job.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/token.h"

enum { KEPT = 8 }; /* jobs that have ended, for their pages */

struct console_job {
    struct console_job *next; /* the one before it */
    struct console_jobs *jobs;
    struct arena *arena;
    struct console_job_order order;
    int64_t id;
    int64_t began_at;
    pthread_t thread;
    bool joined;

    pthread_mutex_t lock; /* of what follows */
    enum console_job_state state;
    int64_t ended_at;
    const char *doing;
    size_t done;
    size_t total;
    struct error fault;
};

struct console_jobs {
    struct arena *arena;
    const char *store;
    const char *key;
    struct console_job *latest;
    int64_t last_id;
    atomic_bool told; /* to cease */
};

struct console_jobs *console_jobs_create(const char *store, const char *key)
{
    struct console_jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs == NULL) {
        abort();
    }
    jobs->arena = arena_create();
    jobs->store = arena_text(jobs->arena, store);
    jobs->key = arena_text(jobs->arena, key);
    jobs->last_id = clock_now(); /* so that no id is one of before a restart */
    atomic_init(&jobs->told, false);
    return jobs;
}

static void free_job(struct console_job *job)
{
    (void)pthread_mutex_destroy(&job->lock);
    arena_free(&job->arena);
    free(job);
}

void console_jobs_free(struct console_jobs **jobs)
{
    struct console_jobs *old = *jobs;
    *jobs = NULL;
    if (old == NULL) {
        return;
    }
    atomic_store(&old->told, true);
    while (old->latest != NULL) {
        struct console_job *job = old->latest;
        old->latest = job->next;
        if (!job->joined) {
            (void)pthread_join(job->thread, NULL);
        }
        free_job(job);
    }
    arena_free(&old->arena);
    free(old);
}

static bool run(struct console_job *job, struct error *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    if (!db_open(job->jobs->store, job->jobs->key, &db, err)) {
        return false;
    }
    db_cease_when(db, &job->jobs->told);
    return job->order.run(db, job, job->order.context, job->arena, err);
}

static void *run_job(void *context)
{
    struct console_job *job = context;
    struct error fault = {.kind = ERROR_NONE};
    const bool ok = run(job, &fault);
    token_thread_end();
    (void)pthread_mutex_lock(&job->lock);
    job->state = ok ? CONSOLE_JOB_DONE : CONSOLE_JOB_FAILED;
    job->ended_at = clock_now();
    job->fault = fault;
    (void)pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* The signals are for the console's own thread, which looks at what they have set. */
static bool start_thread(struct console_job *job, struct error *err)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int fault = pthread_create(&job->thread, NULL, run_job, job);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault == 0 || error_set(err, ERROR_SYSTEM, "no thread can be had for the work");
}

static void read_job(struct console_job *job, struct console_job_look *look)
{
    *look = (struct console_job_look){.id = job->id,
                                      .account = job->order.account,
                                      .who = job->order.who,
                                      .what = job->order.what,
                                      .began_at = job->began_at};
    (void)pthread_mutex_lock(&job->lock);
    look->state = job->state;
    look->ended_at = job->ended_at;
    look->doing = job->doing;
    look->done = job->done;
    look->total = job->total;
    look->fault = job->fault;
    (void)pthread_mutex_unlock(&job->lock);
    look->context = look->state == CONSOLE_JOB_DONE ? job->order.context : NULL;
}

/* Join the latest when it has ended, and tell those who run the machine what is theirs to mend. */
static void settle(struct console_jobs *jobs)
{
    struct console_job *job = jobs->latest;
    struct console_job_look look;
    if (job == NULL || job->joined) {
        return;
    }
    read_job(job, &look);
    if (look.state == CONSOLE_JOB_RUNNING) {
        return;
    }
    (void)pthread_join(job->thread, NULL);
    job->joined = true;
    if (look.state == CONSOLE_JOB_FAILED && look.fault.kind != ERROR_DATA &&
        look.fault.kind != ERROR_NO_INPUT) {
        log_error("%s: %s", look.what, look.fault.text);
    }
}

static void forget_oldest(struct console_jobs *jobs)
{
    struct console_job **at = &jobs->latest;
    for (size_t kept = 0; *at != NULL && kept < KEPT; kept++) {
        at = &(*at)->next;
    }
    while (*at != NULL) {
        struct console_job *old = *at;
        *at = old->next;
        free_job(old);
    }
}

bool console_jobs_begin(struct console_jobs *jobs, const struct console_job_order *order,
                        struct arena **arena, int64_t *id, struct error *err)
{
    settle(jobs);
    if (jobs->latest != NULL && !jobs->latest->joined) {
        return error_set(err, ERROR_TEMPORARY, "%s has other work under way; wait until it is done",
                         jobs->latest->order.who);
    }
    struct console_job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        abort();
    }
    job->jobs = jobs;
    job->order = *order;
    job->order.who = arena_text(*arena, order->who);
    job->order.what = arena_text(*arena, order->what);
    job->id = jobs->last_id + 1;
    job->began_at = clock_now();
    job->doing = "";
    job->arena = *arena;
    (void)pthread_mutex_init(&job->lock, NULL);
    if (!start_thread(job, err)) {
        (void)pthread_mutex_destroy(&job->lock);
        free(job);
        return false;
    }
    *arena = NULL;
    jobs->last_id = job->id;
    job->next = jobs->latest;
    jobs->latest = job;
    forget_oldest(jobs);
    *id = job->id;
    return true;
}

bool console_jobs_look(struct console_jobs *jobs, int64_t id, int64_t account,
                       struct console_job_look *look)
{
    settle(jobs);
    struct console_job *job = jobs->latest;
    while (job != NULL && job->id != id) {
        job = job->next;
    }
    if (job == NULL || job->order.account != account) {
        return false;
    }
    read_job(job, look);
    return true;
}

bool console_jobs_running(struct console_jobs *jobs, struct console_job_look *look)
{
    settle(jobs);
    if (jobs->latest == NULL || jobs->latest->joined) {
        return false;
    }
    read_job(jobs->latest, look);
    return look->state == CONSOLE_JOB_RUNNING;
}

void console_job_tell(struct console_job *job, const char *doing, size_t done, size_t total)
{
    (void)pthread_mutex_lock(&job->lock);
    job->doing = doing;
    job->done = done;
    job->total = total;
    (void)pthread_mutex_unlock(&job->lock);
}
