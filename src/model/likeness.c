/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names are compared word by word, and once more with the blanks left out ("Mc Donald"). A search
 * looks at every name of a large union, so names in ASCII are folded here and not by base/text,
 * and most words are told apart by their letters before any edits are counted. */
#include "muster/model/likeness.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "muster/base/text.h"

enum {
    WORDS_MOST = 12,
    PLAIN_SIZE = 256,
    NUMBER_SIZE = 72,
    TYPO_LENGTH = 4,        /* letters from which one slip is forgiven */
    SECOND_TYPO_LENGTH = 8, /* and two */
    JOINED_LENGTH = 4,      /* letters from which blanks may be left out */
    NUMBER_TYPO_LENGTH = 5,
};

/* What a word that does not stand there just so takes off. */
enum { OFF_PREFIX = 4, OFF_JOINED = 6, OFF_JOINED_PREFIX = 12, OFF_EDIT = 31, OFF_UNASKED = 1 };

enum {
    NUMBER_ZEROS = 95,
    NUMBER_PREFIX = 70,
    NUMBER_ZEROS_PREFIX = 65, /* a beginning but for zeros in front */
    NUMBER_PART = 50,
    NUMBER_EDIT = 30,
};

struct word {
    const char *text; /* in `plain` */
    size_t length;
    uint32_t letters; /* a bit for each letter that is in it */
};

struct words {
    char plain[PLAIN_SIZE]; /* all of them, with nothing between */
    size_t length;
    size_t count;
    struct word words[WORDS_MOST];
};

struct likeness {
    struct words words;
    char *texts[WORDS_MOST];
    size_t order[WORDS_MOST]; /* the longest first: beginnings of words lie within one another */
    char number[NUMBER_SIZE]; /* the text as a membership number, "" when it can be none */
};

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static uint32_t letter_bit(char byte)
{
    return 1U << ((unsigned char)byte & 31U);
}

/* Apostrophes as people and their telephones write them: they part no words. */
static size_t apostrophe_at(const char *text)
{
    static const char *const MARKS[] = {"\u2019", "\u2018", "\u02BC", "\u00B4"};
    if ((unsigned char)*text < 0x80) {
        return *text == '\'' || *text == '`' ? 1 : 0;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(MARKS); i++) {
        if (strncmp(text, MARKS[i], strlen(MARKS[i])) == 0) {
            return strlen(MARKS[i]);
        }
    }
    return 0;
}

/* Dashes of every length, which do. */
static size_t dash_at(const char *text)
{
    return strncmp(text, "\u2010", 2) == 0 && (unsigned char)text[2] >= 0x90 &&
                   (unsigned char)text[2] <= 0x95
               ? 3
               : 0;
}

/* Add the words of a folded text. What there is no room for is left out. */
static void add_words(struct words *words, const char *text)
{
    bool inside = false;
    while (*text != '\0') {
        size_t mark = apostrophe_at(text);
        if (mark > 0) {
            text += mark;
            continue;
        }
        char byte = lower(*text);
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
                      ((unsigned char)byte >= 0x80 && dash_at(text) == 0);
        if (!letter) {
            inside = false;
            text += dash_at(text) > 0 ? dash_at(text) : 1;
            continue;
        }
        if (words->length == PLAIN_SIZE || (!inside && words->count == WORDS_MOST)) {
            return;
        }
        if (!inside) {
            words->words[words->count++] = (struct word){.text = words->plain + words->length};
            inside = true;
        }
        struct word *word = &words->words[words->count - 1];
        words->plain[words->length++] = byte;
        word->length++;
        word->letters |= letter_bit(byte);
        text++;
    }
}

static void add_name(struct words *words, const char *name, struct arena *scratch)
{
    if (name != NULL) {
        bool ascii = name[text_ascii(name, strlen(name))] == '\0';
        add_words(words, ascii ? name : text_unaccented(name, scratch));
    }
}

static void put_in_order(struct likeness *asked)
{
    for (size_t i = 0; i < asked->words.count; i++) {
        size_t at = i;
        for (; at > 0 &&
               asked->words.words[asked->order[at - 1]].length < asked->words.words[i].length;
             at--) {
            asked->order[at] = asked->order[at - 1];
        }
        asked->order[at] = i;
    }
}

struct likeness *likeness_ask(const char *text, struct arena *arena)
{
    struct likeness *asked = arena_alloc(arena, sizeof *asked);
    add_words(&asked->words, text_unaccented(text, arena));
    for (size_t i = 0; i < asked->words.count; i++) {
        const struct word *word = &asked->words.words[i];
        asked->texts[i] = arena_span(arena, word->text, word->length);
    }
    put_in_order(asked);
    const char *number = text_trim(text, arena);
    size_t length = strlen(number);
    for (size_t i = 0; length < NUMBER_SIZE && i < length; i++) {
        asked->number[i] = lower(number[i]);
    }
    return asked;
}

size_t likeness_words(const struct likeness *asked)
{
    return asked->words.count;
}

const char *likeness_word(const struct likeness *asked, size_t index)
{
    return asked->texts[index];
}

