/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts, price, and whose letters or names are to blame. */
#include "preflight_texts.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/model/phone.h"

enum { WHY_CEILING = 200 };

/* The name of the value that stands at a place of the text; "" in the template's own words. */
static const char *value_at(const struct wording *wording, size_t at)
{
    for (size_t i = 0; i < wording->span_count; i++) {
        if (at >= wording->spans[i].from && at < wording->spans[i].to) {
            return wording->spans[i].name;
        }
    }
    return "";
}

static void blame(struct preflight *preflight, const char *what, const char *where,
                  struct arena *arena)
{
    for (size_t i = 0; i < preflight->cause_count; i++) {
        struct preflight_cause *cause = &preflight->causes[i];
        if (strcmp(cause->what, what) == 0 && strcmp(cause->where, where) == 0) {
            cause->texts++;
            return;
        }
    }
    if (preflight->cause_count == PREFLIGHT_CAUSES_MOST) {
        preflight->other_causes++;
        return;
    }
    preflight->causes[preflight->cause_count++] = (struct preflight_cause){
        .what = arena_text(arena, what),
        .where = arena_text(arena, where),
        .texts = 1,
    };
}

/* Whether the text before `at` has the same character in the value (or words) of the same name. */
static bool seen_before(const struct wording *wording, size_t at, uint32_t wanted,
                        const char *where)
{
    for (size_t i = 0; i < at;) {
        uint32_t rune = 0;
        const size_t taken = text_rune(wording->text + i, wording->length - i, &rune);
        if (rune == wanted && strcmp(value_at(wording, i), where) == 0) {
            return true;
        }
        i += taken;
    }
    return false;
}

static void add_why(struct buffer *why, const char *what, const char *where)
{
    (void)buffer_printf(why, "%s%s in %s", why->length == 0 ? "" : ", ", what,
                        where[0] == '\0' ? "the words" : where);
}

/* Blame the characters that are not in GSM-7, but for those that would be written plainer if that
 * were of any use. */
static void blame_characters(struct preflight *preflight, const struct letter *letter,
                             struct buffer *why, struct arena *arena)
{
    const struct wording *wording = &letter->wording;
    for (size_t at = 0; at < wording->length;) {
        uint32_t rune = 0;
        char character[5] = "";
        const size_t taken = text_rune(wording->text + at, wording->length - at, &rune);
        const char *where = value_at(wording, at);
        if (gsm_septets(rune) == 0 &&
            !wording_replaces(rune, letter->allowed, where[0] != '\0', letter->welsh) &&
            !seen_before(wording, at, rune, where)) {
            character[text_put_rune(rune, character)] = '\0';
            blame(preflight, character, where, arena);
            add_why(why, character, where);
        }
        at += taken;
    }
}

static size_t septets(const char *text, size_t length)
{
    struct gsm_size size = {0};
    return gsm_measure(text, length, &size) ? size.units : 0;
}

/* Blame the length: the longest value, unless the words alone are too long. */
static void blame_length(struct preflight *preflight, const struct wording *wording,
                         struct buffer *why, struct arena *arena)
{
    const struct template_span *longest = NULL;
    size_t values = 0;
    for (size_t i = 0; i < wording->span_count; i++) {
        const struct template_span *span = &wording->spans[i];
        values += septets(wording->text + span->from, span->to - span->from);
        if (longest == NULL || span->to - span->from > longest->to - longest->from) {
            longest = span;
        }
    }
    enum { ONE_PART = 160 };
    if (longest == NULL || wording->size.units - values > ONE_PART) {
        blame(preflight, "", "", arena);
        (void)buffer_printf(why, "the words alone are too long");
        return;
    }
    blame(preflight, "", longest->name, arena);
    (void)buffer_printf(why, "too long with %s \"%.*s\"", longest->name,
                        (int)(longest->to - longest->from), wording->text + longest->from);
}

static void note_saving(struct preflight_saving *saving, const struct wording *before,
                        const struct wording *after, int64_t price, struct arena *arena)
{
    if (after->size.parts >= before->size.parts) {
        return;
    }
    const int64_t parts = (int64_t)(before->size.parts - after->size.parts);
    saving->texts++;
    saving->parts += parts;
    saving->cost += price == TARIFF_UNKNOWN ? 0 : parts * price;
    if (saving->given == NULL) {
        saving->given = arena_span(arena, before->text, before->length);
        saving->plain = arena_span(arena, after->text, after->length);
    }
}

/* What the campaign's permissions save of a text that costs more than one part for its letters, and
 * what each further one would. */
static void count_savings(struct preflight *preflight, const struct letter *letter, int64_t price,
                          struct arena *arena, struct arena *scratch)
{
    const struct wording *sent = &letter->wording;
    const size_t length = strlen(sent->given);
    struct wording before = {.text = sent->given, .length = length, .size = sent->written};
    if (before.size.parts <= 1 || before.size.encoding == GSM_7BIT) {
        return;
    }
    unsigned allowed = letter->allowed;
    note_saving(&preflight->saved, &before, sent, price, arena);
    before = *sent;
    for (unsigned i = 0; i < PREFLIGHT_LEVELS; i++) {
        struct wording after = {0};
        if ((allowed & (1U << i)) != 0) {
            continue;
        }
        allowed |= 1U << i;
        if (wording_choose(sent->given, length, sent->given_spans, sent->span_count, allowed,
                           letter->welsh, scratch, &after)) {
            note_saving(&preflight->further[i], &before, &after, price, arena);
            before = after;
        }
    }
}

const char *preflight_text(struct preflight *preflight, const struct tariff *tariff,
                           const char *number, const struct letter *letter, struct arena *arena,
                           struct arena *scratch)
{
    const struct wording *wording = &letter->wording;
    const struct gsm_size *size = &wording->size;
    preflight->texts++;
    preflight->parts += (int64_t)size->parts;
    preflight->by_parts[size->parts][size->encoding]++;
    const enum phone_route route = phone_route(number);
    price_add(&preflight->price, tariff, route, size->parts);
    count_savings(preflight, letter, price_of_part(tariff, route), arena, scratch);
    if (size->parts <= 1) {
        return NULL;
    }
    CLEANUP(buffer_free) struct buffer why;
    buffer_init(&why, WHY_CEILING);
    if (size->encoding == GSM_UCS2) {
        blame_characters(preflight, letter, &why, arena);
    } else {
        blame_length(preflight, wording, &why, arena);
    }
    return arena_text(scratch, buffer_text(&why));
}
