/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which delimiter: always one that the reader can work with, and the same each time it is asked. */
#include <string.h>

#include "csv.h"
#include "delimiter.h"
#include "fuzz.h"

static bool on_row(const struct csv_row *row, void *context, struct error *err)
{
    (void)err;
    size_t *rows = context;
    (*rows)++;
    MUST_HOLD(row->fault == NULL || row->count == 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    char delimiter = delimiter_sniff(text, size);
    MUST_HOLD(delimiter > 0 && strchr("\"\r\n", delimiter) == NULL);
    MUST_HOLD(delimiter_sniff(text, size) == delimiter);
    bool told = size >= 6 && memmem(text, 6, "=", 1) != NULL;
    MUST_HOLD(told || strchr(",;\t|", delimiter) != NULL);

    size_t rows = 0;
    struct error err;
    CLEANUP(csv_reader_free)
    struct csv_reader *reader = csv_reader_create(delimiter, on_row, &rows);
    MUST_HOLD(csv_reader_add(reader, text, size, &err));
    MUST_HOLD(csv_reader_end(reader, &err));

    struct fuzz_bytes rest = {text, size};
    CLEANUP(fuzz_free) char *cell = fuzz_rest(&rest);
    MUST_HOLD(!delimiter_is_sep_line(cell) || strlen(cell) <= 5);
    return 0;
}
