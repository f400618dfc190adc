/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An SMS provider in a child process. What it does with a message stands in the message's text. It
 * keeps a diary, a line for each request: the number of the connection, the path, the text. */
#ifndef MUSTER_TESTS_CARRIER_PROVIDER_H
#define MUSTER_TESTS_CARRIER_PROVIDER_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "muster/base/buffer.h"

struct provider {
    pid_t pid;
    int diary;
    int port;
};

static inline void provider_say(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t put = send(fd, text, length, MSG_NOSIGNAL);
        if (put <= 0) {
            _exit(0);
        }
        text += put;
        length -= (size_t)put;
    }
}

static inline void provider_answer(int fd, const char *status, const char *headers,
                                   const char *body)
{
    char head[512];
    int length = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status,
                          strlen(body), headers);
    provider_say(fd, head, (size_t)length);
    provider_say(fd, body, strlen(body));
}

static inline void provider_flood(int fd, const char *piece)
{
    char block[8192];
    size_t size = strlen(piece);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = piece[i % size];
    }
    for (unsigned i = 0; i < 128; i++) {
        provider_say(fd, block, sizeof block / size * size);
    }
}

/* What is answered to a text, word for word. */
static const struct {
    const char *text;
    const char *status;
    const char *headers;
    const char *body;
} provider_answers[] = {
    {"ok", "201 Created", "", "{\"id\":\"R7\",\"parts\":1}"},
    {"number", "400 Bad Request", "", "{\"error\":{\"code\":\"number\",\"message\":\"bad\"}}"},
    {"field", "400 Bad Request", "", "{\"error\":{\"code\":\"field\",\"message\":\"from\"}}"},
    {"stopped", "403 Forbidden", "", "{\"error\":{\"code\":\"optout\"}}"},
    {"throttle", "429 Too Many", "Retry-After: 2\r\n", "{\"error\":{\"code\":\"slow\"}}"},
    {"throttle-long", "429 Too Many", "Retry-After: 99999999\r\n", ""},
    {"busy", "503 Busy", "Retry-After: 1\r\n", ""},
    {"oops", "500 Oops", "", "<h1>Oops</h1>"},
    {"garbage", "201 Created", "", "{\"id\":"},
    {"empty", "201 Created", "", ""},
    {"array", "201 Created", "", "[]"},
    {"null-id", "201 Created", "", "{\"id\":null}"},
    {"nul", "201 Created", "", "\x01\x02"},
    {"redirect", "302 Found", "Location: /elsewhere\r\n", ""},
    {"moved", "301 Moved", "Location: /elsewhere\r\n", ""},
    {"missing", "404 Not Found", "", "no such page"},
    {"teapot", "418 Teapot", "", "short and stout"},
    {"conflict", "409 Conflict", "", ""},
    {"fine-error", "200 OK", "", "{\"error\":{\"code\":\"number\",\"message\":\"bad\"}}"},
    {"made-error", "201 Created", "", "{\"error\":{\"code\":\"number\",\"message\":\"bad\"}}"},
    {"both", "201 Created", "", "{\"id\":\"\",\"error\":{\"code\":\"slow\"}}"},
    {"made-html", "201 Created", "Content-Type: text/html\r\n", "<html>{\"id\":\"R7\"}</html>"},
    {"behind", "201 Created", "", "{\"id\":\"R7\"} <html>"},
    {"packed", "201 Created", "Content-Encoding: gzip\r\n", "\x1f\x8b\x08no such thing"},
    {"round", "307 Again", "Location: /messages\r\n", ""},
    {"away", "308 Moved", "Location: http://127.0.0.1:9/elsewhere\r\n", ""},
    {"out", "303 See Other", "Location: file:///etc/elsewhere\r\n", "{\"id\":\"R7\"}"},
    /* to look-ups */
    {"taken", "200 OK", "",
     "{\"messages\":[{\"id\":\"R7\",\"reference\":\"taken\",\"status\":\"sent\"}]}"},
    {"delivered", "200 OK", "",
     "{\"messages\":[{\"id\":\"R8\",\"reference\":\"delivered\",\"status\":\"delivered\"}]}"},
    {"undelivered", "200 OK", "",
     "{\"messages\":[{\"id\":7,\"reference\":\"undelivered\",\"status\":\"undelivered\"}]}"},
    {"expired", "200 OK", "",
     "{\"messages\":[{\"reference\":\"expired\",\"status\":\"expired\"},{\"status\":\"sent\"}]}"},
    {"absent", "200 OK", "", "{\"messages\":[]}"},
    {"another", "200 OK", "",
     "{\"messages\":[{\"id\":\"R9\",\"reference\":\"taken\",\"status\":\"delivered\"}]}"},
    {"nobody", "200 OK", "", "{\"messages\":[{\"id\":\"R9\",\"status\":\"delivered\"}]}"},
    {"new-word", "200 OK", "", "{\"messages\":[{\"reference\":\"new-word\",\"status\":\"x\"}]}"},
    {"deep", "200 OK", "", "{\"messages\":[[[[]]]]}"},
    {"half", "200 OK", "", "{\"messages\":[]"},
    {"no-list", "200 OK", "", "{\"messages\":{}}"},
    {"html", "200 OK", "Content-Type: text/html\r\n", "<html><h1>Log in</h1>{\"messages\":[]}"},
    {"html-gone", "404 Not Found", "Content-Type: text/html\r\n", "<h1>absent</h1>"},
    {"forgotten", "404 Not Found", "", "{\"error\":{\"code\":\"forgotten\"}}"},
    {"log-in", "401 Unauthorized", "", "{\"messages\":[]}"},
    {"sent-there", "302 Found", "Location: /elsewhere\r\n", "{\"messages\":[]}"},
};

