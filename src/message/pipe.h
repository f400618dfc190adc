/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pipes of a template: what may stand behind a name, as in {{first_name | or "colleague"}}. */
#ifndef MUSTER_MESSAGE_PIPE_H
#define MUSTER_MESSAGE_PIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

enum pipe_kind {
    PIPE_OR,    /* the argument, where the value is missing or empty */
    PIPE_DATE,  /* the value is a date; the argument is a strftime format */
    PIPE_UPPER, /* in capitals */
    PIPE_TITLE, /* "SIÂN O'BRIEN" as "Siân O'Brien" */
};

struct pipe {
    enum pipe_kind kind;
    const char *argument; /* NULL for a pipe that takes none */
};

/* Read the pipe at the start of `length` bytes of a tag: its word and, where it needs one, its
 * argument in quotation marks, in which \" and \\ stand for those characters. `*taken` is how many
 * bytes that was, the argument is in the arena. False when there is no such pipe or its argument
 * cannot serve: then `*taken` is where the fault stands, `*fault` the sentence, in the arena. */
bool pipe_read(const char *bytes, size_t length, struct pipe *pipe, size_t *taken,
               const char **fault, struct arena *arena) MUST_USE;

/* The word for it. Static. */
const char *pipe_name(enum pipe_kind kind);

/* Put the value (NULL when missing) through the pipe; `*result` is in the arena, the value, or
 * NULL for missing still. False when the value is not what the pipe needs. */
bool pipe_apply(const struct pipe *pipe, const char *value, const char **result,
                struct arena *arena) MUST_USE;

#endif
