/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mailbox on an IMAP server, emptied: each mail is read, given to whoever takes it, and only then
 * moved away or deleted. Who is killed in between finds it again the next time, and must know it
 * again. TLS and the certificate are required, but by a server on this machine. */
#ifndef MUSTER_INBOUND_MAILBOX_H
#define MUSTER_INBOUND_MAILBOX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"

struct mailbox;

/* Take one mail, of which no more than RETURNED_BYTES_MAX are given. False leaves it where it is
 * and ends the batch. */
typedef bool mailbox_fn(const char *bytes, size_t length, void *context, struct error *err);

struct mailbox_tally {
    size_t taken;
    bool more; /* there is more than one batch */
};

/* The mailbox of the configuration, which must outlive it. Says nothing to anybody yet. */
struct mailbox *mailbox_create(const struct config *config) MUST_USE;
void mailbox_free(struct mailbox **mailbox);

/* One connection, and at most some hundred mails; `*stop` not 0: no further one. ERROR_UNAVAILABLE
 * when the server cannot be reached or does not do what it is asked, ERROR_CONFIG when it refuses
 * the login or the password cannot be read; else what `take` gave. `tally` is set in any case. */
bool mailbox_batch(struct mailbox *mailbox, mailbox_fn *take, void *context,
                   const volatile sig_atomic_t *stop, struct mailbox_tally *tally,
                   struct error *err) MUST_USE;

#endif
