/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells are kept as text until they are printed, so that columns can be aligned. */
#include "listing.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/json.h"
#include "muster/base/sheet.h"
#include "muster/base/text.h"

enum { LINE_CEILING = 8 * 1024 * 1024, GAP = 2 };

struct row {
    struct row *next;
    enum terminal_tone tone;
    const char *cells[];
};

struct listing {
    struct arena *arena;
    const struct listing_column *columns;
    size_t count;
    struct row *first;
    struct row *last;
    size_t filled; /* cells of the last row */
    size_t kept;   /* columns that are shown however narrow the terminal is; 0: all of them */
};

bool listing_format_parse(const char *word, enum listing_format *format)
{
    static const char *const WORDS[] = {"text", "csv", "json"};
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
        if (text_equal(word, WORDS[i])) {
            *format = (enum listing_format)i;
            return true;
        }
    }
    return false;
}

struct listing *listing_create(const struct listing_column *columns, size_t count,
                               struct arena *arena)
{
    struct listing *listing = arena_alloc(arena, sizeof *listing);
    listing->arena = arena;
    listing->columns = columns;
    listing->count = count;
    return listing;
}

void listing_text(struct listing *listing, const char *text)
{
    if (listing->last == NULL || listing->filled == listing->count) {
        struct row *row =
            arena_alloc(listing->arena, sizeof *row + listing->count * sizeof row->cells[0]);
        if (listing->last == NULL) {
            listing->first = row;
        } else {
            listing->last->next = row;
        }
        listing->last = row;
        listing->filled = 0;
    }
    listing->last->cells[listing->filled++] = text == NULL ? "" : arena_text(listing->arena, text);
}

void listing_tone(struct listing *listing, enum terminal_tone tone)
{
    if (listing->last != NULL) {
        listing->last->tone = tone;
    }
}

void listing_keep(struct listing *listing, size_t columns)
{
    listing->kept = columns;
}

void listing_number(struct listing *listing, int64_t number)
{
    listing_text(listing, arena_printf(listing->arena, "%lld", (long long)number));
}

const char *listing_head(const char *text, size_t columns, struct arena *arena)
{
    const char *plain = text_printable(text, arena);
    size_t length = strlen(plain);
    size_t used = 0;
    uint32_t rune;
    if (text_width(plain) <= columns) {
        return plain;
    }
    for (size_t step; (step = text_rune(plain + used, length - used, &rune)) > 0; used += step) {
        if (text_width(arena_span(arena, plain, used + step)) + 3 > columns) {
            break;
        }
    }
    return arena_printf(arena, "%s...", arena_span(arena, plain, used));
}

static void pad(size_t width)
{
    (void)printf("%*s", (int)width, "");
}

static void print_line(const struct listing *listing, const char *const *cells,
                       const size_t *widths, size_t shown, enum terminal_tone tone)
{
    (void)fputs(terminal_begin(tone), stdout);
    for (size_t i = 0; i < shown; i++) {
        size_t gap = widths[i] - text_width(cells[i]);
        bool last = i + 1 == shown;
        if (listing->columns[i].number) {
            pad(gap);
        }
        (void)fputs(cells[i], stdout);
        if (!last) {
            pad(GAP + (listing->columns[i].number ? 0 : gap));
        }
    }
    (void)fputs(terminal_end(tone), stdout);
    (void)putchar('\n');
}

/* Names and replies were written by strangers. */
static void make_printable(const struct listing *listing)
{
    for (struct row *row = listing->first; row != NULL; row = row->next) {
        for (size_t i = 0; i < listing->count; i++) {
            row->cells[i] =
                row->cells[i] == NULL ? "" : text_printable(row->cells[i], listing->arena);
        }
    }
}

/* How many columns are shown: all, unless the terminal is too narrow for those that may go. */
static size_t columns_shown(const struct listing *listing, const size_t *widths)
{
    const size_t room = listing->kept == 0 ? 0 : terminal_columns();
    size_t used = 0;
    for (size_t i = 0; i < listing->count; i++) {
        used += widths[i] + (i == 0 ? 0 : GAP);
        if (room > 0 && used > room && i >= listing->kept) {
            return i;
        }
    }
    return listing->count;
}

static void print_text(const struct listing *listing)
{
    make_printable(listing);
    size_t *widths = arena_array(listing->arena, listing->count, sizeof *widths);
    const char **headings = arena_array(listing->arena, listing->count, sizeof *headings);
    for (size_t i = 0; i < listing->count; i++) {
        headings[i] = listing->columns[i].heading;
        widths[i] = text_width(headings[i]);
        for (const struct row *row = listing->first; row != NULL; row = row->next) {
            size_t width = text_width(row->cells[i]);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    const bool toned = terminal_is() && terminal_wants_colours();
    const size_t shown = columns_shown(listing, widths);
    print_line(listing, headings, widths, shown, TERMINAL_PLAIN);
    for (const struct row *row = listing->first; row != NULL; row = row->next) {
        print_line(listing, row->cells, widths, shown, toned ? row->tone : TERMINAL_PLAIN);
    }
}

static void print_csv(const struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++) {
        (void)printf("%s%s", i == 0 ? "" : ",", listing->columns[i].name);
    }
    (void)putchar('\n');
    CLEANUP(buffer_free) struct buffer line;
    buffer_init(&line, LINE_CEILING);
    for (const struct row *row = listing->first; row != NULL; row = row->next) {
        buffer_clear(&line);
        for (size_t i = 0; i < listing->count; i++) {
            (void)buffer_puts(&line, i == 0 ? "" : ",");
            sheet_put_cell(&line, row->cells[i], listing->columns[i].number);
        }
        (void)puts(buffer_text(&line));
    }
}

static struct json *json_of(const struct listing *listing, const struct row *row)
{
    struct json *object = json_make_object();
    for (size_t i = 0; i < listing->count; i++) {
        int64_t number;
        if (listing->columns[i].number &&
            text_number(row->cells[i], INT64_MIN, INT64_MAX, &number)) {
            json_put_number(object, listing->columns[i].name, number);
        } else {
            json_put_text(object, listing->columns[i].name, row->cells[i]);
        }
    }
    return object;
}

/* Row by row: there may be a million of them. */
static void print_json(const struct listing *listing)
{
    CLEANUP(buffer_free) struct buffer line;
    buffer_init(&line, LINE_CEILING);
    (void)putchar('[');
    for (const struct row *row = listing->first; row != NULL; row = row->next) {
        CLEANUP(json_free) struct json *object = json_of(listing, row);
        buffer_clear(&line);
        (void)json_write(object, &line);
        (void)printf("%s%s", row == listing->first ? "" : ",", buffer_text(&line));
    }
    (void)puts("]");
}

void listing_print(const struct listing *listing, enum listing_format format, const char *nothing)
{
    switch (format) {
    case LISTING_TEXT:
        if (listing->first == NULL) {
            (void)puts(nothing);
        } else {
            print_text(listing);
        }
        return;
    case LISTING_CSV: print_csv(listing); return;
    case LISTING_JSON: print_json(listing); return;
    }
}