/* Say it, then the piece again and again, until nobody listens. None of it is kept. */
static inline _Noreturn void provider_go_on(int fd, const char *head, const char *piece,
                                            useconds_t pause)
{
    provider_say(fd, head, strlen(head));
    for (;;) {
        provider_say(fd, piece, strlen(piece));
        if (pause > 0) {
            (void)usleep(pause);
        }
    }
}

/* A body of a gigabyte, and whether anybody wanted all of it: then there is a line in the diary. */
static inline void provider_giant(int fd, int diary, const char *head, const char *before,
                                  const char *after)
{
    static char block[64 * 1024];
    memset(block, ' ', sizeof block);
    provider_say(fd, head, strlen(head));
    for (unsigned i = 0; i < (1U << 30) / sizeof block; i++) {
        provider_say(fd, before, strlen(before));
        provider_say(fd, block, sizeof block);
        provider_say(fd, after, strlen(after));
    }
    (void)!write(diary, "all was read\n", 13);
}

/* What never comes to an end. */
static const struct {
    const char *text;
    const char *head;
    const char *piece;
    useconds_t pause;
} provider_endless[] = {
    {"drip", "HTTP/1.1 201 ", "z", 200 * 1000},
    {"drip-headers", "HTTP/1.1 201 Created\r\n", "X-Y: z\r\n", 200 * 1000},
    {"drip-header", "HTTP/1.1 201 Created\r\nX-Y: ", "z", 200 * 1000},
    {"drip-body", "HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n{\"id\":\"R7\"}", " ",
     200 * 1000},
    {"drip-chunks", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n",
     200 * 1000},
    {"long-header", "HTTP/1.1 201 Created\r\nX-Y: ", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 0},
    {"long-status", "HTTP/1.1 201 ", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 0},
    {"continue", "", "HTTP/1.1 100 Continue\r\n\r\n", 0},
    {"chunk-size", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n",
     "00000000000000000000000000000000", 0},
    {"trailers", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-Y: z\r\n",
     0},
};

