/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is held of a member, as JSON or as a page; see portrait.h. */
#include "muster/letter/portrait.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/letter/letters.h"
#include "muster/store/disclosures.h"
#include "portrait_words.h"

/* One version of the names and what they mean; what is added keeps it. */
enum { FORMAT_VERSION = 1, CHUNK_MOST = 8 << 20, ENGLISH = 0, WELSH = 1 };

/* A page that is being written. */
struct portrait {
    struct db *db;
    const struct portrait_order *order;
    struct letters *letters;
    portrait_put_fn *put;
    void *context;
    size_t language;
    size_t rows; /* of this section so far */
    bool begun;  /* a section is */
};

bool portrait_form_parse(const char *word, enum portrait_form *form)
{
    const bool html = text_equal(word, "html");
    if (html || text_equal(word, "json")) {
        *form = html ? PORTRAIT_HTML : PORTRAIT_JSON;
        return true;
    }
    return false;
}

const char *portrait_word(const char *name, size_t language)
{
    for (size_t i = 0; i < ARRAY_LENGTH(portrait_words) && language < PORTRAIT_LANGUAGES; i++) {
        if (strcmp(portrait_words[i].name, name) == 0) {
            return portrait_words[i].words[language];
        }
    }
    return NULL;
}

const char *portrait_file_name(const struct portrait_order *order, struct arena *arena)
{
    char *number = arena_text(arena, order->member->number);
    for (char *at = number; *at != '\0'; at++) {
        const bool plain =
            strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", *at) != NULL;
        *at = plain ? *at : '-';
    }
    return arena_printf(arena, "member-%.64s.%s", number,
                        order->form == PORTRAIT_HTML ? "html" : "json");
}

static void put(const struct portrait *portrait, const char *text)
{
    portrait->put(portrait->context, text, strlen(text));
}

/* Words for a name; the name itself where there are none, as of a column of somebody's list. */
static const char *word(const struct portrait *portrait, const char *name)
{
    const char *words = portrait_word(name, portrait->language);
    return words == NULL ? name : words;
}

/* What strangers wrote, too, so that it stays text. */
static void put_escaped(const struct portrait *portrait, const char *text)
{
    static const char MARKS[] = "&<>\"'";
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    while (*text != '\0') {
        const size_t plain = strcspn(text, MARKS);
        portrait->put(portrait->context, text, plain);
        text += plain;
        if (*text != '\0') {
            put(portrait, entities[strchr(MARKS, *text) - MARKS]);
            text++;
        }
    }
}

static void put_json(const struct portrait *portrait, const struct json *value)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, CHUNK_MOST);
    (void)json_write(value, &text);
    portrait->put(portrait->context, buffer_text(&text), text.length);
}

/* What was handed over, written again: what went wrong stands in its place, for an export that
 * fails with one message tells nothing. */
static void add_text(const struct portrait *portrait, struct json *row, struct arena *arena)
{
    struct error fault = {.kind = ERROR_NONE};
    struct outbox_message *message = NULL;
    struct letter letter;
    bool same = false;
    const char *reference = json_text_at(row, "reference", arena);
    if (json_member(row, "released_at") == NULL) {
        return;
    }
    if (reference == NULL || !outbox_find(portrait->db, reference, arena, &message, &fault) ||
        message == NULL ||
        !letters_again(portrait->letters, message, arena, &letter, &same, &fault)) {
        json_put_text(row, "text_is", fault.kind == ERROR_NONE ? "not kept" : fault.text);
        return;
    }
    if (letter.subject != NULL && message->channel == CHANNEL_EMAIL) {
        json_put_text(row, "subject", letter.subject);
    }
    json_put_text(row, "text",
                  message->channel == CHANNEL_EMAIL
                      ? letter.text
                      : arena_span(arena, letter.body, letter.length));
    json_put_text(row, "text_is", same ? "as sent" : "rendered again");
}

/* --- JSON --- */

static void begin_json(const struct portrait *portrait, const struct config *config,
                       struct arena *arena)
{
    CLEANUP(json_free) struct json *head = json_make_object();
    json_put_text(head, "export", "muster member");
    json_put_number(head, "version", FORMAT_VERSION);
    json_put_text(head, "made_at", clock_iso(portrait->order->now, arena));
    json_put_text(head, "organisation", config->organisation.name);
    json_put_text(head, "number", portrait->order->member->number);
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, CHUNK_MOST);
    (void)json_write(head, &text);
    /* The object goes on: its brace comes at the end. */
    portrait->put(portrait->context, buffer_text(&text), text.length - 1);
}

static void section_json(const struct portrait *portrait, const char *name)
{
    put(portrait, !portrait->begun ? ",\n\"" : portrait->rows > 0 ? "\n],\n\"" : "],\n\"");
    put(portrait, name);
    put(portrait, "\":[");
}

static void end_json(const struct portrait *portrait)
{
    put(portrait, portrait->rows > 0 ? "\n]}\n" : "]}\n");
}

/* --- the page --- */

static const char STYLE[] =
    "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 "
    "1rem;color:#111;background:#fff}h1{line-height:1.2}h2{margin-top:2.5rem;border-bottom:2px "
    "solid #111}h3{font-size:1rem;margin:.75rem 0 0}article{border-bottom:1px solid "
    "#999;padding:.5rem 0;break-inside:avoid}article article{border:0;border-left:3px solid "
    "#999;padding:0 0 0 .75rem;margin:.5rem 0}dl{margin:0;display:grid;grid-template-columns:"
    "minmax(8rem,12rem) 1fr;gap:0 1rem}dt{color:#444}dd{margin:0;white-space:pre-wrap;"
    "overflow-wrap:anywhere}@media(max-width:30rem){dl{display:block}dd{margin-bottom:.25rem}}"
    "@media print{body{margin:0;max-width:none;font-size:11pt}}</style>";

