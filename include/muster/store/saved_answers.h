/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that organisers give again and again, each under a name, in one language or more. */
#ifndef MUSTER_STORE_SAVED_ANSWERS_H
#define MUSTER_STORE_SAVED_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct saved_answer {
    const char *name;
    const char *language; /* "en" */
    const char *text;
};

/* What a name of an answer may be, and a language's code. ERROR_USAGE. */
bool saved_answers_check_name(const char *name, struct error *err) MUST_USE;
bool saved_answers_check_language(const char *language, struct error *err) MUST_USE;

/* Keep an answer; one of the same name and language gives way to it. Needs an open transaction, as
 * does taking one away. */
bool saved_answers_set(struct db *db, const struct saved_answer *answer,
                       struct error *err) MUST_USE;

/* Take an answer away, in one language or in all (NULL); `*count` is how many there were. */
bool saved_answers_remove(struct db *db, const char *name, const char *language, int64_t *count,
                          struct error *err) MUST_USE;

/* All of them, by name and language, in the arena. */
bool saved_answers_list(struct db *db, struct arena *arena, struct saved_answer **answers,
                        size_t *count, struct error *err) MUST_USE;

/* The text of an answer in a language; where there is none in it, in the second language, else in
 * any. `*text` is NULL when there is no such answer. In the arena. */
bool saved_answers_find(struct db *db, const char *name, const char *language, const char *second,
                        struct arena *arena, const char **text, struct error *err) MUST_USE;

#endif
