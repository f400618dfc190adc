/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client that writes HTTP by hand, so that it can write it wrongly too. */
#ifndef MUSTER_TESTS_WEB_CLIENT_H
#define MUSTER_TESTS_WEB_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { CLIENT_ANSWER_MAX = 32 * 1024, CLIENT_REQUEST_MAX = 4096 };

static inline int client_dial(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    /* No test waits so long: it keeps one that fails from hanging. */
    const struct timeval patience = {.tv_sec = 30};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Send all of it; false when the other side has closed. */
static inline bool client_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* Read until the other side closes, and close; gives the whole answer, in static memory. */
static inline const char *client_read(int fd)
{
    static char answer[CLIENT_ANSWER_MAX];
    size_t used = 0;
    ssize_t got = 0;
    while (used < sizeof answer - 1 &&
           (got = recv(fd, answer + used, sizeof answer - 1 - used, 0)) > 0) {
        used += (size_t)got;
    }
    answer[used] = '\0';
    (void)close(fd);
    return answer;
}

/* The status of an answer; 0 when there was none. */
static inline int client_status(const char *answer)
{
    static const char version[] = "HTTP/1.1 ";
    if (strncmp(answer, version, sizeof version - 1) != 0) {
        return 0;
    }
    return (int)strtol(answer + sizeof version - 1, NULL, 10);
}

/* Whether something can be read within so many milliseconds. */
static inline bool client_hears(int fd, int milliseconds)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, milliseconds) > 0;
}

/* Send a request with a body and leave the answer for later. */
static inline int client_begin(int port, const char *method, const char *path, const char *type,
                               const char *body)
{
    char request[CLIENT_REQUEST_MAX];
    int length = snprintf(request, sizeof request,
                          "%s %s HTTP/1.1\r\nHost: texts.example\r\nConnection: close\r\n"
                          "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s",
                          method, path, type, strlen(body), body);
    assert_true(length > 0 && (size_t)length < sizeof request);
    int fd = client_dial(port);
    assert_true(client_send(fd, request, (size_t)length));
    return fd;
}

static inline const char *client_ask(int port, const char *method, const char *path,
                                     const char *type, const char *body)
{
    return client_read(client_begin(port, method, path, type, body));
}

static inline const char *client_get(int port, const char *path)
{
    return client_ask(port, "GET", path, "text/plain", "");
}

static inline const char *client_post(int port, const char *path, const char *body)
{
    return client_ask(port, "POST", path, "application/x-www-form-urlencoded", body);
}

#endif
