/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread and a queue; see console_counter.h.
 *
 * The two threads share `told`, and what stands in `struct console_counter` behind the lock: the
 * queue, and of each count in it whether it is done. Arena and context of a count are the counting
 * thread's until it says so. */
#include "console_counter.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "muster/base/clock.h"
#include "muster/base/token.h"

struct console_counting {
    struct console_counting *next;
    console_counter_fn *count;
    struct console_counted outcome;
    bool begun; /* behind the lock, like the next */
    bool done;
};

struct console_counter {
    struct arena *arena;
    const char *store;
    const char *key;
    pthread_t thread;
    bool started;
    struct db *db;    /* the counting thread's */
    atomic_bool told; /* to cease */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t news;  /* something is asked for, or it is told to cease */
    struct console_counting *queue;
};

struct console_counter *console_counter_create(const char *store, const char *key)
{
    struct console_counter *counter = calloc(1, sizeof *counter);
    if (counter == NULL) {
        abort();
    }
    counter->arena = arena_create();
    counter->store = arena_text(counter->arena, store);
    counter->key = arena_text(counter->arena, key);
    atomic_init(&counter->told, false);
    (void)pthread_mutex_init(&counter->lock, NULL);
    (void)pthread_cond_init(&counter->news, NULL);
    return counter;
}

void console_counter_free(struct console_counter **counter)
{
    struct console_counter *old = *counter;
    *counter = NULL;
    if (old == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&old->lock);
    atomic_store(&old->told, true);
    (void)pthread_cond_signal(&old->news);
    (void)pthread_mutex_unlock(&old->lock);
    if (old->started) {
        (void)pthread_join(old->thread, NULL);
    }
    while (old->queue != NULL) {
        struct console_counting *counting = old->queue;
        old->queue = counting->next;
        arena_free(&counting->outcome.arena);
        free(counting);
    }
    (void)pthread_cond_destroy(&old->news);
    (void)pthread_mutex_destroy(&old->lock);
    arena_free(&old->arena);
    free(old);
}

/* The next to be counted; NULL: told to cease. Called with the lock held. */
static struct console_counting *wait_for_next(struct console_counter *counter)
{
    while (!atomic_load(&counter->told)) {
        struct console_counting *at = counter->queue;
        while (at != NULL && at->begun) {
            at = at->next;
        }
        if (at != NULL) {
            at->begun = true;
            return at;
        }
        (void)pthread_cond_wait(&counter->news, &counter->lock);
    }
    return NULL;
}

static bool open_store(struct console_counter *counter, struct error *err)
{
    if (counter->db != NULL) {
        return true;
    }
    if (!db_open(counter->store, counter->key, &counter->db, err)) {
        return false;
    }
    db_cease_when(counter->db, &counter->told);
    return true;
}

static void run(struct console_counter *counter, struct console_counting *counting)
{
    struct console_counted *outcome = &counting->outcome;
    const int64_t begun = clock_processor();
    outcome->at = clock_now();
    outcome->ok = open_store(counter, &outcome->fault) &&
                  counting->count(counter->db, outcome->context, outcome->arena, &outcome->fault);
    outcome->cost = clock_processor() - begun;
}

static void *count_all(void *context)
{
    struct console_counter *counter = context;
    struct console_counting *counting = NULL;
    (void)pthread_mutex_lock(&counter->lock);
    while ((counting = wait_for_next(counter)) != NULL) {
        (void)pthread_mutex_unlock(&counter->lock);
        run(counter, counting);
        (void)pthread_mutex_lock(&counter->lock);
        counting->done = true;
    }
    (void)pthread_mutex_unlock(&counter->lock);
    db_close(&counter->db);
    token_thread_end();
    return NULL;
}

/* The signals are for the console's own thread. Without a thread nothing is ever done, and whoever
 * looks goes on with what was counted before. */
static void start_thread(struct console_counter *counter)
{
    sigset_t all;
    sigset_t before;
    if (counter->started) {
        return;
    }
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    counter->started = pthread_create(&counter->thread, NULL, count_all, counter) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct console_counting *console_counter_ask(struct console_counter *counter,
                                             console_counter_fn *count, void *context,
                                             struct arena **arena)
{
    struct console_counting *counting = calloc(1, sizeof *counting);
    if (counting == NULL) {
        abort();
    }
    counting->count = count;
    counting->outcome.arena = *arena;
    counting->outcome.context = context;
    *arena = NULL;
    (void)pthread_mutex_lock(&counter->lock);
    struct console_counting **end = &counter->queue;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = counting;
    (void)pthread_cond_signal(&counter->news);
    (void)pthread_mutex_unlock(&counter->lock);
    start_thread(counter);
    return counting;
}

bool console_counter_take(struct console_counter *counter, struct console_counting **counting,
                          struct console_counted *counted)
{
    struct console_counting *taken = *counting;
    (void)pthread_mutex_lock(&counter->lock);
    const bool done = taken->done;
    struct console_counting **at = &counter->queue;
    while (done && *at != NULL && *at != taken) {
        at = &(*at)->next;
    }
    if (done) {
        *at = taken->next;
    }
    (void)pthread_mutex_unlock(&counter->lock);
    if (!done) {
        return false;
    }
    *counted = taken->outcome;
    free(taken);
    *counting = NULL;
    return true;
}
