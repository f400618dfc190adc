/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line a row, however many faults it has: else it would be there twice when it comes back. */
#include "refusals.h"

#include <stdlib.h>

#include "muster/base/buffer.h"
#include "muster/base/draft.h"
#include "muster/base/sheet.h"

enum { LINE_CEILING = 4 * CSV_LINE_LIMIT, NOTES_CEILING = 64 * 1024 };

struct refusals {
    struct draft *draft;
    struct buffer columns; /* of the row in progress: "Mobile; Email" */
    struct buffer reasons;
    size_t faults;
    size_t own; /* columns in front that an earlier import has written */
    size_t columns_of_list;
    struct buffer line;
    size_t rows; /* written */
};

static struct refusals *refusals_make(void)
{
    struct refusals *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    buffer_init(&made->columns, NOTES_CEILING);
    buffer_init(&made->reasons, NOTES_CEILING);
    buffer_init(&made->line, LINE_CEILING);
    return made;
}

/* Without a byte-order mark a spreadsheet takes UTF-8 for Windows-1252. */
static void put_mark(struct refusals *refusals)
{
    draft_add(refusals->draft, "\xEF\xBB\xBF", 3);
}

bool refusals_open(const char *path, struct refusals **refusals, struct error *err)
{
    CLEANUP(refusals_free) struct refusals *made = refusals_make();
    if (!draft_open(path, 0600, &made->draft, err)) {
        return false;
    }
    put_mark(made);
    *refusals = STEAL(made);
    return true;
}

bool refusals_onto(int fd, struct refusals **refusals, struct error *err)
{
    CLEANUP(refusals_free) struct refusals *made = refusals_make();
    if (!draft_onto(fd, "the list of rows with faults", &made->draft, err)) {
        return false;
    }
    put_mark(made);
    *refusals = STEAL(made);
    return true;
}

void refusals_free(struct refusals **refusals)
{
    if (*refusals != NULL) {
        draft_free(&(*refusals)->draft);
        buffer_free(&(*refusals)->columns);
        buffer_free(&(*refusals)->reasons);
        buffer_free(&(*refusals)->line);
        free(*refusals);
        *refusals = NULL;
    }
}

static void write_line(struct refusals *refusals, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)buffer_putc(&refusals->line, ',');
        sheet_put_cell(&refusals->line, cells[i], false);
    }
    (void)buffer_puts(&refusals->line, "\r\n");
    draft_add(refusals->draft, buffer_text(&refusals->line), refusals->line.length);
    buffer_clear(&refusals->line);
}

void refusals_header(struct refusals *refusals, const struct mapping *mapping)
{
    /* A list that is one of ours, mended, has these columns already. */
    size_t own = 0;
    while (own < mapping->count && mapping->fields[own] == MAPPING_OWN) {
        own++;
    }
    (void)buffer_puts(&refusals->line, "Line,Column,Reason");
    write_line(refusals, mapping->headers + own, mapping->count - own);
    refusals->own = own;
    refusals->columns_of_list = mapping->count - own;
}

static void add_note(struct buffer *notes, size_t before, const char *text)
{
    if (text[0] != '\0') {
        (void)buffer_puts(notes, before == 0 || notes->length == 0 ? "" : "; ");
        (void)buffer_puts(notes, text);
    }
}

void refusals_note(struct refusals *refusals, const struct import_fault *fault)
{
    if (fault->kind == IMPORT_FAULT_NOTICE) {
        return;
    }
    add_note(&refusals->columns, refusals->faults, fault->column);
    add_note(&refusals->reasons, refusals->faults, fault->reason);
    refusals->faults++;
}

void refusals_row(struct refusals *refusals, const struct csv_row *row)
{
    if (refusals->faults == 0) {
        return;
    }
    size_t own = refusals->own < row->count ? refusals->own : row->count;
    (void)buffer_printf(&refusals->line, "%u,", row->line);
    sheet_put_cell(&refusals->line, buffer_text(&refusals->columns), false);
    (void)buffer_putc(&refusals->line, ',');
    sheet_put_cell(&refusals->line, buffer_text(&refusals->reasons), false);
    if (row->fault != NULL) {
        /* Behind the last column, where no import takes it for a membership number. */
        for (size_t i = 0; i < refusals->columns_of_list; i++) {
            (void)buffer_putc(&refusals->line, ',');
        }
        write_line(refusals, &row->text, 1);
    } else {
        write_line(refusals, row->cells + own, row->count - own);
    }
    buffer_clear(&refusals->columns);
    buffer_clear(&refusals->reasons);
    refusals->faults = 0;
    refusals->rows++;
}

bool refusals_keep(struct refusals *refusals, bool *kept, struct error *err)
{
    *kept = refusals->rows > 0;
    return !*kept || draft_keep(refusals->draft, err);
}
