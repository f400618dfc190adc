/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates, merge values and a letterhead into texts and mails. */
#include "muster/letter/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/message/gsm.h"
#include "muster/message/mime.h"
#include "muster/message/template.h"
#include "muster/store/links.h"
#include "muster/store/templates.h"
#include "muster/store/unsubscribe.h"
#include "values.h"

enum { KEPT = 16, TEXT_CEILING = 4 * 1024, MAIL_CEILING = 512 * 1024, LANGUAGE_SIZE = 8 };

/* A frozen template, parsed. */
struct parsed {
    int64_t id; /* 0: the place is free */
    char language[LANGUAGE_SIZE];
    struct template *subject;
    struct template *text;
    struct template *html;
    bool answers; /* it may name the link to answer by */
};

struct letters {
    struct db *db;
    const struct config *config;
    struct parsed kept[KEPT];
    size_t next; /* the place that is given up next */
    struct values_memory values;
};

struct letters *letters_create(struct db *db, const struct config *config)
{
    struct letters *letters = calloc(1, sizeof *letters);
    if (letters == NULL) {
        abort();
    }
    letters->db = db;
    letters->config = config;
    values_init(&letters->values);
    mime_start();
    return letters;
}

static void forget(struct parsed *parsed)
{
    template_free(&parsed->subject);
    template_free(&parsed->text);
    template_free(&parsed->html);
    parsed->id = 0;
}

void letters_free(struct letters **letters)
{
    if (*letters != NULL) {
        for (size_t i = 0; i < KEPT; i++) {
            forget(&(*letters)->kept[i]);
        }
        values_free(&(*letters)->values);
        free(*letters);
        *letters = NULL;
    }
}

/* The partials that were frozen with a template, for one of its texts. */
struct frozen_partials {
    const struct json *sources;
    const char *ending;
};

static const char *find_partial(const char *name, void *context, struct arena *arena)
{
    const struct frozen_partials *partials = context;
    const char *key = arena_printf(arena, "%s.%s", name, partials->ending);
    return json_text_at(json_member(partials->sources, key), "", arena);
}

/* Parse one of its texts; nothing to do when it has none. */
static bool parse_one(const struct frozen_template *frozen, const char *text, const char *ending,
                      const struct json *partials, struct template **template, struct error *err)
{
    struct frozen_partials context = {.sources = partials, .ending = ending};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct template_source source = {
        .name = arena_printf(arena, "%s.%s.%s", frozen->name, frozen->language,
                             strcmp(ending, "subject") == 0 ? "txt" : ending),
        .text = text,
        .language = frozen->language,
        .partial = find_partial,
        .context = &context,
    };
    return text == NULL || template_parse(&source, template, err);
}

static bool mentions(const char *text, const char *word)
{
    return text != NULL && strstr(text, word) != NULL;
}

/* Whether it may name {{links.answer}}, in whatever way: making one for each of a million messages
 * that do not want it would take seconds. */
static bool may_answer(const struct frozen_template *frozen)
{
    static const char NAME[] = "answer";
    return mentions(frozen->text, NAME) || mentions(frozen->subject, NAME) ||
           mentions(frozen->html, NAME) || mentions(frozen->partials, NAME);
}

static bool parse(const struct frozen_template *frozen, int64_t id, struct parsed *parsed,
                  struct error *err)
{
    CLEANUP(json_free) struct json *partials = NULL;
    const char *sources = frozen->partials == NULL ? "{}" : frozen->partials;
    if (!json_parse(sources, strlen(sources), &partials, err)) {
        return false;
    }
    const char *ending = frozen->channel == CHANNEL_SMS ? "sms" : "txt";
    if (!parse_one(frozen, frozen->text, ending, partials, &parsed->text, err) ||
        !parse_one(frozen, frozen->subject, "subject", partials, &parsed->subject, err) ||
        !parse_one(frozen, frozen->html, "html", partials, &parsed->html, err)) {
        forget(parsed);
        return false;
    }
    parsed->id = id;
    parsed->answers = may_answer(frozen);
    (void)snprintf(parsed->language, sizeof parsed->language, "%s", frozen->language);
    return true;
}

static struct parsed *make_place(struct letters *letters)
{
    struct parsed *place = &letters->kept[letters->next];
    letters->next = (letters->next + 1) % KEPT;
    forget(place);
    return place;
}

bool letters_learn(struct letters *letters, const struct frozen_template *template, int64_t id,
                   struct error *err)
{
    return parse(template, id, make_place(letters), err);
}

static const struct parsed *find(struct letters *letters, int64_t id, struct error *err)
{
    for (size_t i = 0; i < KEPT && id != 0; i++) {
        if (letters->kept[i].id == id) {
            return &letters->kept[i];
        }
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct frozen_template frozen;
    if (!templates_get(letters->db, id, arena, &frozen, err)) {
        return NULL;
    }
    struct parsed *place = make_place(letters);
    return parse(&frozen, id, place, err) ? place : NULL;
}

/* Render into the arena. */
static bool render(const struct template *template, const struct json *values,
                   enum template_escape escape, size_t ceiling, struct arena *arena,
                   const char **text, struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, ceiling);
    if (!template_render(template, values, escape, &out, err)) {
        return false;
    }
    *text = arena_span(arena, buffer_text(&out), out.length);
    return true;
}

