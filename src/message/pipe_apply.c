/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each pipe does. */
#include "pipe.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"

enum {
    DIGITS_MOST = 30,
    LIST_MOST = 64 * 1024, /* bytes of a joined list */
    FORMAT_MOST = 1024,    /* bytes of a format with the names written in */
};

static const char ELLIPSIS[] = "...";

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
        if (small && text_small(rune) != rune) {
            return true;
        }
        small = small || text_capital(rune) != rune;
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
        rune = capital ? text_capital(rune) : text_small(rune);
        put += text_put_rune(rune, result + put);
    }
    return put;
}

static const char *title(const char *text, struct arena *arena)
{
    const size_t length = strlen(text);
    char *result = arena_array(arena, length + 1, 4); /* a character may grow to four bytes */
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

/* The name that a conversion of strftime stands for; NULL for one that writes digits. */
static const char *name_of(char conversion, const struct tm *day, enum tongue tongue)
{
    switch (conversion) {
    case 'A': return tongue_day(tongue, day->tm_wday, true);
    case 'a': return tongue_day(tongue, day->tm_wday, false);
    case 'B': return tongue_month(tongue, day->tm_mon, true);
    case 'b': return tongue_month(tongue, day->tm_mon, false);
    case 'p':
    case 'P': return tongue_half(tongue, day->tm_hour >= 12);
    default: return NULL;
    }
}

/* The format with its names written in, so that strftime is left with the digits. */
static const char *write_names(const char *format, const struct tm *day, enum tongue tongue,
                               struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, FORMAT_MOST);
    while (*format != '\0') {
        const size_t plain = strcspn(format, "%");
        (void)buffer_add(&out, format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        const size_t flags = 1 + strspn(format + 1, "-_0^");
        const char *name = name_of(format[flags], day, tongue);
        if (name == NULL) {
            (void)buffer_add(&out, format, flags + 1);
        } else {
            const bool capitals = memchr(format, '^', flags) != NULL;
            (void)buffer_puts(&out, capitals ? text_upper(name, arena) : name);
        }
        format += flags + 1;
    }
    return arena_text(arena, buffer_text(&out));
}

static bool date(const char *format, enum tongue tongue, struct pipe_value *value,
                 struct arena *arena)
{
    int64_t instant = 0;
    struct tm day;
    if (!clock_parse(value->text, &instant)) {
        return false;
    }
    if (tongue != TONGUE_ENGLISH && clock_local(instant, &day)) {
        format = write_names(format, &day, tongue, arena);
    }
    value->text = clock_format(instant, format, arena);
    return true;
}

/* A decimal number, cut into its parts. */
struct decimal {
    bool negative;
    const char *whole; /* without zeros in front */
    size_t whole_length;
    const char *part; /* behind the point */
    size_t part_length;
};

static bool read_decimal(const char *text, struct decimal *decimal)
{
    *decimal = (struct decimal){.negative = *text == '-'};
    text += *text == '-' || *text == '+' ? 1 : 0;
    const size_t digits = strspn(text, "0123456789");
    decimal->whole = text;
    decimal->whole_length = digits;
    while (decimal->whole_length > 1 && *decimal->whole == '0') {
        decimal->whole++;
        decimal->whole_length--;
    }
    text += digits;
    if (*text == '.') {
        text++;
        decimal->part = text;
        decimal->part_length = strspn(text, "0123456789");
        text += decimal->part_length;
    }
    return *text == '\0' && digits > 0 && digits <= DIGITS_MOST &&
           decimal->part_length <= DIGITS_MOST &&
           (decimal->part == NULL || decimal->part_length > 0);
}

/* Write the digits of the number, with so many decimals, rounded half away from zero, behind a 0
 * that a carry may turn to 1; gives their number. */
static size_t round_digits(const struct decimal *decimal, size_t decimals, char *digits)
{
    size_t count = 0;
    digits[count++] = '0';
    memcpy(digits + count, decimal->whole, decimal->whole_length);
    count += decimal->whole_length;
    for (size_t i = 0; i < decimals; i++) {
        digits[count++] = i < decimal->part_length ? decimal->part[i] : '0';
    }
    if (decimals < decimal->part_length && decimal->part[decimals] >= '5') {
        size_t at = count - 1;
        for (; digits[at] == '9'; at--) {
            digits[at] = '0';
        }
        digits[at]++;
    }
    return count;
}

/* Thousands are set apart by commas, as in English and Welsh. */
static bool number(const char *argument, struct pipe_value *value, struct arena *arena)
{
    struct decimal decimal;
    if (!read_decimal(value->text, &decimal)) {
        return false;
    }
    int64_t asked = (int64_t)decimal.part_length;
    if (argument != NULL && !text_number(argument, 0, DIGITS_MOST, &asked)) {
        return false;
    }
    const size_t decimals = (size_t)asked;
    char digits[1 + DIGITS_MOST + DIGITS_MOST + 1];
    const size_t count = round_digits(&decimal, decimals, digits);
    digits[count] = '\0';
    const size_t whole = count - decimals;
    char *out = arena_alloc(arena, 2 * sizeof digits);
    size_t put = 0;
    if (decimal.negative && strspn(digits, "0") < count) {
        out[put++] = '-';
    }
    for (size_t i = digits[0] == '0' ? 1 : 0; i < count; i++) {
        if (i == whole) {
            out[put++] = '.';
        } else if (i > 0 && i < whole && (whole - i) % 3 == 0 && put > 0 && out[put - 1] != '-') {
            out[put++] = ',';
        }
        out[put++] = digits[i];
    }
    value->text = out;
    return true;
}

static bool plural(const struct pipe *pipe, struct pipe_value *value)
{
    struct decimal decimal;
    if (!read_decimal(value->text, &decimal)) {
        return false;
    }
    const bool one = !decimal.negative && decimal.part_length == 0 && decimal.whole_length == 1 &&
                     decimal.whole[0] == '1';
    value->text = pipe->arguments[one ? 0 : 1];
    return true;
}

enum { ZERO_WIDTH_JOINER = 0x200D };

/* Whether a character belongs to the one before it: accents, what picks a form, what joins, shades
 * of skin, the second letter of a flag. `flags` counts the flag letters up to here. */
static bool is_joined(uint32_t rune, uint32_t before, size_t *flags)
{
    const bool flag = rune >= 0x1F1E6 && rune <= 0x1F1FF;
    *flags = flag ? *flags + 1 : 0;
    return (rune >= 0x0300 && rune <= 0x036F) || (rune >= 0xFE00 && rune <= 0xFE0F) ||
           rune == ZERO_WIDTH_JOINER || before == ZERO_WIDTH_JOINER ||
           (rune >= 0x1F3FB && rune <= 0x1F3FF) || (flag && *flags % 2 == 0);
}

static bool truncate_text(const struct pipe *pipe, struct pipe_value *value, struct arena *arena)
{
    int64_t most = 0;
    if (!text_number(pipe->arguments[0], 0, INT32_MAX, &most)) {
        return false;
    }
    const char *text = value->text;
    const size_t length = strlen(text);
    const int64_t room = most - (int64_t)(sizeof ELLIPSIS - 1);
    size_t fits = 0; /* bytes of what fits in front of the ellipsis */
    size_t word = 0; /* bytes up to the last end of a word in it */
    int64_t count = 0;
    uint32_t before = 0;
    size_t flags = 0;
    for (size_t at = 0; at < length;) {
        uint32_t rune = 0;
        const size_t taken = text_rune(text + at, length - at, &rune);
        if (!is_joined(rune, before, &flags) && count <= room) {
            fits = at;
            word = rune == ' ' ? at : word;
        }
        before = rune;
        at += taken;
        count++;
    }
    if (count <= most) {
        return true;
    }
    size_t cut = word * 2 >= fits ? word : fits;
    while (cut > 0 && strchr(" ,;:-", text[cut - 1]) != NULL) {
        cut--;
    }
    value->text = arena_printf(arena, "%.*s%s", (int)cut, text, ELLIPSIS);
    return true;
}

/* The index of the next item that says anything, from `index` on; `count` when there is none. False
 * when one on the way is no text. */
static bool next_item(const struct json *list, size_t count, size_t *index,
                      char room[JSON_NUMBER_SIZE], const char **item)
{
    for (; *index < count; (*index)++) {
        size_t length = 0;
        *item = json_scalar(json_value(list, *index), room, &length);
        if (*item == NULL) {
            return false;
        }
        if (length > 0) {
            return true;
        }
    }
    return true;
}

static bool join(const struct pipe *pipe, enum tongue tongue, struct pipe_value *value,
                 struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, LIST_MOST);
    const size_t count = json_count(value->list);
    char rooms[2][JSON_NUMBER_SIZE]; /* of this item and the next */
    const char *item = NULL;
    size_t at = 0;
    bool ok = next_item(value->list, count, &at, rooms[0], &item);
    for (unsigned turn = 1; ok && at < count && !out.full; turn++) {
        const char *next = NULL;
        const bool first = out.length == 0;
        size_t after = at + 1;
        ok = next_item(value->list, count, &after, rooms[turn % 2], &next);
        const char *and =
            pipe->arguments[0] != NULL ? pipe->arguments[0] : tongue_and(tongue, item);
        if (!first) {
            (void)(after < count ? buffer_puts(&out, ", ") : buffer_printf(&out, " %s ", and));
        }
        (void)buffer_puts(&out, item);
        item = next;
        at = after;
    }
    if (!ok || out.full) {
        return false;
    }
    *value =
        (struct pipe_value){.text = out.length == 0 ? NULL : arena_text(arena, buffer_text(&out))};
    return true;
}

