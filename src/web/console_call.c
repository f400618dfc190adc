/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a request to its page. A form is taken only from our own pages: its token is of the session,
 * and the browser does not say that it comes from elsewhere. */
#include "console_call.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "console_counts.h"
#include "console_job.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/record.h"
#include "muster/store/sessions.h"

enum {
    STATUS_OK = 200,
    STATUS_SEE_OTHER = 303,
    STATUS_BAD = 400,
    STATUS_FORBIDDEN = 403,
    STATUS_GONE = 404,
    STATUS_TOO_LARGE = 413,
    STATUS_LATER = 503,
    /* Of a form's token, in hexadecimal: what is of the session, and what is of the account. */
    SESSION_LETTERS = 20,
    HAND_LETTERS = 12,
};

static const char html_type[] = "text/html; charset=utf-8";

/* Content Security Policy: style, script and all that a page asks for later are files of ours, and
 * what stands in a page itself is no script. */
static const char page_policy[] =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const char *console_cookie(const struct console *console)
{
    return console->secure ? "__Host-muster" : "muster";
}

const char *console_read_cookie(const struct console_call *call, const char *name)
{
    const char *at = server_header(call->exchange, "Cookie");
    const size_t length = strlen(name);
    while (at != NULL && *at != '\0') {
        at += strspn(at, "; ");
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            return arena_span(call->arena, at + length + 1, strcspn(at + length + 1, "; "));
        }
        at += strcspn(at, ";");
    }
    return NULL;
}

const char *console_make_cookie(const struct console_call *call, const char *name,
                                const char *value, int seconds)
{
    const char *age = value[0] == '\0' ? "; Max-Age=0"
                      : seconds == 0   ? ""
                                       : arena_printf(call->arena, "; Max-Age=%d", seconds);
    return arena_printf(call->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value,
                        call->console->secure ? "; Secure" : "", age);
}

const char *console_safe_path(const char *path)
{
    const bool ours = path[0] == '/' && path[1] != '/' && strpbrk(path, "\\\r\n\t ") == NULL;
    return ours ? path : "/";
}

bool console_note(const struct console_call *call, const char *deed, const char *subject,
                  const char *detail, struct error *err)
{
    const struct record_entry entry = {.at = call->now,
                                       .account =
                                           call->account == NULL ? NULL : call->account->name,
                                       .deed = deed,
                                       .subject = subject,
                                       .detail = detail};
    return record_put(call->console->db, &entry, err);
}

const char *console_field(const struct console_call *call, const char *name)
{
    const struct form_field *field = NULL;
    struct error unread = {.kind = ERROR_NONE};
    return form_find(&call->form, name, &field, &unread) && field != NULL
               ? text_trim(field->value, call->arena)
               : "";
}

const char *console_part(const struct console_call *call, size_t index)
{
    struct form form;
    struct error unread = {.kind = ERROR_NONE};
    const struct form_field *field = NULL;
    const char *text = arena_printf(call->arena, "n=%s", call->request->parts[index]);
    return form_parse(text, strlen(text), call->arena, &form, &unread) &&
                   form_find(&form, "n", &field, &unread) && field != NULL
               ? field->value
               : NULL;
}

const char *console_query(const struct console_call *call, const char *name)
{
    struct console_call asked = *call;
    struct error unread = {.kind = ERROR_NONE};
    const char *query = call->request->query;
    if (!form_parse(query, strlen(query), call->arena, &asked.form, &unread)) {
        return "";
    }
    return console_field(&asked, name);
}

const char *console_token(const struct console_call *call)
{
    if (call->session == NULL || call->account == NULL) {
        return "";
    }
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    const char *text = arena_printf(call->arena, "form %s", call->session);
    token_digest(text, strlen(text), digest);
    token_hex(digest, sizeof digest, hex);
    return arena_printf(call->arena, "%.*s%s", SESSION_LETTERS, hex,
                        console_hand(call, call->account));
}

const char *console_hand(const struct console_call *call, const struct account *account)
{
    char hex[TOKEN_HEX_SIZE];
    db_derive(call->console->db,
              arena_printf(call->arena, "forms of account %lld, made at %lld",
                           (long long)account->id, (long long)account->made_at),
              hex);
    return arena_span(call->arena, hex, HAND_LETTERS);
}