/* How many edits make one of the other, if they are few enough to be slips; else 0. */
static unsigned slips(const struct word *asked, const struct word *word)
{
    unsigned most = asked->length >= SECOND_TYPO_LENGTH ? 2 : asked->length >= TYPO_LENGTH ? 1 : 0;
    size_t gap =
        asked->length > word->length ? asked->length - word->length : word->length - asked->length;
    /* An edit takes one letter away and brings one, at most. */
    if (gap > most || (unsigned)__builtin_popcount(asked->letters ^ word->letters) > 2 * most) {
        return 0;
    }
    unsigned edits = text_edits(asked->text, asked->length, word->text, word->length);
    return edits <= most ? edits : 0;
}

enum way { WAY_WHOLE, WAY_PREFIX, WAY_SLIP, WAYS };

/* What is taken off for a word found this way; false when it is not. */
static bool fits(const struct word *asked, const struct word *word, enum way way, unsigned *off)
{
    if (way == WAY_SLIP) {
        unsigned edits = slips(asked, word);
        *off = edits * OFF_EDIT;
        return edits > 0;
    }
    *off = way == WAY_WHOLE ? 0 : OFF_PREFIX;
    return (way == WAY_WHOLE ? asked->length == word->length : asked->length < word->length) &&
           memcmp(asked->text, word->text, asked->length) == 0;
}

/* Find each word that was asked for in a word of its own, the best way first. */
static unsigned compare_words(const struct likeness *asked, const struct words *name)
{
    unsigned found = 0;
    unsigned taken = 0;
    unsigned off = 0;
    size_t left = asked->words.count;
    for (int way = WAY_WHOLE; way < WAYS && left > 0; way++) {
        for (size_t i = 0; i < asked->words.count; i++) {
            size_t which = asked->order[i];
            for (size_t j = 0; j < name->count && (found & (1U << which)) == 0; j++) {
                unsigned more = 0;
                if ((taken & (1U << j)) == 0 &&
                    fits(&asked->words.words[which], &name->words[j], (enum way)way, &more)) {
                    found |= 1U << which;
                    taken |= 1U << j;
                    off += more;
                    left--;
                }
            }
        }
    }
    off += (unsigned)(name->count - asked->words.count) * OFF_UNASKED;
    return left > 0 ? LIKENESS_NONE : off >= LIKENESS_MOST ? 1 : LIKENESS_MOST - off;
}

/* Whether one text is asked for and the other two, put together, are it or begin with it. */
static unsigned compare_joined(const struct words *asked, const char *a, size_t a_length,
                               const char *b, size_t b_length)
{
    size_t head = asked->length < a_length ? asked->length : a_length;
    size_t rest = asked->length - head;
    if (rest > b_length || memcmp(asked->plain, a, head) != 0 ||
        memcmp(asked->plain + head, b, rest) != 0) {
        return LIKENESS_NONE;
    }
    bool whole = asked->length == a_length || asked->length == a_length + b_length;
    return LIKENESS_MOST - (whole ? OFF_JOINED : OFF_JOINED_PREFIX);
}

unsigned likeness_of_name(const struct likeness *asked, const char *first, const char *last,
                          struct arena *scratch)
{
    const struct words *words = &asked->words;
    struct words name;
    name.length = 0;
    name.count = 0;
    add_name(&name, first, scratch);
    size_t head = name.length;
    add_name(&name, last, scratch);
    unsigned best = words->count == 0 || words->count > name.count ? LIKENESS_NONE
                                                                   : compare_words(asked, &name);
    if (best >= LIKENESS_PART || words->length < JOINED_LENGTH) {
        return best;
    }
    size_t tail = name.length - head;
    unsigned joined = compare_joined(words, name.plain, head, name.plain + head, tail);
    if (joined == LIKENESS_NONE) {
        joined = compare_joined(words, name.plain + head, tail, name.plain, head);
    }
    return joined > best ? joined : best;
}

unsigned likeness_of_number(const struct likeness *asked, const char *number)
{
    char text[NUMBER_SIZE];
    size_t length = strlen(number);
    size_t wanted = strlen(asked->number);
    if (wanted == 0 || length >= sizeof text) {
        return LIKENESS_NONE;
    }
    for (size_t i = 0; i <= length; i++) {
        text[i] = lower(number[i]);
    }
    const char *at = strstr(text, asked->number);
    if (at == text) {
        return length == wanted ? LIKENESS_MOST : NUMBER_PREFIX;
    }
    const char *bare = asked->number + strspn(asked->number, "0");
    const char *bare_text = text + strspn(text, "0");
    if (strcmp(bare_text, bare) == 0) {
        return NUMBER_ZEROS;
    }
    if (bare[0] != '\0' && bare != asked->number && strncmp(bare_text, bare, strlen(bare)) == 0) {
        return NUMBER_ZEROS_PREFIX;
    }
    if (at != NULL) {
        return NUMBER_PART;
    }
    bool digits = strpbrk(asked->number, "0123456789") != NULL;
    return digits && wanted >= NUMBER_TYPO_LENGTH && length + 1 >= wanted && wanted + 1 >= length &&
                   text_edits(asked->number, wanted, text, length) == 1
               ? NUMBER_EDIT
               : LIKENESS_NONE;
}
