/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are not text, told by their first bytes, so that whoever picked the wrong one reads
 * what it is and not "no header found". */
#ifndef MUSTER_ROSTER_MAGIC_H
#define MUSTER_ROSTER_MAGIC_H

#include <stddef.h>

#include "muster/base/compiler.h"

/* What is wrong with a file that begins with these bytes ("is an Excel workbook; save it as CSV"),
 * or NULL when it may be a CSV. Static. The more of the beginning is given the better; 4 KiB will
 * do. */
const char *magic_fault(const char *bytes, size_t length) MUST_USE;

#endif
