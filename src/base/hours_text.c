/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of hours, read and written:
 *
 *     hours = "always" | entry { comma entry }
 *     entry = days { comma days } ( "closed" | span { comma span } )
 *     days  = DAY [ dash DAY ] | "daily" | "holidays"
 *     span  = TIME dash TIME
 *     comma = "," | ";" | "and" */
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/hours.h"
#include "muster/base/text.h"

enum { DAY_END = 24 * 60, WEEK = 7, SHORT = 3, ALL_WEEK = (1 << WEEK) - 1 };

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const char *const weekdays[WEEK] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};

static const char DASH[] = "\xE2\x80\x93"; /* an en dash, as word processors make of a - */

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_TIME, TOKEN_DASH, TOKEN_COMMA, TOKEN_OTHER };

struct parser {
    const char *start;
    const char *at; /* behind the token */
    enum token_kind kind;
    const char *token;
    size_t length;
    int named; /* days that were named already, bit by bit */
};

/* Characters up to the token, and itself. */
static size_t column(const struct parser *parser)
{
    size_t count = 1;
    for (const char *at = parser->start; at < parser->token; at++) {
        count += ((unsigned char)*at & 0xC0) != 0x80;
    }
    return count;
}

static bool is_word(const struct parser *parser, const char *word)
{
    return parser->kind == TOKEN_WORD && strlen(word) == parser->length &&
           strncasecmp(parser->token, word, parser->length) == 0;
}

static void advance(struct parser *parser)
{
    const char *at = parser->at + strspn(parser->at, " \t\r\n");
    parser->token = at;
    parser->length = strspn(at, LETTERS);
    parser->kind = TOKEN_WORD;
    if (parser->length == 0) {
        parser->length = strspn(at, "0123456789:.");
        parser->kind = TOKEN_TIME;
    }
    if (parser->length == 0) {
        const bool long_dash = strncmp(at, DASH, sizeof DASH - 1) == 0;
        parser->length = long_dash ? sizeof DASH - 1 : *at != '\0';
        parser->kind = *at == '\0'                ? TOKEN_END
                       : *at == '-' || long_dash  ? TOKEN_DASH
                       : *at == ',' || *at == ';' ? TOKEN_COMMA
                                                  : TOKEN_OTHER;
    }
    if (is_word(parser, "and")) {
        parser->kind = TOKEN_COMMA;
    }
    parser->at = at + parser->length;
}

static bool accept_comma(struct parser *parser)
{
    const bool comma = parser->kind == TOKEN_COMMA;
    if (comma) {
        advance(parser);
    }
    return comma;
}

static bool expected(const struct parser *parser, const char *what, struct error *err)
{
    if (parser->kind == TOKEN_END) {
        return error_set(err, ERROR_DATA, "at character %zu: expected %s, found the end",
                         column(parser), what);
    }
    const unsigned char first = (unsigned char)parser->token[0];
    if (parser->kind == TOKEN_OTHER && (first < ' ' || first > '~')) {
        return error_set(err, ERROR_DATA,
                         "at character %zu: expected %s, found a character that has no place in "
                         "hours",
                         column(parser), what);
    }
    return error_set(err, ERROR_DATA, "at character %zu: expected %s, found '%.*s'", column(parser),
                     what, (int)(parser->length < 20 ? parser->length : 20), parser->token);
}

/* 0 Monday to 6 Sunday, or -1. */
static int weekday_of(const struct parser *parser)
{
    for (int i = 0; i < WEEK; i++) {
        if (parser->kind == TOKEN_WORD && parser->length >= SHORT &&
            parser->length <= strlen(weekdays[i]) &&
            strncasecmp(parser->token, weekdays[i], parser->length) == 0) {
            return i;
        }
    }
    return -1;
}

static bool no_day(const struct parser *parser, struct error *err)
{
    static const char *const words[] = {"Mon", "Tue", "Wed",   "Thu",      "Fri",
                                        "Sat", "Sun", "daily", "holidays", "always"};
    if (parser->kind != TOKEN_WORD) {
        return expected(parser, "a day such as Mon", err);
    }
    if (is_word(parser, "always")) {
        return error_set(err, ERROR_DATA, "at character %zu: nothing may stand beside \"always\"",
                         column(parser));
    }
    char word[24];
    const size_t length = parser->length < sizeof word ? parser->length : sizeof word - 1;
    memcpy(word, parser->token, length);
    word[length] = '\0';
    const char *near = text_nearest(word, words, ARRAY_LENGTH(words));
    return error_set(err, ERROR_DATA, "at character %zu: '%s' is no day%s%s", column(parser), word,
                     near == NULL ? "" : "; did you mean ", near == NULL ? "" : near);
}

