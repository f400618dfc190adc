/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags stand for themselves as characters while the HTML around them is parsed. */
#include "plain_tags.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "scanner.h"

enum { MARKED_MOST = 2 * SOURCE_MOST };

static const char ASK[] = "please write the text of this mail into a .txt file beside it";

struct scan {
    const char *html;
    size_t length;
    struct plain_tags *tags;
    struct scanner scanner; /* of the html */
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

/* No text has more tags than this. */
static size_t tags_most(const char *text)
{
    size_t most = 0;
    for (const char *at = strstr(text, "{{"); at != NULL; at = strstr(at + 2, "{{")) {
        most++;
    }
    return most;
}

/* Read the tag that begins at `at`. False when it has no end. */
static bool read_tag(struct scanner *scanner, size_t at, struct plain_tag *read)
{
    struct tag tag;
    bool found = false;
    scanner->at = at;
    if (!scanner_next(scanner, &tag, &found) || !found) {
        return false;
    }
    *read = (struct plain_tag){
        .text = scanner->source + tag.start,
        .length = tag.end - tag.start,
        .sigil = tag.sigil,
        .name = scanner->source + tag.from,
        .name_length = tag.to - tag.from,
    };
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
    if (!read_tag(&scan->scanner, at, &tag)) {
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
enum passage { IN_TEXT, IN_COMMENT, IN_CONDITION };

/* Go on behind what begins at html[at] and is no tag of ours; it is copied, but for conditions. */
static size_t pass(struct scan *scan, size_t at, enum passage *in)
{
    const char *here = scan->html + at;
    size_t taken = 1;
    if (*in == IN_CONDITION) {
        *in = *here == '>' ? IN_TEXT : IN_CONDITION;
        return taken;
    }
    if (*in == IN_COMMENT && strncmp(here, "-->", 3) == 0) {
        *in = IN_TEXT;
        taken = 3;
    } else if (*in == IN_TEXT && strncmp(here, "<!--", 4) == 0) {
        *in = IN_COMMENT;
        taken = 4;
    } else if (*in == IN_TEXT && strncmp(here, "<![", 3) == 0) {
        *in = IN_CONDITION;
        return 3;
    } else if (*in == IN_TEXT && *here == '<') {
        see_head(scan, here);
    }
    (void)buffer_add(&scan->marked, here, taken);
    return taken;
}

static bool mark(struct scan *scan)
{
    enum passage in = IN_TEXT;
    for (size_t at = 0; at < scan->length;) {
        const bool tag = strncmp(scan->html + at, "{{", 2) == 0;
        const size_t taken = tag ? take_tag(scan, at, in == IN_CONDITION) : pass(scan, at, &in);
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
        .tags = tags,
        .err = err,
    };
    if (scan.length > SOURCE_MOST) {
        return error_set(err, ERROR_DATA, "the HTML is larger than %d KiB; %s", SOURCE_MOST / 1024,
                         ASK);
    }
    *tags = (struct plain_tags){.all = arena_array(arena, tags_most(html) + 1, sizeof *tags->all)};
    buffer_init(&scan.marked, MARKED_MOST);
    const bool ok = check(&scan) && scanner_begin(&scan.scanner, "", html, err) && mark(&scan);
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
    struct plain_tag *open = arena_array(arena, tags_most(text) + 1, sizeof *open);
    size_t depth = 0;
    bool good = true;
    struct plain_tag tag = {0};
    struct scanner scanner;
    if (!scanner_begin(&scanner, "", text, err)) {
        return false;
    }
    const char *at = strstr(text, "{{");
    while (good && at != NULL) {
        if (!read_tag(&scanner, (size_t)(at - text), &tag)) {
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
