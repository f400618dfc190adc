/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names: what has capitals and small letters is not touched, for nobody can tell how "de Souza" or
 * "deSouza" is spelled better than the person who typed it.
 *
 * What is wholly in capitals was made so by a system. What is wholly in small letters, first and
 * last name together, nearly always was too, or was typed in haste; bell hooks wrote her name so,
 * but a greeting "Dear siân" looks like a mistake of the union's to a thousand others. Where only
 * one of the two has no capital ("Ann", "de souza") somebody made a choice, and it stands.
 *
 * MACDONALD becomes Macdonald: both spellings are common, and Mackie, Macey and Machin, which
 * would suffer the other, are too. No name begins with Mc but those that go on with a capital.
 *
 * The lists are of ASCII and so are nearly all names, of which an import reads a million: nothing
 * here allocates but what comes out. */
#include "name.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "muster/base/text.h"

/* Words of a last name that are written small. */
static const char *const PARTICLES[] = {
    "van", "von", "der", "den", "de",  "ter", "ten", "zu", "da",    "das",
    "do",  "dos", "di",  "del", "bin", "ibn", "ap",  "ab", "ferch", "'t",
};

/* And these behind another: de la Cruz, de los Santos. Alone they are names: La Rose, Le Blanc. */
static const char *const ARTICLES[] = {"la", "las", "los", "le", "lo", "het"};

/* Words that begin a last name and keep their capital; Ó and its like in both cases. */
static const char *const BEGINNINGS[] = {
    "st", "le", "la", "el", "al", "abu", "mac", "nic", "mhic",
    "ní", "nÍ", "ni", "uí", "uÍ", "ui",  "ó",   "Ó",
};

static const char *const TITLES[] = {
    "mr",   "mrs",       "miss", "ms",   "mx",         "dr",       "doctor",
    "prof", "professor", "rev",  "revd", "reverend",   "sir",      "dame",
    "lady", "sister",    "lord", "cllr", "councillor", "baroness",
};

/* What follows a last name. */
static const char *const SUFFIXES[] = {"jr", "jnr", "sr", "snr", "ii", "iii", "iv"};

static const char *const NUMERALS[] = {"ii", "iii", "iv"};

/* "Jones (nee Evans)" */
static const char *const FORMER[] = {"nee", "née", "nÉe", "formerly"};

/* The word, without a final dot, is in the list; case does not matter. */
static bool is_one_of(const char *word, size_t length, const char *const *list, size_t count)
{
    if (length > 1 && word[length - 1] == '.') {
        length--;
    }
    for (size_t i = 0; i < count; i++) {
        if (strncasecmp(word, list[i], length) == 0 && list[i][length] == '\0') {
            return length > 0;
        }
    }
    return false;
}

#define IS_ONE_OF(word, length, list) is_one_of(word, length, list, ARRAY_LENGTH(list))

/* How many letters of each kind; signs, marks and letters that know no case count for nothing. */
struct letters {
    size_t capital;
    size_t small;
};

static void count_letters(const char *text, struct letters *letters)
{
    uint32_t rune;
    if (text == NULL) {
        return;
    }
    size_t length = strlen(text);
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        if (rune < 0x80) {
            letters->capital += rune >= 'A' && rune <= 'Z';
            letters->small += rune >= 'a' && rune <= 'z';
        } else if (text_small(rune) != rune) {
            letters->capital++;
        } else {
            letters->small += text_capital(rune) != rune;
        }
    }
}

static bool is_shouted(const char *text)
{
    struct letters letters = {0};
    count_letters(text, &letters);
    return letters.small == 0 && letters.capital >= 2;
}

static bool is_letter(uint32_t rune)
{
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') ||
           (rune >= 0xC0 && !(rune >= 0x2000 && rune <= 0x206F));
}

static bool is_apostrophe(uint32_t rune)
{
    return rune == '\'' || rune == '`' || rune == 0xB4 || rune == 0x2018 || rune == 0x2019 ||
           rune == 0x2BC;
}

/* Whether a name begins here: at least two letters, for the S of JO'S is none. */
static bool begins_name(const char *text, size_t length)
{
    return length >= 2 && (is_letter((unsigned char)text[0]) || (unsigned char)text[0] >= 0x80) &&
           (is_letter((unsigned char)text[1]) || (unsigned char)text[1] >= 0x80);
}

/* Write one word: its first letter is a capital, and so are those behind O', D', Mc, a dot or
 * another sign. Gives how many bytes. */
static size_t put_word(const char *word, size_t length, char *out)
{
    size_t used = 0;
    size_t letters = 0;
    size_t head = 0; /* where the first letter is */
    bool begin = true;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(word + i, length - i, &rune)) > 0; i += step) {
        if (rune >= 0x300 && rune <= 0x36F) {
            used += text_put_rune(rune, out + used); /* an accent over the letter before */
        } else if (is_letter(rune)) {
            head = letters == 0 ? i : head;
            used += text_put_rune(begin ? text_capital(rune) : text_small(rune), out + used);
            letters++;
            bool caseless = text_capital(rune) == text_small(rune);
            begin = (begin && caseless) ||
                    (letters == 2 && length - head >= 5 && strncasecmp(word + head, "mc", 2) == 0);
        } else {
            bool digit = rune >= '0' && rune <= '9';
            begin = letters == 0 ||
                    (!digit && (!is_apostrophe(rune) ||
                                (letters == 1 && begins_name(word + i + step, length - i - step))));
            used += text_put_rune(rune, out + used);
        }
    }
    return used;
}

