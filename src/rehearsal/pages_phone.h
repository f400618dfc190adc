/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One phone: its conversation, and a box to answer in. */
#ifndef MUSTER_REHEARSAL_PAGES_PHONE_H
#define MUSTER_REHEARSAL_PAGES_PHONE_H

#include "exchange.h"
#include "rehearsal.h"

/* The page of the phone with this number. */
void pages_phone_show(struct rehearsal *world, const char *number, struct response *response);

/* Let the phone say what the form says, and lead back to its page. */
void pages_phone_reply(struct rehearsal *world, const char *number, const struct request *request,
                       struct response *response);

#endif
