/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of pipes, and how one is read. What each does is in pipe_apply.c. */
#include "pipe.h"

#include <stdint.h>
#include <string.h>

#include "muster/base/text.h"

#include "pipe_private.h"

static const struct {
    const char *name;
    size_t least; /* arguments */
    size_t most;
} pipes[] = {
    [PIPE_OR] = {"or", 1, 1},
    [PIPE_DATE] = {"date", 1, 1},
    [PIPE_UPPER] = {"upper", 0, 0},
    [PIPE_TITLE] = {"title", 0, 0},
    [PIPE_NUMBER] = {"number", 0, 1},
    [PIPE_PLURAL] = {"plural", 2, 2},
    [PIPE_TRUNCATE] = {"truncate", 1, 1},
    [PIPE_JOIN] = {"join", 0, 1},
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
    if (text_empty(argument)) {
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
static size_t read_quoted(const char *bytes, size_t length, struct arena *arena,
                          const char **argument)
{
    size_t end = 1;
    while (end < length && bytes[end] != '"') {
        end += bytes[end] == '\\' ? 2 : 1;
    }
    if (end >= length) {
        return 0;
    }
    char *copy = arena_alloc(arena, end);
    size_t put = 0;
    for (size_t at = 1; at < end; at++) {
        at += bytes[at] == '\\' ? 1 : 0;
        copy[put++] = bytes[at];
    }
    *argument = copy;
    return end + 1;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Read the arguments from *at on; gives how many there are, and where the first stands, or sets the
 * fault. */
static size_t read_arguments(const char *bytes, size_t length, size_t *at, size_t *first,
                             struct pipe *pipe, const char **fault, struct arena *arena)
{
    size_t count = 0;
    for (;;) {
        size_t start = *at;
        while (start < length && is_space(bytes[start])) {
            start++;
        }
        size_t taken = 0;
        const char *argument = NULL;
        if (start < length && bytes[start] == '"') {
            taken = read_quoted(bytes + start, length - start, arena, &argument);
            *fault = taken == 0 ? "the quotation mark is never closed" : NULL;
        } else {
            while (start + taken < length && bytes[start + taken] >= '0' &&
                   bytes[start + taken] <= '9') {
                taken++;
            }
            argument = arena_span(arena, bytes + start, taken);
        }
        if (taken == 0) {
            *at = *fault == NULL ? *at : start;
            return count;
        }
        *first = count == 0 ? start : *first;
        if (count < PIPE_ARGUMENTS) {
            pipe->arguments[count] = argument;
        }
        count++;
        *at = start + taken;
    }
}

static bool is_number_within(const char *text, int64_t low, int64_t high)
{
    int64_t number = 0;
    return text_number(text, low, high, &number);
}

/* What is wrong with the pipe just read, or NULL. */
static const char *pipe_fault(const struct pipe *pipe, size_t count, struct arena *arena)
{
    const char *name = pipe_name(pipe->kind);
    const size_t least = pipes[pipe->kind].least;
    if (count < least) {
        return least == 1
                   ? arena_printf(arena, "the pipe %s needs an argument in quotation marks", name)
                   : arena_printf(arena, "the pipe %s needs %zu arguments in quotation marks", name,
                                  least);
    }
    if (count > pipes[pipe->kind].most) {
        return pipes[pipe->kind].most == 0
                   ? arena_printf(arena, "the pipe %s takes no argument", name)
                   : arena_printf(arena, "the pipe %s takes no more than %zu argument%s", name,
                                  pipes[pipe->kind].most, pipes[pipe->kind].most == 1 ? "" : "s");
    }
    if (pipe->kind == PIPE_DATE) {
        return format_fault(pipe->arguments[0], arena);
    }
    if (pipe->kind == PIPE_TRUNCATE &&
        !is_number_within(pipe->arguments[0], PIPE_TRUNCATE_LEAST, PIPE_TRUNCATE_MOST)) {
        return arena_printf(arena, "the pipe truncate needs a number of characters, %d to %d",
                            PIPE_TRUNCATE_LEAST, PIPE_TRUNCATE_MOST);
    }
    if (pipe->kind == PIPE_NUMBER && count > 0 &&
        !is_number_within(pipe->arguments[0], 0, PIPE_DECIMALS_MOST)) {
        return arena_printf(arena, "the pipe number needs a number of decimals, 0 to %d",
                            PIPE_DECIMALS_MOST);
    }
    return NULL;
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
    *fault = NULL;
    if (!find(word, &found.kind)) {
        *fault = at == 0 ? "the name of a pipe is missing here" : unknown(word, arena);
        return false;
    }
    size_t first = 0;
    const size_t count = read_arguments(bytes, length, &at, &first, &found, fault, arena);
    if (*fault != NULL) {
        *taken = at;
        return false;
    }
    *fault = pipe_fault(&found, count, arena);
    if (*fault != NULL) {
        *taken = first;
        return false;
    }
    *taken = at;
    *pipe = found;
    return true;
}
