/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTTP server; see provider_server.h. libmicrohttpd runs in our loop through its own epoll. An
 * answer that must wait is made at once and kept while its connection is suspended. */
#include "provider_server.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "cell.h"
#include "exchange.h"
#include "muster/base/text.h"
#include "pages.h"
#include "provider_messages.h"

enum {
    REQUEST_CEILING = 1 << 16,
    CONNECTIONS = 4096,
    IDLE_SECONDS = 300,
    HANG_MILLISECONDS = 5 * 60 * 1000,
};

struct provider_server {
    struct rehearsal *world;
    const char *account;
    struct MHD_Daemon *daemon;
    struct loop_watch *watch;
    struct call *suspended;
    bool resumed; /* the library must run: nothing would tell its epoll */
};

/* A request on its way. */
struct call {
    struct provider_server *server;
    struct MHD_Connection *connection;
    struct buffer body;
    struct response response;
    bool decided, hung;
    struct arena *arena;
    struct loop_timer timer;
    struct call *previous, *next; /* among the suspended */
};

static void add_header(struct MHD_Response *answer, const char *name, const char *value)
{
    if (value != NULL) {
        MHD_add_response_header(answer, name, value);
    }
}

/* The first of two equal answers goes out by itself: the library sends one answer a request. */
static void send_extra(struct call *call)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, call->response.body.length + 256);
    buffer_printf(&text, "HTTP/1.1 %u Created\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                  call->response.status, call->response.type, call->response.body.length,
                  buffer_text(&call->response.body));
    if (info != NULL) {
        ssize_t sent = send(info->connect_fd, buffer_text(&text), text.length, MSG_NOSIGNAL);
        (void)sent; /* if the client is gone, the real answer finds out */
    }
}

static enum MHD_Result send_response(struct call *call)
{
    struct response *response = &call->response;
    if (response->manner == RESPONSE_DROP || call->hung) {
        return MHD_NO;
    }
    if (response->manner == RESPONSE_TWICE) {
        send_extra(call);
    }
    size_t length = response->body.length;
    struct MHD_Response *answer = MHD_create_response_from_buffer(
        length, length == 0 ? NULL : response->body.data, MHD_RESPMEM_MUST_COPY);
    if (answer == NULL) {
        return MHD_NO;
    }
    bool html = strncmp(response->type, "text/html", 9) == 0;
    add_header(answer, "Content-Type", response->type);
    add_header(answer, "Location", response->location);
    add_header(answer, "Retry-After", response->retry_after ? "1" : NULL);
    add_header(answer, "Cache-Control", html ? "no-store" : NULL);
    add_header(answer, "X-Content-Type-Options", html ? "nosniff" : NULL);
    add_header(answer, "WWW-Authenticate",
               response->status == 401 ? "Basic realm=\"rehearsal\", charset=\"UTF-8\"" : NULL);
    add_header(answer, "Content-Security-Policy",
               html ? "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                      "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
                    : NULL);
    enum MHD_Result result = MHD_queue_response(call->connection, response->status, answer);
    MHD_destroy_response(answer);
    return result;
}