const char *console_form_hand(const struct console_call *call)
{
    const char *token = console_field(call, "token");
    return strlen(token) == SESSION_LETTERS + HAND_LETTERS ? token + SESSION_LETTERS : "";
}

const char *console_word(const struct console_call *call, const char *name)
{
    return console_pages_words(call->console->pages, call->language, name);
}

const char *console_named(const struct console_call *call, const char *prefix, const char *word)
{
    const char *name = arena_printf(call->arena, "%s-%s", prefix, word);
    const char *says = console_word(call, name);
    return says == name ? word : says;
}

void console_put_wrong(const struct console_call *call, const char *field, const char *sentence)
{
    struct json *wrong = json_make_object();
    json_put_text(wrong, field, sentence);
    json_put(call->values, "wrong", wrong);
}

/* How the words begin that a page may be told to show by its address. */
#define NOTICES "done-"

static void put_common(struct console_call *call, const char *nav)
{
    struct json *values = call->values;
    const enum language other =
        call->language == LANGUAGE_WELSH ? LANGUAGE_ENGLISH : LANGUAGE_WELSH;
    json_put_text(values, "organisation", call->console->config->organisation.name);
    json_put_text(values, "code", language_code(call->language));
    json_put_text(values, "other_code", language_code(other));
    /* Where to come back to from the other language: nobody can go to what was only sent. */
    const bool get = text_equal(call->request->method, "GET");
    json_put_text(values, "path", get ? call->request->path : "/");
    json_put_text(values, "token", console_token(call));
    if (call->account != NULL) {
        struct json *account = json_make_object();
        json_put_text(account, "name", call->account->name);
        json_put_text(account, "full_name", call->account->full_name);
        json_put_flag(account, "keeper", console_may(call, CONSOLE_KEEPERS));
        json_put(values, "account", account);
        json_put_flag(values, "staff", console_may(call, CONSOLE_STAFF));
        json_put_flag(values, "writer", console_may(call, CONSOLE_WRITERS));
        json_put_flag(values, "rep", console_may(call, CONSOLE_REPS));
    }
    struct json *places = json_make_object();
    if (nav != NULL) {
        json_put_flag(places, nav, true);
    }
    json_put(values, "nav", places);
    const char *notice = console_query(call, "done");
    const char *words = console_word(call, notice);
    if (strncmp(notice, NOTICES, sizeof NOTICES - 1) == 0 && words != notice) {
        json_put_text(values, "notice", words); /* none but ours is shown */
    }
}

static void send_page(struct console_call *call, unsigned status, const char *html)
{
    const struct server_answer answer = {.status = status,
                                         .type = html_type,
                                         .body = html,
                                         .policy = page_policy,
                                         .cookie = call->cookie};
    server_answer(call->exchange, &answer);
}

bool console_answer_as(struct console_call *call, unsigned status, const char *page,
                       const char *nav, struct error *err)
{
    const char *html = NULL;
    put_common(call, nav);
    if (!console_pages_render(call->console->pages, page, call->language, call->values, call->arena,
                              &html, err)) {
        return false;
    }
    send_page(call, status, html);
    return true;
}

bool console_answer(struct console_call *call, const char *page, const char *nav, struct error *err)
{
    return console_answer_as(call, STATUS_OK, page, nav, err);
}

bool console_answer_part(struct console_call *call, const char *part, struct error *err)
{
    json_put_text(call->values, "token", console_token(call));
    const char *html = NULL;
    if (!console_pages_render(call->console->pages, part, call->language, call->values, call->arena,
                              &html, err)) {
        return false;
    }
    send_page(call, STATUS_OK, html);
    return true;
}

void console_answer_fault(struct console_call *call, unsigned status, const char *sentence)
{
    const char *html = NULL;
    struct error err = {.kind = ERROR_NONE};
    put_common(call, NULL);
    json_put_text(call->values, "fault", sentence);
    if (console_pages_render(call->console->pages, "fault.html", call->language, call->values,
                             call->arena, &html, &err)) {
        send_page(call, status, html);
        return;
    }
    log_error("a page cannot be made: %s", err.text);
    const struct server_answer plain = {.status = STATUS_LATER, .type = SERVER_PLAIN, .body = ""};
    server_answer(call->exchange, &plain);
}

