/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as British spreadsheets write them. */
#ifndef MUSTER_ROSTER_DATE_H
#define MUSTER_ROSTER_DATE_H

#include <stdbool.h>

#include "muster/base/arena.h"

/* Reads "31/01/2026", "31.1.26", "31-Jan-26", "31 January 2026" (English or Welsh months),
 * "2026-01-31", each with or without a time behind it, and a spreadsheet's day number such as
 * 46053, into "2026-01-31" in the arena. The day comes first; years of two digits are 1940 to
 * 2039. On failure `*reason` is a static sentence. */
bool date_parse(const char *text, struct arena *arena, const char **iso,
                const char **reason) MUST_USE;

#endif
