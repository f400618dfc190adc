/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A listening socket, from what the configuration says. */
#ifndef MUSTER_WEB_LISTENER_H
#define MUSTER_WEB_LISTENER_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

/* Listen on "ADDRESS:PORT" ("127.0.0.1:8025", "[::1]:8025", "localhost:0"). The socket is
 * non-blocking and closed on exec; the caller closes it. ERROR_CONFIG when the text is not of that
 * form, ERROR_UNAVAILABLE when the address cannot be had. */
bool listener_open(const char *address, int *fd, struct error *err) MUST_USE;

/* Where a socket listens, with its real port, in the arena; "?" when it does not say. */
char *listener_name(int fd, struct arena *arena) MUST_USE;

/* Whether only this machine can reach it: it listens on the loopback. */
bool listener_is_inside(int fd) MUST_USE;

#endif
