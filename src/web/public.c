/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public listener; see public.h. */
#include "muster/web/public.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "listener.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/inbound/form.h"
#include "muster/inbound/signature.h"
#include "public_private.h"

enum {
    TICK = 200,                      /* ms between two looks at `stop` */
    DRAIN_WITHIN = 6 * CLOCK_SECOND, /* an opt-out may wait 5 s */
    FAREWELL_WITHIN = CLOCK_SECOND,  /* for the last answers to leave */
    REQUEST_WITHIN = 20 * CLOCK_SECOND,
    COUNTS_EVERY = 5 * CLOCK_SECOND, /* what was turned away is stored so often */
};

static void answer(struct server_exchange *exchange, unsigned status, const char *type,
                   const char *body)
{
    const struct server_answer whole = {.status = status, .type = type, .body = body};
    server_answer(exchange, &whole);
}

/* Who calls, by its place; SIZE_MAX when nobody may. Who does not know the secret is told nothing:
 * not even which gateways there are. */
static size_t caller(const struct public *public, const struct server_request *request)
{
    for (size_t i = 0; i < public->callers->count; i++) {
        if (text_equal(public->callers->gateways[i].name, request->parts[0])) {
            return token_equal(public->secrets[i], request->parts[1]) ? i : SIZE_MAX;
        }
    }
    return SIZE_MAX;
}

static const char *header_of(const char *name, void *context)
{
    return server_header(context, name);
}

/* Who may be asked to log in is; whoever is not let in is told no more. */
static void keep_out(struct server_exchange *exchange, const struct gateway *gateway)
{
    const bool basic = gateway->signature.scheme == GATEWAY_BASIC;
    const struct server_answer whole = {.status = basic ? 401 : 403,
                                        .type = SERVER_PLAIN,
                                        .body = "",
                                        .challenge = basic ? "Basic realm=\"muster\"" : NULL};
    server_answer(exchange, &whole);
}

/* Whether the callback is the provider's own; what it has to say, then, into the call. */
static bool is_genuine(const struct public *public, size_t place, struct server_exchange *exchange,
                       const struct server_request *request, struct hook_call *call,
                       struct error *err)
{
    const struct public_key *key = &public->keys[place];
    const char *url = call->kind == HOOK_RECEIPT ? key->urls.receipt : key->urls.reply;
    const bool by_get = text_equal(request->method, "GET");
    const char *whole = request->query[0] == '\0'
                            ? url
                            : arena_printf(request->arena, "%s?%s", url, request->query);
    const struct signature_call signed_call = {
        .url = whole,
        .query = request->query,
        .body = by_get ? "" : request->body,
        .length = by_get ? 0 : request->length,
        .at = call->at,
        .header = header_of,
        .context = exchange,
    };
    const struct gateway_signature *signature = &public->callers->gateways[place].signature;
    struct signature_payload payload;
    if (!signature_check(signature, key->secret, &signed_call, request->arena, &payload, err)) {
        return false;
    }
    if (signature->claims) {
        call->bytes = payload.bytes;
        call->length = payload.length;
    }
    return true;
}

static void note_status(struct public *public, const struct gateway *gateway,
                        const struct hook_event *event)
{
    if (!event->unknown_status || text_equal(public->strange, event->receipt.status)) {
        return;
    }
    (void)snprintf(public->strange, sizeof public->strange, "%s", event->receipt.status);
    log_warning("the profile of gateway %s does not know the status '%s'; it counts as pending",
                gateway->name, public->strange);
}

/* Say what of a call was not understood, without repeating any of it but a provider's word. */
static void note_strange(struct public *public, const struct gateway *gateway,
                         const struct hook_events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        note_status(public, gateway, &events->events[i]);
    }
    if (events->unread > 0) {
        log_warning("of a callback of gateway %s, %zu events are taken and %zu are not: %s",
                    gateway->name, events->count, events->unread, events->fault.text);
    }
}

