/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that came back: what it is. Each kind is looked for in turn, the surest first. A report in a
 * known form is what it says; a mail system's words are a bounce; a machine's answer is nobody's;
 * and only what is left was written by a person. So no bounce is ever taken for a wish to leave,
 * whatever stands in the mail it brings back. */
#include "muster/inbound/returned.h"

#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "returned_private.h"

enum { SUBJECT_MOST = 400 };

/* What is brought back of a mail of ours. */
struct original {
    struct returned_fields fields;
    const char *text; /* where a link of ours may be */
};

bool returned_add(struct returned_list *list, struct returned_event event)
{
    event.original = event.original == NULL ? "" : event.original;
    if (list->count == RETURNED_EVENTS_MAX) {
        return false;
    }
    list->events[list->count++] = event;
    return true;
}

/* --- the original ------------------------------------------------------------------------------*/

static bool is_header_part(const struct returned_part *part)
{
    return strcmp(part->type, "text/rfc822-headers") == 0 ||
           strcmp(part->type, "text/rfc822-header") == 0 ||
           strcmp(part->type, "message/global-headers") == 0 ||
           strcmp(part->type, "message/rfc822") == 0 || strcmp(part->type, "message/global") == 0;
}

/* A part of the mail that is a whole mail, or the header of one. */
static bool find_part(const struct returned_mail *mail, struct arena *arena,
                      struct original *original)
{
    for (size_t i = 0; i < mail->count; i++) {
        const struct returned_part *part = &mail->parts[i];
        if (part->inside != 0 || !is_header_part(part)) {
            continue;
        }
        const char *text = part->text;
        original->fields = part->fields;
        if (part->fields.count == 0) {
            (void)returned_fields_read(&text, arena, &original->fields);
        }
        original->text = text;
        /* The text of the mail within is the next part but those that only hold others. */
        for (size_t k = i + 1; k < mail->count && mail->parts[k].inside > 0; k++) {
            if (original->text[0] == '\0') {
                original->text = mail->parts[k].text;
            }
        }
        return true;
    }
    return false;
}

static struct original find_original(const struct returned_mail *mail, struct arena *arena)
{
    struct original original = {.text = ""};
    if (find_part(mail, arena, &original)) {
        return original;
    }
    const char *body = mail->body;
    const char *notice_end = NULL;
    const char *text = returned_text_original(body, &notice_end);
    (void)returned_fields_read(&text, arena, &original.fields);
    original.text = body; /* a reply quotes it, with our link */
    return original;
}

/* The last of the ids in a field, which is the nearest of References. */
static const char *last_id(const char *field, struct arena *arena)
{
    const char *open = strrchr(field, '<');
    return open == NULL ? "" : returned_id(open, arena);
}

/* The id that the mail itself says it answers. */
static const char *answered_id(const struct returned_mail *mail, struct arena *arena)
{
    const char *id = returned_id(returned_field(&mail->fields, "In-Reply-To"), arena);
    return id[0] == '\0' ? last_id(returned_field(&mail->fields, "References"), arena) : id;
}

/* The id that a report says it is about, by what it brings back, its fields, or its words. */
static const char *reported_id(const struct returned_mail *mail, const struct original *original,
                               struct arena *arena)
{
    const char *id = returned_id(returned_field(&original->fields, "Message-ID"), arena);
    for (size_t i = 0; id[0] == '\0' && i < mail->count; i++) {
        if (mail->parts[i].inside == 0 && strstr(mail->parts[i].type, "delivery-status") != NULL) {
            struct returned_fields fields;
            const char *text = mail->parts[i].text;
            (void)returned_fields_read(&text, arena, &fields);
            id = returned_id(returned_field(&fields, "X-Original-Message-ID"), arena);
        }
    }
    if (id[0] == '\0') {
        id = answered_id(mail, arena);
    }
    const char *line = strcasestr(original->text, "\nmessage-id:");
    return id[0] == '\0' && line != NULL ? returned_id(line, arena) : id;
}

static const char *message_id_of(const struct returned_mail *mail, const struct returned_list *list,
                                 const struct original *original, struct arena *arena)
{
    const enum returned_kind kind = list->events[0].kind;
    if (kind == RETURNED_BOUNCE || kind == RETURNED_COMPLAINT) {
        return reported_id(mail, original, arena);
    }
    const char *id = answered_id(mail, arena);
    return id[0] == '\0' && kind == RETURNED_OTHER && mail->is_report
               ? reported_id(mail, original, arena)
               : id;
}

