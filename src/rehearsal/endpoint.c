/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses on this machine; see endpoint.h. */
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/text.h"

enum { URL_LONGEST = 1000, BACKLOG = 1024 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* A loopback host name as an address without port. */
static bool local_host(const char *host, union address *address)
{
    memset(address, 0, sizeof *address);
    if (strcmp(host, "localhost") == 0) {
        host = "127.0.0.1";
    }
    if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    }
    return false;
}

/* Split "host:port" or "[host]:port". */
static bool split(const char *spec, char host[ENDPOINT_TEXT_SIZE], int64_t *port)
{
    const char *colon = strrchr(spec, ':');
    if (colon == NULL || !text_number(colon + 1, 0, 65535, port)) {
        return false;
    }
    size_t length = (size_t)(colon - spec);
    if (length >= 2 && spec[0] == '[' && spec[length - 1] == ']') {
        spec++;
        length -= 2;
    } else if (memchr(spec, ':', length) != NULL) {
        return false;
    }
    if (length >= ENDPOINT_TEXT_SIZE) {
        return false;
    }
    memcpy(host, spec, length);
    host[length] = '\0';
    return true;
}

static bool bind_listen(int fd, const union address *address)
{
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socklen_t size = address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
    return bind(fd, &address->any, size) == 0 && listen(fd, BACKLOG) == 0;
}

static void describe(int fd, char text[ENDPOINT_TEXT_SIZE])
{
    union address bound;
    socklen_t size = sizeof bound;
    char host[INET6_ADDRSTRLEN] = "";
    memset(&bound, 0, sizeof bound);
    getsockname(fd, &bound.any, &size);
    if (bound.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &bound.v4.sin_addr, host, sizeof host);
        snprintf(text, ENDPOINT_TEXT_SIZE, "%s:%u", host, (unsigned)ntohs(bound.v4.sin_port));
    } else {
        inet_ntop(AF_INET6, &bound.v6.sin6_addr, host, sizeof host);
        snprintf(text, ENDPOINT_TEXT_SIZE, "[%s]:%u", host, (unsigned)ntohs(bound.v6.sin6_port));
    }
}

bool endpoint_listen(const char *spec, int *socket_out, char text[ENDPOINT_TEXT_SIZE],
                     struct error *err)
{
    char host[ENDPOINT_TEXT_SIZE];
    int64_t port = 0;
    union address address;
    if (!split(spec, host, &port)) {
        return error_set(err, ERROR_USAGE, "\"%s\" is not an address and port such as 127.0.0.1:0",
                         spec);
    }
    if (!local_host(host, &address)) {
        return error_set(err, ERROR_USAGE,
                         "\"%s\" is not on this machine: a rehearsal listens on 127.0.0.1 or ::1",
                         spec);
    }
    if (address.any.sa_family == AF_INET) {
        address.v4.sin_port = htons((uint16_t)port);
    } else {
        address.v6.sin6_port = htons((uint16_t)port);
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || !bind_listen(fd, &address)) {
        (void)error_set(err, ERROR_UNAVAILABLE, "cannot listen on %s: %s", spec, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    describe(fd, text);
    *socket_out = fd;
    return true;
}

bool endpoint_is_local_url(const char *url)
{
    static const char scheme[] = "http://";
    size_t length = strlen(url);
    if (length > URL_LONGEST || strncmp(url, scheme, sizeof scheme - 1) != 0) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (url[i] <= ' ' || url[i] > '~') {
            return false;
        }
    }
    const char *authority = url + sizeof scheme - 1;
    size_t size = strcspn(authority, "/?#");
    char host[ENDPOINT_TEXT_SIZE + 8];
    char name[ENDPOINT_TEXT_SIZE];
    if (size >= ENDPOINT_TEXT_SIZE) {
        return false;
    }
    snprintf(host, sizeof host, "%.*s", (int)size, authority);
    int64_t port = 0;
    union address address;
    if (split(host, name, &port)) {
        return port > 0 && local_host(name, &address);
    }
    snprintf(host, sizeof host, "%.*s:80", (int)size, authority);
    return split(host, name, &port) && local_host(name, &address);
}