/* Write it as it is, in capitals or small letters. */
static size_t put_all(const char *word, size_t length, bool capital, char *out)
{
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(word + i, length - i, &rune)) > 0; i += step) {
        used += text_put_rune(capital ? text_capital(rune) : text_small(rune), out + used);
    }
    return used;
}

/* The name with capitals where they belong. A first name does not begin with a particle: Van Anh
 * and Di are people. */
static const char *capitalised(const char *text, bool is_first, struct arena *arena)
{
    /* A letter's other form may be longer, and a malformed byte becomes three. */
    char *out = arena_array(arena, strlen(text) + 1, 3);
    size_t used = 0;
    bool led = false; /* by a particle */
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, " -");
        bool inside = at != text;
        bool followed = at[length] == ' ' && (inside || !is_first);
        size_t bracket = at[0] == '(';
        led = followed &&
              (IS_ONE_OF(at, length, PARTICLES) || (led && IS_ONE_OF(at, length, ARTICLES)));
        if (led || (inside && IS_ONE_OF(at + bracket, length - bracket, FORMER))) {
            used += put_all(at, length, false, out + used);
        } else if (inside && at[length] == '\0' && IS_ONE_OF(at, length, NUMERALS)) {
            used += put_all(at, length, true, out + used);
        } else {
            used += put_word(at, length, out + used);
        }
        at += length;
        if (*at != '\0') {
            out[used++] = *at++;
        }
    }
    out[used] = '\0';
    return out;
}

/* Two letters alone may be initials (AJ, TJ) or a short name (JO, MO, AL). */
static bool may_be_initials(const char *first)
{
    static const char *const names[] = {"al", "an", "ed", "em", "in", "om"};
    if (strlen(first) != 2 || IS_ONE_OF(first, 2, names)) {
        return false;
    }
    bool vowel_first = strchr("AEIOUaeiou", first[0]) != NULL;
    bool vowel_last = strchr("AEIOUYaeiouy", first[1]) != NULL;
    return vowel_first || !vowel_last;
}

static const char *first_put_right(const char *first, struct arena *arena)
{
    if (!may_be_initials(first)) {
        return capitalised(first, true, arena);
    }
    char *capitals = arena_array(arena, strlen(first) + 1, 3);
    (void)put_all(first, strlen(first), true, capitals);
    return capitals;
}

/* Part "SURNAME, First" at its comma. */
static bool split_comma(const char *whole, const char **first, const char **last,
                        struct arena *arena)
{
    const char *comma = strchr(whole, ',');
    if (comma == NULL) {
        return false;
    }
    *last = text_trim(arena_span(arena, whole, (size_t)(comma - whole)), arena);
    *first = text_trim(comma + 1, arena);
    return true;
}

static const char *without_title(const char *text)
{
    size_t length = strcspn(text, " ");
    while (text[length] == ' ' && IS_ONE_OF(text, length, TITLES)) {
        text += length + 1;
        length = strcspn(text, " ");
    }
    return text;
}

void name_put_right(const char **first, const char **last, struct arena *arena)
{
    if (text_empty(*first) && !text_empty(*last)) {
        const char *parted = NULL;
        const char *surname = *last;
        if (split_comma(surname, &parted, last, arena)) {
            *first = without_title(parted);
        }
    }
    struct letters letters = {0};
    count_letters(*first, &letters);
    count_letters(*last, &letters);
    bool small = letters.capital == 0 && letters.small >= 2;
    if (!text_empty(*first) && (small || is_shouted(*first))) {
        *first = first_put_right(*first, arena);
    }
    if (!text_empty(*last) && (small || is_shouted(*last))) {
        *last = capitalised(*last, false, arena);
    }
    *first = text_empty(*first) ? NULL : *first;
    *last = text_empty(*last) ? NULL : *last;
}

/* The blank in front of the last word of text[0 to end), or NULL. */
static const char *last_blank(const char *text, const char *end)
{
    return memrchr(text, ' ', (size_t)(end - text));
}

/* The blank in front of the last name, or NULL when it is all there is. */
static const char *last_name_cut(const char *text)
{
    const char *end = text + strlen(text);
    const char *bracket = strstr(text, " (");
    if (bracket != NULL && end[-1] == ')') {
        end = bracket; /* Jones (nee Evans) */
    }
    const char *cut = last_blank(text, end);
    if (cut != NULL && IS_ONE_OF(cut + 1, (size_t)(end - cut) - 1, SUFFIXES)) {
        cut = last_blank(text, cut);
    }
    if (cut == NULL) {
        return NULL;
    }
    for (const char *word = strchr(text, ' '); word < cut; word = strchr(word + 1, ' ')) {
        size_t length = strcspn(word + 1, " ");
        if (IS_ONE_OF(word + 1, length, PARTICLES) || IS_ONE_OF(word + 1, length, BEGINNINGS)) {
            return word;
        }
    }
    return cut;
}

void name_split(const char *whole, const char **first, const char **last, struct arena *arena)
{
    if (split_comma(whole, first, last, arena)) {
        *first = without_title(*first);
        return;
    }
    const char *text = without_title(text_trim(whole, arena));
    const char *cut = last_name_cut(text);
    *first = cut == NULL ? NULL : arena_span(arena, text, (size_t)(cut - text));
    *last = arena_text(arena, cut == NULL ? text : cut + 1);
}