/* Note days as named, which nothing before has done. */
static bool claim(struct parser *parser, int days, size_t at, struct error *err)
{
    const int twice = parser->named & days;
    for (int i = 0; i < HOURS_DAYS; i++) {
        if ((twice & (1 << i)) != 0) {
            return error_set(
                err, ERROR_DATA,
                "at character %zu: %s is named a second time; all spans of a day stand "
                "in one place",
                at, i == HOURS_HOLIDAY ? "\"holidays\"" : weekdays[i]);
        }
    }
    parser->named |= days;
    return true;
}

/* Monday to Friday as bits; Friday to Monday goes over the week's end. */
static int range(int first, int last)
{
    int days = 1 << last;
    for (int day = first; day != last; day = (day + 1) % WEEK) {
        days |= 1 << day;
    }
    return days;
}

/* days = DAY [ dash DAY ] | "daily" | "holidays" */
static bool parse_days(struct parser *parser, int *days, struct error *err)
{
    const size_t begin = column(parser);
    const int first = weekday_of(parser);
    int named = is_word(parser, "daily") ? ALL_WEEK : 1 << HOURS_HOLIDAY;
    if (first < 0 && named != ALL_WEEK && !is_word(parser, "holidays")) {
        return no_day(parser, err);
    }
    advance(parser);
    if (first >= 0) {
        int last = first;
        if (parser->kind == TOKEN_DASH) {
            advance(parser);
            last = weekday_of(parser);
            if (last < 0) {
                return no_day(parser, err);
            }
            advance(parser);
        }
        named = range(first, last);
    }
    *days |= named;
    return claim(parser, named, begin, err);
}

/* TIME: "9:00", "09:00" */
static bool parse_time(struct parser *parser, int *minute, struct error *err)
{
    const char *text = parser->token;
    const size_t hours = parser->length - 3;
    if (parser->kind != TOKEN_TIME || parser->length < 4 || parser->length > 5 ||
        text[hours] != ':' || strspn(text, "0123456789") != hours ||
        strspn(text + hours + 1, "0123456789") != 2) {
        return expected(parser, "a time such as 09:00", err);
    }
    int hour = 0;
    for (size_t i = 0; i < hours; i++) {
        hour = hour * 10 + (text[i] - '0');
    }
    const int rest = (text[hours + 1] - '0') * 10 + (text[hours + 2] - '0');
    if (rest > 59 || hour * 60 + rest > DAY_END) {
        return expected(parser, "a time from 00:00 to 24:00", err);
    }
    *minute = hour * 60 + rest;
    advance(parser);
    return true;
}

/* Put a span among the day's, in order; those that touch become one. */
static bool add_span(struct hours_day *day, struct hours_span span, size_t column,
                     struct error *err)
{
    struct hours_span kept[HOURS_SPANS_MOST + 1];
    size_t count = 0;
    bool placed = false;
    for (size_t i = 0; i < day->count; i++) {
        const struct hours_span *other = &day->spans[i];
        if (span.from < other->to && other->from < span.to) {
            return error_set(err, ERROR_DATA, "at character %zu: this span overlaps another",
                             column);
        }
        if (span.from == other->to || span.to == other->from) {
            span.from = span.from < other->from ? span.from : other->from;
            span.to = span.to > other->to ? span.to : other->to;
            continue;
        }
        if (!placed && span.to < other->from) {
            kept[count++] = span;
            placed = true;
        }
        kept[count++] = *other;
    }
    if (!placed) {
        kept[count++] = span;
    }
    if (count > HOURS_SPANS_MOST) {
        return error_set(err, ERROR_DATA, "at character %zu: a day has at most %d spans", column,
                         HOURS_SPANS_MOST);
    }
    memcpy(day->spans, kept, count * sizeof kept[0]);
    day->count = count;
    return true;
}

/* span = TIME dash TIME */
static bool parse_span(struct parser *parser, struct hours_day *day, struct error *err)
{
    const size_t begin = column(parser);
    struct hours_span span;
    if (!parse_time(parser, &span.from, err)) {
        return false;
    }
    if (parser->kind != TOKEN_DASH) {
        return expected(parser, "a - and the time at which it closes", err);
    }
    advance(parser);
    if (!parse_time(parser, &span.to, err)) {
        return false;
    }
    if (span.from == span.to) {
        return error_set(err, ERROR_DATA, "at character %zu: a span from a time to itself is empty",
                         begin);
    }
    if (span.from > span.to) {
        return error_set(err, ERROR_DATA,
                         "at character %zu: a span stays within its day: end it at 24:00%s", begin,
                         span.to == 0 ? "" : ", and write what follows midnight on the next day");
    }
    return add_span(day, span, begin, err);
}

/* span { comma span }, and the comma behind them, which `*more` tells of. */
static bool parse_spans(struct parser *parser, struct hours_day *day, bool *more, struct error *err)
{
    do {
        if (!parse_span(parser, day, err)) {
            return false;
        }
        *more = accept_comma(parser);
    } while (*more && parser->kind == TOKEN_TIME);
    return true;
}

