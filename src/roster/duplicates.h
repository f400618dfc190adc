/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which membership numbers a file has had already, in a bounded amount of memory. */
#ifndef MUSTER_ROSTER_DUPLICATES_H
#define MUSTER_ROSTER_DUPLICATES_H

#include <stddef.h>

#include "muster/base/compiler.h"

struct duplicates;

/* An empty set. The caller frees it with duplicates_free. */
struct duplicates *duplicates_create(void) MUST_USE;

/* Release it; sets the pointer to NULL. */
void duplicates_free(struct duplicates **duplicates);

/* Note the number of the row at `line` (from 1). Gives the line that had it last, or 0 for a new
 * one. Sixteen bytes a number are kept: a digest, so two of a million numbers are confused once in
 * tens of millions of files. */
unsigned duplicates_note(struct duplicates *duplicates, const char *number, unsigned line) MUST_USE;

#endif
