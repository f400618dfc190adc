/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one looks at: phones as conversations, mailboxes, the latest lines of the log, and the
 * counts for scripts. */
#ifndef MUSTER_REHEARSAL_PAGES_H
#define MUSTER_REHEARSAL_PAGES_H

#include "exchange.h"
#include "rehearsal.h"

/* Answer a request for a page, or for one that does not exist. */
void pages_serve(struct rehearsal *world, const struct request *request, struct response *response);

#endif
