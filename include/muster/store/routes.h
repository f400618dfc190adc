/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways out of a channel: how they share what there is to carry, and how one that fails gives
 * its share to the others until it can be trusted again.
 *
 * Shares are kept by stride scheduling: what a route carries moves its turn on, by less the
 * greater its weight, and whoever is far ahead of another that wants work too waits for it. So the
 * weights hold while all of them work, however quick one is. A route that is paused, closed, at its
 * cap, or has been at one batch for a second is not waited for.
 *
 * What a route takes at once is by its weight too, so that the shares hold in small campaigns.
 *
 * A route that fails is closed for a second, then for twice as long each time. It comes back
 * with one message; each batch that goes well then brings it an eighth of its weight. */
#ifndef MUSTER_STORE_ROUTES_H
#define MUSTER_STORE_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

enum { ROUTES_WHOLE = 8 }; /* eighths of its weight: a route that is wholly trusted */

struct route {
    enum channel channel;
    const char *name;
    int64_t weight;   /* from 1 */
    int64_t heaviest; /* the greatest weight among the channel's routes; 0: its own */
    bool alone;       /* the channel has no other */
};

/* What it is called where paces are kept, "email/office"; in the arena. */
const char *routes_subject(const char *channel, const char *name, struct arena *arena);

/* How many of `wanted` messages the route may take now; when it is none, `*wait` is the ms after
 * which to ask again, else 0. Needs an open transaction, to be committed even when it is none: that
 * the route asked is what others wait for. */
bool routes_turn(struct db *db, const struct route *route, int64_t now, size_t wanted,
                 size_t *granted, int64_t *wait, struct error *err) MUST_USE;

/* Write down that it takes so many; `paced`: its own pace keeps it from taking more, so that nobody
 * waits for it. Needs an open transaction. */
bool routes_carry(struct db *db, const struct route *route, size_t count, bool paced, int64_t now,
                  struct error *err) MUST_USE;

/* Of what it took, so many it did not carry after all. Needs an open transaction. */
bool routes_return(struct db *db, const struct route *route, size_t count,
                   struct error *err) MUST_USE;

/* How a batch went. */
struct routes_report {
    size_t taken;      /* messages that were accepted, or refused for good */
    size_t put_off;    /* messages that were put off, none having been taken */
    const char *fault; /* the route as a whole failed, one line; NULL: it did not */
    int64_t wait;      /* ms that it asked us to stay away; 0: it did not */
};

/* Take note of it: a route that failed, or put ten messages off in a row and took none, is closed
 * for a while. One transaction of its own, and none when there is nothing to note. */
bool routes_note(struct db *db, const struct route *route, const struct routes_report *report,
                 int64_t now, struct error *err) MUST_USE;

/* What came of mail that the route carried, and speaks against us: told as its fault; with `until`
 * it is given nothing before, else it goes on. Needs an open transaction. */
bool routes_blame(struct db *db, enum channel channel, const char *name, const char *fault,
                  int64_t until, int64_t now, struct error *err) MUST_USE;

/* Somebody has started a program anew, perhaps because what was wrong is mended: the route may be
 * tried at once, with one message. */
bool routes_reopen(struct db *db, const struct route *route, struct error *err) MUST_USE;

/* What is known of a route, for people; those of which nothing was ever noted are not in the list,
 * which lies in the arena. */
struct route_state {
    const char *channel;
    const char *name;
    int64_t failures;     /* in a row */
    int64_t closed_until; /* ms since the epoch; 0 or past: open */
    int64_t paused_until; /* it asked us to wait until then */
    int64_t ramp;         /* eighths of its weight it is trusted with */
    const char *fault;    /* the last one, or NULL */
    int64_t fault_at;
};
bool routes_list(struct db *db, struct arena *arena, struct route_state **states, size_t *count,
                 struct error *err) MUST_USE;

/* How many hand-overs of each route have come to what since an instant. Reads every attempt there
 * is: not to be asked every second. In the arena. */
struct route_count {
    const char *channel;
    const char *name;
    const char *verdict; /* accepted, refused, deferred, untouched, unsure */
    int64_t count;
};
bool routes_since(struct db *db, int64_t since, struct arena *arena, struct route_count **counts,
                  size_t *count, struct error *err) MUST_USE;

#endif