bool console_go(struct console_call *call, const char *path, const char *notice)
{
    console_counts_forget(call->console->counts); /* so ends whatever changes something */
    const char *separator = strchr(path, '?') == NULL ? "?" : "&";
    const struct server_answer answer = {
        .status = STATUS_SEE_OTHER,
        .type = SERVER_PLAIN,
        .body = "",
        .location = notice == NULL
                        ? path
                        : arena_printf(call->arena, "%s%sdone=%s", path, separator, notice),
        .cookie = call->cookie,
    };
    server_answer(call->exchange, &answer);
    return true;
}

/* Who has this session. A session of an account that is no longer to be used is none. */
static bool find_account(struct console_call *call, struct error *err)
{
    int64_t id = 0;
    const char *session = console_read_cookie(call, console_cookie(call->console));
    if (session == NULL || strlen(session) != SESSIONS_TOKEN_LETTERS) {
        return true;
    }
    const bool used = server_header(call->exchange, "X-By-Itself") == NULL;
    if (!sessions_find(call->console->db, session, call->now, used, &id, err)) {
        return false;
    }
    if (id == 0) {
        return true;
    }
    if (!accounts_get(call->console->db, id, call->arena, &call->account, err)) {
        return false;
    }
    if (call->account != NULL && call->account->disabled_at != 0) {
        call->account = NULL;
    }
    call->session = call->account == NULL ? NULL : session;
    return call->account == NULL ||
           scope_of(call->console->db, call->account, call->arena, &call->scope, err);
}

bool console_may(const struct console_call *call, unsigned rights)
{
    return call->account != NULL && (rights & (1U << call->account->role)) != 0;
}

/* Whether the browser says that a form comes from another site's page. Who says nothing is known by
 * the token alone, and before anybody has signed in there is nothing to be stolen. */
static bool is_from_elsewhere(const struct console_call *call)
{
    const char *site = server_header(call->exchange, "Sec-Fetch-Site");
    return site != NULL && !text_equal(site, "same-origin") && !text_equal(site, "none");
}

static bool has_token(const struct console_call *call)
{
    return call->session == NULL || token_equal(console_field(call, "token"), console_token(call));
}

/* Whether the account has still to set up the second step that the configuration asks of it. */
static bool is_unready(const struct console_call *call)
{
    const char *whose = call->console->config->console.totp;
    return call->account->totp_at == 0 &&
           (text_equal(whose, "everybody") ||
            (text_equal(whose, "administrators") && call->account->role == ROLE_ADMINISTRATOR));
}

/* The form with a file, which has come piece by piece. What is wrong with it the page says, but for
 * a token that is none: nothing of such a form is ours. */
static bool read_upload(struct console_call *call, struct error *err)
{
    struct error fault = {.kind = ERROR_NONE};
    struct console_upload *upload = server_taken(call->exchange);
    if (upload == NULL) {
        return error_set(err, ERROR_DATA, "this is no form with a file");
    }
    if (!console_upload_end(upload, &call->form, &call->file, &fault)) {
        call->upload_fault = arena_text(call->arena, fault.text);
    }
    return fault.kind == ERROR_NONE || fault.kind == ERROR_DATA || fault.kind == ERROR_PERMISSION ||
           error_set(err, fault.kind, "%s", fault.text);
}

/* The fields of a form: many and long ones only where nobody but accounts is served. */
static bool read_form(struct console_call *call, const struct console_place *place,
                      struct error *err)
{
    const bool stranger = (place->rights & CONSOLE_ANYBODY) != 0;
    const struct server_request *request = call->request;
    if (!text_equal(request->method, "POST")) {
        return true;
    }
    if ((place->rights & CONSOLE_UPLOAD) != 0) {
        return read_upload(call, err);
    }
    if (strncmp(request->type, "application/x-www-form-urlencoded", 33) != 0) {
        return error_set(err, ERROR_DATA, "this is no form");
    }
    return stranger
               ? form_parse(request->body, request->length, call->arena, &call->form, err)
               : form_parse_large(request->body, request->length, call->arena, &call->form, err);
}

