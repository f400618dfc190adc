/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the bytes of a source to its tags. */
#include "scanner.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"

static const char sigils[] = "#^/!=>&{<$";

bool scanner_is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

bool scanner_is_space(char byte)
{
    return byte != '\0' && strchr(" \t\r\n\v\f", byte) != NULL;
}

struct place scanner_place(struct scanner *scanner, size_t offset)
{
    struct place place = scanner->place;
    if (offset < place.offset) {
        place = (struct place){.line = 1, .column = 1};
    }
    while (place.offset < offset) {
        uint32_t rune = 0;
        place.offset += text_rune(scanner->source + place.offset, offset - place.offset, &rune);
        place.column = rune == '\n' ? 1 : place.column + 1;
        place.line += rune == '\n' ? 1 : 0;
    }
    scanner->place = place;
    return place;
}

bool scanner_fail(struct scanner *scanner, size_t offset, const char *format, ...)
{
    char sentence[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    const struct place place = scanner_place(scanner, offset);
    return error_set(scanner->err, ERROR_DATA, "%s:%u:%u: %s", scanner->name, place.line,
                     place.column, sentence);
}

bool scanner_begin(struct scanner *scanner, const char *name, const char *source, struct error *err)
{
    *scanner = (struct scanner){
        .name = name,
        .source = source == NULL ? "" : source,
        .length = source == NULL ? 0 : strlen(source),
        .place = {.line = 1, .column = 1},
        .open = "{{",
        .close = "}}",
        .err = err,
    };
    if (scanner->length > SOURCE_MOST) {
        return scanner_fail(scanner, 0, "the source is larger than %d KiB", SOURCE_MOST / 1024);
    }
    const size_t valid = text_valid(scanner->source, scanner->length);
    return valid == scanner->length || scanner_fail(scanner, valid, "this is not UTF-8");
}

/* Where the closing delimiter begins, seen from `from`; the length of the source when it is
 * missing. In a value's tag it may stand within a quoted argument. */
static size_t find_close(const struct scanner *scanner, size_t from, const char *close, bool quotes)
{
    const size_t length = strlen(close);
    bool quoted = false;
    for (size_t at = from; at < scanner->length; at++) {
        const char c = scanner->source[at];
        if (!quoted && strncmp(scanner->source + at, close, length) == 0) {
            return at;
        }
        if (quotes && quoted && c == '\\' && at + 1 < scanner->length) {
            at++;
        } else if (quotes && c == '"') {
            quoted = !quoted;
        }
    }
    return scanner->length;
}

/* How the tag stands on its line. */
static void see_line(const struct scanner *scanner, struct tag *tag)
{
    const char *source = scanner->source;
    size_t start = tag->start;
    while (start > 0 && scanner_is_blank(source[start - 1])) {
        start--;
    }
    size_t end = tag->end;
    while (scanner_is_blank(source[end])) {
        end++;
    }
    const size_t newline = source[end] == '\n' ? 1 : strncmp(source + end, "\r\n", 2) == 0 ? 2 : 0;
    tag->line = start;
    tag->starts = start == 0 || source[start - 1] == '\n';
    tag->ends = newline > 0 || source[end] == '\0';
    tag->after = end + newline;
}

/* Read the tag whose opening delimiter is at `start`. */
static bool read_tag(struct scanner *scanner, size_t start, struct tag *tag)
{
    const char *source = scanner->source;
    size_t from = start + strlen(scanner->open);
    while (scanner_is_space(source[from])) {
        from++;
    }
    *tag = (struct tag){.start = start};
    if (source[from] != '\0' && strchr(sigils, source[from]) != NULL) {
        tag->sigil = source[from++];
    }
    char close[DELIMITER_SIZE + 1];
    (void)snprintf(close, sizeof close, "%s%s",
                   tag->sigil == '{'   ? "}"
                   : tag->sigil == '=' ? "="
                                       : "",
                   scanner->close);
    const bool value = tag->sigil == '\0' || tag->sigil == '&' || tag->sigil == '{';
    const size_t to = find_close(scanner, from, close, value);
    if (to == scanner->length) {
        if (value && find_close(scanner, from, close, false) != scanner->length) {
            return scanner_fail(scanner, start, "the quotation mark in this tag is never closed");
        }
        return scanner_fail(scanner, start, "this tag is never closed: \"%s\" is missing", close);
    }
    tag->end = to + strlen(close);
    tag->from = from;
    tag->to = to;
    while (tag->from < tag->to && scanner_is_space(source[tag->from])) {
        tag->from++;
    }
    while (tag->to > tag->from && scanner_is_space(source[tag->to - 1])) {
        tag->to--;
    }
    see_line(scanner, tag);
    return true;
}

bool scanner_next(struct scanner *scanner, struct tag *tag, bool *found)
{
    const char *start = strstr(scanner->source + scanner->at, scanner->open);
    *found = start != NULL;
    return start == NULL || read_tag(scanner, (size_t)(start - scanner->source), tag);
}

bool scanner_set_delimiters(struct scanner *scanner, const struct tag *tag)
{
    const char *source = scanner->source;
    size_t middle = tag->from;
    while (middle < tag->to && !scanner_is_space(source[middle])) {
        middle++;
    }
    size_t second = middle;
    while (second < tag->to && scanner_is_space(source[second])) {
        second++;
    }
    const size_t open = middle - tag->from;
    const size_t close = tag->to - second;
    bool good = open > 0 && close > 0 && open < DELIMITER_SIZE && close < DELIMITER_SIZE;
    for (size_t i = tag->from; good && i < tag->to; i++) {
        good = source[i] != '=' && (i < second || !scanner_is_space(source[i]));
    }
    if (!good) {
        return scanner_fail(scanner, tag->start,
                            "two delimiters of at most %d bytes are wanted here, as in {{=<%% "
                            "%%>=}}",
                            DELIMITER_SIZE - 1);
    }
    (void)snprintf(scanner->open, sizeof scanner->open, "%.*s", (int)open, source + tag->from);
    (void)snprintf(scanner->close, sizeof scanner->close, "%.*s", (int)close, source + second);
    return true;
}
