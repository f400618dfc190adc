/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the relay is, and whether it can be reached.
 *
 * libesmtp connects with a plain connect(2), which waits for some two minutes on a host that does
 * not answer. So a relay on another machine is first connected to here, without blocking and within
 * the timeout; that connection is closed again and libesmtp is given the numeric address that
 * answered, which also keeps it from trying a dead address of the same name first. What remains
 * unbounded is the look-up of a name (resolv.conf sets its limits) and a relay that dies within
 * that one round trip. A relay on this machine answers or refuses at once and is spared the extra
 * connection. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "muster/base/clock.h"
#include "smtp_private.h"

void smtp_relay_parse(const char *relay, struct smtp *smtp)
{
    const char *colon = strrchr(relay, ':');
    size_t host = colon == NULL ? strlen(relay) : (size_t)(colon - relay);
    const char *port = colon == NULL ? "25" : colon + 1;
    size_t digits = strlen(port);
    host = host < sizeof smtp->host ? host : sizeof smtp->host - 1;
    digits = digits < sizeof smtp->port ? digits : sizeof smtp->port - 1;
    memcpy(smtp->host, relay, host);
    smtp->host[host] = '\0';
    memcpy(smtp->port, port, digits);
    smtp->port[digits] = '\0';
    smtp->loopback = strcasecmp(smtp->host, "localhost") == 0 ||
                     (strncmp(smtp->host, "127.", 4) == 0 &&
                      strspn(smtp->host, "0123456789.") == strlen(smtp->host));
}

static void close_socket(const int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

/* 0, or the errno of a connection that failed or did not come about before `until`. */
static int try_address(const struct addrinfo *address, int64_t until)
{
    CLEANUP(close_socket)
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    for (;;) {
        int64_t left = until - clock_monotonic();
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        int ready = left <= 0 ? 0 : poll(&wait, 1, (int)left);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return ready < 0 ? errno : ETIMEDOUT;
        }
        int fault = 0;
        socklen_t size = sizeof fault;
        return getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) < 0 ? errno : fault;
    }
}

static void free_addresses(struct addrinfo **addresses)
{
    if (*addresses != NULL) {
        freeaddrinfo(*addresses);
    }
}

bool smtp_relay_reach(const struct smtp *smtp, struct arena *arena, const char **server,
                      struct error *err)
{
    *server = arena_printf(arena, "%s:%s", smtp->host, smtp->port);
    if (smtp->loopback) {
        return true;
    }
    int64_t until = clock_monotonic() + smtp->config->mail.timeout * CLOCK_SECOND;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    CLEANUP(free_addresses) struct addrinfo *addresses = NULL;
    int fault = getaddrinfo(smtp->host, smtp->port, &hints, &addresses);
    if (fault != 0) {
        return error_set(err, ERROR_UNAVAILABLE, "the relay %s cannot be found: %s", smtp->host,
                         gai_strerror(fault));
    }
    int reason = ETIMEDOUT;
    for (const struct addrinfo *at = addresses; at != NULL; at = at->ai_next) {
        reason = try_address(at, until);
        if (reason != 0) {
            continue;
        }
        char numeric[64];
        /* libesmtp cuts at the first colon, so an IPv6 address cannot be handed on as it is. */
        if (at->ai_family == AF_INET && getnameinfo(at->ai_addr, at->ai_addrlen, numeric,
                                                    sizeof numeric, NULL, 0, NI_NUMERICHOST) == 0) {
            *server = arena_printf(arena, "%s:%s", numeric, smtp->port);
        }
        return true;
    }
    return error_set(err, ERROR_UNAVAILABLE, "the relay %s cannot be reached: %s", *server,
                     strerror(reason));
}
