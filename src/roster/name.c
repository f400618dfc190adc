/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names: only what is wholly in capitals is touched, for nobody can tell how "de Souza" or
 * "deSouza" is spelled better than the person who typed it. */
#include "name.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"

enum { NAME_CEILING = 2048 };

static const char *const PARTICLES[] = {
    "van", "von", "der", "den", "de",  "ter", "ten", "zu", "da",    "das",
    "do",  "dos", "di",  "del", "bin", "ibn", "ap",  "ab", "ferch",
};

static const char *const TITLES[] = {
    "mr",  "mrs", "miss", "ms",   "mx",     "dr",   "prof", "professor",
    "rev", "sir", "dame", "lady", "sister", "lord", "cllr",
};

/* The word, folded and without a final dot, is in the list. */
static bool is_one_of(const char *word, size_t length, const char *const *list, size_t count)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *folded = text_fold(arena_span(arena, word, length), arena);
    size_t folded_length = strlen(folded);
    if (folded_length > 1 && folded[folded_length - 1] == '.') {
        folded[folded_length - 1] = '\0';
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(folded, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_particle(const char *word, size_t length)
{
    return is_one_of(word, length, PARTICLES, ARRAY_LENGTH(PARTICLES));
}

/* Whether there are at least two letters, and all of them are capitals. A letter is one when
 * folding changes it; marks that stand over the letter before count for nothing. */
static bool is_shouted(const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    size_t length = strlen(text);
    size_t capitals = 0;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        if (rune >= 'a' && rune <= 'z') {
            return false;
        }
        if (rune >= 'A' && rune <= 'Z') {
            capitals++;
        } else if (rune >= 0xC0 && !(rune >= 0x300 && rune <= 0x36F) && rune != 0x2019) {
            const char *letter = arena_span(arena, text + i, step);
            if (strcmp(text_fold(letter, arena), letter) == 0) {
                return false;
            }
            capitals++;
        }
    }
    return capitals >= 2;
}

/* How many bytes the apostrophe at `at` takes, ' or U+2019; 0 when there is none. */
static size_t apostrophe(const char *at)
{
    return at[0] == '\'' ? 1 : strncmp(at, "\xE2\x80\x99", 3) == 0 ? 3 : 0;
}

/* One part of a shouted name, between blanks and hyphens: its first letter stays a capital, and so
 * does the one after O', D' or Mc. */
static void put_part(struct buffer *out, const char *part, size_t length, struct arena *arena)
{
    uint32_t rune;
    size_t head = text_rune(part, length, &rune);
    if (length > head && apostrophe(part + head) > 0) {
        head += apostrophe(part + head);
        head += text_rune(part + head, length - head, &rune);
    } else if (length >= 5 && strncmp(part, "MC", 2) == 0) {
        (void)buffer_puts(out, "Mc");
        part += 2;
        length -= 2;
        head = text_rune(part, length, &rune);
    }
    (void)buffer_add(out, part, head);
    (void)buffer_puts(out, text_fold(arena_span(arena, part + head, length - head), arena));
}

static const char *lowered(const char *text, struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, NAME_CEILING);
    while (text[0] != '\0') {
        size_t length = strcspn(text, " -");
        bool last = text[length] == '\0';
        if (!last && text[length] == ' ' && is_particle(text, length)) {
            (void)buffer_puts(&out, text_fold(arena_span(arena, text, length), arena));
        } else if (length > 0) {
            put_part(&out, text, length, arena);
        }
        text += length;
        if (!last) {
            (void)buffer_putc(&out, *text++);
        }
    }
    return out.full ? NULL : arena_text(arena, buffer_text(&out));
}

/* Two capitals may be initials (AJ, TJ) or a short name (JO, MO, AL). */
static bool may_be_initials(const char *first)
{
    static const char *const names[] = {"AL", "ED", "EM", "IN"};
    if (strlen(first) != 2) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (strcmp(first, names[i]) == 0) {
            return false;
        }
    }
    bool vowel_first = strchr("AEIOU", first[0]) != NULL;
    bool vowel_last = strchr("AEIOUY", first[1]) != NULL;
    return vowel_first || !vowel_last;
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
    while (text[length] == ' ' && is_one_of(text, length, TITLES, ARRAY_LENGTH(TITLES))) {
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
    if (!text_empty(*first) && is_shouted(*first) && !may_be_initials(*first)) {
        *first = lowered(*first, arena);
    }
    if (!text_empty(*last) && is_shouted(*last)) {
        *last = lowered(*last, arena);
    }
    *first = text_empty(*first) ? NULL : *first;
    *last = text_empty(*last) ? NULL : *last;
}

void name_split(const char *whole, const char **first, const char **last, struct arena *arena)
{
    if (split_comma(whole, first, last, arena)) {
        *first = without_title(*first);
        return;
    }
    const char *text = without_title(text_trim(whole, arena));
    const char *cut = strrchr(text, ' ');
    if (cut == NULL) {
        *first = NULL;
        *last = arena_text(arena, text);
        return;
    }
    /* The surname begins at its first particle: "Ann van der Berg". */
    for (const char *word = strchr(text, ' '); word != NULL && word < cut;
         word = strchr(word + 1, ' ')) {
        if (is_particle(word + 1, strcspn(word + 1, " "))) {
            cut = word;
            break;
        }
    }
    *first = arena_span(arena, text, (size_t)(cut - text));
    *last = arena_text(arena, cut + 1);
}
