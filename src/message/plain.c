/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the elements of HTML mean to a reader of text. The parser is libxml2's for HTML, this is its
 * one door.
 *
 * It was chosen for what it does to mails: it reads a document from front to back and tells what it
 * meets in that order, however broken; text between the rows of a table stays where it is, while a
 * parser that keeps to HTML5 puts it in front of the table, and so sections away from what they
 * are about. No tree is made, nothing is fetched, and entities are the fixed ones of HTML. What it
 * does not know of its own is Outlook's <![if ...]> (see plain_tags.h). Its time is linear but for
 * the attributes of one element, which it compares with each other: the most that 256 KiB can hold
 * take it a second or two. */
#include "muster/message/plain.h"

#include <libxml/HTMLparser.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "muster/base/text.h"

#include "plain_flow.h"

enum {
    DEPTH_MOST = 400,       /* elements within each other; libxml2's own limit is for trees */
    TEXT_MOST = 256 * 1024, /* what the reader of templates takes */
    INDENT_MOST = 8,        /* lists within each other that are still moved to the right */
};

enum meaning {
    WITHIN, /* a part of its line */
    LINE,   /* begins and ends a line */
    BLOCK,  /* is a paragraph */
    HIDDEN,
    HEAD,
    TITLE,
    LINK,
    IMAGE,
    BREAK,
    RULE,
    KEPT,
    LIST,
    NUMBERED,
    ITEM,
    TABLE,
    ROW,
    CELL,
};

static const struct {
    enum meaning meaning;
    const char *names; /* with blanks around */
} meanings[] = {
    {BLOCK, " p h1 h2 h3 h4 h5 h6 blockquote address article aside footer header main nav section "
            "fieldset figure dl caption "},
    {LINE, " html body div center form dt dd figcaption legend "},
    {HIDDEN, " style script template svg iframe object video audio canvas select xml "},
    {HEAD, " head "},
    {TITLE, " title "},
    {LINK, " a "},
    {IMAGE, " img "},
    {BREAK, " br "},
    {RULE, " hr "},
    {KEPT, " pre "},
    {LIST, " ul menu dir "},
    {NUMBERED, " ol "},
    {ITEM, " li "},
    {TABLE, " table "},
    {ROW, " tr "},
    {CELL, " td th "},
};

/* An element we are in. */
struct element {
    enum meaning meaning;
    bool hidden;
    bool layout;            /* TABLE: cells are no data */
    struct plain_link link; /* LINK, TABLE: NONE for most */
    uint32_t from;          /* LINK, TABLE, ROW: where it began */
    uint8_t level;          /* ROW: of the gap before it */
    unsigned loops;         /* NUMBERED: the sections around it */
    unsigned number;        /* NUMBERED: of the next item */
};

struct reader {
    const struct plain_tags *tags;
    struct arena *arena;
    struct plain_flow flow;
    struct buffer title;
    bool titled; /* the title is read */
    struct element elements[DEPTH_MOST];
    size_t depth;
    unsigned hidden; /* such elements we are in; the head is not counted */
    unsigned heads;
    unsigned titles;
    unsigned kept;
    bool first; /* of what is kept: a line end here does not count */
    unsigned lists;
    struct plain_link around; /* a link that ended before it had a text */
    xmlParserCtxtPtr parser;
    bool too_deep;
};

static enum meaning meaning_of(const char *name)
{
    char word[16];
    const int length = snprintf(word, sizeof word, " %s ", name);
    if (length >= (int)sizeof word) {
        return WITHIN;
    }
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (strstr(meanings[i].names, word) != NULL) {
            return meanings[i].meaning;
        }
    }
    return WITHIN;
}

/* The value of an attribute; "" when it has none, NULL when it is not there. */
static const char *attribute(const xmlChar **attributes, const char *name)
{
    for (size_t i = 0; attributes != NULL && attributes[i] != NULL; i += 2) {
        if (strcasecmp((const char *)attributes[i], name) == 0) {
            return attributes[i + 1] == NULL ? "" : (const char *)attributes[i + 1];
        }
    }
    return NULL;
}

/* --- text --------------------------------------------------------------------------------------*/

static uint16_t indent(const struct reader *reader)
{
    return (uint16_t)(2 * (reader->lists < INDENT_MOST ? reader->lists : INDENT_MOST));
}

static bool is_hidden(const struct reader *reader)
{
    return reader->hidden > 0 || reader->heads > 0 || reader->titles > 0;
}

