/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flow of a text: what an HTML template says, piece after piece, and how that is laid out in
 * lines. It knows nothing of HTML. For plain*.c only.
 *
 * Pieces are kept until all are known, because much depends on what follows: how a link is
 * written, whether a section has its line to itself, whether a row of cells is one line. */
#ifndef MUSTER_MESSAGE_PLAIN_FLOW_H
#define MUSTER_MESSAGE_PLAIN_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"

#include "plain_link.h"
#include "plain_tags.h"

enum piece_kind {
    PIECE_TEXT,  /* `length` bytes at `at` */
    PIECE_BLANK, /* one blank */
    PIECE_GAP,   /* `level` line ends: 1 or 2 */
    PIECE_MARK,  /* as TEXT: what an item of a list begins with */
    PIECE_TAG,   /* the tag `at` */
    PIECE_LINK,  /* as TEXT, its tags in it: where the link leads whose text stands before this */
};

struct piece {
    enum piece_kind kind;
    uint8_t level;
    bool cell;       /* GAP: stands between two cells of a row */
    bool parts;      /* GAP: stands between a table and something else */
    bool hidden;     /* TAG: of a place that nobody sees */
    bool bare;       /* LINK: has no text */
    bool ends;       /* TAG: nothing is said between it and the next gap, which has `level` */
    bool whole;      /* TAG: of a section that is all of a block, with others perhaps */
    bool alone;      /* TAG: has its line to itself */
    uint16_t indent; /* GAP: blanks in front of the next line */
    uint32_t at;
    uint32_t length;
    uint32_t match; /* TAG: the piece that opens or closes it, or PLAIN_FLOW_NONE */
};

enum { PLAIN_FLOW_NONE = 0x7FFFFFFF };

struct plain_flow {
    const struct plain_tags *tags;
    struct buffer bytes;
    struct buffer pieces; /* struct piece */
    struct buffer open;   /* uint32_t: the pieces that opened the sections we are in */
    bool apart;           /* the next text is not a part of the last piece */
    unsigned loops;       /* how many of them are {{#name}} */
};

void plain_flow_init(struct plain_flow *flow, const struct plain_tags *tags);
void plain_flow_free(struct plain_flow *flow);

/* One character of a text, or a tag; blanks are collapsed. `hidden`: only tags count, and only
 * those that open or close. */
void plain_flow_rune(struct plain_flow *flow, uint32_t rune, bool hidden);

/* The same where white space is kept. */
void plain_flow_kept(struct plain_flow *flow, uint32_t rune, uint16_t indent);

/* End the line, and with level 2 leave an empty one; more than one of these in a row are the
 * greatest of them. */
void plain_flow_gap(struct plain_flow *flow, uint8_t level, uint16_t indent);

/* End the line, be it empty. */
void plain_flow_break(struct plain_flow *flow, uint16_t indent);

/* Begin an item with "- " or the like; end it. */
void plain_flow_mark(struct plain_flow *flow, const char *mark);
void plain_flow_unmark(struct plain_flow *flow);

/* The level of the gap that was added last, 0 when something came behind it. */
uint8_t plain_flow_level(const struct plain_flow *flow) MUST_USE;

/* How many pieces there are: where the next one will be. */
uint32_t plain_flow_here(const struct plain_flow *flow) MUST_USE;

/* The same, for a link that begins here. */
uint32_t plain_flow_begin(struct plain_flow *flow) MUST_USE;

/* Whether nothing was said from `from` on. */
bool plain_flow_is_silent(const struct plain_flow *flow, uint32_t from) MUST_USE;

/* The link whose text began at `from` leads there. */
void plain_flow_link(struct plain_flow *flow, uint32_t from, const struct plain_link *link);

/* A table begins or ends here: what stands on either side is never in one line. */
void plain_flow_part(struct plain_flow *flow, uint16_t indent);

/* The next cell of a row begins. */
void plain_flow_cell(struct plain_flow *flow, uint16_t indent);

/* The row that began at `from`, with a gap, ends: make one line of it if it is short. `level` is
 * that of the gap before the row began. Gives whether it became one. */
bool plain_flow_row(struct plain_flow *flow, uint32_t from, uint8_t level);

/* Lay all of it out, in plain_layout.c. */
void plain_layout_write(struct plain_flow *flow, struct buffer *out);

/* Add text to what will be read as a template, so that no two braces become a tag; add a tag. */
void plain_flow_put(struct buffer *out, const char *bytes, size_t length);
void plain_flow_put_tag(struct buffer *out, const struct plain_tag *tag);

static inline struct piece *plain_flow_at(const struct plain_flow *flow, size_t index)
{
    return (struct piece *)(void *)flow->pieces.data + index;
}

#endif
