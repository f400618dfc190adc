/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One text to a provider, and all that was said over it: to see whether an account works. */
#ifndef MUSTER_CARRIER_SMS_TRIAL_H
#define MUSTER_CARRIER_SMS_TRIAL_H

#include "muster/carrier/carrier.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"

/* What went over the wire, each as text in the arena, without carriage returns. What must not be
 * shown is starred: the secret in every spelling, what stands in Authorization headers, and
 * the secret part of the addresses that we are called back at. */
struct sms_exchange {
    const char *request;
    const char *answer; /* "" when none came */
};

/* Hand one parcel over as sms_create's carrier does, and tell its verdict in it. ERROR_CONFIG and
 * ERROR_PERMISSION as there; ERROR_DATA when no request can be made of the parcel. That the
 * provider does not answer is a verdict, too. */
bool sms_try(const struct config *config, const struct gateway *gateway, const char *receipt_url,
             const char *reply_url, struct parcel *parcel, struct arena *arena,
             struct sms_exchange *exchange, struct error *err) MUST_USE;

#endif
