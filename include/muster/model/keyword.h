/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply means. Members must be able to leave with any sane spelling; a slogan that begins
 * with "stop" is not a wish to leave; what is doubtful is held for a person. */
#ifndef MUSTER_MODEL_KEYWORD_H
#define MUSTER_MODEL_KEYWORD_H

#include "muster/base/compiler.h"

enum keyword {
    KEYWORD_OTHER,    /* an ordinary reply, for the inbox */
    KEYWORD_STOP,     /* opt out of texts, now */
    KEYWORD_START,    /* undo an opt-out, by the same number */
    KEYWORD_HELP,     /* who are you, how do I leave */
    KEYWORD_VOTED,    /* "I have voted" */
    KEYWORD_NO_PAPER, /* "my ballot paper has not come" */
    KEYWORD_DECLINED, /* "rather not say": no more reminders of this ballot */
    KEYWORD_HOLD,     /* perhaps an opt-out: send nothing until a person has decided */
    KEYWORD_PLAN,     /* a day, to a question for one: told by question_hear alone */
};

/* Classify one reply. `text` is UTF-8 (malformed bytes count as U+FFFD), any length. */
enum keyword keyword_classify(const char *text) MUST_USE;

/* The word for it: "other", "stop", "start", "help", "voted", "no-paper", "declined", "hold",
 * "plan". Static. */
const char *keyword_name(enum keyword keyword);

/* The meaning of this name; KEYWORD_OTHER when there is none. */
enum keyword keyword_named(const char *name) MUST_USE;

#endif
