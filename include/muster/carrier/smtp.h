/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail to an SMTP relay (RFC 5321), by libesmtp behind guard rails or by libcurl. */
#ifndef MUSTER_CARRIER_SMTP_H
#define MUSTER_CARRIER_SMTP_H

#include "muster/carrier/carrier.h"
#include "muster/conf/config.h"

/* A carrier to the relay of `config->mail`; connects only when something is sent, once a batch. The
 * configuration must outlive it. ERROR_CONFIG or ERROR_PERMISSION when the password file or the
 * certificates cannot be used. */
bool smtp_create(const struct config *config, struct carrier **carrier, struct error *err) MUST_USE;

#endif
