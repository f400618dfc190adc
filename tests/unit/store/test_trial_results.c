/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as done after a step, and in which hour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/trial_results.h"
#include "muster/store/trials.h"

static const int64_t NOW = 1800000000000;
enum { HELD = 2, PLAIN = 6, CROWD = HELD + PLAIN };

/* Eight members of the ballot who were drawn: two are held out, six get "plain", of whom five have
 * a message. The step's first message goes a minute after NOW. */
struct scene {
    struct world *world;
    int64_t members[CROWD];
    int64_t since;
};

static void set_state(struct scene *scene, int who, const char *state)
{
    crowd_run(scene->world, arena_printf(scene->world->arena,
                                         "UPDATE outbox SET state = '%s' WHERE member_id = %lld",
                                         state, (long long)scene->members[who]));
}

static void open_scene(struct scene *scene)
{
    struct world *world = world_open(NOW);
    const struct trial trial = {
        .name = "t", .held_out = 10, .variants = {{"plain", 1}, {"other", 1}}, .variant_count = 2};
    *scene = (struct scene){.world = world, .since = NOW + CLOCK_MINUTE};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(trials_put(world->db, world->step_id, &trial, &err));
    for (int i = 0; i < CROWD; i++) {
        bool fresh = false;
        const struct trials_lot lot = {.arm = i < HELD ? TRIAL_HELD_OUT : 0, .household = i};
        scene->members[i] = crowd_add_voter(world, i);
        WORLD_MUST(trials_put_member(world->db, world->step_id, &trial, scene->members[i], &lot,
                                     NOW, &fresh, &err));
        if (i >= HELD && i < CROWD - 1) {
            assert_true(crowd_queue(world, world->step_id, scene->members[i], i, NOW));
        }
    }
    /* The second member's goes first. */
    crowd_run(world,
              arena_printf(world->arena,
                           "UPDATE outbox SET released_at = %lld + 5000 * (member_id <> %lld)",
                           (long long)scene->since, (long long)scene->members[HELD + 1]));
    WORLD_MUST(db_commit(world->db, &err));
}

static void mark(struct scene *scene, int who, const char *state, const char *source, int64_t at)
{
    const char *becomes = NULL;
    WORLD_MUST(db_begin(scene->world->db, &err));
    WORLD_MUST(ballots_mark(scene->world->db, scene->world->ballot_id, scene->members[who], state,
                            source, at, &becomes, &err));
    WORLD_MUST(db_commit(scene->world->db, &err));
}

