/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of plainer marks and signs, and the choice between the ways to write a text. */
#include "muster/message/wording.h"

#include <stdint.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/conf/plan.h"

enum { TEXT_CEILING = 64 * 1024 };

bool wording_read(const char *text, unsigned *allowed)
{
    size_t count = 0;
    const char *const *words = plan_plain_words(&count);
    unsigned found = 0;
    for (const char *at = text == NULL ? "" : text; *at != '\0';) {
        const size_t length = strcspn(at, " ");
        bool known = length == 0;
        for (size_t i = 0; i < count && !known; i++) {
            known = strlen(words[i]) == length && strncmp(at, words[i], length) == 0;
            found |= known ? 1U << i : 0;
        }
        if (!known) {
            return false;
        }
        at += length + (at[length] == ' ' ? 1 : 0);
    }
    /* Neither of these says anything without it. */
    const bool letters = (found & (WORDING_NAMES | WORDING_WELSH)) != 0;
    *allowed = letters ? found | WORDING_LETTERS : found;
    return true;
}

struct plainer {
    uint16_t first; /* characters first to last */
    uint16_t last;
    const char *plain;
};

/* In the order of their code points. */
static const struct plainer marks[] = {
    {0x0060, 0x0060, "'"}, {0x00A0, 0x00A0, " "},   {0x00AB, 0x00AB, "\""}, {0x00AD, 0x00AD, ""},
    {0x00B4, 0x00B4, "'"}, {0x00BB, 0x00BB, "\""},  {0x180E, 0x180E, ""},   {0x2000, 0x200A, " "},
    {0x200B, 0x200C, ""},  {0x2010, 0x2015, "-"},   {0x2018, 0x201B, "'"},  {0x201C, 0x201F, "\""},
    {0x2022, 0x2022, "-"}, {0x2026, 0x2026, "..."}, {0x2028, 0x2029, "\n"}, {0x202F, 0x202F, " "},
    {0x2032, 0x2032, "'"}, {0x2033, 0x2033, "\""},  {0x205F, 0x205F, " "},  {0x2060, 0x2060, ""},
    {0x2212, 0x2212, "-"}, {0x3000, 0x3000, " "},   {0xFEFF, 0xFEFF, ""},
};

static const struct plainer signs[] = {
    {0x00A9, 0x00A9, "(C)"}, {0x00AE, 0x00AE, "(R)"}, {0x00B0, 0x00B0, " deg"},
    {0x00B7, 0x00B7, "-"},   {0x00BC, 0x00BC, "1/4"}, {0x00BD, 0x00BD, "1/2"},
    {0x00BE, 0x00BE, "3/4"}, {0x00D7, 0x00D7, "x"},   {0x2116, 0x2116, "No"},
    {0x2122, 0x2122, "TM"},  {0x2713, 0x2714, "*"},
};

static const char *look_up(const struct plainer *table, size_t count, uint32_t rune)
{
    for (size_t i = 0; i < count && table[i].first <= rune; i++) {
        if (rune <= table[i].last) {
            return table[i].plain;
        }
    }
    return NULL;
}

/* A way to write a text. */
struct way {
    bool marks;
    bool letters;
    bool letters_in_values;
    bool shortening; /* only what makes it shorter: it stays UCS-2 all the same */
};

/* The plainer form of a character outside of GSM-7; NULL when there is none. `room` is for it. */
static const char *plainer(const struct way *way, uint32_t rune, bool in_value,
                           char room[TEXT_BARE_SIZE + 1])
{
    const char *plain = way->marks ? look_up(marks, ARRAY_LENGTH(marks), rune) : NULL;
    const bool letters = in_value ? way->letters_in_values : way->letters;
    if (plain == NULL && letters) {
        plain = look_up(signs, ARRAY_LENGTH(signs), rune);
        const size_t length = plain == NULL ? text_bare(rune, room) : 0;
        if (length > 0) {
            room[length] = '\0';
            plain = room;
        }
        if (plain == NULL && rune >= 0x0300 && rune <= 0x036F) {
            plain = ""; /* a mark that stands by itself */
        }
    }
    return plain != NULL && way->shortening && plain[0] != '\0' ? NULL : plain;
}

