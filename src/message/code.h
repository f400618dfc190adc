/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compact form of a template: a row of instructions over one copy of its text. reader.c
 * makes it, render.c runs it.
 *
 * The template itself and each partial it uses are a source of instructions, ended by CODE_RETURN;
 * source 0 is the template. A partial is a call, not a copy, so that it may use itself. A parent is
 * a call too, with the blocks that it hands over lying behind it in a region that is never run in
 * its turn: they are the links of a chain that begins at the call. */
#ifndef MUSTER_MESSAGE_CODE_H
#define MUSTER_MESSAGE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"

#include "pipe.h"

enum {
    CODE_DEPTH = 32,         /* sections, partials, parents and blocks within each other */
    CODE_MOST = 8192,        /* instructions, pipes */
    CODE_PIPES_MOST = 8,     /* behind one name */
    CODE_NAME_MOST = 200,    /* bytes; it is looked for again and again */
    CODE_SOURCES_MOST = 192, /* of different names */
    CODE_TEXT_MOST = 16 * 1024 * 1024,
};

enum code_kind {
    CODE_TEXT,       /* `length` bytes at `text` */
    CODE_INDENT,     /* a line of a partial or of a block begins here with a tag */
    CODE_VALUE,      /* the name, through `length` pipes from `target` on */
    CODE_SECTION,    /* the name is true: push it; else go to behind `target`, its CODE_END */
    CODE_INVERTED,   /* the name is true: go to behind `target` */
    CODE_END,        /* the next element of the section, or pop it */
    CODE_CALL,       /* the source `target`, indented by `length` bytes at `text` */
    CODE_PARENT,     /* the same, with the blocks from `chain` on; then go to behind `end` */
    CODE_PARENT_END, /* never run */
    CODE_BLOCK,      /* what was handed over by the name, indented by `length` bytes at `text`; else
                      * what stands here up to `target`, its CODE_BLOCK_END */
    CODE_BLOCK_END,
    CODE_RETURN,
};

struct code {
    enum code_kind kind;
    bool raw;        /* CODE_VALUE: not escaped */
    bool inside;     /* a call: within a section */
    bool line_start; /* CODE_TEXT: begins a line of its source; a call: alone on its line */
    bool handed;     /* CODE_BLOCK: to a parent */
    bool inner;      /* CODE_BLOCK: begins within a line, which is indented already */
    uint32_t text;   /* offset of the text, or of the first part of the name */
    uint32_t rest;   /* offset of what follows the first dot of the name, 0 when nothing does; of a
                      * block that is handed over: the source it goes to */
    uint32_t name;   /* offset of the whole name: of a value, a block */
    uint32_t length;
    uint32_t target;
    uint32_t end;   /* CODE_PARENT */
    uint32_t chain; /* CODE_PARENT: its first block; CODE_BLOCK: the next one; 0: none */
    uint32_t line;  /* where it stands in its source, both from 1 */
    uint32_t column;
};

struct code_pipe {
    enum pipe_kind kind;
    uint32_t arguments[PIPE_ARGUMENTS]; /* offsets */
};

struct code_source {
    uint32_t name;  /* offset */
    uint32_t start; /* its first instruction */
    bool open;      /* used outside of every section, so that its names can be judged */
};

struct template
{
    struct buffer text;    /* begins with a NUL, so that offset 0 is "" */
    struct buffer code;    /* struct code */
    struct buffer pipes;   /* struct code_pipe */
    struct buffer sources; /* struct code_source */
    struct buffer uses;    /* struct template_use */
    enum tongue tongue;    /* of its own words */
};

static inline struct code *code_at(const struct template *template, size_t index)
{
    return (struct code *)(void *)template->code.data + index;
}

static inline const struct code_pipe *code_pipe_at(const struct template *template, size_t index)
{
    return (const struct code_pipe *)(const void *)template->pipes.data + index;
}

static inline struct code_source *code_source_at(const struct template *template, size_t index)
{
    return (struct code_source *)(void *)template->sources.data + index;
}

static inline size_t code_count(const struct template *template)
{
    return template->code.length / sizeof(struct code);
}

static inline size_t code_source_count(const struct template *template)
{
    return template->sources.length / sizeof(struct code_source);
}

/* The NUL-terminated text at an offset. */
static inline const char *code_text(const struct template *template, uint32_t offset)
{
    return template->text.data + offset;
}

#endif
