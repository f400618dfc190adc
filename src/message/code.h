/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compact form of a template: a row of instructions over one copy of its text. template.c
 * makes it, render.c runs it.
 *
 * The template itself and each partial it uses are a block of instructions, ended by CODE_RETURN;
 * block 0 is the template. A partial is a call, not a copy, so that it may use itself. */
#ifndef MUSTER_MESSAGE_CODE_H
#define MUSTER_MESSAGE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"

#include "pipe.h"

enum { CODE_DEPTH = 32 }; /* sections and partials within each other */

enum code_kind {
    CODE_TEXT,     /* `length` bytes at `text` */
    CODE_INDENT,   /* a line of a partial begins here with a tag */
    CODE_VALUE,    /* the name, through `length` pipes from `target` on */
    CODE_SECTION,  /* the name is true: push it; else go to behind `target`, its CODE_END */
    CODE_INVERTED, /* the name is true: go to behind `target` */
    CODE_END,      /* the next element of the section, or pop it */
    CODE_CALL,     /* the block `target`, indented by `length` bytes at `text` */
    CODE_RETURN,
};

struct code {
    enum code_kind kind;
    bool raw;        /* CODE_VALUE: not escaped */
    bool inside;     /* CODE_CALL: within a section */
    bool line_start; /* CODE_TEXT: begins a line of its source; CODE_CALL: alone on its line */
    uint32_t text;   /* offset of the text, or of the first part of the name */
    uint32_t rest;   /* offset of what follows the first dot of the name, 0 when nothing does */
    uint32_t length;
    uint32_t target;
    uint32_t line; /* where it stands in its source, both from 1 */
    uint32_t column;
};

struct code_pipe {
    enum pipe_kind kind;
    uint32_t argument; /* offset */
};

struct code_block {
    uint32_t name;  /* offset */
    uint32_t start; /* its first instruction */
    bool open;      /* used outside of every section, so that its names can be judged */
};

struct template
{
    struct buffer text;   /* begins with a NUL, so that offset 0 is "" */
    struct buffer code;   /* struct code */
    struct buffer pipes;  /* struct code_pipe */
    struct buffer blocks; /* struct code_block */
    struct buffer uses;   /* struct template_use */
};

static inline struct code *code_at(const struct template *template, size_t index)
{
    return (struct code *)(void *)template->code.data + index;
}

static inline const struct code_pipe *code_pipe_at(const struct template *template, size_t index)
{
    return (const struct code_pipe *)(const void *)template->pipes.data + index;
}

static inline struct code_block *code_block_at(const struct template *template, size_t index)
{
    return (struct code_block *)(void *)template->blocks.data + index;
}

static inline size_t code_count(const struct template *template)
{
    return template->code.length / sizeof(struct code);
}

static inline size_t code_block_count(const struct template *template)
{
    return template->blocks.length / sizeof(struct code_block);
}

/* The NUL-terminated text at an offset. */
static inline const char *code_text(const struct template *template, uint32_t offset)
{
    return template->text.data + offset;
}

#endif
