/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening sockets; see listener.h. */
#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "muster/base/text.h"

enum { BACKLOG = 511, HOST_MAX = 255 };

/* Split "HOST:PORT" or "[HOST]:PORT". */
static bool split(const char *address, char host[HOST_MAX + 1], const char **port)
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL) {
        return false;
    }
    const char *begin = address;
    size_t length = (size_t)(colon - address);
    if (length >= 2 && begin[0] == '[' && begin[length - 1] == ']') {
        begin++;
        length -= 2;
    } else if (memchr(begin, ':', length) != NULL) {
        return false;
    }
    int64_t number = 0;
    if (length == 0 || length > HOST_MAX || !text_number(colon + 1, 0, 65535, &number)) {
        return false;
    }
    memcpy(host, begin, length);
    host[length] = '\0';
    *port = colon + 1;
    return true;
}

static int try_address(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    const int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int why = errno;
        (void)close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

bool listener_open(const char *address, int *fd, struct error *err)
{
    char host[HOST_MAX + 1];
    const char *port = NULL;
    if (!split(address, host, &port)) {
        return error_set(err, ERROR_CONFIG, "cannot listen on %s: it is not ADDRESS:PORT", address);
    }
    const struct addrinfo wanted = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                                    .ai_family = AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int fault = getaddrinfo(host, port, &wanted, &found);
    if (fault != 0) {
        return error_set(err, ERROR_CONFIG, "cannot listen on %s: %s", address,
                         gai_strerror(fault));
    }
    int opened = -1;
    for (const struct addrinfo *at = found; at != NULL && opened < 0; at = at->ai_next) {
        opened = try_address(at);
    }
    int why = errno;
    freeaddrinfo(found);
    if (opened < 0) {
        return error_set(err, ERROR_UNAVAILABLE, "cannot listen on %s: %s", address, strerror(why));
    }
    *fd = opened;
    return true;
}

char *listener_name(int fd, struct arena *arena)
{
    struct sockaddr_storage address;
    memset(&address, 0, sizeof address);
    socklen_t length = sizeof address;
    char host[HOST_MAX + 1];
    char port[32];
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((const struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return arena_text(arena, "?");
    }
    return address.ss_family == AF_INET6 ? arena_printf(arena, "[%s]:%s", host, port)
                                         : arena_printf(arena, "%s:%s", host, port);
}

bool listener_is_inside(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } address;
    memset(&address, 0, sizeof address);
    socklen_t length = sizeof address;
    if (getsockname(fd, &address.any, &length) != 0) {
        return false;
    }
    return address.any.sa_family == AF_INET6
               ? IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr)
               : address.any.sa_family == AF_INET &&
                     ntohl(address.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}