static void suppress(struct scene *scene, int who, const char *kind, int64_t at)
{
    struct world *world = scene->world;
    struct suppression row = {
        .channel = CHANNEL_SMS, .kind = kind, .source = "reply", .reason = "x", .at = at};
    db_address_key(world->db, CHANNEL_SMS, arena_printf(world->arena, "+447700900%03d", 100 + who),
                   row.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_add(world->db, &row, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void lift(struct scene *scene, int who)
{
    struct world *world = scene->world;
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    db_address_key(world->db, CHANNEL_SMS, arena_printf(world->arena, "+447700900%03d", 100 + who),
                   key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_lift(world->db, key, NULL, "came back", NOW, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* A reply of a member to their message of the step. */
static void reply(struct scene *scene, int who, const char *meaning, int64_t at)
{
    static int number;
    crowd_run(
        scene->world,
        arena_printf(scene->world->arena,
                     "INSERT INTO reply (gateway, remote_id, address, address_key, member_id,"
                     " outbox_id, text, meaning, at) VALUES ('practice', 'r%d', '', x'00',"
                     " %lld, (SELECT id FROM outbox WHERE member_id = %lld), 't', '%s', %lld)",
                     number++, (long long)scene->members[who], (long long)scene->members[who],
                     meaning, (long long)at));
}

static void counts_are_of_what_came_after(void **state)
{
    (void)state;
    struct scene scene;
    struct trial_figures *rows = NULL;
    size_t count = 0;
    int64_t since = 0;
    open_scene(&scene);
    crowd_run(scene.world, "UPDATE outbox SET state = 'claimed'");
    crowd_run(scene.world, "UPDATE outbox SET state = 'sending'");
    set_state(&scene, 2, "accepted");
    set_state(&scene, 3, "accepted");
    set_state(&scene, 3, "delivered");
    set_state(&scene, 4, "refused");
    mark(&scene, 0, "voted", "person", scene.since);     /* held out, and voted */
    mark(&scene, 1, "voted", "person", scene.since - 1); /* before */
    mark(&scene, 2, "voted", "reply", scene.since + 5);  /* after */
    mark(&scene, 2, "voted", "reply", scene.since + 6);  /* said again */
    mark(&scene, 3, "voted", "reply", scene.since - 1);  /* before, and said again */
    mark(&scene, 3, "voted", "reply", scene.since + 1);
    mark(&scene, 4, "voted", "reply", scene.since + 1); /* a slip that a person mended */
    mark(&scene, 4, "unknown", "person", scene.since + 2);
    mark(&scene, 5, "no-paper", "reply", scene.since + 1);
    mark(&scene, 6, "no-paper", "reply", scene.since - 1);
    suppress(&scene, 1, "stop", scene.since + 3);
    suppress(&scene, 5, "stop", scene.since + 3);
    suppress(&scene, 6, "stop", scene.since - 1);   /* before */
    suppress(&scene, 7, "hold", scene.since + 1);   /* nobody knows yet */
    suppress(&scene, 2, "bounce", scene.since + 1); /* no wish */
    suppress(&scene, 4, "stop", scene.since + 1);
    lift(&scene, 4); /* came back */
    reply(&scene, 2, "voted", scene.since + 5);
    reply(&scene, 2, "other", scene.since + 6);
    reply(&scene, 5, "plan", scene.since + 7);
    WORLD_MUST(trial_results_step(scene.world->db, scene.world->step_id, scene.world->arena, &rows,
                                  &count, &since, &err));
    assert_int_equal(since, scene.since);
    assert_int_equal(count, 2);
    const struct trial_figures expected[] = {
        {.arm = "held out", .members = HELD, .opted_out = 1, .voted = 1},
        {.arm = "plain",
         .members = PLAIN,
         .accepted = 2,
         .delivered = 1,
         .replied = 2,
         .opted_out = 1,
         .voted = 1,
         .no_paper = 1,
         .plans = 1},
    };
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(rows[i].arm, expected[i].arm);
        assert_int_equal(rows[i].members, expected[i].members);
        assert_int_equal(rows[i].accepted, expected[i].accepted);
        assert_int_equal(rows[i].delivered, expected[i].delivered);
        assert_int_equal(rows[i].replied, expected[i].replied);
        assert_int_equal(rows[i].opted_out, expected[i].opted_out);
        assert_int_equal(rows[i].voted, expected[i].voted);
        assert_int_equal(rows[i].no_paper, expected[i].no_paper);
        assert_int_equal(rows[i].plans, expected[i].plans);
    }
    world_close(scene.world);
}

static void hours_are_counted_from_the_first_message(void **state)
{
    (void)state;
    struct scene scene;
    struct trial_hour *rows = NULL;
    size_t count = 0;
    open_scene(&scene);
    mark(&scene, 2, "voted", "reply", scene.since);
    mark(&scene, 3, "voted", "reply", scene.since + CLOCK_HOUR - 1);
    mark(&scene, 4, "voted", "reply", scene.since + CLOCK_HOUR);
    mark(&scene, 5, "voted", "reply", scene.since + 72 * (int64_t)CLOCK_HOUR); /* too late */
    mark(&scene, 6, "no-paper", "reply", scene.since - 1);                     /* too early */
    mark(&scene, 0, "voted", "person", scene.since + 71 * (int64_t)CLOCK_HOUR);
    suppress(&scene, 5, "stop", scene.since + 2 * (int64_t)CLOCK_HOUR);
    reply(&scene, 2, "voted", scene.since + 1);
    reply(&scene, 2, "other", scene.since + 2);
    WORLD_MUST(trial_results_hours(scene.world->db, scene.world->step_id, 72, scene.world->arena,
                                   &rows, &count, &err));
    const struct trial_hour expected[] = {
        {"plain", TRIAL_REPLIED, 0, 2},   {"plain", TRIAL_VOTED, 0, 2},
        {"plain", TRIAL_VOTED, 1, 1},     {"plain", TRIAL_OPTED_OUT, 2, 1},
        {"held out", TRIAL_VOTED, 71, 1},
    };
    assert_int_equal(count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(rows[i].arm, expected[i].arm);
        assert_int_equal(rows[i].deed, expected[i].deed);
        assert_int_equal(rows[i].hour, expected[i].hour);
        assert_int_equal(rows[i].count, expected[i].count);
    }
    world_close(scene.world);
}

/* A step that tries nothing has whom it wrote to. */
static void a_step_without_a_trial_has_one_arm(void **state)
{
    (void)state;
    struct scene scene;
    struct trial_figures *rows = NULL;
    size_t count = 0;
    int64_t since = 0;
    int64_t steps = -1;
    open_scene(&scene);
    crowd_run(scene.world, "DELETE FROM trial_member");
    WORLD_MUST(trial_results_step(scene.world->db, scene.world->step_id, scene.world->arena, &rows,
                                  &count, &since, &err));
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].arm, "written to");
    assert_int_equal(rows[0].members, PLAIN - 1);
    WORLD_MUST(trial_results_all(scene.world->db,
                                 crowd_number(scene.world, "SELECT campaign_id FROM step LIMIT 1"),
                                 scene.world->arena, &rows, &count, &steps, &err));
    assert_int_equal(steps, 0);
    assert_int_equal(count, 0);
    world_close(scene.world);
}

/* Over all steps, each counts once, from their first: who has voted after the first step is not in
 * the second any more, and must not be lost. */
static void all_steps_count_from_the_first(void **state)
{
    (void)state;
    struct scene scene;
    struct trial_figures *rows = NULL;
    size_t count = 0;
    int64_t steps = 0;
    open_scene(&scene);
    struct world *world = scene.world;
    crowd_run(world, "INSERT INTO step (id, campaign_id, position, who, sms_first, uses_sms,"
                     " uses_email, at, deadline, held_out, trial) SELECT 900, campaign_id, 2, who,"
                     " 1, 1, 0, at + 90000000, deadline + 90000000, 10, 't' FROM step LIMIT 1");
    crowd_run(world,
              "INSERT INTO trial_member SELECT 900, member_id, trial, household,"
              " CASE arm WHEN 'held out' THEN arm ELSE 'written to' END, at FROM trial_member"
              " WHERE household <> 2");
    mark(&scene, 2, "voted", "reply", scene.since + 1);
    mark(&scene, 3, "voted", "reply", scene.since + 2);
    WORLD_MUST(trial_results_all(world->db,
                                 crowd_number(world, "SELECT campaign_id FROM step LIMIT 1"),
                                 world->arena, &rows, &count, &steps, &err));
    assert_int_equal(steps, 2);
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].arm, "held out");
    assert_int_equal(rows[0].members, HELD);
    assert_int_equal(rows[0].voted, 0);
    assert_string_equal(rows[1].arm, "written to");
    assert_int_equal(rows[1].members, PLAIN);
    assert_int_equal(rows[1].voted, 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_of_what_came_after),
        cmocka_unit_test(hours_are_counted_from_the_first_message),
        cmocka_unit_test(a_step_without_a_trial_has_one_arm),
        cmocka_unit_test(all_steps_count_from_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
