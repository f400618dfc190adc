/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lots of a trial: as many as was asked for, the same again and again, and none that says
 * anything of another. The keys are fixed, so that what holds, holds every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "muster/base/compiler.h"
#include "muster/model/trial.h"

enum { HOUSEHOLDS = 100000, EACH = 20000, ARMS = TRIAL_VARIANTS_MOST + 1 };

static const struct token_key KEY = {{1, 2, 3}};
static const struct token_key OTHER_KEY = {{3, 2, 1}};

static void mac(const void *context, const char *text, unsigned char bytes[TOKEN_DIGEST_SIZE])
{
    token_mac(context, text, strlen(text), bytes);
}

static int arm(const struct trial *trial, int64_t household)
{
    return trial_arm(trial, household, mac, &KEY);
}

/* How far counts are from what was expected of them. */
static double chi_square(const int64_t *found, const double *expected, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double apart = (double)found[i] - expected[i];
        sum += apart * apart / expected[i];
    }
    return sum;
}

/* The arms of one trial, as far from their shares as chance has brought them. */
static double apart(const struct trial *trial, const double *shares)
{
    int64_t found[ARMS] = {0};
    double expected[ARMS] = {0};
    for (int64_t id = 1; id <= EACH; id++) {
        found[arm(trial, id) + 1]++;
    }
    const size_t first = trial->held_out == 0; /* else nobody is held out */
    const size_t arms = trial->variant_count == 0 ? 2 : trial->variant_count + 1;
    for (size_t k = 0; k < arms; k++) {
        expected[k] = shares[k] * EACH;
    }
    assert_int_equal(first == 1 ? found[0] : 0, 0);
    return chi_square(found + first, expected + first, arms - first);
}

static void arms_have_their_shares(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    /* Over ten trials, chance passes the bound once in a thousand keys. */
    static const struct {
        struct trial trial;
        double shares[ARMS]; /* of those held out first */
        double bound;
    } cases[] = {
        {{"", 10, {{0}}, 0}, {0.1, 0.9}, 29.59},
        {{"", 1, {{0}}, 0}, {0.01, 0.99}, 29.59},
        {{"", 0, {{"x", 1}, {"y", 1}}, 2}, {0, 0.5, 0.5}, 29.59},
        {{"", 0, {{"x", 1}, {"y", 1}, {"z", 1}}, 3}, {0, 1 / 3., 1 / 3., 1 / 3.}, 45.31},
        {{"", 20, {{"y", 3}, {"x", 1}}, 2}, {0.2, 0.6, 0.2}, 45.31},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        double sum = 0;
        for (size_t k = 0; k < ARRAY_LENGTH(names); k++) {
            struct trial trial = cases[i].trial;
            trial.name = names[k];
            sum += apart(&trial, cases[i].shares);
        }
        assert_true(sum < cases[i].bound);
    }
}

static void lots_are_drawn_once(void **state)
{
    (void)state;
    const struct trial ten = {"ballot", 10, {{"plain", 1}, {"figures", 1}}, 2};
    const struct trial twenty = {"ballot", 20, {{"figures", 1}, {"plain", 1}}, 2};
    for (int64_t id = 1; id <= HOUSEHOLDS; id++) {
        const int first = arm(&ten, id);
        const int later = arm(&twenty, id); /* another order, and more are held out */
        assert_int_equal(arm(&ten, id), first);
        if (first == TRIAL_HELD_OUT) {
            assert_int_equal(later, TRIAL_HELD_OUT);
        } else if (later != TRIAL_HELD_OUT) {
            assert_string_equal(trial_arm_name(&ten, first), trial_arm_name(&twenty, later));
        }
    }
}

/* Two lots of the same households, in a table of two by two: independent ones stay below 10.83 but
 * for one pair of keys in a thousand. */
static double dependence(const struct trial *a, const struct trial *b, const struct token_key *key)
{
    int64_t found[4] = {0};
    for (int64_t id = 1; id <= HOUSEHOLDS; id++) {
        const int of_a = trial_arm(a, id, mac, &KEY);
        const int of_b = trial_arm(b, id, mac, key);
        found[(of_a == TRIAL_HELD_OUT || of_a == 1 ? 2 : 0) +
              (of_b == TRIAL_HELD_OUT || of_b == 1 ? 1 : 0)]++;
    }
    const double rows[] = {(double)(found[0] + found[1]), (double)(found[2] + found[3])};
    const double columns[] = {(double)(found[0] + found[2]), (double)(found[1] + found[3])};
    double expected[4];
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        expected[i] = rows[i / 2] * columns[i % 2] / HOUSEHOLDS;
    }
    return chi_square(found, expected, ARRAY_LENGTH(expected));
}

static void a_lot_says_nothing_of_another(void **state)
{
    (void)state;
    const struct trial spring = {"spring", 20, {{0}}, 0};
    const struct trial autumn = {"autumn", 20, {{0}}, 0};
    const struct trial variants = {"spring", 0, {{"plain", 1}, {"figures", 1}}, 2};
    const struct trial others = {"spring", 0, {{"plain", 1}, {"short", 1}}, 2};
    assert_true(dependence(&spring, &autumn, &KEY) < 10.83);
    assert_true(dependence(&spring, &variants, &KEY) < 10.83);
    assert_true(dependence(&variants, &others, &KEY) < 10.83);
    assert_true(dependence(&spring, &spring, &OTHER_KEY) < 10.83);
    assert_true(dependence(&spring, &spring, &KEY) > 10.83); /* it would be seen */
}

static void neighbours_draw_apart(void **state)
{
    (void)state;
    const struct trial half = {"ballot", 50, {{0}}, 0};
    int64_t same = 0;
    for (int64_t id = 1; id < HOUSEHOLDS; id++) {
        same += arm(&half, id) == arm(&half, id + 1);
    }
    /* half of them, to within 3.3 standard deviations */
    assert_in_range(same, HOUSEHOLDS / 2 - 522, HOUSEHOLDS / 2 + 522);
}

static void arms_have_words(void **state)
{
    (void)state;
    const struct trial plain = {"a", 10, {{0}}, 0};
    const struct trial two = {"a", 10, {{"x", 1}, {"y", 1}}, 2};
    assert_string_equal(trial_arm_name(&plain, TRIAL_HELD_OUT), "held out");
    assert_string_equal(trial_arm_name(&plain, 0), "written to");
    assert_string_equal(trial_arm_name(&two, 1), "y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_have_their_shares),
        cmocka_unit_test(lots_are_drawn_once),
        cmocka_unit_test(a_lot_says_nothing_of_another),
        cmocka_unit_test(neighbours_draw_apart),
        cmocka_unit_test(arms_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