bool wording_replaces(uint32_t rune, unsigned allowed, bool in_value, bool welsh)
{
    char room[TEXT_BARE_SIZE + 1];
    const bool letters =
        (allowed & WORDING_LETTERS) != 0 && (!welsh || (allowed & WORDING_WELSH) != 0);
    const struct way way = {
        .marks = (allowed & WORDING_PUNCTUATION) != 0,
        .letters = letters,
        .letters_in_values = letters && (allowed & WORDING_NAMES) != 0,
    };
    return gsm_septets(rune) == 0 && plainer(&way, rune, in_value, room) != NULL;
}

/* The spans of the values, moved along with the text as it is rewritten. */
struct tracing {
    struct template_span *spans;
    size_t count;
    size_t open;    /* the first that is not closed yet */
    size_t written; /* of the open one: where it begins in the new text */
    bool inside;
};

static void trace(struct tracing *tracing, const struct template_span *old, size_t at, size_t put)
{
    while (tracing->open < tracing->count) {
        if (!tracing->inside && at >= old[tracing->open].from) {
            tracing->inside = true;
            tracing->written = put;
        }
        if (!tracing->inside || at < old[tracing->open].to) {
            return;
        }
        tracing->spans[tracing->open].from = tracing->written;
        tracing->spans[tracing->open].to = put;
        tracing->spans[tracing->open].name = old[tracing->open].name;
        tracing->inside = false;
        tracing->open++;
    }
}

/* Rewrite the text; false when it is no candidate. */
static bool rewrite(const struct wording *given, const struct way *way, struct arena *arena,
                    struct wording *result)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, TEXT_CEILING);
    struct tracing tracing = {
        .spans = arena_array(arena, given->span_count + 1, sizeof *given->spans),
        .count = given->span_count,
    };
    for (size_t at = 0; at < given->length;) {
        uint32_t rune = 0;
        char room[TEXT_BARE_SIZE + 1];
        const size_t taken = text_rune(given->text + at, given->length - at, &rune);
        trace(&tracing, given->spans, at, out.length);
        const char *plain = gsm_septets(rune) > 0 ? NULL : plainer(way, rune, tracing.inside, room);
        if (plain == NULL) {
            (void)buffer_add(&out, given->text + at, taken);
        } else {
            (void)buffer_puts(&out, plain);
        }
        at += taken;
    }
    trace(&tracing, given->spans, given->length, out.length);
    if (out.full || !gsm_measure(buffer_text(&out), out.length, &result->size)) {
        return false;
    }
    result->text = arena_span(arena, buffer_text(&out), out.length);
    result->length = out.length;
    result->spans = tracing.spans;
    result->span_count = tracing.count;
    return true;
}

/* Take the way if it saves a part. Where it does not lead to GSM-7, it may still shorten the text;
 * and so it may where marks that are spelt out take more septets than they save. */
static void try_way(const struct wording *given, struct way way, struct arena *arena,
                    struct wording *best)
{
    struct wording found = *given;
    bool good = rewrite(given, &way, arena, &found);
    if (!good || found.size.encoding == GSM_UCS2 || found.size.parts >= best->size.parts) {
        way.shortening = true;
        good = rewrite(given, &way, arena, &found);
    }
    if (good && found.size.parts > 0 && found.size.parts < best->size.parts) {
        *best = found;
    }
}

bool wording_choose(const char *text, size_t length, struct template_span *spans, size_t span_count,
                    unsigned allowed, bool welsh, struct arena *arena, struct wording *wording)
{
    struct wording given = {.text = text,
                            .length = length,
                            .spans = spans,
                            .span_count = span_count,
                            .given = text,
                            .given_spans = spans};
    if (!gsm_measure(text, length, &given.written)) {
        return false;
    }
    given.size = given.written;
    *wording = given;
    if (given.size.parts <= 1 || given.size.encoding == GSM_7BIT) {
        return true;
    }
    const bool marks_allowed = (allowed & WORDING_PUNCTUATION) != 0;
    const bool letters =
        (allowed & WORDING_LETTERS) != 0 && (!welsh || (allowed & WORDING_WELSH) != 0);
    if (marks_allowed) {
        try_way(&given, (struct way){.marks = true}, arena, wording);
    }
    if (letters) {
        const bool in_values = (allowed & WORDING_NAMES) != 0;
        const struct way words_only = {.marks = marks_allowed, .letters = true};
        const struct way everywhere = {
            .marks = marks_allowed, .letters = true, .letters_in_values = true};
        try_way(&given, words_only, arena, wording);
        if (in_values) {
            try_way(&given, everywhere, arena, wording);
        }
    }
    return true;
}
