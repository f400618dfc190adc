/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS for libesmtp, from a context of our own: the library's default context reads files in the
 * home folder and is freed with the first session that used it (libESMTP issue 30), and TLS 1.3
 * deadlocks in its polling, so 1.2 is the only version here.
 *
 * OpenSSL itself checks the chain and the host name during the handshake, so that nothing of ours
 * is said to a relay that is not the right one.
 *
 * libesmtp waits for each single read, and shows what it read only when a record is whole, so a
 * relay that sends a byte of a record now and then would hold it for ever. Every read of a byte is
 * therefore seen here as well, and none is made once the timeout has passed. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "smtp_private.h"

/* Keep the first reason why a certificate is not right. */
static int note_fault(int ok, X509_STORE_CTX *store)
{
    if (ok == 0) {
        const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
        struct smtp *smtp = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
        if (smtp->tls_fault[0] == '\0') {
            (void)snprintf(smtp->tls_fault, sizeof smtp->tls_fault, "%s",
                           X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
        }
    }
    return ok;
}

static bool is_address(const char *host)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* Called before and after every read and write of the connection under TLS. */
static long watch_bytes(BIO *bio, int operation, const char *bytes, size_t length, int argument,
                        long value, int result, size_t *done)
{
    (void)bytes;
    (void)length;
    (void)argument;
    (void)value;
    (void)done;
    struct smtp *smtp = (struct smtp *)(void *)BIO_get_callback_arg(bio);
    int64_t most = smtp->config->mail.timeout * CLOCK_SECOND;
    if (operation != BIO_CB_READ || clock_monotonic() - smtp->asked <= most) {
        return result;
    }
    smtp->slow = true;
    BIO_clear_retry_flags(bio); /* a fault, not a pause */
    return -1;
}

/* libesmtp has no call for the server name indication (RFC 6066), but the handshake tells us when
 * it is about to begin. */
static void begin_handshake(const SSL *ssl, int where, int value)
{
    (void)value;
    struct smtp *smtp = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    if ((where & SSL_CB_HANDSHAKE_START) == 0) {
        return;
    }
    BIO_set_callback_arg(SSL_get_rbio(ssl), (char *)smtp);
    BIO_set_callback_ex(SSL_get_rbio(ssl), watch_bytes);
    if (is_address(smtp->host)) {
        return;
    }
    union {
        const SSL *given;
        SSL *ours;
    } same = {.given = ssl};
    char host[SMTP_HOST_MAX];
    memcpy(host, smtp->host, sizeof host);
    (void)SSL_ctrl(same.ours, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host);
}

static bool trust(struct smtp *smtp, SSL_CTX *context, struct error *err)
{
    const char *ca_file = smtp->config->mail.ca_file;
    int loaded = text_empty(ca_file) ? SSL_CTX_set_default_verify_paths(context)
                                     : SSL_CTX_load_verify_locations(context, ca_file, NULL);
    if (loaded != 1) {
        ERR_clear_error();
        return error_set(err, ERROR_CONFIG, "mail.ca_file: no certificates can be read from %s",
                         ca_file);
    }
    X509_VERIFY_PARAM *wanted = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int named = is_address(smtp->host) ? X509_VERIFY_PARAM_set1_ip_asc(wanted, smtp->host)
                                       : X509_VERIFY_PARAM_set1_host(wanted, smtp->host, 0);
    if (named != 1) {
        return error_set(err, ERROR_CONFIG, "%s cannot be the name in a certificate", smtp->host);
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_fault);
    return true;
}

static void free_context(SSL_CTX **context)
{
    SSL_CTX_free(*context);
}

bool smtp_tls_create(struct smtp *smtp, struct error *err)
{
    CLEANUP(free_context) SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION) != 1) {
        return error_set(err, ERROR_INTERNAL, "OpenSSL cannot be set up for TLS 1.2");
    }
    SSL_CTX_set_app_data(context, smtp);
    SSL_CTX_set_info_callback(context, begin_handshake);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    if (smtp->verify && !trust(smtp, context, err)) {
        return false;
    }
    smtp->context = STEAL(context);
    return true;
}

void smtp_tls_free(struct smtp *smtp)
{
    SSL_CTX_free(smtp->context);
    smtp->context = NULL;
}