/* Lead to the sign-in, and back from it. A form that one of our pages gave is kept meanwhile. */
static bool send_to_sign_in(struct console_call *call, struct error *err)
{
    const bool get = text_equal(call->request->method, "GET");
    if (!get && !is_from_elsewhere(call) && console_form_hand(call)[0] != '\0') {
        return console_keep_form(call, err);
    }
    const char *to = get ? call->request->path : "/";
    return console_go(call, arena_printf(call->arena, "/sign-in?to=%s", to), NULL);
}

static void forbid(struct console_call *call, const char *word)
{
    console_answer_fault(call, STATUS_FORBIDDEN, console_word(call, word));
}

/* Whether who asks may have the place; else the answer is given here. */
static bool may_enter(struct console_call *call, const struct console_place *place, bool *may,
                      struct error *err)
{
    *may = (place->rights & CONSOLE_ANYBODY) != 0;
    if (*may) {
        return true;
    }
    if (call->account == NULL) {
        return send_to_sign_in(call, err);
    }
    if (!console_may(call, place->rights)) {
        forbid(call, "not-allowed");
        return true;
    }
    if ((place->rights & CONSOLE_UNREADY) == 0 && is_unready(call)) {
        return console_go(call, "/account/totp", NULL);
    }
    *may = true;
    return true;
}

/* Whether a form may do what it says; else the answer is given here. A file is not kept. */
static bool may_do(struct console_call *call, const struct console_place *place, bool *may,
                   struct error *err)
{
    *may = false;
    if (is_from_elsewhere(call)) {
        forbid(call, "form-not-ours");
        return true;
    }
    if ((place->rights & CONSOLE_TOKENLESS) != 0 || has_token(call)) {
        *may = true;
        return true;
    }
    if ((place->rights & CONSOLE_UPLOAD) != 0 || console_form_hand(call)[0] == '\0') {
        forbid(call, "form-not-ours");
        return true;
    }
    if (!token_equal(console_form_hand(call), console_hand(call, call->account))) {
        forbid(call, "done-kept-of-another");
        return true;
    }
    return console_show_kept(call, STATUS_FORBIDDEN, err);
}

static bool serve_place(struct console_call *call, const struct console_place *place,
                        struct error *err)
{
    bool may = false;
    if (!read_form(call, place, err) || !find_account(call, err) ||
        !may_enter(call, place, &may, err)) {
        return false;
    }
    if (may && text_equal(call->request->method, "POST") && !may_do(call, place, &may, err)) {
        return false;
    }
    return !may || place->function(call, err);
}

/* Where the browser is: as the proxy in front of us tells it last, if that is on this machine. */
static const char *find_client(const struct console_call *call)
{
    const char *peer = server_peer(call->exchange, call->arena);
    const char *told = server_header(call->exchange, "X-Forwarded-For");
    const bool inside = strncmp(peer, "127.", 4) == 0 || text_equal(peer, "::1");
    if (!inside || told == NULL) {
        return peer;
    }
    const char *comma = strrchr(told, ',');
    const char *last = text_trim(comma == NULL ? told : comma + 1, call->arena);
    const size_t most = 64; /* more than any address has */
    return last[0] == '\0' || strlen(last) > most || !text_is_utf8(last, strlen(last)) ? peer
                                                                                       : last;
}

static unsigned status_of(enum error_kind kind)
{
    return kind == ERROR_NO_INPUT ? STATUS_GONE : kind == ERROR_DATA ? STATUS_BAD : STATUS_LATER;
}

/* For the store, in ms: while this thread waits, nobody is answered. An import of ours has it to
 * its end, so then it is not waited for. */
enum { PATIENCE = 5000, PATIENCE_BESIDE_JOB = 500 };

/* Say that the store is another's now; a form is shown again, to be sent when it is not. */
static bool show_busy(struct console_call *call)
{
    struct error err = {.kind = ERROR_NONE};
    if (call->account == NULL || call->file.fd >= 0 || !console_keeps_form(call)) {
        return false;
    }
    json_put_flag(call->values, "busy", true);
    return console_show_kept(call, STATUS_LATER, &err);
}

