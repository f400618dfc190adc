/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of facts that only the list knows. */
#ifndef MUSTER_ROSTER_CUSTOM_H
#define MUSTER_ROSTER_CUSTOM_H

#include "muster/base/arena.h"

/* The name under which a column is kept and found in segments: its heading in small letters, with
 * one _ for whatever is neither letter nor digit: "Shift Pattern (wk)" is "shift_pattern_wk". At
 * most 40 bytes, in the arena. A heading that is a word of the segment language gets a _ behind.
 * NULL when it has no letter or digit. */
const char *custom_name(const char *header, struct arena *arena) MUST_USE;

#endif
