/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers the pieces; see plain_layout.c for what becomes of them. */
#include "plain_flow.h"

#include <string.h>

#include "muster/base/text.h"

enum {
    BYTES_MOST = 4 * 1024 * 1024,
    PIECES_MOST = 1024 * 1024,
    ROW_LENGTH = 100, /* bytes of a row of cells that is one line */
};

void plain_flow_init(struct plain_flow *flow, const struct plain_tags *tags)
{
    *flow = (struct plain_flow){.tags = tags};
    buffer_init(&flow->bytes, BYTES_MOST);
    buffer_init(&flow->pieces, PIECES_MOST * sizeof(struct piece));
    buffer_init(&flow->open, PIECES_MOST * sizeof(uint32_t));
}

void plain_flow_free(struct plain_flow *flow)
{
    buffer_free(&flow->bytes);
    buffer_free(&flow->pieces);
    buffer_free(&flow->open);
}

uint32_t plain_flow_here(const struct plain_flow *flow)
{
    return (uint32_t)(flow->pieces.length / sizeof(struct piece));
}

uint32_t plain_flow_begin(struct plain_flow *flow)
{
    flow->apart = true;
    return plain_flow_here(flow);
}

static struct piece *last(const struct plain_flow *flow)
{
    const uint32_t count = plain_flow_here(flow);
    return count == 0 ? NULL : plain_flow_at(flow, count - 1);
}

static bool last_is(const struct plain_flow *flow, enum piece_kind kind)
{
    const struct piece *piece = last(flow);
    return piece != NULL && piece->kind == kind;
}

static void cut(struct plain_flow *flow, uint32_t count)
{
    flow->pieces.length = count * sizeof(struct piece);
}

static void drop(struct plain_flow *flow)
{
    cut(flow, plain_flow_here(flow) - 1);
}

static void add(struct plain_flow *flow, struct piece piece)
{
    (void)buffer_add(&flow->pieces, &piece, sizeof piece);
}

static void add_bytes(struct plain_flow *flow, enum piece_kind kind, const char *bytes,
                      size_t length)
{
    struct piece *piece = last(flow);
    const uint32_t at = (uint32_t)flow->bytes.length;
    if (!buffer_add(&flow->bytes, bytes, length)) {
        return;
    }
    const bool apart = flow->apart;
    flow->apart = false;
    if (!apart && kind == PIECE_TEXT && last_is(flow, PIECE_TEXT) &&
        piece->at + piece->length == at) {
        piece->length += (uint32_t)length;
        return;
    }
    add(flow, (struct piece){.kind = kind, .at = at, .length = (uint32_t)length});
}

bool plain_flow_is_silent(const struct plain_flow *flow, uint32_t from)
{
    const uint32_t count = plain_flow_here(flow);
    return count <= from ||
           (count == from + 1 && (last_is(flow, PIECE_GAP) || last_is(flow, PIECE_BLANK)));
}

/* --- sections ----------------------------------------------------------------------------------*/

/* The piece that opened the section we are in; PLAIN_FLOW_NONE when we are in none. */
static uint32_t opener(const struct plain_flow *flow)
{
    const size_t depth = flow->open.length / sizeof(uint32_t);
    const uint32_t *open = (const uint32_t *)(const void *)flow->open.data;
    return depth > 0 ? open[depth - 1] : PLAIN_FLOW_NONE;
}

static const struct plain_tag *opening_tag(const struct plain_flow *flow)
{
    const uint32_t open = opener(flow);
    return open == PLAIN_FLOW_NONE ? NULL : &flow->tags->all[plain_flow_at(flow, open)->at];
}

static bool is_sigil(const struct plain_tag *tag, char sigil)
{
    return tag != NULL && tag->sigil == sigil;
}

/* Within {{<parent}} only blocks are looked at: each can have its lines. */
static void part_block(struct plain_flow *flow)
{
    if (is_sigil(opening_tag(flow), '<')) {
        plain_flow_gap(flow, 1, 0);
    }
}

