/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a preflight has to warn of, the worst first. */
#ifndef MUSTER_CAMPAIGN_WARNING_H
#define MUSTER_CAMPAIGN_WARNING_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/campaign/preflight.h"
#include "muster/conf/gateway.h"
#include "muster/conf/tariff.h"
#include "muster/model/channel.h"

enum warning_kind {
    WARNING_NONE,
    WARNING_FAULTS,         /* so many messages cannot be written, and are withheld */
    WARNING_NOBODY,         /* nobody would get anything */
    WARNING_LATE,           /* so many of a channel would not go before the deadline */
    WARNING_NO_PRICE,       /* there is a budget, but no price: no text goes */
    WARNING_OTHER_CURRENCY, /* the budget is in another currency than the prices: likewise */
    WARNING_BUDGET,         /* it does not pay for so many texts */
    WARNING_STEP_BUDGET,    /* a step's own does not pay for so many of its texts */
    WARNING_UNKNOWN_COST,   /* what texts cost is not known, and nothing limits it */
    WARNING_NO_LIMIT,       /* the texts cost something, and no budget limits it */
    WARNING_NO_SECOND,      /* a step is over before the mail that should follow its texts */
    WARNING_LONG,           /* so many texts take more than one part */
    WARNING_TOO_OFTEN,      /* so many get none, as they were written to lately */
    WARNING_UNREACHED,      /* so many cannot be reached */
    WARNING_LANGUAGE,       /* so many read another language than there is a template in */
    WARNING_SILENT,         /* a gateway sends no receipts, so mails follow all of its texts */
    WARNING_KINDS,
};

struct warning {
    enum warning_kind kind;
    int64_t count;
    enum channel channel; /* LATE */
    const char *name;     /* SILENT: of the gateway; STEP_BUDGET, NO_SECOND: of the step */
};

/* What there is to warn of, in the arena; says how many. `gateways` are those of the order's
 * configuration. A campaign that sends nothing more warns of nothing. */
size_t warning_find(const struct preflight *preflight, const struct preflight_order *order,
                    const struct gateway *gateways, struct arena *arena, struct warning **warnings);

/* What is wrong with the budget of a campaign: NO_PRICE, OTHER_CURRENCY or BUDGET; NONE when it
 * pays for every text that has a price, and when there is none. */
enum warning_kind warning_budget(const struct preflight *preflight, const struct campaign *campaign,
                                 const struct tariff *tariff);

/* BUDGET: how much more would pay for all texts, millionths. */
int64_t warning_missing(const struct preflight *preflight, const struct campaign *campaign);

#endif
