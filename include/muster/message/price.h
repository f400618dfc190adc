/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What texts cost, exactly: parts by route, times the price of the route, in whole millionths of a
 * pound (of the tariff's currency). No step of it rounds but the writing of a sum. */
#ifndef MUSTER_MESSAGE_PRICE_H
#define MUSTER_MESSAGE_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/conf/tariff.h"
#include "muster/model/phone.h"

/* What was added up; all zero before the first. */
struct price_sum {
    int64_t parts[PHONE_ROUTES];
    int64_t cost; /* millionths; of the parts that have a price */
    bool unknown; /* the whole costs more than `cost`: some part had no price, or the sum does not
                   * fit, and then `cost` or `parts` stand at INT64_MAX */
};

/* The price of one part on a route, in millionths, or TARIFF_UNKNOWN. */
int64_t price_of_part(const struct tariff *tariff, enum phone_route route) MUST_USE;

/* Add so many parts on a route. No parts cost nothing, even where no price is known. */
void price_add(struct price_sum *sum, const struct tariff *tariff, enum phone_route route,
               size_t parts);

/* An amount as people read it, with its currency behind it ("" for none), in the arena:
 * - from 1.00 on in hundredths, half a penny and more rounded up (below nothing: away from it), and
 *   commas at the thousands: "2,882.11 GBP";
 * - less than that exactly, with four decimals or as many more as it takes: "0.0350 GBP",
 *   "0.035125 GBP"; so a price can be told from its double, and a single text is not "0.04 GBP";
 * - nothing at all is "0.00 GBP". */
char *price_text(int64_t millionths, const char *currency, struct arena *arena) MUST_USE;

/* The same for the price of one part, which is exact however high: "1.2345 GBP". */
char *price_text_exact(int64_t millionths, const char *currency, struct arena *arena) MUST_USE;

#endif
