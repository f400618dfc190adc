/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of a membership list, and its conversion.
 *
 * UTF-8 proves itself: hardly any text in another encoding happens to be valid UTF-8. For the rest
 * a detector works on letter frequencies, and a list of British names with an accent every tenth
 * line gives it nothing to count: it calls `Siân` Baltic and `Chloë` Maltese. What such files
 * really are is Excel's "CSV" on a British machine: Windows-1252. So the detector is believed only
 * where a good part of the letters lies beyond ASCII, as in Cyrillic or Japanese. */
#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "muster/base/text.h"

enum {
    SLICE = 64 * 1024,
    RUNE_MAX = 4,     /* bytes of a character in UTF-8, UTF-16 and UTF-32 */
    PENDING_MAX = 16, /* bytes that can wait for the rest of their character */
    STRAY_SHARE = 20, /* one stray byte among so many UTF-8 characters is a slip, not an encoding */
    ZERO_SHARE = 3,   /* UTF-16 of Latin text has a zero byte in at least every third unit */
    FOREIGN_SHARE = 4,    /* the detector is heard when a quarter of the letters is beyond ASCII */
    ENCODING_CEILING = 64 /* bytes of an encoding's name */
};

struct charset_guess {
    uchardet_t detector;
    char mark[RUNE_MAX]; /* the first bytes of the file */
    size_t seen;
    size_t zeros[2];       /* zero bytes at even and at odd places */
    size_t ascii;          /* letters */
    size_t beyond;         /* bytes from 0x80 */
    size_t runes;          /* characters of several bytes that are valid UTF-8 */
    size_t stray;          /* bytes that are not */
    struct buffer pending; /* a character that the last piece cut in two */
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
    guess->detector = uchardet_new();
    buffer_init(&guess->pending, SLICE + PENDING_MAX);
    return guess;
}

void charset_guess_free(struct charset_guess **guess)
{
    if (*guess != NULL) {
        uchardet_delete((*guess)->detector);
        buffer_free(&(*guess)->pending);
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

static void count_runes(struct charset_guess *guess, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        if ((unsigned char)bytes[i] < 0x80) {
            i++;
            continue;
        }
        uint32_t rune;
        size_t step = text_rune(bytes + i, length - i, &rune);
        guess->runes += step > 1;
        guess->stray += step == 1;
        i += step;
    }
}

void charset_guess_add(struct charset_guess *guess, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (guess->seen + i < RUNE_MAX) {
            guess->mark[guess->seen + i] = bytes[i];
        }
        guess->zeros[(guess->seen + i) % 2] += byte == 0;
        guess->ascii += (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        guess->beyond += byte >= 0x80;
    }
    guess->seen += length;
    (void)uchardet_handle_data(guess->detector, bytes, length);
    while (length > 0) {
        size_t slice = length < SLICE ? length : SLICE;
        (void)buffer_add(&guess->pending, bytes, slice);
        size_t whole = whole_runes(guess->pending.data, guess->pending.length);
        count_runes(guess, guess->pending.data, whole);
        buffer_drop(&guess->pending, whole);
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

const char *charset_guess_end(struct charset_guess *guess, struct arena *arena)
{
    uchardet_data_end(guess->detector);
    guess->stray += guess->pending.length;
    buffer_clear(&guess->pending);
    const char *told = by_mark(guess);
    if (told == NULL) {
        told = by_zeros(guess);
    }
    if (told != NULL) {
        return arena_text(arena, told);
    }
    if (guess->stray * STRAY_SHARE <= guess->runes) {
        return arena_text(arena, "UTF-8");
    }
    const char *word = uchardet_get_charset(guess->detector);
    bool telling = guess->beyond > (guess->ascii + guess->beyond) / FOREIGN_SHARE;
    if (telling && !text_empty(word) && strlen(word) < ENCODING_CEILING && iconv_knows(word)) {
        return arena_text(arena, word);
    }
    return arena_text(arena, "WINDOWS-1252");
}

struct charset_stream {
    iconv_t converter;
    size_t unit;  /* bytes to skip at a malformed place */
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
    return buffer_add(out, bytes, length);
}

/* Convert what is pending, as far as it goes. */
static bool convert(struct charset_stream *stream, struct buffer *out)
{
    char *from = stream->pending.data;
    size_t left = stream->pending.length;
    bool room = true;
    while (room && left > 0) {
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
    if (stream->pending.length == 0) {
        return true;
    }
    buffer_clear(&stream->pending);
    return put(stream, "\xEF\xBF\xBD", 3, out);
}
