/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is signed in at the console. A session is known by a token that only the browser has: the
 * store keeps its SHA-256, so who reads the store can sign in as nobody. */
#ifndef MUSTER_STORE_SESSIONS_H
#define MUSTER_STORE_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/clock.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

enum {
    SESSIONS_TOKEN_LETTERS = 32,        /* a-z and 2-7: 160 bits */
    SESSIONS_IDLE = 30 * CLOCK_MINUTE,  /* ms without a request, after which it is over */
    SESSIONS_LONGEST = 12 * CLOCK_HOUR, /* ms after which it is over in any case */
};

/* Begin a session of an account; the token and a NUL into `token`. Sessions that are over are
 * forgotten. Needs an open transaction, as does all that writes here. */
bool sessions_open(struct db *db, int64_t account_id, int64_t now,
                   char token[SESSIONS_TOKEN_LETTERS + 1], struct error *err) MUST_USE;

/* Whose session a token is of; `*account_id` 0: of none, or it is over. If it is in `use` it is
 * kept open from now on, written down once a minute at most; not by what a page asks for by
 * itself. */
bool sessions_find(struct db *db, const char *token, int64_t now, bool use, int64_t *account_id,
                   struct error *err) MUST_USE;

struct session {
    int64_t made_at;
    int64_t seen_at; /* the latest request, to the minute */
};

/* Those of an account that are not over, the latest seen first, in the arena. */
bool sessions_list(struct db *db, int64_t account_id, int64_t now, struct arena *arena,
                   struct session **sessions, size_t *count, struct error *err) MUST_USE;

/* End the session of a token; or all of an account. */
bool sessions_close(struct db *db, const char *token, struct error *err) MUST_USE;
bool sessions_close_all(struct db *db, int64_t account_id, struct error *err) MUST_USE;

#endif
