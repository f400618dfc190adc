/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pipes of a template: what may stand behind a name, as in {{first_name | or "colleague"}}. */
#ifndef MUSTER_MESSAGE_PIPE_H
#define MUSTER_MESSAGE_PIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/base/json.h"

#include "tongue.h"

enum { PIPE_ARGUMENTS = 2 };

enum pipe_kind {
    PIPE_OR,       /* the argument, where the value is missing or empty */
    PIPE_DATE,     /* the value is a date; the argument is a strftime format */
    PIPE_UPPER,    /* in capitals */
    PIPE_TITLE,    /* "SIÂN O'BRIEN" as "Siân O'Brien" */
    PIPE_NUMBER,   /* "12345.5" as "12,345.5", or with as many decimals as the argument says */
    PIPE_PLURAL,   /* the first argument where the value is 1, else the second */
    PIPE_TRUNCATE, /* at most so many characters, "..." included, cut between words if it can be */
    PIPE_JOIN,     /* a list as "a, b and c"; the argument stands for "and" */
};

struct pipe {
    enum pipe_kind kind;
    const char *arguments[PIPE_ARGUMENTS]; /* NULL where there is none */
};

/* Read the pipe at the start of `length` bytes of a tag: its word and the arguments that it takes,
 * each in quotation marks, in which \" and \\ stand for those characters, or a bare number.
 * `*taken` is how many bytes that was, the arguments are in the arena. False when there is no such
 * pipe or an argument cannot serve: then `*taken` is where the fault stands, `*fault` the sentence,
 * in the arena. */
bool pipe_read(const char *bytes, size_t length, struct pipe *pipe, size_t *taken,
               const char **fault, struct arena *arena) MUST_USE;

/* The word for it. Static. */
const char *pipe_name(enum pipe_kind kind);

/* What goes through pipes: a text, or a list until it is joined. Neither: missing. */
struct pipe_value {
    const char *text; /* NULL when missing */
    const struct json *list;
};

/* Put the value through the pipe; what is new lies in the arena. A missing value stays missing, but
 * for `or`. False when the value is not what the pipe needs, as a list is for all but `or` and
 * `join`. */
bool pipe_apply(const struct pipe *pipe, enum tongue tongue, struct pipe_value *value,
                struct arena *arena) MUST_USE;

#endif
