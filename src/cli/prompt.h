/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking the person at the terminal. */
#ifndef MUSTER_CLI_PROMPT_H
#define MUSTER_CLI_PROMPT_H

#include <stdbool.h>

#include "muster/base/error.h"
#include "muster/model/password.h"

/* Ask for a password on the terminal itself, whatever standard input is, without showing what is
 * typed. ERROR_USAGE when there is no terminal, with `option` as what to give instead;
 * ERROR_DATA when what was typed is no password, ERROR_TEMPORARY when Ctrl-C was typed. */
bool prompt_password(const char *question, const char *option, char password[PASSWORD_SIZE],
                     struct error *err) MUST_USE;

/* The same for one that is being chosen: twice, the same. */
bool prompt_new_password(const char *question, const char *option, char password[PASSWORD_SIZE],
                         struct error *err) MUST_USE;

/* Ask for a yes. True, with `*yes` true, when there is no terminal to ask on standard input, or
 * standard output is none: then nobody has been there to read it, either. */
bool prompt_yes(const char *question, bool *yes, struct error *err) MUST_USE;

#endif
