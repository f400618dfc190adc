/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A relay in a child process that does one scripted thing wrong. It keeps a diary, a line for every
 * command it was given and every message it took, for the parent to read when it is stopped. */
#ifndef MUSTER_TESTS_CARRIER_RELAY_H
#define MUSTER_TESTS_CARRIER_RELAY_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "muster/base/buffer.h"

enum relay_at {
    RELAY_NOWHERE,
    RELAY_GREETING,
    RELAY_EHLO,
    RELAY_RSET, /* after the reply to it */
    RELAY_MAIL,
    RELAY_RCPT,
    RELAY_DATA,  /* at the DATA or first BDAT command */
    RELAY_BODY,  /* after the first line of the message */
    RELAY_DOT,   /* in place of the reply to the final dot or BDAT LAST */
    RELAY_AFTER, /* after that reply */
    RELAY_QUIT,
};

enum relay_does { RELAY_SAYS, RELAY_DROPS, RELAY_HANGS, RELAY_DRIBBLES };

struct relay_script {
    enum relay_at at;
    int connection; /* to which alone it happens, from 1; 0: to every one */
    int message;    /* the first to which it happens, from 1; 0: every message */
    enum relay_does does;
    const char *says;
    const char *extensions;  /* lines of the EHLO reply, "250-X\r\n" each; NULL: the usual ones */
    const char *under_tls;   /* the same, once TLS is used; NULL: no other ones */
    const char *password;    /* the AUTH PLAIN argument that is right; NULL: no AUTH */
    const char *certificate; /* PEM with key, for STARTTLS; NULL: none */
    const char *after_tls;   /* plain text sent in one piece with STARTTLS's 220 */
};

struct relay {
    pid_t pid;
    int diary;
    int port;
};

struct relay_peer {
    const struct relay_script *script;
    int fd;
    int diary;
    int connection;
    int message;
    SSL *ssl;
    bool logged_in;
    char bytes[4096];
    size_t length;
};

static inline void relay_write(struct relay_peer *peer, const char *text, size_t length)
{
    if (peer->ssl != NULL) {
        (void)SSL_write(peer->ssl, text, (int)length);
    } else if (send(peer->fd, text, length, MSG_NOSIGNAL) < 0) {
        _exit(0);
    }
}

static inline void relay_say(struct relay_peer *peer, const char *text)
{
    relay_write(peer, text, strlen(text));
    relay_write(peer, "\r\n", 2);
}

static inline void relay_note(const struct relay_peer *peer, const char *line)
{
    char text[1100];
    int length = snprintf(text, sizeof text, "%.1000s\n", line);
    if (write(peer->diary, text, (size_t)length) < 0) {
        _exit(1);
    }
}

static inline ssize_t relay_read(struct relay_peer *peer, char *bytes, size_t size)
{
    return peer->ssl != NULL ? SSL_read(peer->ssl, bytes, (int)size) : read(peer->fd, bytes, size);
}

/* Next line without its end; false at the end of the connection. */
static inline bool relay_line(struct relay_peer *peer, char line[2048])
{
    for (;;) {
        char *end = memchr(peer->bytes, '\n', peer->length);
        if (end != NULL) {
            size_t size = (size_t)(end - peer->bytes);
            memcpy(line, peer->bytes, size);
            line[size > 0 && line[size - 1] == '\r' ? size - 1 : size] = '\0';
            peer->length -= size + 1;
            memmove(peer->bytes, end + 1, peer->length);
            return true;
        }
        ssize_t got = relay_read(peer, peer->bytes + peer->length, 2040 - peer->length);
        if (got <= 0) {
            return false;
        }
        peer->length += (size_t)got;
    }
}

/* Whether the scripted fault happens here; does it, and tells whether the usual thing is left out.
 * */
