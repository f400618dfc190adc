/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind MAIL and RCPT: a path and parameters (RFC 5321, 1870, 3461, 6152, 6531). */
#ifndef MUSTER_REHEARSAL_SMTP_COMMAND_H
#define MUSTER_REHEARSAL_SMTP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"

struct smtp_sender {
    const char *address; /* "" for <> */
    bool smtputf8;
    const char *ret;   /* "FULL", "HDRS" or NULL */
    const char *envid; /* as sent (xtext), or NULL */
};

struct smtp_recipient {
    const char *address;
    const char *notify; /* as sent, or NULL */
    const char *orcpt;
    uint64_t attempt; /* of this address, counted from 1; set by the delivery */
    struct smtp_recipient *next;
};

/* Read what follows "MAIL" or "RCPT". Gives NULL and fills the record (its texts in the arena), or
 * gives the reply line that refuses it. `utf8` is what the sender asked for. */
const char *smtp_command_mail(const char *rest, struct arena *arena,
                              struct smtp_sender *sender) MUST_USE;
const char *smtp_command_rcpt(const char *rest, bool utf8, struct arena *arena,
                              struct smtp_recipient *recipient) MUST_USE;

#endif
