/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies cut into words; see saying.h. */
#include "saying.h"

#include <string.h>

#include "muster/base/text.h"
#include "saying_slips.h"

enum { WORD_SIZE = 64 /* bytes kept of one word */ };

const char saying_polite[] =
    "please pls plz plse plese pleas please pleese thanks thank thx thnks thankyou ty tnx cheers "
    "ta "
    "hi hello hey hiya dear sorry ok okay kindly regards kind best mate love x xx xxx xxxx lol "
    "diolch plis os gwelwch yn dda helo bore da much very so bye goodbye morning afternoon "
    "evening good sir madam all team folks guys many svp merci sil vous plaît plait bonjour re fwd "
    "fw nbsp";

bool saying_among(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length) {
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Whether one letter more, less or other, or two neighbours swapped, makes one word the other. */
bool saying_near(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    if (*a == '\0' || *b == '\0')
        return strlen(a) + strlen(b) <= 1;
    if (strcmp(a + 1, b + 1) == 0 || strcmp(a + 1, b) == 0 || strcmp(a, b + 1) == 0)
        return true;
    return a[0] == b[1] && a[1] == b[0] && strcmp(a + 2, b + 2) == 0;
}

static bool is_sign(uint32_t rune)
{
    static const uint32_t ranges[][2] = {
        {0x80, 0xBF},     {0xD7, 0xD7},       {0xF7, 0xF7},        {0x2000, 0x2BFF},
        {0x2E00, 0x2E7F}, {0x3000, 0x303F},   {0xE000, 0xF8FF},    {0xFE00, 0xFE6F},
        {0xFFF0, 0xFFFF}, {0x1F000, 0x1FBFF}, {0xE0000, 0x10FFFF},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++) {
        if (rune >= ranges[i][0] && rune <= ranges[i][1])
            return true;
    }
    return false;
}

static bool is_word_rune(uint32_t rune)
{
    if (rune >= 0x80)
        return !is_sign(rune);
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') ||
           (rune >= '0' && rune <= '9');
}

/* Apostrophes of all kinds, and accents left over from other alphabets' tricks. */
static bool is_dropped(uint32_t rune)
{
    return rune == '\'' || rune == '`' || rune == 0x2018 || rune == 0x2019 || rune == 0x2BC ||
           (rune >= 0x300 && rune <= 0x36F);
}

/* Whether a sign ends a clause: "nhs.net" and "opt-out" are not two clauses, "stop. thanks" is. */
static bool is_break(uint32_t rune, const char *next)
{
    if (rune == '|')
        return true;
    if (rune >= 0x80)
        return rune == 0x2013 || rune == 0x2014 || rune == 0x201C || rune == 0x201D ||
               rune == 0x3002;
    if (rune == 0 || strchr(".!?,;:()-\"", (int)rune) == NULL)
        return false;
    uint32_t follows = 0;
    return text_rune(next, strnlen(next, 4), &follows) == 0 || !is_word_rune(follows);
}

/* The letter of ours that a rune passes for; 0: none. */
static char passes_for(uint32_t rune)
{
    char bytes[4];
    const size_t size = text_put_rune(rune, bytes);
    for (size_t i = 0; i < ARRAY_LENGTH(LOOK_ALIKES); i++) {
        if (memmem(LOOK_ALIKES[i].passing, strlen(LOOK_ALIKES[i].passing), bytes, size) != NULL)
            return LOOK_ALIKES[i].letter;
    }
    return 0;
}

/* The word that looks like this one, if it is one of those that are looked for; else NULL. */
static const char *looks_like(const char *text, struct arena *arena)
{
    char word[WORD_SIZE + 1];
    size_t length = 0;
    size_t left = strlen(text);
    bool strange = false;
    for (size_t size = 0; left > 0; text += size, left -= size) {
        uint32_t rune = 0;
        size = text_rune(text, left, &rune);
        strange = strange || rune >= 0x80;
        const char letter = rune < 0x80 ? (char)rune : passes_for(rune);
        if (size == 0 || letter == 0)
            return NULL;
        word[length++] = letter;
    }
    word[length] = '\0';
    return strange && saying_among(LOOKED_FOR, word) ? arena_text(arena, word) : NULL;
}

/* The word that was probably meant; gives `text` itself when it is not a known slip. */
static const char *meant(const char *text, struct arena *arena)
{
    const char *looks = looks_like(text, arena);
    if (looks != NULL)
        return looks;
    for (size_t i = 0; i < ARRAY_LENGTH(SLIPS); i++) {
        if (strcmp(text, SLIPS[i].slip) == 0)
            return SLIPS[i].word;
    }
    if (strlen(text) >= 9 && saying_near(text, "unsubscribe"))
        return "unsubscribe";
    char once[WORD_SIZE + 1]; /* "stooopppp": every letter once */
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (length == 0 || once[length - 1] != *at)
            once[length++] = *at;
    }
    once[length] = '\0';
    return strcmp(once, "stop") == 0 ? "stop" : text;
}

