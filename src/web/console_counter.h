/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting beside the console, which is one thread and must go on answering: in a thread of its own
 * with a connection of its own to the store, one count after the other in the order in which they
 * were asked for. Whoever asks looks now and then whether it is done:
 *
 *     CLEANUP(arena_free) struct arena *arena = arena_create();
 *     struct sums *sums = arena_alloc(arena, sizeof *sums);
 *     struct console_counting *counting = console_counter_ask(counter, count_sums, sums, &arena);
 *     ...
 *     if (console_counter_take(counter, &counting, &counted)) { ... }
 *
 * Unlike a job of console_job.h it is nobody's, and there may be any number. Private to
 * console*.c. */
#ifndef MUSTER_WEB_CONSOLE_COUNTER_H
#define MUSTER_WEB_CONSOLE_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct console_counter;

/* A count that was asked for and not yet taken. */
struct console_counting;

/* Count into `context`, which lies in `arena`; nothing else of the console may be touched. Every
 * use of `db` fails once the console ends. */
typedef bool console_counter_fn(struct db *db, void *context, struct arena *arena,
                                struct error *err);

/* What has come of it. */
struct console_counted {
    struct arena *arena; /* now the taker's */
    void *context;
    bool ok;
    struct error fault; /* where it is not */
    int64_t at;         /* when counting began: what came later may be missing */
    int64_t cost;       /* ms of the processor */
};

/* Ready to count in this store. There is no thread until something is asked for. */
struct console_counter *console_counter_create(const char *store, const char *key) MUST_USE;

/* End: the count that runs is broken off and waited for, what nobody has taken is released. Sets
 * the pointer to NULL. For CLEANUP. */
void console_counter_free(struct console_counter **counter);

/* Have something counted. Takes the arena over. */
struct console_counting *console_counter_ask(struct console_counter *counter,
                                             console_counter_fn *count, void *context,
                                             struct arena **arena) MUST_USE;

/* Whether it is done; then what came of it, and the pointer is NULL. */
bool console_counter_take(struct console_counter *counter, struct console_counting **counting,
                          struct console_counted *counted) MUST_USE;

#endif
