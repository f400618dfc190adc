/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Form posts to the client's hooks, a bounded number at a time. What is not answered with 2xx is
 * posted again after 1, 2, 4 ... seconds, ten times in all, then given up. The door to libcurl. */
#ifndef MUSTER_REHEARSAL_CALLBACKS_H
#define MUSTER_REHEARSAL_CALLBACKS_H

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

enum { CALLBACKS_AT_ONCE = 64, CALLBACKS_TRIES = 10, CALLBACKS_MOST = 250000 };

struct callbacks;
struct callback;

/* Write the form into the empty buffer; called before each try. */
typedef void callback_compose(void *data, struct buffer *body);

/* Called once when the post was answered with 2xx or given up. `status` is the last HTTP status, 0
 * when there was no answer at all. The callback may be posted anew or freed from here. */
typedef void callback_done(void *data, long status, unsigned tries);

/* Called instead of callback_done when the program ends before: release what `data` points to. */
typedef void callback_drop(void *data);

/* Lies in its owner; fill the first five, zero the rest. */
struct callback {
    const char *url; /* the owner's */
    callback_compose *compose;
    callback_done *done;
    callback_drop *drop;
    void *data;
    struct callbacks *callbacks; /* private from here */
    struct loop_timer timer;
    unsigned tries;
    struct callback *next;            /* ready to go */
    struct callback *earlier, *later; /* of all that are due */
};

bool callbacks_create(struct loop *loop, struct callbacks **callbacks, struct error *err) MUST_USE;
/* Drops what is still due; sets the pointer to NULL. */
void callbacks_free(struct callbacks **callbacks);

/* Post it in so many milliseconds. */
void callbacks_post(struct callbacks *callbacks, struct callback *callback, int64_t milliseconds);

/* How many are due: waiting for their time, for a free place, or for the answer. A client that
 * would pass CALLBACKS_MOST is to be refused. */
size_t callbacks_waiting(const struct callbacks *callbacks) MUST_USE;

#endif