/* Do what the text says. False: the connection is to be closed. */
static inline bool provider_act(int fd, int diary, const char *text)
{
    for (size_t i = 0; i < sizeof provider_endless / sizeof provider_endless[0]; i++) {
        if (strcmp(text, provider_endless[i].text) == 0) {
            provider_go_on(fd, provider_endless[i].head, provider_endless[i].piece,
                           provider_endless[i].pause);
        }
    }
    for (size_t i = 0; i < sizeof provider_answers / sizeof provider_answers[0]; i++) {
        if (strcmp(text, provider_answers[i].text) == 0) {
            provider_answer(fd, provider_answers[i].status, provider_answers[i].headers,
                            provider_answers[i].body);
            return true;
        }
    }
    if (strcmp(text, "throttle-date") == 0) {
        char header[128];
        time_t then = time(NULL) + 100;
        struct tm fields;
        (void)strftime(header, sizeof header, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
                       gmtime_r(&then, &fields));
        provider_answer(fd, "429 Too Many", header, "");
        return true;
    }
    if (strcmp(text, "hang") == 0) {
        for (;;) {
            (void)pause();
        }
    }
    if (strcmp(text, "partial") == 0) {
        const char head[] = "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":\"R8\"}";
        provider_say(fd, head, sizeof head - 1);
    } else if (strcmp(text, "big") == 0) {
        const char head[] = "HTTP/1.1 201 Created\r\n\r\n{\"id\":\"R9\",\"x\":\"";
        provider_say(fd, head, sizeof head - 1);
        provider_flood(fd, "x");
    } else if (strcmp(text, "big-headers") == 0) {
        provider_say(fd, "HTTP/1.1 201 Created\r\n", 22);
        provider_flood(fd, "X-Y: z\r\n");
    } else if (strcmp(text, "giant") == 0) {
        provider_giant(fd, diary,
                       "HTTP/1.1 201 Created\r\nContent-Length: 1073741836\r\n\r\n{\"id\":\"R7\"}",
                       "", "");
    } else if (strcmp(text, "giant-chunks") == 0) {
        provider_giant(fd, diary, "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n",
                       "10000\r\n", "\r\n");
    } else if (strcmp(text, "two") == 0) {
        const char both[] = "HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\n{\"id\":\"R7\"}"
                            "HTTP/1.1 400 Bad\r\nContent-Length: 27\r\n\r\n"
                            "{\"error\":{\"code\":\"number\"}}";
        provider_say(fd, both, sizeof both - 1);
        return true;
    } else if (strcmp(text, "not-http") == 0) {
        provider_say(fd, "220 smtp.branch.example ESMTP\r\n", 31);
    }
    return false;
}

/* Read one request into `buffer`; false at the end of the connection. */
static inline bool provider_read(int fd, char buffer[16384], const char **body)
{
    size_t used = 0;
    for (;;) {
        buffer[used] = '\0';
        const char *end = strstr(buffer, "\r\n\r\n");
        const char *length = strcasestr(buffer, "\r\nContent-Length:");
        size_t wanted = length == NULL ? 0 : (size_t)strtoul(length + 17, NULL, 10);
        if (end != NULL && used - (size_t)(end + 4 - buffer) >= wanted) {
            *body = end + 4;
            return true;
        }
        ssize_t got = used < 16000 ? read(fd, buffer + used, 16000 - used) : -1;
        if (got <= 0) {
            return false;
        }
        used += (size_t)got;
    }
}

static inline void provider_serve(int fd, int diary, unsigned number)
{
    char request[16384];
    const char *body = NULL;
    while (provider_read(fd, request, &body)) {
        char line[8192];
        const char *path = strchr(request, ' ') + 1;
        const char *found = strstr(body[0] == '\0' ? request : body, "text=");
        found = found == NULL ? "" : found + 5;
        char text[64];
        (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(found, "& \r\n"), found);
        int size = snprintf(line, sizeof line, "%u %.*s %s | %.7000s\n", number,
                            (int)strcspn(path, "? "), path, text, body);
        for (int i = 0; i < size - 1; i++) {
            line[i] = line[i] == '\n' ? '~' : line[i];
        }
        if (write(diary, line, (size_t)size) < 0 || !provider_act(fd, diary, text)) {
            break;
        }
    }
    (void)shutdown(fd, SHUT_RDWR);
    _exit(0);
}

static inline int provider_listen(int *port)
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
static inline void provider_start(struct provider *provider)
{
    int pipe_ends[2];
    int listener = provider_listen(&provider->port);
    if (pipe(pipe_ends) != 0) {
        abort();
    }
    provider->pid = fork();
    if (provider->pid == 0) {
        (void)setpgid(0, 0);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
        (void)signal(SIGCHLD, SIG_IGN);
        for (unsigned number = 1;; number++) {
            int fd = accept(listener, NULL, NULL);
            if (fd >= 0 && fork() == 0) {
                (void)close(listener);
                provider_serve(fd, pipe_ends[1], number);
            }
            (void)close(fd);
        }
    }
    (void)setpgid(provider->pid, provider->pid);
    (void)close(pipe_ends[1]);
    (void)close(listener);
    provider->diary = pipe_ends[0];
}

/* Stop it and read its diary. */
static inline void provider_stop(struct provider *provider, struct buffer *diary)
{
    (void)kill(-provider->pid, SIGKILL);
    (void)waitpid(provider->pid, NULL, 0);
    buffer_init(diary, 1 << 22);
    char piece[4096];
    for (ssize_t got; (got = read(provider->diary, piece, sizeof piece)) > 0;) {
        (void)buffer_add(diary, piece, (size_t)got);
    }
    (void)close(provider->diary);
}

#endif
