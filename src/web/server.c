/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door to libmicrohttpd; see server.h.
 *
 * libmicrohttpd calls us with a request in pieces: once for its headers, then for each piece of its
 * body, then once more; and again after a connection that slept was woken. It decodes URLs in its
 * own lenient way, so the target is taken as it was sent, through the call that is meant for
 * logging.
 *
 * The library closes a connection that is silent, but one letter now and then keeps it open for
 * ever; 512 of those would shut out everybody, a member's STOP among them. So each connection is
 * also given a time for its whole request, and who exceeds it finds the socket shut down. When all
 * connections are in use that time is short: whoever only wants to hold them must come again and
 * again, and whoever has something to say comes in between.
 *
 * A chunk whose size takes more room than the library has (0.9.75) makes it turn round and round,
 * as fast as the machine can, until that connection's time is over: so who makes us turn in vain
 * is cut off, too. */
#include "server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/pulse.h"
#include "muster/base/text.h"
#include "server_response.h"
#include "server_route.h"

enum {
    CONNECTIONS_MAX = 512,
    INACTIVITY_SECONDS = 15,
    HEAD_MAX = 16 * 1024,
    /* So much of a body that is too long is still read: a client that is cut off while it writes
     * never sees the 413. */
    DISCARD_MAX = 1024 * 1024,       /* beyond what is allowed */
    LOOK_EVERY = 100,                /* ms between two looks for slow connections, at least */
    VAIN_TURN = 5,                   /* ms: what takes so long was a wait, and not in vain */
    VAIN_MAX = 200,                  /* turns in a row */
    CROWDED_WITHIN = CLOCK_SECOND,   /* for a request, when all connections are in use */
    LONG_WITHIN = 10 * CLOCK_MINUTE, /* more for the body of one that was admitted */
};

/* One connection, from its opening to its closing. */
struct link {
    struct link *next;
    int fd;
    int64_t since;                    /* clock_monotonic: opened, or answered last */
    bool asleep;                      /* it waits for us, not we for it */
    bool cut;                         /* it was too slow */
    bool admitted;                    /* it sends a long body, and may */
    bool asked;                       /* a request was begun on it */
    struct server_exchange *exchange; /* the one that is under way */
    bool chunked;  /* its body comes in chunks, of which the last one has not come */
    int64_t heard; /* the turn in which a piece of that body came last */
};

struct server {
    struct MHD_Daemon *daemon;
    struct server_options options;
    struct link *links;
    size_t link_count;
    int64_t turns;
    int64_t vain; /* of these, the last that were over at once */
    int64_t next_look;
    int64_t next_warning;
    size_t open;
    struct server_refused refused;
};

struct server_exchange {
    struct server *server;
    struct MHD_Connection *connection; /* NULL until the headers are read */
    struct arena *arena;
    struct buffer body;
    struct server_taker taker; /* which has the body instead; its functions are NULL: none */
    size_t taken;
    size_t body_max; /* of such a body */
    const char *path;
    const char *query;
    size_t discarded;
    bool handled; /* the request was whole and went to its handler */
    bool answered;
    unsigned status;
    struct MHD_Response *response;
};

static struct link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

static void open_link(struct server *server, struct MHD_Connection *connection, void **slot)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        abort();
    }
    link->fd = info == NULL ? -1 : info->connect_fd;
    link->since = clock_monotonic();
    link->next = server->links;
    server->links = link;
    server->link_count++;
    *slot = link;
}

static void free_exchange(struct server_exchange *exchange)
{
    if (exchange->taker.release != NULL) {
        exchange->taker.release(exchange->taker.state);
    }
    if (exchange->response != NULL) {
        MHD_destroy_response(exchange->response);
    }
    buffer_free(&exchange->body);
    arena_free(&exchange->arena);
    free(exchange);
}

/* The library says nothing of the end of a request that it refuses for its first line. */
static void forget_exchange(struct server *server, struct link *link)
{
    if (link->exchange != NULL) {
        server->refused.broken += !link->cut;
        free_exchange(STEAL(link->exchange));
    }
}

static void close_link(struct server *server, void **slot)
{
    struct link **at = &server->links;
    while (*at != NULL && *at != *slot) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        struct link *gone = *at;
        *at = gone->next;
        server->link_count--;
        server->refused.broken += !gone->asked && !gone->cut;
        forget_exchange(server, gone);
        free(gone);
    }
    *slot = NULL;
}

