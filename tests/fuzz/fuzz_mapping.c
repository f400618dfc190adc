/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A header line and somebody's wishes. The input is lines: the cells of the header parted by TABs,
 * then a --map a line. */
#include <string.h>

#include "fuzz.h"
#include "mapping.h"
#include "muster/base/text.h"

enum { CELLS_MAX = 64, MAPS_MAX = 16 };

static void check_mapping(const struct mapping *mapping, const struct csv_row *row,
                          const struct mapping_wish *wishes, size_t wish_count)
{
    MUST_HOLD(mapping->line == row->line && mapping->count == row->count);
    size_t known = 0;
    bool numbered = false;
    for (size_t i = 0; i < mapping->count; i++) {
        MUST_HOLD(mapping->fields[i] <= MAPPING_OWN);
        MUST_HOLD(mapping->fields[i] != MAPPING_CUSTOM || mapping->names[i] != NULL);
        MUST_HOLD(strlen(mapping->headers[i]) <= strlen(row->cells[i]));
        MUST_HOLD(!mapping->wished[i] || wish_count > 0);
        known += mapping->fields[i] != MAPPING_NONE;
        numbered = numbered || mapping->fields[i] == MAPPING_NUMBER;
    }
    MUST_HOLD(numbered && known >= 2);
    struct error err = {0};
    bool found = mapping_check(mapping, wishes, wish_count, &err);
    MUST_HOLD(found || (err.kind == ERROR_USAGE && err.text[0] != '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *header = fuzz_text(&rest, '\n');
    CLEANUP(fuzz_free) char *tail = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *cells[CELLS_MAX];
    struct csv_row row = {.line = 3, .cells = cells};
    for (char *at = header; at != NULL && row.count < CELLS_MAX;) {
        cells[row.count++] = strsep(&at, "\t");
    }
    const char *maps[MAPS_MAX];
    size_t count = 0;
    for (char *at = tail; at != NULL && at[0] != '\0' && count < MAPS_MAX;) {
        maps[count++] = strsep(&at, "\n");
    }

    struct error err = {0};
    struct mapping_wish *wishes = NULL;
    if (!mapping_read_wishes(maps, count, arena, &wishes, &err)) {
        MUST_HOLD(err.kind == ERROR_USAGE && err.text[0] != '\0');
        count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        MUST_HOLD(wishes[i].header[0] != '\0' && wishes[i].key[0] != '\0');
        MUST_HOLD(fuzz_is_utf8(wishes[i].key) && wishes[i].field <= MAPPING_CUSTOM);
    }
    const struct mapping *mapping = mapping_find(&row, wishes, count, arena);
    if (mapping != NULL) {
        check_mapping(mapping, &row, wishes, count);
    }
    return 0;
}
