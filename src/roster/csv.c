/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcsv, led by the hand.
 *
 * libcsv cannot be stopped by its callbacks, forgets blank lines, knows no line numbers, and lets
 * a quotation mark that is never closed swallow the rest of the file. So it is fed line by line,
 * and the lines of the row in progress are kept: when its strict grammar objects, or the row
 * passes its limit, the row's first line is tried again leniently, alone or with a few lines that
 * make it as wide as the row before without being rows themselves; it is refused if that fails too,
 * and the reading goes on with the line after it.
 *
 * Most lines need none of this. A line that begins a row and holds neither quotation mark nor NUL
 * is one row: its cells are what stands between the delimiters, less the blanks and tabs around,
 * and it is parted where it lies. libcsv looks at each byte and copies it; this is several times as
 * fast, and the test compares the two on thousands of lines. */
#include "csv.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/buffer.h"

enum {
    SLICE = 64 * 1024,
    LENIENT_LINES = 12, /* of a row that is read leniently */
    WINDOW = 512,       /* bytes searched for one line end before the other */
};

static const char UNCLOSED[] = "has a quotation mark that is never closed, or in the wrong place";
static const char HOLDS_NUL[] = "holds a NUL byte";
static const char TOO_WIDE[] = "has more than 1024 cells";

struct csv_reader {
    struct csv_parser parser;
    char delimiter;
    csv_row_fn *row;
    void *context;
    struct buffer text; /* from the row in progress to the last byte that came */
    size_t begin;       /* where that row begins in it */
    size_t fed;         /* how far the parser has read, always at the end of a line */
    unsigned begin_line;
    unsigned fed_line;
    struct buffer cells;
    size_t offsets[CSV_COLUMN_LIMIT];
    const char *pointers[CSV_COLUMN_LIMIT];
    size_t count;
    const char *fault;
    bool ended;   /* the parser has completed the row */
    bool lenient; /* the row in progress is tried again, over several lines */
    size_t width; /* cells of the last row that could be read */
};

static void out_of_memory(void)
{
    (void)fputs("muster: out of memory\n", stderr);
    abort();
}

static void start_parser(struct csv_reader *reader, unsigned char options)
{
    if (csv_init(&reader->parser, options) != 0) {
        out_of_memory();
    }
    csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
    buffer_clear(&reader->cells);
    reader->count = 0;
    reader->fault = NULL;
    reader->ended = false;
}

struct csv_reader *csv_reader_create(char delimiter, csv_row_fn *row, void *context)
{
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        out_of_memory();
    }
    reader->delimiter = delimiter;
    reader->row = row;
    reader->context = context;
    reader->begin_line = 1;
    reader->fed_line = 1;
    buffer_init(&reader->text, (size_t)2 * CSV_LINE_LIMIT + 2 * SLICE);
    buffer_init(&reader->cells, (size_t)2 * CSV_LINE_LIMIT + CSV_COLUMN_LIMIT);
    start_parser(reader, CSV_STRICT);
    return reader;
}

void csv_reader_free(struct csv_reader **reader)
{
    if (*reader != NULL) {
        csv_free(&(*reader)->parser);
        buffer_free(&(*reader)->text);
        buffer_free(&(*reader)->cells);
        free(*reader);
        *reader = NULL;
    }
}

static void on_cell(void *bytes, size_t length, void *context)
{
    struct csv_reader *reader = context;
    if (reader->count == CSV_COLUMN_LIMIT) {
        reader->fault = TOO_WIDE;
        return;
    }
    if (length > 0 && memchr(bytes, '\0', length) != NULL) {
        reader->fault = HOLDS_NUL;
    }
    reader->offsets[reader->count++] = reader->cells.length;
    if (!buffer_add(&reader->cells, bytes, length) || !buffer_putc(&reader->cells, '\0')) {
        reader->fault = UNCLOSED;
    }
}

static void on_row(int terminator, void *context)
{
    (void)terminator;
    struct csv_reader *reader = context;
    reader->ended = true;
}

/* The row in progress as it stands, up to `next`, in the place of its cells. */
static const char *raw_text(struct csv_reader *reader, size_t next)
{
    const char *text = reader->text.data + reader->begin;
    size_t length = next - reader->begin;
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
        length--;
    }
    buffer_clear(&reader->cells);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0') {
            (void)buffer_puts(&reader->cells, "\xEF\xBF\xBD");
        } else {
            (void)buffer_putc(&reader->cells, text[i]);
        }
    }
    return buffer_text(&reader->cells);
}

/* The cells lie still now. */
static void point_at_cells(struct csv_reader *reader)
{
    for (size_t i = 0; i < reader->count; i++) {
        reader->pointers[i] = reader->cells.data + reader->offsets[i];
    }
}

