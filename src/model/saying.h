/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a member wrote, cut into words and clauses: folded, without signs, with the commonest slips
 * of the thumb put right. Private to src/model. */
#ifndef MUSTER_MODEL_SAYING_H
#define MUSTER_MODEL_SAYING_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

enum {
    SAYING_BYTES_MAX = 16384, /* looked at; the longest text has about 1600 */
    SAYING_WORDS_MAX = 1024,
};

struct saying_word {
    const char *text;
    bool ends; /* the clause ends behind this word */
    bool asks; /* with a question mark */
};

/* Some words, one after another. */
struct saying {
    const struct saying_word *words;
    size_t count;
};

/* Courtesy, as one list of words. */
extern const char saying_polite[];

/* At most SAYING_BYTES_MAX bytes of any text, folded (NFKC, case, white space), every line's end
 * kept as "|". In the arena. */
const char *saying_fold(const char *text, struct arena *arena) MUST_USE;

/* Cut folded text into words; gives their count. */
size_t saying_read(const char *text, struct arena *arena,
                   struct saying_word words[SAYING_WORDS_MAX]) MUST_USE;

/* The words from `from` to before `to`. */
struct saying saying_slice(struct saying saying, size_t from, size_t to) MUST_USE;

/* Without courtesy at both ends. */
struct saying saying_bare(struct saying saying) MUST_USE;

/* Whether a word is in a list, which is words with a blank between them. */
bool saying_among(const char *list, const char *word) MUST_USE;

/* Whether any word, and whether every word, is in a list. */
bool saying_any(struct saying saying, const char *list) MUST_USE;
bool saying_all(struct saying saying, const char *list) MUST_USE;

/* Whether one letter more, less or other, or two neighbours swapped, makes one word the other. */
bool saying_near(const char *a, const char *b) MUST_USE;

/* How many words `phrase` has when it stands at `at`; else 0. */
size_t saying_phrase(struct saying saying, size_t at, const char *phrase) MUST_USE;

/* Whether it is one of the phrases, and nothing else. */
bool saying_alone(struct saying saying, const char *const *phrases, size_t count) MUST_USE;

/* Find the first of the phrases; what stands before and behind it into `before` and `after`. */
bool saying_find(struct saying saying, const char *const *phrases, size_t count,
                 struct saying *before, struct saying *after) MUST_USE;

#endif
