/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The links that a message carries: which message one is of, and what that message is about.
 *
 * A link to leave by (/u/) is the token of unsubscribe.h. A link to answer by (/b/) stands in
 * texts, where each letter counts, so its token is short: the first 5 letters of the message's
 * reference, to find it by, and 65 bits of a keyed MAC of all of the reference, as 13 letters.
 * Nothing is kept for it, and it tells nothing: the letters are random ones.
 *
 * Is it long enough? Nobody can try tokens anywhere but at the public listener, and each try is
 * a request of its own. At 20,000 a second, more than it can take, whoever knows the reference
 * of one message finds its MAC after 30 million years on average. Who tries at random and would
 * be content with any of a million messages has to find 20 of the 90 bits less. Each guess costs
 * us one search in an index and, where the 5 letters are those of a message, one MAC. */
#ifndef MUSTER_STORE_LINKS_H
#define MUSTER_STORE_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

enum {
    LINKS_ANSWER_LETTERS = 18, /* a-z and 2-7; upper case is the same */
    LINKS_ANSWER_SIZE = LINKS_ANSWER_LETTERS + 1,
};

/* What the message of a link is about. Strings lie in the arena. */
struct link_subject {
    const char *reference;
    int64_t outbox_id;
    int64_t member_id;
    enum channel channel;
    unsigned char address_key[TOKEN_DIGEST_SIZE]; /* where it went */
    const char *language;                         /* of its template */
    int64_t ballot_id;                            /* of its campaign; 0: none */
    int64_t action_id;                            /* likewise what it calls to */
    int64_t closes; /* of that ballot; when that action ends, 1 when it is cancelled */
};

/* The token to answer the message with this reference by, one of the outbox's. */
void links_answer_token(const struct db *db, const char *reference, char token[LINKS_ANSWER_SIZE]);

/* What the message of a token to answer by, or to leave by, is about; `*subject` is NULL when the
 * token is not one of ours, was made for the other purpose, or its message is no longer there. */
bool links_answer(struct db *db, const char *token, struct arena *arena,
                  struct link_subject **subject, struct error *err) MUST_USE;
bool links_leave(struct db *db, const char *token, struct arena *arena,
                 struct link_subject **subject, struct error *err) MUST_USE;

/* The key of the member's address on a channel: where the message went, on that of the message,
 * else where the member is reached now; `*known` is false when there is none. */
bool links_address(struct db *db, const struct link_subject *subject, enum channel channel,
                   unsigned char address_key[TOKEN_DIGEST_SIZE], bool *known,
                   struct error *err) MUST_USE;

#endif
