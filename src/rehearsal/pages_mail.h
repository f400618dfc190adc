/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mailbox, and one mail. */
#ifndef MUSTER_REHEARSAL_PAGES_MAIL_H
#define MUSTER_REHEARSAL_PAGES_MAIL_H

#include "exchange.h"
#include "rehearsal.h"

/* The list of mails of this address. */
void pages_mail_list(struct rehearsal *world, const char *address, struct response *response);

/* One mail: its headers, its text part, and its HTML part in a frame that may do nothing. */
void pages_mail_show(struct rehearsal *world, const char *address, const char *id,
                     struct response *response);

/* The same mail as it came in, byte by byte. */
void pages_mail_bytes(struct rehearsal *world, const char *address, const char *id,
                      struct response *response);

#endif
