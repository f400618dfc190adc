/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a function says what went wrong: one kind, one sentence, on the caller's stack.
 *
 * A function that can fail returns bool and takes `struct error *err` last; it fills `err` only
 * when it returns false. Context is added on the way up with error_prefix. Only programs log
 * errors. */
#ifndef MUSTER_BASE_ERROR_H
#define MUSTER_BASE_ERROR_H

#include <stdbool.h>

#include "muster/base/compiler.h"

MUSTER_C_BEGIN

enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,       /* the command line is wrong */
    ERROR_DATA,        /* the input is wrong: a CSV, a template, a segment */
    ERROR_NO_INPUT,    /* a file that should be there is not, or cannot be read */
    ERROR_UNAVAILABLE, /* a relay, a gateway or the store does not answer */
    ERROR_INTERNAL,    /* our own mistake */
    ERROR_SYSTEM,      /* the operating system refused something it should give */
    ERROR_CREATE,      /* an output file cannot be made */
    ERROR_IO,          /* reading or writing failed half-way */
    ERROR_TEMPORARY,   /* busy: the same call may succeed later */
    ERROR_PERMISSION,  /* not allowed: file modes, roles */
    ERROR_CONFIG,      /* the configuration is wrong */
};

enum { ERROR_TEXT_SIZE = 512 };

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_SIZE]; /* one sentence without a final full stop or newline */
};

/* Fill `err` (which may be NULL) and give false, so that a failing function can end in `return
 * error_set(err, ERROR_DATA, "...")`. Text that does not fit is cut on a character; a ? stands for
 * bytes that are none. A macro, so that compilers and checkers know that it gives false. */
#define error_set(...) (error_fill(__VA_ARGS__), false)
void error_fill(struct error *err, enum error_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* Put context in front of the sentence, "context: sentence", keeping the kind. Gives false. */
#define error_prefix(...) (error_put_before(__VA_ARGS__), false)
void error_put_before(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* The exit status of sysexits(3) for a kind: EX_USAGE 64 ... EX_CONFIG 78; 0 for ERROR_NONE. */
int error_exit_status(enum error_kind kind);

MUSTER_C_END

#endif
