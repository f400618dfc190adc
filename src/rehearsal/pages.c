/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one looks at; see pages.h. */
#include "pages.h"

#include <inttypes.h>
#include <string.h>

#include "codec.h"
#include "html.h"
#include "letter.h"
#include "pages_mail.h"
#include "pages_phone.h"

enum { ROWS_A_PAGE = 100, EXCERPT = 160 };

/* One of the two lists of the first page. */
struct listing {
    const char *title;
    const char *folder; /* "phone" or "mailbox" */
    const char *argument;
    const struct boxes *boxes;
    int64_t page;
    int64_t other_page;
    const char *other_argument;
    const char *search;
};

static void write_count(struct buffer *out, uint64_t count, const char *what, const char *more)
{
    buffer_printf(out, "<div><b>%" PRIu64 "</b>%s<br><small>%s</small></div>", count, what, more);
}

static void write_counts(struct buffer *out, const struct counts *counts)
{
    CLEANUP(buffer_free) struct buffer more;
    buffer_init(&more, 256);
    buffer_puts(out, "<div class=\"counts\">");
    buffer_printf(&more, "%" PRIu64 " attempts not kept", counts->sms_attempts);
    write_count(out, counts->sms_messages, "texts", buffer_text(&more));
    buffer_clear(&more);
    buffer_printf(&more, "%" PRIu64 " attempts not kept", counts->email_attempts);
    write_count(out, counts->email_messages, "mails", buffer_text(&more));
    buffer_clear(&more);
    buffer_printf(&more, "%" PRIu64 " answered, %" PRIu64 " waiting", counts->replies_answered,
                  counts->replies_waiting);
    write_count(out, counts->replies_posted, "replies", buffer_text(&more));
    buffer_clear(&more);
    buffer_printf(&more, "%" PRIu64 " answered, %" PRIu64 " waiting", counts->receipts_answered,
                  counts->receipts_waiting);
    write_count(out, counts->receipts_posted, "receipts", buffer_text(&more));
    buffer_puts(out, "</div>");
}

static bool matches(const struct box *box, const char *search)
{
    if (strcasestr(box->name, search) != NULL) {
        return true;
    }
    const struct item *item = box->newest;
    return item != NULL && (item->subject[0] != '\0' ? strcasestr(item->subject, search)
                                                     : strcasestr(item->text, search)) != NULL;
}

static void write_excerpt(struct buffer *out, const struct item *item)
{
    if (item == NULL) {
        buffer_puts(out, "(no longer kept)");
    } else if (item->subject[0] != '\0') {
        CLEANUP(buffer_free) struct buffer words;
        buffer_init(&words, 8192);
        letter_words(item->subject, &words);
        html_span(out, buffer_text(&words), words.length);
    } else {
        html_span(out, item->text, item->length < EXCERPT ? item->length : EXCERPT);
    }
}

static void write_row(struct buffer *out, const struct listing *list, const struct box *box)
{
    buffer_printf(out, "<li><a href=\"/%s/", list->folder);
    codec_put_percent(out, box->name);
    buffer_puts(out, "\"><b>");
    html_text(out, box->name);
    buffer_printf(out, "</b><small>%" PRIu64 " · ", box->messages);
    html_time(out, box->last);
    buffer_puts(out, "</small><span class=\"cut soft\">");
    write_excerpt(out, box->newest);
    buffer_puts(out, "</span></a></li>");
}

static void write_link(struct buffer *out, const struct listing *list, int64_t page,
                       const char *word)
{
    buffer_printf(out, "<a href=\"/?%s=%lld&amp;%s=%lld&amp;q=", list->argument, (long long)page,
                  list->other_argument, (long long)list->other_page);
    codec_put_percent(out, list->search);
    buffer_printf(out, "\">%s</a>", word);
}

static void write_listing(struct buffer *out, const struct listing *list)
{
    buffer_printf(out, "<section><h2>%s <small>%zu</small></h2><ul class=\"rows\">", list->title,
                  boxes_count(list->boxes));
    int64_t skip = (list->page - 1) * ROWS_A_PAGE;
    int64_t shown = 0;
    const struct box *box = boxes_recent(list->boxes);
    for (; box != NULL && shown < ROWS_A_PAGE; box = box->less_recent) {
        if (!matches(box, list->search)) {
            continue;
        }
        if (skip > 0) {
            skip--;
            continue;
        }
        write_row(out, list, box);
        shown++;
    }
    buffer_puts(out, shown == 0 ? "</ul><p class=\"soft\">Nothing here.</p>" : "</ul>");
    buffer_puts(out, "<div class=\"pager\"><span>");
    if (list->page > 1) {
        write_link(out, list, list->page - 1, "newer");
    }
    buffer_puts(out, "</span><span>");
    if (box != NULL) {
        write_link(out, list, list->page + 1, "older");
    }
    buffer_puts(out, "</span></div></section>");
}

