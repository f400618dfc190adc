/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways out, read from files. */
#include "muster/dispatch/ways.h"

bool ways_read(const struct config *config, struct arena *arena, struct faults *faults,
               struct ways *ways, struct error *err)
{
    const size_t count = config->sms.gateway_count;
    struct gateway *gateways = arena_array(arena, count + 1, sizeof *gateways);
    for (size_t i = 0; i < count; i++) {
        const struct config_route *route = &config->sms.gateways[i];
        if (!gateway_read(route->config, arena, faults, &gateways[i], err)) {
            return false;
        }
    }
    struct ways made = {.config = config, .gateways = gateways};
    if (!windows_read(config, arena, faults, &made.windows, err)) {
        return false;
    }
    *ways = made;
    return true;
}

static struct dispatch_way way(const struct ways *ways, const struct config_route *route,
                               size_t count)
{
    return (struct dispatch_way){
        .route = route,
        .alone = count == 1,
        .windows = &ways->windows,
        .pools = ways->pools,
        .pool_count = ways->pool_count,
    };
}

struct dispatch_way ways_mail(const struct ways *ways, size_t place)
{
    return way(ways, &ways->config->mail.relays[place], ways->config->mail.relay_count);
}

struct dispatch_way ways_sms(const struct ways *ways, size_t place)
{
    struct dispatch_way sms =
        way(ways, &ways->config->sms.gateways[place], ways->config->sms.gateway_count);
    sms.gateway = &ways->gateways[place];
    return sms;
}