/* One more character of the title, blanks collapsed. */
static void add_title(struct reader *reader, uint32_t rune, const char *bytes, size_t length)
{
    struct buffer *title = &reader->title;
    const struct plain_tag *tag = plain_tags_at(reader->tags, rune);
    if (tag != NULL) {
        if (tag->sigil != '!') {
            plain_flow_put_tag(title, tag);
        }
    } else if (rune > ' ' && rune != 0xA0 && rune != 0x7F) {
        plain_flow_put(title, bytes, length);
    } else if (title->length > 0 && title->data[title->length - 1] != ' ') {
        (void)buffer_putc(title, ' ');
    }
}

static void add_text(struct reader *reader, const char *text, size_t length, bool hidden)
{
    uint32_t rune = 0;
    size_t taken = 0;
    for (size_t at = 0; at < length; at += taken) {
        taken = text_rune(text + at, length - at, &rune);
        const bool first = reader->first;
        reader->first = false;
        if (reader->titles > 0 && reader->hidden == 0 && !reader->titled) {
            add_title(reader, rune, text + at, taken);
        }
        if (hidden || reader->kept == 0) {
            plain_flow_rune(&reader->flow, rune, hidden);
        } else if (!first || rune != '\n') {
            plain_flow_kept(&reader->flow, rune, indent(reader));
        }
    }
}

static void gap(struct reader *reader, uint8_t level)
{
    plain_flow_gap(&reader->flow, level, indent(reader));
}

/* --- elements ----------------------------------------------------------------------------------*/

/* Whether the style hides the element, whatever a section in it says. */
static bool hides(const struct reader *reader, const char *style)
{
    static const char wanted[] = "display:none";
    size_t matched = 0;
    bool found = false;
    uint32_t rune = 0;
    const size_t length = style == NULL ? 0 : strlen(style);
    for (size_t at = 0; at < length;) {
        at += text_rune(style + at, length - at, &rune);
        const struct plain_tag *tag = plain_tags_at(reader->tags, rune);
        if (tag != NULL && plain_tag_is_quiet(tag)) {
            return false;
        }
        if (rune <= ' ' || found) {
            continue;
        }
        const uint32_t small = rune >= 'A' && rune <= 'Z' ? rune + ('a' - 'A') : rune;
        matched = small == (uint32_t)wanted[matched] ? matched + 1 : small == 'd' ? 1 : 0;
        found = wanted[matched] == '\0';
    }
    return found;
}

/* Text with the tags in it as they were written. */
static const char *with_tags(const struct reader *reader, const char *text)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, TEXT_MOST);
    const size_t length = strlen(text);
    uint32_t rune = 0;
    size_t taken = 0;
    for (size_t at = 0; at < length; at += taken) {
        taken = text_rune(text + at, length - at, &rune);
        const struct plain_tag *tag = plain_tags_at(reader->tags, rune);
        if (tag == NULL) {
            plain_flow_put(&out, text + at, taken);
        } else if (tag->sigil != '!') {
            plain_flow_put_tag(&out, tag);
        }
    }
    return arena_text(reader->arena, buffer_text(&out));
}

static void begin_link(struct reader *reader, struct element *element, const char *href)
{
    element->link = plain_link_read(href, reader->arena);
    element->from = plain_flow_begin(&reader->flow);
    if (element->link.kind != PLAIN_LINK_NONE) {
        element->link.url = with_tags(reader, element->link.url);
        if (element->link.url[0] == '\0') {
            element->link.kind = PLAIN_LINK_NONE;
        }
    }
}

/* A table ends a link for the parser, though not for those who made the mail: a link that ends at
 * once leads from the table that follows it at once, and has no text otherwise. */
static void end_link(struct reader *reader, const struct element *element)
{
    if (plain_flow_is_silent(&reader->flow, element->from)) {
        reader->around = element->link;
    } else {
        plain_flow_link(&reader->flow, element->from, &element->link);
    }
}

static void settle_link(struct reader *reader, struct element *next)
{
    if (reader->around.kind == PLAIN_LINK_NONE) {
        return;
    }
    if (next != NULL && next->meaning == TABLE) {
        next->link = reader->around;
    } else {
        plain_flow_link(&reader->flow, plain_flow_here(&reader->flow), &reader->around);
    }
    reader->around.kind = PLAIN_LINK_NONE;
}

static void show_image(struct reader *reader, const char *alt)
{
    if (!text_empty(alt)) {
        plain_flow_rune(&reader->flow, ' ', false);
        const unsigned kept = reader->kept;
        reader->kept = 0;
        add_text(reader, alt, strlen(alt), false);
        reader->kept = kept;
        plain_flow_rune(&reader->flow, ' ', false);
    }
}

