/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The links of messages: a page by GET, a deed by POST. Scanners and previews follow links, so
 * GET and HEAD never change anything. Whoever comes by a link that is none of ours sees one and
 * the same page, whichever way it is wrong. */
#include <string.h>
#include <strings.h>

#include "language.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/inbound/form.h"
#include "muster/store/attendees.h"
#include "public_private.h"

enum { STATUS_OK = 200, STATUS_BAD = 400, STATUS_GONE = 404, STATUS_LATER = 503 };

static const char html_type[] = "text/html; charset=utf-8";

typedef bool links_find_fn(struct db *db, const char *token, struct arena *arena,
                           struct link_subject **subject, struct error *err);

/* What a form asks for. */
struct order {
    bool leaves; /* one click */
    bool answers;
    enum tap_answer answer;
    int64_t guests;
    bool crowd; /* the number of guests is none, or too many */
    enum tap_level choices[CHANNEL_COUNT];
};

/* A form on its way to the store. Lies in the arena of its request. */
struct deed {
    struct public *public;
    const struct server_request *request;
    const char *token;
    links_find_fn *find;
    const char *accept; /* Accept-Language */
    struct order order;
    struct link_subject *subject; /* told; NULL: the link is not known */
    enum tap_level in_force[CHANNEL_COUNT];
    bool taken;
};

/* Answer with a page. The store may be busy, but a page is always to be had; so a fault here is
 * ours. */
static void answer_page(struct public *public, struct server_exchange *exchange, unsigned status,
                        const struct public_page *page, struct arena *arena)
{
    struct server_answer answer = {.status = status, .type = html_type};
    struct error err = {.kind = ERROR_NONE};
    if (!public_pages_render(public->pages, page, arena, &answer.body, &err)) {
        log_error("a page cannot be made: %s", err.text);
        answer = (struct server_answer){.status = STATUS_LATER, .type = SERVER_PLAIN, .body = ""};
    }
    server_answer(exchange, &answer);
}

static void answer_later(struct server_exchange *exchange, const struct error *err)
{
    log_error("a link cannot be looked up: %s", err->text);
    server_answer(exchange, &(struct server_answer){
                                .status = STATUS_LATER, .type = SERVER_PLAIN, .body = "later\n"});
}

static void answer_unknown(struct public *public, struct server_exchange *exchange,
                           const char *query, const char *accept, struct arena *arena)
{
    const struct public_page page = {.kind = PUBLIC_PAGE_UNKNOWN,
                                     .language = language_choose(query, NULL, accept)};
    public->refused[REFUSALS_LINK]++;
    answer_page(public, exchange, STATUS_GONE, &page, arena);
}

/* The page that is read by GET. */
static struct public_page first_page(enum public_page_kind kind, const struct link_subject *subject,
                                     const char *query, const char *accept)
{
    const bool asks = tap_asks(subject, clock_now());
    return (struct public_page){
        .kind = kind,
        .language = language_choose(query, subject->language, accept),
        .channel = subject->channel,
        .asks = asks,
        .calls = subject->action_id != 0,
        .closed = (subject->ballot_id != 0 || subject->action_id != 0) && !asks,
    };
}

static void show(struct server_exchange *exchange, const struct server_request *request,
                 struct public *public, enum public_page_kind kind, links_find_fn *find)
{
    struct link_subject *subject = NULL;
    struct error err = {.kind = ERROR_NONE};
    const char *accept = server_header(exchange, "Accept-Language");
    if (!find(public->db, request->parts[0], request->arena, &subject, &err)) {
        answer_later(exchange, &err);
        return;
    }
    if (subject == NULL) {
        answer_unknown(public, exchange, request->query, accept, request->arena);
        return;
    }
    const struct public_page page = first_page(kind, subject, request->query, accept);
    answer_page(public, exchange, STATUS_OK, &page, request->arena);
}

void public_show_leave(struct server_exchange *exchange, const struct server_request *request,
                       void *context)
{
    show(exchange, request, context, PUBLIC_PAGE_LEAVE, links_leave);
}

