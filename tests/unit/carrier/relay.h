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
    RELAY_STARTTLS, /* in place of the go-ahead */
    RELAY_TLS,      /* in place of the handshake */
    RELAY_TLS_EHLO, /* the second one */
    RELAY_AUTH,
    RELAY_MAIL,
    RELAY_RCPT,
    RELAY_DATA,
    RELAY_BODY,  /* after the first line of the message */
    RELAY_DOT,   /* in place of the reply to the final dot; the message is not kept */
    RELAY_KEPT,  /* the same, but it is */
    RELAY_AFTER, /* after that reply */
    RELAY_QUIT,
};

enum relay_does {
    RELAY_SAYS,
    RELAY_LEAVES, /* says it, and hangs up */
    RELAY_BREAKS, /* says it without an end of line, and hangs up */
    RELAY_DROPS,
    RELAY_HANGS,
    RELAY_DRIBBLES,   /* a letter now and then */
    RELAY_TRICKLES,   /* a byte of a record of TLS now and then */
    RELAY_BABBLES,    /* a line without an end */
    RELAY_ENUMERATES, /* a reply without an end */
    RELAY_SIPS,       /* reads a few bytes now and then */
    RELAY_THINKS,     /* for half a second, and goes on as usual */
};

enum { RELAY_LINES_NOTED = 100 }; /* of a message */

