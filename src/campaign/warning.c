/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement of a preflight; see warning.h. */
#include "muster/campaign/warning.h"

#include "muster/base/text.h"
#include "muster/campaign/schedule.h"

enum warning_kind warning_budget(const struct preflight *preflight, const struct campaign *campaign,
                                 const struct tariff *tariff)
{
    if (!campaign->budgeted) {
        return WARNING_NONE;
    }
    if (!text_equal(text_given(campaign->currency), tariff->currency)) {
        return text_empty(tariff->currency) ? WARNING_NO_PRICE : WARNING_OTHER_CURRENCY;
    }
    return preflight->unaffordable ? WARNING_BUDGET : WARNING_NONE;
}

int64_t warning_missing(const struct preflight *preflight, const struct campaign *campaign)
{
    return preflight->price.cost - (campaign->budget - campaign->spent);
}

static void add(struct warning *list, size_t *count, enum warning_kind kind, int64_t messages)
{
    if (messages > 0) {
        list[(*count)++] = (struct warning){.kind = kind, .count = messages};
    }
}

/* Texts of two parts and more. */
static int64_t count_long(const struct preflight *preflight)
{
    int64_t count = 0;
    for (int i = 2; i <= GSM_PARTS_MOST; i++) {
        count += preflight->by_parts[i][GSM_7BIT] + preflight->by_parts[i][GSM_UCS2];
    }
    return count;
}

/* What is wrong with single steps. */
static void add_steps(const struct preflight *preflight, enum warning_kind kind,
                      struct warning *list, size_t *count)
{
    for (size_t i = 0; i < preflight->step_count; i++) {
        const struct preflight_step *step = &preflight->steps[i];
        const size_t before = *count;
        if (kind == WARNING_STEP_BUDGET) {
            add(list, count, kind, step->unaffordable ? step->texts - step->affordable : 0);
        } else if (step->no_second && !step->passed) {
            add(list, count, kind, step->texts);
        }
        if (*count > before) {
            list[before].name = step->name;
        }
    }
}

/* What is wrong with the money, if anything. */
static void add_money(const struct preflight *preflight, const struct preflight_order *order,
                      struct warning *list, size_t *count)
{
    const struct campaign *campaign = order->campaign;
    const bool unknown = preflight->price.unknown || text_empty(order->tariff->currency);
    const enum warning_kind budget = warning_budget(preflight, campaign, order->tariff);
    if (preflight->texts == 0) {
        return;
    }
    if (budget != WARNING_NONE) {
        add(list, count, budget,
            budget == WARNING_BUDGET ? preflight->texts - preflight->affordable : preflight->texts);
    } else if (unknown) {
        add(list, count, WARNING_UNKNOWN_COST, preflight->texts);
    }
    add_steps(preflight, WARNING_STEP_BUDGET, list, count);
    if (!campaign->budgeted && preflight->price.cost > 0) {
        add(list, count, WARNING_NO_LIMIT, preflight->texts);
    }
}

size_t warning_find(const struct preflight *preflight, const struct preflight_order *order,
                    const struct gateway *gateways, struct arena *arena, struct warning **warnings)
{
    const size_t gateway_count = order->config->sms.gateway_count;
    const size_t most = WARNING_KINDS + CHANNEL_COUNT + gateway_count + 2 * preflight->step_count;
    struct warning *list = arena_array(arena, most, sizeof *list);
    size_t count = 0;
    *warnings = list;
    if (preflight->late || schedule_over(order->campaign)) {
        return 0;
    }
    add(list, &count, WARNING_FAULTS, preflight->fault_count);
    add(list, &count, WARNING_NOBODY, preflight->texts + preflight->mails == 0);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        add(list, &count, WARNING_LATE, preflight->times[i].forecast.late);
        if (preflight->times[i].forecast.late > 0) {
            list[count - 1].channel = (enum channel)i;
        }
    }
    add_money(preflight, order, list, &count);
    add_steps(preflight, WARNING_NO_SECOND, list, &count);
    add(list, &count, WARNING_LONG, count_long(preflight));
    add(list, &count, WARNING_TOO_OFTEN, preflight->too_often);
    add(list, &count, WARNING_UNREACHED, preflight->no_address);
    add(list, &count, WARNING_LANGUAGE, preflight->other_language);
    for (size_t i = 0; i < gateway_count && preflight->second > 0; i++) {
        if (text_empty(gateways[i].receipt.status)) {
            add(list, &count, WARNING_SILENT, preflight->second);
            list[count - 1].name = gateways[i].name;
        }
    }
    return count;
}
