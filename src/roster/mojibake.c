/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between a membership system and the list it exports, text is often read in the wrong encoding and
 * stored as it was read. That can be undone when nothing was lost: every character beyond ASCII is
 * put back into its byte of Windows-1252 (or of Latin-1, where the C1 controls are), and the bytes
 * must then be UTF-8, all of them. Genuine text hardly ever passes: "São" and "Zoë" do not, since a
 * lead byte must be followed by signs such as ¢ or ™.
 *
 * Hardly ever is not never. In capitals, CAFÉ’S and a no-break space behind É make pairs that are
 * valid UTF-8, of letters of the phonetic alphabet. So what comes out must also be what a list
 * may hold: letters of Latin with their accents, marks of punctuation, a currency's sign, or at
 * least two letters of another script side by side. Where a genuine reading is possible, a capital
 * followed by punctuation behind another capital, the cell stays as it is. */
#include "mojibake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "muster/base/text.h"

enum { ROUNDS = 3 }; /* how many times over the damage may have been done */

/* 0x80 to 0x9F in Windows-1252; 0 where it has no character. */
static const uint32_t WINDOWS[] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* The byte that was read as this character, or -1. */
static int byte_of(uint32_t rune)
{
    if (rune <= 0xFF) {
        return (int)rune;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(WINDOWS); i++) {
        if (WINDOWS[i] == rune) {
            return (int)(0x80 + i);
        }
    }
    return -1;
}

/* Undo one reading: the bytes in the arena, or NULL when some character was no byte, or the bytes
 * are no UTF-8. */
static const char *undone(const char *text, struct arena *arena)
{
    size_t length = strlen(text);
    char *bytes = arena_span(arena, text, length);
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        int byte = byte_of(rune);
        if (byte < 0) {
            return NULL;
        }
        bytes[used++] = (char)byte;
    }
    bytes[used] = '\0';
    return used < length && text_is_utf8(bytes, used) ? bytes : NULL;
}

static bool between(uint32_t rune, uint32_t low, uint32_t high)
{
    return rune >= low && rune <= high;
}

/* A letter or mark of Latin script beyond those of Latin-1. */
static bool is_latin(uint32_t rune)
{
    return between(rune, 0x100, 0x17F) || between(rune, 0x218, 0x21B) || rune == 0x1A0 ||
           rune == 0x1A1 || rune == 0x1AF || rune == 0x1B0 || between(rune, 0x2BB, 0x2BC) ||
           between(rune, 0x300, 0x36F) || between(rune, 0x1E00, 0x1EFF);
}

static bool is_sign(uint32_t rune)
{
    return between(rune, 0xA0, 0xFF) || between(rune, 0x2000, 0x206F) ||
           between(rune, 0x20A0, 0x20BF) || between(rune, 0x2100, 0x214F) || rune == 0xFEFF ||
           rune == 0xFFFD || between(rune, 0xFB00, 0xFB06) || between(rune, 0x1F000, 0x1FAFF);
}

/* A letter of another script; two must stand together. */
static bool is_foreign(uint32_t rune)
{
    return between(rune, 0x370, 0x1DFF) || between(rune, 0x3040, 0xD7FF);
}

/* Whether the lead byte at `at` of what comes out may have been a genuine capital: not behind a
 * small letter, with closing punctuation or a no-break space behind, and no small letter behind
 * that. Ã leads so many letters that only "IRMÃ’S" is held to be genuine. */
static bool may_be_genuine(const char *bytes, size_t at)
{
    unsigned char front = at == 0 ? '\0' : (unsigned char)bytes[at - 1];
    unsigned char sign = (unsigned char)bytes[at + 1];
    unsigned char behind = (unsigned char)bytes[at + 2];
    if ((unsigned char)bytes[at] <= 0xC3) {
        return sign == 0x92 && between(front, 'A', 'Z');
    }
    if (between(front, 'a', 'z')) {
        return false;
    }
    bool closing = sign == 0x85 || between(sign, 0x94, 0x97);
    return sign == 0x92 || sign == 0xA0 || (closing && !between(behind, 'a', 'z'));
}

/* Whether the bytes, which are UTF-8, may be what somebody wrote. */
static bool is_plausible(const char *bytes)
{
    size_t length = strlen(bytes);
    size_t foreign = 0; /* in a row */
    uint32_t rune;
    for (size_t i = 0, step; i < length; i += step) {
        step = text_rune(bytes + i, length - i, &rune);
        if (foreign == 1 && !is_foreign(rune)) {
            return false;
        }
        foreign = is_foreign(rune) ? foreign + 1 : 0;
        bool known = rune < 0x80 || foreign > 0 || is_sign(rune) || is_latin(rune);
        if (!known || (step == 2 && foreign == 0 && may_be_genuine(bytes, i))) {
            return false;
        }
    }
    return foreign != 1;
}

const char *mojibake_mend(const char *cell, struct arena *arena)
{
    size_t length = strlen(cell);
    if (text_ascii(cell, length) == length) {
        return NULL;
    }
    const char *mended = NULL;
    const char *text = cell;
    for (int round = 0; round < ROUNDS; round++) {
        text = undone(text, arena);
        if (text == NULL) {
            break;
        }
        if (is_plausible(text)) {
            mended = text;
        }
    }
    return mended;
}