struct relay_script {
    enum relay_at at;
    int connection; /* to which alone it happens, from 1; 0: to every one */
    int message;    /* the first to which it happens, from 1; 0: every message */
    enum relay_does does;
    const char *says;
    const char *extensions; /* lines of the EHLO reply, "250-X\r\n" each; NULL: the usual ones */
    const char *under_tls;  /* the same, once TLS is used; NULL: no other ones */
    const char *mechanisms; /* of AUTH; NULL: PLAIN */
    const char *password;   /* what AUTH is told when it is right, line by line with blanks between;
                                NULL: no AUTH */
    const char *certificate; /* PEM with key, for STARTTLS; NULL: none */
    int tls_least, tls_most; /* OpenSSL's numbers; 0: whatever OpenSSL likes */
    bool narrow;             /* it takes little at once, and has segments as in a network */
    bool asks_anyway;        /* for a message whose envelope it refused, and refuses that */
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
    bool refused; /* the envelope of the message that comes in */
    SSL *ssl;
    bool logged_in;
    char reference[32]; /* X-Ref of the message that comes in */
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

/* In one piece: what is said too much is there when the first line of it is read. */
static inline void relay_say(struct relay_peer *peer, const char *text)
{
    char line[4096];
    const int length = snprintf(line, sizeof line, "%s\r\n", text);
    if (length < 0 || (size_t)length >= sizeof line) {
        abort();
    }
    relay_write(peer, line, (size_t)length);
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

static inline _Noreturn void relay_hang_up(const struct relay_peer *peer)
{
    (void)shutdown(peer->fd, SHUT_RDWR);
    _exit(0);
}

/* Say it again and again, until nobody listens. */
static inline _Noreturn void relay_go_on(struct relay_peer *peer, const char *text,
                                         useconds_t pause)
{
    for (;;) {
        relay_write(peer, text, strlen(text));
        (void)usleep(pause);
        if (peer->ssl != NULL && SSL_get_shutdown(peer->ssl) != 0) {
            _exit(0);
        }
    }
}

/* The scripted fault; false: nothing is left out. */
static inline bool relay_misbehave(struct relay_peer *peer)
{
    const char *record = peer->ssl == NULL ? "\x16\x03\x03\x40" : "\x17\x03\x03\x40";
    const char *says = peer->script->says;
    switch (peer->script->does) {
    case RELAY_SAYS: relay_say(peer, says); return true;
    case RELAY_LEAVES: relay_say(peer, says); relay_hang_up(peer);
    case RELAY_BREAKS: relay_write(peer, says, strlen(says)); relay_hang_up(peer);
    case RELAY_DROPS: relay_hang_up(peer);
    case RELAY_HANGS:
        for (;;) {
            (void)pause();
        }
    case RELAY_DRIBBLES: relay_go_on(peer, "2", 200 * 1000);
    case RELAY_TRICKLES:
        peer->ssl = NULL;
        relay_write(peer, record, strlen(record));
        relay_go_on(peer, "2", 200 * 1000);
    case RELAY_BABBLES:
        relay_write(peer, "250 ", 4);
        relay_go_on(peer, "and what is more, there is no end to what may be said of it ", 10);
    case RELAY_SIPS:
        for (char drop[64]; read(peer->fd, drop, sizeof drop) > 0;) {
            (void)usleep(100 * 1000);
        }
        _exit(0);
    case RELAY_THINKS: (void)usleep(500 * 1000); return false;
    case RELAY_ENUMERATES: relay_go_on(peer, "250-and what is more\r\n", 10);
    }
    return false;
}

/* Whether the scripted fault happens here. */
static inline bool relay_is_at(const struct relay_peer *peer, enum relay_at at)
{
    const struct relay_script *script = peer->script;
    return script->at == at &&
           (script->connection == 0 || script->connection == peer->connection) &&
           (script->message == 0 || script->message == peer->message);
}

/* If it does, do it, and tell whether the usual thing is left out. */
static inline bool relay_fault(struct relay_peer *peer, enum relay_at at)
{
    return relay_is_at(peer, at) && relay_misbehave(peer);
}

/* Whether it is a no. */
static inline bool relay_refuses(const struct relay_peer *peer, enum relay_at at)
{
    const char *says = peer->script->says;
    return relay_is_at(peer, at) && says != NULL && (says[0] == '4' || says[0] == '5');
}

static inline void relay_starttls(struct relay_peer *peer)
{
    char both[256];
    const char *more = peer->script->after_tls;
    if (relay_fault(peer, RELAY_STARTTLS)) {
        return;
    }
    (void)snprintf(both, sizeof both, "220 2.0.0 go ahead\r\n%s", more == NULL ? "" : more);
    relay_write(peer, both, strlen(both));
    if (relay_fault(peer, RELAY_TLS)) {
        return;
    }
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    (void)SSL_CTX_set_min_proto_version(context, peer->script->tls_least);
    (void)SSL_CTX_set_max_proto_version(context, peer->script->tls_most);
    (void)SSL_CTX_use_certificate_chain_file(context, peer->script->certificate);
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
    if (relay_fault(peer, peer->ssl == NULL ? RELAY_EHLO : RELAY_TLS_EHLO)) {
        return;
    }
    relay_say(peer, "250-relay.branch.example");
    if (script->certificate != NULL && peer->ssl == NULL) {
        relay_say(peer, "250-STARTTLS");
    }
    if (script->password != NULL) {
        const char *mechanisms = script->mechanisms == NULL ? "PLAIN" : script->mechanisms;
        relay_write(peer, "250-AUTH ", 9);
        relay_say(peer, mechanisms);
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
    if (peer->reference[0] != '\0') {
        (void)snprintf(text, sizeof text, "kept %s", peer->reference);
        relay_note(peer, text);
    }
    if (!relay_fault(peer, RELAY_KEPT)) {
        relay_say(peer, "250 2.0.0 Ok: queued as ABC123");
    }
    (void)relay_fault(peer, RELAY_AFTER);
}

static inline void relay_data(struct relay_peer *peer)
{
    char line[2048];
    size_t lines = 0;
    if (peer->refused && !peer->script->asks_anyway) {
        relay_say(peer, "503 5.5.1 no recipients");
        return;
    }
    if (relay_fault(peer, RELAY_DATA)) {
        return;
    }
    relay_say(peer, "354 go ahead");
    bool whole = false;
    while (relay_line(peer, line) && !(whole = strcmp(line, ".") == 0)) {
        char text[2100];
        (void)snprintf(text, sizeof text, "> %s", line);
        if (lines < RELAY_LINES_NOTED) { /* nobody reads the diary yet */
            relay_note(peer, text);
        }
        if (strncmp(line, "X-Ref: ", 7) == 0) {
            (void)snprintf(peer->reference, sizeof peer->reference, "%.30s", line + 7);
        }
        if (lines++ == 0) {
            (void)relay_fault(peer, RELAY_BODY);
        }
    }
    if (whole && peer->refused) {
        relay_say(peer, "554 5.5.1 no recipients");
    } else if (whole) {
        relay_take(peer, lines);
    }
}

/* What the client says to AUTH, line by line. */
static inline void relay_auth(struct relay_peer *peer, const char *line)
{
    const char *right = peer->script->password;
    const char *mechanism = line + 5;
    size_t length = strcspn(mechanism, " ");
    bool login = strncmp(mechanism, "LOGIN", length) == 0;
    bool token = strncmp(mechanism, "XOAUTH2", length) == 0;
    char said[4096];
    char more[2048] = "";
    (void)snprintf(said, sizeof said, "%s",
                   mechanism[length] == '\0' ? "" : mechanism + length + 1);
    if (relay_fault(peer, RELAY_AUTH)) {
        return;
    }
    for (int i = said[0] == '\0' ? 0 : 1; i < (login ? 2 : 1); i++) {
        relay_say(peer, !login ? "334 " : i == 0 ? "334 VXNlcm5hbWU6" : "334 UGFzc3dvcmQ6");
        if (!relay_line(peer, more)) {
            _exit(0);
        }
        size_t used = strlen(said);
        (void)snprintf(said + used, sizeof said - used, "%s%.2000s", used == 0 ? "" : " ", more);
    }
    peer->logged_in = right != NULL && strcmp(said, right) == 0;
    if (!peer->logged_in && token) { /* {"status":"401","schemes":"bearer"} */
        relay_say(peer, "334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=");
        if (!relay_line(peer, more)) {
            _exit(0);
        }
    }
    relay_say(peer, peer->logged_in ? "235 2.7.0 welcome" : "535 5.7.8 wrong password");
}

static inline void relay_command(struct relay_peer *peer, const char *line)
{
    if (strncmp(line, "EHLO ", 5) == 0) {
        relay_ehlo(peer);
    } else if (strncmp(line, "HELO ", 5) == 0) {
        relay_say(peer, "250 relay.branch.example");
    } else if (strcmp(line, "STARTTLS") == 0) {
        relay_starttls(peer);
    } else if (strncmp(line, "AUTH ", 5) == 0) {
        relay_auth(peer, line);
    } else if (strncmp(line, "MAIL ", 5) == 0) {
        peer->message++;
        peer->refused = relay_refuses(peer, RELAY_MAIL);
        if (!relay_fault(peer, RELAY_MAIL)) {
            relay_say(peer, "250 2.1.0 Ok");
        }
    } else if (strncmp(line, "RCPT ", 5) == 0) {
        const bool known = !peer->refused;
        peer->refused = peer->refused || relay_refuses(peer, RELAY_RCPT);
        if (!known) {
            relay_say(peer, "503 5.5.1 MAIL first");
        } else if (!relay_fault(peer, RELAY_RCPT)) {
            relay_say(peer, "250 2.1.5 Ok");
        }
    } else if (strcmp(line, "DATA") == 0) {
        relay_data(peer);
    } else if (strcmp(line, "RSET") == 0) {
        relay_say(peer, "250 2.0.0 Ok");
    } else if (strcmp(line, "QUIT") == 0) {
        if (!relay_fault(peer, RELAY_QUIT)) {
            relay_say(peer, "221 2.0.0 Bye");
        }
        _exit(0);
    } else {
        relay_say(peer, "500 5.5.2 what?");
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
    if (script->narrow) {
        const int room = 4096;
        const int segment = 1400;
        (void)setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
        (void)setsockopt(listener, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    }
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
