/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what on the command line: one table that names every command. What it does not name
 * is not done. */
#ifndef MUSTER_CLI_RIGHTS_H
#define MUSTER_CLI_RIGHTS_H

#include <stdbool.h>

#include "call.h"

/* Whether the table names a command, by its words. */
bool rights_names(const char *words) MUST_USE;

/* The options by which a command, by its words, is told who does it, where the table asks; NULL
 * where it does not. Ends with an empty one. Static. */
const struct call_option *rights_options(const char *words) MUST_USE;

/* Let the call go on: a command that changes something is signed in for, as soon as there are
 * accounts, and `call->actor` is who does it. Fails as acting_account does, and with ERROR_CONFIG
 * for a command that the table has forgotten. */
bool rights_check(struct call *call, struct error *err) MUST_USE;

#endif
