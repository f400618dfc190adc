/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply to a call means: whether its writer comes, and with how many. Private to
 * src/model. */
#ifndef MUSTER_MODEL_QUESTION_COME_H
#define MUSTER_MODEL_QUESTION_COME_H

#include "muster/model/question.h"

/* `plain` is what the words mean by themselves, and no wish to leave, nor a doubt. */
struct question_heard question_come_hear(const struct question *question, enum keyword plain,
                                         const char *text) MUST_USE;

#endif
