/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing of the file is kept but a piece of it. */
#include "table.h"

#include <string.h>

#include "charset.h"
#include "delimiter.h"
#include "muster/base/buffer.h"

enum {
    PIECE_SIZE = 64 * 1024,
    TEXT_CEILING = 8 * PIECE_SIZE, /* a piece in UTF-8: at most three bytes for one */
};

/* LF, or CR where there is no LF. */
struct line_ends {
    int64_t lf;
    int64_t cr;
};

static void count_line_ends(struct line_ends *ends, const char *bytes, size_t length)
{
    for (const char *at = bytes; (at = memchr(at, '\n', length - (size_t)(at - bytes))) != NULL;
         at++) {
        ends->lf++;
    }
    for (const char *at = bytes; (at = memchr(at, '\r', length - (size_t)(at - bytes))) != NULL;
         at++) {
        ends->cr++;
    }
}

/* Look at the whole file for its encoding, and digest it on the way. */
static bool find_encoding(struct table *table, const struct table_wish *wish, struct arena *arena,
                          struct error *err)
{
    CLEANUP(charset_guess_free) struct charset_guess *guess = charset_guess_create();
    CLEANUP(token_hash_free) struct token_hash *hash = token_hash_begin();
    struct line_ends ends = {0};
    char piece[PIECE_SIZE];
    size_t got = 0;
    do {
        if (!source_read(&table->source, piece, sizeof piece, &got, err)) {
            return false;
        }
        if (wish->encoding == NULL) {
            charset_guess_add(guess, piece, got);
        }
        count_line_ends(&ends, piece, got);
        token_hash_add(hash, piece, got);
    } while (got > 0);
    token_hash_end(&hash, table->digest);
    table->lines = ends.lf > 0 ? ends.lf : ends.cr;
    table->encoding = wish->encoding != NULL ? arena_text(arena, wish->encoding)
                                             : charset_guess_end(guess, arena);
    return source_rewind(&table->source, err);
}

static bool outgrown(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "the text of a CSV has outgrown its buffer");
}

/* Look at its first piece for the delimiter. */
static bool find_delimiter(struct table *table, const struct table_wish *wish, struct error *err)
{
    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, TEXT_CEILING);
    char piece[PIECE_SIZE];
    size_t got = 0;
    if (!charset_stream_create(table->encoding, &stream, err) ||
        !source_read(&table->source, piece, sizeof piece, &got, err)) {
        return false;
    }
    if (!charset_stream_add(stream, piece, got, &text)) {
        return outgrown(err);
    }
    table->delimiter = wish->delimiter != '\0' ? wish->delimiter
                                               : delimiter_sniff(buffer_text(&text), text.length);
    return source_rewind(&table->source, err);
}

bool table_open(const char *path, const struct table_wish *wish, struct arena *arena,
                struct table *table, struct error *err)
{
    CLEANUP(table_close) struct table opened = {.source = {.fd = -1}};
    if (!source_open(path, wish->name, &opened.source, err) ||
        !find_encoding(&opened, wish, arena, err) || !find_delimiter(&opened, wish, err)) {
        return false;
    }
    *table = opened;
    opened.source.fd = -1;
    return true;
}

void table_close(struct table *table)
{
    source_close(&table->source);
}

bool table_read(struct table *table, csv_row_fn *row, table_progress_fn *progress, void *context,
                struct error *err)
{
    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    CLEANUP(csv_reader_free)
    struct csv_reader *reader = csv_reader_create(table->delimiter, row, context);
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, TEXT_CEILING);
    if (!charset_stream_create(table->encoding, &stream, err)) {
        return false;
    }
    char piece[PIECE_SIZE];
    size_t got = 0;
    size_t done = 0;
    do {
        if (!source_read(&table->source, piece, sizeof piece, &got, err)) {
            return false;
        }
        buffer_clear(&text);
        if (!(got > 0 ? charset_stream_add(stream, piece, got, &text)
                      : charset_stream_end(stream, &text))) {
            return outgrown(err);
        }
        if (!csv_reader_add(reader, buffer_text(&text), text.length, err)) {
            return false;
        }
        done += got;
        progress(done, context);
    } while (got > 0);
    return csv_reader_end(reader, err);
}
