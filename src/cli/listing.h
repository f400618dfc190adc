/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables for people and for programs: aligned text, CSV or JSON. */
#ifndef MUSTER_CLI_LISTING_H
#define MUSTER_CLI_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "terminal.h"

enum listing_format { LISTING_TEXT, LISTING_CSV, LISTING_JSON };

/* The format of a word; false when there is none. */
bool listing_format_parse(const char *word, enum listing_format *format) MUST_USE;

/* A column: its heading for people, its name for programs; numbers stand to the right. */
struct listing_column {
    const char *heading;
    const char *name;
    bool number;
};

struct listing;

/* A table with these columns (kept by the caller); it lives in the arena. */
struct listing *listing_create(const struct listing_column *columns, size_t count,
                               struct arena *arena) MUST_USE;

/* Add cells from left to right; a full row begins the next. Texts are copied; NULL is an empty
 * cell. */
void listing_text(struct listing *listing, const char *text);
void listing_number(struct listing *listing, int64_t number);

/* On a terminal so many columns are shown at least, and of those behind them as many as fit. In a
 * pipe, and for programs, all are. */
void listing_keep(struct listing *listing, size_t columns);

/* The tone of the row that was begun last, for a terminal that shows colours. */
void listing_tone(struct listing *listing, enum terminal_tone tone);

/* The beginning of a text, made fit for a terminal: the whole of it, or what fits into so many
 * columns with three dots behind. In the arena. */
const char *listing_head(const char *text, size_t columns, struct arena *arena) MUST_USE;

/* Print everything to standard output. In CSV a cell that a spreadsheet would take for a formula
 * gets an apostrophe in front. An empty table prints `nothing` for people. */
void listing_print(const struct listing *listing, enum listing_format format, const char *nothing);

#endif
