/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paces that messages go at, kept in the store so that they hold over processes and restarts.
 * A subject is a route ("sms/rehearsal", "email/relay") or a pool of receivers ("pool/google"). */
#ifndef MUSTER_STORE_PACES_H
#define MUSTER_STORE_PACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/pace.h"
#include "muster/store/db.h"

/* What a subject may send now. */
struct paces_draw {
    const char *subject; /* as it was given */
    const struct pace_rule *rule;
    struct pace_grant grant; /* of the rate, the caps and the pause together */
};

/* How many of `wanted` messages the subject may send at `now`: what its rate, its caps and a pause
 * that was asked of it leave. Subject and rule must outlive the draw. Needs an open transaction, in
 * which paces_spend follows. */
bool paces_draw(struct db *db, const char *subject, const struct pace_rule *rule, int64_t now,
                size_t wanted, struct paces_draw *draw, struct error *err) MUST_USE;

/* How many messages a subject with a cap for a day has taken since `since`, to the minute. */
bool paces_used(struct db *db, const char *subject, int64_t since, int64_t *used,
                struct error *err) MUST_USE;

/* Write down that `used` of the granted messages go. */
bool paces_spend(struct db *db, const struct paces_draw *draw, size_t used, int64_t now,
                 struct error *err) MUST_USE;

/* Of what was spent at `at`, so many did not go after all: they do not count against the caps. The
 * rate gets nothing back: by now it has made up for them. Needs an open transaction. */
bool paces_return(struct db *db, const char *subject, const struct pace_rule *rule, size_t unused,
                  int64_t at, struct error *err) MUST_USE;

/* Somebody wants us to wait (Retry-After, "too fast"): nothing more until then, or for a
 * day, unless a longer pause is in force. `why` is one line. Needs an open transaction. */
bool paces_pause(struct db *db, const char *subject, int64_t until, const char *why, int64_t now,
                 struct error *err) MUST_USE;

/* What is known of a subject, for people. */
struct pace_state {
    const char *subject;
    int64_t next_us;      /* from when its next message conforms, microseconds since the epoch */
    int64_t paused_until; /* ms; 0 or past: it is not paused */
    const char *why;      /* what was said with the last pause, or NULL */
};

/* All subjects that ever sent, in the arena. */
bool paces_list(struct db *db, struct arena *arena, struct pace_state **states, size_t *count,
                struct error *err) MUST_USE;

#endif
