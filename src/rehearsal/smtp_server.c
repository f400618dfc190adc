/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP server; see smtp_server.h.
 *
 * All commands that came in one piece are answered in one piece, with TCP_NODELAY: a server that
 * answers a pipelined group bit by bit makes its client wait 40 ms for each delayed
 * acknowledgement. What is answered was written to the log before. */
#include "smtp_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cell.h"
#include "muster/base/clock.h"
#include "smtp_session.h"

enum {
    IDLE = 5 * CLOCK_MINUTE,
    SWEEP = 5 * CLOCK_SECOND,
    LINGER = 2 * CLOCK_SECOND,
    READS_A_TURN = 8,
    ACCEPTS_A_TURN = 64,
};

enum state {
    STATE_TALK,
    STATE_SHAKE,  /* of hands, for TLS */
    STATE_WAIT,   /* for the timer, then go on */
    STATE_HANG,   /* until the client goes away */
    STATE_LINGER, /* everything is said; read until the client closes */
};

struct connection {
    struct smtp_server *server;
    struct smtp_channel channel;
    struct loop_watch *watch;
    struct loop_timer timer;
    struct smtp_lines lines;
    struct smtp_session session;
    enum state state;
    int64_t active; /* monotonic instant of the last sign of life */
    struct connection *previous, *next;
};

struct smtp_server {
    struct rehearsal *world;
    int listening;
    const char *account;
    const struct smtp_tls *tls;
    struct loop_watch *watch;
    struct loop_timer sweep;
    struct connection *connections;
    size_t count;
};

static void finish(struct connection *connection)
{
    struct smtp_server *server = connection->server;
    struct loop *loop = server->world->loop;
    loop_clear(loop, &connection->timer);
    loop_unwatch(loop, connection->watch);
    smtp_channel_close(&connection->channel);
    smtp_session_end(&connection->session);
    smtp_lines_free(&connection->lines);
    *(connection->previous != NULL ? &connection->previous->next : &server->connections) =
        connection->next;
    if (connection->next != NULL) {
        connection->next->previous = connection->previous;
    }
    server->count--;
    free(connection);
}

static void listen_for(struct connection *connection, uint32_t events)
{
    loop_change(connection->server->world->loop, connection->watch, events);
}

static void wait_for(struct connection *connection, enum smtp_io io)
{
    listen_for(connection, io == SMTP_IO_WANT_WRITE ? EPOLLOUT : EPOLLIN);
}

/* Send what is to be said. False: not everything could be sent now, or the connection is gone,
 * which `*gone` tells. */
static bool flush(struct connection *connection, bool *gone)
{
    struct buffer *out = &connection->session.out;
    *gone = false;
    if (out->length == 0) {
        return true;
    }
    if (!journal_flush(connection->server->world->journal)) {
        *gone = true;
        return false;
    }
    size_t sent = 0;
    while (sent < out->length) {
        size_t done = 0;
        enum smtp_io io =
            smtp_channel_write(&connection->channel, out->data + sent, out->length - sent, &done);
        if (io != SMTP_IO_DONE) {
            buffer_drop(out, sent);
            wait_for(connection, io);
            *gone = io == SMTP_IO_END;
            return false;
        }
        sent += done;
    }
    buffer_clear(out);
    return true;
}

static void take_lines(struct connection *connection)
{
    struct smtp_session *session = &connection->session;
    struct smtp_line line;
    while (session->turn == SMTP_TURN_ON &&
           smtp_lines_next(&connection->lines, smtp_session_limit(session), &line)) {
        smtp_session_line(session, &line);
    }
}

static void pause_for(struct connection *connection, int64_t milliseconds)
{
    connection->state = STATE_WAIT;
    listen_for(connection, 0);
    loop_set(connection->server->world->loop, &connection->timer, milliseconds);
}

static void shake(struct connection *connection);

/* Do what the session asks for after its lines. True when more may be read. */
static bool turn(struct connection *connection)
{
    struct smtp_session *session = &connection->session;
    bool gone = false;
    if (session->turn == SMTP_TURN_DELAY) {
        session->turn = SMTP_TURN_ON;
        pause_for(connection, connection->server->world->mishaps.delay);
        return false;
    }
    if (!flush(connection, &gone) || session->turn == SMTP_TURN_DROP) {
        if (gone || session->turn == SMTP_TURN_DROP) {
            finish(connection);
        }
        return false;
    }
    switch (session->turn) {
    case SMTP_TURN_ON: return true;
    case SMTP_TURN_STARTTLS:
        /* What was sent after STARTTLS in the clear is nobody's (RFC 3207, 4.2). */
        smtp_lines_clear(&connection->lines);
        connection->state = STATE_SHAKE;
        if (!smtp_channel_secure(&connection->channel, connection->server->tls)) {
            finish(connection);
            return false;
        }
        shake(connection);
        return false;
    case SMTP_TURN_HANG:
        connection->state = STATE_HANG;
        listen_for(connection, EPOLLRDHUP);
        return false;
    case SMTP_TURN_CLOSE:
    case SMTP_TURN_DELAY:
    case SMTP_TURN_DROP: break;
    }
    /* Closing with unread bytes would reset the connection, and the client might lose the answer.
     * */
    connection->state = STATE_LINGER;
    smtp_channel_finish(&connection->channel);
    listen_for(connection, EPOLLIN);
    loop_set(connection->server->world->loop, &connection->timer, LINGER);
    return false;
}

