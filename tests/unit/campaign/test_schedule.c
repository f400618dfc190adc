/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the steps of a campaign stand: each state, days that are alike, what comes next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../store/crowd.h"
#include "muster/campaign/schedule.h"

static const int64_t NOW = 1800000000000;

static struct schedule read_schedule(struct world *world, const char *state)
{
    struct campaign *campaign = NULL;
    struct schedule schedule;
    crowd_run(world, arena_printf(world->arena, "UPDATE campaign SET state = '%s'", state));
    WORLD_MUST(campaigns_find(world->db, "remind", world->arena, &campaign, &err));
    WORLD_MUST(schedule_read(world->db, campaign, NOW, world->arena, &schedule, &err));
    return schedule;
}

/* The one step that the world has. */
static void expect(struct world *world, const char *state, const char *word)
{
    const struct schedule schedule = read_schedule(world, state);
    assert_int_equal(schedule.count, 1);
    assert_string_equal(schedule_word(schedule.rows[0].state), word);
}

static void a_step_goes_its_way(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    expect(world, "draft", "waits");
    assert_non_null(read_schedule(world, "draft").next);
    assert_null(read_schedule(world, "finished").next);
    expect(world, "cancelled", "cancelled");
    WORLD_MUST(db_begin(world->db, &err));
    const int64_t member = crowd_add_voter(world, 1);
    assert_true(crowd_queue(world, world->step_id, member, 1, NOW));
    WORLD_MUST(db_commit(world->db, &err));
    crowd_run(world, "UPDATE step SET expanded = 1");
    expect(world, "running", "sending");
    expect(world, "paused", "paused");
    assert_null(read_schedule(world, "running").next);
    crowd_run(world, arena_printf(world->arena, "UPDATE step SET at = %lld",
                                  (long long)(NOW + CLOCK_HOUR)));
    expect(world, "running", "queued");
    assert_int_equal(read_schedule(world, "running").next->id, world->step_id);
    crowd_run(world, "UPDATE outbox SET state = 'withheld', reason = 'x'");
    expect(world, "running", "not sent");
    expect(world, "cancelled", "cancelled");
    crowd_run(world, "UPDATE step SET skipped = 'too late'");
    expect(world, "running", "skipped");
    world_close(world);
}

static void add_day(struct world *world, const char *name, int64_t position)
{
    struct step step = {.campaign_id = crowd_number(world, "SELECT id FROM campaign"),
                        .position = position,
                        .name = name,
                        .who = "everyone",
                        .uses_sms = true,
                        .sms_first = true,
                        .daily_until = "last_post",
                        .at = NOW + position * CLOCK_HOUR,
                        .deadline = NOW + (position + 1) * CLOCK_HOUR};
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
}

static void days_alike_are_told_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    WORLD_MUST(db_begin(world->db, &err));
    add_day(world, "your-day-2027-01-15", 2);
    add_day(world, "your-day-2027-01-16", 3);
    add_day(world, "your-day-2027-01-17", 4);
    add_day(world, "my-day-2027-01-17", 5);
    WORLD_MUST(db_commit(world->db, &err));
    const struct schedule schedule = read_schedule(world, "draft");
    static const struct {
        size_t more;
        bool told;
    } rows[] = {{0, false}, {2, false}, {0, true}, {0, true}, {0, false}};
    assert_int_equal(schedule.count, ARRAY_LENGTH(rows));
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(schedule.rows[i].more, rows[i].more);
        assert_int_equal(schedule.rows[i].told, rows[i].told);
    }
    assert_int_equal(schedule.deadline, NOW + 12 * (int64_t)CLOCK_HOUR);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_goes_its_way),
        cmocka_unit_test(days_alike_are_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