/* Hand over the row in progress, and begin the next one at `next`. */
static bool deliver(struct csv_reader *reader, size_t next, unsigned next_line, struct error *err)
{
    struct csv_row row = {
        .line = reader->begin_line,
        .count = reader->fault == NULL ? reader->count : 0,
        .cells = reader->pointers,
        .fault = reader->fault,
        .text = reader->fault == NULL ? NULL : raw_text(reader, next),
    };
    if (row.fault == NULL) {
        reader->width = row.count;
    }
    bool ok = reader->row(&row, reader->context, err);
    buffer_clear(&reader->cells);
    reader->count = 0;
    reader->fault = NULL;
    reader->ended = false;
    reader->begin = next;
    reader->fed = next;
    reader->begin_line = next_line;
    reader->fed_line = next_line;
    return ok;
}

/* Where the line that begins at `from` ends, line end included; 0 when more bytes must come. A CR
 * is a line end of its own unless LF follows. */
static size_t line_end(const struct csv_reader *reader, size_t from, bool last)
{
    const char *text = buffer_text(&reader->text);
    size_t length = reader->text.length;
    for (size_t i = from; i < length; i += WINDOW) {
        size_t window = length - i < WINDOW ? length - i : WINDOW;
        const char *lf = memchr(text + i, '\n', window);
        const char *cr = memchr(text + i, '\r', lf == NULL ? window : (size_t)(lf - text) - i);
        if (cr != NULL) {
            size_t behind = (size_t)(cr - text) + 1;
            bool known = behind < length || last;
            return !known ? 0 : behind < length && text[behind] == '\n' ? behind + 1 : behind;
        }
        if (lf != NULL) {
            return (size_t)(lf - text) + 1;
        }
    }
    return last ? length : 0;
}

