/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a password worth something is counted in characters that do not follow from those
 * before: a common word counts as one, and so does a run (1234, qwerty, aaaa). Copies of a password
 * are wiped before their memory goes back. */
#include "muster/model/password.h"

#include <string.h>

#include "muster/base/text.h"

enum { FRESH_LEAST = 7, WORD_LEAST = 4 };

/* What many passwords are made of, in small letters. */
static const char *const common[] = {
    "password", "passwort",  "passphrase", "welcome",   "letmein",   "iloveyou",   "changeme",
    "secret",   "admin",     "login",      "access",    "qwerty",    "azerty",     "hello",
    "dragon",   "monkey",    "sunshine",   "princess",  "football",  "superman",   "batman",
    "master",   "shadow",    "freedom",    "whatever",  "computer",  "internet",   "temporary",
    "test",     "user",      "guest",      "muster",    "union",     "unite",      "unison",
    "member",   "branch",    "strike",     "ballot",    "campaign",  "solidarity", "hospital",
    "nurse",    "health",    "trust",      "england",   "scotland",  "wales",      "cymru",
    "london",   "liverpool", "manchester", "leeds",     "glasgow",   "cardiff",    "arsenal",
    "chelsea",  "rangers",   "celtic",     "everton",   "january",   "february",   "march",
    "april",    "june",      "july",       "august",    "september", "october",    "november",
    "december", "monday",    "tuesday",    "wednesday", "thursday",  "friday",     "saturday",
    "sunday",   "spring",    "summer",     "autumn",    "winter",    "christmas",
};

/* Rows of a keyboard, on which a finger may glide. */
static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"};

bool password_read(const char *typed, char out[PASSWORD_SIZE])
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const size_t given = strlen(typed);
    out[0] = '\0';
    if (given >= PASSWORD_SIZE || !text_is_utf8(typed, given)) {
        return false;
    }
    char *composed = text_composed(typed, arena);
    const size_t length = strlen(composed);
    const bool fits = length < PASSWORD_SIZE;
    if (fits) {
        memcpy(out, composed, length + 1);
    }
    explicit_bzero(composed, length);
    return fits;
}

static size_t characters(const char *text)
{
    const size_t length = strlen(text);
    size_t count = 0;
    for (size_t at = 0; at < length; count++) {
        uint32_t rune = 0;
        at += text_rune(text + at, length - at, &rune);
    }
    return count;
}

/* Letters small, and the signs that stand for some as these. */
static char plain(char byte)
{
    static const char signs[] = "@4831!0$57";
    static const char letters[] = "aabeiiosst";
    const char *sign = byte == '\0' ? NULL : strchr(signs, byte);
    if (sign != NULL) {
        return letters[sign - signs];
    }
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool begins(const char *text, const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0' || (plain(text[i]) != plain(word[i]) && text[i] != word[i])) {
            return false;
        }
    }
    return true;
}

/* The length of the longest word that the text begins with, of a list whose entries may be several
 * words each; 0 for none. */
static size_t longest(const char *text, const char *const *entries, size_t count)
{
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        const char *word = entries[i] == NULL ? "" : entries[i];
        while (*word != '\0') {
            const size_t length = strcspn(word, " ");
            if (length >= WORD_LEAST && length > best && begins(text, word, length)) {
                best = length;
            }
            word += length + strspn(word + length, " ");
        }
    }
    return best;
}

static char small(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* Whether `next` follows from `before`: the same, its neighbour in the alphabet, among the digits
 * or on the keyboard. */
static bool follows(char before, char next)
{
    const char a = small(before);
    const char b = small(next);
    if (a == b || a + 1 == b || b + 1 == a) {
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *place = strchr(rows[i], a);
        if (place != NULL && (place[1] == b || (place > rows[i] && place[-1] == b))) {
            return b != '\0';
        }
    }
    return false;
}

/* How many characters do not follow from those before. */
static size_t fresh(const char *text, const char *const *names, size_t name_count)
{
    size_t count = 0;
    char before = '\0';
    while (*text != '\0') {
        const size_t word = longest(text, common, ARRAY_LENGTH(common));
        const size_t name = longest(text, names, name_count);
        const size_t length = word > name ? word : name;
        count += length > 0 || before == '\0' || !follows(before, *text) ? 1 : 0;
        before = length > 0 ? '\0' : *text;
        text += length > 0 ? length : 1;
    }
    return count;
}

/* Whether it is one piece, again and again. */
static bool repeats(const char *text)
{
    const size_t length = strlen(text);
    for (size_t piece = 1; piece <= length / 2; piece++) {
        if (strncmp(text, text + piece, length - piece) == 0) {
            return true;
        }
    }
    return false;
}

bool password_good(const char *password, const char *const *names, size_t name_count,
                   const char **reason)
{
    const size_t length = characters(password);
    if (length < PASSWORD_LEAST) {
        *reason = "needs 12 characters at least: three or four words make a good one";
    } else if (length > PASSWORD_MOST) {
        *reason = "has more than 128 characters";
    } else if (repeats(password)) {
        *reason = "is one piece, again and again";
    } else if (fresh(password, names, name_count) < FRESH_LEAST) {
        *reason = "is one that many would think of: take some words that do not belong together";
    } else {
        return true;
    }
    return false;
}
