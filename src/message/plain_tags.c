/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the tags as the reader of templates does: quotation marks within the tag of a value hide
 * braces, and a tag may run over lines. */
#include "plain_tags.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"

enum { SOURCE_MOST = 256 * 1024, MARKED_MOST = 2 * SOURCE_MOST };

static const char ASK[] = "please write the text of this mail into a .txt file beside it";

struct scan {
    const char *html;
    size_t length;
    struct arena *arena;
    struct plain_tags *tags;
    struct buffer marked;
    bool head;
    struct error *err;
};

static bool refuse(const struct scan *scan, size_t at, const char *what)
{
    unsigned line = 1;
    for (size_t i = 0; i < at; i++) {
        line += scan->html[i] == '\n' ? 1 : 0;
    }
    return error_set(scan->err, ERROR_DATA, "line %u: %s; %s", line, what, ASK);
}

static bool is_space(char c)
{
    return c != '\0' && strchr(" \t\r\n\v\f", c) != NULL;
}

/* The closing delimiter in html[from, ...), or NULL. */
static const char *find_close(const char *from, const char *close, bool quotes)
{
    bool quoted = false;
    for (const char *at = from; *at != '\0'; at++) {
        if (!quoted && strncmp(at, close, strlen(close)) == 0) {
            return at;
        }
        if (quotes && quoted && *at == '\\' && at[1] != '\0') {
            at++;
        } else if (quotes && *at == '"') {
            quoted = !quoted;
        }
    }
    return NULL;
}

/* Read the tag that begins at `start`. False when it has no end. */
static bool read_tag(const char *start, struct plain_tag *tag)
{
    const char *from = start + strlen("{{");
    while (is_space(*from)) {
        from++;
    }
    *tag = (struct plain_tag){.text = start};
    if (*from != '\0' && strchr("#^/!=>&{<$", *from) != NULL) {
        tag->sigil = *from++;
    }
    const char *close = tag->sigil == '{' ? "}}}" : tag->sigil == '=' ? "=}}" : "}}";
    const bool value = tag->sigil == '\0' || tag->sigil == '&' || tag->sigil == '{';
    const char *to = find_close(from, close, value);
    if (to == NULL) {
        return false;
    }
    tag->length = (size_t)(to - start) + strlen(close);
    while (from < to && is_space(*from)) {
        from++;
    }
    while (to > from && is_space(to[-1])) {
        to--;
    }
    tag->name = from;
    tag->name_length = (size_t)(to - from);
    return true;
}

/* Whether the bytes are a reference such as &#xF0001; to a character that stands for a tag. */
static bool is_private_reference(const char *at)
{
    at += strlen("&#");
    const bool hex = *at == 'x' || *at == 'X';
    uint32_t rune = 0;
    for (at += hex ? 1 : 0; rune <= PLAIN_TAG_LAST; at++) {
        const uint32_t digit = *at >= '0' && *at <= '9'          ? (uint32_t)(*at - '0')
                               : hex && *at >= 'a' && *at <= 'f' ? (uint32_t)(*at - 'a' + 10)
                               : hex && *at >= 'A' && *at <= 'F' ? (uint32_t)(*at - 'A' + 10)
                                                                 : 16;
        if (digit == 16) {
            break;
        }
        rune = rune * (hex ? 16 : 10) + digit;
    }
    return rune >= PLAIN_TAG_FIRST && rune <= PLAIN_TAG_LAST;
}

/* A parser of HTML ends the head at the first character of text, so at a tag that stands in it;
 * that is why the bytes are asked here. </head> and <body> may be missing. */
static void see_head(struct scan *scan, const char *at)
{
    static const char within[] = " base link meta noscript object script style template title ";
    char word[16];
    const size_t length = strcspn(at + 1, " \t\r\n\f/>");
    if (strncasecmp(at, "</head", 6) == 0) {
        scan->head = false;
    }
    if (length == 0 || length + 3 > sizeof word || at[1] == '!') {
        return;
    }
    (void)snprintf(word, sizeof word, " %.*s ", (int)length, at + 1);
    if (strcasecmp(word, " head ") == 0) {
        scan->head = true;
    } else if (strcasestr(within, word) == NULL) {
        scan->head = false;
    }
}

/* Copy the tag at scan->html + at as its character; gives its length, 0 on failure. */
static size_t take_tag(struct scan *scan, size_t at, bool hidden)
{
    struct plain_tag tag;
    if (!read_tag(scan->html + at, &tag)) {
        (void)refuse(scan, at, "this tag is never closed");
        return 0;
    }
    if (tag.sigil == '=') {
        (void)refuse(scan, at, "a text cannot be made from HTML that sets its own delimiters");
        return 0;
    }
    tag.head = scan->head;
    tag.hidden = hidden;
    char rune[4];
    const size_t size = text_put_rune(PLAIN_TAG_FIRST + (uint32_t)scan->tags->count, rune);
    (void)buffer_add(&scan->marked, rune, size);
    scan->tags->all[scan->tags->count++] = tag;
    return tag.length;
}

