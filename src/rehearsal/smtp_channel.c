/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socket, in the clear or through TLS; see smtp_channel.h. */
#include "smtp_channel.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cell.h"

struct smtp_tls {
    SSL_CTX *context;
};

bool smtp_tls_create(const char *certificate, const char *key, struct smtp_tls **tls,
                     struct error *err)
{
    struct smtp_tls *fresh = cell_new(sizeof *fresh);
    fresh->context = SSL_CTX_new(TLS_server_method());
    if (fresh->context == NULL ||
        SSL_CTX_set_min_proto_version(fresh->context, TLS1_2_VERSION) != 1) {
        smtp_tls_free(&fresh);
        return error_set(err, ERROR_INTERNAL, "cannot set up TLS");
    }
    const char *at_fault = NULL;
    if (SSL_CTX_use_certificate_chain_file(fresh->context, certificate) != 1) {
        at_fault = certificate;
    } else if (SSL_CTX_use_PrivateKey_file(fresh->context, key, SSL_FILETYPE_PEM) != 1 ||
               SSL_CTX_check_private_key(fresh->context) != 1) {
        at_fault = key;
    }
    if (at_fault != NULL) {
        const char *reason = access(at_fault, R_OK) != 0
                                 ? strerror(errno)
                                 : ERR_reason_error_string(ERR_peek_last_error());
        (void)error_set(err, ERROR_NO_INPUT, "cannot use %s: %s", at_fault,
                        reason == NULL ? "it is not what it should be" : reason);
        ERR_clear_error();
        smtp_tls_free(&fresh);
        return false;
    }
    SSL_CTX_set_mode(fresh->context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    *tls = fresh;
    return true;
}

void smtp_tls_free(struct smtp_tls **tls)
{
    if (*tls != NULL) {
        SSL_CTX_free((*tls)->context);
        free(*tls);
        *tls = NULL;
    }
}

void smtp_channel_finish(struct smtp_channel *channel)
{
    if (channel->tls != NULL) {
        SSL_shutdown(channel->tls); /* says goodbye if it can without waiting */
        ERR_clear_error();
    }
    shutdown(channel->fd, SHUT_WR);
}

void smtp_channel_close(struct smtp_channel *channel)
{
    SSL_free(channel->tls);
    channel->tls = NULL;
    close(channel->fd);
}

bool smtp_channel_secure(struct smtp_channel *channel, const struct smtp_tls *tls)
{
    SSL *ssl = SSL_new(tls->context);
    if (ssl == NULL || SSL_set_fd(ssl, channel->fd) != 1) {
        SSL_free(ssl);
        return false;
    }
    SSL_set_accept_state(ssl);
    channel->tls = ssl;
    return true;
}

/* What OpenSSL's answer means; clears its queue of errors, which is shared by all connections. */
static enum smtp_io meaning(SSL *ssl, int result)
{
    int code = SSL_get_error(ssl, result);
    ERR_clear_error();
    if (code == SSL_ERROR_NONE) {
        return SMTP_IO_DONE;
    }
    if (code == SSL_ERROR_WANT_READ) {
        return SMTP_IO_WANT_READ;
    }
    return code == SSL_ERROR_WANT_WRITE ? SMTP_IO_WANT_WRITE : SMTP_IO_END;
}

enum smtp_io smtp_channel_shake(struct smtp_channel *channel)
{
    return meaning(channel->tls, SSL_do_handshake(channel->tls));
}

enum smtp_io smtp_channel_read(struct smtp_channel *channel, char *bytes, size_t length,
                               size_t *done)
{
    if (channel->tls != NULL) {
        return meaning(channel->tls, SSL_read_ex(channel->tls, bytes, length, done));
    }
    ssize_t got = recv(channel->fd, bytes, length, 0);
    if (got > 0) {
        *done = (size_t)got;
        return SMTP_IO_DONE;
    }
    bool later = got < 0 && (errno == EAGAIN || errno == EINTR);
    return later ? SMTP_IO_WANT_READ : SMTP_IO_END;
}

enum smtp_io smtp_channel_write(struct smtp_channel *channel, const char *bytes, size_t length,
                                size_t *done)
{
    if (channel->tls != NULL) {
        return meaning(channel->tls, SSL_write_ex(channel->tls, bytes, length, done));
    }
    ssize_t put = send(channel->fd, bytes, length, MSG_NOSIGNAL);
    if (put > 0) {
        *done = (size_t)put;
        return SMTP_IO_DONE;
    }
    bool later = put < 0 && (errno == EAGAIN || errno == EINTR);
    return later ? SMTP_IO_WANT_WRITE : SMTP_IO_END;
}