static void talk(struct connection *connection)
{
    connection->state = STATE_TALK;
    for (int reads = 0;; reads++) {
        take_lines(connection);
        if (!turn(connection)) {
            return;
        }
        if (reads == READS_A_TURN) {
            /* The others' turn. By timer, because TLS may hold bytes that epoll does not see. */
            pause_for(connection, 0);
            return;
        }
        size_t done = 0;
        enum smtp_io io = smtp_channel_read(
            &connection->channel, smtp_lines_room(&connection->lines), SMTP_READ_SIZE, &done);
        if (io == SMTP_IO_END) {
            finish(connection);
            return;
        }
        if (io != SMTP_IO_DONE) {
            wait_for(connection, io);
            return;
        }
        smtp_lines_filled(&connection->lines, done);
        connection->active = clock_monotonic();
    }
}

static void shake(struct connection *connection)
{
    enum smtp_io io = smtp_channel_shake(&connection->channel);
    if (io == SMTP_IO_END) {
        finish(connection);
    } else if (io == SMTP_IO_DONE) {
        smtp_session_secured(&connection->session);
        talk(connection);
    } else {
        wait_for(connection, io);
    }
}

static void linger(struct connection *connection)
{
    char unread[4096];
    ssize_t got = 0;
    do {
        got = recv(connection->channel.fd, unread, sizeof unread, 0);
    } while (got > 0);
    if (got == 0) {
        finish(connection);
    }
}

static void on_ready(void *data, uint32_t events)
{
    struct connection *connection = data;
    if ((events & EPOLLERR) != 0 || connection->state == STATE_HANG ||
        ((events & EPOLLHUP) != 0 && connection->state != STATE_TALK)) {
        finish(connection);
        return;
    }
    switch (connection->state) {
    case STATE_TALK: talk(connection); return;
    case STATE_SHAKE: shake(connection); return;
    case STATE_LINGER: linger(connection); return;
    case STATE_WAIT:
    case STATE_HANG: return;
    }
}

static void on_timer(void *data)
{
    struct connection *connection = data;
    if (connection->state == STATE_LINGER) {
        finish(connection);
        return;
    }
    connection->active = clock_monotonic();
    talk(connection);
}

static void on_sweep(void *data)
{
    struct smtp_server *server = data;
    int64_t now = clock_monotonic();
    struct connection *next = NULL;
    for (struct connection *each = server->connections; each != NULL; each = next) {
        next = each->next;
        if (now - each->active > IDLE) {
            finish(each);
        }
    }
    loop_set(server->world->loop, &server->sweep, SWEEP);
}

static void greet(struct smtp_server *server, int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *fresh = cell_new(sizeof *fresh);
    fresh->server = server;
    fresh->channel.fd = fd;
    fresh->active = clock_monotonic();
    fresh->timer.fire = on_timer;
    fresh->timer.data = fresh;
    fresh->watch = loop_watch(server->world->loop, fd, EPOLLIN, on_ready, fresh);
    smtp_lines_init(&fresh->lines);
    smtp_session_start(&fresh->session, server->world, server->account, server->tls != NULL);
    fresh->next = server->connections;
    if (fresh->next != NULL) {
        fresh->next->previous = fresh;
    }
    server->connections = fresh;
    server->count++;
    talk(fresh);
}

static void on_accept(void *data, uint32_t events)
{
    (void)events;
    static const char full[] = "421 4.3.2 Too many connections\r\n";
    struct smtp_server *server = data;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        int fd = accept4(server->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        if (server->count == SMTP_CONNECTIONS) {
            ssize_t sent = send(fd, full, sizeof full - 1, MSG_NOSIGNAL);
            (void)sent; /* a courtesy */
            close(fd);
            continue;
        }
        greet(server, fd);
    }
}

struct smtp_server *smtp_server_create(struct rehearsal *world, int listening, const char *account,
                                       const struct smtp_tls *tls)
{
    struct smtp_server *server = cell_new(sizeof *server);
    server->world = world;
    server->listening = listening;
    server->account = account;
    server->tls = tls;
    server->watch = loop_watch(world->loop, listening, EPOLLIN, on_accept, server);
    server->sweep.fire = on_sweep;
    server->sweep.data = server;
    loop_set(world->loop, &server->sweep, SWEEP);
    return server;
}

void smtp_server_free(struct smtp_server **server)
{
    struct smtp_server *old = *server;
    if (old == NULL) {
        return;
    }
    while (old->connections != NULL) {
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): finishing takes it off the list first */
        finish(old->connections);
    }
    loop_clear(old->world->loop, &old->sweep);
    loop_unwatch(old->world->loop, old->watch);
    close(old->listening);
    free(old);
    *server = NULL;
}
