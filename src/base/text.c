/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 by hand where it is a few lines; normal forms and case folding by libunistring.
 *
 * Nearly all text here is ASCII, and an import asks about millions of cells: what is ASCII never
 * goes to the library, which would allocate and look up tables only to say the same. */
#include "muster/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

enum { REPLACEMENT = 0xFFFD, NEAREST_MAX = TEXT_EDITS_MAX };

size_t text_ascii(const char *bytes, size_t length)
{
    size_t at = 0;
    for (uint64_t words[2]; length - at >= sizeof words; at += sizeof words) {
        memcpy(words, bytes + at, sizeof words);
        if (((words[0] | words[1]) & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    while (at < length && (unsigned char)bytes[at] < 0x80) {
        at++;
    }
    return at;
}

size_t text_valid(const char *bytes, size_t length)
{
    for (size_t at = 0;;) {
        at += text_ascii(bytes + at, length - at);
        uint32_t rune;
        size_t step = text_rune(bytes + at, length - at, &rune);
        if (step < 2) {
            return at;
        }
        at += step;
    }
}

bool text_is_utf8(const char *bytes, size_t length)
{
    return text_valid(bytes, length) == length;
}

size_t text_rune(const char *bytes, size_t length, uint32_t *rune)
{
    if (length == 0) {
        return 0;
    }
    unsigned char head = (unsigned char)bytes[0];
    if (head < 0x80) {
        *rune = head;
        return 1;
    }
    unsigned char next = length > 1 ? (unsigned char)bytes[1] : 0;
    if (head >= 0xC2 && head <= 0xDF && (next & 0xC0) == 0x80) {
        *rune = (uint32_t)(head & 0x1F) << 6 | (next & 0x3F);
        return 2;
    }
    ucs4_t character;
    int taken = u8_mbtoucr(&character, (const uint8_t *)bytes, length);
    if (taken <= 0) {
        *rune = REPLACEMENT;
        return 1;
    }
    *rune = character;
    return (size_t)taken;
}

size_t text_put_rune(uint32_t rune, char bytes[4])
{
    int length = u8_uctomb((uint8_t *)bytes, rune, 4);
    return length > 0 ? (size_t)length : 0;
}

/* Characters that are there but cannot be seen: zero-width ones, joiners, marks of direction, soft
 * hyphen, byte-order mark. */
static bool is_invisible(uint32_t rune)
{
    return rune == 0x00AD || (rune >= 0x200B && rune <= 0x200F) ||
           (rune >= 0x202A && rune <= 0x202E) || (rune >= 0x2060 && rune <= 0x2064) ||
           rune == 0xFEFF || rune == 0x180E;
}

static bool is_blank(uint32_t rune)
{
    return rune == ' ' || (rune >= 0x09 && rune <= 0x0D) || rune == 0x85 || rune == 0xA0 ||
           rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

/* A copy that is certainly UTF-8, without invisible characters, each run of blanks one space, none
 * at the ends. Room: malformed bytes become three. */
static char *squeeze(const char *text, struct arena *arena)
{
    size_t length = strlen(text);
    char *out = arena_array(arena, length + 1, 3);
    size_t used = 0;
    bool gap = false;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        if (is_invisible(rune)) {
            continue;
        }
        if (is_blank(rune)) {
            gap = used > 0;
            continue;
        }
        if (gap) {
            out[used++] = ' ';
            gap = false;
        }
        used += text_put_rune(rune, out + used);
    }
    out[used] = '\0';
    return out;
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* What text_fold gives for so many bytes of ASCII, into as many and a NUL. */
static void fold_ascii(const char *text, size_t length, char *out)
{
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < length; i++) {
        if (is_blank((unsigned char)text[i])) {
            gap = used > 0;
            continue;
        }
        if (gap) {
            out[used++] = ' ';
            gap = false;
        }
        out[used++] = lower(text[i]);
    }
    out[used] = '\0';
}

bool text_fold_ascii(const char *text, char *out, size_t size)
{
    size_t length = strnlen(text, size);
    if (length == size || text_ascii(text, length) < length) {
        return false;
    }
    fold_ascii(text, length, out);
    return true;
}

char *text_fold(const char *text, struct arena *arena)
{
    size_t given = strlen(text);
    if (text_ascii(text, given) == given) {
        char *out = arena_span(arena, text, given);
        fold_ascii(text, given, out);
        return out;
    }
    char *plain = squeeze(text, arena);
    size_t length = 0;
    uint8_t *folded =
        u8_casefold((const uint8_t *)plain, strlen(plain), NULL, UNINORM_NFKC, NULL, &length);
    if (folded == NULL) {
        return plain;
    }
    char *result = arena_span(arena, (const char *)folded, length);
    free(folded);
    /* Compatibility forms can bring new blanks, such as a no-break space's. */
    return squeeze(result, arena);
}

/* Letters that no normal form takes apart, and how those write them who lack the key. */
static const char *plain_letter(uint32_t rune)
{
    static const struct {
        uint32_t rune;
        const char *plain;
    } LETTERS[] = {{0xE6, "ae"}, {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"}, {0x111, "d"},
                   {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}};
    for (size_t i = 0; i < ARRAY_LENGTH(LETTERS); i++) {
        if (LETTERS[i].rune == rune) {
            return LETTERS[i].plain;
        }
    }
    return NULL;
}

size_t text_bare(uint32_t rune, char bare[TEXT_BARE_SIZE])
{
    const uint32_t small = text_small(rune);
    const char *plain = rune == 0x1E9E ? "ss" : plain_letter(small);
    if (plain != NULL) {
        size_t length = 0;
        for (; plain[length] != '\0'; length++) {
            bare[length] = (char)(small == rune ? plain[length] : plain[length] - 'a' + 'A');
        }
        return length;
    }
    char letter[4];
    uint8_t parted[64];
    size_t length = sizeof parted;
    const size_t taken = text_put_rune(rune, letter);
    const uint8_t *given =
        u8_normalize(UNINORM_NFD, (const uint8_t *)letter, taken, parted, &length);
    uint32_t base = rune;
    if (given == parted) { /* else it did not fit, and is no letter with its marks */
        (void)text_rune((const char *)parted, length, &base);
    } else {
        free((void *)(uintptr_t)given);
    }
    return base == rune ? 0 : text_put_rune(base, bare);
}

char *text_unaccented(const char *text, struct arena *arena)
{
    char *folded = text_fold(text, arena);
    size_t length = 0;
    uint8_t *parted =
        u8_normalize(UNINORM_NFKD, (const uint8_t *)folded, strlen(folded), NULL, &length);
    if (parted == NULL) {
        return folded;
    }
    char *out = arena_array(arena, length + 1, 3);
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune((const char *)parted + i, length - i, &rune)) > 0;
         i += step) {
        const char *plain = plain_letter(rune);
        if (plain != NULL) {
            memcpy(out + used, plain, strlen(plain));
            used += strlen(plain);
        } else if (uc_combining_class(rune) == 0) {
            used += text_put_rune(rune, out + used);
        }
    }
    out[used] = '\0';
    free(parted);
    return out;
}

char *text_composed(const char *text, struct arena *arena)
{
    size_t length = 0;
    uint8_t *composed =
        u8_normalize(UNINORM_NFC, (const uint8_t *)text, strlen(text), NULL, &length);
    if (composed == NULL) {
        return arena_text(arena, text);
    }
    char *copy = arena_span(arena, (const char *)composed, length);
    free(composed);
    return copy;
}

uint32_t text_small(uint32_t rune)
{
    return rune < 0x80 ? (uint32_t)(unsigned char)lower((char)rune) : uc_tolower(rune);
}

uint32_t text_capital(uint32_t rune)
{
    if (rune < 0x80) {
        return rune >= 'a' && rune <= 'z' ? rune - 'a' + 'A' : rune;
    }
    return uc_toupper(rune);
}

/* Whether the byte is a whole character that may be seen. */
static bool is_print(char byte)
{
    return byte > ' ' && byte < 0x7F;
}

/* Whichever of libunistring's mappings, into the arena. */
static char *mapped(uint8_t *made, size_t length, const char *text, struct arena *arena)
{
    char *result =
        made == NULL ? arena_text(arena, text) : arena_span(arena, (const char *)made, length);
    free(made);
    return result;
}

char *text_lower(const char *text, struct arena *arena)
{
    size_t length = 0;
    uint8_t *made =
        u8_tolower((const uint8_t *)text, strlen(text), NULL, UNINORM_NFC, NULL, &length);
    return mapped(made, length, text, arena);
}

char *text_upper(const char *text, struct arena *arena)
{
    size_t length = 0;
    uint8_t *made =
        u8_toupper((const uint8_t *)text, strlen(text), NULL, UNINORM_NFC, NULL, &length);
    return mapped(made, length, text, arena);
}

char *text_title(const char *text, struct arena *arena)
{
    size_t length = 0;
    uint8_t *made =
        u8_totitle((const uint8_t *)text, strlen(text), NULL, UNINORM_NFC, NULL, &length);
    return mapped(made, length, text, arena);
}

char *text_digits(const char *text, struct arena *arena)
{
    char *digits = arena_text(arena, text);
    size_t used = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            digits[used++] = text[i];
        }
    }
    digits[used] = '\0';
    return digits;
}

