/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The provider's list price, and what a branch has agreed with it. */
#include "tariff_private.h"

#include "config_private.h"
#include "muster/base/text.h"

#define PRESET_CURRENCY "GBP"

static const struct tariff nothing = {"", TARIFF_UNKNOWN, TARIFF_UNKNOWN, TARIFF_UNKNOWN};

static int64_t read_price(const struct libconfig *file, const struct libconfig_node *group,
                          const char *name)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    const char *text = node == NULL ? NULL : libconfig_typed(file, node, false);
    int64_t price = TARIFF_UNKNOWN;
    if (text != NULL && !config_value_is_price(text, &price)) {
        libconfig_fault(file, node, "%s is \"%.40s\", but must be " CONFIG_VALUE_PRICE,
                        libconfig_name(file, node), text);
    }
    return price;
}

void tariff_read(const struct libconfig *file, const struct libconfig_node *group,
                 struct tariff *tariff)
{
    static const char *const names[] = {"currency", "united_kingdom", "crown_dependencies",
                                        "elsewhere"};
    *tariff = nothing;
    if (group == NULL) {
        return;
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    tariff->currency = libconfig_text(file, group, "currency", NULL);
    if (!text_empty(tariff->currency) && !config_value_is_currency(tariff->currency)) {
        libconfig_fault(file, libconfig_member(group, "currency"),
                        "%s.currency is \"%.40s\", but must be " CONFIG_VALUE_CURRENCY,
                        libconfig_name(file, group), tariff->currency);
    }
    if (libconfig_member(group, "united_kingdom") == NULL) {
        libconfig_fault(file, group, "%s.united_kingdom is missing", libconfig_name(file, group));
    }
    tariff->united_kingdom = read_price(file, group, "united_kingdom");
    tariff->crown_dependencies = read_price(file, group, "crown_dependencies");
    tariff->elsewhere = read_price(file, group, "elsewhere");
}

/* The price a setting gives, or else `price`. */
static int64_t agreed(const char *setting, int64_t price)
{
    if (!text_empty(setting)) {
        (void)!config_value_is_price(setting, &price);
    }
    return price;
}

void tariff_settle(struct tariff *tariff, const struct config *config, const char *profile,
                   struct faults *faults)
{
    const char *currency = text_given(config->sms.currency);
    if (currency != NULL && !text_empty(tariff->currency) &&
        !text_equal(currency, tariff->currency)) {
        if (text_empty(config->sms.price)) {
            faults_add(faults, config->path, 0,
                       "sms.price is missing: sms.currency is %s, but the prices of the gateway "
                       "profile %s are in %s",
                       currency, profile, tariff->currency);
        }
        *tariff = nothing;
    }
    if (currency == NULL) {
        currency = text_empty(tariff->currency) ? PRESET_CURRENCY : tariff->currency;
    }
    struct tariff made = {
        .currency = currency,
        .united_kingdom = agreed(config->sms.price, tariff->united_kingdom),
        .crown_dependencies = agreed(config->sms.price_crown, tariff->crown_dependencies),
        .elsewhere = agreed(config->sms.price_elsewhere, tariff->elsewhere),
    };
    if (made.crown_dependencies == TARIFF_UNKNOWN) {
        made.crown_dependencies = made.united_kingdom;
    }
    bool known = made.united_kingdom != TARIFF_UNKNOWN ||
                 made.crown_dependencies != TARIFF_UNKNOWN || made.elsewhere != TARIFF_UNKNOWN;
    *tariff = known ? made : nothing;
}