/* The values that are merged in; those at hand are their owner's and are copied. */
static bool read_values(struct letters *letters, const struct letter_order *order,
                        struct json **values, struct error *err)
{
    if (order->values == NULL) {
        return values_read(&letters->values, order->message->merge, values, err);
    }
    *values = json_make_object();
    for (size_t i = 0; i < json_count(order->values); i++) {
        json_put(*values, json_name(order->values, i), json_share(json_value(order->values, i)));
    }
    return true;
}

/* Add what only this message has: the links by which its reader answers, and leaves; gives that
 * one. NULL: there is none. */
static const char *add_links(const struct letters *letters, const struct parsed *parsed,
                             const struct letter_order *order, struct json *values,
                             struct arena *arena)
{
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    char answer[LINKS_ANSWER_SIZE];
    if (text_empty(order->letterhead->url)) {
        return NULL;
    }
    unsubscribe_token(letters->db, order->message->reference, token);
    const char *link = arena_printf(arena, "%s/u/%s", order->letterhead->url, token);
    struct json *links = json_make_object();
    json_put_text(links, "unsubscribe", link);
    if (parsed->answers) {
        links_answer_token(letters->db, order->message->reference, answer);
        json_put_text(links, "answer",
                      arena_printf(arena, "%s/b/%s", order->letterhead->url, answer));
    }
    json_put(values, "links", links);
    return link;
}

/* The address to which a mail is written to leave; NULL: there is none. */
static const char *leave_address(const struct letters *letters, const struct letter_order *order,
                                 struct arena *arena)
{
    return text_empty(order->letterhead->leave)
               ? NULL
               : unsubscribe_address(letters->db, order->letterhead->leave,
                                     order->message->reference, arena);
}

/* The text without white space at its ends, and the spans that are left of it. */
static const char *trim(const char *text, struct template_span *spans, size_t count,
                        struct arena *arena)
{
    const char *trimmed = text_trim(text, arena);
    const size_t length = strlen(trimmed);
    const size_t lead = (size_t)(strstr(text, trimmed) - text);
    for (size_t i = 0; i < count; i++) {
        size_t *const ends[] = {&spans[i].from, &spans[i].to};
        for (size_t k = 0; k < ARRAY_LENGTH(ends); k++) {
            const size_t at = *ends[k] > lead ? *ends[k] - lead : 0;
            *ends[k] = at < length ? at : length;
        }
    }
    return trimmed;
}

static bool measure(const struct letter_order *order, const char *text, struct template_span *spans,
                    size_t span_count, struct arena *arena, struct letter *letter,
                    struct error *err)
{
    struct wording *wording = &letter->wording;
    if (!wording_read(order->message->plain, &letter->allowed)) {
        return error_set(err, ERROR_DATA, "\"%s\" does not say what may be written plainer",
                         order->message->plain);
    }
    if (!wording_choose(text, strlen(text), spans, span_count, letter->allowed, letter->welsh,
                        arena, wording)) {
        return error_set(err, ERROR_DATA, "the text holds a character that no text may hold");
    }
    if (wording->size.parts == 0) {
        return error_set(err, ERROR_DATA, "the text is empty");
    }
    return wording->size.parts <= GSM_PARTS_MOST ||
           error_set(err, ERROR_DATA, "the text takes %zu parts, and a phone puts %d together",
                     wording->size.parts, GSM_PARTS_MOST);
}

static bool render_sms(const struct parsed *parsed, const struct letter_order *order,
                       const struct json *values, struct arena *arena, struct letter *letter,
                       struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    CLEANUP(buffer_free) struct buffer found;
    buffer_init(&out, TEXT_CEILING);
    buffer_init(&found, TEXT_CEILING * sizeof(struct template_span));
    if (!template_render_spans(parsed->text, values, TEMPLATE_SMS, &out, &found, err)) {
        return false;
    }
    const size_t count = found.length / sizeof(struct template_span);
    struct template_span *spans = arena_array(arena, count + 1, sizeof *spans);
    if (count > 0) {
        memcpy(spans, found.data, found.length);
    }
    const char *text = trim(buffer_text(&out), spans, count, arena);
    letter->welsh = text_equal(parsed->language, "cy");
    if (!measure(order, text, spans, count, arena, letter, err)) {
        return false;
    }
    letter->body = letter->wording.text;
    letter->length = letter->wording.length;
    return true;
}

/* What stands behind the @ of the address that mails come from. */
static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at == NULL ? "localhost" : at + 1;
}

/* What Gmail counts complaints by: the campaign, the branch, the kind, and the program, which is
 * the part that must stay the same over all mails of a sender. */
