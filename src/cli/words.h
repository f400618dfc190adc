/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that an argument, or the value of an option, may be: one table for what is accepted and
 * what the help says. */
#ifndef MUSTER_CLI_WORDS_H
#define MUSTER_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"

/* The i-th word that may stand in a place ("STATE") of a command ("message list"), NULL behind the
 * last. Static. */
const char *words_at(const char *command, const char *place, size_t index);

/* Whether `word` (NULL: none was given, which is fine) is one of them. ERROR_USAGE with the nearest
 * one, or with all of them, when it is not. */
bool words_check(const char *command, const char *place, const char *word,
                 struct error *err) MUST_USE;

/* Print the words of every place of a command, and what else there is to say of it, to standard
 * output, for its help. */
void words_print(const char *command);

/* The i-th thing that there is to say of a command beside that, in lines of text, for its help and
 * its page of the manual; NULL behind the last. Static. */
const char *words_note(const char *command, size_t index) MUST_USE;

#endif
