/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segment language as SQL: the one place where a statement is put together at run time, out of
 * fixed fragments; every value is bound. */
#ifndef MUSTER_STORE_AUDIENCE_H
#define MUSTER_STORE_AUDIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/who.h"
#include "query.h"

/* What a parameter is bound to: a text, or the key of an address. */
struct audience_value {
    const char *text;
    const unsigned char *key; /* TOKEN_DIGEST_SIZE bytes; NULL: it is the text */
};

/* A condition over `member m`. */
struct audience {
    const char *sql;                     /* without WHERE, in parentheses */
    const struct audience_value *values; /* for the parameters :v0, :v1, ... */
    size_t count;
};

/* Compile `who`. Saved segments are read from the store and put in; members who have left belong
 * to no audience unless `who` speaks of the status. Strings lie in the arena. ERROR_DATA when it
 * does not parse, names a segment that is not there, or segments lead in a circle. */
bool audience_compile(struct db *db, const char *who, struct arena *arena,
                      struct audience *audience, struct error *err) MUST_USE;

/* As above for a sending that belongs to a ballot: only those entitled to vote in :ballot,
 * without who has asked not to be reminded of it and who turned out not to be entitled. */
bool audience_compile_ballot(struct db *db, const char *who, struct arena *arena,
                             struct audience *audience, struct error *err) MUST_USE;

/* The audience of a campaign's step: as above, as its campaign is of a ballot (0: none), or of the
 * action of this name (NULL: of none). That is whom the action concerns, and who has answered to
 * it; without who has said that they cannot come, unless `who` speaks of them. Nobody is in it
 * whose data is not to be used (restrictions.h). */
bool audience_compile_step(struct db *db, const char *who, int64_t ballot_id, const char *action,
                           struct arena *arena, struct audience *audience,
                           struct error *err) MUST_USE;

/* The name of the action that a step's campaign is of, NULL when it is of none; in the arena. */
bool audience_action(struct db *db, int64_t step_id, struct arena *arena, const char **action,
                     struct error *err) MUST_USE;

/* Whom a step could mean, whatever its members answer and however far the campaign is: as the
 * audience of a step, but every term that passes (voted, sent:, reachable: and their like) is taken
 * as true, under a not too. So it changes with the members and not with the campaign. */
bool audience_compile_possible(struct db *db, const char *who, int64_t ballot_id,
                               const char *action, struct arena *arena, struct audience *audience,
                               struct error *err) MUST_USE;

/* As above, while the segment `name` is being saved: `who` may not lead back to it. */
bool audience_check(struct db *db, const char *name, const char *who, struct error *err) MUST_USE;

/* Whom an account may see, of words that scope_check of scope.h takes; the parameters are :s0, :s1,
 * ..., and :ballot is none of them: a unit is the one of the latest ballot that has it. */
bool audience_compile_scope(struct db *db, const char *who, struct arena *arena,
                            struct audience *audience, struct error *err) MUST_USE;

/* The tree of the words alone, checked against what the store knows by name. In the arena. */
bool audience_parse(struct db *db, const char *who, struct arena *arena, const struct who **tree,
                    struct error *err) MUST_USE;

/* Start the statement `head`, the condition, `tail`, with its values and :ballot bound. */
struct query *audience_query(struct db *db, const char *head, const struct audience *audience,
                             const char *tail, int64_t ballot_id, struct arena *arena) MUST_USE;

/* Start the statement that counts the audience: members, of them by sms, of them by e-mail. Of the
 * channels only those count whose address takes messages of service. */
struct query *audience_count(struct db *db, const struct audience *audience, int64_t ballot_id,
                             struct arena *arena) MUST_USE;

#endif
