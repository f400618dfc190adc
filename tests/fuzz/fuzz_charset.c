/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes into UTF-8: it is UTF-8, whatever the bytes; the same in pieces; and UTF-8 comes out as
 * it went in. The first byte chooses an encoding, or the guess; the second the pieces. */
#include <string.h>

#include "charset.h"
#include "fuzz.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"

enum { TEXT_CEILING = 256 * 1024 };

static const char *guess(const char *bytes, size_t size, uint32_t pieces, struct arena *arena)
{
    CLEANUP(charset_guess_free) struct charset_guess *guess = charset_guess_create();
    while (size > 0) {
        size_t piece = pieces == 0 ? size : fuzz_piece(&pieces, size);
        charset_guess_add(guess, bytes, piece);
        bytes += piece;
        size -= piece;
    }
    return charset_guess_end(guess, arena);
}

static void convert(const char *encoding, const char *bytes, size_t size, uint32_t pieces,
                    struct buffer *out)
{
    struct error err;
    CLEANUP(charset_stream_free) struct charset_stream *stream = NULL;
    buffer_init(out, TEXT_CEILING);
    MUST_HOLD(charset_stream_create(encoding, &stream, &err));
    while (size > 0) {
        size_t piece = pieces == 0 ? size : fuzz_piece(&pieces, size);
        MUST_HOLD(charset_stream_add(stream, bytes, piece, out));
        bytes += piece;
        size -= piece;
    }
    MUST_HOLD(charset_stream_end(stream, out));
}

/* One byte a character: there a line end behind the text changes nothing before it. */
static bool is_bytewise(const char *encoding)
{
    return strncmp(encoding, "WINDOWS-125", 11) == 0 || strncmp(encoding, "ISO-8859-", 9) == 0 ||
           strncmp(encoding, "KOI8", 4) == 0;
}

static void check_end(const char *encoding, const char *bytes, size_t size, const char *text,
                      struct arena *arena)
{
    char *longer = arena_alloc(arena, size + 1);
    memcpy(longer, bytes, size);
    longer[size] = '\n';
    struct buffer out;
    convert(encoding, longer, size + 1, 0, &out);
    size_t length = strlen(text);
    MUST_HOLD(out.length == length + 1 && memcmp(out.data, text, length) == 0);
    buffer_free(&out);
}

static void check_utf8(const char *bytes, size_t size, const struct buffer *out)
{
    bool mark = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    size_t skipped = mark ? 3 : 0;
    MUST_HOLD(out->length == size - skipped);
    MUST_HOLD(out->length == 0 || memcmp(out->data, bytes + skipped, out->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const ENCODINGS[] = {
        "UTF-8",     "UTF-16LE",     "UTF-16BE",     "UTF-32LE", "WINDOWS-1252", "ISO-8859-15",
        "SHIFT_JIS", "WINDOWS-1255", "WINDOWS-1258", "GB18030",  "KOI8-R",       "BIG5",
    };
    struct fuzz_bytes rest = {(const char *)bytes, size};
    unsigned choice = fuzz_byte(&rest);
    uint32_t pieces = 1 + fuzz_byte(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();

    const char *guessed = guess(rest.at, rest.left, 0, arena);
    bool utf8 = text_is_utf8(rest.at, rest.left) && memchr(rest.at, 0, rest.left) == NULL;
    MUST_HOLD(!utf8 || strcmp(guessed, "UTF-8") == 0);
    MUST_HOLD(!utf8 || strcmp(guess(rest.at, rest.left, pieces, arena), "UTF-8") == 0);

    /* Printable first bytes mean the guess, so that a plain text file is a case, too. */
    const char *encoding = choice < ARRAY_LENGTH(ENCODINGS) ? ENCODINGS[choice] : guessed;
    struct buffer whole;
    struct buffer parts;
    convert(encoding, rest.at, rest.left, 0, &whole);
    convert(encoding, rest.at, rest.left, pieces, &parts);
    MUST_HOLD(text_is_utf8(buffer_text(&whole), whole.length));
    MUST_HOLD(whole.length == parts.length);
    MUST_HOLD(memcmp(buffer_text(&whole), buffer_text(&parts), whole.length) == 0);
    if (utf8 && strcmp(encoding, "UTF-8") == 0) {
        check_utf8(rest.at, rest.left, &whole);
    }
    if (is_bytewise(encoding) && strlen(buffer_text(&whole)) == whole.length && rest.left > 0) {
        check_end(encoding, rest.at, rest.left, buffer_text(&whole), arena);
    }
    buffer_free(&whole);
    buffer_free(&parts);
    return 0;
}