static void take_callback(struct public *public, struct server_exchange *exchange,
                          const struct server_request *request, enum hook_kind kind)
{
    const size_t place = caller(public, request);
    if (place == SIZE_MAX) {
        public->refused[REFUSALS_CALLER]++;
        answer(exchange, 404, SERVER_PLAIN, "not found\n");
        return;
    }
    const struct gateway *gateway = &public->callers->gateways[place];
    bool by_get = text_equal(request->method, "GET");
    struct hook_call call = {
        .kind = kind,
        .bytes = by_get ? request->query : request->body,
        .length = by_get ? strlen(request->query) : request->length,
        .at = clock_now(),
    };
    const struct gateway_callback *callback =
        kind == HOOK_RECEIPT ? &gateway->receipt : &gateway->reply;
    if (by_get && callback->format != GATEWAY_FORM) {
        public->refused[REFUSALS_METHOD]++;
        answer(exchange, 405, SERVER_PLAIN, "");
        return;
    }
    struct intake_item *item = arena_alloc(request->arena, sizeof *item);
    struct error err = {.kind = ERROR_NONE};
    if (!is_genuine(public, place, exchange, request, &call, &err)) {
        public->refused[REFUSALS_CALLER]++;
        log_warning("a callback of gateway %s was not let in: %s", gateway->name, err.text);
        keep_out(exchange, gateway);
        return;
    }
    if (!hook_read(gateway, public->config->organisation.region, &call, request->arena,
                   &item->events, &err)) {
        public->refused[REFUSALS_CALLBACK]++;
        log_warning("a callback of gateway %s was refused: %s", gateway->name, err.text);
        answer(exchange, err.kind == ERROR_DATA ? 400 : 501, SERVER_PLAIN, "");
        return;
    }
    note_strange(public, gateway, &item->events);
    item->kind = INTAKE_CALL;
    item->exchange = exchange;
    item->stored = (struct server_answer){
        .status = 200, .type = gateway->answer_type, .body = gateway->answer_body};
    intake_put(public->intake, item);
}

static void take_receipt(struct server_exchange *exchange, const struct server_request *request,
                         void *context)
{
    take_callback(context, exchange, request, HOOK_RECEIPT);
}

static void take_reply(struct server_exchange *exchange, const struct server_request *request,
                       void *context)
{
    take_callback(context, exchange, request, HOOK_REPLY);
}

static const struct server_route routes[] = {
    {"POST", "/hook/*/*/receipt", take_receipt}, {"GET", "/hook/*/*/receipt", take_receipt},
    {"POST", "/hook/*/*/reply", take_reply},     {"GET", "/hook/*/*/reply", take_reply},
    {"GET", "/u/*", public_show_leave},          {"HEAD", "/u/*", public_show_leave},
    {"POST", "/u/*", public_take_leave},         {"GET", "/b/*", public_show_answer},
    {"HEAD", "/b/*", public_show_answer},        {"POST", "/b/*", public_take_answer},
    {"GET", "/style.css", public_show_style},    {"HEAD", "/style.css", public_show_style},
    {"GET", "/health", server_show_health},      {"HEAD", "/health", server_show_health},
};

/* What the server turned away by itself since the last time is added to the rest. */
static void gather_refused(struct public *public, const struct server *server)
{
    const struct server_refused now = server_refused(server);
    struct server_refused *before = &public->server_refused;
    public->refused[REFUSALS_ROUTE] += now.route - before->route;
    public->refused[REFUSALS_METHOD] += now.method - before->method;
    public->refused[REFUSALS_SIZE] += now.size - before->size;
    public->refused[REFUSALS_SLOW] += now.slow - before->slow;
    public->refused[REFUSALS_BROKEN] += now.broken - before->broken;
    *before = now;
}

/* Store what was turned away, for those who watch. A stranger's nonsense costs no commit of its
 * own, however much of it comes; and if the store has no time now, the counts wait. */
static void count_refused(struct public *public, const struct server *server)
{
    const int64_t now = clock_monotonic();
    struct error err = {.kind = ERROR_NONE};
    bool any = false;
    if (now - public->stored_at < COUNTS_EVERY) {
        return;
    }
    public->stored_at = now;
    gather_refused(public, server);
    for (size_t i = 0; i < REFUSALS_COUNT; i++) {
        any = any || public->refused[i] != 0;
    }
    if (!any) {
        return;
    }
    const int patience = db_set_patience(public->db, 0);
    const bool stored = refusals_add(public->db, public->refused, &err);
    (void)db_set_patience(public->db, patience);
    if (stored) {
        memset(public->refused, 0, sizeof public->refused);
    } else {
        log_debug("what was turned away is counted later: %s", err.text);
    }
}

