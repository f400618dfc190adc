/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of templates remembers while it reads; for template.c only. */
#ifndef MUSTER_MESSAGE_READER_H
#define MUSTER_MESSAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/message/template.h"

#include "code.h"

enum {
    SOURCE_MOST = 256 * 1024, /* bytes of one source */
    CODE_MOST = 8192,         /* instructions, pipes */
    BLOCKS_MOST = 64,
    TEXT_MOST = 16 * 1024 * 1024,
    DELIMITER_SIZE = 16,
};

/* A place in the source, found by going on from the last one asked for. */
struct place {
    size_t offset;
    uint32_t line;
    uint32_t column;
};

struct open_section {
    size_t code;
    uint32_t name; /* dotted, an offset into the template's text */
    bool inverted;
    struct place place;
};

/* A name used in a block; it becomes a template_use if the block can be judged. */
struct noted_use {
    uint32_t name;
    uint32_t block;
    uint32_t line;
    uint32_t column;
    bool section;
};

struct reader {
    struct template *template;
    struct buffer noted; /* struct noted_use */
    struct arena *arena; /* the sources of partials */
    template_partial_fn *partial;
    void *context;
    uint32_t block;
    const char *source;
    size_t length;
    size_t at;
    struct place place;
    char open[DELIMITER_SIZE];
    char close[DELIMITER_SIZE];
    struct open_section sections[CODE_DEPTH];
    size_t depth;
    size_t judged; /* sections among them whose values cannot be judged */
    struct error *err;
};

/* A tag: source[start, end); what is inside, without blanks: source[from, to). */
struct tag {
    char sigil; /* one of "#^/!=>&{", or 0 */
    size_t start;
    size_t end;
    size_t from;
    size_t to;
    bool alone;        /* on its line: then the line is source[line, next) */
    size_t line_start; /* of the line it begins on */
    size_t next;       /* where reading goes on */
};

#endif
