/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop; see loop.h. Timers are a binary heap. A watch that ends while events are served is only
 * marked, because a later event of the same turn may still point to it. */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "cell.h"
#include "muster/base/clock.h"

enum { EVENTS_A_TURN = 128, LONGEST_WAIT = 60 * 1000 };

struct loop_watch {
    int fd;
    uint32_t events;
    loop_ready *ready;
    void *data;
    bool ended;
    struct loop_watch *previous, *next;
};

struct loop {
    int epoll;
    struct loop_watch *watches;
    struct loop_watch *ended;
    struct loop_timer **heap; /* from index 1 */
    size_t count, room;
};

bool loop_create(struct loop **loop, struct error *err)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        return error_set(err, ERROR_SYSTEM, "cannot make an epoll: %s", strerror(errno));
    }
    struct loop *fresh = cell_new(sizeof *fresh);
    fresh->epoll = epoll;
    *loop = fresh;
    return true;
}

static void bury(struct loop *loop)
{
    while (loop->ended != NULL) {
        struct loop_watch *watch = loop->ended;
        loop->ended = watch->next;
        free(watch);
    }
}

void loop_free(struct loop **loop)
{
    struct loop *old = *loop;
    if (old == NULL) {
        return;
    }
    while (old->watches != NULL) {
        loop_unwatch(old, old->watches);
    }
    bury(old);
    close(old->epoll);
    free(old->heap);
    free(old);
    *loop = NULL;
}

struct loop_watch *loop_watch(struct loop *loop, int fd, uint32_t events, loop_ready *ready,
                              void *data)
{
    struct loop_watch *watch = cell_new(sizeof *watch);
    watch->fd = fd;
    watch->events = events;
    watch->ready = ready;
    watch->data = data;
    watch->next = loop->watches;
    if (watch->next != NULL) {
        watch->next->previous = watch;
    }
    loop->watches = watch;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        abort(); /* an open socket, watched once: only our own mistake or no memory gets here */
    }
    return watch;
}

void loop_change(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    if (watch->events != events) {
        watch->events = events;
        struct epoll_event event = {.events = events, .data.ptr = watch};
        epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
    }
}

void loop_unwatch(struct loop *loop, struct loop_watch *watch)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    *(watch->previous != NULL ? &watch->previous->next : &loop->watches) = watch->next;
    if (watch->next != NULL) {
        watch->next->previous = watch->previous;
    }
    watch->ended = true;
    watch->next = loop->ended;
    loop->ended = watch;
}

static void place(struct loop *loop, struct loop_timer *timer, size_t at)
{
    loop->heap[at] = timer;
    timer->place = at;
}

static void sift_up(struct loop *loop, struct loop_timer *timer, size_t at)
{
    while (at > 1 && loop->heap[at / 2]->due > timer->due) {
        place(loop, loop->heap[at / 2], at);
        at /= 2;
    }
    place(loop, timer, at);
}

static void sift_down(struct loop *loop, struct loop_timer *timer, size_t at)
{
    for (size_t child = at * 2; child <= loop->count; child = at * 2) {
        if (child < loop->count && loop->heap[child + 1]->due < loop->heap[child]->due) {
            child++;
        }
        if (loop->heap[child]->due >= timer->due) {
            break;
        }
        place(loop, loop->heap[child], at);
        at = child;
    }
    place(loop, timer, at);
}

static void widen(struct loop *loop)
{
    struct loop_timer **old = loop->heap;
    size_t held = loop->room;
    loop->room = held == 0 ? 64 : held * 2;
    loop->heap = cell_new(loop->room * sizeof *loop->heap);
    if (held > 0) {
        memcpy(loop->heap, old, held * sizeof *loop->heap);
    }
    free(old);
}

void loop_set(struct loop *loop, struct loop_timer *timer, int64_t milliseconds)
{
    loop_clear(loop, timer);
    if (loop->count + 1 >= loop->room) {
        widen(loop);
    }
    timer->due = clock_monotonic() + milliseconds;
    loop->count++;
    sift_up(loop, timer, loop->count);
}

void loop_clear(struct loop *loop, struct loop_timer *timer)
{
    size_t at = timer->place;
    if (at == 0) {
        return;
    }
    timer->place = 0;
    struct loop_timer *last = loop->heap[loop->count];
    loop->count--;
    if (last == timer) {
        return;
    }
    if (at > 1 && loop->heap[at / 2]->due > last->due) {
        sift_up(loop, last, at);
    } else {
        sift_down(loop, last, at);
    }
}

static int wait_of(const struct loop *loop, int64_t longest)
{
    int64_t wait = longest < 0 || longest > LONGEST_WAIT ? LONGEST_WAIT : longest;
    if (loop->count > 0) {
        int64_t until = loop->heap[1]->due - clock_monotonic();
        until = until < 0 ? 0 : until;
        wait = until < wait ? until : wait;
    }
    return (int)wait;
}

void loop_turn(struct loop *loop, int64_t longest)
{
    struct epoll_event events[EVENTS_A_TURN];
    int count = epoll_wait(loop->epoll, events, EVENTS_A_TURN, wait_of(loop, longest));
    for (int i = 0; i < count; i++) {
        struct loop_watch *watch = events[i].data.ptr;
        if (!watch->ended) {
            watch->ready(watch->data, events[i].events);
        }
    }
    int64_t now = clock_monotonic();
    /* One set again for this very instant waits for the next turn: sockets get their share. */
    for (size_t most = loop->count; most > 0 && loop->count > 0 && loop->heap[1]->due <= now;
         most--) {
        struct loop_timer *timer = loop->heap[1];
        loop_clear(loop, timer);
        timer->fire(timer->data);
    }
    bury(loop);
}
