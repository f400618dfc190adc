/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts to an HTTP SMS provider, as its profile says, by libcurl. */
#ifndef MUSTER_CARRIER_SMS_H
#define MUSTER_CARRIER_SMS_H

#include "muster/carrier/carrier.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"

/* A carrier to the provider that `gateway` describes, called back at `receipt_url` and
 * `reply_url` (copied). Configuration and profile must outlive it. ERROR_CONFIG when a template
 * of the profile does not parse, ERROR_PERMISSION when the secret file is readable by others. */
bool sms_create(const struct config *config, const struct gateway *gateway, const char *receipt_url,
                const char *reply_url, struct carrier **carrier, struct error *err) MUST_USE;

#endif
