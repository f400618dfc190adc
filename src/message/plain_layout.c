/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lays the pieces of a text out in lines.
 *
 * The text is a template: each section may be there, be left out, or come many times. So where a
 * line ends or a blank stands, all the ways are thought of on which a rendering can come there.
 * A line end is written before what needs it, never behind what may be left out; a section between
 * blocks has the gap behind it within itself:
 *
 *     first
 *
 *     {{#section}}
 *     second
 *
 *     {{/section}}
 *     third
 */
#include <string.h>

#include "plain_flow.h"

enum { FRAMES_MOST = 4 * 1024 * 1024 };

/* An open section, as it began. */
struct frame {
    uint8_t have;
    bool spaced;
};

struct writer {
    const struct plain_flow *flow;
    struct buffer *out;
    struct buffer frames; /* struct frame */
    uint8_t want;         /* line ends that must stand before what comes next */
    uint8_t have;         /* line ends that stand there already, on whichever way one comes */
    uint16_t indent;
    bool fresh;     /* a line begins here */
    bool begun;     /* something is written */
    bool blank;     /* a blank is due before what comes next, if that is on the same line */
    bool spaced;    /* a blank here would be one too many */
    unsigned links; /* on this line */
};

static const struct plain_tag *tag_of(const struct plain_flow *flow, const struct piece *piece)
{
    return &flow->tags->all[piece->at];
}

static bool is_quiet(const struct plain_flow *flow, const struct piece *piece)
{
    return piece->kind == PIECE_TAG && plain_tag_is_quiet(tag_of(flow, piece));
}

/* --- what has a line to itself -----------------------------------------------------------------*/

/* From the end: behind which tags a line ends. */
static void see_ends(struct plain_flow *flow)
{
    bool ends = true;
    uint8_t level = 1;
    for (uint32_t i = plain_flow_here(flow); i > 0; i--) {
        struct piece *piece = plain_flow_at(flow, i - 1);
        if (piece->kind == PIECE_GAP) {
            ends = true;
            level = piece->level;
        } else if (is_quiet(flow, piece)) {
            piece->ends = ends;
            piece->level = level;
        } else if (piece->kind != PIECE_BLANK) {
            ends = false;
        }
    }
}

/* Whether the text is a mark between things rather than the edge of one. */
static bool is_between(const char *bytes, size_t length, bool front)
{
    static const char *const marks[] = {
        ",",           ";", "|", "-", "/", "&", "+", "\xC2\xB7", "\xE2\x80\xA2", "\xE2\x80\x93",
        "\xE2\x80\x94"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const size_t size = strlen(marks[i]);
        if (length >= size && memcmp(front ? bytes : bytes + length - size, marks[i], size) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the section from `open` to `close` can be a paragraph. One that begins or ends with what
 * stands between two things, `{{#names}}{{.}}, {{/names}}`, is a list within a sentence. */
static bool can_be_whole(const struct plain_flow *flow, uint32_t open, uint32_t close)
{
    const struct piece *first = plain_flow_at(flow, open + 1);
    const struct piece *last = plain_flow_at(flow, close - 1);
    const char *bytes = flow->bytes.data;
    return first->kind != PIECE_BLANK && first->kind != PIECE_GAP && last->kind != PIECE_BLANK &&
           last->kind != PIECE_GAP &&
           (first->kind != PIECE_TEXT || !is_between(bytes + first->at, first->length, true)) &&
           (last->kind != PIECE_TEXT || !is_between(bytes + last->at, last->length, false));
}

/* Sections one after the other that are, together, all of a block are whole each. */
static void see_whole(struct plain_flow *flow, uint32_t from)
{
    const uint32_t count = plain_flow_here(flow);
    uint32_t i = from;
    uint32_t close = PLAIN_FLOW_NONE;
    while (i < count && (close == PLAIN_FLOW_NONE || !plain_flow_at(flow, close)->ends)) {
        const struct piece *piece = plain_flow_at(flow, i);
        const char sigil = piece->kind == PIECE_TAG ? tag_of(flow, piece)->sigil : '\0';
        if ((sigil != '#' && sigil != '^') || piece->match == PLAIN_FLOW_NONE ||
            !can_be_whole(flow, i, piece->match)) {
            return;
        }
        close = piece->match;
        i = close + 1;
        i += i < count && plain_flow_at(flow, i)->kind == PIECE_BLANK ? 1 : 0;
    }
    if (close == PLAIN_FLOW_NONE || !plain_flow_at(flow, close)->ends) {
        return;
    }
    const uint8_t level = plain_flow_at(flow, close)->level;
    for (uint32_t k = from; k < close; k++) {
        plain_flow_at(flow, k)->whole = true;
        k = plain_flow_at(flow, k)->match;
        plain_flow_at(flow, k)->whole = true;
        plain_flow_at(flow, k)->level = level;
        k += k < close && plain_flow_at(flow, k + 1)->kind == PIECE_BLANK ? 1 : 0;
    }
}

/* A place that others fill, {{$body}}{{/body}}: it is text like any other, with the gaps around it;
 * on lines of its own, which vanish, what fills it would run into what follows. */
static bool is_place(const struct plain_flow *flow, uint32_t index)
{
    const struct piece *piece = plain_flow_at(flow, index);
    return tag_of(flow, piece)->sigil == '$' && piece->match == index + 1;
}

/* From the start: which tags have a line to themselves. */
static void see_alone(struct plain_flow *flow)
{
    bool starts = true;
    for (uint32_t i = 0; i < plain_flow_here(flow); i++) {
        struct piece *piece = plain_flow_at(flow, i);
        if (piece->kind == PIECE_GAP) {
            starts = true;
        } else if (is_quiet(flow, piece) && is_place(flow, i)) {
            starts = false;
            i = piece->match;
        } else if (is_quiet(flow, piece)) {
            const char sigil = tag_of(flow, piece)->sigil;
            if (starts && !piece->ends && !piece->whole) {
                see_whole(flow, i);
            }
            const bool line = piece->ends || piece->whole;
            if (sigil == '/') {
                piece->alone = line && piece->match != PLAIN_FLOW_NONE &&
                               plain_flow_at(flow, piece->match)->alone;
                starts = starts || piece->alone;
            } else {
                piece->alone = starts && line;
                starts = piece->alone;
            }
        } else if (piece->kind != PIECE_BLANK) {
            starts = false;
        }
    }
}

/* --- writing -----------------------------------------------------------------------------------*/

static void end_lines(struct writer *writer, unsigned count)
{
    struct buffer *out = writer->out;
    while (out->length > 0 && strchr(" \t", out->data[out->length - 1]) != NULL) {
        out->length--;
    }
    for (unsigned i = 0; i < count; i++) {
        (void)buffer_putc(out, '\n');
    }
    writer->fresh = true;
    writer->blank = false;
    writer->links = 0;
}

/* Come to where something can be written that is to be read. */
static void come(struct writer *writer)
{
    if (writer->begun && writer->want > writer->have) {
        end_lines(writer, writer->want - writer->have);
    }
    if (writer->fresh) {
        for (unsigned i = 0; i < writer->indent; i++) {
            (void)buffer_putc(writer->out, ' ');
        }
    } else if (writer->blank) {
        (void)buffer_putc(writer->out, ' ');
    }
    writer->want = 0;
    writer->have = 0;
    writer->fresh = false;
    writer->blank = false;
    writer->spaced = false;
    writer->begun = true;
}

static void put_piece(struct writer *writer, const struct piece *piece)
{
    plain_flow_put(writer->out, writer->flow->bytes.data + piece->at, piece->length);
}

static void push(struct writer *writer, uint8_t have, bool spaced)
{
    const struct frame frame = {.have = have, .spaced = spaced};
    (void)buffer_add(&writer->frames, &frame, sizeof frame);
}

/* The section that is closed, as it began. */
static struct frame pop(struct writer *writer)
{
    writer->frames.length -= sizeof(struct frame);
    return *(const struct frame *)(const void *)(writer->frames.data + writer->frames.length);
}

static uint8_t lesser(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

static uint8_t greater(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* Whether a section that begins on a line of its own ends in the midst of one: then, should it come
 * again, the gap at its beginning is all that parts the two. */
static bool is_open_ended(const struct plain_flow *flow, const struct piece *open)
{
    return open->match != PLAIN_FLOW_NONE && !plain_flow_at(flow, open->match)->alone &&
           plain_flow_at(flow, open->match - 1)->kind != PIECE_GAP;
}

/* A tag with a line to itself, which vanishes with it. */
static void put_alone(struct writer *writer, const struct piece *piece)
{
    const struct plain_tag *tag = tag_of(writer->flow, piece);
    const bool closes = tag->sigil == '/';
    if (closes && !writer->fresh && writer->want == 0) {
        writer->want = piece->level; /* the gap behind the section goes with it */
    }
    if (!writer->fresh && writer->want == 0) {
        writer->want = 1;
    }
    const uint8_t gap = writer->begun ? greater(writer->want, writer->have) : 2;
    if (writer->begun && gap > writer->have) {
        end_lines(writer, gap - writer->have);
    }
    plain_flow_put_tag(writer->out, tag);
    end_lines(writer, 1);
    writer->begun = true;
    writer->want = 0;
    writer->have = gap;
    writer->spaced = true;
    if (closes) {
        writer->have = lesser(gap, pop(writer).have);
    } else {
        writer->have = is_open_ended(writer->flow, piece) ? 0 : gap;
        push(writer, gap, true);
    }
}

static void put_partial(struct writer *writer, const struct piece *piece)
{
    const uint8_t gap = greater(writer->want, 1);
    come(writer);
    plain_flow_put_tag(writer->out, tag_of(writer->flow, piece));
    if (piece->alone) {
        writer->want = gap;
    }
}

/* A tag that opens or closes within a line. */
static void put_within(struct writer *writer, uint32_t index)
{
    const struct plain_flow *flow = writer->flow;
    const struct piece *piece = plain_flow_at(flow, index);
    const struct plain_tag *tag = tag_of(flow, piece);
    const bool closes = tag->sigil == '/';
    bool spaced = writer->spaced;
    if (closes && piece->ends && writer->want > 0) {
        plain_flow_put_tag(writer->out, tag); /* the gap is wanted behind it, too */
        writer->have = 0;
        writer->fresh = false;
    } else {
        spaced = spaced || writer->want > 0;
        come(writer);
        plain_flow_put_tag(writer->out, tag);
    }
    if (closes) {
        writer->spaced = piece->match != PLAIN_FLOW_NONE && pop(writer).spaced && spaced;
        return;
    }
    push(writer, 0, spaced);
    writer->spaced = spaced && piece->match != PLAIN_FLOW_NONE &&
                     plain_flow_at(flow, piece->match - 1)->kind == PIECE_BLANK;
}

/* Whether nothing more is said in this line behind the piece. */
static bool is_last(const struct plain_flow *flow, uint32_t index)
{
    const uint32_t count = plain_flow_here(flow);
    for (uint32_t i = index + 1; i < count; i++) {
        const struct piece *piece = plain_flow_at(flow, i);
        if (piece->kind == PIECE_TAG && plain_tag_is_quiet(tag_of(flow, piece))) {
            return piece->ends || piece->alone;
        }
        if (piece->kind != PIECE_BLANK) {
            return piece->kind == PIECE_GAP;
        }
    }
    return true;
}

static bool ends_with(const struct buffer *out, const char *end)
{
    const size_t length = strlen(end);
    return out->length >= length && memcmp(out->data + out->length - length, end, length) == 0;
}

static void put_link(struct writer *writer, uint32_t index)
{
    static const char *const points[] = {
        ":", ".", "!", "?", "\xE2\x80\xA6", "\xE2\x86\x92", "\xC2\xBB", "\xE2\x80\xBA"};
    const struct piece *piece = plain_flow_at(writer->flow, index);
    const bool alone = writer->links == 0 && is_last(writer->flow, index);
    bool pointed = false;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        pointed = pointed || ends_with(writer->out, points[i]);
    }
    if (piece->bare) {
        writer->blank = writer->blank || (!writer->fresh && !ends_with(writer->out, " ") &&
                                          !ends_with(writer->out, "("));
    }
    come(writer);
    if (!piece->bare) {
        (void)buffer_puts(writer->out, !alone ? " (" : pointed ? " " : ": ");
    }
    (void)buffer_add(writer->out, writer->flow->bytes.data + piece->at, piece->length);
    if (!piece->bare && !alone) {
        (void)buffer_putc(writer->out, ')');
    }
    writer->links++;
}

static void put_tag(struct writer *writer, uint32_t index)
{
    const struct piece *piece = plain_flow_at(writer->flow, index);
    const struct plain_tag *tag = tag_of(writer->flow, piece);
    if (tag->sigil == '>') {
        put_partial(writer, piece);
    } else if (piece->alone) {
        put_alone(writer, piece);
    } else if (plain_tag_is_quiet(tag)) {
        put_within(writer, index);
    } else {
        come(writer);
        plain_flow_put_tag(writer->out, tag);
    }
}

static void put(struct writer *writer, uint32_t index)
{
    const struct piece *piece = plain_flow_at(writer->flow, index);
    switch (piece->kind) {
    case PIECE_BLANK:
        writer->blank = writer->blank || (!writer->spaced && !writer->fresh);
        writer->spaced = true;
        break;
    case PIECE_GAP:
        writer->want = greater(writer->want, piece->level);
        writer->indent = piece->indent;
        break;
    case PIECE_LINK: put_link(writer, index); break;
    case PIECE_TAG: put_tag(writer, index); break;
    case PIECE_MARK:
    case PIECE_TEXT:
        come(writer);
        put_piece(writer, piece);
        writer->spaced = piece->kind == PIECE_MARK;
        break;
    }
}

void plain_layout_write(struct plain_flow *flow, struct buffer *out)
{
    see_ends(flow);
    see_alone(flow);
    struct writer writer = {.flow = flow, .out = out, .have = 2, .fresh = true, .spaced = true};
    buffer_init(&writer.frames, FRAMES_MOST);
    for (uint32_t i = 0; i < plain_flow_here(flow); i++) {
        put(&writer, i);
    }
    buffer_free(&writer.frames);
    while (out->length > 0 && strchr(" \t\n", out->data[out->length - 1]) != NULL) {
        out->length--;
    }
    if (out->length > 0) {
        (void)buffer_putc(out, '\n');
    }
}
