/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An audience of which some are held out and the others get one of two wordings: each has a lot or
 * none of it, in one transaction, however often the expansion is cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hall.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/preflight.h"
#include "muster/store/trials.h"

enum { CROWD = 200, STEPS = 2 };
static const int64_t NOW = 1800000000000;

struct scene {
    struct hall hall;
    struct world *world;
    struct campaign *campaign;
    struct step steps[STEPS];
    int64_t templates[3]; /* the step's own, and that of "figures" in each language */
};

static int64_t freeze(struct scene *scene, size_t step, const char *variant, const char *language,
                      const char *text)
{
    struct db *db = scene->world->db;
    struct frozen_template template = {
        .name = "note", .channel = CHANNEL_SMS, .language = language, .text = text};
    WORLD_MUST(templates_put(db, &template, &err));
    if (variant == NULL) {
        WORLD_MUST(campaigns_add_template(db, scene->steps[step].id, CHANNEL_SMS, language,
                                          template.id, &err));
    } else {
        WORLD_MUST(trials_add_template(db, scene->steps[step].id, variant, &template, &err));
    }
    return template.id;
}

static void open_scene(struct scene *scene)
{
    static const struct trial trial = {
        .held_out = 30, .variants = {{"plain", 1}, {"figures", 1}}, .variant_count = 2};
    memset(scene, 0, sizeof *scene);
    hall_open(&scene->hall, NOW);
    struct world *world = scene->world = scene->hall.world;
    WORLD_MUST(db_begin(world->db, &err));
    struct campaign campaign = {.name = "try", .title = "T", .ballot_id = 0, .at = NOW};
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    for (size_t i = 0; i < STEPS; i++) {
        scene->steps[i] = (struct step){.campaign_id = campaign.id,
                                        .position = (int64_t)i + 1,
                                        .who = "branch:crowd",
                                        .sms_first = true,
                                        .uses_sms = true,
                                        .at = NOW,
                                        .deadline = NOW + CLOCK_HOUR};
        WORLD_MUST(campaigns_add_step(world->db, &scene->steps[i], &err));
        WORLD_MUST(trials_put(world->db, scene->steps[i].id, &trial, &err));
        scene->templates[0] = freeze(scene, i, NULL, "en", "plain");
        scene->templates[1] = freeze(scene, i, "figures", "en", "figures");
        scene->templates[2] = freeze(scene, i, "figures", "cy", "ffigurau");
    }
    for (int i = 0; i < CROWD; i++) { /* two and two share a handset */
        const struct member member = {.number = arena_printf(world->arena, "X%d", i),
                                      .mobile =
                                          arena_printf(world->arena, "+447700900%03d", 500 + i / 2),
                                      .branch = "crowd",
                                      .language = i % 4 < 2 ? "en" : "cy"};
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    }
    const struct member silent = {.number = "Y", .branch = "crowd"};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &silent, 0, world->arena, &outcome, &err));
    WORLD_MUST(campaigns_set_state(world->db, campaign.id, "running", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(campaigns_find(world->db, "try", world->arena, &scene->campaign, &err));
}

static struct expand_tally expand(struct scene *scene, size_t step, size_t slice)
{
    const struct expand_setting setting = {.config = &scene->hall.config};
    struct expand_tally tally = {0};
    while (!scene->steps[step].expanded) {
        WORLD_MUST(expand_slice(scene->world->db, &setting, scene->campaign, &scene->steps[step],
                                NOW, slice, &tally, &err));
    }
    return tally;
}

/* How many members of a step fell to an arm. */
static int64_t in_arm(struct scene *scene, size_t step, const char *arm)
{
    struct trials_arm *arms = NULL;
    size_t count = 0;
    WORLD_MUST(trials_arms(scene->world->db, scene->campaign->id, scene->world->arena, &arms,
                           &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (text_equal(arms[i].step, step == 0 ? "1" : "2") && text_equal(arms[i].arm, arm)) {
            return arms[i].members;
        }
    }
    return 0;
}

static void everybody_who_can_be_reached_is_drawn(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    const struct expand_tally tally = expand(&scene, 0, 7);
    const int64_t held = in_arm(&scene, 0, "held out");
    const int64_t plain = in_arm(&scene, 0, "plain");
    const int64_t figures = in_arm(&scene, 0, "figures");
    assert_int_equal(tally.members, CROWD + 1);
    assert_int_equal(tally.no_address, 1);
    assert_int_equal(held + plain + figures, CROWD);
    assert_int_equal(tally.held_out, held);
    assert_in_range(held, 1, CROWD - 1); /* of a hundred households, 30 in 100 */
    assert_in_range(plain, 1, CROWD - 1);
    assert_in_range(figures, 1, CROWD - 1);
    /* Both of a handset are in one arm, so that half of those who are left have the text. */
    assert_int_equal(tally.sms, (plain + figures) / 2);
    assert_int_equal(tally.shared, (plain + figures) / 2);
    hall_close(&scene.hall);
}

static void who_is_held_out_gets_nothing_in_any_step(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    (void)expand(&scene, 0, 1000);
    (void)expand(&scene, 1, 1000);
    struct outbox_message *messages = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_list(scene.world->db, scene.campaign->id, NULL, 1000, scene.world->arena,
                           &messages, &count, &err));
    static const char *const arms[] = {"held out", "plain", "figures"};
    for (size_t i = 0; i < ARRAY_LENGTH(arms); i++) {
        assert_int_equal(in_arm(&scene, 0, arms[i]), in_arm(&scene, 1, arms[i]));
    }
    int64_t texts[3] = {0};
    for (size_t i = 0; i < count; i++) {
        struct trial trial;
        struct trials_lot lot;
        WORLD_MUST(
            trials_of_step(scene.world->db, messages[i].step_id, scene.world->arena, &trial, &err));
        WORLD_MUST(trials_draw(scene.world->db, &trial, messages[i].member_id, &lot, &err));
        assert_int_not_equal(lot.arm, TRIAL_HELD_OUT);
        const bool own = messages[i].template_id == scene.templates[0];
        assert_true(own == text_equal(trial_arm_name(&trial, lot.arm), "plain"));
        for (size_t k = 0; k < ARRAY_LENGTH(texts); k++) {
            texts[k] += messages[i].template_id == scene.templates[k];
        }
    }
    assert_int_equal(texts[0], in_arm(&scene, 0, "plain")); /* half of both steps */
    assert_int_equal(texts[1] + texts[2], in_arm(&scene, 0, "figures"));
    assert_true(texts[1] > 0 && texts[2] > 0);
    hall_close(&scene.hall);
}

static void an_expansion_done_again_adds_nothing(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    (void)expand(&scene, 0, 1000);
    WORLD_MUST(db_begin(scene.world->db, &err)); /* as an erasure does it */
    WORLD_MUST(campaigns_expanded(scene.world->db, scene.steps[0].id, 0, false, &err));
    WORLD_MUST(db_commit(scene.world->db, &err));
    const int64_t held = in_arm(&scene, 0, "held out");
    scene.steps[0].expanded = false;
    scene.steps[0].expanded_to = 0;
    const struct expand_tally again = expand(&scene, 0, 1000);
    assert_int_equal(again.sms, 0);
    assert_int_equal(again.held_out, 0);
    assert_int_equal(in_arm(&scene, 0, "held out"), held);
    hall_close(&scene.hall);
}

static void a_preflight_draws_the_same(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    const struct tariff tariff = {0};
    const struct forecast_lane lanes[CHANNEL_COUNT] = {0};
    const struct preflight_order order = {.config = &scene.hall.config,
                                          .tariff = &tariff,
                                          .campaign = scene.campaign,
                                          .lanes = lanes,
                                          .now = NOW};
    struct preflight *preflight = arena_alloc(scene.world->arena, sizeof *preflight);
    WORLD_MUST(preflight_run(scene.world->db, &order, scene.world->arena, preflight, &err));
    (void)expand(&scene, 0, 1000);
    (void)expand(&scene, 1, 1000);
    assert_int_equal(preflight->held_out, 2 * in_arm(&scene, 0, "held out"));
    assert_int_equal(preflight->variant_count, 2);
    for (size_t i = 0; i < preflight->variant_count; i++) {
        assert_int_equal(preflight->variants[i].members,
                         2 * in_arm(&scene, 0, preflight->variants[i].name));
    }
    hall_close(&scene.hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_who_can_be_reached_is_drawn),
        cmocka_unit_test(who_is_held_out_gets_nothing_in_any_step),
        cmocka_unit_test(an_expansion_done_again_adds_nothing),
        cmocka_unit_test(a_preflight_draws_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
