/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign taken by the wheel: from every state, by who comes second, without an approval, too
 * late, for nobody, and with a budget that is raised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../store/crowd.h"
#include "hall.h"
#include "muster/campaign/steering.h"
#include "muster/store/record.h"

static const int64_t NOW = 1800000000000;

struct scene {
    struct hall hall;
    struct world *world;
    struct account *olu;
    int64_t id;
};

static void add_account(struct scene *scene, const char *name, enum role role)
{
    struct account account = {.name = name, .role = role, .made_at = NOW};
    const struct accounts_setter setter = {.by = NULL};
    WORLD_MUST(accounts_add(scene->world->db, &account, "three old brass lamps", &setter, &err));
}

/* The world's campaign, put into this state, for three members. */
static void open_scene(struct scene *scene, const char *state)
{
    memset(scene, 0, sizeof *scene);
    hall_open(&scene->hall, NOW);
    struct world *world = scene->world = scene->hall.world;
    WORLD_MUST(db_begin(world->db, &err));
    add_account(scene, "olu", ROLE_ORGANISER);
    add_account(scene, "petra", ROLE_APPROVER);
    crowd_run(world, arena_printf(world->arena, "UPDATE campaign SET state = '%s', made_by = 'olu'",
                                  state));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(accounts_find(world->db, "olu", world->arena, &scene->olu, &err));
    scene->id = crowd_number(world, "SELECT id FROM campaign");
}

static void close_scene(struct scene *scene)
{
    hall_close(&scene->hall);
}

typedef bool steer_fn(struct db *db, const struct steering_order *order, struct arena *arena,
                      struct steering *steering, struct error *err);

static bool resume(struct db *db, const struct steering_order *order, struct arena *arena,
                   struct steering *steering, struct error *err)
{
    return steering_resume(db, order, NULL, arena, steering, err);
}

static struct steering_order order_of(const struct scene *scene, const char *seen)
{
    return (struct steering_order){.config = &scene->hall.config,
                                   .campaign_id = scene->id,
                                   .account = scene->olu,
                                   .seen = seen,
                                   .now = NOW};
}

static struct steering steer(struct scene *scene, steer_fn *function, const char *seen)
{
    const struct steering_order order = order_of(scene, seen);
    struct steering steering;
    WORLD_MUST(function(scene->world->db, &order, scene->world->arena, &steering, &err));
    return steering;
}

static void expect_state(struct scene *scene, const char *state)
{
    assert_int_equal(
        crowd_number(scene->world,
                     arena_printf(scene->world->arena,
                                  "SELECT COUNT(*) FROM campaign WHERE state = '%s'", state)),
        1);
}