/* entry = days { comma days } ( "closed" | span { comma span } ), and the comma behind it. */
static bool parse_entry(struct parser *parser, struct hours *hours, bool *more, struct error *err)
{
    int days = 0;
    struct hours_day day = {.count = 0};
    do {
        if (!parse_days(parser, &days, err)) {
            return false;
        }
    } while (accept_comma(parser));
    if (is_word(parser, "closed")) {
        advance(parser);
        *more = accept_comma(parser);
    } else if (!parse_spans(parser, &day, more, err)) {
        return false;
    }
    for (int i = 0; i < HOURS_DAYS; i++) {
        if ((days & (1 << i)) != 0) {
            hours->days[i] = day;
        }
    }
    return true;
}

static bool parse_entries(struct parser *parser, struct hours *hours, struct error *err)
{
    bool more = true;
    while (more) {
        if (!parse_entry(parser, hours, &more, err)) {
            return false;
        }
    }
    return parser->kind == TOKEN_END || expected(parser, "a comma", err);
}

bool hours_parse(const char *text, struct hours *hours, struct error *err)
{
    struct parser parser = {.start = text, .at = text};
    struct hours made = {.always = false};
    if (strnlen(text, HOURS_LENGTH_MOST + 1) > HOURS_LENGTH_MOST) {
        return error_set(err, ERROR_DATA, "hours are at most %d characters long",
                         HOURS_LENGTH_MOST);
    }
    advance(&parser);
    struct parser first = parser;
    advance(&first);
    if (is_word(&parser, "always") && first.kind == TOKEN_END) {
        *hours = (struct hours){.always = true};
        return true;
    }
    if (!parse_entries(&parser, &made, err)) {
        return false;
    }
    size_t spans = 0;
    size_t whole = 0;
    for (int i = 0; i < HOURS_DAYS; i++) {
        const struct hours_day *day = &made.days[i];
        spans += day->count;
        whole += day->count == 1 && day->spans[0].from == 0 && day->spans[0].to == DAY_END;
    }
    if (spans == 0) {
        return error_set(err, ERROR_DATA, "no day has a span, so that it would never be open");
    }
    *hours = whole == HOURS_DAYS ? (struct hours){.always = true} : made;
    return true;
}

static bool same_day(const struct hours_day *a, const struct hours_day *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->spans[i].from == b->spans[i].from && a->spans[i].to == b->spans[i].to;
    }
    return same;
}

/* "Mon-Fri,Sun,holidays" of bits. */
static void put_days(struct buffer *out, int days)
{
    const char *comma = "";
    if ((days & ALL_WEEK) == ALL_WEEK) {
        (void)buffer_puts(out, "daily");
        comma = ",";
        days &= ~ALL_WEEK;
    }
    for (int i = 0; i < WEEK; i++) {
        if ((days & (1 << i)) == 0) {
            continue;
        }
        int last = i;
        while (last + 1 < WEEK && (days & (1 << (last + 1))) != 0) {
            last++;
        }
        last = last - i < 2 ? i : last; /* two are no range */
        (void)buffer_printf(out, "%s%.*s", comma, SHORT, weekdays[i]);
        if (last > i) {
            (void)buffer_printf(out, "-%.*s", SHORT, weekdays[last]);
        }
        comma = ",";
        i = last;
    }
    if ((days & (1 << HOURS_HOLIDAY)) != 0) {
        (void)buffer_printf(out, "%sholidays", comma);
    }
}

static void put_spans(struct buffer *out, const struct hours_day *day)
{
    for (size_t i = 0; i < day->count; i++) {
        const struct hours_span *span = &day->spans[i];
        (void)buffer_printf(out, "%s%02d:%02d-%02d:%02d", i == 0 ? " " : " and ", span->from / 60,
                            span->from % 60, span->to / 60, span->to % 60);
    }
}

char *hours_format(const struct hours *hours, struct arena *arena)
{
    if (hours->always) {
        return arena_text(arena, "always");
    }
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, (size_t)HOURS_DAYS * (HOURS_SPANS_MOST + 2) * 20);
    int done = 0;
    for (int i = 0; i < HOURS_DAYS; i++) {
        const struct hours_day *day = &hours->days[i];
        int same = 0;
        for (int j = i; j < HOURS_DAYS; j++) {
            same |= (done & (1 << j)) == 0 && same_day(day, &hours->days[j]) ? 1 << j : 0;
        }
        if (day->count > 0 && (done & (1 << i)) == 0) {
            (void)buffer_puts(&out, out.length == 0 ? "" : ", ");
            put_days(&out, same);
            put_spans(&out, day);
            done |= same;
        }
    }
    return arena_text(arena, buffer_text(&out));
}