static void note_connection(void *context, struct MHD_Connection *connection, void **slot,
                            enum MHD_ConnectionNotificationCode what)
{
    switch (what) {
    case MHD_CONNECTION_NOTIFY_STARTED: open_link(context, connection, slot); return;
    case MHD_CONNECTION_NOTIFY_CLOSED: close_link(context, slot); return;
    }
}

/* The library sees the end of a socket that was shut down, and closes it. */
static void cut(struct server *server, struct link *link)
{
    server->refused.slow += !link->cut;
    link->cut = true;
    (void)shutdown(link->fd, SHUT_RDWR);
}

static void cut_slow(struct server *server, int64_t now)
{
    if (now < server->next_look) {
        return;
    }
    server->next_look = now + LOOK_EVERY;
    int64_t within = server->options.request_within;
    if (server->link_count >= CONNECTIONS_MAX && within > CROWDED_WITHIN) {
        within = CROWDED_WITHIN;
    }
    for (struct link *link = server->links; link != NULL; link = link->next) {
        const int64_t longest =
            link->admitted ? server->options.request_within + LONG_WITHIN : within;
        if (!link->asleep && now - link->since > longest) {
            cut(server, link);
        }
    }
}

/* See above. A piece of a body is no turn in vain; where one is on its way, it comes within fewer
 * turns than these. */
static void cut_vain(struct server *server, int64_t took)
{
    server->turns++;
    server->vain = took < VAIN_TURN ? server->vain + 1 : 0;
    if (server->vain <= VAIN_MAX) {
        return;
    }
    server->vain = 0;
    for (struct link *link = server->links; link != NULL; link = link->next) {
        if (link->chunked && server->turns - link->heard > VAIN_MAX) {
            cut(server, link);
        }
    }
}

static void warn_when_full(struct server *server, int64_t now)
{
    if (server->link_count < CONNECTIONS_MAX || now < server->next_warning) {
        return;
    }
    server->next_warning = now + CLOCK_MINUTE;
    log_warning("all %d connections are in use; others wait until one is closed", CONNECTIONS_MAX);
}

static void *begin_exchange(void *context, const char *target, struct MHD_Connection *connection)
{
    struct link *link = link_of(connection);
    struct server_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        abort();
    }
    exchange->server = context;
    exchange->arena = arena_create();
    buffer_init(&exchange->body, SERVER_BODY_MAX);
    if (link != NULL) {
        forget_exchange(context, link);
        link->asked = true;
        link->exchange = exchange;
    }
    size_t length = strcspn(target, "?");
    exchange->path = arena_span(exchange->arena, target, length);
    exchange->query = target[length] == '?' ? arena_text(exchange->arena, target + length + 1) : "";
    return exchange;
}

/* A request that never was whole; who was cut off, or dropped, is counted already. */
static void count_unfinished(struct server_refused *refused, const struct link *link,
                             enum MHD_RequestTerminationCode why)
{
    if (why == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN || (link != NULL && link->cut)) {
        return;
    }
    if (why == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED) {
        refused->slow++;
    } else {
        refused->broken++;
    }
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode why)
{
    (void)context;
    struct server_exchange *exchange = *slot;
    if (exchange == NULL) {
        return;
    }
    *slot = NULL;
    struct link *link = link_of(connection);
    if (link != NULL) {
        link->since = clock_monotonic();
        link->chunked = false;
        link->admitted = false;
        link->exchange = NULL;
    }
    if (exchange->handled) {
        exchange->server->open--;
    } else if (!exchange->answered && exchange->discarded <= DISCARD_MAX) {
        count_unfinished(&exchange->server->refused, link, why);
    }
    free_exchange(exchange);
}

void server_answer(struct server_exchange *exchange, const struct server_answer *answer)
{
    exchange->response = server_response_make(answer, exchange->server->options.strict_transport);
    exchange->status = answer->status;
    exchange->answered = true;
    struct link *link = exchange->connection == NULL ? NULL : link_of(exchange->connection);
    if (link != NULL && link->asleep) {
        link->asleep = false;
        link->since = clock_monotonic();
        MHD_resume_connection(exchange->connection);
    }
}

static void answer_plainly(struct server_exchange *exchange, unsigned status, const char *body)
{
    const struct server_answer answer = {
        .status = status, .type = "text/plain; charset=utf-8", .body = body};
    server_answer(exchange, &answer);
}