/* Take "s t o p" together: the words from `at` on that spell `target`. */
static bool is_spelled(const struct saying_word *words, size_t count, const char *target)
{
    size_t length = strlen(target);
    if (count < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (words[i].text[0] != target[i] || words[i].text[1] != '\0')
            return false;
    }
    return true;
}

/* Join spelled words and PAIRS; gives the new count. */
static size_t join_words(struct saying_word *words, size_t count)
{
    static const char *const spelled[] = {"stop", "end", "quit", "unsubscribe", "voted", "start"};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct saying_word word = words[i];
        for (size_t k = 0; k < ARRAY_LENGTH(spelled); k++) {
            if (!is_spelled(words + i, count - i, spelled[k]))
                continue;
            i += strlen(spelled[k]) - 1;
            word = words[i];
            word.text = spelled[k];
            break;
        }
        for (size_t k = 0; kept > 0 && !words[kept - 1].ends && k < ARRAY_LENGTH(PAIRS); k++) {
            if (strcmp(words[kept - 1].text, PAIRS[k].first) == 0 &&
                strcmp(word.text, PAIRS[k].second) == 0) {
                word.text = PAIRS[k].both;
                kept--;
                k = (size_t)-1; /* the new word may pair with the one before it */
            }
        }
        words[kept++] = word;
    }
    return kept;
}

/* Cut folded text into words; gives their count. */
size_t saying_read(const char *text, struct arena *arena,
                   struct saying_word words[SAYING_WORDS_MAX])
{
    char word[WORD_SIZE + 1];
    size_t length = 0;
    size_t count = 0;
    size_t left = strlen(text);
    while (count < SAYING_WORDS_MAX) {
        uint32_t rune = 0;
        size_t size = text_rune(text, left, &rune);
        if (size > 0 && is_word_rune(rune) && !is_dropped(rune)) {
            for (size_t i = 0; i < size && length < WORD_SIZE; i++)
                word[length++] = text[i];
        } else if ((size == 0 || !is_dropped(rune)) && length > 0) {
            word[length] = '\0';
            words[count++] = (struct saying_word){.text = meant(arena_text(arena, word), arena)};
            length = 0;
        }
        if (size == 0)
            break;
        text += size;
        left -= size;
        if (count > 0 && length == 0 && is_break(rune, text)) {
            words[count - 1].ends = true;
            words[count - 1].asks |= rune == '?';
        }
    }
    return join_words(words, count);
}

struct saying saying_slice(struct saying span, size_t from, size_t to)
{
    return (struct saying){.words = span.words + from, .count = to - from};
}

/* Without courtesy at both ends. */
struct saying saying_bare(struct saying span)
{
    size_t from = 0;
    size_t to = span.count;
    while (from < to && saying_among(saying_polite, span.words[from].text))
        from++;
    while (to > from && saying_among(saying_polite, span.words[to - 1].text))
        to--;
    return saying_slice(span, from, to);
}

/* How many words `phrase` has when it stands at `at`; else 0. */
size_t saying_phrase(struct saying span, size_t at, const char *phrase)
{
    size_t words = 0;
    for (;;) {
        size_t length = strcspn(phrase, " ");
        if (at + words == span.count)
            return 0;
        const char *word = span.words[at + words].text;
        if (strncmp(word, phrase, length) != 0 || word[length] != '\0')
            return 0;
        words++;
        if (phrase[length] == '\0')
            return words;
        phrase += length + 1;
    }
}

bool saying_alone(struct saying span, const char *const *phrases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span.count > 0 && saying_phrase(span, 0, phrases[i]) == span.count)
            return true;
    }
    return false;
}

/* Find the first of the phrases; what stands before and behind it into `before` and `after`. */
bool saying_find(struct saying span, const char *const *phrases, size_t count,
                 struct saying *before, struct saying *after)
{
    for (size_t at = 0; at < span.count; at++) {
        for (size_t i = 0; i < count; i++) {
            size_t words = saying_phrase(span, at, phrases[i]);
            if (words == 0)
                continue;
            *before = saying_slice(span, 0, at);
            *after = saying_slice(span, at + words, span.count);
            return true;
        }
    }
    return false;
}

bool saying_any(struct saying span, const char *list)
{
    for (size_t i = 0; i < span.count; i++) {
        if (saying_among(list, span.words[i].text))
            return true;
    }
    return false;
}

bool saying_all(struct saying span, const char *list)
{
    for (size_t i = 0; i < span.count; i++) {
        if (!saying_among(list, span.words[i].text))
            return false;
    }
    return true;
}

/* At most SAYING_BYTES_MAX bytes, folded, with every line's end kept as a clause's end. */
const char *saying_fold(const char *text, struct arena *arena)
{
    size_t length = strnlen(text, SAYING_BYTES_MAX);
    char *lines = arena_span(arena, text, length);
    for (char *at = lines; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\r')
            *at = '|';
    }
    return text_fold(lines, arena);
}
