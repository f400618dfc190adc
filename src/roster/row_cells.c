/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a row as its readers see them: which says something, and what is told of one. */
#include "row_private.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_NOTHING = 16 }; /* bytes of "ex-directory" and its like */

static void tell_fault(const struct row_reading *reading, const struct import_fault *fault)
{
    if (reading->rules->fault != NULL) {
        reading->rules->fault(fault, reading->rules->context);
    }
}

void row_tell(const struct row_reading *reading, size_t column, enum import_fault_kind kind,
              const char *reason)
{
    struct import_fault fault = {
        .kind = kind,
        .line = reading->row->line,
        .column = reading->rules->mapping->headers[column],
        .reason = reason,
        .cell = reading->row->cells[column],
    };
    tell_fault(reading, &fault);
}

void row_tell_whole(const struct row_reading *reading, const char *reason)
{
    struct import_fault fault = {IMPORT_FAULT_ROW, reading->row->line, "", reason, ""};
    tell_fault(reading, &fault);
}

bool row_says_nothing(const char *text, enum mapping_field field)
{
    static const char *const anywhere[] = {
        "",        "n/a",     "#n/a",      "n/k",      "#ref!", "#value!",   "#name?",  "#null!",
        "#div/0!", "unknown", "not known", "anhysbys", "tbc",   "not given", "(blank)", "?",
    };
    static const char *const not_in_names[] = {
        "none", "null", "nil",      "na",        "nk",           "no",
        "dim",  "0",    "no email", "no mobile", "ex-directory",
    };
    if (strlen(text) > LONGEST_NOTHING) {
        return false;
    }
    if (strspn(text, "-. ") == strlen(text)) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(anywhere); i++) {
        if (strcasecmp(text, anywhere[i]) == 0) {
            return true;
        }
    }
    bool name = field == MAPPING_FIRST || field == MAPPING_LAST || field == MAPPING_FULL ||
                field == MAPPING_CUSTOM;
    for (size_t i = 0; !name && i < ARRAY_LENGTH(not_in_names); i++) {
        if (strcasecmp(text, not_in_names[i]) == 0) {
            return true;
        }
    }
    return false;
}

const char *row_next_cell(const struct row_reading *reading, enum mapping_field field,
                          size_t *column)
{
    const struct mapping *mapping = reading->rules->mapping;
    for (; *column < mapping->count && *column < reading->row->count; (*column)++) {
        const char *text = reading->texts[*column];
        if (mapping->fields[*column] == field && text[0] != '\0' &&
            !row_says_nothing(text, field)) {
            return text;
        }
    }
    return NULL;
}

const char *row_first_cell(const struct row_reading *reading, enum mapping_field field)
{
    size_t column = 0;
    return row_next_cell(reading, field, &column);
}