/* Find the request's route; without one the answer is given here. */
static const struct server_route *find_route(struct server_exchange *exchange,
                                             struct server_request *request)
{
    const struct server_options *options = &exchange->server->options;
    const char *allow = NULL;
    const struct server_route *route =
        server_route_find(options->routes, options->route_count, request, &allow);
    if (route != NULL) {
        return route;
    }
    if (allow == NULL) {
        exchange->server->refused.route++;
        if (options->lost != NULL) {
            options->lost(exchange, request, options->context);
            return NULL;
        }
        answer_plainly(exchange, MHD_HTTP_NOT_FOUND, "not found\n");
        return NULL;
    }
    const struct server_answer answer = {.status = MHD_HTTP_METHOD_NOT_ALLOWED,
                                         .type = "text/plain; charset=utf-8",
                                         .body = "method not allowed\n",
                                         .allow = allow};
    exchange->server->refused.method++;
    server_answer(exchange, &answer);
    return NULL;
}

static void refuse_size(struct server_exchange *exchange)
{
    exchange->server->refused.size++;
    answer_plainly(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too large\n");
}

static struct server_request make_request(struct server_exchange *exchange, const char *method)
{
    const char *type = server_header(exchange, "Content-Type");
    return (struct server_request){
        .method = arena_text(exchange->arena, method),
        .path = exchange->path,
        .query = exchange->query,
        .type = type == NULL ? "" : arena_text(exchange->arena, type),
        .body = buffer_text(&exchange->body),
        .length = exchange->body.length,
        .arena = exchange->arena,
    };
}

static void handle(struct server_exchange *exchange, const char *method)
{
    exchange->handled = true;
    exchange->server->open++;
    if (exchange->body.full) {
        refuse_size(exchange);
        return;
    }
    struct server_request request = make_request(exchange, method);
    const struct server_route *route = find_route(exchange, &request);
    if (route != NULL) {
        request.route = route;
        route->handler(exchange, &request, exchange->server->options.context);
    }
}

void server_take_body(struct server_exchange *exchange, const struct server_taker *taker)
{
    exchange->taker = *taker;
}

void *server_taken(const struct server_exchange *exchange)
{
    return exchange->taker.state;
}

/* Have a long body judged by its headers. An answer waits for the end of the body, which nobody
 * keeps: a browser that is cut off while it sends does not show what it is told. Who asks first
 * whether to send (Expect) is told at once. */
static void admit(struct server_exchange *exchange, struct link *link, const char *method,
                  int64_t announced)
{
    const struct server_options *options = &exchange->server->options;
    const char *allow = NULL;
    struct server_request request = make_request(exchange, method);
    const struct server_route *route =
        server_route_find(options->routes, options->route_count, &request, &allow);
    if (route == NULL || options->admit == NULL) {
        return;
    }
    request.route = route;
    request.length = (size_t)announced;
    options->admit(exchange, &request, options->context);
    if (exchange->answered || exchange->taker.add != NULL) {
        exchange->body_max = options->body_max;
    }
    link->admitted = exchange->taker.add != NULL;
    exchange->handled = exchange->answered;
    exchange->server->open += exchange->answered;
}

/* Whether the answer that there is already goes out before the body has come. */
static bool answers_at_once(const struct server_exchange *exchange)
{
    const char *length =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Content-Length");
    int64_t announced = 0;
    return exchange->answered &&
           (exchange->body_max == 0 || server_header(exchange, "Expect") != NULL ||
            (length != NULL &&
             !text_number(length, 0, (int64_t)exchange->body_max + DISCARD_MAX, &announced)));
}

/* The headers are there: remember the connection, and refuse at once what announces far too much,
 * or ends where a proxy in front of us may see another end. Whether a body in chunks is to come. */
static bool read_head(struct server_exchange *exchange, struct MHD_Connection *connection,
                      struct link *link, const char *method)
{
    exchange->connection = connection;
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
    const char *coding =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding");
    int64_t announced = 0;
    if (coding != NULL && (length != NULL || strcasecmp(coding, "chunked") != 0)) {
        exchange->server->refused.broken++;
        answer_plainly(exchange, MHD_HTTP_BAD_REQUEST, "bad request\n");
    } else if (length != NULL && !text_number(length, 0, INT64_MAX, &announced)) {
        refuse_size(exchange);
    } else {
        admit(exchange, link, method, announced);
        if (announced > (int64_t)exchange->body_max + DISCARD_MAX && !exchange->answered) {
            refuse_size(exchange);
        }
    }
    return coding != NULL && !answers_at_once(exchange);
}

/* A piece of a body for which a route has asked, or which it has refused. */
static bool read_long_piece(struct server_exchange *exchange, const char *data, size_t size)
{
    exchange->taken += size;
    if (exchange->taken > exchange->body_max + DISCARD_MAX) {
        exchange->server->refused.size++;
        return false;
    }
    if (exchange->taker.add != NULL) {
        exchange->taker.add(exchange->taker.state, data, size);
    }
    return true;
}

/* False when so much came that the connection is dropped. */
static bool read_piece(struct server_exchange *exchange, const char *data, size_t size)
{
    if (exchange->body_max > 0) {
        return read_long_piece(exchange, data, size);
    }
    if (buffer_add(&exchange->body, data, size)) {
        return true;
    }
    exchange->discarded += size;
    const bool bearable = exchange->discarded <= DISCARD_MAX;
    exchange->server->refused.size += !bearable;
    return bearable;
}

static enum MHD_Result send_answer(struct server_exchange *exchange)
{
    if (exchange->response == NULL) {
        return MHD_NO;
    }
    return MHD_queue_response(exchange->connection, exchange->status, exchange->response);
}

static enum MHD_Result take_call(void *context, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *size, void **slot)
{
    (void)context;
    (void)url;
    (void)version;
    struct server_exchange *exchange = *slot;
    struct link *link = link_of(connection);
    if (link == NULL) {
        return MHD_NO;
    }
    link->heard = exchange->server->turns;
    if (exchange->connection == NULL) {
        link->chunked = read_head(exchange, connection, link, method);
        return answers_at_once(exchange) ? send_answer(exchange) : MHD_YES;
    }
    if (*size > 0) {
        bool ok = read_piece(exchange, data, *size);
        *size = 0;
        return ok ? MHD_YES : MHD_NO;
    }
    link->chunked = false;
    if (!exchange->handled) {
        handle(exchange, method);
    }
    if (exchange->answered) {
        return send_answer(exchange);
    }
    link->asleep = true;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

bool server_create(const struct server_options *options, struct server **server, struct error *err)
{
    struct server *fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL) {
        abort();
    }
    fresh->options = *options;
    fresh->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, take_call, NULL,
        MHD_OPTION_LISTEN_SOCKET, options->listen_fd, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange,
        fresh, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        note_connection, fresh, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)INACTIVITY_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
    if (fresh->daemon == NULL) {
        (void)close(options->listen_fd);
        free(fresh);
        return error_set(err, ERROR_SYSTEM, "the HTTP server does not start");
    }
    *server = fresh;
    return true;
}

