/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of a membership list, and its conversion.
 *
 * UTF-8 proves itself: hardly any text in another encoding happens to be valid UTF-8. For the rest
 * a detector works on letter frequencies, and a list of British names with an accent every tenth
 * line gives it nothing to count: it calls `Siân` Baltic and `Chloë` Maltese. What such files
 * really are is Excel's "CSV" on a British machine: Windows-1252, or MacRoman if the machine was an
 * old Macintosh (western.c). So the detector is believed only where a good part of the letters lies
 * beyond ASCII, as in Cyrillic or Japanese.
 *
 * A list may have a hundred megabytes, most of them ASCII, which is passed over a few bytes at a
 * time. The detector is slow: it gets a sample, of lines from their first byte beyond ASCII on, and
 * only if there is a question for it. UTF-8 that is sound is copied; iconv gets what is not. */
#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "muster/base/text.h"
#include "western.h"

enum {
    SLICE = 64 * 1024,
    SAMPLE = 1024 * 1024, /* bytes the detector may look at */
    BLOCK = 254,          /* bytes that a counter of eight bits can count; even */
    RUNE_MAX = 4,         /* bytes of a character in UTF-8, UTF-16 and UTF-32 */
    PENDING_MAX = 16,     /* bytes that can wait for the rest of their character */
    STRAY_SHARE = 20, /* one stray byte among so many UTF-8 characters is a slip, not an encoding */
    ZERO_SHARE = 3,   /* UTF-16 of Latin text has a zero byte in at least every third unit */
    FOREIGN_SHARE = 4,    /* the detector is heard when a quarter of the letters is beyond ASCII */
    ENCODING_CEILING = 64 /* bytes of an encoding's name */
};

struct charset_guess {
    char mark[RUNE_MAX]; /* the first bytes of the file */
    size_t seen;
    size_t zeros[2];    /* zero bytes at even and at odd places */
    size_t ascii;       /* letters */
    size_t beyond;      /* bytes from 0x80 */
    size_t runes;       /* characters of several bytes that are valid UTF-8 */
    size_t stray;       /* bytes that are not */
    char cut[RUNE_MAX]; /* a character that the last piece cut in two */
    size_t cut_length;
    struct western *western;
    struct buffer sample;
    bool in_line; /* the sample ends inside a line */
};

static void out_of_memory(void)
{
    (void)fputs("muster: out of memory\n", stderr);
    abort();
}

struct charset_guess *charset_guess_create(void)
{
    struct charset_guess *guess = calloc(1, sizeof *guess);
    if (guess == NULL) {
        out_of_memory();
    }
    guess->western = western_create();
    buffer_init(&guess->sample, SAMPLE);
    return guess;
}

void charset_guess_free(struct charset_guess **guess)
{
    if (*guess != NULL) {
        western_free(&(*guess)->western);
        buffer_free(&(*guess)->sample);
        free(*guess);
        *guess = NULL;
    }
}

/* How many of the bytes are before a character that the end cuts in two. */
static size_t whole_runes(const char *bytes, size_t length)
{
    for (size_t back = 1; back < RUNE_MAX && back <= length; back++) {
        unsigned char byte = (unsigned char)bytes[length - back];
        if ((byte & 0xC0) == 0x80) {
            continue;
        }
        size_t need = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return need > back ? length - back : length;
    }
    return length;
}

/* Count the characters beyond ASCII in so many bytes, all of them whole. */
static void count_whole(struct charset_guess *guess, const char *bytes, size_t length)
{
    for (size_t at = 0; (at += text_ascii(bytes + at, length - at)) < length;) {
        uint32_t rune;
        size_t step = text_rune(bytes + at, length - at, &rune);
        guess->runes += step > 1;
        guess->stray += step == 1;
        guess->beyond += step;
        at += step;
    }
}

static void count_runes(struct charset_guess *guess, const char *bytes, size_t length)
{
    /* What the last piece cut in two, with enough behind it to complete it. */
    while (guess->cut_length > 0 && length > 0) {
        guess->cut[guess->cut_length++] = *bytes++;
        length--;
        size_t whole = whole_runes(guess->cut, guess->cut_length);
        count_whole(guess, guess->cut, whole);
        guess->cut_length -= whole;
        memmove(guess->cut, guess->cut + whole, guess->cut_length);
    }
    size_t whole = whole_runes(bytes, length);
    count_whole(guess, bytes, whole);
    if (whole < length) {
        guess->cut_length = length - whole;
        memcpy(guess->cut, bytes + whole, guess->cut_length);
    }
}