static const char *token_of(const struct returned_mail *mail, const struct original *original,
                            struct arena *arena)
{
    const char *token =
        returned_token(returned_field(&original->fields, "List-Unsubscribe"), arena);
    token = token[0] == '\0' ? returned_token(original->text, arena) : token;
    for (size_t i = 0; token[0] == '\0' && i < mail->count; i++) {
        token = returned_token(mail->parts[i].text, arena);
    }
    for (size_t i = 0; token[0] == '\0' && i < mail->came_to_count; i++) {
        const char *plus = strchr(mail->came_to[i], '+');
        if (plus != NULL && strncmp(mail->came_to[i], "unsub", 5) == 0) {
            token = returned_token(arena_printf(arena, "/u/%s", plus + 1), arena);
        }
    }
    return token;
}

/* Bounces and complaints that name nobody are about the one whom the original was sent to. */
static void name_recipients(const struct returned_mail *mail, struct returned_list *list,
                            const struct original *original, struct arena *arena)
{
    const char *to = returned_field(&original->fields, "To");
    const char *behind = NULL;
    const char *address = returned_address(to, arena, &behind);
    const char *folded = returned_fold(to, SUBJECT_MOST, arena);
    bool ours = false;
    for (size_t i = 0; i < mail->came_to_count; i++) {
        ours = ours || strcasecmp(mail->came_to[i], address) == 0;
    }
    const bool told = !ours && address[0] != '\0' &&
                      returned_address(behind, arena, NULL)[0] == '\0' &&
                      !returned_has(folded, "redact") && !returned_has(folded, "undisclosed");
    for (size_t i = 0; told && i < list->count; i++) {
        struct returned_event *event = &list->events[i];
        const bool about = event->kind == RETURNED_BOUNCE || event->kind == RETURNED_COMPLAINT;
        if (about && event->recipient[0] == '\0') {
            event->recipient = address;
        }
    }
}

/* --- the kind ----------------------------------------------------------------------------------*/

static void tell_kind(const struct returned_mail *mail, struct arena *arena,
                      struct returned_list *list, const char **text)
{
    if (returned_report(mail, arena, list) || returned_text(mail, arena, list) ||
        returned_machine(mail, arena, list)) {
        return;
    }
    /* Some programs leave lists by a mail of their own, which says that a machine sent it. */
    struct returned_list *machine = arena_alloc(arena, sizeof *machine);
    const bool speaks = returned_machine_speaks(mail, arena, machine);
    if (!returned_person(mail, arena, list, text) && speaks) {
        list->events[0] = machine->events[0];
        *text = "";
    }
}

static void set_nothing(struct returned *returned, struct returned_list *list)
{
    (void)returned_add(list,
                       (struct returned_event){
                           .kind = RETURNED_OTHER,
                           .recipient = "",
                           .status = "",
                           .diagnostic = "cannot tell what this is: it has no header of a mail"});
    *returned = (struct returned){.message_id = "",
                                  .token = "",
                                  .own_id = "",
                                  .from = "",
                                  .subject = "",
                                  .text = "",
                                  .events = list->events,
                                  .count = list->count};
}

bool returned_read(const char *bytes, size_t length, struct arena *arena, struct returned *returned,
                   struct error *err)
{
    if (length == 0) {
        return error_set(err, ERROR_DATA, "there is no mail to read");
    }
    struct returned_list *list = arena_alloc(arena, sizeof *list);
    struct returned_mail mail;
    if (!returned_mime(bytes, length, arena, &mail)) {
        set_nothing(returned, list);
        return true;
    }
    mail.body = returned_body(&mail, false, arena);
    mail.own = returned_body(&mail, true, arena);
    const char *text = "";
    tell_kind(&mail, arena, list, &text);
    const struct original original = find_original(&mail, arena);
    name_recipients(&mail, list, &original, arena);
    *returned = (struct returned){
        .came_to = mail.came_to,
        .came_to_count = mail.came_to_count,
        .message_id = message_id_of(&mail, list, &original, arena),
        .token = token_of(&mail, &original, arena),
        .own_id = returned_id(returned_field(&mail.fields, "Message-ID"), arena),
        .from = mail.from,
        .subject = returned_line(returned_field(&mail.fields, "Subject"), SUBJECT_MOST, arena),
        .text = text,
        .events = list->events,
        .count = list->count,
    };
    return true;
}

const char *returned_kind_name(enum returned_kind kind)
{
    switch (kind) {
    case RETURNED_BOUNCE: return "bounce";
    case RETURNED_COMPLAINT: return "complaint";
    case RETURNED_UNSUBSCRIBE: return "unsubscribe";
    case RETURNED_REPLY: return "reply";
    case RETURNED_OTHER: return "other";
    }
    return "other";
}

const char *returned_class_name(enum returned_class class)
{
    switch (class) {
    case RETURNED_NONE: return "-";
    case RETURNED_DEAD: return "dead";
    case RETURNED_FULL: return "full";
    case RETURNED_BLOCKED: return "blocked";
    case RETURNED_TEMPORARY: return "temporary";
    case RETURNED_CONFIG: return "config";
    }
    return "-";
}
