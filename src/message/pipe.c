/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of pipes, and what each does. */
#include "pipe.h"

#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wctype.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"

static const struct {
    const char *name;
    bool argument;
} pipes[] = {
    [PIPE_OR] = {"or", true},
    [PIPE_DATE] = {"date", true},
    [PIPE_UPPER] = {"upper", false},
    [PIPE_TITLE] = {"title", false},
};

enum {
    PIPES = sizeof pipes / sizeof pipes[0],
    FORMAT_LENGTH = 100, /* of a date, in bytes */
};

const char *pipe_name(enum pipe_kind kind)
{
    return pipes[kind].name;
}

static bool find(const char *word, enum pipe_kind *kind)
{
    for (unsigned i = 0; i < PIPES; i++) {
        if (strcmp(pipes[i].name, word) == 0) {
            *kind = (enum pipe_kind)i;
            return true;
        }
    }
    return false;
}

static const char *unknown(const char *word, struct arena *arena)
{
    const char *names[PIPES];
    for (size_t i = 0; i < PIPES; i++) {
        names[i] = pipes[i].name;
    }
    const char *meant = text_nearest(word, names, PIPES);
    if (meant == NULL) {
        return arena_printf(arena, "there is no pipe \"%s\"", word);
    }
    return arena_printf(arena, "there is no pipe \"%s\"; did you mean \"%s\"?", word, meant);
}

/* What strftime does with an unknown conversion is undefined, so a format is read before it is
 * used. */
static const char *format_fault(const char *argument, struct arena *arena)
{
    if (argument[0] == '\0') {
        return "the format of the date is empty";
    }
    if (strlen(argument) > FORMAT_LENGTH) {
        return arena_printf(arena, "the format of the date is longer than %d bytes", FORMAT_LENGTH);
    }
    for (const char *at = strchr(argument, '%'); at != NULL; at = strchr(at + 1, '%')) {
        at++;
        at += strspn(at, "-_0^");
        if (*at == '\0') {
            return "the format of the date ends within a conversion";
        }
        if (strchr("aAbBCdDeFgGHIjklmMpPRTuVwyYzZ%", *at) == NULL) {
            uint32_t rune = 0;
            const size_t length = text_rune(at, strlen(at), &rune);
            return arena_printf(arena,
                                "the format of the date has an unknown conversion \"%%%.*s\"",
                                (int)length, at);
        }
    }
    return NULL;
}

/* Read the quoted argument at the start of the bytes; gives its length with its marks, 0 when the
 * second is missing. */
static size_t read_argument(const char *bytes, size_t length, struct arena *arena,
                            const char **argument)
{
    char *copy = arena_alloc(arena, length + 1);
    size_t put = 0;
    size_t at = 1;
    for (; at < length && bytes[at] != '"'; at++) {
        if (bytes[at] == '\\' && at + 1 < length) {
            at++;
        }
        copy[put++] = bytes[at];
    }
    *argument = copy;
    return at < length ? at + 1 : 0;
}

/* What is wrong with the pipe just read, or NULL. */
static const char *pipe_fault(const struct pipe *pipe, struct arena *arena)
{
    const char *name = pipes[pipe->kind].name;
    if (pipe->argument == NULL) {
        return pipes[pipe->kind].argument
                   ? arena_printf(arena, "the pipe %s needs an argument in quotation marks", name)
                   : NULL;
    }
    if (!pipes[pipe->kind].argument) {
        return arena_printf(arena, "the pipe %s takes no argument", name);
    }
    return pipe->kind == PIPE_DATE ? format_fault(pipe->argument, arena) : NULL;
}

bool pipe_read(const char *bytes, size_t length, struct pipe *pipe, size_t *taken,
               const char **fault, struct arena *arena)
{
    size_t at = 0;
    while (at < length && strchr(" \t\r\n|\"", bytes[at]) == NULL) {
        at++;
    }
    const char *word = arena_span(arena, bytes, at);
    struct pipe found = {0};
    *taken = 0;
    if (!find(word, &found.kind)) {
        *fault = at == 0 ? "the name of a pipe is missing here" : unknown(word, arena);
        return false;
    }
    size_t quote = at;
    while (quote < length && strchr(" \t\r\n", bytes[quote]) != NULL) {
        quote++;
    }
    if (quote < length && bytes[quote] == '"') {
        *taken = quote;
        const size_t quoted = read_argument(bytes + quote, length - quote, arena, &found.argument);
        if (quoted == 0) {
            *fault = "the quotation mark is never closed";
            return false;
        }
        at = quote + quoted;
    }
    *fault = pipe_fault(&found, arena);
    if (*fault != NULL) {
        return false;
    }
    *taken = at;
    *pipe = found;
    return true;
}