/* Letters of ASCII, in small blocks, so that the compiler can count many at once. */
static size_t count_letters(const char *bytes, size_t length)
{
    size_t letters = 0;
    while (length > 0) {
        size_t block = length < BLOCK ? length : BLOCK;
        uint8_t some = 0;
        for (size_t i = 0; i < block; i++) {
            unsigned char letter = (unsigned char)((unsigned char)bytes[i] | 0x20);
            some = (uint8_t)(some + (letter >= 'a' && letter <= 'z'));
        }
        letters += some;
        bytes += block;
        length -= block;
    }
    return letters;
}

static void count_zeros(struct charset_guess *guess, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        guess->zeros[(guess->seen + i) % 2] += bytes[i] == '\0';
    }
}

/* Keep lines from their first byte beyond ASCII on, until there are enough. */
static void keep_sample(struct charset_guess *guess, const char *bytes, size_t length)
{
    while (length > 0 && guess->sample.length < SAMPLE) {
        if (!guess->in_line) {
            size_t skip = text_ascii(bytes, length);
            bytes += skip;
            length -= skip;
        }
        const char *newline = memchr(bytes, '\n', length);
        size_t line = newline == NULL ? length : (size_t)(newline - bytes) + 1;
        size_t room = SAMPLE - guess->sample.length;
        (void)buffer_add(&guess->sample, bytes, line < room ? line : room);
        guess->in_line = length > 0 && newline == NULL;
        bytes += line;
        length -= line;
    }
}

/* A piece that fits the processor's cache, since it is gone over several times. */
static void add_slice(struct charset_guess *guess, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && guess->seen + i < RUNE_MAX; i++) {
        guess->mark[guess->seen + i] = bytes[i];
    }
    if (memchr(bytes, '\0', length) != NULL) {
        count_zeros(guess, bytes, length);
    }
    guess->ascii += count_letters(bytes, length);
    keep_sample(guess, bytes, length);
    western_add(guess->western, bytes, length);
    count_runes(guess, bytes, length);
    guess->seen += length;
}

void charset_guess_add(struct charset_guess *guess, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t slice = length < SLICE / 4 ? length : SLICE / 4;
        add_slice(guess, bytes, slice);
        bytes += slice;
        length -= slice;
    }
}

/* What the first bytes say outright, or NULL. */
static const char *by_mark(const struct charset_guess *guess)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *encoding;
    } marks[] = {
        {"\xEF\xBB\xBF", 3, "UTF-8"},        {"\xFF\xFE\x00\x00", 4, "UTF-32LE"},
        {"\x00\x00\xFE\xFF", 4, "UTF-32BE"}, {"\xFF\xFE", 2, "UTF-16LE"},
        {"\xFE\xFF", 2, "UTF-16BE"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++) {
        if (guess->seen >= marks[i].length &&
            memcmp(guess->mark, marks[i].bytes, marks[i].length) == 0) {
            return marks[i].encoding;
        }
    }
    return NULL;
}

/* UTF-16 without a mark: Latin letters have their zero byte on one side only. */
static const char *by_zeros(const struct charset_guess *guess)
{
    size_t units = guess->seen / 2;
    if (units > 1 && guess->zeros[1] > units / ZERO_SHARE && guess->zeros[0] <= units / 20) {
        return "UTF-16LE";
    }
    if (units > 1 && guess->zeros[0] > units / ZERO_SHARE && guess->zeros[1] <= units / 20) {
        return "UTF-16BE";
    }
    return NULL;
}

static bool iconv_knows(const char *encoding)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1) { /* NOLINT: the value POSIX gives */
        return false;
    }
    (void)iconv_close(converter);
    return true;
}

/* The detector's word on the sample, in the arena, or NULL when it is not to be heard. */
static const char *by_letters(const struct charset_guess *guess, struct arena *arena)
{
    if (guess->beyond <= (guess->ascii + guess->beyond) / FOREIGN_SHARE) {
        return NULL;
    }
    uchardet_t detector = uchardet_new();
    (void)uchardet_handle_data(detector, buffer_text(&guess->sample), guess->sample.length);
    uchardet_data_end(detector);
    const char *word = arena_text(arena, uchardet_get_charset(detector));
    uchardet_delete(detector);
    bool known = !text_empty(word) && strlen(word) < ENCODING_CEILING && iconv_knows(word);
    return known ? word : NULL;
}

