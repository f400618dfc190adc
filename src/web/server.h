/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTTP/1.1 server in one thread, for a loop of the caller's; it knows no route by itself.
 *
 * Its limits: 512 connections, 15 s without a byte, a time within which a request must have come
 * and its answer have gone (one second, as long as all connections are in use), 16 KiB of request
 * line and headers, 256 KiB of body (413 beyond). Every answer forbids
 * caching, sniffing, framing, scripts, referrers and indexing.
 *
 * Longer bodies can be admitted: their requests are judged by the headers, before any of the body
 * is kept, and handed on piece by piece; such a request has ten minutes more. */
#ifndef MUSTER_WEB_SERVER_H
#define MUSTER_WEB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum { SERVER_BODY_MAX = 256 * 1024, SERVER_PARTS_MAX = 4 };

struct server;

/* A request that is to be answered once. */
struct server_exchange;

struct server_route;

/* A whole request. Everything in it lives in `arena`, until the answer has been sent. */
struct server_request {
    const struct server_route *route; /* the one that it fits */
    const char *method;
    const char *path;                    /* as sent, without the query */
    const char *parts[SERVER_PARTS_MAX]; /* what the stars of the route's path stand for */
    const char *query;                   /* as sent, "" when there is none */
    const char *type;                    /* Content-Type, or "" */
    const char *body;                    /* followed by a NUL */
    size_t length; /* of the body; while a request is to be admitted: what it announces, or 0 */
    struct arena *arena;
};

#define SERVER_PLAIN "text/plain; charset=utf-8"

/* A file to be saved by whoever asked. */
struct server_file {
    int fd; /* open for reading; may be closed once it is answered */
    size_t length;
    const char *name; /* for the browser to save it under: letters, digits, - and . */
};

struct server_answer {
    unsigned status;
    const char *type;
    const char *body;               /* copied */
    const struct server_file *file; /* instead of `body`; or NULL */
    const char *allow;              /* 405: the methods that are allowed; else NULL */
    const char *challenge;          /* 401: how one logs in; else NULL */
    const char *location;           /* 303: where to go on; else NULL */
    const char
        *policy; /* Content-Security-Policy; NULL: style and pictures of ours, nothing else */
    const char *cookie; /* what the browser is to keep, as Set-Cookie says it (RFC 6265); or NULL */
};

/* Either calls server_answer before it returns, or keeps the exchange and calls it later; meanwhile
 * the connection sleeps. */
typedef void server_handler_fn(struct server_exchange *exchange,
                               const struct server_request *request, void *context);

struct server_route {
    const char *method;
    const char *path; /* segments; a star stands for any one that is not empty */
    server_handler_fn *handler;
};

/* The headers of a request have come, and `request` has them but no body. May call server_answer,
 * and what comes of the body is thrown away; or server_take_body, for more than SERVER_BODY_MAX; or
 * neither. */
typedef void server_admit_fn(struct server_exchange *exchange, const struct server_request *request,
                             void *context);

/* Where the body of an admitted request goes. */
struct server_taker {
    void (*add)(void *state, const char *bytes, size_t length);
    void (*release)(void *state); /* the exchange is over, in whichever way */
    void *state;
};

/* Requests that were turned away before any handler saw them, since the server was made. */
struct server_refused {
    int64_t route;
    int64_t method;
    int64_t size;
    int64_t slow;   /* cut off */
    int64_t broken; /* what is no whole request: noise, headers without an end, half a body */
};

struct server_options {
    const struct server_route *routes; /* must outlive the server */
    size_t route_count;
    void *context; /* for the handlers */
    int listen_fd; /* a listening socket, which is taken over also on failure */
    /* ms that a connection has for a request, from when it was opened or its last answer was
     * complete, until the next answer is; the time that a handler keeps the exchange is not
     * counted. */
    int64_t request_within;
    server_handler_fn *lost; /* answers what no route has the path of; NULL: the server, plainly */
    server_admit_fn *admit;  /* asked of each request that has a route; NULL: no long bodies */
    size_t body_max;         /* bytes of those that were admitted. Beyond them the connection drops:
                             * what a person should be told of is refused before */
    bool strict_transport;   /* browsers are told to come by https only, for a year */
};

/* Serve these routes. A path that no route has is `lost` or answered 404, a method that its
 * routes do not have 405. */
bool server_create(const struct server_options *options, struct server **server,
                   struct error *err) MUST_USE;

/* Wait for something to happen, at most so many milliseconds, do all that can be done, and close
 * the connections that are too slow. Warns in the log, once a minute at most, when all connections
 * are in use. */
bool server_turn(struct server *server, int64_t longest, struct error *err) MUST_USE;

/* Answer a request. The exchange must not be used afterwards. */
void server_answer(struct server_exchange *exchange, const struct server_answer *answer);

/* For a server_admit_fn: hand the body to this taker as it comes. The handler is called when all of
 * it has come, with `request->body` empty. */
void server_take_body(struct server_exchange *exchange, const struct server_taker *taker);

/* The state of the taker that has the body; NULL without one. */
void *server_taken(const struct server_exchange *exchange);

/* The value of a header of a request, NULL when there is none; names do not care about case. Until
 * the exchange is answered. */
const char *server_header(const struct server_exchange *exchange, const char *name);

/* The address of whoever has connected, without the port, in the arena; "" when it is not known. */
const char *server_peer(const struct server_exchange *exchange, struct arena *arena) MUST_USE;

/* A handler for /health: "ok". */
void server_show_health(struct server_exchange *exchange, const struct server_request *request,
                        void *context);

/* Take no more connections. */
void server_quiesce(struct server *server);

/* How many requests it has turned away by itself. */
struct server_refused server_refused(const struct server *server);

/* How many requests have been read whole and whose answer is not yet sent. */
size_t server_open(const struct server *server);

/* Close everything; sets the pointer to NULL. Every exchange that was kept must have its answer. */
void server_free(struct server **server);

#endif
