/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the messages of a campaign go, as far as that can be told beforehand: within its hours, or
 * those of the configuration, at the pace of all carriers of a channel together, behind what they
 * have taken today. */
#ifndef MUSTER_CAMPAIGN_LANES_H
#define MUSTER_CAMPAIGN_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/campaign/forecast.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/conf/windows.h"
#include "muster/model/channel.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

struct lanes_setting {
    const struct config *config;
    const struct windows *windows;
    const struct gateway *gateways; /* of each of config->sms.gateways */
    int64_t now;
};

struct lanes {
    struct forecast_lane lane[CHANNEL_COUNT];
    struct forecast_use use[CHANNEL_COUNT];
};

/* Read them, in the arena. ERROR_DATA when the campaign's hours cannot be read. */
bool lanes_read(struct db *db, const struct lanes_setting *setting, const struct campaign *campaign,
                struct arena *arena, struct lanes *lanes, struct error *err) MUST_USE;

#endif