static void show_index(const struct rehearsal *world, const struct request *request,
                       struct response *response)
{
    struct buffer *out = &response->body;
    struct listing phones = {
        .title = "Phones",
        .folder = "phone",
        .argument = "p",
        .boxes = world->phones,
        .page = request->phones_page,
        .other_page = request->mails_page,
        .other_argument = "m",
        .search = request->search,
    };
    struct listing mailboxes = {
        .title = "Mailboxes",
        .folder = "mailbox",
        .argument = "m",
        .boxes = world->mailboxes,
        .page = request->mails_page,
        .other_page = request->phones_page,
        .other_argument = "p",
        .search = request->search,
    };
    html_open(out, "Phones and mailboxes", false);
    write_counts(out, &world->counts);
    buffer_puts(out, "<form action=\"/\"><input type=\"search\" name=\"q\" aria-label=\"Search\" "
                     "placeholder=\"number, address, or words of the latest message\" value=\"");
    html_text(out, request->search);
    buffer_puts(out, "\"><button>Search</button></form><div class=\"lists\">");
    write_listing(out, &phones);
    write_listing(out, &mailboxes);
    buffer_puts(out, "</div>");
    html_close(out);
}

static void show_log(const struct rehearsal *world, struct response *response)
{
    struct buffer *out = &response->body;
    html_open(out, "Log", true);
    buffer_puts(out, "<h1>The latest events, newest first</h1><section><pre>");
    const char *line = NULL;
    for (size_t i = 0; (line = journal_recent(world->journal, i)) != NULL; i++) {
        html_text(out, line);
        buffer_putc(out, '\n');
    }
    buffer_puts(out, "</pre></section>");
    html_close(out);
}

static void show_status(const struct counts *counts, struct response *response)
{
    buffer_printf(&response->body,
                  "{\"sms\":{\"messages\":%" PRIu64 ",\"attempts\":%" PRIu64 "},"
                  "\"email\":{\"messages\":%" PRIu64 ",\"attempts\":%" PRIu64 "},",
                  counts->sms_messages, counts->sms_attempts, counts->email_messages,
                  counts->email_attempts);
    buffer_printf(&response->body,
                  "\"replies\":{\"posted\":%" PRIu64 ",\"answered\":%" PRIu64
                  ",\"abandoned\":%" PRIu64 ",\"waiting\":%" PRIu64 "},",
                  counts->replies_posted, counts->replies_answered, counts->replies_abandoned,
                  counts->replies_waiting);
    buffer_printf(&response->body,
                  "\"receipts\":{\"posted\":%" PRIu64 ",\"answered\":%" PRIu64
                  ",\"abandoned\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"waiting\":%" PRIu64 "}}\n",
                  counts->receipts_posted, counts->receipts_answered, counts->receipts_abandoned,
                  counts->receipts_lost, counts->receipts_waiting);
}

/* What follows `prefix` in the path, or NULL. */
static const char *below(const char *path, const char *prefix)
{
    size_t size = strlen(prefix);
    return strncmp(path, prefix, size) == 0 && path[size] != '\0' ? path + size : NULL;
}

static void serve_phone(struct rehearsal *world, const char *rest, const struct request *request,
                        struct response *response)
{
    const char *slash = strchr(rest, '/');
    bool post = strcmp(request->method, "POST") == 0;
    if (slash == NULL && !post) {
        pages_phone_show(world, rest, response);
    } else if (slash != NULL && strcmp(slash, "/reply") == 0 && post) {
        const char *number = arena_span(request->arena, rest, (size_t)(slash - rest));
        pages_phone_reply(world, number, request, response);
    } else {
        exchange_sentence(response, 404, "There is no such page.");
    }
}

static void serve_mailbox(struct rehearsal *world, const char *rest, const struct request *request,
                          struct response *response)
{
    /* A local part may hold a slash, a domain may not. */
    const char *at = strrchr(rest, '@');
    const char *slash = strchr(at == NULL ? rest : at, '/');
    if (slash == NULL) {
        pages_mail_list(world, rest, response);
        return;
    }
    const char *address = arena_span(request->arena, rest, (size_t)(slash - rest));
    const char *end = strstr(slash, ".eml");
    if (end != NULL && strcmp(end, ".eml") == 0) {
        const char *id = arena_span(request->arena, slash + 1, (size_t)(end - slash) - 1);
        pages_mail_bytes(world, address, id, response);
        return;
    }
    pages_mail_show(world, address, slash + 1, response);
}

void pages_serve(struct rehearsal *world, const struct request *request, struct response *response)
{
    const char *path = request->path;
    const char *phone = below(path, "/phone/");
    const char *mailbox = below(path, "/mailbox/");
    bool get = strcmp(request->method, "GET") == 0;
    response->type = "text/html; charset=utf-8";
    if (phone != NULL) {
        serve_phone(world, phone, request, response);
    } else if (mailbox != NULL && get) {
        serve_mailbox(world, mailbox, request, response);
    } else if (strcmp(path, "/") == 0 && get) {
        show_index(world, request, response);
    } else if (strcmp(path, "/log") == 0 && get) {
        show_log(world, response);
    } else if (strcmp(path, "/status") == 0 && get) {
        response->type = "application/json";
        show_status(&world->counts, response);
    } else {
        exchange_sentence(response, 404, "There is no such page.");
    }
    if (response->body.full) {
        exchange_sentence(response, 500, "This page is too large to show.");
    }
}
