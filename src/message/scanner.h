/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the tags of a Mustache source, one after the other, and says how each stands on its line;
 * for the reader of templates and for plain_tags.c. What a tag means is their business. */
#ifndef MUSTER_MESSAGE_SCANNER_H
#define MUSTER_MESSAGE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"

enum {
    SOURCE_MOST = 256 * 1024, /* bytes of one source */
    DELIMITER_SIZE = 16,
};

/* A place in the source, found by going on from the last one asked for. */
struct place {
    size_t offset;
    uint32_t line; /* both from 1; a column is a character */
    uint32_t column;
};

struct scanner {
    const char *name; /* of the source, in front of errors */
    const char *source;
    size_t length;
    size_t at; /* where the next tag is looked for */
    struct place place;
    char open[DELIMITER_SIZE];
    char close[DELIMITER_SIZE];
    struct error *err;
};

/* A tag: source[start, end); what is inside, without blanks: source[from, to). */
struct tag {
    char sigil; /* one of "#^/!=>&{<$", or 0 */
    size_t start;
    size_t end;
    size_t from;
    size_t to;
    size_t line;  /* where the line it begins on begins */
    bool starts;  /* nothing but blanks stands before it on its line */
    bool ends;    /* nothing but blanks follows it on its line */
    size_t after; /* behind the end of the line it ends on, if it `ends` */
};

/* Begin on a source (NULL is an empty one). ERROR_DATA when it is too large or not UTF-8. */
bool scanner_begin(struct scanner *scanner, const char *name, const char *source,
                   struct error *err) MUST_USE;

/* Read the next tag; `*found` is false when there is none. ERROR_DATA when it is never closed. The
 * caller sets `at` to where reading goes on. */
bool scanner_next(struct scanner *scanner, struct tag *tag, bool *found) MUST_USE;

/* Take the delimiters that a tag {{=<% %>=}} sets. ERROR_DATA when it does not hold two. */
bool scanner_set_delimiters(struct scanner *scanner, const struct tag *tag) MUST_USE;

/* Whether the byte is white space; whether it is a blank or a tab. */
bool scanner_is_space(char byte) MUST_USE;
bool scanner_is_blank(char byte) MUST_USE;

struct place scanner_place(struct scanner *scanner, size_t offset);

/* Set an ERROR_DATA that begins "NAME:LINE:COLUMN: "; gives false. */
bool scanner_fail(struct scanner *scanner, size_t offset, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
