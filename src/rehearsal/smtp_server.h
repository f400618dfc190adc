/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP server: a listening socket and its connections, in the loop. */
#ifndef MUSTER_REHEARSAL_SMTP_SERVER_H
#define MUSTER_REHEARSAL_SMTP_SERVER_H

#include "rehearsal.h"
#include "smtp_channel.h"

enum { SMTP_CONNECTIONS = 512 };

struct smtp_server;

/* Serve on this listening socket, which the server takes over. `account` (USER:PASSWORD) and `tls`
 * may be NULL; both must outlive the server. */
struct smtp_server *smtp_server_create(struct rehearsal *world, int listening, const char *account,
                                       const struct smtp_tls *tls) MUST_USE;

/* Close everything; sets the pointer to NULL. */
void smtp_server_free(struct smtp_server **server);

#endif
