/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test messages: so many an hour for each account, and what became of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/specimens.h"

static const int64_t NOW = 1800000000000;

static struct world *open_desk(void)
{
    struct world *world = world_open(NOW);
    crowd_run(world, "INSERT INTO account (id, name, role, password, password_at, made_at) VALUES"
                     " (1, 'asha', 'organiser', '', 0, 0), (2, 'bert', 'approver', '', 0, 0)");
    return world;
}

static bool begin(struct world *world, int64_t account_id, int number, int64_t at,
                  struct specimen *specimen, struct error *err)
{
    *specimen = (struct specimen){.account_id = account_id,
                                  .campaign = "remind",
                                  .step = number % 2 == 0 ? "" : "last",
                                  .channel = number % 2 == 0 ? CHANNEL_SMS : CHANNEL_EMAIL,
                                  .language = "cy",
                                  .member_id = number % 2 == 0 ? world->member_ids[0] : 0,
                                  .reference = arena_printf(world->arena, "r%d", number),
                                  .route = "practice",
                                  .parts = number % 2 == 0 ? 2 : 0,
                                  .at = at};
    return specimens_begin(world->db, specimen, 3, err);
}

static void an_account_may_send_so_many_an_hour(void **state)
{
    (void)state;
    struct world *world = open_desk();
    struct specimen specimen;
    struct error fault = {.kind = ERROR_NONE};
    int number = 0;
    for (; number < 3; number++) {
        assert_true(begin(world, 1, number, NOW + number * CLOCK_MINUTE, &specimen, &fault));
    }
    assert_false(begin(world, 1, number, NOW + CLOCK_HOUR - 1, &specimen, &fault));
    assert_int_equal(fault.kind, ERROR_TEMPORARY);
    assert_non_null(strstr(fault.text, "3 test messages have gone within an hour"));
    assert_true(begin(world, 2, number++, NOW, &specimen, &fault)); /* each for itself */
    assert_true(begin(world, 1, number++, NOW + CLOCK_HOUR, &specimen, &fault));
    assert_false(begin(world, 1, number++, NOW + CLOCK_HOUR, &specimen, &fault));
    assert_true(begin(world, 1, number++, NOW + CLOCK_HOUR + CLOCK_MINUTE, &specimen, &fault));
    world_close(world);
}

static void what_became_of_each_is_kept(void **state)
{
    (void)state;
    struct world *world = open_desk();
    struct specimen first;
    struct specimen second;
    struct specimen *list = NULL;
    struct error fault = {.kind = ERROR_NONE};
    size_t count = 0;
    assert_true(begin(world, 1, 0, NOW, &first, &fault));
    assert_true(begin(world, 2, 1, NOW + 1, &second, &fault));
    first.outcome = "refused";
    first.answer = "no such number";
    first.remote_id = "R1";
    WORLD_MUST(specimens_end(world->db, &first, &err));
    WORLD_MUST(specimens_list(world->db, NULL, 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].account, "bert");
    assert_string_equal(list[0].outcome, "sending"); /* nobody knows what became of it */
    assert_string_equal(list[0].step, "last");
    assert_int_equal(list[0].channel, CHANNEL_EMAIL);
    assert_null(list[0].member);
    assert_string_equal(list[1].account, "asha");
    assert_string_equal(list[1].outcome, "refused");
    assert_string_equal(list[1].answer, "no such number");
    assert_string_equal(list[1].remote_id, "R1");
    assert_string_equal(list[1].member, "M1");
    assert_int_equal(list[1].parts, 2);
    assert_int_equal(list[1].at, NOW);
    first.outcome = "lost";
    assert_false(specimens_end(world->db, &first, &fault));
    WORLD_MUST(specimens_list(world->db, "other", 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 0);
    WORLD_MUST(specimens_list(world->db, "remind", 1, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    /* Who is erased is in none of them. */
    crowd_run(world, "DELETE FROM ballot_seat");
    crowd_run(world, "DELETE FROM member WHERE number = 'M1'");
    WORLD_MUST(specimens_list(world->db, "remind", 9, world->arena, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_null(list[1].member);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_may_send_so_many_an_hour),
        cmocka_unit_test(what_became_of_each_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