static inline bool relay_fault(struct relay_peer *peer, enum relay_at at)
{
    const struct relay_script *script = peer->script;
    if (script->at != at || (script->connection != 0 && script->connection != peer->connection) ||
        (script->message != 0 && script->message != peer->message)) {
        return false;
    }
    switch (script->does) {
    case RELAY_SAYS: relay_say(peer, script->says); return true;
    case RELAY_DROPS: (void)shutdown(peer->fd, SHUT_RDWR); _exit(0);
    case RELAY_HANGS:
        for (;;) {
            (void)pause();
        }
    case RELAY_DRIBBLES:
        for (;;) {
            relay_write(peer, "2", 1);
            (void)usleep(200 * 1000);
        }
    }
    return false;
}

static inline void relay_starttls(struct relay_peer *peer)
{
    char both[256];
    const char *more = peer->script->after_tls;
    (void)snprintf(both, sizeof both, "220 2.0.0 go ahead\r\n%s", more == NULL ? "" : more);
    relay_write(peer, both, strlen(both));
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    (void)SSL_CTX_use_certificate_file(context, peer->script->certificate, SSL_FILETYPE_PEM);
    (void)SSL_CTX_use_PrivateKey_file(context, peer->script->certificate, SSL_FILETYPE_PEM);
    SSL *ssl = SSL_new(context);
    (void)SSL_set_fd(ssl, peer->fd);
    if (SSL_accept(ssl) != 1) {
        relay_note(peer, "tls failed");
        _exit(0);
    }
    peer->ssl = ssl;
    peer->length = 0;
    char text[300];
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)snprintf(text, sizeof text, "tls %s %s", SSL_get_version(ssl), name == NULL ? "-" : name);
    relay_note(peer, text);
}

static inline void relay_ehlo(struct relay_peer *peer)
{
    const struct relay_script *script = peer->script;
    peer->message = 0;
    if (relay_fault(peer, RELAY_EHLO)) {
        return;
    }
    relay_say(peer, "250-relay.branch.example");
    if (script->certificate != NULL && peer->ssl == NULL) {
        relay_say(peer, "250-STARTTLS");
    }
    if (script->password != NULL) {
        relay_say(peer, "250-AUTH PLAIN");
    }
    const char *extensions = script->extensions == NULL
                                 ? "250-PIPELINING\r\n250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n"
                                 : script->extensions;
    if (peer->ssl != NULL && script->under_tls != NULL) {
        extensions = script->under_tls;
    }
    relay_write(peer, extensions, strlen(extensions));
    relay_say(peer, "250 SIZE 10485760");
}

static inline void relay_take(struct relay_peer *peer, size_t lines)
{
    char text[64];
    (void)snprintf(text, sizeof text, "took %zu lines", lines);
    if (relay_fault(peer, RELAY_DOT)) {
        return;
    }
    relay_note(peer, text);
    relay_say(peer, "250 2.0.0 Ok: queued as ABC123");
    (void)relay_fault(peer, RELAY_AFTER);
}

static inline void relay_data(struct relay_peer *peer)
{
    char line[2048];
    size_t lines = 0;
    if (relay_fault(peer, RELAY_DATA)) {
        return;
    }
    relay_say(peer, "354 go ahead");
    while (relay_line(peer, line) && strcmp(line, ".") != 0) {
        char text[2100];
        (void)snprintf(text, sizeof text, "> %s", line);
        relay_note(peer, text);
        if (lines++ == 0) {
            (void)relay_fault(peer, RELAY_BODY);
        }
    }
    relay_take(peer, lines);
}

static inline void relay_bdat(struct relay_peer *peer, const char *command)
{
    size_t left = (size_t)strtoul(command + 5, NULL, 10);
    if (left > 0 && relay_fault(peer, RELAY_DATA)) {
        return;
    }
    while (left > 0) {
        if (peer->length == 0) {
            ssize_t got = relay_read(peer, peer->bytes, 2040);
            if (got <= 0) {
                _exit(0);
            }
            peer->length = (size_t)got;
        }
        size_t now = peer->length < left ? peer->length : left;
        peer->length -= now;
        memmove(peer->bytes, peer->bytes + now, peer->length);
        left -= now;
    }
    if (strstr(command, "LAST") != NULL) {
        relay_take(peer, 0);
    } else {
        relay_say(peer, "250 2.0.0 chunk taken");
    }
}

