/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a tariff comes from: the provider's profile, then muster.conf. Private to src/conf. */
#ifndef MUSTER_CONF_TARIFF_PRIVATE_H
#define MUSTER_CONF_TARIFF_PRIVATE_H

#include "libconfig_door.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/conf/tariff.h"

/* Read the group `tariff = { ... };` of a profile as it stands; NULL: no price is known. Faults go
 * to the file's. */
void tariff_read(const struct libconfig *file, const struct libconfig_node *group,
                 struct tariff *tariff);

/* Make it what this branch pays: a price in the configuration stands before the profile's, and the
 * crown dependencies cost what the United Kingdom does where neither says more. Prices in another
 * currency than sms.currency do not count; when that leaves none for the United Kingdom it is a
 * fault, told with the profile's name. Without any currency it is GBP. */
void tariff_settle(struct tariff *tariff, const struct config *config, const char *profile,
                   struct faults *faults);

#endif