static const char *header_of(const struct call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

static const char *argument_of(const struct call *call, const char *name)
{
    const char *value = MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
    return value == NULL || !text_is_utf8(value, strlen(value)) ? "" : value;
}

static bool is_messages(const char *path)
{
    static const char name[] = "/messages";
    size_t length = sizeof name - 1;
    return strncmp(path, name, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static void decide(struct call *call, const char *path, const char *method)
{
    struct response *response = &call->response;
    struct rehearsal *world = call->server->world;
    bool post = strcmp(method, "POST") == 0;
    if (call->body.full) {
        exchange_error(response, 413, "field", "the request is longer than 65536 bytes");
        return;
    }
    if (!post && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        exchange_error(response, 405, "field", "only GET and POST are known here");
        return;
    }
    struct request request = {
        .arena = call->arena,
        .method = post ? "POST" : "GET",
        .path = path,
        .search = argument_of(call, "q"),
        .reference = argument_of(call, "reference"),
        .phones_page = 1,
        .mails_page = 1,
        .authorization = header_of(call, "Authorization"),
        .origin = header_of(call, "Origin"),
        .host = header_of(call, "Host"),
        .body = &call->body,
    };
    if (!text_is_utf8(path, strlen(path))) {
        exchange_sentence(response, 404, "There is no such page.");
        return;
    }
    /* A page number that is none leaves the first page. */
    bool numbers = text_number(argument_of(call, "p"), 1, 1000000, &request.phones_page);
    numbers = text_number(argument_of(call, "m"), 1, 1000000, &request.mails_page) || numbers;
    (void)numbers;
    if (post && strcmp(path, "/messages") == 0) {
        provider_messages_take(world, call->server->account, &request, response);
    } else if (!post && is_messages(path)) {
        provider_messages_tell(world, call->server->account, &request, response);
    } else {
        pages_serve(world, &request, response);
    }
}

static void wake(struct call *call)
{
    struct provider_server *server = call->server;
    *(call->previous != NULL ? &call->previous->next : &server->suspended) = call->next;
    if (call->next != NULL) {
        call->next->previous = call->previous;
    }
    server->resumed = true;
    loop_clear(server->world->loop, &call->timer);
    MHD_resume_connection(call->connection);
}

static void wake_due(void *data)
{
    wake(data);
}

static void sleep_until(struct call *call, int64_t milliseconds)
{
    struct provider_server *server = call->server;
    call->previous = NULL;
    call->next = server->suspended;
    if (call->next != NULL) {
        call->next->previous = call;
    }
    server->suspended = call;
    call->timer.fire = wake_due;
    call->timer.data = call;
    MHD_suspend_connection(call->connection);
    loop_set(server->world->loop, &call->timer, milliseconds);
}

static struct call *begin(struct provider_server *server, struct MHD_Connection *connection)
{
    struct call *call = cell_new(sizeof *call);
    call->server = server;
    call->connection = connection;
    call->arena = arena_create();
    buffer_init(&call->body, REQUEST_CEILING);
    exchange_init(&call->response);
    return call;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **mine)
{
    (void)version;
    struct call *call = *mine;
    if (call == NULL) {
        *mine = begin(data, connection);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        buffer_add(&call->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (!call->decided) {
        call->decided = true;
        decide(call, url, method);
        call->hung = call->response.manner == RESPONSE_HANG;
        int64_t pause = call->hung ? HANG_MILLISECONDS : call->response.delay;
        if (pause > 0) {
            sleep_until(call, pause);
            return MHD_YES;
        }
    }
    return send_response(call);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **mine,
                         enum MHD_RequestTerminationCode why)
{
    (void)data;
    (void)connection;
    (void)why;
    struct call *call = *mine;
    if (call == NULL) {
        return;
    }
    loop_clear(call->server->world->loop, &call->timer);
    arena_free(&call->arena);
    buffer_free(&call->body);
    buffer_free(&call->response.body);
    free(call);
    *mine = NULL;
}

/* Without this the library would tell a broken connection on standard error. */
static void PRINTF_LIKE(2, 0) on_library_log(void *data, const char *format, va_list values)
{
    (void)data;
    (void)format;
    (void)values;
}

static void on_ready(void *data, uint32_t events)
{
    (void)events;
    struct provider_server *server = data;
    MHD_run(server->daemon);
}

bool provider_server_create(struct rehearsal *world, int listening, const char *account,
                            struct provider_server **server, struct error *err)
{
    struct provider_server *fresh = cell_new(sizeof *fresh);
    fresh->world = world;
    fresh->account = account;
    fresh->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL,
        on_request, fresh, MHD_OPTION_EXTERNAL_LOGGER, on_library_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_NOTIFY_COMPLETED, on_completed, fresh,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        fresh->daemon == NULL ? NULL : MHD_get_daemon_info(fresh->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL) {
        close(listening);
        free(fresh);
        return error_set(err, ERROR_INTERNAL, "cannot set up the HTTP server");
    }
    fresh->watch = loop_watch(world->loop, info->epoll_fd, EPOLLIN, on_ready, fresh);
    *server = fresh;
    return true;
}

void provider_server_free(struct provider_server **server)
{
    struct provider_server *old = *server;
    if (old == NULL) {
        return;
    }
    loop_unwatch(old->world->loop, old->watch);
    while (old->suspended != NULL) {
        old->suspended->hung = true; /* no answer any more */
        wake(old->suspended);
    }
    MHD_run(old->daemon);
    MHD_stop_daemon(old->daemon);
    free(old);
    *server = NULL;
}

int64_t provider_server_run(struct provider_server *server)
{
    MHD_UNSIGNED_LONG_LONG due = 0;
    if (server->resumed) {
        server->resumed = false;
        MHD_run(server->daemon);
    }
    for (int round = 0; round < 4 && MHD_get_timeout(server->daemon, &due) == MHD_YES; round++) {
        if (due > 0) {
            return (int64_t)due;
        }
        MHD_run(server->daemon);
    }
    return MHD_get_timeout(server->daemon, &due) == MHD_YES ? (int64_t)due : -1;
}
