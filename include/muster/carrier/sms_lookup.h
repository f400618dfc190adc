/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking an HTTP SMS provider what it knows of a message, as its profile says. */
#ifndef MUSTER_CARRIER_SMS_LOOKUP_H
#define MUSTER_CARRIER_SMS_LOOKUP_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"

/* A way to ask the provider. */
struct sms_lookup;

/* Which message. */
struct sms_query {
    const char *reference; /* ours */
    const char *remote_id; /* the provider's id, or NULL when it never came */
};

/* What the provider says of it. */
struct sms_finding {
    enum gateway_finding finding;
    const char *remote_id; /* the provider's id, in the arena; NULL: it does not tell */
    const char *answer;    /* what it said, one line, in the arena; never NULL */
};

/* Ready to ask the provider that `gateway` describes, whose `lookup` must be given. Configuration
 * and profile must outlive it. Errors as of sms_create. */
bool sms_lookup_create(const struct config *config, const struct gateway *gateway,
                       struct sms_lookup **lookup, struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void sms_lookup_free(struct sms_lookup **lookup);

/* Whether the provider finds a message by its own id only. */
bool sms_lookup_needs_id(const struct sms_lookup *lookup);

/* Ask once, within the timeout of texts, and within 10 seconds; nothing is sent. The finding is
 * unknown when no rule of the profile fits, and when the answer is of another message: when it
 * bears another id or reference, or none where the profile expects ours. ERROR_UNAVAILABLE when
 * there was no whole answer, or one that asks us to come again later (408, 425, 429, 503): then
 * others need not be asked now. ERROR_DATA when this message cannot be looked up, as its id is
 * needed and never came. */
bool sms_lookup_ask(struct sms_lookup *lookup, const struct sms_query *query, struct arena *arena,
                    struct sms_finding *finding, struct error *err) MUST_USE;

#endif
