/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that are no members: the totals at the foot of a report, its heading repeated on each page,
 * a closing word. */
#include "row_private.h"

#include <ctype.h>
#include <string.h>

#include "alias.h"
#include "muster/base/text.h"

static bool begins_with_total(const char *text, struct arena *arena)
{
    static const char *const words[] = {"total",     "grand total", "totals",  "sub total",
                                        "sub-total", "subtotal",    "cyfanswm"};
    const char *folded = text_fold(text, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        size_t length = strlen(words[i]);
        if (strncmp(folded, words[i], length) == 0 && !isalpha((unsigned char)folded[length])) {
            return true;
        }
    }
    return false;
}

bool row_is_total(const struct row_reading *reading, const char *number)
{
    if (number != NULL && !begins_with_total(number, reading->arena)) {
        return false;
    }
    bool total = false;
    for (size_t i = 0; i < reading->row->count && !total; i++) {
        total = begins_with_total(reading->texts[i], reading->arena);
    }
    if (!total) {
        return false;
    }
    const char *first = row_first_cell(reading, MAPPING_FIRST);
    bool named = first != NULL && strspn(first, "0123456789., ") != strlen(first);
    bool person = (named && !begins_with_total(first, reading->arena)) ||
                  row_first_cell(reading, MAPPING_EMAIL) != NULL ||
                  row_first_cell(reading, MAPPING_MOBILE) != NULL;
    return number != NULL || !person;
}

bool row_is_heading(const struct row_reading *reading)
{
    const struct mapping *mapping = reading->rules->mapping;
    size_t same = 0;
    for (size_t i = 0; i < mapping->count && i < reading->row->count; i++) {
        bool told = mapping->headers[i][0] != '\0';
        if (told && !text_equal(alias_key(reading->row->cells[i], reading->arena),
                                alias_key(mapping->headers[i], reading->arena))) {
            return false;
        }
        same += told;
    }
    return same >= 2;
}
