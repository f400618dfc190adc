/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of muster mail-in: what a mail says, and taking it. */
#ifndef MUSTER_CLI_CMD_MAIL_IN_H
#define MUSTER_CLI_CMD_MAIL_IN_H

#include "call.h"
#include "muster/base/buffer.h"

/* Take a mail that came back into the store, in one durable transaction. */
bool cmd_mail_in_take(struct call *call, const struct buffer *mail, struct error *err) MUST_USE;

/* The exit status when mail-in fails. The mail is still the MTA's then, and is to stay there: of
 * any status but EX_TEMPFAIL it would make a bounce, which has nowhere to go. */
int cmd_mail_in_status(const struct call *call, const struct error *err) MUST_USE;

#endif
