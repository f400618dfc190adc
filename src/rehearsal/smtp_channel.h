/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connected, non-blocking socket, in the clear or through TLS. The door to OpenSSL. */
#ifndef MUSTER_REHEARSAL_SMTP_CHANNEL_H
#define MUSTER_REHEARSAL_SMTP_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"

struct smtp_tls;

/* The certificate chain and the key of the server, PEM files. ERROR_NO_INPUT when they cannot be
 * read or do not belong together. */
bool smtp_tls_create(const char *certificate, const char *key, struct smtp_tls **tls,
                     struct error *err) MUST_USE;
/* Sets the pointer to NULL. */
void smtp_tls_free(struct smtp_tls **tls);

enum smtp_io {
    SMTP_IO_DONE,       /* some bytes, or the handshake is over */
    SMTP_IO_WANT_READ,  /* call again when the socket can be read */
    SMTP_IO_WANT_WRITE, /* call again when it can be written */
    SMTP_IO_END,        /* the other side is gone */
};

struct smtp_channel {
    int fd;
    void *tls; /* OpenSSL's, or NULL in the clear */
};

/* Say that nothing more will be sent; what comes in can still be read. */
void smtp_channel_finish(struct smtp_channel *channel);

/* Close the socket and release what hangs on it. */
void smtp_channel_close(struct smtp_channel *channel);

/* Begin TLS on the channel, then shake hands until it is done. False: out of resources. */
bool smtp_channel_secure(struct smtp_channel *channel, const struct smtp_tls *tls) MUST_USE;
enum smtp_io smtp_channel_shake(struct smtp_channel *channel) MUST_USE;

/* Read or write up to `length` (at least 1) bytes; sets `*done` when SMTP_IO_DONE. */
enum smtp_io smtp_channel_read(struct smtp_channel *channel, char *bytes, size_t length,
                               size_t *done) MUST_USE;
enum smtp_io smtp_channel_write(struct smtp_channel *channel, const char *bytes, size_t length,
                                size_t *done) MUST_USE;

#endif