static const char *feedback_id(const struct outbox_message *message, const char *domain,
                               struct arena *arena)
{
    return text_empty(message->campaign)
               ? NULL
               : arena_printf(arena, "%s:%s:campaign:muster", message->campaign, domain);
}

/* The two ways in which a program leaves the list for its reader; NULL: there is none. */
struct exits {
    const char *link;
    const char *address;
};

static bool compose(const struct letter_order *order, const struct json *values,
                    const struct exits *exits, struct arena *arena, struct letter *letter,
                    struct error *err)
{
    const struct letterhead *letterhead = order->letterhead;
    const struct outbox_message *message = order->message;
    const char *domain = domain_of(letterhead->from);
    const struct mail mail = {
        .from_name = text_given(letterhead->from_name),
        .from = letterhead->from,
        .to_name = json_text_at(values, "full_name", arena),
        .to = message->address,
        .subject = letter->subject,
        .message_id = arena_printf(arena, "%s@%s", message->reference, domain),
        .date = order->at,
        .list_id = arena_printf(arena, "members.%s", domain),
        .feedback_id = feedback_id(message, domain, arena),
        .unsubscribe = exits->link,
        .leave = exits->address,
        .text = letter->text,
        .html = letter->html,
    };
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, MAIL_CEILING);
    if (!mime_compose(&mail, &out, err)) {
        return false;
    }
    letter->body = arena_span(arena, buffer_text(&out), out.length);
    letter->length = out.length;
    return true;
}

/* A copy in which no more than one line is empty at a time, and none at the start: sections that
 * are left out, and blocks that fill places, leave more behind. */
static const char *close_gaps(const char *text, struct arena *arena)
{
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t put = 0;
    bool gap = true;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        const size_t whole = length + (text[length] == '\n' ? 1 : 0);
        const bool empty = strspn(text, " \t\r") >= length;
        if (!empty || !gap) {
            memcpy(out + put, text, whole);
            put += whole;
        }
        gap = empty;
        text += whole;
    }
    return out;
}

static bool render_mail(const struct parsed *parsed, const struct letter_order *order,
                        const struct json *values, const struct exits *exits, struct arena *arena,
                        struct letter *letter, struct error *err)
{
    if (!render(parsed->subject, values, TEMPLATE_HEADER, MAIL_CEILING, arena, &letter->subject,
                err) ||
        !render(parsed->text, values, TEMPLATE_TEXT, MAIL_CEILING, arena, &letter->text, err) ||
        (parsed->html != NULL &&
         !render(parsed->html, values, TEMPLATE_HTML, MAIL_CEILING, arena, &letter->html, err))) {
        return false;
    }
    letter->subject = text_trim(letter->subject, arena);
    letter->text = close_gaps(letter->text, arena);
    if (letter->subject[0] == '\0' || letter->text[0] == '\0') {
        return error_set(err, ERROR_DATA, "the %s of the mail is empty",
                         letter->subject[0] == '\0' ? "subject" : "text");
    }
    return compose(order, values, exits, arena, letter, err);
}

bool letters_render(struct letters *letters, const struct letter_order *order, struct arena *arena,
                    struct letter *letter, struct error *err)
{
    const struct outbox_message *message = order->message;
    const struct parsed *parsed = find(letters, message->template_id, err);
    if (parsed == NULL) {
        return false;
    }
    CLEANUP(json_free) struct json *values = NULL;
    if (!read_values(letters, order, &values, err)) {
        return false;
    }
    const struct exits exits = {.link = add_links(letters, parsed, order, values, arena),
                                .address = leave_address(letters, order, arena)};
    *letter = (struct letter){.language = arena_text(arena, parsed->language)};
    return message->channel == CHANNEL_SMS
               ? render_sms(parsed, order, values, arena, letter, err)
               : render_mail(parsed, order, values, &exits, arena, letter, err);
}

bool letters_again(struct letters *letters, const struct outbox_message *message,
                   struct arena *arena, struct letter *letter, bool *same, struct error *err)
{
    struct letterhead letterhead;
    if (message->released_at == 0) {
        return error_set(err, ERROR_DATA, "message %s was never handed over", message->reference);
    }
    if (message->letterhead == NULL) {
        return error_set(err, ERROR_DATA,
                         "message %s was handed over by a muster that kept no letterhead",
                         message->reference);
    }
    if (!letterhead_read(message->letterhead, arena, &letterhead, err) ||
        !clock_set_zone(letterhead.zone, err)) {
        return false;
    }
    const struct letter_order order = {
        .message = message, .letterhead = &letterhead, .at = message->released_at};
    const bool ok = letters_render(letters, &order, arena, letter, err);
    if (!clock_set_zone(letters->config->organisation.zone, ok ? err : NULL) || !ok) {
        return false;
    }
    unsigned char digest[TOKEN_DIGEST_SIZE];
    db_message_digest(letters->db, letter->body, letter->length, digest);
    *same = memcmp(digest, message->digest, sizeof digest) == 0;
    return true;
}
