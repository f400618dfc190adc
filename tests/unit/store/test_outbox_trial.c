/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox that is only thought of: the same answers as the real one, and no trace of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/outbox_trial.h"

static const int64_t NOW = 1800000000000;

static bool put(struct world *world, int64_t step_id, const char *address)
{
    const struct outbox_message message = {
        .step_id = step_id, .channel = CHANNEL_SMS, .address = address};
    bool queued = false;
    WORLD_MUST(outbox_trial_put(world->db, &message, &queued, &err));
    return queued;
}

static void an_address_gets_one_message_a_step(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    WORLD_MUST(outbox_trial_begin(world->db, &err));
    assert_true(put(world, world->step_id, "+447700900101"));
    assert_false(put(world, world->step_id, "+447700900101"));
    assert_true(put(world, world->step_id, "+447700900102"));
    assert_true(put(world, world->step_id + 1, "+447700900101"));

    /* A message in the real outbox counts, but not one that is withheld. */
    const int64_t member = crowd_add_voter(world, 3);
    assert_true(crowd_queue(world, world->step_id, member, 3, NOW));
    assert_false(put(world, world->step_id, "+447700900103"));
    crowd_run(world, "UPDATE outbox SET state = 'withheld'");
    assert_true(put(world, world->step_id, "+447700900103"));

    WORLD_MUST(outbox_trial_begin(world->db, &err));
    assert_true(put(world, world->step_id, "+447700900101"));
    world_close(world);
}

static void nothing_of_it_is_in_the_store(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    WORLD_MUST(outbox_trial_begin(world->db, &err));
    assert_true(put(world, world->step_id, "+447700900101"));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox"), 0);
    assert_int_equal(
        crowd_number(world, "SELECT COUNT(*) FROM sqlite_schema WHERE name LIKE 'outbox_trial%'"),
        0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_gets_one_message_a_step),
        cmocka_unit_test(nothing_of_it_is_in_the_store),
    };
    return cmocka_run_group_tests_name("store/outbox_trial", tests, NULL, NULL);
}
