/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elements put into objects as the parser meets them; see xml.h. libxml2 builds nothing itself:
 * without its own handlers it keeps no entities, and asks nobody for any. */
#include "muster/base/xml.h"

#include <libxml/parser.h>
#include <stdlib.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"

struct reader {
    xmlParserCtxtPtr parser;
    struct json *open[XML_DEPTH_MAX]; /* the element that we are in, behind those around it */
    bool parent[XML_DEPTH_MAX];       /* it has elements within */
    size_t depth;
    size_t elements;
    struct buffer text; /* of the innermost one, since a tag */
    struct json *root;
    const char *refused; /* why the parser was stopped */
};

static void stop(struct reader *reader, const char *why)
{
    if (reader->refused == NULL) {
        reader->refused = why;
    }
    xmlStopParser(reader->parser);
}

static void see_doctype(void *context, const xmlChar *name, const xmlChar *external,
                        const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    stop(context, "the XML has a DOCTYPE");
}

static void see_start(void *context, const xmlChar *name, const xmlChar *prefix,
                      const xmlChar *space, int space_count, const xmlChar **spaces,
                      int attribute_count, int preset_count, const xmlChar **attributes)
{
    (void)prefix;
    (void)space;
    (void)space_count;
    (void)spaces;
    (void)attribute_count;
    (void)preset_count;
    (void)attributes;
    struct reader *reader = context;
    if (reader->refused != NULL) {
        return;
    }
    if (reader->depth == XML_DEPTH_MAX) {
        stop(reader, "the XML has too many elements within each other");
        return;
    }
    if (++reader->elements > XML_ELEMENTS_MAX) {
        stop(reader, "the XML has too many elements");
        return;
    }
    struct json *object = json_make_object();
    json_put_text(object, "#name", (const char *)name);
    if (reader->depth > 0) {
        reader->parent[reader->depth - 1] = true;
    }
    reader->open[reader->depth] = object;
    reader->parent[reader->depth] = false;
    reader->depth++;
    buffer_clear(&reader->text);
}

static void see_characters(void *context, const xmlChar *text, int length)
{
    struct reader *reader = context;
    if (length > 0) {
        (void)buffer_add(&reader->text, text, (size_t)length);
    }
}

static void see_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    (void)prefix;
    (void)space;
    struct reader *reader = context;
    if (reader->refused != NULL || reader->depth == 0) {
        return;
    }
    reader->depth--;
    struct json *object = STEAL(reader->open[reader->depth]);
    if (reader->depth == 0) {
        json_free(&reader->root);
        reader->root = object;
    } else if (reader->parent[reader->depth]) {
        json_gather(reader->open[reader->depth - 1], (const char *)name, object);
    } else {
        json_put_text(object, "#text", buffer_text(&reader->text));
        json_gather(reader->open[reader->depth - 1], (const char *)name,
                    json_share(json_member(object, "#text")));
        json_free(&object);
    }
    buffer_clear(&reader->text);
}

/* The bytes with U+FFFD for each that XML cannot have: bytes that are no UTF-8, and control
 * characters. Other encodings are not looked for, whatever is declared. Carriers write UTF-8, also
 * where they say UTF-16; and who may choose among all tables of the C library finds its bugs. */
static void mend(const char *bytes, size_t length, struct buffer *mended)
{
    enum { REPLACEMENT = 0xFFFD };
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        char piece[4];
        i += text_rune(bytes + i, length - i, &rune);
        const bool blank = rune == '\t' || rune == '\n' || rune == '\r';
        const bool fits = blank || (rune >= 0x20 && rune != 0xFFFE && rune != 0xFFFF);
        (void)buffer_add(mended, piece, text_put_rune(fits ? rune : REPLACEMENT, piece));
    }
}

static void free_reader(struct reader *reader)
{
    while (reader->depth > 0) {
        json_free(&reader->open[--reader->depth]);
    }
    json_free(&reader->root);
    buffer_free(&reader->text);
    xmlFreeParserCtxt(reader->parser);
}

bool xml_parse(const char *bytes, size_t length, struct json **value, struct error *err)
{
    if (length > XML_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "the XML has more than %d bytes", XML_BYTES_MAX);
    }
    CLEANUP(free_reader) struct reader reader = {.parser = xmlNewParserCtxt()};
    if (reader.parser == NULL) {
        abort();
    }
    CLEANUP(buffer_free) struct buffer mended;
    buffer_init(&mended, 3 * (size_t)XML_BYTES_MAX);
    buffer_init(&reader.text, 3 * (size_t)XML_BYTES_MAX);
    mend(bytes, length, &mended);
    const xmlSAXHandler handlers = {
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = see_doctype,
        .startElementNs = see_start,
        .endElementNs = see_end,
        .characters = see_characters,
        .ignorableWhitespace = see_characters,
        .cdataBlock = see_characters,
    };
    *reader.parser->sax = handlers;
    reader.parser->userData = &reader;
    xmlDocPtr document = xmlCtxtReadMemory(
        reader.parser, buffer_text(&mended), (int)mended.length, NULL, "UTF-8",
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
    xmlFreeDoc(document); /* NULL, since nothing was built */
    if (reader.refused != NULL) {
        return error_set(err, ERROR_DATA, "%s", reader.refused);
    }
    if (!reader.parser->wellFormed || reader.root == NULL || reader.depth > 0) {
        const xmlError *fault = xmlCtxtGetLastError(reader.parser);
        return error_set(err, ERROR_DATA, "not XML: line %d, column %d",
                         fault == NULL ? 1 : fault->line, fault == NULL ? 1 : fault->int2);
    }
    *value = STEAL(reader.root);
    return true;
}