char *text_trim(const char *text, struct arena *arena)
{
    size_t length = strlen(text);
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    if (length > 0 && is_print(text[0]) && is_print(text[length - 1])) {
        return arena_span(arena, text, length);
    }
    size_t first = length;
    size_t last = 0;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        if (!is_blank(rune) && !is_invisible(rune)) {
            first = i < first ? i : first;
            last = i + step;
        }
    }
    return first < last ? arena_span(arena, text + first, last - first) : arena_text(arena, "");
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* By the optimal string alignment distance. */
unsigned text_edits(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned rows[3][NEAREST_MAX + 1];
    if (a_length > NEAREST_MAX || b_length > NEAREST_MAX) {
        return NEAREST_MAX;
    }
    unsigned *before = rows[0];
    unsigned *last = rows[1];
    unsigned *row = rows[2];
    memset(before, 0, sizeof rows[0]);
    for (size_t j = 0; j <= b_length; j++) {
        last[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned cost = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]) && before[j - 2] + 1 < row[j]) {
                row[j] = before[j - 2] + 1;
            }
        }
        unsigned *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

const char *text_nearest(const char *word, const char *const *choices, size_t count)
{
    size_t length = strlen(word);
    if (length == 0 || length > NEAREST_MAX) {
        return NULL;
    }
    const char *nearest = NULL;
    unsigned best = (unsigned)(length <= 3 ? 1 : length <= 7 ? 2 : 3) + 1;
    for (size_t i = 0; i < count; i++) {
        size_t choice_length = strlen(choices[i]);
        if (choice_length > NEAREST_MAX) {
            continue;
        }
        unsigned edits = text_edits(word, length, choices[i], choice_length);
        if (edits < best && edits < length) {
            best = edits;
            nearest = choices[i];
        }
    }
    return nearest;
}

