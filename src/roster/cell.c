/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blanks, invisible characters, and what spreadsheets wrap around texts. */
#include "cell.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "mojibake.h"
#include "muster/base/text.h"

enum {
    CELL_LIMIT = 500, /* bytes */
    REPLACEMENT = 0xFFFD,
};

static bool is_gap(uint32_t rune)
{
    return rune == ' ' || (rune >= 0x09 && rune <= 0x0D) || rune == 0x85 || rune == 0xA0 ||
           (rune >= 0x2000 && rune <= 0x200D) || rune == 0x2028 || rune == 0x2029 ||
           rune == 0x202F || rune == 0x205F || rune == 0x2060 || rune == 0x3000 || rune == 0xFEFF;
}

/* Whether it may have to be joined to the letter before it. */
static bool is_mark(uint32_t rune)
{
    return (rune >= 0x300 && rune <= 0x36F) || (rune >= 0x1DC0 && rune <= 0x1DFF);
}

/* The full-width forms of = + - @. */
static bool is_wide_sign(const char *text)
{
    static const char *const SIGNS[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                        "\xEF\xBC\xA0"};
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++) {
        if (strncmp(text, SIGNS[i], strlen(SIGNS[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Undo the ' in front of what a spreadsheet was told to leave alone, and ="0123". 't Hooft keeps
 * his. */
static const char *without_wrapping(char *text)
{
    if (text[0] == '\'' && text[1] != '\0' &&
        (strchr("0123456789+=-@", text[1]) != NULL || is_wide_sign(text + 1))) {
        text++;
    }
    size_t length = strlen(text);
    if (length < 3 || strncmp(text, "=\"", 2) != 0 || text[length - 1] != '"') {
        return text;
    }
    /* Blanks inside are as meaningless as those outside. */
    for (length--; length > 2 && text[length - 1] == ' '; length--) {
    }
    text[length] = '\0';
    return text + 2 + strspn(text + 2, " ");
}

/* Whether there is nothing to do: printable ASCII, no two blanks together, none at the ends,
 * nothing wrapped. Most cells are so. */
static bool is_tidy(const char *cell, size_t length)
{
    if (length == 0) {
        return true;
    }
    if (cell[0] == ' ' || cell[0] == '\'' || cell[0] == '=' || cell[length - 1] == ' ') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (cell[i] < ' ' || cell[i] == 0x7F || (cell[i] == ' ' && cell[i + 1] == ' ')) {
            return false;
        }
    }
    return true;
}

const char *cell_tidy(const char *cell, struct arena *arena, const char **reason)
{
    size_t length = strlen(cell);
    if (length > CELL_LIMIT) {
        *reason = "is longer than 500 bytes";
        return "";
    }
    if (is_tidy(cell, length)) {
        return cell;
    }
    const char *mended = text_ascii(cell, length) == length ? NULL : mojibake_mend(cell, arena);
    if (mended != NULL) {
        cell = mended;
        length = strlen(cell);
    }
    bool marks = false;
    char *out = arena_alloc(arena, length * 3 + 1);
    size_t used = 0;
    bool gap = false;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(cell + i, length - i, &rune)) > 0; i += step) {
        if (is_gap(rune)) {
            /* Zero-width characters part no words. */
            gap = gap || !((rune >= 0x200B && rune <= 0x200D) || rune == 0x2060 || rune == 0xFEFF);
            continue;
        }
        if (rune == REPLACEMENT) {
            *reason = "has a character that cannot be read";
        } else if (rune < ' ' || (rune >= 0x7F && rune < 0xA0)) {
            *reason = "has a control character in it";
        }
        if (gap && used > 0) {
            out[used++] = ' ';
        }
        gap = false;
        marks = marks || is_mark(rune);
        used += text_put_rune(rune, out + used);
    }
    out[used] = '\0';
    if (*reason != NULL) {
        return "";
    }
    return without_wrapping(marks ? text_composed(out, arena) : out);
}
