/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates and merge values into texts and mails. */
#include "letters.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"
#include "muster/message/mime.h"
#include "muster/message/template.h"
#include "muster/store/templates.h"
#include "muster/store/unsubscribe.h"

enum { KEPT = 16, TEXT_CEILING = 4 * 1024, MAIL_CEILING = 512 * 1024 };

/* A frozen template, parsed. */
struct parsed {
    int64_t id; /* 0: the place is free */
    struct template *subject;
    struct template *text;
    struct template *html;
};

struct letters {
    struct db *db;
    const struct config *config;
    struct parsed kept[KEPT];
    size_t next; /* the place that is given up next */
};

struct letters *letters_create(struct db *db, const struct config *config)
{
    struct letters *letters = calloc(1, sizeof *letters);
    if (letters == NULL) {
        abort();
    }
    letters->db = db;
    letters->config = config;
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
        free(*letters);
        *letters = NULL;
    }
}

/* Parse one of its texts; nothing to do when it has none. */
static bool parse_one(const struct frozen_template *frozen, const char *text,
                      struct template **template, struct error *err)
{
    const struct template_source source = {
        .name = frozen->name,
        .text = text,
        .language = frozen->language,
    };
    return text == NULL || template_parse(&source, template, err);
}

static bool parse(struct letters *letters, int64_t id, struct parsed *parsed, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct frozen_template frozen;
    if (!templates_get(letters->db, id, arena, &frozen, err)) {
        return false;
    }
    bool ok = parse_one(&frozen, frozen.text, &parsed->text, err) &&
              parse_one(&frozen, frozen.subject, &parsed->subject, err) &&
              parse_one(&frozen, frozen.html, &parsed->html, err);
    if (!ok) {
        forget(parsed);
        return false;
    }
    parsed->id = id;
    return true;
}

static const struct parsed *find(struct letters *letters, int64_t id, struct error *err)
{
    for (size_t i = 0; i < KEPT; i++) {
        if (letters->kept[i].id == id) {
            return &letters->kept[i];
        }
    }
    struct parsed *place = &letters->kept[letters->next];
    letters->next = (letters->next + 1) % KEPT;
    forget(place);
    return parse(letters, id, place, err) ? place : NULL;
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

static bool render_sms(const struct parsed *parsed, const struct json *values, struct arena *arena,
                       struct letter *letter, struct error *err)
{
    const char *text = NULL;
    struct gsm_size size;
    if (!render(parsed->text, values, TEMPLATE_SMS, TEXT_CEILING, arena, &text, err)) {
        return false;
    }
    text = text_trim(text, arena);
    if (!gsm_measure(text, strlen(text), &size)) {
        return error_set(err, ERROR_DATA, "the text holds a character that no text may hold");
    }
    if (size.parts == 0) {
        return error_set(err, ERROR_DATA, "the text is empty");
    }
    letter->body = text;
    letter->length = strlen(text);
    letter->parts = (int64_t)size.parts;
    return true;
}

/* What stands behind the @ of the address that mails come from. */
static const char *domain_of(const struct config *config)
{
    const char *at = strrchr(config->mail.from, '@');
    return at == NULL ? "localhost" : at + 1;
}

static bool compose(const struct letters *letters, const struct outbox_message *message,
                    const struct json *values, const char *unsubscribe, int64_t now,
                    const struct mail *parts, struct arena *arena, struct letter *letter,
                    struct error *err)
{
    const struct config *config = letters->config;
    struct mail mail = *parts;
    mail.from_name = text_given(config->mail.from_name);
    mail.from = config->mail.from;
    mail.to_name = json_text_at(values, "full_name", arena);
    mail.to = message->address;
    mail.message_id = arena_printf(arena, "%s@%s", message->reference, domain_of(config));
    mail.list_id = arena_printf(arena, "members.%s", domain_of(config));
    mail.unsubscribe = unsubscribe;
    mail.date = now;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, MAIL_CEILING);
    if (!mime_compose(&mail, &out, err)) {
        return false;
    }
    letter->body = arena_span(arena, buffer_text(&out), out.length);
    letter->length = out.length;
    letter->parts = 0;
    return true;
}

static bool render_mail(const struct letters *letters, const struct parsed *parsed,
                        const struct outbox_message *message, struct json *values, int64_t now,
                        struct arena *arena, struct letter *letter, struct error *err)
{
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(letters->db, message->reference, token);
    const char *unsubscribe = arena_printf(arena, "%s/u/%s", letters->config->public.url, token);
    struct json *links = json_make_object();
    json_put_text(links, "unsubscribe", unsubscribe);
    json_put(values, "links", links);
    struct mail mail = {0};
    return render(parsed->subject, values, TEMPLATE_HEADER, MAIL_CEILING, arena, &mail.subject,
                  err) &&
           render(parsed->text, values, TEMPLATE_TEXT, MAIL_CEILING, arena, &mail.text, err) &&
           (parsed->html == NULL ||
            render(parsed->html, values, TEMPLATE_HTML, MAIL_CEILING, arena, &mail.html, err)) &&
           compose(letters, message, values, unsubscribe, now, &mail, arena, letter, err);
}

bool letters_render(struct letters *letters, const struct outbox_message *message, int64_t now,
                    struct arena *arena, struct letter *letter, struct error *err)
{
    const struct parsed *parsed = find(letters, message->template_id, err);
    if (parsed == NULL) {
        return false;
    }
    CLEANUP(json_free) struct json *values = NULL;
    if (!json_parse(message->merge, strlen(message->merge), &values, err)) {
        return false;
    }
    return message->channel == CHANNEL_SMS
               ? render_sms(parsed, values, arena, letter, err)
               : render_mail(letters, parsed, message, values, now, arena, letter, err);
}
