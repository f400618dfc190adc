/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The membership number: it is the identity of a member, so what a spreadsheet has done to it is
 * either undone exactly or costs the row. */
#include "row_private.h"

#include <string.h>

enum {
    NUMBER_LIMIT = 64, /* bytes */
    DIGITS_EXACT = 15, /* of a number in a spreadsheet: the others are zeros */
};

const char *row_number_fault(const char *number)
{
    if (strlen(number) > NUMBER_LIMIT) {
        return "has a membership number of more than 64 bytes";
    }
    size_t whole = strspn(number, "0123456789");
    const char *rest = number + whole;
    if (whole > DIGITS_EXACT && rest[0] == '\0' && rest[-1] == '0') {
        return "has a membership number of more than 15 digits, which a spreadsheet has rounded";
    }
    rest += rest[0] == '.' ? 1 + strspn(rest + 1, "0123456789") : 0;
    if (whole > 0 && (rest[0] == 'E' || rest[0] == 'e') && rest[1] == '+') {
        return "has a membership number that a spreadsheet has shortened (as in 1.2E+06)";
    }
    if (number[0] == '#') {
        return "has a spreadsheet's error in the place of the membership number";
    }
    return NULL;
}

const char *row_number_mended(const char *number, struct arena *arena)
{
    size_t whole = strspn(number, "0123456789");
    const char *rest = number + whole;
    bool fraction =
        whole > 0 && rest[0] == '.' && rest[1] == '0' && rest[1 + strspn(rest + 1, "0")] == '\0';
    return fraction ? arena_span(arena, number, whole) : number;
}