/* Unicode's case rules whatever the locale of the process; they are part of the C library. */
static locale_t letters(void)
{
    static locale_t unicode = (locale_t)0;
    if (unicode == (locale_t)0) {
        unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    }
    if (unicode == (locale_t)0) {
        unicode = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
    }
    return unicode;
}

/* Room for every character to grow to four bytes. */
static char *room_for(size_t length, struct arena *arena)
{
    return arena_array(arena, length + 1, 4);
}

static const char *upper(const char *text, struct arena *arena)
{
    const size_t length = strlen(text);
    char *result = room_for(length, arena);
    size_t put = 0;
    for (size_t at = 0; at < length;) {
        uint32_t rune = 0;
        at += text_rune(text + at, length - at, &rune);
        put += text_put_rune((uint32_t)towupper_l((wint_t)rune, letters()), result + put);
    }
    return result;
}

/* The length of the word at the start of the text: letters, marks and digits up to a separator. */
static size_t word_length(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && strchr(" \t\n-'/.,(", text[at]) == NULL &&
           strncmp(text + at, "\xE2\x80\x99", 3) != 0) {
        uint32_t rune = 0;
        at += text_rune(text + at, length - at, &rune);
    }
    return at;
}

/* "McDonald" was written with care: a word with a small letter before a capital stays as it is. */
static bool is_mixed(const char *word, size_t length)
{
    bool small = false;
    for (size_t at = 0; at < length;) {
        uint32_t rune = 0;
        at += text_rune(word + at, length - at, &rune);
        if (small && iswupper_l((wint_t)rune, letters()) != 0) {
            return true;
        }
        small = small || iswlower_l((wint_t)rune, letters()) != 0;
    }
    return false;
}

/* Write one word as in a title; gives the length written. */
static size_t put_word(const char *word, size_t length, bool capital, char *result)
{
    size_t put = 0;
    for (size_t at = 0; at < length; capital = false) {
        uint32_t rune = 0;
        at += text_rune(word + at, length - at, &rune);
        rune = (uint32_t)(capital ? towupper_l((wint_t)rune, letters())
                                  : towlower_l((wint_t)rune, letters()));
        put += text_put_rune(rune, result + put);
    }
    return put;
}

static const char *title(const char *text, struct arena *arena)
{
    const size_t length = strlen(text);
    char *result = room_for(length, arena);
    size_t put = 0;
    uint32_t before = ' ';
    for (size_t at = 0; at < length;) {
        const size_t word = word_length(text + at, length - at);
        /* King's, but O'Brien. */
        const bool genitive = (before == '\'' || before == 0x2019) && word == 1;
        if (is_mixed(text + at, word)) {
            memcpy(result + put, text + at, word);
            put += word;
        } else {
            put += put_word(text + at, word, !genitive, result + put);
        }
        at += word;
        if (at < length) {
            at += text_rune(text + at, length - at, &before);
            put += text_put_rune(before, result + put);
        }
    }
    return result;
}

static bool date(const char *format, const char *value, struct arena *arena, const char **result)
{
    int64_t instant = 0;
    if (!clock_parse(value, &instant)) {
        return false;
    }
    *result = clock_format(instant, format, arena);
    return true;
}

bool pipe_apply(const struct pipe *pipe, const char *value, const char **result,
                struct arena *arena)
{
    if (pipe->kind == PIPE_OR) {
        *result = text_empty(value) ? pipe->argument : value;
        return true;
    }
    if (text_empty(value)) {
        *result = value;
        return true;
    }
    if (pipe->kind == PIPE_DATE) {
        return date(pipe->argument, value, arena, result);
    }
    *result = pipe->kind == PIPE_UPPER ? upper(value, arena) : title(value, arena);
    return true;
}
