/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads one source of a template, its own or a partial's, into the compact form; for template.c
 * only. */
#ifndef MUSTER_MESSAGE_READER_H
#define MUSTER_MESSAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

#include "code.h"
#include "scanner.h"

/* A name used in a source; it becomes a template_use if the source can be judged. */
struct noted_use {
    uint32_t name;
    uint32_t source;
    uint32_t line;
    uint32_t column;
    bool section;
    uint32_t within; /* offset of the innermost section's name, 0 for none */
    bool handed;
    bool joined;
};

/* Blanks of the source. */
struct blanks {
    const char *text;
    size_t length;
};

/* A section, parent or block that is not closed yet. */
struct element {
    enum code_kind kind;
    size_t code;
    uint32_t name; /* offset of the whole name */
    struct place place;
    bool starts;          /* nothing but blanks stands before it on its line */
    bool argument;        /* a block that is handed to a parent */
    size_t lead;          /* behind the instruction that writes the blanks before it; 0: none */
    size_t last;          /* of a parent: the last block of its chain */
    struct blanks dedent; /* what was taken off each line outside of it */
};

struct reader {
    struct template *template;
    struct scanner scanner;
    struct buffer noted; /* struct noted_use */
    struct arena *arena; /* names, arguments, the sources of partials */
    uint32_t source;     /* which one is read */
    struct element elements[CODE_DEPTH];
    size_t depth;
    size_t inside;        /* sections among them */
    size_t arguments;     /* blocks among them that are handed to a parent */
    struct blanks dedent; /* taken off the front of each line */
};

/* Read the source of number `index`, which the template knows already. ERROR_DATA names the
 * source, line and column. */
bool reader_read(struct reader *reader, uint32_t index, const char *source,
                 struct error *err) MUST_USE;

/* Keep a copy of some text in the template, followed by a NUL; gives its offset. What passes the
 * ceiling is noticed when the source ends, through the buffer's own mark. */
uint32_t reader_keep(struct template *template, const char *bytes, size_t length);

#endif