const char *charset_guess_end(struct charset_guess *guess, struct arena *arena)
{
    guess->stray += guess->cut_length;
    guess->beyond += guess->cut_length;
    guess->cut_length = 0;
    const char *told = by_mark(guess);
    if (told == NULL) {
        told = by_zeros(guess);
    }
    if (told == NULL && guess->stray * STRAY_SHARE <= guess->runes) {
        told = "UTF-8";
    }
    if (told == NULL) {
        told = by_letters(guess, arena);
    }
    return arena_text(arena, told != NULL ? told : western_end(guess->western));
}

struct charset_stream {
    iconv_t converter;
    size_t unit;  /* bytes to skip at a malformed place */
    bool plain;   /* it is UTF-8 already */
    bool started; /* past the byte-order mark */
    struct buffer pending;
};

bool charset_stream_create(const char *encoding, struct charset_stream **stream, struct error *err)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1) { /* NOLINT: the value POSIX gives */
        return error_set(err, ERROR_DATA, "this system cannot read the encoding %s", encoding);
    }
    struct charset_stream *made = calloc(1, sizeof *made);
    if (made == NULL) {
        out_of_memory();
    }
    made->converter = converter;
    made->unit = strncmp(encoding, "UTF-32", 6) == 0   ? 4
                 : strncmp(encoding, "UTF-16", 6) == 0 ? 2
                                                       : 1;
    made->plain = strcmp(encoding, "UTF-8") == 0;
    buffer_init(&made->pending, SLICE + PENDING_MAX);
    *stream = made;
    return true;
}

void charset_stream_free(struct charset_stream **stream)
{
    if (*stream != NULL) {
        (void)iconv_close((*stream)->converter);
        buffer_free(&(*stream)->pending);
        free(*stream);
        *stream = NULL;
    }
}

static bool put(struct charset_stream *stream, const char *bytes, size_t length, struct buffer *out)
{
    if (!stream->started && length > 0) {
        stream->started = true;
        if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
            bytes += 3;
            length -= 3;
        }
    }
    if (text_is_utf8(bytes, length)) {
        return buffer_add(out, bytes, length);
    }
    /* The C library passes on what is shaped like UTF-8 and lies beyond U+10FFFF. */
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(bytes + i, length - i, &rune)) > 0; i += step) {
        char character[RUNE_MAX];
        (void)buffer_add(out, character, text_put_rune(rune, character));
    }
    return !out->full;
}

/* Convert what is pending, as far as it goes. */
static bool convert(struct charset_stream *stream, struct buffer *out)
{
    char *from = stream->pending.data;
    size_t left = stream->pending.length;
    bool room = true;
    while (room && left > 0) {
        size_t valid = stream->plain ? text_valid(from, left) : 0;
        if (valid > 0) {
            room = put(stream, from, valid, out);
            from += valid;
            left -= valid;
            continue;
        }
        char piece[4096];
        char *to = piece;
        size_t space = sizeof piece;
        errno = 0;
        size_t result = iconv(stream->converter, &from, &left, &to, &space);
        int fault = errno;
        room = put(stream, piece, sizeof piece - space, out);
        if (result != (size_t)-1 || fault == E2BIG) {
            continue;
        }
        /* Too much to be the beginning of one character: some tables never say EILSEQ. */
        if (fault == EINVAL && left < PENDING_MAX) {
            break;
        }
        size_t skip = left < stream->unit ? left : stream->unit;
        from += skip;
        left -= skip;
        room = room && put(stream, "\xEF\xBF\xBD", 3, out);
    }
    buffer_drop(&stream->pending, stream->pending.length - left);
    return room;
}

bool charset_stream_add(struct charset_stream *stream, const char *bytes, size_t length,
                        struct buffer *out)
{
    while (length > 0) {
        size_t slice = length < SLICE ? length : SLICE;
        if (!buffer_add(&stream->pending, bytes, slice) || !convert(stream, out)) {
            return false;
        }
        bytes += slice;
        length -= slice;
    }
    return true;
}

bool charset_stream_end(struct charset_stream *stream, struct buffer *out)
{
    /* Hebrew's and Vietnamese letters combine: iconv holds the last one back. */
    char held[PENDING_MAX];
    char *to = held;
    size_t space = sizeof held;
    (void)iconv(stream->converter, NULL, NULL, &to, &space);
    bool room = put(stream, held, sizeof held - space, out);
    if (stream->pending.length == 0) {
        return room;
    }
    buffer_clear(&stream->pending);
    return room && put(stream, "\xEF\xBF\xBD", 3, out);
}
