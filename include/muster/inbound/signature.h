/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a callback is the provider's own: its signature, as the gateway's profile says. Nothing
 * of the callback is read before, but what the signature itself needs.
 *
 * A callback that is sent again is told by its time, where the scheme has one, and else by its id:
 * the inbox keeps each once. */
#ifndef MUSTER_INBOUND_SIGNATURE_H
#define MUSTER_INBOUND_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/gateway.h"

/* A callback as it came in. */
struct signature_call {
    const char *url;   /* as the provider calls it, with its query; behind a proxy it is not ours */
    const char *query; /* as sent, "" when there is none */
    const char *body;  /* as sent */
    size_t length;
    int64_t at; /* ms since the epoch: when it came */
    /* The value of a header, NULL when there is none; names do not care about case. */
    const char *(*header)(const char *name, void *context);
    void *context;
};

/* What the provider has to say, once it is proved to be its own. */
struct signature_payload {
    const char *bytes; /* the body, or a token's claims, in the arena */
    size_t length;
};

/* Check the signature with the key, or what it logs in with, in a time that does not tell how much
 * of it is right. ERROR_PERMISSION when it is missing, wrong or too old, ERROR_CONFIG when the key
 * is none; without repeating anything of it. A gateway without signatures lets everything in. */
bool signature_check(const struct gateway_signature *signature, const char *key,
                     const struct signature_call *call, struct arena *arena,
                     struct signature_payload *payload, struct error *err) MUST_USE;

#endif
