/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a member fits what somebody remembers of one: some words of the name in any order, the
 * beginning of a word, no accents, an apostrophe too few, a slip of the finger; or a piece of the
 * membership number.
 *
 * Each word that is asked for must be found in another word of the name. */
#ifndef MUSTER_MODEL_LIKENESS_H
#define MUSTER_MODEL_LIKENESS_H

#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

enum {
    LIKENESS_NONE = 0,
    LIKENESS_PART = 40,  /* from here on: whole words, beginnings or pieces; below: slips */
    LIKENESS_MOST = 100, /* the very name, or the very number */
};

/* What is asked for, taken apart once. */
struct likeness;

/* Take a text apart, in the arena. */
struct likeness *likeness_ask(const char *text, struct arena *arena) MUST_USE;

/* How many words were asked for, and the i-th, folded and without accents and apostrophes:
 * "O’Brien" is "obrien". */
size_t likeness_words(const struct likeness *asked) MUST_USE;
const char *likeness_word(const struct likeness *asked, size_t index) MUST_USE;

/* How well a name fits, LIKENESS_NONE to LIKENESS_MOST. Either name may be NULL. What is needed for
 * a name that is not ASCII is taken from `scratch`. A slip is one edit in a word of four letters or
 * more, two from eight on. */
unsigned likeness_of_name(const struct likeness *asked, const char *first, const char *last,
                          struct arena *scratch) MUST_USE;

/* How well a membership number fits: zeros in front may lack, it may begin with what is asked for,
 * hold it, or be one edit away. Case does not matter. */
unsigned likeness_of_number(const struct likeness *asked, const char *number) MUST_USE;

#endif
