/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which character parts the cells of a CSV. */
#ifndef MUSTER_ROSTER_DELIMITER_H
#define MUSTER_ROSTER_DELIMITER_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"

/* The delimiter of a CSV that begins with `text` (UTF-8; its last line may be cut off): what a
 * first line `sep=;` says, else whichever of comma, semicolon, TAB and | parts most rows into the
 * same number of cells; a comma when nothing parts anything. */
char delimiter_sniff(const char *text, size_t length) MUST_USE;

/* Whether a first row with this first cell is Excel's `sep=` line. */
bool delimiter_is_sep_line(const char *cell) MUST_USE;

#endif