/* The innermost element around that means this or that, or NULL. */
static struct element *around(struct reader *reader, enum meaning this, enum meaning that)
{
    for (size_t i = reader->depth; i > 0; i--) {
        struct element *element = &reader->elements[i - 1];
        if (element->meaning == this || element->meaning == that) {
            return element;
        }
    }
    return NULL;
}

static void begin_item(struct reader *reader, const char *value)
{
    struct element *list = around(reader, LIST, NUMBERED);
    const uint16_t within = indent(reader);
    plain_flow_gap(&reader->flow, 1, within > 0 ? (uint16_t)(within - 2) : 0);
    char mark[24] = "- ";
    int64_t number = 0;
    if (list != NULL && list->meaning == NUMBERED && reader->flow.loops <= list->loops) {
        if (value != NULL && text_number(value, 0, 9999, &number)) {
            list->number = (unsigned)number;
        }
        (void)snprintf(mark, sizeof mark, "%u. ", list->number++);
    }
    plain_flow_mark(&reader->flow, mark);
}

static void begin_list(struct reader *reader, struct element *element, const char *start)
{
    gap(reader, reader->lists == 0 ? 2 : 1);
    reader->lists++;
    element->loops = reader->flow.loops;
    int64_t number = 1;
    element->number = start != NULL && text_number(start, 0, 9999, &number) ? (unsigned)number : 1;
}

static void begin_row(struct reader *reader, struct element *element)
{
    struct plain_flow *flow = &reader->flow;
    element->level = plain_flow_level(flow);
    gap(reader, 2);
    element->from = plain_flow_here(flow) - 1;
}

static void begin_cell(struct reader *reader)
{
    const struct element *table = around(reader, TABLE, TABLE);
    if (table != NULL && table->layout) {
        gap(reader, 2);
    } else {
        plain_flow_cell(&reader->flow, indent(reader));
    }
}

static bool is_layout(const char *role)
{
    return role != NULL && (strcasecmp(role, "presentation") == 0 || strcasecmp(role, "none") == 0);
}

/* Begin an element that can be seen. */
static void begin(struct reader *reader, struct element *element, const xmlChar **attributes)
{
    switch (element->meaning) {
    case LINE: gap(reader, 1); break;
    case BLOCK: gap(reader, 2); break;
    case LINK: begin_link(reader, element, attribute(attributes, "href")); break;
    case IMAGE: show_image(reader, attribute(attributes, "alt")); break;
    case BREAK: plain_flow_break(&reader->flow, indent(reader)); break;
    case RULE:
        gap(reader, 2);
        add_text(reader, "---", 3, false);
        gap(reader, 2);
        break;
    case KEPT:
        gap(reader, 2);
        reader->kept++;
        reader->first = true;
        break;
    case LIST:
    case NUMBERED: begin_list(reader, element, attribute(attributes, "start")); break;
    case ITEM: begin_item(reader, attribute(attributes, "value")); break;
    case TABLE:
        plain_flow_part(&reader->flow, indent(reader));
        element->from = plain_flow_here(&reader->flow);
        element->layout = is_layout(attribute(attributes, "role"));
        break;
    case ROW: begin_row(reader, element); break;
    case CELL: begin_cell(reader); break;
    case WITHIN:
    case HIDDEN:
    case HEAD:
    case TITLE: break;
    }
}

static void end(struct reader *reader, struct element *element)
{
    switch (element->meaning) {
    case LINE: gap(reader, 1); break;
    case BLOCK:
    case CELL: gap(reader, 2); break;
    case LINK: end_link(reader, element); break;
    case TABLE:
        plain_flow_link(&reader->flow, element->from, &element->link);
        plain_flow_part(&reader->flow, indent(reader));
        break;
    case KEPT:
        reader->kept--;
        gap(reader, 2);
        break;
    case LIST:
    case NUMBERED:
        reader->lists--;
        gap(reader, reader->lists == 0 ? 2 : 1);
        break;
    case ITEM:
        plain_flow_unmark(&reader->flow);
        gap(reader, 1);
        break;
    case ROW: {
        const bool line = plain_flow_row(&reader->flow, element->from, element->level);
        gap(reader, line ? 1 : 2);
        break;
    }
    case WITHIN:
    case IMAGE:
    case BREAK:
    case RULE:
    case HIDDEN:
    case HEAD:
    case TITLE: break;
    }
}

static void see_characters(void *context, const xmlChar *text, int length)
{
    struct reader *reader = context;
    settle_link(reader, NULL);
    add_text(reader, (const char *)text, (size_t)length, is_hidden(reader));
}

