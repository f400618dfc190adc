/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What shells complete: the words of commands, their options, and the words that options and
 * arguments may be. A part of muster-manual, which the build runs. */
#ifndef MUSTER_CLI_COMPLETION_H
#define MUSTER_CLI_COMPLETION_H

#include <stdbool.h>

#include "muster/base/compiler.h"

/* Print the completion for "bash", "zsh" or "fish" to standard output; false for any other. */
bool completion_print(const char *shell) MUST_USE;

#endif
