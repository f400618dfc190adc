/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The import: one file, one transaction.
 *
 * The file is read twice, in pieces: once to learn its encoding, once for its rows. Every row goes
 * into the store as it comes; nothing is kept but one row, the header, and a digest of each
 * membership number. A dry run is the same run, undone at the end, so that what it says is what
 * will happen. */
#include "muster/roster/import.h"

#include <string.h>

#include "charset.h"
#include "csv.h"
#include "delimiter.h"
#include "duplicates.h"
#include "mapping.h"
#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/members.h"
#include "row.h"
#include "source.h"

enum {
    PIECE_SIZE = 64 * 1024,
    TEXT_CEILING = 8 * PIECE_SIZE, /* a piece in UTF-8: at most three bytes for one */
    HEADER_ROWS = 20,              /* where the header may be */
    ROW_LIMIT = 2000000,           /* the largest union has 1.4 million members */
};

struct importing {
    struct db *db;
    const char *path;
    const struct import_options *options;
    struct arena *arena; /* the report's */
    struct arena *row_arena;
    struct import_report report;
    struct mapping_wish *wishes;
    const struct mapping *mapping; /* NULL until the header is found */
    struct duplicates *duplicates;
    unsigned rows_above; /* looked at for a header */
    bool broken;         /* a row could not be read, and no whole one has come since */
};

static void note_fault(const struct import_fault *fault, void *context)
{
    struct importing *importing = context;
    importing->report.faults += !fault->refused;
    if (importing->options->fault != NULL) {
        importing->options->fault(fault, importing->options->context);
    }
}

static void note_progress(const struct importing *importing, size_t done, size_t total)
{
    if (importing->options->progress != NULL) {
        importing->options->progress(done < total ? done : total, total,
                                     importing->options->context);
    }
}

static bool look_for_header(struct importing *importing, const struct csv_row *row,
                            struct error *err)
{
    if (row->line == 1 && row->count > 0 && delimiter_is_sep_line(row->cells[0])) {
        return true;
    }
    size_t wish_count = importing->options->map_count;
    struct mapping *mapping = mapping_find(row, importing->wishes, wish_count, importing->arena);
    if (mapping != NULL) {
        importing->mapping = mapping;
        importing->report.header_line = mapping->line;
        return mapping_check(mapping, importing->wishes, wish_count, err);
    }
    if (++importing->rows_above < HEADER_ROWS) {
        return true;
    }
    return error_set(
        err, ERROR_DATA,
        "none of the first %d rows is a header line with a membership number and another "
        "column we know; name the columns with --map \"Header=number\"",
        HEADER_ROWS);
}

/* The later row of a member updates the earlier one, and the administrator hears of it. */
static void check_duplicate(struct importing *importing, unsigned line, const char *number)
{
    unsigned before = duplicates_note(importing->duplicates, number, line);
    if (before == 0) {
        return;
    }
    const char *column = "";
    for (size_t i = importing->mapping->count; i-- > 0;) {
        if (importing->mapping->fields[i] == MAPPING_NUMBER) {
            column = importing->mapping->headers[i];
        }
    }
    struct import_fault fault = {
        .line = line,
        .column = column,
        .reason = arena_printf(importing->row_arena,
                               "was in line %u already; the later row is taken", before),
        .cell = number,
        .refused = false,
    };
    note_fault(&fault, importing);
}

static bool put_member(struct importing *importing, unsigned line, const struct member *member,
                       struct error *err)
{
    struct import *counts = &importing->report.import;
    check_duplicate(importing, line, member->number);
    struct members_outcome outcome;
    if (!members_put(importing->db, member, counts->id, importing->row_arena, &outcome, err)) {
        return error_prefix(err, "line %u", line);
    }
    counts->joined += outcome.change == MEMBERS_JOINED;
    counts->changed += outcome.change == MEMBERS_CHANGED;
    counts->unchanged += outcome.change == MEMBERS_UNCHANGED;
    importing->report.without_address += !outcome.reachable;
    return true;
}

/* What follows a broken row may be the rest of it: then it has too few cells. */
static const char *broken_fault(struct importing *importing, const struct csv_row *row)
{
    if (row->fault != NULL) {
        importing->broken = true;
        return row->fault;
    }
    importing->broken = importing->broken && row->count < importing->mapping->count;
    return importing->broken ? "seems to be the rest of the broken row above" : NULL;
}

static bool on_row(const struct csv_row *row, void *context, struct error *err)
{
    struct importing *importing = context;
    if (importing->mapping == NULL) {
        return look_for_header(importing, row, err);
    }
    arena_reset(importing->row_arena);
    struct csv_row judged = *row;
    judged.fault = broken_fault(importing, row);
    struct row_rules rules = {
        .mapping = importing->mapping,
        .region = importing->options->region,
        .fault = note_fault,
        .context = importing,
    };
    struct member member;
    enum row_kind kind = row_read(&rules, &judged, importing->row_arena, &member);
    if (kind == ROW_BLANK || kind == ROW_TOTAL) {
        return true;
    }
    if (++importing->report.import.rows > ROW_LIMIT) {
        return error_set(err, ERROR_DATA,
                         "there are more than 2 million rows: this is no membership list");
    }
    if (kind == ROW_REFUSED) {
        importing->report.import.refused++;
        return true;
    }
    return put_member(importing, row->line, &member, err);
}

