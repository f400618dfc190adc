/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What standard output is: a terminal that can be drawn on, in colours, or neither. */
#ifndef MUSTER_CLI_TERMINAL_H
#define MUSTER_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"

enum terminal_tone { TERMINAL_PLAIN, TERMINAL_BOLD, TERMINAL_GOOD, TERMINAL_BAD, TERMINAL_WARNING };

/* Whether it is a terminal, and not a dumb one. */
bool terminal_is(void) MUST_USE;

/* How many columns it has; 0 where standard output is none, or does not say. */
size_t terminal_columns(void) MUST_USE;

/* Whether somebody wants colours, where it is one: NO_COLOR is not set. */
bool terminal_wants_colours(void) MUST_USE;

/* What begins a tone, "" for TERMINAL_PLAIN, and what ends every other. Static. */
const char *terminal_begin(enum terminal_tone tone) MUST_USE;
const char *terminal_end(enum terminal_tone tone) MUST_USE;

#endif
