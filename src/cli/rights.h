/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what on the command line: one table that names every command. What it does not name
 * is not done. */
#ifndef MUSTER_CLI_RIGHTS_H
#define MUSTER_CLI_RIGHTS_H

#include <stdbool.h>

#include "call.h"

/* The options of the commands that the table asks an account for; a table of options. */
extern const struct call_option rights_options[];

/* Whether the table names a command, by its words. */
bool rights_names(const char *words) MUST_USE;

/* Whether a command, by its words, may be asked who does it by the table. */
bool rights_asked(const char *words) MUST_USE;

/* Let the call go on: a command that changes something is signed in for, as soon as there are
 * accounts, and `call->actor` is who does it. Fails as acting_account does, and with ERROR_CONFIG
 * for a command that the table has forgotten. */
bool rights_check(struct call *call, struct error *err) MUST_USE;

#endif
