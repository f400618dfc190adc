/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns, their steps and templates, whom a step is for, and when a campaign is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

static struct campaign *campaign_named(struct world *world, const char *name)
{
    struct campaign *campaign = NULL;
    WORLD_MUST(campaigns_find(world->db, name, world->arena, &campaign, &err));
    return campaign;
}

static void campaigns_are_made_once_and_found(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct campaign twin = {.name = "remind", .title = "Again", .at = NOW};
    struct error fault;
    assert_false(campaigns_create(world->db, &twin, &fault));
    assert_string_equal(fault.text, "there is a campaign 'remind' already");
    struct campaign other = {.name = "other", .title = "Other", .at = NOW + 1};
    WORLD_MUST(campaigns_create(world->db, &other, &err));
    struct campaign *found = campaign_named(world, "other");
    assert_string_equal(found->state, "draft");
    assert_int_equal(found->ballot_id, 0);
    assert_int_equal(found->at, NOW + 1);
    assert_null(campaign_named(world, "none"));
    WORLD_MUST(campaigns_get(world->db, other.id, world->arena, &found, &err));
    assert_string_equal(found->title, "Other");
    WORLD_MUST(campaigns_get(world->db, 999, world->arena, &found, &err));
    assert_null(found);
    size_t count = 0;
    WORLD_MUST(campaigns_list(world->db, world->arena, &found, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(found[0].name, "other");
    assert_int_equal(found[1].ballot_id, world->ballot_id);
    WORLD_MUST(campaigns_running(world->db, world->arena, &found, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(found[0].name, "remind");
    world_close(world);
}

static void a_draft_gives_way_to_the_next_of_its_name(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct campaign first = {.name = "twice", .title = "First", .at = NOW};
    struct campaign second = {.name = "twice", .title = "Second", .at = NOW};
    struct error fault;
    WORLD_MUST(campaigns_create(world->db, &first, &err));
    struct step step = {
        .campaign_id = first.id, .position = 1, .who = "everyone", .at = 1, .deadline = 2};
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(
        campaigns_add_template(world->db, step.id, CHANNEL_SMS, "en", world->template_id, &err));
    WORLD_MUST(campaigns_create(world->db, &second, &err));
    assert_string_equal(campaign_named(world, "twice")->title, "Second");
    WORLD_MUST(campaigns_set_state(world->db, second.id, "cancelled", NOW, &err));
    WORLD_MUST(campaigns_create(world->db, &first, &err));

    /* One that has queued a message keeps its name, cancelled or not. */
    step.campaign_id = first.id;
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    assert_true(crowd_queue(world, step.id, crowd_add(world, 5), 5, NOW));
    WORLD_MUST(campaigns_set_state(world->db, first.id, "cancelled", NOW, &err));
    assert_false(campaigns_create(world->db, &second, &fault));
    assert_string_equal(fault.text, "there is a campaign 'twice' already");
    world_close(world);
}

static void steps_are_kept_in_order(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct step step = {.campaign_id = campaign_named(world, "remind")->id,
                        .position = 2,
                        .who = "voted",
                        .uses_email = true,
                        .at = NOW,
                        .deadline = NOW + 1};
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    struct step *steps = NULL;
    size_t count = 0;
    WORLD_MUST(campaigns_steps(world->db, step.campaign_id, world->arena, &steps, &count, &err));
    assert_int_equal(count, 2);
    assert_true(steps[0].sms_first && steps[0].uses_sms && steps[0].uses_email);
    assert_true(!steps[1].sms_first && !steps[1].uses_sms && steps[1].uses_email);
    assert_string_equal(steps[1].who, "voted");
    assert_false(steps[1].expanded);
    WORLD_MUST(campaigns_expanded(world->db, step.id, 42, true, &err));
    WORLD_MUST(campaigns_step(world->db, step.id, world->arena, &step, &err));
    assert_int_equal(step.expanded_to, 42);
    assert_true(step.expanded);
    struct error fault;
    assert_false(campaigns_step(world->db, 999, world->arena, &step, &fault));
    assert_int_equal(fault.kind, ERROR_INTERNAL);
    /* A step whose deadline is not after its beginning, and a second one of the same position. */
    struct step backwards = step;
    backwards.position = 3;
    backwards.deadline = backwards.at;
    assert_false(campaigns_add_step(world->db, &backwards, &fault));
    assert_false(campaigns_add_step(world->db, &step, &fault));
    world_close(world);
}

static void the_template_is_that_of_the_language_or_the_next_best(void **state)
{
    (void)state;
    static const struct {
        const char *kept; /* languages, two letters each */
        const char *language;
        const char *fallback;
        const char *chosen;
    } cases[] = {
        {"en cy", "cy", "en", "cy"}, {"en cy", "en", "cy", "en"}, {"en cy", "pl", "cy", "cy"},
        {"en cy", "pl", "fr", "cy"}, {"en", "cy", "cy", "en"},    {"", "en", "en", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        WORLD_MUST(db_begin(world->db, &err));
        for (const char *at = cases[i].kept; *at != '\0'; at += at[2] == ' ' ? 3 : 2) {
            struct frozen_template template = {.name = "t",
                                               .channel = CHANNEL_SMS,
                                               .language = arena_span(world->arena, at, 2),
                                               .text = "x"};
            WORLD_MUST(templates_put(world->db, &template, &err));
            WORLD_MUST(campaigns_add_template(world->db, world->step_id, CHANNEL_SMS,
                                              template.language, template.id, &err));
        }
        WORLD_MUST(db_commit(world->db, &err));
        int64_t id = -1;
        WORLD_MUST(campaigns_template(world->db, world->step_id, CHANNEL_SMS, cases[i].language,
                                      cases[i].fallback, &id, &err));
        if (cases[i].chosen == NULL) {
            assert_int_equal(id, 0);
        } else {
            struct frozen_template chosen;
            WORLD_MUST(templates_get(world->db, id, world->arena, &chosen, &err));
            assert_string_equal(chosen.language, cases[i].chosen);
        }
        WORLD_MUST(
            campaigns_template(world->db, world->step_id, CHANNEL_EMAIL, "en", "en", &id, &err));
        assert_int_equal(id, 0);
        world_close(world);
    }
}

static void the_same_words_are_one_template(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct frozen_template first = {.name = "a",
                                    .channel = CHANNEL_EMAIL,
                                    .language = "en",
                                    .subject = "s",
                                    .text = "t",
                                    .html = NULL};
    struct frozen_template same = first;
    struct frozen_template moved = first;
    moved.subject = "";
    moved.text = "st";
    WORLD_MUST(templates_put(world->db, &first, &err));
    WORLD_MUST(templates_put(world->db, &same, &err));
    WORLD_MUST(templates_put(world->db, &moved, &err));
    assert_int_equal(first.id, same.id);
    assert_true(moved.id != first.id);
    struct error fault;
    assert_false(templates_get(world->db, 999, world->arena, &same, &fault));
    assert_int_equal(fault.kind, ERROR_INTERNAL);
    world_close(world);
}

static void an_audience_is_read_in_slices(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 1; i <= 7; i++) {
        (void)crowd_add(world, i);
    }
    crowd_suppress(world, "+447700900001", "stop");
    struct step step;
    WORLD_MUST(campaigns_step(world->db, world->step_id, world->arena, &step, &err));
    struct recipient *all = NULL;
    size_t count = 0;
    WORLD_MUST(campaigns_audience(world->db, &step, 0, 100, world->arena, &all, &count, &err));
    assert_int_equal(count, 10);
    assert_string_equal(all[0].member.number, "M1");
    assert_true(!all[0].sms && all[0].email);
    assert_true(all[1].sms && all[1].email);
    assert_true(all[3].sms && !all[3].email);
    assert_null(all[0].unit);
    size_t seen = 0;
    for (;;) {
        struct recipient *slice = NULL;
        WORLD_MUST(campaigns_audience(world->db, &step, 0, 4, world->arena, &slice, &count, &err));
        if (count == 0) {
            break;
        }
        assert_string_equal(slice[0].member.number, all[seen].member.number);
        step.expanded_to = slice[count - 1].member.id;
        seen += count;
    }
    assert_int_equal(seen, 10);
    /* Of a ballot's step it is the voters, less those who do not want to hear of it. */
    const char *becomes = NULL;
    step.expanded_to = 0;
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[1], "declined", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(campaigns_audience(world->db, &step, world->ballot_id, 100, world->arena, &all,
                                  &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(all[0].unit, "Anytown Hospital");
    assert_string_equal(all[1].member.number, "M3");
    world_close(world);
}

static void a_campaign_is_over_when_all_its_messages_are(void **state)
{
    (void)state;
    static const struct {
        const char *state; /* of its one message */
        bool expanded;
        bool over;
    } cases[] = {
        {"queued", true, false},  {"claimed", true, false},   {"sending", true, false},
        {"accepted", true, true}, {"delivered", true, true},  {"undelivered", true, true},
        {"refused", true, true},  {"unsure", true, true},     {"withheld", true, true},
        {"expired", true, true},  {"accepted", false, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        (void)world_queue(world, 0, CHANNEL_SMS);
        crowd_run(world, "DROP TRIGGER outbox_step_taken");
        crowd_run(world,
                  arena_printf(world->arena, "UPDATE outbox SET state = '%s'", cases[i].state));
        WORLD_MUST(campaigns_expanded(world->db, world->step_id, 1, cases[i].expanded, &err));
        WORLD_MUST(campaigns_finish(world->db, world->now, &err));
        assert_string_equal(campaign_named(world, "remind")->state,
                            cases[i].over ? "finished" : "running");
        crowd_set_state(world, "paused");
        WORLD_MUST(campaigns_finish(world->db, world->now, &err));
        assert_string_equal(campaign_named(world, "remind")->state, "paused");
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(campaigns_are_made_once_and_found),
        cmocka_unit_test(a_draft_gives_way_to_the_next_of_its_name),
        cmocka_unit_test(steps_are_kept_in_order),
        cmocka_unit_test(the_template_is_that_of_the_language_or_the_next_best),
        cmocka_unit_test(the_same_words_are_one_template),
        cmocka_unit_test(an_audience_is_read_in_slices),
        cmocka_unit_test(a_campaign_is_over_when_all_its_messages_are),
    };
    return cmocka_run_group_tests_name("store/campaigns", tests, NULL, NULL);
}