static const struct console_place *place_of(const struct console_call *call)
{
    size_t count = 0;
    return &console_places(&count)[call->request->route - call->console->routes];
}

static void answer_error(struct console_call *call, const struct error *err)
{
    struct console_job_look job;
    if (err->kind == ERROR_TEMPORARY && console_jobs_running(call->console->jobs, &job)) {
        if (show_busy(call)) {
            return;
        }
        console_answer_fault(call, STATUS_LATER, console_word(call, "store-busy"));
        return;
    }
    if (err->kind != ERROR_DATA && err->kind != ERROR_NO_INPUT) {
        /* Not the path itself: it may name a member. */
        log_error("%s %s: %s", call->request->method, place_of(call)->path, err->text);
    }
    console_answer_fault(call, status_of(err->kind), err->text);
}

static void begin_call(struct console_call *call)
{
    call->arena = call->request->arena;
    call->now = clock_now();
    struct console_job_look job;
    const bool beside = console_jobs_running(call->console->jobs, &job);
    (void)db_set_patience(call->console->db, beside ? PATIENCE_BESIDE_JOB : PATIENCE);
    call->asker = (struct accounts_asker){.from = find_client(call), .now = call->now};
    const char *chosen = console_read_cookie(call, "language");
    call->file.fd = -1;
    call->language = language_choose("", chosen, server_header(call->exchange, "Accept-Language"));
    if (text_equal(chosen, "en")) {
        call->language = LANGUAGE_ENGLISH;
    }
}

/* What a form with a file has around the file. */
enum { AROUND_FILE = 256 * 1024 };

static bool admit(struct console_call *call, const struct console_place *place, struct error *err)
{
    if (!find_account(call, err)) {
        return false;
    }
    bool may = false;
    if (!may_enter(call, place, &may, err) || !may) {
        return err->kind == ERROR_NONE;
    }
    if (is_from_elsewhere(call)) {
        forbid(call, "form-not-ours");
        return true;
    }
    if (call->request->length > CONSOLE_UPLOAD_MAX + AROUND_FILE) {
        console_answer_fault(call, STATUS_TOO_LARGE, console_word(call, "import-too-large"));
        return true;
    }
    const char *folder = file_beside(call->console->config->store.file, ".", call->arena);
    return console_upload_admit(call->exchange, call->request, folder, console_token(call), err);
}

void console_admit(struct server_exchange *exchange, const struct server_request *request,
                   void *context)
{
    CLEANUP(json_free) struct json *values = json_make_object();
    struct error err = {.kind = ERROR_NONE};
    struct console_call call = {
        .console = context, .exchange = exchange, .request = request, .values = values};
    begin_call(&call);
    const struct console_place *place = place_of(&call);
    if ((place->rights & CONSOLE_UPLOAD) != 0 && !admit(&call, place, &err)) {
        answer_error(&call, &err);
    }
}

void console_take(struct server_exchange *exchange, const struct server_request *request,
                  void *context)
{
    CLEANUP(json_free) struct json *values = json_make_object();
    struct error err = {.kind = ERROR_NONE};
    struct console_call call = {
        .console = context, .exchange = exchange, .request = request, .values = values};
    begin_call(&call);
    const struct console_place *place = place_of(&call);
    if (!serve_place(&call, place, &err)) {
        answer_error(&call, &err);
    }
    if (call.file.fd >= 0) {
        (void)close(call.file.fd);
    }
}

void console_lost(struct server_exchange *exchange, const struct server_request *request,
                  void *context)
{
    CLEANUP(json_free) struct json *values = json_make_object();
    struct error err = {.kind = ERROR_NONE};
    struct console_call call = {
        .console = context, .exchange = exchange, .request = request, .values = values};
    begin_call(&call);
    if (!find_account(&call, &err)) {
        answer_error(&call, &err);
        return;
    }
    if (call.account != NULL) {
        console_answer_fault(&call, STATUS_GONE, console_word(&call, "no-such-page"));
        return;
    }
    const struct server_answer plain = {
        .status = STATUS_GONE, .type = SERVER_PLAIN, .body = "not found\n"};
    server_answer(exchange, &plain);
}
