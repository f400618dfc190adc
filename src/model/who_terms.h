/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a term of the segment language may say: its fields, its bare words, the values that each
 * field takes. Private to the floor. */
#ifndef MUSTER_MODEL_WHO_TERMS_H
#define MUSTER_MODEL_WHO_TERMS_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/who.h"
#include "who_lexer.h"

/* Set the field of a term by its name; a built-in one wins over a custom one. ERROR_DATA for a
 * name that nobody knows, with a suggestion. */
bool who_terms_field(const struct who_token *name, const struct who_vocabulary *vocabulary,
                     struct arena *arena, struct who *who, struct error *err) MUST_USE;

/* Whether a value of this field may begin with a *. */
bool who_terms_may_end(enum who_field field) MUST_USE;

/* Whether the term's field allows such a match with such values; brings the values into the form
 * that struct who promises. `value` is the first value as it was written. */
bool who_terms_check(const struct who_token *value, const struct who_vocabulary *vocabulary,
                     struct arena *arena, struct who *who, struct error *err) MUST_USE;

/* The ballot state that a bare word means; NULL when it means none. */
const char *who_terms_state(const char *word) MUST_USE;

/* Whether a bare word is an answer to an action, and which. */
bool who_terms_answer(const char *word, enum who_field *field) MUST_USE;

/* Whether the word is one of the grammar's: and, or, not. */
bool who_terms_is_joint(const char *word) MUST_USE;

/* ERROR_DATA for a bare word that nobody knows: what it may have been meant for. `unquoted` is the
 * bare value before it, or NULL. */
bool who_terms_unknown_word(const struct who_token *word, const char *unquoted,
                            const struct who_vocabulary *vocabulary, struct arena *arena,
                            struct error *err) MUST_USE;

#endif
