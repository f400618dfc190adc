/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segment compiler at work. Private to audience*.c. */
#ifndef MUSTER_STORE_AUDIENCE_PRIVATE_H
#define MUSTER_STORE_AUDIENCE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/model/who.h"
#include "muster/store/db.h"
#include "vector.h"

enum { AUDIENCE_SQL_CEILING = 256 * 1024, AUDIENCE_SEGMENT_DEPTH = 8 };

struct audience_compiler {
    struct db *db;
    struct arena *arena;
    struct buffer sql;
    struct vector values;                     /* struct audience_value */
    const char *path[AUDIENCE_SEGMENT_DEPTH]; /* the segments being put in, outermost first */
    size_t depth;
    const char *saving;                      /* of them the one being saved, or NULL */
    const struct who_vocabulary *vocabulary; /* read when it is first needed */
    bool speaks_of_status;
    const char *action; /* whose campaign it is of; NULL: of none */
    bool speaks_of_cannot;
    bool of_ballot;  /* only those entitled in :ballot who may be reminded of it */
    bool of_sending; /* for a message: without who is restricted */
    bool possible;   /* whom it could mean, whatever members do meanwhile */
    bool of_scope;   /* what an account may see: of no ballot */
    bool negated;    /* while that is compiled: the segment being put in stands under a not */
    struct error *err;
};

/* Whether what the field asks may be otherwise tomorrow without anybody having changed a member: by
 * an answer, a message, an opt-out. Defined in audience_terms.c. */
bool audience_passes(enum who_field field);

/* The condition that a member has given this answer to the action of this name, or none. Defined
 * in audience_terms.c. */
void audience_put_answer(struct audience_compiler *compiler, enum who_field answer,
                         const char *action);

/* Write a term that is no segment and no answer: a condition over `member m`, true for whom it
 * means, and false or NULL for everybody else. Defined in audience_terms.c. */
void audience_put_term(struct audience_compiler *compiler, const struct who *who);

#endif
