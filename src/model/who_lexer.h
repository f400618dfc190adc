/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pieces of a segment's description: words, quoted values, signs. Private to the floor. */
#ifndef MUSTER_MODEL_WHO_LEXER_H
#define MUSTER_MODEL_WHO_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum who_token_kind {
    WHO_TOKEN_END,
    WHO_TOKEN_WORD,
    WHO_TOKEN_QUOTED,
    WHO_TOKEN_COLON,
    WHO_TOKEN_OPEN,
    WHO_TOKEN_CLOSE,
    WHO_TOKEN_DOTS,
    WHO_TOKEN_LESS,
    WHO_TOKEN_LESS_SAME,
    WHO_TOKEN_MORE,
    WHO_TOKEN_MORE_SAME,
};

struct who_token {
    enum who_token_kind kind;
    const char *text; /* as written, without quotes; "" at the end; in the arena */
    size_t column;    /* from 1, in characters */
};

struct who_lexer {
    const char *at; /* what is still to be read: valid UTF-8 */
    size_t column;
    struct arena *arena;
};

/* Read the next piece. False (ERROR_DATA) at a quote that is never closed. */
bool who_lexer_next(struct who_lexer *lexer, struct who_token *token, struct error *err) MUST_USE;

#endif