void public_show_answer(struct server_exchange *exchange, const struct server_request *request,
                        void *context)
{
    show(exchange, request, context, PUBLIC_PAGE_ANSWER, links_answer);
}

void public_show_style(struct server_exchange *exchange, const struct server_request *request,
                       void *context)
{
    (void)request;
    (void)context;
    const struct server_answer answer = {
        .status = STATUS_OK, .type = "text/css; charset=utf-8", .body = public_pages_style};
    server_answer(exchange, &answer);
}

/* RFC 8058 lets the fields come either way. */
static bool read_form(const struct server_request *request, struct form *form)
{
    static const char multipart[] = "multipart/form-data";
    if (strncasecmp(request->type, multipart, sizeof multipart - 1) == 0) {
        return form_parse_parts(request->body, request->length, request->arena, form, NULL);
    }
    return form_parse(request->body, request->length, request->arena, form, NULL);
}

/* The place of a field's value among these words, which end with NULL; false when the field is not
 * there, is there twice, or says something else. */
static bool read_word(const struct form *form, const char *name, const char *const *words,
                      size_t *place)
{
    const struct form_field *field = NULL;
    if (!form_find(form, name, &field, NULL) || field == NULL) {
        return false;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (text_equal(words[i], field->value) && strlen(words[i]) == field->length) {
            *place = i;
            return true;
        }
    }
    return false;
}

/* What may come on each channel; whether anything was chosen. */
static bool read_choices(const struct form *form, struct order *order)
{
    static const char *const LEVELS[] = {[TAP_AS_IT_IS] = "as-it-is",
                                         [TAP_ALL] = "all",
                                         [TAP_SERVICE] = "service",
                                         [TAP_NOTHING] = "nothing",
                                         NULL};
    bool any = false;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        size_t level = TAP_AS_IT_IS;
        if (read_word(form, channel_name((enum channel)i), LEVELS, &level)) {
            order->choices[i] = (enum tap_level)level;
        }
        any = any || order->choices[i] != TAP_AS_IT_IS;
    }
    return any;
}

static bool read_leave(const struct form *form, struct order *order)
{
    static const char *const CLICK[] = {"One-Click", NULL};
    size_t place = 0;
    order->leaves = read_word(form, "List-Unsubscribe", CLICK, &place);
    return order->leaves || read_choices(form, order);
}

/* How many are brought along: nothing, or a number that can be. */
static bool read_guests(const struct form *form, struct order *order)
{
    const struct form_field *field = NULL;
    if (!form_find(form, "guests", &field, NULL)) {
        return false;
    }
    return field == NULL || field->length == 0 ||
           (strlen(field->value) == field->length &&
            text_number(field->value, 0, ATTENDEES_GUESTS_MOST, &order->guests));
}

static bool read_answer(const struct form *form, const struct link_subject *subject,
                        struct order *order)
{
    enum { STOP = TAP_CANNOT + 1 };
    static const char *const ANSWERS[] = {[TAP_VOTED] = "voted",
                                          [TAP_NO_PAPER] = "no-paper",
                                          [TAP_DECLINED] = "declined",
                                          [TAP_COMING] = "coming",
                                          [TAP_MAYBE] = "maybe",
                                          [TAP_CANNOT] = "cannot",
                                          [STOP] = "stop",
                                          NULL};
    size_t place = 0;
    if (!read_word(form, "answer", ANSWERS, &place)) {
        return read_choices(form, order); /* taking a stop back */
    }
    if (place == STOP) {
        order->choices[subject->channel] = TAP_NOTHING;
    } else if ((place >= TAP_COMING) != (subject->action_id != 0)) {
        return false; /* no answer to what this message asks */
    } else {
        order->answers = true;
        order->answer = (enum tap_answer)place;
        order->crowd = order->answer >= TAP_COMING && !read_guests(form, order);
    }
    return !order->crowd;
}

