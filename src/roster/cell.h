/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell, as its writer meant it. */
#ifndef MUSTER_ROSTER_CELL_H
#define MUSTER_ROSTER_CELL_H

#include "muster/base/arena.h"

/* The cell (UTF-8) without blanks at its ends, each run of blanks inside one blank; what was
 * encoded twice put right, accents joined to their letters (NFC), ="0123" and a leading apostrophe
 * undone. It may be the cell itself, else it lies in the arena. A cell that cannot be used (over
 * 500 bytes, with a control character or U+FFFD in it) gives "" and a static sentence in `*reason`,
 * which is left alone otherwise. */
const char *cell_tidy(const char *cell, struct arena *arena, const char **reason) MUST_USE;

#endif