/* Whether no tag can be mistaken, neither for text nor for another one. */
static bool check(const struct scan *scan)
{
    for (size_t at = 0; at < scan->length;) {
        const char *here = scan->html + at;
        uint32_t rune = 0;
        const size_t taken = text_rune(here, scan->length - at, &rune);
        if (rune == 0xFFFD && taken == 1) {
            return refuse(scan, at, "this is not UTF-8");
        }
        if ((rune >= PLAIN_TAG_FIRST && rune <= PLAIN_TAG_LAST) ||
            (strncmp(here, "&#", 2) == 0 && is_private_reference(here))) {
            return refuse(scan, at, "this private character stands for a tag elsewhere");
        }
        at += taken;
    }
    return true;
}

/* What the parser of HTML is in, as far as that matters here. */
enum place { IN_TEXT, IN_COMMENT, IN_CONDITION };

/* Go on behind what begins at html[at] and is no tag of ours; it is copied, but for conditions. */
static size_t pass(struct scan *scan, size_t at, enum place *place)
{
    const char *here = scan->html + at;
    size_t taken = 1;
    if (*place == IN_CONDITION) {
        *place = *here == '>' ? IN_TEXT : IN_CONDITION;
        return taken;
    }
    if (*place == IN_COMMENT && strncmp(here, "-->", 3) == 0) {
        *place = IN_TEXT;
        taken = 3;
    } else if (*place == IN_TEXT && strncmp(here, "<!--", 4) == 0) {
        *place = IN_COMMENT;
        taken = 4;
    } else if (*place == IN_TEXT && strncmp(here, "<![", 3) == 0) {
        *place = IN_CONDITION;
        return 3;
    } else if (*place == IN_TEXT && *here == '<') {
        see_head(scan, here);
    }
    (void)buffer_add(&scan->marked, here, taken);
    return taken;
}

static bool mark(struct scan *scan)
{
    enum place place = IN_TEXT;
    for (size_t at = 0; at < scan->length;) {
        const bool tag = strncmp(scan->html + at, "{{", 2) == 0;
        const size_t taken =
            tag ? take_tag(scan, at, place == IN_CONDITION) : pass(scan, at, &place);
        if (taken == 0) {
            return false;
        }
        at += taken;
    }
    return true;
}

bool plain_tags_read(const char *html, struct arena *arena, struct plain_tags *tags,
                     const char **marked, struct error *err)
{
    struct scan scan = {
        .html = html,
        .length = strlen(html),
        .arena = arena,
        .tags = tags,
        .err = err,
    };
    if (scan.length > SOURCE_MOST) {
        return error_set(err, ERROR_DATA, "the HTML is larger than %d KiB; %s", SOURCE_MOST / 1024,
                         ASK);
    }
    size_t most = 0;
    for (const char *at = strstr(html, "{{"); at != NULL; at = strstr(at + 2, "{{")) {
        most++;
    }
    *tags = (struct plain_tags){.all = arena_array(arena, most + 1, sizeof *tags->all)};
    buffer_init(&scan.marked, MARKED_MOST);
    const bool ok = check(&scan) && mark(&scan);
    *marked = arena_text(arena, buffer_text(&scan.marked));
    buffer_free(&scan.marked);
    return ok;
}

const struct plain_tag *plain_tags_at(const struct plain_tags *tags, uint32_t rune)
{
    const bool known = rune >= PLAIN_TAG_FIRST && rune - PLAIN_TAG_FIRST < tags->count;
    return known ? &tags->all[rune - PLAIN_TAG_FIRST] : NULL;
}

/* Names are compared as bytes: {{/name}} must say what {{#name}} said. */
static bool is_same_name(const struct plain_tag *a, const struct plain_tag *b)
{
    return a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0;
}

bool plain_tags_balance(const char *text, struct arena *arena, struct error *err)
{
    size_t most = 0;
    for (const char *at = strstr(text, "{{"); at != NULL; at = strstr(at + 2, "{{")) {
        most++;
    }
    struct plain_tag *open = arena_array(arena, most + 1, sizeof *open);
    size_t depth = 0;
    bool good = true;
    struct plain_tag tag = {0};
    const char *at = strstr(text, "{{");
    while (good && at != NULL) {
        if (!read_tag(at, &tag)) {
            return error_set(err, ERROR_DATA, "a tag of this HTML would not end in its text; %s",
                             ASK);
        }
        if (plain_tag_opens(&tag)) {
            open[depth++] = tag;
        } else if (tag.sigil == '/') {
            good = depth > 0 && is_same_name(&open[depth - 1], &tag);
            depth -= good ? 1 : 0;
        }
        at = strstr(at + tag.length, "{{");
    }
    if (good && depth > 0) {
        tag = open[depth - 1];
    }
    return (good && depth == 0) ||
           error_set(err, ERROR_DATA,
                     "the section \"%.*s\" of this HTML would not begin and end in its text; %s",
                     (int)tag.name_length, tag.name, ASK);
}
