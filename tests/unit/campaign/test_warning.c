/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a preflight warns of, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/campaign/warning.h"

enum { MILLION = 1000000 };

static const struct config_route ways[2];
static const struct config config = {.sms = {.gateways = ways, .gateway_count = 2}};
static const struct gateway gateways[2] = {{.name = "loud", .receipt = {.status = "status"}},
                                           {.name = "dumb", .receipt = {.status = ""}}};
static const struct tariff priced = {.currency = "GBP", .united_kingdom = 35000};
static const struct tariff unpriced = {.currency = ""};

/* The kinds, in their order, and how many. */
static void expect(const struct preflight *preflight, const struct campaign *campaign,
                   const struct tariff *tariff, const enum warning_kind *kinds, size_t count)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct warning *warnings = NULL;
    const struct preflight_order order = {
        .config = &config, .campaign = campaign, .tariff = tariff};
    const size_t found = warning_find(preflight, &order, gateways, arena, &warnings);
    assert_int_equal(found, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(warnings[i].kind, kinds[i]);
        assert_true(warnings[i].count > 0);
    }
}

static void nothing_is_wrong(void **state)
{
    (void)state;
    const struct preflight preflight = {.texts = 10, .price = {.cost = 350000}};
    const struct campaign campaign = {
        .state = "draft", .budgeted = true, .budget = MILLION, .currency = "GBP"};
    expect(&preflight, &campaign, &priced, NULL, 0);
}

static void what_is_over_warns_of_nothing(void **state)
{
    (void)state;
    const struct preflight preflight = {.fault_count = 5};
    const struct campaign over = {.state = "finished"};
    expect(&preflight, &over, &priced, NULL, 0);
    const struct preflight late = {.fault_count = 5, .late = true};
    const struct campaign campaign = {.state = "draft"};
    expect(&late, &campaign, &priced, NULL, 0);
}

static void the_worst_comes_first(void **state)
{
    (void)state;
    const struct preflight preflight = {
        .texts = 10,
        .fault_count = 1,
        .no_address = 2,
        .too_often = 3,
        .other_language = 4,
        .second = 5,
        .unaffordable = true,
        .affordable = 4,
        .by_parts = {[1] = {4, 0}, [2] = {0, 6}},
        .price = {.cost = 2 * MILLION},
        .times = {[CHANNEL_EMAIL] = {.forecast = {.late = 7}}},
    };
    const struct campaign campaign = {
        .state = "paused", .budgeted = true, .budget = MILLION, .currency = "GBP"};
    static const enum warning_kind kinds[] = {
        WARNING_FAULTS,    WARNING_LATE,      WARNING_BUDGET,   WARNING_LONG,
        WARNING_TOO_OFTEN, WARNING_UNREACHED, WARNING_LANGUAGE, WARNING_SILENT};
    expect(&preflight, &campaign, &priced, kinds, ARRAY_LENGTH(kinds));
    assert_int_equal(warning_missing(&preflight, &campaign), MILLION);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct warning *warnings = NULL;
    const struct preflight_order order = {
        .config = &config, .campaign = &campaign, .tariff = &priced};
    assert_int_equal(warning_find(&preflight, &order, gateways, arena, &warnings), 8);
    assert_int_equal(warnings[1].channel, CHANNEL_EMAIL);
    assert_int_equal(warnings[2].count, 6);
    assert_string_equal(warnings[7].name, "dumb");
}

static void steps_are_told_by_name(void **state)
{
    (void)state;
    struct preflight_step steps[] = {
        {.name = "first", .texts = 10, .affordable = 4, .unaffordable = true},
        {.name = "second", .texts = 10, .affordable = 10, .no_second = true},
        {.name = "gone", .texts = 0, .passed = true, .no_second = true},
    };
    const struct preflight preflight = {
        .texts = 20, .price = {.cost = 700000}, .steps = steps, .step_count = 3};
    const struct campaign campaign = {
        .state = "draft", .budgeted = true, .budget = MILLION, .currency = "GBP"};
    static const enum warning_kind kinds[] = {WARNING_STEP_BUDGET, WARNING_NO_SECOND};
    expect(&preflight, &campaign, &priced, kinds, ARRAY_LENGTH(kinds));
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct warning *warnings = NULL;
    const struct preflight_order order = {
        .config = &config, .campaign = &campaign, .tariff = &priced};
    assert_int_equal(warning_find(&preflight, &order, gateways, arena, &warnings), 2);
    assert_int_equal(warnings[0].count, 6);
    assert_string_equal(warnings[0].name, "first");
    assert_string_equal(warnings[1].name, "second");
}

static void money(void **state)
{
    (void)state;
    const struct preflight preflight = {.texts = 10, .price = {.cost = 350000}};
    const struct preflight blind = {.texts = 10, .price = {.unknown = true}};
    const struct campaign pounds = {
        .state = "draft", .budgeted = true, .budget = MILLION, .currency = "GBP"};
    const struct campaign euros = {
        .state = "draft", .budgeted = true, .budget = MILLION, .currency = "EUR"};
    const struct campaign free = {.state = "draft"};
    expect(&blind, &pounds, &unpriced, (enum warning_kind[]){WARNING_NO_PRICE}, 1);
    expect(&preflight, &euros, &priced, (enum warning_kind[]){WARNING_OTHER_CURRENCY}, 1);
    expect(&preflight, &free, &priced, (enum warning_kind[]){WARNING_NO_LIMIT}, 1);
    expect(&blind, &free, &unpriced, (enum warning_kind[]){WARNING_UNKNOWN_COST}, 1);
    const struct preflight nobody = {.members = 0};
    expect(&nobody, &free, &priced, (enum warning_kind[]){WARNING_NOBODY}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_wrong),
        cmocka_unit_test(what_is_over_warns_of_nothing),
        cmocka_unit_test(the_worst_comes_first),
        cmocka_unit_test(steps_are_told_by_name),
        cmocka_unit_test(money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
