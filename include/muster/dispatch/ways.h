/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All the ways out that a configuration has, with what they need, read once for all processes. */
#ifndef MUSTER_DISPATCH_WAYS_H
#define MUSTER_DISPATCH_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/conf/pools.h"
#include "muster/conf/windows.h"
#include "muster/dispatch/dispatch.h"

struct ways {
    const struct config *config;
    const struct gateway *gateways; /* of each of config->sms.gateways */
    struct windows windows;
    struct pools receivers;
    const struct outbox_pool *pools; /* the receivers', as the outbox claims by them */
    size_t pool_count;
};

/* Read the profile of every gateway, the hours with their bank holidays, and the rules of
 * receivers, and try what is texted back. Faults as in config_load; ERROR_CONFIG when that cannot
 * be sent. Everything lives in the arena; the configuration must outlive it. */
bool ways_read(const struct config *config, struct arena *arena, struct faults *faults,
               struct ways *ways, struct error *err) MUST_USE;

/* The way by the relay, or the gateway, of this place in its list; who hands over by it and where
 * it is called back is left open. */
struct dispatch_way ways_mail(const struct ways *ways, size_t place);
struct dispatch_way ways_sms(const struct ways *ways, size_t place);

#endif
