/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beginning of a list; see look.h. It is read as an import reads it, and no further than the
 * rows that are shown. */
#include "muster/roster/look.h"

#include <string.h>

#include "alias.h"
#include "delimiter.h"
#include "import_private.h"
#include "mapping.h"
#include "muster/base/text.h"
#include "table.h"

enum { LINES_MOST = 20 + LOOK_ROWS }; /* of which the first 20 may hold a heading */

/* The first rows, kept: the heading may be any of them. */
struct beginning {
    struct arena *arena;
    struct csv_row rows[LINES_MOST];
    size_t count;
    bool full;
};

static bool keep_row(const struct csv_row *row, void *context, struct error *err)
{
    struct beginning *beginning = context;
    if (beginning->count == LINES_MOST) {
        beginning->full = true;
        return error_set(err, ERROR_NONE, "enough is read");
    }
    const char **cells = arena_array(beginning->arena, row->count + 1, sizeof *cells);
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = arena_text(beginning->arena, row->cells[i]);
    }
    struct csv_row *kept = &beginning->rows[beginning->count++];
    *kept = *row;
    kept->cells = cells;
    kept->text = NULL;
    return true;
}

static void note_progress(size_t done, void *context)
{
    (void)done;
    (void)context;
}

static bool is_sep_line(const struct csv_row *row)
{
    return row->line == 1 && row->count > 0 && delimiter_is_sep_line(row->cells[0]);
}

/* How much a row is like a heading: cells that say something, but no number. */
static size_t likeness(const struct csv_row *row)
{
    size_t words = 0;
    for (size_t i = 0; i < row->count; i++) {
        const char *cell = row->cells[i];
        const bool number = cell[strspn(cell, "0123456789 +-./:")] == '\0';
        words += cell[0] != '\0' && !number && strlen(cell) <= ALIAS_HEADER_MAX;
    }
    return words;
}

/* The row that is the heading: the one that an import finds, else the likeliest of the first. */
static const struct csv_row *find_heading(const struct beginning *beginning,
                                          const struct mapping_wish *wishes, size_t wish_count,
                                          struct mapping **mapping)
{
    const struct csv_row *best = NULL;
    size_t most = 1; /* one cell alone is a title */
    *mapping = NULL;
    for (size_t i = 0; i < beginning->count && i < LINES_MOST - LOOK_ROWS; i++) {
        const struct csv_row *row = &beginning->rows[i];
        if (row->fault != NULL || is_sep_line(row)) {
            continue;
        }
        *mapping = mapping_find(row, wishes, wish_count, beginning->arena);
        if (*mapping != NULL) {
            return row;
        }
        if (likeness(row) > most) {
            most = likeness(row);
            best = row;
        }
    }
    if (best != NULL) {
        *mapping = mapping_guess(best, wishes, wish_count, beginning->arena);
    }
    return best;
}

static void put_columns(const struct mapping *mapping, struct arena *arena, struct look *look)
{
    struct look_column *columns = arena_array(arena, mapping->count + 1, sizeof *columns);
    for (size_t i = 0; i < mapping->count; i++) {
        const enum mapping_field field = mapping->fields[i];
        const bool unknown = field == MAPPING_NONE && !mapping->wished[i];
        columns[i].heading = mapping->headers[i];
        columns[i].field = mapping_word_of(field);
        columns[i].private = field == MAPPING_PRIVATE || field == MAPPING_OWN ||
                             (unknown && alias_is_private(mapping->headers[i], arena));
        columns[i].like = i;
        const char *key = alias_key(mapping->headers[i], arena);
        for (size_t k = 0; k < i && columns[i].like == i; k++) {
            if (text_equal(alias_key(mapping->headers[k], arena), key)) {
                columns[i].like = k;
            }
        }
    }
    look->columns = columns;
    look->column_count = mapping->count;
}

static void put_rows(const struct beginning *beginning, const struct csv_row *heading,
                     struct arena *arena, struct look *look)
{
    struct look_row *rows = arena_array(arena, LOOK_ROWS, sizeof *rows);
    const size_t first = (size_t)(heading - beginning->rows) + 1;
    for (size_t i = first; i < beginning->count && look->row_count < LOOK_ROWS; i++) {
        const struct csv_row *row = &beginning->rows[i];
        const char **cells = arena_array(arena, look->column_count + 1, sizeof *cells);
        for (size_t k = 0; k < look->column_count; k++) {
            cells[k] = k < row->count ? text_trim(row->cells[k], arena) : "";
        }
        rows[look->row_count++] = (struct look_row){row->line, cells};
    }
    look->rows = rows;
}

static bool read_beginning(struct table *table, struct beginning *beginning, struct error *err)
{
    return table_read(table, keep_row, note_progress, beginning, err) || beginning->full;
}

bool look_take(const char *path, const struct import_options *options, struct arena *arena,
               struct look *look, struct error *err)
{
    CLEANUP(table_close) struct table table = {.source = {.fd = -1}};
    struct beginning beginning = {.arena = arena};
    struct mapping_wish *wishes = NULL;
    struct mapping *mapping = NULL;
    size_t wish_count = 0;
    if (!import_wishes(options, arena, &wishes, &wish_count, err) ||
        !import_open(path, options, arena, &table, err)) {
        return false;
    }
    const char *called = options->name == NULL ? path : options->name;
    if (!read_beginning(&table, &beginning, err)) {
        return error_prefix(err, "%s", called);
    }
    struct look seen = {.encoding = table.encoding, .delimiter = table.delimiter};
    const struct csv_row *heading = find_heading(&beginning, wishes, wish_count, &mapping);
    if (heading != NULL) {
        seen.headed = mapping_is_heading(mapping);
        seen.header_line = heading->line;
        if (options->custom || (options->profile != NULL && options->profile->custom)) {
            mapping_keep_rest(mapping, arena);
        }
        put_columns(mapping, arena, &seen);
        put_rows(&beginning, heading, arena, &seen);
    }
    *look = seen;
    return true;
}