static void from_every_state(void **state)
{
    (void)state;
    static const struct {
        steer_fn *function;
        const char *from;
        enum steering_outcome outcome;
        const char *to;
    } cases[] = {
        {steering_start, "draft", STEERING_DONE, "running"},
        {steering_start, "running", STEERING_DONE, "running"},
        {steering_start, "paused", STEERING_WRONG_STATE, "paused"},
        {steering_start, "cancelled", STEERING_WRONG_STATE, "cancelled"},
        {steering_start, "finished", STEERING_WRONG_STATE, "finished"},
        {steering_pause, "draft", STEERING_WRONG_STATE, "draft"},
        {steering_pause, "running", STEERING_DONE, "paused"},
        {steering_pause, "paused", STEERING_DONE, "paused"},
        {steering_pause, "cancelled", STEERING_WRONG_STATE, "cancelled"},
        {steering_pause, "finished", STEERING_WRONG_STATE, "finished"},
        {resume, "draft", STEERING_WRONG_STATE, "draft"},
        {resume, "running", STEERING_DONE, "running"},
        {resume, "paused", STEERING_DONE, "running"},
        {resume, "cancelled", STEERING_WRONG_STATE, "cancelled"},
        {resume, "finished", STEERING_WRONG_STATE, "finished"},
        {steering_cancel, "draft", STEERING_DONE, "cancelled"},
        {steering_cancel, "running", STEERING_DONE, "cancelled"},
        {steering_cancel, "paused", STEERING_DONE, "cancelled"},
        {steering_cancel, "cancelled", STEERING_DONE, "cancelled"},
        {steering_cancel, "finished", STEERING_WRONG_STATE, "finished"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        open_scene(&scene, cases[i].from);
        const struct steering steering = steer(&scene, cases[i].function, NULL);
        if (steering.outcome != cases[i].outcome) {
            fail_msg("case %zu from %s gives %d", i, cases[i].from, (int)steering.outcome);
        }
        assert_string_equal(steering.before, cases[i].from);
        assert_string_equal(steering.campaign->state, cases[i].to);
        expect_state(&scene, cases[i].to);
        close_scene(&scene);
    }
}

static void who_comes_second_does_nothing(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "draft");
    assert_int_equal(steer(&scene, steering_start, "draft").outcome, STEERING_DONE);
    assert_int_equal(steer(&scene, steering_start, "draft").outcome, STEERING_OVERTAKEN);
    assert_int_equal(steer(&scene, steering_cancel, "draft").outcome, STEERING_OVERTAKEN);
    expect_state(&scene, "running");
    assert_int_equal(steer(&scene, steering_pause, "running").outcome, STEERING_DONE);
    assert_int_equal(steer(&scene, steering_pause, "running").outcome, STEERING_OVERTAKEN);
    scene.id += 1000;
    const struct steering gone = steer(&scene, steering_cancel, "paused");
    assert_int_equal(gone.outcome, STEERING_GONE);
    assert_null(gone.campaign);
    expect_state(&scene, "paused");
    close_scene(&scene);
}

static void what_is_done_is_in_the_record(void **state)
{
    (void)state;
    struct scene scene;
    struct record_entry *entries = NULL;
    size_t count = 0;
    const struct record_choice choice = {.limit = 10};
    open_scene(&scene, "draft");
    (void)steer(&scene, steering_start, NULL);
    (void)steer(&scene, steering_pause, NULL);
    (void)steer(&scene, steering_start, NULL); /* nothing is done */
    (void)steer(&scene, steering_cancel, NULL);
    WORLD_MUST(record_list(scene.world->db, &choice, scene.world->arena, &entries, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(entries[0].deed, "campaign.cancel");
    assert_string_equal(entries[1].deed, "campaign.pause");
    assert_string_equal(entries[2].deed, "campaign.start");
    assert_string_equal(entries[2].account, "olu");
    assert_string_equal(entries[2].subject, "remind");
    close_scene(&scene);
}

static void nothing_starts_too_late_or_for_nobody(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "draft");
    crowd_run(scene.world, "UPDATE step SET who = 'number:NONE'");
    assert_int_equal(steer(&scene, steering_start, NULL).outcome, STEERING_NOBODY);
    crowd_run(scene.world, "UPDATE step SET at = 500, deadline = 1000");
    assert_int_equal(steer(&scene, steering_start, NULL).outcome, STEERING_LATE);
    expect_state(&scene, "draft");
    crowd_run(scene.world, "UPDATE campaign SET state = 'paused'");
    const struct steering late = steer(&scene, resume, NULL);
    assert_int_equal(late.outcome, STEERING_DONE);
    assert_false(late.in_time);
    close_scene(&scene);
}

static void nothing_runs_without_its_approval(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "draft");
    scene.hall.config.approval.from = 3;
    const struct steering waits = steer(&scene, steering_start, "draft");
    assert_int_equal(waits.outcome, STEERING_WAITS);
    assert_int_equal(waits.approval.state, APPROVAL_WANTED);
    assert_int_equal(waits.approval.members, 3);
    expect_state(&scene, "draft");
    crowd_run(scene.world, "UPDATE campaign SET state = 'paused'");
    assert_int_equal(steer(&scene, resume, "paused").outcome, STEERING_WAITS);
    expect_state(&scene, "paused");
    close_scene(&scene);
}