static inline void relay_auth(struct relay_peer *peer, const char *line)
{
    const char *argument = strrchr(line, ' ') + 1;
    const char *right = peer->script->password;
    peer->logged_in = right != NULL && strcmp(argument, right) == 0;
    relay_say(peer, peer->logged_in ? "235 2.7.0 welcome" : "535 5.7.8 wrong password");
}

static inline void relay_command(struct relay_peer *peer, const char *line)
{
    if (strncmp(line, "EHLO ", 5) == 0) {
        relay_ehlo(peer);
    } else if (strcmp(line, "STARTTLS") == 0) {
        relay_starttls(peer);
    } else if (strncmp(line, "AUTH ", 5) == 0) {
        relay_auth(peer, line);
    } else if (strncmp(line, "MAIL ", 5) == 0) {
        peer->message++;
        if (!relay_fault(peer, RELAY_MAIL)) {
            relay_say(peer, "250 2.1.0 Ok");
        }
    } else if (strncmp(line, "RCPT ", 5) == 0) {
        if (!relay_fault(peer, RELAY_RCPT)) {
            relay_say(peer, "250 2.1.5 Ok");
        }
    } else if (strcmp(line, "DATA") == 0) {
        relay_data(peer);
    } else if (strncmp(line, "BDAT ", 5) == 0) {
        relay_bdat(peer, line);
    } else if (strcmp(line, "RSET") == 0) {
        relay_say(peer, "250 2.0.0 Ok");
        (void)relay_fault(peer, RELAY_RSET);
    } else if (strcmp(line, "QUIT") == 0) {
        if (!relay_fault(peer, RELAY_QUIT)) {
            relay_say(peer, "221 2.0.0 Bye");
        }
        _exit(0);
    } else {
        relay_say(peer, "250 2.0.0 Ok");
    }
}

static inline void relay_serve(const struct relay_script *script, int fd, int diary, int connection)
{
    struct relay_peer peer = {.script = script, .fd = fd, .diary = diary, .connection = connection};
    char line[2048];
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    relay_note(&peer, "connected");
    if (!relay_fault(&peer, RELAY_GREETING)) {
        relay_say(&peer, "220 relay.branch.example ESMTP");
    }
    while (relay_line(&peer, line)) {
        relay_note(&peer, line);
        relay_command(&peer, line);
    }
    _exit(0);
}

static inline int relay_listen(int *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* Each connection gets a process of its own, all in the group of the first. */
static inline void relay_start(struct relay *relay, const struct relay_script *script)
{
    int pipe_ends[2];
    int listener = relay_listen(&relay->port);
    if (pipe(pipe_ends) != 0) {
        abort();
    }
    relay->pid = fork();
    if (relay->pid == 0) {
        (void)setpgid(0, 0);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
        (void)signal(SIGCHLD, SIG_IGN);
        (void)close(pipe_ends[0]);
        for (int connection = 1;; connection++) {
            int fd = accept(listener, NULL, NULL);
            if (fd >= 0 && fork() == 0) {
                (void)close(listener);
                relay_serve(script, fd, pipe_ends[1], connection);
            }
            (void)close(fd);
        }
    }
    (void)setpgid(relay->pid, relay->pid);
    (void)close(pipe_ends[1]);
    (void)close(listener);
    relay->diary = pipe_ends[0];
}

/* Stop it and read its diary. */
static inline void relay_stop(struct relay *relay, struct buffer *diary)
{
    (void)kill(-relay->pid, SIGKILL);
    (void)waitpid(relay->pid, NULL, 0);
    buffer_init(diary, 1 << 22);
    char piece[4096];
    for (ssize_t got; (got = read(relay->diary, piece, sizeof piece)) > 0;) {
        (void)buffer_add(diary, piece, (size_t)got);
    }
    (void)close(relay->diary);
}

#endif
