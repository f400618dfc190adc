/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of a ballot share. Private to console_*.c. */
#ifndef MUSTER_WEB_CONSOLE_BOARD_H
#define MUSTER_WEB_CONSOLE_BOARD_H

#include "console_call.h"
#include "muster/ballot/board.h"
#include "muster/base/buffer.h"
#include "muster/store/calls.h"

/* The ballot that the first star of the path names. ERROR_NO_INPUT when there is none. */
bool console_find_ballot(const struct console_call *call, struct ballot **ballot,
                         struct error *err) MUST_USE;

/* Its name, title and days. */
void console_put_ballot(const struct console_call *call, const struct ballot *ballot,
                        struct json *values);

/* Its board; `silent` as in board_terms. In the arena. The page says where it is not of now. */
bool console_read_board(struct console_call *call, const struct ballot *ballot, int64_t silent,
                        struct board *board, struct error *err) MUST_USE;

/* The figures of a row, and its bar in thousandths of those that the threshold is of. */
struct json *console_make_row(const struct console_call *call, const struct board *board,
                              const struct board_row *row);

/* Somebody who is to be spoken to. */
struct json *console_make_call(const struct console_call *call, const struct calls_row *row);

/* A line of cells (NULL: empty), and the whole as the answer; ERROR_DATA when it was too large. */
void console_put_line(struct buffer *csv, const char *const *cells, size_t count);
bool console_answer_csv(struct console_call *call, const struct buffer *csv,
                        struct error *err) MUST_USE;

#endif
