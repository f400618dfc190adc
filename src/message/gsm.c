/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text costs. One letter outside of the GSM alphabet turns the whole text to UCS-2 and more
 * than halves what a part can hold, so the count is made over the very text that will be sent. */
#include "muster/message/gsm.h"

#include "muster/base/text.h"

enum {
    SINGLE_SEPTETS = 160,
    PART_SEPTETS = 153, /* the rest holds the user data header that joins the parts */
    SINGLE_UNITS = 70,
    PART_UNITS = 67,
    ESCAPE = 0x1B,
};

/* 3GPP TS 23.038, 6.2.1: the default alphabet, in the order of its septets. */
static const uint16_t alphabet[] = {
    0x0040, 0x00A3, 0x0024, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, /* 00 */
    0x00F2, 0x00C7, 0x000A, 0x00D8, 0x00F8, 0x000D, 0x00C5, 0x00E5, /* 08 */
    0x0394, 0x005F, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8, /* 10 */
    0x03A3, 0x0398, 0x039E, ESCAPE, 0x00C6, 0x00E6, 0x00DF, 0x00C9, /* 18 */
    0x0020, 0x0021, 0x0022, 0x0023, 0x00A4, 0x0025, 0x0026, 0x0027, /* 20 */
    0x0028, 0x0029, 0x002A, 0x002B, 0x002C, 0x002D, 0x002E, 0x002F, /* 28 */
    0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037, /* 30 */
    0x0038, 0x0039, 0x003A, 0x003B, 0x003C, 0x003D, 0x003E, 0x003F, /* 38 */
    0x00A1, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047, /* 40 */
    0x0048, 0x0049, 0x004A, 0x004B, 0x004C, 0x004D, 0x004E, 0x004F, /* 48 */
    0x0050, 0x0051, 0x0052, 0x0053, 0x0054, 0x0055, 0x0056, 0x0057, /* 50 */
    0x0058, 0x0059, 0x005A, 0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7, /* 58 */
    0x00BF, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0066, 0x0067, /* 60 */
    0x0068, 0x0069, 0x006A, 0x006B, 0x006C, 0x006D, 0x006E, 0x006F, /* 68 */
    0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077, /* 70 */
    0x0078, 0x0079, 0x007A, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0, /* 78 */
};

/* 6.2.1.1: the extension, each behind an escape. */
static const uint16_t extension[] = {
    0x000C, 0x005E, 0x007B, 0x007D, 0x005C, 0x005B, 0x007E, 0x005D, 0x007C, 0x20AC,
};

/* The septets of the characters of ASCII, of which nearly every text is made. */
static const uint8_t ascii[128] = {
    [0x0A] = 1, [0x0C] = 2, [0x0D] = 1, [' '] = 1, ['!'] = 1, ['"'] = 1, ['#'] = 1, ['$'] = 1,
    ['%'] = 1,  ['&'] = 1,  ['\''] = 1, ['('] = 1, [')'] = 1, ['*'] = 1, ['+'] = 1, [','] = 1,
    ['-'] = 1,  ['.'] = 1,  ['/'] = 1,  ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1,
    ['5'] = 1,  ['6'] = 1,  ['7'] = 1,  ['8'] = 1, ['9'] = 1, [':'] = 1, [';'] = 1, ['<'] = 1,
    ['='] = 1,  ['>'] = 1,  ['?'] = 1,  ['@'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1,
    ['E'] = 1,  ['F'] = 1,  ['G'] = 1,  ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1,
    ['M'] = 1,  ['N'] = 1,  ['O'] = 1,  ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1,
    ['U'] = 1,  ['V'] = 1,  ['W'] = 1,  ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['['] = 2, ['\\'] = 2,
    [']'] = 2,  ['^'] = 2,  ['_'] = 1,  ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1,
    ['f'] = 1,  ['g'] = 1,  ['h'] = 1,  ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1,
    ['n'] = 1,  ['o'] = 1,  ['p'] = 1,  ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1,
    ['v'] = 1,  ['w'] = 1,  ['x'] = 1,  ['y'] = 1, ['z'] = 1, ['{'] = 2, ['|'] = 2, ['}'] = 2,
    ['~'] = 2,
};

static bool is_listed(uint32_t rune, const uint16_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == rune) {
            return true;
        }
    }
    return false;
}

unsigned gsm_septets(uint32_t rune)
{
    if (rune < sizeof ascii) {
        return ascii[rune];
    }
    if (is_listed(rune, alphabet, ARRAY_LENGTH(alphabet))) {
        return 1;
    }
    return is_listed(rune, extension, ARRAY_LENGTH(extension)) ? 2 : 0;
}

/* Parts being filled: what does not fit into the last one as a whole begins the next. */
struct packing {
    size_t room; /* of one part of several */
    size_t total;
    size_t parts;
    size_t used; /* of the last part */
};

static void pack(struct packing *packing, size_t units)
{
    packing->total += units;
    if (packing->parts == 0 || packing->used + units > packing->room) {
        packing->parts++;
        packing->used = 0;
    }
    packing->used += units;
}

bool gsm_measure(const char *bytes, size_t length, struct gsm_size *size)
{
    struct packing septets = {.room = PART_SEPTETS};
    struct packing units = {.room = PART_UNITS};
    bool is_gsm = true;
    for (size_t at = 0; at < length;) {
        uint32_t rune = 0;
        const size_t taken = text_rune(bytes + at, length - at, &rune);
        /* A malformed byte reads as U+FFFD, which is three bytes when it is really there. */
        if (rune == 0 || rune == ESCAPE || (rune == 0xFFFD && taken == 1)) {
            return false;
        }
        at += taken;
        const unsigned septet = gsm_septets(rune);
        is_gsm = is_gsm && septet != 0;
        pack(&septets, septet);
        pack(&units, rune > 0xFFFF ? 2 : 1);
    }
    const struct packing *packing = is_gsm ? &septets : &units;
    const size_t single = is_gsm ? SINGLE_SEPTETS : SINGLE_UNITS;
    size->encoding = is_gsm ? GSM_7BIT : GSM_UCS2;
    size->units = packing->total;
    size->parts = packing->total <= single && packing->total > 0 ? 1 : packing->parts;
    return true;
}

const char *gsm_encoding_name(enum gsm_encoding encoding)
{
    return encoding == GSM_7BIT ? "gsm7" : "ucs2";
}