static void begin_html(const struct portrait *portrait, const struct config *config,
                       struct arena *arena)
{
    put(portrait, "<!DOCTYPE html>\n<html lang=\"");
    put(portrait, portrait->language == WELSH ? "cy" : "en");
    put(portrait, "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                  " content=\"width=device-width\"><meta name=\"referrer\""
                  " content=\"no-referrer\"><title>");
    put_escaped(portrait, word(portrait, "page-title"));
    put(portrait, "</title>");
    put(portrait, STYLE);
    put(portrait, "</head><body><main>\n<h1>");
    put_escaped(portrait, word(portrait, "page-title"));
    put(portrait, "</h1>\n<p>");
    put_escaped(portrait, word(portrait, "page-by"));
    put(portrait, " <b>");
    put_escaped(portrait, config->organisation.name);
    put(portrait, "</b>, ");
    put_escaped(portrait, clock_minute(portrait->order->now, arena));
    put(portrait, "</p>\n<p>");
    put_escaped(portrait, word(portrait, "page-intro"));
    put(portrait, "</p>\n<p>");
    put_escaped(portrait, word(portrait, "page-rights"));
    put(portrait, "</p>\n");
}

static void put_nothing(const struct portrait *portrait)
{
    if (portrait->begun && portrait->rows == 0) {
        put(portrait, "<p>");
        put_escaped(portrait, word(portrait, "page-nothing"));
        put(portrait, "</p>\n");
    }
}

static void section_html(const struct portrait *portrait, const char *name)
{
    put_nothing(portrait);
    put(portrait, "<h2>");
    put_escaped(portrait, word(portrait, name));
    put(portrait, "</h2>\n");
}

/* Whether a value is a word of ours, and not what somebody wrote. */
static bool is_word(const char *name)
{
    static const char *const names[] = {"fact", "channel", "source", "did", "employers", "text_is"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void put_scalars(const struct portrait *portrait, const struct json *row,
                        struct arena *arena)
{
    put(portrait, "<dl>");
    for (size_t i = 0; json_name(row, i) != NULL; i++) {
        const char *name = json_name(row, i);
        const char *value = json_text_at(json_value(row, i), "", arena);
        if (value != NULL) {
            put(portrait, "<dt>");
            put_escaped(portrait, word(portrait, name));
            put(portrait, "</dt><dd>");
            put_escaped(portrait, is_word(name) ? word(portrait, value) : value);
            put(portrait, "</dd>");
        }
    }
    put(portrait, "</dl>");
}

static void row_html(const struct portrait *portrait, const struct json *row, struct arena *arena)
{
    put(portrait, "<article>");
    put_scalars(portrait, row, arena);
    for (size_t i = 0; json_name(row, i) != NULL; i++) {
        const struct json *list = json_value(row, i);
        if (!json_array_given(list) || json_count(list) == 0) {
            continue;
        }
        put(portrait, "<h3>");
        put_escaped(portrait, word(portrait, json_name(row, i)));
        put(portrait, "</h3>");
        for (size_t k = 0; k < json_count(list); k++) {
            put(portrait, "<article>");
            put_scalars(portrait, json_at(list, arena_printf(arena, "%zu", k)), arena);
            put(portrait, "</article>");
        }
    }
    put(portrait, "</article>\n");
}

static void end_html(const struct portrait *portrait)
{
    put_nothing(portrait);
    put(portrait, "</main></body></html>\n");
}

/* --- both --- */

static bool take_section(void *context, const char *name, struct error *err)
{
    struct portrait *portrait = context;
    (void)err;
    if (portrait->order->form == PORTRAIT_HTML) {
        section_html(portrait, name);
    } else {
        section_json(portrait, name);
    }
    portrait->rows = 0;
    portrait->begun = true;
    return true;
}

static bool take_row(void *context, const char *section, struct json *row, struct arena *arena,
                     struct error *err)
{
    struct portrait *portrait = context;
    (void)err;
    if (strcmp(section, "messages") == 0) {
        add_text(portrait, row, arena);
    }
    if (portrait->order->form == PORTRAIT_HTML) {
        row_html(portrait, row, arena);
    } else {
        put(portrait, portrait->rows == 0 ? "\n" : ",\n");
        put_json(portrait, row);
    }
    portrait->rows++;
    return true;
}

bool portrait_write(struct db *db, const struct config *config, const struct portrait_order *order,
                    portrait_put_fn *put_bytes, void *context, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(letters_free) struct letters *letters = letters_create(db, config);
    struct portrait portrait = {.db = db,
                                .order = order,
                                .letters = letters,
                                .put = put_bytes,
                                .context = context,
                                .language =
                                    text_equal(order->member->language, "cy") ? WELSH : ENGLISH};
    const struct disclosures_taker taker = {take_section, take_row, &portrait};
    const bool html = order->form == PORTRAIT_HTML;
    if (html) {
        begin_html(&portrait, config, arena);
    } else {
        begin_json(&portrait, config, arena);
    }
    if (!disclosures_read(db, order->member->id, html ? clock_minute : clock_iso, &taker, err)) {
        return false;
    }
    if (html) {
        end_html(&portrait);
    } else {
        end_json(&portrait);
    }
    return true;
}

static void put_to_draft(void *context, const void *bytes, size_t length)
{
    draft_add(context, bytes, length);
}

bool portrait_keep(struct db *db, const struct config *config, const struct portrait_order *order,
                   struct draft *draft, struct error *err)
{
    return portrait_write(db, config, order, put_to_draft, draft, err) && draft_keep(draft, err);
}
