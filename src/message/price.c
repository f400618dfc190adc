/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of prices, and how they are written. */
#include "muster/message/price.h"

#include "muster/base/text.h"

enum {
    HUNDREDTH = TARIFF_UNIT / 100,
    LEAST_DECIMALS = 4, /* of an exact amount: providers write their prices so */
    THOUSAND = 1000,
};

int64_t price_of_part(const struct tariff *tariff, enum phone_route route)
{
    switch (route) {
    case PHONE_UK: return tariff->united_kingdom;
    case PHONE_CROWN: return tariff->crown_dependencies;
    case PHONE_ABROAD: return tariff->elsewhere;
    }
    return TARIFF_UNKNOWN;
}

void price_add(struct price_sum *sum, const struct tariff *tariff, enum phone_route route,
               size_t parts)
{
    if (parts == 0) {
        return;
    }
    if (__builtin_add_overflow(sum->parts[route], parts, &sum->parts[route])) {
        sum->parts[route] = INT64_MAX;
        sum->unknown = true;
    }
    int64_t price = price_of_part(tariff, route);
    if (price == TARIFF_UNKNOWN) {
        sum->unknown = true;
        return;
    }
    int64_t cost = 0;
    if (__builtin_mul_overflow(price, parts, &cost) ||
        __builtin_add_overflow(sum->cost, cost, &sum->cost)) {
        sum->cost = INT64_MAX;
        sum->unknown = true;
    }
}

/* "2,882". */
static char *grouped(uint64_t number, struct arena *arena)
{
    char *text = arena_printf(arena, number < THOUSAND ? "%llu" : "%03llu",
                              (unsigned long long)(number % THOUSAND));
    while (number >= THOUSAND) {
        number /= THOUSAND;
        text = arena_printf(arena, number < THOUSAND ? "%llu,%s" : "%03llu,%s",
                            (unsigned long long)(number % THOUSAND), text);
    }
    return text;
}

/* The amount without its sign, which fits even for INT64_MIN. */
static uint64_t size_of(int64_t millionths)
{
    return millionths < 0 ? 0 - (uint64_t)millionths : (uint64_t)millionths;
}

/* "-", the pounds, so many decimals of `rest` and the currency. */
static char *written(bool below, uint64_t whole, unsigned decimals, uint64_t rest,
                     const char *currency, struct arena *arena)
{
    return arena_printf(arena, "%s%s.%0*llu%s%s", below ? "-" : "", grouped(whole, arena),
                        (int)decimals, (unsigned long long)rest, text_empty(currency) ? "" : " ",
                        text_empty(currency) ? "" : currency);
}

char *price_text(int64_t millionths, const char *currency, struct arena *arena)
{
    uint64_t size = size_of(millionths);
    if (size != 0 && size < TARIFF_UNIT) {
        return price_text_exact(millionths, currency, arena);
    }
    uint64_t hundredths = (size + HUNDREDTH / 2) / HUNDREDTH;
    return written(millionths < 0, hundredths / 100, 2, hundredths % 100, currency, arena);
}

char *price_text_exact(int64_t millionths, const char *currency, struct arena *arena)
{
    uint64_t size = size_of(millionths);
    uint64_t rest = size % TARIFF_UNIT;
    unsigned decimals = TARIFF_DECIMALS;
    for (; decimals > LEAST_DECIMALS && rest % 10 == 0; decimals--) {
        rest /= 10;
    }
    return written(millionths < 0, size / TARIFF_UNIT, decimals, rest, currency, arena);
}
