/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mailbox, and one mail; see pages_mail.h. */
#include "pages_mail.h"

#include <string.h>

#include "codec.h"
#include "html.h"
#include "letter.h"

enum { FIELD_CEILING = 8192 };

static void write_words(struct buffer *out, const char *value)
{
    CLEANUP(buffer_free) struct buffer words;
    buffer_init(&words, FIELD_CEILING);
    letter_words(value, &words);
    html_span(out, buffer_text(&words), words.length);
}

static void write_row(struct buffer *out, const struct box *mailbox, const struct item *item)
{
    buffer_puts(out, "<li><a href=\"/mailbox/");
    codec_put_percent(out, mailbox->name);
    buffer_printf(out, "/%s\"><b>", item->id);
    write_words(out, item->subject[0] == '\0' ? "(no subject)" : item->subject);
    buffer_puts(out, "</b><small>");
    html_time(out, item->at);
    buffer_puts(out, "</small><span class=\"cut soft\">");
    html_text(out, item->from);
    buffer_puts(out, "</span></a></li>");
}

void pages_mail_list(struct rehearsal *world, const char *address, struct response *response)
{
    const struct box *mailbox = boxes_find(world->mailboxes, address);
    if (mailbox == NULL) {
        exchange_sentence(response, 404, "No mail has reached this address.");
        return;
    }
    struct buffer *out = &response->body;
    html_open(out, address, true);
    buffer_puts(out, "<h1>");
    html_text(out, address);
    buffer_printf(out, "</h1><section><h2>Mails <small>%llu</small></h2><ul class=\"rows\">",
                  (unsigned long long)mailbox->messages);
    uint64_t held = 0;
    for (const struct item *item = mailbox->newest; item != NULL; item = item->older) {
        write_row(out, mailbox, item);
        held++;
    }
    buffer_puts(out, "</ul>");
    if (held < mailbox->messages) {
        buffer_printf(out, "<small>%llu earlier mails are not kept</small>",
                      (unsigned long long)(mailbox->messages - held));
    }
    buffer_puts(out, "</section>");
    html_close(out);
}

static void write_headers(struct buffer *out, const char *address, const struct item *item)
{
    static const char *const names[] = {"From", "To", "Date", "Reply-To", "Message-ID"};
    buffer_puts(out, "<section><dl><dt>Envelope</dt><dd>");
    html_text(out, item->from[0] == '\0' ? "<>" : item->from);
    buffer_puts(out, "</dd>");
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        CLEANUP(buffer_free) struct buffer value;
        buffer_init(&value, FIELD_CEILING);
        if (letter_field(item->text, item->length, names[i], &value)) {
            buffer_printf(out, "<dt>%s</dt><dd>", names[i]);
            write_words(out, buffer_text(&value));
            buffer_puts(out, "</dd>");
        }
    }
    buffer_puts(out, "</dl><details><summary class=\"soft\">all headers</summary><pre>");
    size_t header = letter_body(item->text, item->length);
    html_span(out, item->text, header < 65536 ? header : 65536);
    buffer_puts(out, "</pre></details><p><a href=\"/mailbox/");
    codec_put_percent(out, address);
    buffer_printf(out, "/%s.eml\">the mail as it came in</a></p></section>", item->id);
}

/* The mail; NULL, and said so, when there is none. */
static const struct item *find(struct rehearsal *world, const char *address, const char *id,
                               struct response *response)
{
    const struct box *mailbox = boxes_find(world->mailboxes, address);
    const struct item *item = mailbox == NULL ? NULL : boxes_item(mailbox, id);
    if (item == NULL) {
        exchange_sentence(response, 404, "There is no such mail here, or no longer.");
    }
    return item;
}

void pages_mail_bytes(struct rehearsal *world, const char *address, const char *id,
                      struct response *response)
{
    const struct item *item = find(world, address, id, response);
    if (item != NULL) {
        response->type = "message/rfc822";
        buffer_add(&response->body, item->text, item->length);
    }
}

void pages_mail_show(struct rehearsal *world, const char *address, const char *id,
                     struct response *response)
{
    const struct item *item = find(world, address, id, response);
    if (item == NULL) {
        return;
    }
    CLEANUP(buffer_free) struct buffer text;
    CLEANUP(buffer_free) struct buffer html;
    buffer_init(&text, 2 * LETTER_PART_CEILING);
    buffer_init(&html, 2 * LETTER_PART_CEILING);
    letter_parts(item->text, item->length, &text, &html);
    struct buffer *out = &response->body;
    html_open(out, "A mail", true);
    buffer_puts(out, "<p class=\"soft\"><a href=\"/mailbox/");
    codec_put_percent(out, address);
    buffer_puts(out, "\">");
    html_text(out, address);
    buffer_puts(out, "</a></p><h1>");
    write_words(out, item->subject[0] == '\0' ? "(no subject)" : item->subject);
    buffer_puts(out, "</h1>");
    write_headers(out, address, item);
    if (text.length > 0) {
        buffer_puts(out, "<section><h2>Text</h2><div class=\"letter\">");
        html_linked(out, buffer_text(&text), text.length);
        buffer_puts(out, "</div></section>");
    }
    if (html.length > 0) {
        buffer_puts(out, "<section><h2>HTML</h2><iframe sandbox=\"\" title=\"HTML part\" "
                         "srcdoc=\"");
        html_span(out, buffer_text(&html), html.length);
        buffer_puts(out, "\"></iframe></section>");
    }
    html_close(out);
}