static void open_section(struct plain_flow *flow, uint32_t tag, bool hidden)
{
    if (flow->tags->all[tag].sigil == '$') {
        part_block(flow);
    }
    flow->loops += flow->tags->all[tag].sigil == '#' ? 1 : 0;
    const uint32_t here = plain_flow_here(flow);
    add(flow,
        (struct piece){.kind = PIECE_TAG, .at = tag, .hidden = hidden, .match = PLAIN_FLOW_NONE});
    (void)buffer_add(&flow->open, &here, sizeof here);
}

/* A section that says nothing goes; an empty block may not, since it stands for another text. */
static bool is_void(const struct plain_flow *flow, uint32_t open, bool hidden)
{
    const struct piece *piece = plain_flow_at(flow, open);
    const char sigil = flow->tags->all[piece->at].sigil;
    const uint32_t behind = open + 1;
    const uint32_t count = plain_flow_here(flow);
    const bool empty =
        count == behind ||
        (count == behind + 1 && (last_is(flow, PIECE_GAP) || last_is(flow, PIECE_BLANK)));
    return empty && (sigil == '#' || sigil == '^' || (piece->hidden && hidden));
}

static void close_section(struct plain_flow *flow, uint32_t tag, bool hidden)
{
    const uint32_t open = opener(flow);
    const struct plain_tag *opened = opening_tag(flow);
    const struct plain_tag *closing = &flow->tags->all[tag];
    struct piece piece = {.kind = PIECE_TAG, .at = tag, .hidden = hidden, .match = PLAIN_FLOW_NONE};
    if (opened == NULL || opened->name_length != closing->name_length ||
        memcmp(opened->name, closing->name, opened->name_length) != 0) {
        add(flow, piece); /* plain_tags_balance will say so */
        return;
    }
    flow->open.length -= sizeof open;
    flow->loops -= opened->sigil == '#' ? 1 : 0;
    if (is_void(flow, open, hidden)) {
        const struct piece tail = *last(flow);
        cut(flow, open);
        if (tail.kind == PIECE_GAP) {
            plain_flow_gap(flow, tail.level, tail.indent);
        } else if (tail.kind == PIECE_BLANK) {
            plain_flow_rune(flow, ' ', false);
        }
        return;
    }
    if (opened->sigil == '<') {
        plain_flow_gap(flow, 1, 0);
    }
    piece.match = open;
    plain_flow_at(flow, open)->match = plain_flow_here(flow);
    add(flow, piece);
    if (opened->sigil == '$') {
        part_block(flow);
    }
}

static void add_tag(struct plain_flow *flow, uint32_t index, bool hidden)
{
    const struct plain_tag *tag = &flow->tags->all[index];
    if (tag->sigil == '!') {
        return;
    }
    if (plain_tag_opens(tag)) {
        open_section(flow, index, hidden);
    } else if (tag->sigil == '/') {
        close_section(flow, index, hidden);
    } else if (!hidden) {
        add(flow, (struct piece){.kind = PIECE_TAG, .at = index, .match = PLAIN_FLOW_NONE});
    }
}

/* --- text --------------------------------------------------------------------------------------*/