/* What a terminal would act on rather than show. */
static bool is_active(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7F && rune <= 0x9F) || rune == 0x061C || rune == 0x200E ||
           rune == 0x200F || (rune >= 0x2028 && rune <= 0x202E) ||
           (rune >= 0x2066 && rune <= 0x2069) || rune == 0xFEFF;
}

char *text_printable(const char *text, struct arena *arena)
{
    size_t length = strlen(text);
    char *out = arena_array(arena, length + 1, 3);
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        bool blank = rune == '\t' || rune == '\n' || rune == '\r';
        used += text_put_rune(blank ? ' ' : is_active(rune) ? REPLACEMENT : rune, out + used);
    }
    out[used] = '\0';
    return out;
}

size_t text_width(const char *text)
{
    int width = u8_width((const uint8_t *)text, strlen(text), "UTF-8");
    return width < 0 ? 0 : (size_t)width;
}

bool text_number(const char *text, int64_t low, int64_t high, int64_t *value)
{
    if (text == NULL || !(text[0] == '-' || (text[0] >= '0' && text[0] <= '9'))) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < low || number > high) {
        return false;
    }
    *value = number;
    return true;
}

/* Append a decimal digit to `*number`; false when it becomes more than `high`. */
static bool append_digit(int64_t *number, int digit, int64_t high)
{
    return !__builtin_mul_overflow(*number, 10, number) &&
           !__builtin_add_overflow(*number, digit, number) && *number <= high;
}

bool text_decimal(const char *text, unsigned places, int64_t high, int64_t *scaled)
{
    static const char digits[] = "0123456789";
    size_t whole = text == NULL ? 0 : strspn(text, digits);
    if (whole == 0) {
        return false;
    }
    const char *point = text + whole;
    size_t decimals = *point == '.' ? strspn(point + 1, digits) : 0;
    const char *end = *point == '.' ? point + 1 + decimals : point;
    if (*end != '\0' || (*point == '.' && decimals == 0) || decimals > places) {
        return false;
    }
    int64_t number = 0;
    for (const char *at = text; at < end; at++) {
        if (*at != '.' && !append_digit(&number, *at - '0', high)) {
            return false;
        }
    }
    for (size_t i = decimals; i < places; i++) {
        if (!append_digit(&number, 0, high)) {
            return false;
        }
    }
    *scaled = number;
    return true;
}