/* Look at the whole file for its encoding, and digest it on the way. */
static bool find_encoding(struct importing *importing, struct source *source, struct error *err)
{
    CLEANUP(charset_guess_free) struct charset_guess *guess = charset_guess_create();
    CLEANUP(token_hash_free) struct token_hash *hash = token_hash_begin();
    char piece[PIECE_SIZE];
    size_t got = 0;
    do {
        if (!source_read(source, piece, sizeof piece, &got, err)) {
            return false;
        }
        charset_guess_add(guess, piece, got);
        token_hash_add(hash, piece, got);
    } while (got > 0);
    token_hash_end(&hash, importing->report.import.digest);
    importing->report.encoding = charset_guess_end(guess, importing->arena);
    return source_rewind(source, err);
}

/* Look at its first piece for the delimiter. */
static bool find_delimiter(struct importing *importing, struct source *source, struct error *err)
{
    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, TEXT_CEILING);
    char piece[PIECE_SIZE];
    size_t got = 0;
    if (!charset_stream_create(importing->report.encoding, &stream, err) ||
        !source_read(source, piece, sizeof piece, &got, err)) {
        return false;
    }
    if (!charset_stream_add(stream, piece, got, &text)) {
        return error_set(err, ERROR_INTERNAL, "the text of a CSV has outgrown its buffer");
    }
    importing->report.delimiter = delimiter_sniff(buffer_text(&text), text.length);
    return source_rewind(source, err);
}

static bool read_rows(struct importing *importing, struct source *source, struct error *err)
{
    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    CLEANUP(csv_reader_free)
    struct csv_reader *reader = csv_reader_create(importing->report.delimiter, on_row, importing);
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, TEXT_CEILING);
    if (!charset_stream_create(importing->report.encoding, &stream, err)) {
        return false;
    }
    char piece[PIECE_SIZE];
    size_t got = 0;
    size_t done = 0;
    do {
        if (!source_read(source, piece, sizeof piece, &got, err)) {
            return false;
        }
        buffer_clear(&text);
        bool fits = got > 0 ? charset_stream_add(stream, piece, got, &text)
                            : charset_stream_end(stream, &text);
        if (!fits) {
            return error_set(err, ERROR_INTERNAL, "the text of a CSV has outgrown its buffer");
        }
        if (!csv_reader_add(reader, buffer_text(&text), text.length, err)) {
            return false;
        }
        done += got;
        note_progress(importing, done, source->size);
    } while (got > 0);
    return csv_reader_end(reader, err);
}

static bool check_whole(const struct importing *importing, struct error *err)
{
    if (importing->mapping == NULL) {
        return error_set(err, ERROR_DATA,
                         "there is no header line with a membership number and another column we "
                         "know; name the columns with --map \"Header=number\"");
    }
    if (importing->report.import.rows == 0) {
        return error_set(err, ERROR_DATA, "there is a header in line %u, but no member below it",
                         importing->mapping->line);
    }
    return true;
}

/* The headers that mean nothing to us. Those a wish has set aside are no surprise to anybody. */
static void note_unused(struct importing *importing)
{
    const struct mapping *mapping = importing->mapping;
    const char **unused = arena_array(importing->arena, mapping->count + 1, sizeof *unused);
    size_t count = 0;
    for (size_t i = 0; i < mapping->count; i++) {
        if (mapping->fields[i] == MAPPING_NONE && !mapping->wished[i] &&
            mapping->headers[i][0] != '\0') {
            unused[count++] = mapping->headers[i];
        }
    }
    importing->report.unused = unused;
    importing->report.unused_count = count;
}

/* Everything between the beginning of the transaction and its end. */
static bool import_rows(struct importing *importing, struct source *source, struct error *err)
{
    struct import *journal = &importing->report.import;
    if (!db_begin(importing->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = importing->db;
    if (!imports_begin(transaction, journal, err)) {
        return false;
    }
    if (!read_rows(importing, source, err) || !check_whole(importing, err)) {
        /* A file cut short by its writer has all sorts of faults; the change is the reason. */
        struct error changed;
        if (!source_unchanged(source, &changed)) {
            *err = changed;
            return false;
        }
        return error_prefix(err, "%s", importing->path);
    }
    if (!source_unchanged(source, err)) {
        return false;
    }
    if (importing->options->dry_run) {
        journal->id = 0;
        return true;
    }
    return imports_finish(transaction, journal, err) && db_commit(transaction, err);
}

const char *import_field(size_t index)
{
    return mapping_word(index);
}

bool import_file(struct db *db, const char *path, const struct import_options *options,
                 struct arena *arena, struct import_report *report, struct error *err)
{
    CLEANUP(arena_free) struct arena *row_arena = arena_create();
    CLEANUP(duplicates_free) struct duplicates *duplicates = duplicates_create();
    CLEANUP(source_close) struct source source = {.fd = -1};
    struct importing importing = {
        .db = db,
        .path = path,
        .options = options,
        .arena = arena,
        .row_arena = row_arena,
        .duplicates = duplicates,
    };
    const char *slash = strrchr(path, '/');
    importing.report.import.file = arena_text(arena, slash == NULL ? path : slash + 1);
    importing.report.import.at = clock_now();
    if (!mapping_read_wishes(options->maps, options->map_count, arena, &importing.wishes, err) ||
        !source_open(path, &source, err) || !find_encoding(&importing, &source, err) ||
        !find_delimiter(&importing, &source, err) || !import_rows(&importing, &source, err)) {
        return false;
    }
    note_unused(&importing);
    *report = importing.report;
    return true;
}
