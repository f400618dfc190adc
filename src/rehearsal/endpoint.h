/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses on this machine, and no others: a rehearsal must never be reachable from outside, nor
 * call anybody outside. */
#ifndef MUSTER_REHEARSAL_ENDPOINT_H
#define MUSTER_REHEARSAL_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "muster/base/error.h"

enum { ENDPOINT_TEXT_SIZE = 64 };

/* Listen at "127.0.0.1:2525", "localhost:2525" or "[::1]:2525"; port 0 is any free one. Gives the
 * non-blocking socket and what it is bound to, in the same notation, into `text`. ERROR_USAGE for
 * something else or an address outside 127.0.0.0/8 and ::1, ERROR_UNAVAILABLE when it is taken. */
bool endpoint_listen(const char *spec, int *socket_out, char text[ENDPOINT_TEXT_SIZE],
                     struct error *err) MUST_USE;

/* Whether it is an http URL whose host is this machine, short enough and without odd characters. */
bool endpoint_is_local_url(const char *url) MUST_USE;

#endif
