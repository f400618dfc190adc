/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text is UTF-8. Here is what is asked of it everywhere: is it valid, what is the next
 * character, do two words mean the same, which known word did somebody probably mean. */
#ifndef MUSTER_BASE_TEXT_H
#define MUSTER_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

MUSTER_C_BEGIN

/* How many bytes in front are ASCII: a quick way over what needs no care. */
size_t text_ascii(const char *bytes, size_t length) MUST_USE;

/* How many bytes in front are whole characters of well-formed UTF-8. */
size_t text_valid(const char *bytes, size_t length) MUST_USE;

/* Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool text_is_utf8(const char *bytes, size_t length) MUST_USE;

/* Read one character: gives how many bytes it takes and sets `*rune`. At a malformed byte gives
 * 1 and sets U+FFFD; gives 0 only when `length` is 0. */
size_t text_rune(const char *bytes, size_t length, uint32_t *rune);

/* Write one character into `bytes` (room for 4); gives its length. */
size_t text_put_rune(uint32_t rune, char bytes[4]);

/* For comparing what people typed: NFKC, full case folding, zero-width characters removed, every
 * run of white space (no-break spaces included) one blank, none at the ends. In the arena. */
char *text_fold(const char *text, struct arena *arena) MUST_USE;

/* The same into `out`, where nothing need be allocated: false when the text is not all ASCII, or
 * has `size` bytes or more. */
bool text_fold_ascii(const char *text, char *out, size_t size) MUST_USE;

/* For finding what people typed without the right keys: folded as above, and without accents:
 * "Siân" is "sian", "Łukasz" is "lukasz". In the arena. */
char *text_unaccented(const char *text, struct arena *arena) MUST_USE;

enum { TEXT_BARE_SIZE = 8 };

/* How those write a letter who lack its key: "a" for "â", "oe" for "œ", capitals as capitals; not
 * followed by a NUL. Gives the length, 0 for what is no letter with marks. */
size_t text_bare(uint32_t rune, char bare[TEXT_BARE_SIZE]) MUST_USE;

/* Accents joined to their letters where Unicode has one character for both (NFC). In the arena. */
char *text_composed(const char *text, struct arena *arena) MUST_USE;

/* The small or the capital letter of a character; the character itself when it has none. For
 * names: one character gives one, so that the capital of a sharp s is a sharp s. */
uint32_t text_small(uint32_t rune) MUST_USE;
uint32_t text_capital(uint32_t rune) MUST_USE;

/* Copies in small letters, in capitals, and with each word's first letter a capital, by Unicode's
 * rules of no particular language, composed (NFC). Malformed text is copied as it is. */
char *text_lower(const char *text, struct arena *arena) MUST_USE;
char *text_upper(const char *text, struct arena *arena) MUST_USE;
char *text_title(const char *text, struct arena *arena) MUST_USE;

/* A copy without white space (Unicode's, no-break and zero-width included) at both ends. */
char *text_trim(const char *text, struct arena *arena) MUST_USE;

/* Whether both are the same; NULL equals only NULL. Inline, so that a checker of one file can
 * follow. */
static inline bool text_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether `text` is NULL or "". */
static inline bool text_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* The text; NULL for "", too: what says nothing. */
static inline const char *text_given(const char *text)
{
    return text_empty(text) ? NULL : text;
}

/* The ASCII digits of a text, without what stands between them. */
char *text_digits(const char *text, struct arena *arena) MUST_USE;

enum { TEXT_EDITS_MAX = 63 };

/* How many edits (insert, delete, replace, swap neighbours; in bytes, ASCII case ignored) make one
 * word of the other; TEXT_EDITS_MAX when one is longer than that. */
unsigned text_edits(const char *a, size_t a_length, const char *b, size_t b_length) MUST_USE;

/* The choice nearest to `word` by edits (insert, delete, replace, swap neighbours; ASCII case
 * ignored), or NULL when none is near enough to be what was meant. For "did you mean". */
const char *text_nearest(const char *word, const char *const *choices, size_t count) MUST_USE;

/* A copy that may stand on a terminal, whoever wrote it: one line, with U+FFFD for every control
 * character, mark of direction and malformed byte, so that no text can move the cursor, colour the
 * screen or turn its neighbours round. Line breaks and tabs become blanks. */
char *text_printable(const char *text, struct arena *arena) MUST_USE;

/* How many columns the text takes on a terminal: wide characters two, combining ones none. */
size_t text_width(const char *text) MUST_USE;

/* A whole decimal number within [low, high], nothing around it. False leaves `*value` alone. */
bool text_number(const char *text, int64_t low, int64_t high, int64_t *value) MUST_USE;

/* A decimal number from 0 with at most `places` decimals ("12", "0.035"; no sign, no exponent, no
 * comma, digits on both sides of the point), nothing around it. `*scaled` is its value times ten to
 * the power of `places`, exactly: "0.035" with 6 places is 35000. At most `high`, which is scaled
 * too. False leaves `*scaled` alone. */
bool text_decimal(const char *text, unsigned places, int64_t high, int64_t *scaled) MUST_USE;

MUSTER_C_END

#endif
