/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an SMS provider takes for a text. Prices are written as decimals in quotation marks
 * ("0.0350") and kept in whole millionths of the currency's unit: nothing is ever rounded on the
 * way in, and no sum of them is off by a penny. */
#ifndef MUSTER_CONF_TARIFF_H
#define MUSTER_CONF_TARIFF_H

#include <stdint.h>

enum {
    TARIFF_UNIT = 1000000, /* millionths in a pound */
    TARIFF_DECIMALS = 6,   /* of a price as it is written */
    TARIFF_MOST = 1000,    /* pounds for one part: more is a slip of the pen */
    TARIFF_UNKNOWN = -1,   /* instead of a price */
};

/* The price of one part by where it goes, in millionths, or TARIFF_UNKNOWN. */
struct tariff {
    const char *currency; /* ISO 4217, "GBP"; "" when no price is known */
    int64_t united_kingdom;
    int64_t crown_dependencies; /* Jersey, Guernsey, the Isle of Man */
    int64_t elsewhere;          /* any other country */
};

#endif
