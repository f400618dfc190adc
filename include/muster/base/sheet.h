/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of a CSV that somebody will open in a spreadsheet. */
#ifndef MUSTER_BASE_SHEET_H
#define MUSTER_BASE_SHEET_H

#include <stdbool.h>

#include "muster/base/buffer.h"

/* Append one cell (RFC 4180): in quotation marks where it needs them. A text that a spreadsheet
 * would take for a formula (it begins with = + - @, their full-width forms, a tab or a line end)
 * gets an apostrophe in front, which an import takes off again; a number does not. */
void sheet_put_cell(struct buffer *line, const char *cell, bool number);

#endif
