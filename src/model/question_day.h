/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day that a reply names. Private to src/model. */
#ifndef MUSTER_MODEL_QUESTION_DAY_H
#define MUSTER_MODEL_QUESTION_DAY_H

#include "saying.h"

/* Words that turn an answer around. */
extern const char question_denying[];

/* The one day that a reply of a date (20261125) names: how many days ahead; -1: none, several, or
 * not certainly meant. */
int question_day(struct saying all, int date) MUST_USE;

#endif
