/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One phone; see pages_phone.h. */
#include "pages_phone.h"

#include <string.h>

#include "codec.h"
#include "form.h"
#include "html.h"
#include "muster/base/text.h"
#include "replies.h"

static void write_bubble(struct buffer *out, const struct item *item)
{
    const char *side = item->outgoing ? "out" : "in";
    buffer_printf(out, "<p class=\"%s\">", side);
    html_linked(out, item->text, item->length);
    buffer_printf(out, "</p><small class=\"%s\">", side);
    if (!item->outgoing) {
        html_text(out, item->from);
        buffer_puts(out, " · ");
    }
    html_time(out, item->at);
    if (item->status[0] != '\0') {
        buffer_puts(out, " · ");
        html_text(out, item->status);
    }
    buffer_puts(out, "</small>");
}

static void write_talk(struct buffer *out, const struct box *phone)
{
    const struct item *item = phone->newest;
    uint64_t held = 0;
    while (item != NULL) {
        held++;
        if (item->older == NULL) {
            break;
        }
        item = item->older;
    }
    if (held < phone->messages) {
        buffer_printf(out, "<small>%llu earlier messages are not kept</small>",
                      (unsigned long long)(phone->messages - held));
    }
    for (; item != NULL; item = item->newer) {
        write_bubble(out, item);
    }
}

void pages_phone_show(struct rehearsal *world, const char *number, struct response *response)
{
    const struct box *phone = boxes_find(world->phones, number);
    if (phone == NULL) {
        exchange_sentence(response, 404, "No message has reached this number.");
        return;
    }
    struct buffer *out = &response->body;
    html_open(out, number, true);
    buffer_puts(out, "<div class=\"phone\"><div class=\"screen\"><h1>");
    html_text(out, number);
    buffer_puts(out, "</h1><div class=\"talk\">");
    write_talk(out, phone);
    buffer_puts(out, "</div>");
    if (phone->reply_url != NULL && phone->sender != NULL) {
        buffer_puts(out, "<form method=\"post\" action=\"/phone/");
        codec_put_percent(out, number);
        buffer_puts(out, "/reply\"><input name=\"text\" required maxlength=\"1600\" "
                         "autocomplete=\"off\" aria-label=\"Reply\" placeholder=\"Reply to ");
        html_text(out, phone->sender);
        buffer_puts(out, "\"><button>Send</button></form>");
    } else {
        buffer_puts(out, "<form><small>This phone cannot answer: no message to it named a "
                         "reply_url.</small></form>");
    }
    buffer_puts(out, "</div></div>");
    html_close(out);
}

/* Another site in the same browser must not make phones talk. */
static bool is_foreign(const struct request *request)
{
    static const char scheme[] = "http://";
    size_t size = sizeof scheme - 1;
    return request->origin != NULL && (strncmp(request->origin, scheme, size) != 0 ||
                                       !text_equal(request->origin + size, request->host));
}

void pages_phone_reply(struct rehearsal *world, const char *number, const struct request *request,
                       struct response *response)
{
    const struct box *phone = boxes_find(world->phones, number);
    struct form form;
    struct error err;
    if (phone == NULL || phone->reply_url == NULL || phone->sender == NULL) {
        exchange_sentence(response, 404, "This phone has nobody to answer.");
        return;
    }
    if (is_foreign(request)) {
        exchange_sentence(response, 403, "This form belongs to another site.");
        return;
    }
    const char *text = NULL;
    if (form_parse(buffer_text(request->body), request->body->length, request->arena, &form,
                   &err)) {
        text = form_value(&form, "text");
    }
    if (text_empty(text) || strlen(text) > REPLIES_TEXT_LONGEST) {
        exchange_sentence(response, 400, "A reply has 1 to 1600 bytes of text.");
        return;
    }
    if (callbacks_waiting(world->callbacks) >= CALLBACKS_MOST) {
        exchange_sentence(response, 503, "Too many callbacks are due.");
        return;
    }
    struct reply_facts facts = {
        .from = number,
        .to = phone->sender,
        .text = text,
        .url = phone->reply_url,
        .pause = 0,
    };
    replies_begin(world, &facts);
    CLEANUP(buffer_free) struct buffer location;
    buffer_init(&location, 256);
    buffer_puts(&location, "/phone/");
    codec_put_percent(&location, number);
    exchange_sentence(response, 303, "The reply is on its way.");
    response->location = arena_text(request->arena, buffer_text(&location));
}
