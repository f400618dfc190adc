/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways out, read from files. */
#include "muster/dispatch/ways.h"

#include "answering.h"

/* The rules by which messages are claimed. */
static const struct outbox_pool *rules_of(const struct pools *receivers, struct arena *arena)
{
    struct outbox_pool *pools = arena_array(arena, receivers->count + 1, sizeof *pools);
    for (size_t i = 0; i < receivers->count; i++) {
        const struct pool *pool = &receivers->list[i];
        pools[i] = (struct outbox_pool){
            .name = pool->name,
            .sessions = pool->sessions,
            .per_session = pool->per_session,
            .rule = {.rate = pool->rate,
                     .burst = pool->burst,
                     .per_minute = pool->per_minute,
                     .per_day = pool->per_day},
        };
    }
    return pools;
}

bool ways_read(const struct config *config, struct arena *arena, struct faults *faults,
               struct ways *ways, struct error *err)
{
    struct gateway *gateways = NULL;
    if (!gateway_read_all(config, arena, faults, &gateways, err)) {
        return false;
    }
    struct ways made = {.config = config, .gateways = gateways};
    if (!windows_read(config, arena, faults, &made.windows, err) ||
        !pools_read(config, arena, faults, &made.receivers, err)) {
        return false;
    }
    if (!answering_check(config, err)) {
        return false;
    }
    made.pools = rules_of(&made.receivers, arena);
    made.pool_count = made.receivers.count;
    *ways = made;
    return true;
}

static struct dispatch_way way(const struct ways *ways, bool texts, size_t place)
{
    size_t count = 0;
    const struct config_route *routes = config_routes(ways->config, texts, &count);
    int64_t heaviest = 0;
    for (size_t i = 0; i < count; i++) {
        const struct config *config = routes[i].config;
        int64_t weight = texts ? config->sms.weight : config->mail.weight;
        heaviest = weight > heaviest ? weight : heaviest;
    }
    return (struct dispatch_way){
        .route = &routes[place],
        .heaviest = heaviest,
        .alone = count == 1,
        .windows = &ways->windows,
        .receivers = &ways->receivers,
        .pools = ways->pools,
        .pool_count = ways->pool_count,
    };
}

struct dispatch_way ways_mail(const struct ways *ways, size_t place)
{
    return way(ways, false, place);
}

struct dispatch_way ways_sms(const struct ways *ways, size_t place)
{
    struct dispatch_way sms = way(ways, true, place);
    sms.gateway = &ways->gateways[place];
    return sms;
}
