/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a message asks, and what a reply to it means: "1" is nothing by itself, and "I have voted"
 * where the last text said "Reply 1 if you have". */
#ifndef MUSTER_MODEL_QUESTION_H
#define MUSTER_MODEL_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/model/keyword.h"

enum { QUESTION_ANSWERS_MAX = 9, QUESTION_WORD_MAX = 20 };

struct question_answer {
    const char *says; /* a digit or a word: letters and digits of ASCII */
    enum keyword means;
};

/* Nothing in it: it asks nothing. */
struct question {
    struct question_answer answers[QUESTION_ANSWERS_MAX];
    size_t count;
    bool day; /* it asks for a day: tomorrow, Friday, the 27th, 27 November */
};

/* What is heard in a reply. */
struct question_heard {
    enum keyword meaning;
    int days; /* KEYWORD_PLAN: how many days from the reply's day the member means, 0 for today */
};

/* The meaning that an answer may have of this name: voted, no-paper, declined. False for others. */
bool question_meaning(const char *name, enum keyword *means) MUST_USE;

/* Why a word cannot be what members are asked to answer: providers take it for themselves, or we
 * understand something else by it. NULL: it can. Static. */
const char *question_taken(const char *says, enum keyword means) MUST_USE;

/* As the store keeps it, "1=voted 2=no-paper 3=declined day", in the arena; and read again. What
 * cannot be read is left out. Strings of a read one lie in the arena. */
const char *question_format(const struct question *question, struct arena *arena) MUST_USE;
void question_parse(const char *text, struct arena *arena, struct question *question);

/* What a reply to it means. `text` is any UTF-8, `date` (20261125) the day it was written on. A
 * wish to leave, a doubt, START and HELP are heard first, whatever the question. An answer may have
 * other case, marks, courtesy and a few words around it; where it says two different things, or
 * denies, it is KEYWORD_OTHER, for a person. */
struct question_heard question_hear(const struct question *question, const char *text,
                                    int date) MUST_USE;

#endif
