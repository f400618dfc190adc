/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The console listener; see console.h. */
#include "muster/web/console.h"

#include <unistd.h>

#include "console_metrics.h"
#include "exposition.h"
#include "listener.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "server.h"

enum {
    TICK = 200, /* ms between two looks at `stop` */
    REQUEST_WITHIN = 20 * CLOCK_SECOND,
    FAREWELL_WITHIN = CLOCK_SECOND, /* for the last answers to leave */
    PAGE_MAX = 4 * 1024 * 1024,
};

struct console {
    struct console_metrics *metrics;
};

static void answer(struct server_exchange *exchange, unsigned status, const char *type,
                   const char *body)
{
    const struct server_answer whole = {.status = status, .type = type, .body = body};
    server_answer(exchange, &whole);
}

static void show_metrics(struct server_exchange *exchange, const struct server_request *request,
                         void *context)
{
    (void)request;
    const struct console *console = context;
    CLEANUP(buffer_free) struct buffer page;
    struct error err = {.kind = ERROR_NONE};
    buffer_init(&page, PAGE_MAX);
    if (!console_metrics_put(console->metrics, clock_now(), &page, &err) || page.full) {
        log_warning("/metrics cannot be told: %s", page.full ? "it is too long" : err.text);
        answer(exchange, 503, SERVER_PLAIN, "the store cannot be read\n");
        return;
    }
    answer(exchange, 200, EXPOSITION_TYPE, buffer_text(&page));
}

static const struct server_route routes[] = {
    {"GET", "/metrics", show_metrics},
    {"HEAD", "/metrics", show_metrics},
    {"GET", "/health", server_show_health},
    {"HEAD", "/health", server_show_health},
};

static bool serve(struct server *server, const volatile sig_atomic_t *stop, struct error *err)
{
    while (*stop == 0) {
        if (!server_turn(server, TICK, err)) {
            return false;
        }
    }
    /* Answer what has been read; whatever fails now has no one to hear it. */
    server_quiesce(server);
    const int64_t until = clock_monotonic() + FAREWELL_WITHIN;
    while (server_open(server) > 0 && clock_monotonic() < until && server_turn(server, 1, NULL)) {
    }
    return true;
}

bool console_run(struct db *db, const struct config *config, int listen_fd,
                 const volatile sig_atomic_t *stop, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (listen_fd < 0 && !listener_open(config->console.listen, &listen_fd, err)) {
        return false;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    CLEANUP(console_metrics_free)
    struct console_metrics *metrics = console_metrics_create(db, config);
    struct console console = {.metrics = metrics};
    CLEANUP(server_free) struct server *server = NULL;
    const char *name = listener_name(listen_fd, arena);
    const bool inside = listener_is_inside(listen_fd);
    const struct server_options options = {.routes = routes,
                                           .route_count = ARRAY_LENGTH(routes),
                                           .context = &console,
                                           .listen_fd = listen_fd,
                                           .request_within = REQUEST_WITHIN};
    if (!server_create(&options, &server, err)) {
        return error_prefix(err, "%s", name);
    }
    log_info("listening on %s", name);
    if (!inside) {
        log_warning("the console is meant for the inside, and asks nobody who they are: %s is not"
                    " on the loopback, so see that only those can reach it who may",
                    name);
    }
    return serve(server, stop, err);
}
