/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pools of addresses, by name and by mail server. */
#include "muster/campaign/receivers.h"

#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/carrier/mx.h"
#include "muster/store/mail_domains.h"
#include "muster/store/outbox.h"

enum {
    LOOK_UPS = 4, /* in one go */
    SILENT_MOST = 2,
    QUIET_MS = CLOCK_SECOND,  /* nothing is due */
    SILENT_MS = CLOCK_MINUTE, /* nobody answers: a firewall, or no network */
};

/* Whether mail servers are looked up at all. */
static bool asks(const struct config *config, const struct pools *pools)
{
    return pools != NULL && pools->count > 0 && text_equal(config->mail.mx, "yes");
}

bool receivers_pool(struct db *db, const struct config *config, const struct pools *pools,
                    const char *address, int64_t now, struct arena *arena, const char **pool,
                    struct error *err)
{
    const char *mx = "";
    const char *named = pools == NULL ? "" : pools_of(pools, address, NULL);
    const char *at = strrchr(address, '@');
    if (named[0] != '\0' || at == NULL || !asks(config, pools)) {
        *pool = named;
        return true;
    }
    if (!mail_domains_want(db, at + 1, now, arena, &mx, err)) {
        return false;
    }
    *pool = pools_of(pools, address, mx);
    return true;
}

static bool keep(struct db *db, const struct pools *pools, const char *domain, const char *mx,
                 struct error *err)
{
    int64_t now = clock_now();
    const char *pool = pools_of(pools, domain, mx);
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return mail_domains_learn(db, domain, mx, now, err) &&
           (pool[0] == '\0' || outbox_set_pool(db, domain, pool, err)) &&
           db_commit(transaction, err);
}

bool receivers_learn(struct db *db, const struct config *config, const struct pools *pools,
                     int64_t *wait, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char **domains = NULL;
    size_t count = 0;
    size_t silent = 0;
    *wait = QUIET_MS;
    if (!asks(config, pools)) {
        return true;
    }
    if (!mail_domains_due(db, LOOK_UPS, arena, &domains, &count, err)) {
        return false;
    }
    size_t asked = 0;
    for (; asked < count && silent < SILENT_MOST; asked++) {
        const char *mx = "";
        enum mx found = mx_lookup(config->mail.resolver, domains[asked], arena, &mx);
        silent += found == MX_SILENT;
        if (found != MX_SILENT && !keep(db, pools, domains[asked], mx, err)) {
            return false;
        }
    }
    *wait = silent > 0 && silent == asked ? SILENT_MS : count == LOOK_UPS ? 0 : QUIET_MS;
    return true;
}

bool receivers_learn_when_due(struct db *db, const struct config *config, const struct pools *pools,
                              int64_t *again_at, struct error *err)
{
    int64_t wait = 0;
    if (clock_monotonic() < *again_at) {
        return true;
    }
    if (!receivers_learn(db, config, pools, &wait, err)) {
        return false;
    }
    *again_at = clock_monotonic() + wait;
    return true;
}
