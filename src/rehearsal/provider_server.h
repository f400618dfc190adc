/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTTP server of the SMS provider and the pages. The door to libmicrohttpd. */
#ifndef MUSTER_REHEARSAL_PROVIDER_SERVER_H
#define MUSTER_REHEARSAL_PROVIDER_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "rehearsal.h"

struct provider_server;

/* Serve on this listening socket, which the server takes over. `account` (USER:PASSWORD or NULL) is
 * asked of whoever sends messages, not of whoever looks at the pages; it must outlive the server.
 * */
bool provider_server_create(struct rehearsal *world, int listening, const char *account,
                            struct provider_server **server, struct error *err) MUST_USE;

/* Stop; sets the pointer to NULL. */
void provider_server_free(struct provider_server **server);

/* Do what is due. Gives how many milliseconds the loop may wait until the next call, -1 for ever.
 * */
int64_t provider_server_run(struct provider_server *server);

#endif