/* In the transaction: the link is looked up again, as its message may be gone meanwhile. */
static bool do_deed(struct db *db, int64_t now, void *context, struct error *err)
{
    struct deed *deed = context;
    if (!deed->find(db, deed->token, deed->request->arena, &deed->subject, err)) {
        return false;
    }
    if (deed->subject == NULL) {
        return true;
    }
    if (deed->order.answers) {
        return tap_answer(db, deed->subject, deed->order.answer, deed->order.guests, now,
                          &deed->taken, err);
    }
    deed->taken = true;
    if (deed->order.leaves) {
        deed->order.choices[deed->subject->channel] = TAP_NOTHING;
        deed->in_force[deed->subject->channel] = TAP_NOTHING;
        return tap_leave(db, deed->subject, now, err);
    }
    return tap_choose(db, deed->subject, deed->order.choices, now, deed->in_force, err);
}

/* It is on disk: say what holds now. */
static void tell_deed(struct server_exchange *exchange, void *context)
{
    struct deed *deed = context;
    const struct server_request *request = deed->request;
    if (deed->subject == NULL) {
        answer_unknown(deed->public, exchange, request->query, deed->accept, request->arena);
        return;
    }
    struct public_page page =
        first_page(PUBLIC_PAGE_ANSWER, deed->subject, request->query, deed->accept);
    page.answer = deed->order.answer;
    page.guests = deed->order.answer == TAP_CANNOT ? 0 : deed->order.guests;
    memcpy(page.chosen, deed->order.choices, sizeof page.chosen);
    memcpy(page.in_force, deed->in_force, sizeof page.in_force);
    if (deed->taken) { /* else it has closed, or is over, which the first page says */
        page.kind = deed->order.answers ? PUBLIC_PAGE_ANSWERED : PUBLIC_PAGE_CHOSEN;
    }
    answer_page(deed->public, exchange, STATUS_OK, &page, request->arena);
}

static void puzzle(struct server_exchange *exchange, const struct server_request *request,
                   struct public *public, enum public_page_kind kind, const struct deed *deed)
{
    struct public_page page = first_page(kind, deed->subject, request->query, deed->accept);
    page.puzzled = !deed->order.crowd;
    page.crowd = deed->order.crowd;
    public->refused[REFUSALS_FORM]++;
    answer_page(public, exchange, STATUS_BAD, &page, request->arena);
}

static void take(struct server_exchange *exchange, const struct server_request *request,
                 struct public *public, enum public_page_kind kind, links_find_fn *find)
{
    struct deed *deed = arena_alloc(request->arena, sizeof *deed);
    struct server_request *kept = arena_alloc(request->arena, sizeof *kept);
    struct error err = {.kind = ERROR_NONE};
    struct form form;
    const char *accept = server_header(exchange, "Accept-Language");
    *kept = *request;
    *deed = (struct deed){.public = public,
                          .request = kept,
                          .token = request->parts[0],
                          .find = find,
                          .accept = accept};
    if (!find(public->db, deed->token, request->arena, &deed->subject, &err)) {
        answer_later(exchange, &err);
        return;
    }
    if (deed->subject == NULL) {
        answer_unknown(public, exchange, request->query, accept, request->arena);
        return;
    }
    if (!read_form(request, &form) ||
        !(kind == PUBLIC_PAGE_LEAVE ? read_leave(&form, &deed->order)
                                    : read_answer(&form, deed->subject, &deed->order))) {
        puzzle(exchange, request, public, kind, deed);
        return;
    }
    struct intake_item *item = arena_alloc(request->arena, sizeof *item);
    *item = (struct intake_item){.kind = INTAKE_DEED,
                                 .exchange = exchange,
                                 .deed = do_deed,
                                 .tell = tell_deed,
                                 .context = deed};
    intake_put(public->intake, item);
}

void public_take_leave(struct server_exchange *exchange, const struct server_request *request,
                       void *context)
{
    take(exchange, request, context, PUBLIC_PAGE_LEAVE, links_leave);
}

void public_take_answer(struct server_exchange *exchange, const struct server_request *request,
                        void *context)
{
    take(exchange, request, context, PUBLIC_PAGE_ANSWER, links_answer);
}
