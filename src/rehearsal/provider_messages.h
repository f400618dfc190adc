/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMS provider's one resource, /messages: sending, and asking what became of it. */
#ifndef MUSTER_REHEARSAL_PROVIDER_MESSAGES_H
#define MUSTER_REHEARSAL_PROVIDER_MESSAGES_H

#include "exchange.h"
#include "rehearsal.h"

/* Take a message. `account` is USER:PASSWORD that must be given (Basic, RFC 7617), or NULL when
 * anybody may. What is kept, and what is not, is in the log before this returns. */
void provider_messages_take(struct rehearsal *world, const char *account,
                            const struct request *request, struct response *response);

/* Tell of one message (/messages/ID) or of all with a reference (/messages?reference=). What was
 * kept is told, whatever the client heard of it; what is not known is absent only when nothing can
 * have been forgotten. */
void provider_messages_tell(struct rehearsal *world, const char *account,
                            const struct request *request, struct response *response);

#endif
