/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one loop of the program: sockets by epoll(7), and timers. Everything happens in it, one thing
 * after the other, so nothing needs a lock. */
#ifndef MUSTER_REHEARSAL_LOOP_H
#define MUSTER_REHEARSAL_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"

/* Called with the EPOLL... bits that are up. */
typedef void loop_ready(void *data, uint32_t events);

/* Called once when the time has come; may set the timer again or free it. */
typedef void loop_due(void *data);

struct loop;
struct loop_watch;

/* A timer lies in its owner. Zero it, then set `fire` and `data`. */
struct loop_timer {
    loop_due *fire;
    void *data;
    int64_t due;  /* private */
    size_t place; /* private: position in the heap, counted from 1; 0 when not set */
};

bool loop_create(struct loop **loop, struct error *err) MUST_USE;
/* Sets the pointer to NULL. Watches that are left are released, their sockets stay open. */
void loop_free(struct loop **loop);

/* Call `ready` whenever one of `events` (EPOLLIN ...) is up at `fd`. The watch belongs to the loop
 * and ends with loop_unwatch, which does not close the socket. */
struct loop_watch *loop_watch(struct loop *loop, int fd, uint32_t events, loop_ready *ready,
                              void *data) MUST_USE;
void loop_change(struct loop *loop, struct loop_watch *watch, uint32_t events);
void loop_unwatch(struct loop *loop, struct loop_watch *watch);

/* Let a timer fire in so many milliseconds, instead of when it would have; or not at all. */
void loop_set(struct loop *loop, struct loop_timer *timer, int64_t milliseconds);
void loop_clear(struct loop *loop, struct loop_timer *timer);

/* Wait for events, at most so many milliseconds (-1: no limit), and serve them. */
void loop_turn(struct loop *loop, int64_t longest);

#endif