static bool apply_to_text(const struct pipe *pipe, enum tongue tongue, struct pipe_value *value,
                          struct arena *arena)
{
    switch (pipe->kind) {
    case PIPE_DATE: return date(pipe->arguments[0], tongue, value, arena);
    case PIPE_UPPER: value->text = text_upper(value->text, arena); return true;
    case PIPE_TITLE: value->text = title(value->text, arena); return true;
    case PIPE_NUMBER: return number(pipe->arguments[0], value, arena);
    case PIPE_PLURAL: return plural(pipe, value);
    case PIPE_TRUNCATE: return truncate_text(pipe, value, arena);
    case PIPE_OR:
    case PIPE_JOIN: return true; /* a text is a list of one */
    }
    return true;
}

bool pipe_apply(const struct pipe *pipe, enum tongue tongue, struct pipe_value *value,
                struct arena *arena)
{
    if (pipe->kind == PIPE_OR) {
        if (text_empty(value->text) && json_count(value->list) == 0) {
            *value = (struct pipe_value){.text = pipe->arguments[0]};
        }
        return true;
    }
    if (value->list != NULL) {
        return pipe->kind == PIPE_JOIN && join(pipe, tongue, value, arena);
    }
    return text_empty(value->text) || apply_to_text(pipe, tongue, value, arena);
}
