/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the commands: what muster takes, what its help and its manual say, and what shells
 * complete. */
#ifndef MUSTER_CLI_MUSTER_H
#define MUSTER_CLI_MUSTER_H

#include <stddef.h>

#include "call.h"

/* All commands in the order of the flow; sets their number. Static. */
const struct call_command *muster_commands(size_t *count) MUST_USE;

#endif