static bool serve(struct public *public, struct server *server, const volatile sig_atomic_t *stop,
                  struct error *err)
{
    while (*stop == 0) {
        int64_t due = intake_due(public->intake);
        if (!server_turn(server, due < 0 ? TICK : due, err)) {
            return false;
        }
        intake_turn(public->intake);
        count_refused(public, server);
    }
    return true;
}

/* Answer what has been read; what is still being sent to us is cut off. */
static bool drain(struct public *public, struct server *server, struct error *err)
{
    server_quiesce(server);
    int64_t until = clock_monotonic() + DRAIN_WITHIN;
    while (server_open(server) > 0 && clock_monotonic() < until) {
        if (!server_turn(server, 1, err)) {
            return false;
        }
        intake_turn(public->intake);
    }
    return true;
}

/* Let the last answers leave; whatever fails now was logged before or has no one to hear it. */
static void bid_farewell(struct public *public, struct server *server)
{
    intake_free(&public->intake);
    int64_t until = clock_monotonic() + FAREWELL_WITHIN;
    while (server_open(server) > 0 && clock_monotonic() < until && server_turn(server, 1, NULL)) {
    }
}

/* What a gateway signs its callbacks with; nothing, when it signs none. */
static bool read_key(const struct config *own, const struct gateway *gateway,
                     char key[FILE_SECRET_MAX], struct error *err)
{
    const char *file = own->sms.callback_secret_file;
    return file_secret(text_empty(file) ? own->sms.secret_file : file, key, err) ||
           error_prefix(err, "what gateway %s signs with", gateway->name);
}

/* What callers are known by. */
static bool read_keys(struct public *public, struct arena *arena, struct error *err)
{
    const size_t count = public->callers->count;
    public->secrets = arena_array(arena, count + 1, sizeof *public->secrets);
    public->keys = arena_array(arena, count + 1, sizeof *public->keys);
    for (size_t i = 0; i < count; i++) {
        const struct gateway *gateway = &public->callers->gateways[i];
        struct public_key *key = &public->keys[i];
        hook_secret(public->db, gateway->name, public->secrets[i]);
        if (!hook_urls(public->db, public->config, gateway, arena, &key->urls, err) ||
            (gateway->signature.scheme != GATEWAY_UNSIGNED &&
             !read_key(public->config->sms.gateways[i].config, gateway, key->secret, err))) {
            return false;
        }
    }
    return true;
}

bool public_run(struct db *db, const struct config *config, const struct public_callers *callers,
                int listen_fd, const volatile sig_atomic_t *stop, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct public public = {.db = db, .config = config, .callers = callers};
    CLEANUP(public_pages_free) struct public_pages *pages = NULL;
    if (!public_pages_create(config->organisation.name, &pages, err) ||
        !read_keys(&public, arena, err)) {
        if (listen_fd >= 0) {
            (void)close(listen_fd);
        }
        return false;
    }
    if (listen_fd < 0 && !listener_open(config->public.listen, &listen_fd, err)) {
        return false;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    CLEANUP(server_free) struct server *server = NULL;
    const char *name = listener_name(listen_fd, arena);
    const struct server_options options = {.routes = routes,
                                           .route_count = ARRAY_LENGTH(routes),
                                           .context = &public,
                                           .listen_fd = listen_fd,
                                           .request_within = REQUEST_WITHIN};
    if (!server_create(&options, &server, err)) {
        return error_prefix(err, "%s", name);
    }
    public.pages = pages;
    public.intake = intake_create(db);
    log_info("listening on %s", name);
    bool ok = serve(&public, server, stop, err) && drain(&public, server, err);
    public.stored_at = -COUNTS_EVERY;
    count_refused(&public, server);
    bid_farewell(&public, server);
    return ok;
}
