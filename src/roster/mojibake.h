/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that was taken for Windows-1252 although it was UTF-8: "SiÃ¢n" was "Siân" once. */
#ifndef MUSTER_ROSTER_MOJIBAKE_H
#define MUSTER_ROSTER_MOJIBAKE_H

#include "muster/base/arena.h"

/* The cell (UTF-8) as it was before it was read as Windows-1252 or Latin-1 and written as UTF-8
 * again, once or several times, in the arena; NULL when there is nothing to mend. In doubt a cell
 * is left alone. */
const char *mojibake_mend(const char *cell, struct arena *arena) MUST_USE;

#endif