static void see_comment(void *context, const xmlChar *text)
{
    struct reader *reader = context;
    const unsigned titles = reader->titles;
    reader->titles = 0;
    add_text(reader, (const char *)text, strlen((const char *)text), true);
    reader->titles = titles;
}

static void see_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct reader *reader = context;
    if (reader->depth == DEPTH_MOST) {
        reader->too_deep = true;
        xmlStopParser(reader->parser);
        return;
    }
    struct element element = {.meaning = meaning_of((const char *)name)};
    element.hidden = element.meaning == HIDDEN || attribute(attributes, "hidden") != NULL ||
                     hides(reader, attribute(attributes, "style"));
    settle_link(reader, element.hidden ? NULL : &element);
    if (!element.hidden && !is_hidden(reader)) {
        begin(reader, &element, attributes);
    } else if (element.meaning != HEAD && element.meaning != TITLE) {
        element.meaning = WITHIN;
    }
    reader->hidden += element.hidden ? 1 : 0;
    reader->heads += element.meaning == HEAD ? 1 : 0;
    reader->titles += element.meaning == TITLE ? 1 : 0;
    reader->elements[reader->depth++] = element;
}

static void see_end(void *context, const xmlChar *name)
{
    (void)name; /* libxml2 ends elements in the order in which they began */
    struct reader *reader = context;
    if (reader->depth == 0) {
        return;
    }
    settle_link(reader, NULL);
    struct element *element = &reader->elements[--reader->depth];
    reader->hidden -= element->hidden ? 1 : 0;
    reader->heads -= element->meaning == HEAD ? 1 : 0;
    if (element->meaning == TITLE) {
        reader->titles--;
        reader->titled = reader->titled || reader->title.length > 0;
    }
    end(reader, element);
}

/* --- the whole ---------------------------------------------------------------------------------*/

static void parse(struct reader *reader, const char *html)
{
    const size_t length = strlen(html);
    if (length == 0) {
        return;
    }
    reader->parser = htmlNewParserCtxt();
    if (reader->parser == NULL) {
        abort();
    }
    const htmlSAXHandler handlers = {
        .startElement = see_start,
        .endElement = see_end,
        .characters = see_characters,
        .ignorableWhitespace = see_characters,
        .cdataBlock = see_characters,
        .comment = see_comment,
    };
    *reader->parser->sax = handlers;
    reader->parser->userData = reader;
    xmlDocPtr document =
        htmlCtxtReadMemory(reader->parser, html, (int)length, NULL, "UTF-8",
                           HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                               HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT);
    xmlFreeDoc(document); /* NULL, since nothing was built */
    htmlFreeParserCtxt(reader->parser);
}

static const char *title_of(struct reader *reader)
{
    struct buffer *title = &reader->title;
    while (title->length > 0 && title->data[title->length - 1] == ' ') {
        title->data[--title->length] = '\0';
    }
    return title->length == 0 ? NULL : arena_span(reader->arena, title->data, title->length);
}

static const char ASK[] = "please write the text of this mail into a .txt file beside it";

/* Write what was read; `out` has the ceiling of a template. */
static bool write_text(struct reader *reader, struct buffer *out, struct error *err)
{
    if (reader->too_deep) {
        return error_set(err, ERROR_DATA, "elements are more than %d deep in this HTML; %s",
                         DEPTH_MOST, ASK);
    }
    const struct plain_flow *flow = &reader->flow;
    const bool full = flow->bytes.full || flow->pieces.full || reader->title.full;
    if (!full) {
        plain_layout_write(&reader->flow, out);
    }
    if (full || out->full) {
        return error_set(err, ERROR_DATA, "the text of this HTML is larger than %d KiB; %s",
                         TEXT_MOST / 1024, ASK);
    }
    return plain_tags_balance(buffer_text(out), reader->arena, err) &&
           plain_tags_balance(buffer_text(&reader->title), reader->arena, err);
}

bool plain_from_html(const char *html, struct arena *arena, const char **text, const char **title,
                     struct error *err)
{
    struct plain_tags tags = {0};
    const char *marked = NULL;
    if (!plain_tags_read(html, arena, &tags, &marked, err)) {
        return false;
    }
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    reader->tags = &tags;
    reader->arena = arena;
    plain_flow_init(&reader->flow, &tags);
    buffer_init(&reader->title, TEXT_MOST);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, TEXT_MOST);
    parse(reader, marked);
    const bool ok = write_text(reader, &out, err);
    if (ok) {
        *text = arena_span(arena, buffer_text(&out), out.length);
        *title = title_of(reader);
    }
    plain_flow_free(&reader->flow);
    buffer_free(&reader->title);
    return ok;
}
