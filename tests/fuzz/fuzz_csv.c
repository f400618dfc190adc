/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a CSV, whole and in pieces: the same rows, each line told once and in order, and no
 * byte that was not in the file. The first byte chooses the delimiter, the second the pieces. */
#include <string.h>

#include "csv.h"
#include "fuzz.h"
#include "muster/base/buffer.h"

enum { ROWS_CEILING = 1024 * 1024 };

/* What was read, written down for a comparison. */
struct account {
    struct buffer text;
    size_t rows;
    size_t bytes; /* in all cells */
    unsigned line;
};

static bool on_row(const struct csv_row *row, void *context, struct error *err)
{
    (void)err;
    struct account *account = context;
    MUST_HOLD(row->line > account->line);
    MUST_HOLD(row->fault != NULL ? row->count == 0 : row->count > 0);
    MUST_HOLD(row->count <= CSV_COLUMN_LIMIT);
    account->line = row->line;
    account->rows++;
    (void)buffer_printf(&account->text, "%u %zu %s\n", row->line, row->count,
                        row->fault == NULL ? "" : row->fault);
    for (size_t i = 0; i < row->count; i++) {
        account->bytes += strlen(row->cells[i]);
        (void)buffer_printf(&account->text, "[%s]\n", row->cells[i]);
    }
    return true;
}

static void read_all(char delimiter, const char *bytes, size_t size, uint32_t pieces,
                     struct account *account)
{
    struct error err;
    CLEANUP(csv_reader_free)
    struct csv_reader *reader = csv_reader_create(delimiter, on_row, account);
    while (size > 0) {
        size_t piece = pieces == 0 ? size : fuzz_piece(&pieces, size);
        MUST_HOLD(csv_reader_add(reader, bytes, piece, &err));
        bytes += piece;
        size -= piece;
    }
    MUST_HOLD(csv_reader_end(reader, &err));
}

static size_t count_line_ends(const char *bytes, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += bytes[i] == '\n' || bytes[i] == '\r';
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char DELIMITERS[] = {',', ';', '\t', '|', ' ', 'x', '\''};
    struct fuzz_bytes rest = {(const char *)bytes, size};
    char delimiter = DELIMITERS[fuzz_byte(&rest) % sizeof DELIMITERS];
    uint32_t pieces = 1 + fuzz_byte(&rest);

    struct account whole = {0};
    struct account parts = {0};
    buffer_init(&whole.text, ROWS_CEILING);
    buffer_init(&parts.text, ROWS_CEILING);
    read_all(delimiter, rest.at, rest.left, 0, &whole);
    read_all(delimiter, rest.at, rest.left, pieces, &parts);

    MUST_HOLD(whole.rows == parts.rows);
    MUST_HOLD(strcmp(buffer_text(&whole.text), buffer_text(&parts.text)) == 0);
    MUST_HOLD(whole.bytes <= rest.left);
    MUST_HOLD(whole.line <= count_line_ends(rest.at, rest.left) + 1);
    buffer_free(&whole.text);
    buffer_free(&parts.text);
    return 0;
}