bool server_turn(struct server *server, int64_t longest, struct error *err)
{
    /* From before the wait: what has come until now is read before anybody is judged. */
    int64_t now = clock_monotonic();
    if (MHD_run_wait(server->daemon, (int32_t)longest) != MHD_YES) {
        return error_set(err, ERROR_SYSTEM, "the HTTP server has failed");
    }
    cut_vain(server, clock_monotonic() - now);
    cut_slow(server, now);
    warn_when_full(server, now);
    pulse_beat();
    return true;
}

const char *server_peer(const struct server_exchange *exchange, struct arena *arena)
{
    char host[NI_MAXHOST] = "";
    const union MHD_ConnectionInfo *info =
        exchange->connection == NULL
            ? NULL
            : MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL) {
        return "";
    }
    const socklen_t length = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                      : sizeof(struct sockaddr_in);
    if (getnameinfo(info->client_addr, length, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0) {
        return "";
    }
    return arena_text(arena, host);
}

const char *server_header(const struct server_exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

void server_show_health(struct server_exchange *exchange, const struct server_request *request,
                        void *context)
{
    (void)request;
    (void)context;
    server_answer(exchange,
                  &(struct server_answer){.status = 200, .type = SERVER_PLAIN, .body = "ok\n"});
}

void server_quiesce(struct server *server)
{
    MHD_socket listener = MHD_quiesce_daemon(server->daemon);
    if (listener != MHD_INVALID_SOCKET) {
        (void)close(listener);
    }
}

struct server_refused server_refused(const struct server *server)
{
    return server->refused;
}

size_t server_open(const struct server *server)
{
    return server->open;
}

void server_free(struct server **server)
{
    struct server *old = *server;
    *server = NULL;
    if (old == NULL) {
        return;
    }
    MHD_stop_daemon(old->daemon);
    free(old);
}
