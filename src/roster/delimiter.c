/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the beginning of the file once with each delimiter and compares. The true one parts the
 * heading into words that we know. Where none does, it gives many rows of the same width, and wide
 * ones: a semicolon that only parts tags inside a cell makes two cells in some rows, and the comma
 * of "Smith, Ann" two in every row, where the true one makes nine. */
#include "delimiter.h"

#include <string.h>
#include <strings.h>

#include "alias.h"
#include "csv.h"

static const char CANDIDATES[] = ",;\t|";

enum {
    HEADINGS_WITHIN = 20, /* rows: where the heading may be */
    HEADINGS_MOST = 64,   /* cells of it that are looked at */
    HEADING_WORTH = 1000000,
};

struct trial {
    struct arena *arena;
    size_t rows;
    size_t headings;                     /* known ones, in the row that has most of them */
    size_t widths[CSV_COLUMN_LIMIT + 1]; /* how many rows have so many cells */
};

static size_t count_headings(const struct csv_row *row, struct arena *arena)
{
    size_t known = 0;
    for (size_t i = 0; i < row->count && i < HEADINGS_MOST; i++) {
        known += alias_find(row->cells[i], arena) != NULL;
    }
    arena_reset(arena);
    return known;
}

static bool try_row(const struct csv_row *row, void *context, struct error *err)
{
    (void)err;
    struct trial *trial = context;
    trial->widths[row->count]++;
    if (trial->rows++ < HEADINGS_WITHIN) {
        size_t known = count_headings(row, trial->arena);
        trial->headings = known > trial->headings ? known : trial->headings;
    }
    return true;
}

static size_t score(const char *text, size_t length, char delimiter)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct trial trial = {.arena = arena};
    struct error ignored;
    CLEANUP(csv_reader_free)
    struct csv_reader *reader = csv_reader_create(delimiter, try_row, &trial);
    if (!csv_reader_add(reader, text, length, &ignored)) {
        return 0;
    }
    /* A file of one line has no line end to complete it. */
    if (memchr(text, '\n', length) == NULL && !csv_reader_end(reader, &ignored)) {
        return 0;
    }
    size_t best = 0;
    for (size_t width = 2; width <= CSV_COLUMN_LIMIT; width++) {
        size_t points = trial.widths[width] * (width - 1);
        best = points > best ? points : best;
    }
    /* One known word is in any line of text; the width decides then. */
    return best + (trial.headings > 1 ? trial.headings * HEADING_WORTH : 0);
}

bool delimiter_is_sep_line(const char *cell)
{
    return strncasecmp(cell, "sep=", 4) == 0 && strlen(cell) <= 5;
}

/* The character that a first line `sep=;` or `"sep=;"` names, or 0. */
static char told(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '"' ? 1 : 0;
    if (length < at + 6 || strncasecmp(text + at, "sep=", 4) != 0) {
        return 0;
    }
    char named = text[at + 4];
    char after = text[at + 5];
    bool ends = after == '\r' || after == '\n' || (at == 1 && after == '"');
    return ends && named > 0 && strchr("\"\r\n", named) == NULL ? named : 0;
}

char delimiter_sniff(const char *text, size_t length)
{
    char named = told(text, length);
    if (named != 0) {
        return named;
    }
    char best = CANDIDATES[0];
    size_t most = 0;
    for (size_t i = 0; CANDIDATES[i] != '\0'; i++) {
        size_t points = score(text, length, CANDIDATES[i]);
        if (points > most) {
            most = points;
            best = CANDIDATES[i];
        }
    }
    return best;
}
