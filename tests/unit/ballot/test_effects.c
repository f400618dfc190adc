/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms are held against which, in what, and when a difference is said to show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/ballot/effects.h"
#include "muster/store/trials.h"

enum { CROWD = 300, THIRD = CROWD / 3 };
static const int64_t NOW = 1800000000000;

struct scene {
    struct world *world;
    struct campaign *campaign;
    int64_t members[CROWD];
};

/* A hundred members are held out, a hundred get each wording. */
static void open_scene(struct scene *scene, bool of_ballot)
{
    static const struct trial trial = {.name = "t",
                                       .held_out = 33,
                                       .variants = {{"plain", 1}, {"figures", 1}},
                                       .variant_count = 2};
    struct world *world = scene->world = world_open(NOW);
    WORLD_MUST(db_begin(world->db, &err));
    for (int i = 0; i < CROWD; i++) {
        const struct member member = {.number = arena_printf(world->arena, "X%03d", i),
                                      .employer = "City Trust"};
        struct members_outcome outcome;
        struct member *stored = NULL;
        WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
        WORLD_MUST(members_find(world->db, member.number, world->arena, &stored, &err));
        scene->members[i] = stored->id;
    }
    struct ballot ballot = {.name = "all",
                            .title = "All",
                            .opens = NOW - CLOCK_HOUR,
                            .closes = NOW + CLOCK_HOUR,
                            .who = "everyone",
                            .threshold_whole = 1,
                            .method = "postal",
                            .support_whole = 1};
    WORLD_MUST(ballots_create(world->db, &ballot, &err));
    world->ballot_id = ballot.id;
    struct campaign campaign = {
        .name = "try", .title = "T", .ballot_id = of_ballot ? ballot.id : 0, .at = NOW};
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    struct step step = {.campaign_id = campaign.id,
                        .position = 1,
                        .who = "everyone",
                        .uses_sms = true,
                        .at = NOW,
                        .deadline = NOW + CLOCK_HOUR};
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(trials_put(world->db, step.id, &trial, &err));
    for (int i = 0; i < CROWD; i++) {
        const struct trials_lot lot = {.arm = i / THIRD - 1, .household = scene->members[i]};
        bool fresh = false;
        WORLD_MUST(trials_put_member(world->db, step.id, &trial, scene->members[i], &lot, NOW,
                                     &fresh, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(campaigns_find(world->db, "try", world->arena, &scene->campaign, &err));
}

/* So many of the members from `first` on have voted. */
static void vote(struct scene *scene, int first, int count)
{
    WORLD_MUST(db_begin(scene->world->db, &err));
    for (int i = first; i < first + count; i++) {
        const char *becomes = NULL;
        WORLD_MUST(ballots_mark(scene->world->db, scene->world->ballot_id, scene->members[i],
                                "voted", "reply", NOW + 1, &becomes, &err));
    }
    WORLD_MUST(db_commit(scene->world->db, &err));
}

static const struct effects_comparison *find(const struct effects_step *step, const char *arm,
                                             const char *control, enum effects_deed deed)
{
    for (size_t i = 0; i < step->comparison_count; i++) {
        const struct effects_comparison *comparison = &step->comparisons[i];
        if (comparison->deed == deed && text_equal(comparison->arm->arm, arm) &&
            text_equal(comparison->control->arm, control)) {
            return comparison;
        }
    }
    return NULL;
}

static void arms_are_held_against_the_right_ones(void **state)
{
    (void)state;
    struct scene scene;
    struct effects effects;
    open_scene(&scene, true);
    vote(&scene, 0, 10);         /* held out */
    vote(&scene, THIRD, 12);     /* plain */
    vote(&scene, 2 * THIRD, 30); /* figures */
    WORLD_MUST(effects_read(scene.world->db, scene.campaign, scene.world->arena, &effects, &err));
    assert_int_equal(effects.count, 1); /* one step needs no sum of all */
    assert_true(effects.held_out);
    const struct effects_step *step = &effects.steps[0];
    assert_int_equal(step->arm_count, 3);
    /* Two with who is held out, in three deeds; one with the first wording, in five. */
    assert_int_equal(step->comparison_count, 2 * 3 + 5);
    assert_null(find(step, "plain", "held out", EFFECTS_REPLIED));
    assert_null(find(step, "plain", "held out", EFFECTS_PLANS));
    assert_non_null(find(step, "figures", "plain", EFFECTS_REPLIED));
    const struct effects_comparison *close = find(step, "plain", "held out", EFFECTS_VOTED);
    assert_int_equal(close->difference.value, 200);
    assert_false(close->tells);
    assert_in_range(close->shows, 1200, 1300); /* 2.8016 * sqrt(2 * 0.114 * 0.886 / 100) */
    const struct effects_comparison *apart = find(step, "figures", "plain", EFFECTS_VOTED);
    assert_int_equal(apart->difference.value, 1800);
    assert_true(apart->tells);
    assert_true(apart->difference.low > 0);
    world_close(scene.world);
}

static void without_a_ballot_nobody_is_asked_for_a_vote(void **state)
{
    (void)state;
    struct scene scene;
    struct effects effects;
    open_scene(&scene, false);
    WORLD_MUST(effects_read(scene.world->db, scene.campaign, scene.world->arena, &effects, &err));
    const struct effects_step *step = &effects.steps[0];
    assert_false(effects.of_ballot);
    assert_null(find(step, "figures", "plain", EFFECTS_VOTED));
    assert_non_null(find(step, "figures", "plain", EFFECTS_REPLIED));
    assert_int_equal(step->comparison_count, 2 * 1 + 2);
    world_close(scene.world);
}

/* What came before has a part in who is in it. */
static void later_steps_say_so(void **state)
{
    (void)state;
    struct scene scene;
    struct effects effects;
    open_scene(&scene, true);
    struct db *db = scene.world->db;
    const struct trial trial = {.name = "t", .held_out = 33};
    struct step step = {.campaign_id = scene.campaign->id,
                        .position = 2,
                        .who = "not voted",
                        .uses_sms = true,
                        .at = NOW + 10,
                        .deadline = NOW + CLOCK_HOUR};
    WORLD_MUST(db_begin(db, &err));
    WORLD_MUST(campaigns_add_step(db, &step, &err));
    WORLD_MUST(trials_put(db, step.id, &trial, &err));
    for (int i = 0; i < CROWD / 2; i++) {
        const struct trials_lot lot = {.arm = i < THIRD ? TRIAL_HELD_OUT : 0};
        bool fresh = false;
        WORLD_MUST(
            trials_put_member(db, step.id, &trial, scene.members[i], &lot, NOW, &fresh, &err));
    }
    WORLD_MUST(db_commit(db, &err));
    WORLD_MUST(effects_read(db, scene.campaign, scene.world->arena, &effects, &err));
    assert_int_equal(effects.count, 3);
    assert_false(effects.steps[0].later);
    assert_true(effects.steps[1].later);
    assert_int_equal(effects.steps[1].arm_count, 2);
    assert_null(effects.steps[2].step); /* all of them */
    assert_int_equal(effects.steps[2].arm_count, 2);
    assert_int_equal(effects.steps[2].arms[0].members, THIRD);
    assert_int_equal(effects.steps[2].arms[1].members, CROWD - THIRD);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_are_held_against_the_right_ones),
        cmocka_unit_test(without_a_ballot_nobody_is_asked_for_a_vote),
        cmocka_unit_test(later_steps_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