/* Whether nothing is in the line but blanks and the Ctrl-Z that old systems end a file with. */
static bool is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '\0' || strchr(" \t\r\n\x1A", line[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool is_gap(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool is_plain(const char *line, size_t length)
{
    return memchr(line, '"', length) == NULL && memchr(line, '\0', length) == NULL;
}

/* Whether the text would make more cells than a row may have. It is asked before any is cut, for
 * the row is shown as it stands. */
static bool has_too_many(const char *at, const char *stop, char delimiter)
{
    size_t cells = 1;
    if (stop - at < CSV_COLUMN_LIMIT) {
        return false;
    }
    while ((at = memchr(at, delimiter, (size_t)(stop - at))) != NULL) {
        cells++;
        at++;
    }
    return cells > CSV_COLUMN_LIMIT;
}

/* Make a plain line the row in progress. */
static void part(struct csv_reader *reader, size_t from, size_t end)
{
    char *at = reader->text.data + from;
    char *stop = reader->text.data + end;
    while (stop > at && (stop[-1] == '\n' || stop[-1] == '\r')) {
        stop--;
    }
    if (has_too_many(at, stop, reader->delimiter)) {
        reader->fault = TOO_WIDE;
        return;
    }
    for (char *next = NULL;; at = next + 1) {
        next = memchr(at, reader->delimiter, (size_t)(stop - at));
        char *close = next == NULL ? stop : next;
        while (at < close && is_gap(*at)) {
            at++;
        }
        while (close > at && is_gap(close[-1])) {
            close--;
        }
        *close = '\0';
        reader->pointers[reader->count++] = at;
        if (next == NULL) {
            return;
        }
    }
}

static size_t feed(struct csv_reader *reader, size_t from, size_t to)
{
    size_t read =
        csv_parse(&reader->parser, reader->text.data + from, to - from, on_cell, on_row, reader);
    if (read != to - from && csv_error(&reader->parser) != CSV_EPARSE) {
        out_of_memory();
    }
    return read;
}

static void restart(struct csv_reader *reader, unsigned char options)
{
    csv_free(&reader->parser);
    start_parser(reader, options);
    reader->lenient = false;
}

/* Refuse the first line of the row in progress, and go on after it. */
static bool refuse_line(struct csv_reader *reader, struct error *err)
{
    size_t end = line_end(reader, reader->begin, true);
    restart(reader, CSV_STRICT);
    reader->fault = UNCLOSED;
    return deliver(reader, end, reader->begin_line + 1, err);
}

/* Hand over the row that was read leniently, up to `end`. */
static bool deliver_lenient(struct csv_reader *reader, size_t end, unsigned next_line,
                            struct error *err)
{
    point_at_cells(reader);
    bool ok = deliver(reader, end, next_line, err);
    restart(reader, CSV_STRICT);
    return ok;
}

/* The strict grammar objects to the row in progress: make the best of its first line, or begin to
 * try it with the lines after. */
static bool mend(struct csv_reader *reader, struct error *err)
{
    size_t end = line_end(reader, reader->begin, true);
    restart(reader, 0);
    if (feed(reader, reader->begin, end) != end - reader->begin) {
        return refuse_line(reader, err);
    }
    if (reader->ended) {
        return deliver_lenient(reader, end, reader->begin_line + 1, err);
    }
    if (reader->width < 2 || end - reader->begin > CSV_LINE_LIMIT) {
        return refuse_line(reader, err);
    }
    reader->lenient = true;
    reader->fed = end;
    reader->fed_line = reader->begin_line + 1;
    return true;
}

/* Whether the line is a row by itself: then it does not belong to the one before it. */
static bool is_row(const struct csv_reader *reader, const char *line, size_t length)
{
    size_t delimiters = 0;
    for (size_t i = 0; i < length; i++) {
        delimiters += line[i] == reader->delimiter;
    }
    return delimiters + 1 >= reader->width;
}

/* One more line of a row that is tried leniently. */
static bool read_lenient(struct csv_reader *reader, size_t end, struct error *err)
{
    size_t from = reader->fed;
    unsigned lines = reader->fed_line + 1 - reader->begin_line;
    if (is_row(reader, reader->text.data + from, end - from) || lines > LENIENT_LINES ||
        end - reader->begin > CSV_LINE_LIMIT || feed(reader, from, end) != end - from ||
        (reader->ended && reader->count != reader->width)) {
        return refuse_line(reader, err);
    }
    reader->fed = end;
    reader->fed_line++;
    return !reader->ended || deliver_lenient(reader, end, reader->fed_line, err);
}

/* Read the line from `fed` to `end`. */
static bool read_line(struct csv_reader *reader, size_t end, struct error *err)
{
    size_t from = reader->fed;
    bool between = from == reader->begin;
    if (end - from > CSV_LINE_LIMIT) {
        return error_set(err, ERROR_DATA,
                         "line %u is longer than 1 MiB: this is no membership list",
                         reader->fed_line);
    }
    if (reader->lenient) {
        return read_lenient(reader, end, err);
    }
    if (between && is_blank(reader->text.data + from, end - from)) {
        reader->fed = end;
        reader->begin = end;
        reader->fed_line++;
        reader->begin_line = reader->fed_line;
        return true;
    }
    if (between && is_plain(reader->text.data + from, end - from)) {
        part(reader, from, end);
        return deliver(reader, end, reader->fed_line + 1, err);
    }
    if (feed(reader, from, end) != end - from) {
        return mend(reader, err);
    }
    reader->fed = end;
    reader->fed_line++;
    if (reader->ended) {
        point_at_cells(reader);
        return deliver(reader, end, reader->fed_line, err);
    }
    if (end - reader->begin > CSV_LINE_LIMIT) {
        return mend(reader, err);
    }
    return true;
}

static bool read_lines(struct csv_reader *reader, bool last, struct error *err)
{
    while (reader->fed < reader->text.length) {
        size_t end = line_end(reader, reader->fed, last);
        if (end == 0) {
            break;
        }
        if (!read_line(reader, end, err)) {
            return false;
        }
    }
    if (reader->text.length - reader->fed > CSV_LINE_LIMIT) {
        return error_set(err, ERROR_DATA,
                         "line %u is longer than 1 MiB: this is no membership list",
                         reader->fed_line);
    }
    return true;
}

bool csv_reader_add(struct csv_reader *reader, const char *bytes, size_t length, struct error *err)
{
    while (length > 0) {
        size_t slice = length < SLICE ? length : SLICE;
        buffer_drop(&reader->text, reader->begin);
        reader->fed -= reader->begin;
        reader->begin = 0;
        if (!buffer_add(&reader->text, bytes, slice)) {
            return error_set(err, ERROR_INTERNAL, "the rows of a CSV have outgrown their buffer");
        }
        if (!read_lines(reader, false, err)) {
            return false;
        }
        bytes += slice;
        length -= slice;
    }
    return true;
}

bool csv_reader_end(struct csv_reader *reader, struct error *err)
{
    size_t length = reader->text.length;
    char final = length > 0 ? reader->text.data[length - 1] : '\n';
    if (final != '\n' && final != '\r') {
        (void)buffer_putc(&reader->text, '\n');
    }
    while (reader->begin < reader->text.length) {
        if (!read_lines(reader, true, err)) {
            return false;
        }
        if (reader->begin < reader->text.length &&
            !(reader->lenient ? refuse_line(reader, err) : mend(reader, err))) {
            return false;
        }
    }
    return true;
}