static enum steering_outcome raise_step(struct scene *scene, const char *step, const char *budget,
                                        bool *raised)
{
    const struct steering_order order = order_of(scene, NULL);
    const struct steering_raise raise = {.amount = budget, .step = step};
    struct steering steering;
    WORLD_MUST(
        steering_resume(scene->world->db, &order, &raise, scene->world->arena, &steering, &err));
    *raised = steering.raised;
    return steering.outcome;
}

static enum steering_outcome raise_to(struct scene *scene, const char *budget, bool *raised)
{
    return raise_step(scene, NULL, budget, raised);
}

static void a_step_has_its_own_budget_raised(void **state)
{
    (void)state;
    struct scene scene;
    bool raised = false;
    open_scene(&scene, "paused");
    crowd_run(scene.world, "UPDATE campaign SET budget = 50000000, currency = 'GBP'");
    crowd_run(scene.world, "UPDATE step SET name = 'first'");
    assert_int_equal(raise_step(&scene, "first", "5", &raised), STEERING_NO_BUDGET);
    crowd_run(scene.world, "UPDATE step SET budget = 4000000, overspent = 1");
    assert_int_equal(raise_step(&scene, "last", "5", &raised), STEERING_NO_STEP);
    assert_int_equal(raise_step(&scene, "first", "lots", &raised), STEERING_NO_AMOUNT);
    assert_int_equal(raise_step(&scene, "first", "4", &raised), STEERING_NOT_MORE);
    assert_false(raised);
    assert_int_equal(raise_step(&scene, "first", "5", &raised), STEERING_DONE);
    assert_true(raised);
    assert_int_equal(crowd_number(scene.world, "SELECT SUM(budget) FROM step WHERE overspent = 0"),
                     5000000);
    assert_int_equal(crowd_number(scene.world, "SELECT budget FROM campaign"), 50000000);
    expect_state(&scene, "running");
    close_scene(&scene);
}

static void a_budget_is_only_raised(void **state)
{
    (void)state;
    struct scene scene;
    bool raised = false;
    open_scene(&scene, "paused");
    assert_int_equal(raise_to(&scene, "50", &raised), STEERING_NO_BUDGET);
    crowd_run(scene.world, "UPDATE campaign SET budget = 50000000, currency = 'GBP'");
    static const struct {
        const char *budget;
        enum steering_outcome outcome;
    } cases[] = {{"all", STEERING_NO_AMOUNT},
                 {"-1", STEERING_NO_AMOUNT},
                 {"", STEERING_NO_AMOUNT},
                 {"50", STEERING_NOT_MORE},
                 {"49.99", STEERING_NOT_MORE}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(raise_to(&scene, cases[i].budget, &raised), cases[i].outcome);
        assert_false(raised);
        expect_state(&scene, "paused");
    }
    assert_int_equal(raise_to(&scene, "60", &raised), STEERING_DONE);
    assert_true(raised);
    expect_state(&scene, "running");
    assert_int_equal(crowd_number(scene.world, "SELECT budget FROM campaign"), 60000000);
    const char *did = NULL;
    WORLD_MUST(approvals_hand(scene.world->db, scene.id, "olu", scene.world->arena, &did, &err));
    assert_non_null(did);
    scene.hall.config.approval.from = 3;
    assert_int_equal(raise_to(&scene, "70", &raised), STEERING_WAITS);
    assert_true(raised);
    expect_state(&scene, "paused");
    crowd_run(scene.world, "UPDATE step SET at = 500, deadline = 1000");
    assert_int_equal(raise_to(&scene, "80", &raised), STEERING_TOO_LATE);
    assert_int_equal(crowd_number(scene.world, "SELECT budget FROM campaign"), 70000000);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_every_state),
        cmocka_unit_test(who_comes_second_does_nothing),
        cmocka_unit_test(what_is_done_is_in_the_record),
        cmocka_unit_test(nothing_starts_too_late_or_for_nobody),
        cmocka_unit_test(nothing_runs_without_its_approval),
        cmocka_unit_test(a_step_has_its_own_budget_raised),
        cmocka_unit_test(a_budget_is_only_raised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