static bool is_blank(uint32_t rune)
{
    return rune <= ' ' || rune == 0x7F || rune == 0xA0 || (rune >= 0x2000 && rune <= 0x200A) ||
           rune == 0x2028 || rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

/* Characters without a width, by which mails keep the preview line empty or words apart. */
static bool is_nothing(const struct plain_flow *flow, uint32_t rune)
{
    if (rune == 0x200C || rune == 0x200D) { /* the joiners mean something within a word only */
        return !last_is(flow, PIECE_TEXT);
    }
    return rune == 0xAD || rune == 0x34F || rune == 0x200B || rune == 0x2060 || rune == 0xFEFF;
}

void plain_flow_rune(struct plain_flow *flow, uint32_t rune, bool hidden)
{
    const struct plain_tag *tag = plain_tags_at(flow->tags, rune);
    if (tag != NULL) {
        const bool head = tag->head && flow->bytes.length == 0; /* text has ended the head */
        add_tag(flow, rune - PLAIN_TAG_FIRST, hidden || head || tag->hidden);
        return;
    }
    if (hidden || is_nothing(flow, rune)) {
        return;
    }
    if (is_blank(rune)) {
        const struct piece *piece = last(flow);
        if (piece != NULL &&
            (piece->kind == PIECE_TEXT || piece->kind == PIECE_TAG || piece->kind == PIECE_LINK)) {
            add(flow, (struct piece){.kind = PIECE_BLANK});
        }
        return;
    }
    char bytes[4];
    add_bytes(flow, PIECE_TEXT, bytes, text_put_rune(rune, bytes));
}

void plain_flow_kept(struct plain_flow *flow, uint32_t rune, uint16_t indent)
{
    if (rune == '\n') {
        plain_flow_break(flow, indent);
    } else if (rune == ' ' || rune == '\t' || rune == 0xA0) {
        add_bytes(flow, PIECE_TEXT, rune == '\t' ? "\t" : " ", 1);
    } else {
        plain_flow_rune(flow, rune, false);
    }
}

static bool is_blank_piece(const struct plain_flow *flow, const struct piece *piece)
{
    if (piece->kind != PIECE_TEXT) {
        return piece->kind == PIECE_BLANK;
    }
    for (uint32_t i = 0; i < piece->length; i++) {
        if (strchr(" \t", flow->bytes.data[piece->at + i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* Blanks at the end of a line go; those of a text that is kept are pieces of their own. */
static void drop_blanks(struct plain_flow *flow)
{
    while (last(flow) != NULL && is_blank_piece(flow, last(flow))) {
        drop(flow);
    }
}

void plain_flow_gap(struct plain_flow *flow, uint8_t level, uint16_t indent)
{
    if (last_is(flow, PIECE_MARK)) {
        return;
    }
    drop_blanks(flow);
    if (last_is(flow, PIECE_GAP)) {
        struct piece *gap = last(flow);
        gap->level = level > gap->level ? level : gap->level;
        gap->indent = indent;
        return;
    }
    add(flow, (struct piece){.kind = PIECE_GAP, .level = level, .indent = indent});
}

uint8_t plain_flow_level(const struct plain_flow *flow)
{
    return last_is(flow, PIECE_GAP) ? last(flow)->level : 0;
}

void plain_flow_break(struct plain_flow *flow, uint16_t indent)
{
    drop_blanks(flow);
    const uint8_t level = last_is(flow, PIECE_GAP) ? 2 : 1;
    plain_flow_gap(flow, level, indent);
}

void plain_flow_mark(struct plain_flow *flow, const char *mark)
{
    add_bytes(flow, PIECE_MARK, mark, strlen(mark));
}

void plain_flow_unmark(struct plain_flow *flow)
{
    if (last_is(flow, PIECE_MARK)) {
        drop(flow);
    }
}

/* --- links -------------------------------------------------------------------------------------*/

/* The text from `from` on, when it is short and in one line, else "". */
static void said_since(const struct plain_flow *flow, uint32_t from, size_t most,
                       struct buffer *said)
{
    for (uint32_t i = from; i < plain_flow_here(flow); i++) {
        const struct piece *piece = plain_flow_at(flow, i);
        const struct plain_tag *tag = piece->kind == PIECE_TAG ? &flow->tags->all[piece->at] : NULL;
        if (piece->kind == PIECE_BLANK) {
            (void)buffer_putc(said, ' ');
        } else if (piece->kind == PIECE_TEXT) {
            plain_flow_put(said, flow->bytes.data + piece->at, piece->length);
        } else if (tag != NULL && !plain_tag_is_quiet(tag)) {
            plain_flow_put_tag(said, tag);
        } else {
            buffer_clear(said);
            return;
        }
        if (said->length > most) {
            buffer_clear(said);
            return;
        }
    }
}

static void add_link(struct plain_flow *flow, uint32_t from, const struct plain_link *link)
{
    CLEANUP(buffer_free) struct buffer said;
    buffer_init(&said, BYTES_MOST);
    const size_t length = strlen(link->url);
    said_since(flow, from, length + sizeof "https://www./" + sizeof "(0) - - -", &said);
    const bool bare = plain_flow_here(flow) <= from;
    /* Of nothing that could be compared, a link to "/" would seem to be said. */
    const bool again = !bare && said.length > 0 && plain_link_is_said(link, buffer_text(&said));
    if (again && link->kind != PLAIN_LINK_WEB) {
        return;
    }
    if (again) {
        cut(flow, from);
    }
    add_bytes(flow, PIECE_LINK, link->url, length);
    if (last(flow) != NULL) {
        last(flow)->bare = bare || again;
    }
}

void plain_flow_link(struct plain_flow *flow, uint32_t from, const struct plain_link *link)
{
    if (link->kind == PLAIN_LINK_NONE) {
        return;
    }
    struct piece tail = {.kind = PIECE_TEXT};
    if (plain_flow_here(flow) > from && (last_is(flow, PIECE_GAP) || last_is(flow, PIECE_BLANK))) {
        tail = *last(flow);
        drop(flow);
    }
    add_link(flow, from, link);
    if (tail.kind != PIECE_TEXT) {
        add(flow, tail);
    }
}

/* --- rows of cells -----------------------------------------------------------------------------*/

void plain_flow_part(struct plain_flow *flow, uint16_t indent)
{
    plain_flow_gap(flow, 2, indent);
    if (last_is(flow, PIECE_GAP)) {
        last(flow)->parts = true;
        last(flow)->cell = false;
    }
}

void plain_flow_cell(struct plain_flow *flow, uint16_t indent)
{
    plain_flow_gap(flow, 2, indent);
    if (last_is(flow, PIECE_GAP)) {
        last(flow)->cell = !last(flow)->parts;
    }
}

static bool is_quiet_tag(const struct plain_flow *flow, uint32_t index)
{
    const struct piece *piece = plain_flow_at(flow, index);
    return piece->kind == PIECE_TAG && plain_tag_is_quiet(&flow->tags->all[piece->at]);
}

/* Whether pieces [from, to) are a row of short cells, a line each. */
static bool is_line(const struct plain_flow *flow, uint32_t from, uint32_t to)
{
    size_t length = 0;
    unsigned cells = 1;
    for (uint32_t i = from; i < to && length <= ROW_LENGTH; i++) {
        const struct piece *piece = plain_flow_at(flow, i);
        if (piece->kind == PIECE_GAP) {
            if (!piece->cell || is_quiet_tag(flow, i - 1) || is_quiet_tag(flow, i + 1)) {
                return false;
            }
            cells++;
        } else if (piece->kind == PIECE_MARK) {
            return false;
        } else {
            length += piece->kind == PIECE_TAG ? flow->tags->all[piece->at].length : piece->length;
        }
    }
    return cells > 1 && length <= ROW_LENGTH && !is_quiet_tag(flow, from) &&
           !is_quiet_tag(flow, to - 1);
}

bool plain_flow_row(struct plain_flow *flow, uint32_t from, uint8_t level)
{
    const uint32_t count = plain_flow_here(flow);
    const uint32_t to = last_is(flow, PIECE_GAP) ? count - 1 : count;
    if (from + 1 >= to || plain_flow_at(flow, from)->kind != PIECE_GAP ||
        !is_line(flow, from + 1, to)) {
        return false;
    }
    plain_flow_at(flow, from)->level = level > 0 ? level : 1;
    for (uint32_t i = from + 1; i < to; i++) {
        struct piece *piece = plain_flow_at(flow, i);
        if (piece->kind == PIECE_GAP) {
            const uint32_t at = (uint32_t)flow->bytes.length;
            (void)buffer_puts(&flow->bytes, " | ");
            *piece = (struct piece){.kind = PIECE_TEXT, .at = at, .length = 3};
        }
    }
    if (to < count) {
        last(flow)->level = 1;
    }
    return true;
}

/* --- bytes -------------------------------------------------------------------------------------*/

static bool ends_with_brace(const struct buffer *out)
{
    return out->length > 0 && out->data[out->length - 1] == '{';
}

void plain_flow_put(struct buffer *out, const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        const char *brace = memchr(bytes + at, '{', length - at);
        const size_t end = brace == NULL ? length : (size_t)(brace - bytes);
        (void)buffer_add(out, bytes + at, end - at);
        if (brace != NULL) {
            (void)buffer_puts(out, ends_with_brace(out) ? " {" : "{");
        }
        at = brace == NULL ? length : end + 1;
    }
}

void plain_flow_put_tag(struct buffer *out, const struct plain_tag *tag)
{
    if (ends_with_brace(out)) {
        (void)buffer_putc(out, ' ');
    }
    (void)buffer_add(out, tag->text, tag->length);
}
