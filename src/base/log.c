/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line is written by one write(2), so that lines of several processes do not mix. Text of outside
 * origin may stand in it: it must not make a second line, nor act on the terminal that shows it. */
#include "muster/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"

enum { LINE_MAX_BYTES = 1024, NUMBER_LEAST = 7 };

static const char *program_name = "muster";
static const char *role_name;
static enum log_level highest = LOG_LEVEL_INFO;

void log_open(const char *program, const char *role)
{
    program_name = program;
    role_name = role;
}

void log_set_level(enum log_level level)
{
    highest = level;
}

static size_t put_head(char *line, const char *level)
{
    int64_t now = clock_now();
    time_t seconds = (time_t)(now / CLOCK_SECOND);
    struct tm fields;
    char time[32] = "";
    if (localtime_r(&seconds, &fields) != NULL) {
        (void)strftime(time, sizeof time, "%Y-%m-%d %H:%M:%S", &fields);
    }
    int length = snprintf(line, LINE_MAX_BYTES, "%s.%03d %s%s%s%s %s: ", time,
                          (int)(now % CLOCK_SECOND), program_name, role_name == NULL ? "" : "[",
                          role_name == NULL ? "" : role_name, role_name == NULL ? "" : "]", level);
    return length < 0 ? 0 : (size_t)length;
}

/* Nearly all lines are; the others cost an arena. */
static bool is_plain(const char *line)
{
    while (*line >= 0x20 && *line < 0x7F) {
        line++;
    }
    return *line == '\0';
}

/* Write a line of this length, whose buffer has room for one byte more. */
static void put_line(char *line, size_t length)
{
    line[length] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, length + 1);
    (void)ignored;
}

static void write_line(enum log_level level, const char *name, const char *format, va_list values)
    __attribute__((format(printf, 3, 0)));

static void write_line(enum log_level level, const char *name, const char *format, va_list values)
{
    if (level > highest) {
        return;
    }
    char line[LINE_MAX_BYTES + 1];
    size_t length = put_head(line, name);
    int more = vsnprintf(line + length, LINE_MAX_BYTES - length, format, values);
    length = more < 0 ? length : length + (size_t)more;
    if (length >= LINE_MAX_BYTES) {
        length = LINE_MAX_BYTES - 1;
    }
    if (is_plain(line)) {
        put_line(line, length);
        return;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *printable = text_printable(line, arena);
    put_line(printable, strlen(printable)); /* its NUL makes room for the end of the line */
}

void log_error(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    write_line(LOG_LEVEL_ERROR, "error", format, values);
    va_end(values);
}

void log_warning(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    write_line(LOG_LEVEL_WARNING, "warning", format, values);
    va_end(values);
}

void log_info(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    write_line(LOG_LEVEL_INFO, "info", format, values);
    va_end(values);
}

void log_debug(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    write_line(LOG_LEVEL_DEBUG, "debug", format, values);
    va_end(values);
}

char *log_masked(const char *address, struct arena *arena)
{
    const char *at = strrchr(address, '@');
    size_t length = strlen(address);
    if (at != NULL) {
        return arena_printf(arena, "%.1s***%s", at == address ? "" : address, at);
    }
    if (length < 8) {
        return arena_text(arena, "***");
    }
    return arena_printf(arena, "%.3s %.2s** ***%s", address, address + 3, address + length - 3);
}

/* Bytes that a word may have which is an address. */
static bool is_of_address(char byte)
{
    unsigned char at = (unsigned char)byte;
    return at >= 0x80 || (at > ' ' && strchr("\"(),:;<>[]'=&/", byte) == NULL);
}

/* How long a number is that begins here, with blanks between its digits; 0 for a short one. */
static size_t number_length(const char *text)
{
    size_t digits = 0;
    size_t length = 0;
    for (size_t i = text[0] == '+' ? 1 : 0; text[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (!digit && !(text[i] == ' ' && digits > 0)) {
            break;
        }
        digits += digit ? 1 : 0;
        length = digit ? i + 1 : length;
    }
    return digits >= NUMBER_LEAST ? length : 0;
}

char *log_masked_text(const char *text, struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, strlen(text) * 4 + 64);
    for (const char *at = text; *at != '\0';) {
        size_t length = number_length(at);
        size_t word = 0;
        while (length == 0 && at[word] != '\0' && is_of_address(at[word])) {
            word++;
        }
        if (length == 0 && word > 0 && memchr(at, '@', word) != NULL) {
            length = word;
        }
        if (length > 0) {
            (void)buffer_puts(&out, log_masked(arena_span(arena, at, length), arena));
        } else {
            length = word > 0 ? word : 1;
            (void)buffer_add(&out, at, length);
        }
        at += length;
    }
    return arena_text(arena, buffer_text(&out));
}
