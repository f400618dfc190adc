/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of signature checks. Private to src/inbound. */
#ifndef MUSTER_INBOUND_SIGNATURE_PRIVATE_H
#define MUSTER_INBOUND_SIGNATURE_PRIVATE_H

#include "muster/inbound/signature.h"

enum { SIGNATURE_MOST = 64 }; /* bytes of any MAC, digest or signature */

/* ERROR_PERMISSION: "its signature WHY". Gives false. */
bool signature_fail(struct error *err, const char *why);

/* HMAC (RFC 2104); gives its size. */
size_t signature_mac(enum gateway_hash hash, const char *key, const void *bytes, size_t length,
                     unsigned char mac[SIGNATURE_MOST]);

/* A digest, and its size. */
void signature_digest(enum gateway_hash hash, const void *bytes, size_t length,
                      unsigned char digest[SIGNATURE_MOST], size_t *size);

/* Decode base 64 of either alphabet (RFC 4648 4 and 5), with or without its padding. Gives how many
 * bytes that are; 0 when it is none, or there is no room for it. */
size_t signature_base64(const char *text, size_t length, unsigned char *bytes, size_t room);

/* Check a token (RFC 7519). Errors as signature_check tells them. */
bool signature_check_token(const struct gateway_signature *signature, const char *given,
                           const char *key, const struct signature_call *call, struct arena *arena,
                           struct signature_payload *payload, struct error *err) MUST_USE;

#endif
