/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of prices to the last millionth, and how they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/message/price.h"

static const struct tariff TARIFF = {"GBP", 35000, 70000, 90000};
static const struct tariff HOME_ONLY = {"GBP", 35125, 35125, TARIFF_UNKNOWN};
static const struct tariff NOTHING = {"", TARIFF_UNKNOWN, TARIFF_UNKNOWN, TARIFF_UNKNOWN};

static void test_each_route_has_its_price(void **state)
{
    (void)state;
    assert_int_equal(price_of_part(&TARIFF, PHONE_UK), 35000);
    assert_int_equal(price_of_part(&TARIFF, PHONE_CROWN), 70000);
    assert_int_equal(price_of_part(&TARIFF, PHONE_ABROAD), 90000);
    assert_int_equal(price_of_part(&HOME_ONLY, PHONE_ABROAD), TARIFF_UNKNOWN);
}

static void test_sums_are_exact(void **state)
{
    (void)state;
    struct price_sum sum = {0};
    for (int i = 0; i < 82346; i++) {
        price_add(&sum, &TARIFF, PHONE_UK, 1);
    }
    assert_int_equal(sum.cost, INT64_C(82346) * 35000);
    price_add(&sum, &TARIFF, PHONE_CROWN, 3);
    price_add(&sum, &TARIFF, PHONE_ABROAD, 2);
    price_add(&sum, &TARIFF, PHONE_UK, 0);
    assert_int_equal(sum.parts[PHONE_UK], 82346);
    assert_int_equal(sum.parts[PHONE_CROWN], 3);
    assert_int_equal(sum.parts[PHONE_ABROAD], 2);
    assert_int_equal(sum.cost, INT64_C(2882110000) + 210000 + 180000);
    assert_false(sum.unknown);
}

static void test_what_has_no_price_is_told(void **state)
{
    (void)state;
    struct price_sum sum = {0};
    price_add(&sum, &HOME_ONLY, PHONE_UK, 2);
    price_add(&sum, &HOME_ONLY, PHONE_ABROAD, 0);
    assert_false(sum.unknown);
    price_add(&sum, &HOME_ONLY, PHONE_ABROAD, 1);
    assert_true(sum.unknown);
    price_add(&sum, &HOME_ONLY, PHONE_CROWN, 1);
    assert_true(sum.unknown);
    assert_int_equal(sum.cost, 3 * 35125);
    assert_int_equal(sum.parts[PHONE_ABROAD], 1);
    struct price_sum none = {0};
    price_add(&none, &NOTHING, PHONE_UK, 5);
    assert_true(none.unknown);
    assert_int_equal(none.cost, 0);
    assert_int_equal(none.parts[PHONE_UK], 5);
}

static void test_sums_do_not_wrap(void **state)
{
    (void)state;
    static const struct tariff dear = {"GBP", 1000000000, 1, 0};
    struct price_sum sum = {0};
    price_add(&sum, &dear, PHONE_UK, 9223372036); /* the last that fits */
    assert_int_equal(sum.cost, INT64_C(9223372036000000000));
    assert_false(sum.unknown);
    price_add(&sum, &dear, PHONE_UK, 1);
    assert_int_equal(sum.cost, INT64_MAX);
    assert_true(sum.unknown);
    price_add(&sum, &dear, PHONE_UK, 1);
    assert_int_equal(sum.cost, INT64_MAX);

    struct price_sum product = {0};
    price_add(&product, &dear, PHONE_UK, SIZE_MAX);
    assert_int_equal(product.cost, INT64_MAX);
    assert_int_equal(product.parts[PHONE_UK], INT64_MAX);
    assert_true(product.unknown);

    struct price_sum parts = {0}; /* that cost nothing, and are too many all the same */
    price_add(&parts, &dear, PHONE_ABROAD, INT64_MAX);
    assert_false(parts.unknown);
    price_add(&parts, &dear, PHONE_ABROAD, 1);
    assert_int_equal(parts.parts[PHONE_ABROAD], INT64_MAX);
    assert_int_equal(parts.cost, 0);
    assert_true(parts.unknown);
}

static void test_writing(void **state)
{
    (void)state;
    static const struct {
        int64_t millionths;
        const char *text;
        const char *exact;
    } cases[] = {
        {0, "0.00 GBP", "0.0000 GBP"},
        {1, "0.000001 GBP", "0.000001 GBP"},
        {10, "0.00001 GBP", "0.00001 GBP"},
        {100, "0.0001 GBP", "0.0001 GBP"},
        {5000, "0.0050 GBP", "0.0050 GBP"},
        {35000, "0.0350 GBP", "0.0350 GBP"},
        {35120, "0.03512 GBP", "0.03512 GBP"},
        {35125, "0.035125 GBP", "0.035125 GBP"},
        {980000, "0.9800 GBP", "0.9800 GBP"},
        {999999, "0.999999 GBP", "0.999999 GBP"},
        {1000000, "1.00 GBP", "1.0000 GBP"},
        {1004999, "1.00 GBP", "1.004999 GBP"},
        {1005000, "1.01 GBP", "1.0050 GBP"},
        {1234500, "1.23 GBP", "1.2345 GBP"},
        {1995000, "2.00 GBP", "1.9950 GBP"},
        {999994999, "999.99 GBP", "999.994999 GBP"},
        {999995000, "1,000.00 GBP", "999.9950 GBP"},
        {1000000000, "1,000.00 GBP", "1,000.0000 GBP"},
        {2882110000, "2,882.11 GBP", "2,882.1100 GBP"},
        {INT64_C(1000020000000), "1,000,020.00 GBP", "1,000,020.0000 GBP"},
        {INT64_C(1002003000000), "1,002,003.00 GBP", "1,002,003.0000 GBP"},
        {INT64_MAX, "9,223,372,036,854.78 GBP", "9,223,372,036,854.775807 GBP"},
        {-35000, "-0.0350 GBP", "-0.0350 GBP"},
        {-1005000, "-1.01 GBP", "-1.0050 GBP"},
        {-2882110000, "-2,882.11 GBP", "-2,882.1100 GBP"},
        {INT64_MIN, "-9,223,372,036,854.78 GBP", "-9,223,372,036,854.775808 GBP"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(price_text(cases[i].millionths, "GBP", arena), cases[i].text);
        assert_string_equal(price_text_exact(cases[i].millionths, "GBP", arena), cases[i].exact);
    }
    assert_string_equal(price_text(5000000, "EUR", arena), "5.00 EUR");
    assert_string_equal(price_text(5000000, "", arena), "5.00");
    assert_string_equal(price_text_exact(35000, NULL, arena), "0.0350");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_route_has_its_price),
        cmocka_unit_test(test_sums_are_exact),
        cmocka_unit_test(test_what_has_no_price_is_told),
        cmocka_unit_test(test_sums_do_not_wrap),
        cmocka_unit_test(test_writing),
    };
    return cmocka_run_group_tests_name("message/price", tests, NULL, NULL);
}
