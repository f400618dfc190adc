/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a step tries, who draws together, and what is put down of it. The key of the store is
 * another one each time, so nothing here depends on what falls to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/erasures.h"
#include "muster/store/trials.h"

static const int64_t NOW = 1800000000000;
static const struct trial HALF = {.name = "half", .held_out = 50};

static struct trials_lot draw(struct world *world, const struct trial *trial, int64_t member_id)
{
    struct trials_lot lot;
    WORLD_MUST(trials_draw(world->db, trial, member_id, &lot, &err));
    return lot;
}

static bool put(struct world *world, const struct trial *trial, int64_t member_id)
{
    const struct trials_lot lot = draw(world, trial, member_id);
    bool fresh = false;
    WORLD_MUST(
        trials_put_member(world->db, world->step_id, trial, member_id, &lot, NOW, &fresh, &err));
    return fresh;
}

/* A member with these addresses; NULL: none. */
static int64_t add(struct world *world, const char *number, const char *mobile, const char *email)
{
    const struct member member = {.number = number, .mobile = mobile, .email = email};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    struct member *stored = NULL;
    WORLD_MUST(members_find(world->db, number, world->arena, &stored, &err));
    return stored->id;
}

static void a_household_draws_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    WORLD_MUST(db_begin(world->db, &err));
    const int64_t ann = world->member_ids[0];
    const int64_t handset = add(world, "H1", "+447700900001", NULL);
    const int64_t mailbox = add(world, "H2", "+447700900777", "ann@mail.example");
    const int64_t by_way = add(world, "H3", "+447700900777", "else@mail.example");
    const int64_t further = add(world, "H4", NULL, "else@mail.example");
    const int64_t alone = add(world, "H5", "+447700900778", "alone@mail.example");
    const int64_t nowhere = add(world, "H6", NULL, NULL);
    const int64_t house[] = {ann, handset, mailbox, by_way, further};
    for (size_t i = 0; i < ARRAY_LENGTH(house); i++) {
        assert_int_equal(draw(world, &HALF, house[i]).household, ann);
        assert_int_equal(draw(world, &HALF, house[i]).arm, draw(world, &HALF, ann).arm);
    }
    assert_int_equal(draw(world, &HALF, alone).household, alone);
    assert_int_equal(draw(world, &HALF, nowhere).household, nowhere);
    WORLD_MUST(db_commit(world->db, &err));
    world_close(world);
}

static void the_number_of_an_office_joins_nobody(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t desk[TRIALS_HOUSEHOLD_MOST + 1] = {0};
    WORLD_MUST(db_begin(world->db, &err));
    for (int i = 0; i < TRIALS_HOUSEHOLD_MOST; i++) {
        desk[i] = add(world, arena_printf(world->arena, "D%d", i), NULL, "desk@trust.example");
    }
    for (int i = 0; i < TRIALS_HOUSEHOLD_MOST; i++) { /* still a household, a large one */
        assert_int_equal(draw(world, &HALF, desk[i]).household, desk[0]);
    }
    desk[TRIALS_HOUSEHOLD_MOST] = add(world, "D", NULL, "desk@trust.example");
    for (int i = 0; i <= TRIALS_HOUSEHOLD_MOST; i++) {
        assert_int_equal(draw(world, &HALF, desk[i]).household, desk[i]);
    }
    WORLD_MUST(db_commit(world->db, &err));
    world_close(world);
}

/* Whoever moves in draws what the house has drawn, and nobody who was held out is let in on it. */
static void a_lot_once_drawn_stays(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t bea = world->member_ids[1];
    const int64_t cai = world->member_ids[2];
    const struct trial other = {.name = "other", .held_out = 50};
    WORLD_MUST(db_begin(world->db, &err));
    assert_true(put(world, &HALF, cai));
    assert_false(put(world, &HALF, cai));
    (void)add(world, "M2", world_members[2].mobile, NULL); /* Bea, who has the smaller id */
    assert_int_equal(draw(world, &HALF, cai).household, cai);
    assert_int_equal(draw(world, &HALF, bea).household, cai);
    assert_int_equal(draw(world, &other, cai).household, bea); /* nothing was drawn there yet */
    assert_true(put(world, &HALF, bea));
    (void)add(world, "M2", "+447700900444", NULL);
    assert_int_equal(draw(world, &HALF, bea).household, cai); /* who moves out keeps it, too */
    WORLD_MUST(db_commit(world->db, &err));
    world_close(world);
}

static void an_erasure_takes_it_along(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct erasures_removed removed;
    WORLD_MUST(db_begin(world->db, &err));
    assert_true(put(world, &HALF, world->member_ids[0]));
    assert_true(put(world, &HALF, world->member_ids[1]));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(erasures_erase(
        world->db, &(struct erasures_order){.number = "M1", .reason = "asked for it", .at = NOW},
        &removed, &err));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM trial_member"), 1);
    world_close(world);
}

static int64_t template_of(struct world *world, const char *text, enum channel channel,
                           const char *language)
{
    struct frozen_template template = {.name = "note",
                                       .channel = channel,
                                       .language = language,
                                       .subject = channel == CHANNEL_EMAIL ? "Vote" : NULL,
                                       .text = text};
    WORLD_MUST(templates_put(world->db, &template, &err));
    return template.id;
}

static void variants_have_templates_of_their_own(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct trial trial = {
        .held_out = 10, .variants = {{"plain", 1}, {"figures", 2}}, .variant_count = 2};
    struct trial read;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(trials_of_step(world->db, world->step_id, world->arena, &read, &err));
    assert_false(trials_tries(&read));
    WORLD_MUST(trials_put(world->db, world->step_id, &trial, &err));
    const int64_t english = template_of(world, "figures", CHANNEL_SMS, "en");
    const int64_t welsh = template_of(world, "ffigurau", CHANNEL_SMS, "cy");
    const struct frozen_template templates[] = {
        {.id = english, .channel = CHANNEL_SMS, .language = "en"},
        {.id = welsh, .channel = CHANNEL_SMS, .language = "cy"}};
    for (size_t i = 0; i < ARRAY_LENGTH(templates); i++) {
        WORLD_MUST(trials_add_template(world->db, world->step_id, "figures", &templates[i], &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(trials_of_step(world->db, world->step_id, world->arena, &read, &err));
    assert_true(trials_tries(&read));
    assert_string_equal(read.name, "remind"); /* the campaign's */
    assert_int_equal(read.held_out, 10);
    assert_int_equal(read.variant_count, 2);
    assert_string_equal(read.variants[0].name, "plain");
    assert_int_equal(read.variants[1].weight, 2);
    const struct {
        const char *variant, *language;
        enum channel channel;
        int64_t id;
    } cases[] = {
        {"figures", "en", CHANNEL_SMS, english}, {"figures", "cy", CHANNEL_SMS, welsh},
        {"figures", "fr", CHANNEL_SMS, english}, {"figures", "en", CHANNEL_EMAIL, 0},
        {"plain", "en", CHANNEL_SMS, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct trials_wish wish = {.step_id = world->step_id,
                                         .variant = cases[i].variant,
                                         .channel = cases[i].channel,
                                         .language = cases[i].language,
                                         .fallback = "en"};
        int64_t id = -1;
        WORLD_MUST(trials_template(world->db, &wish, &id, &err));
        assert_int_equal(id, cases[i].id);
    }
    int64_t own = -1; /* what is a variant's is not the step's */
    WORLD_MUST(campaigns_template(world->db, world->step_id, CHANNEL_SMS, "en", "en", &own, &err));
    assert_int_equal(own, 0);
    world_close(world);
}

static void arms_are_counted_in_their_order(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct trial trial = {
        .name = "t", .held_out = 10, .variants = {{"zeal", 1}, {"calm", 1}}, .variant_count = 2};
    const int arms[] = {1, TRIAL_HELD_OUT, 0};
    struct trials_arm *counted = NULL;
    size_t count = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(trials_put(world->db, world->step_id, &trial, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(arms); i++) {
        const struct trials_lot lot = {.arm = arms[i], .household = world->member_ids[i]};
        bool fresh = false;
        WORLD_MUST(trials_put_member(world->db, world->step_id, &trial, world->member_ids[i], &lot,
                                     NOW, &fresh, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    const int64_t campaign = crowd_number(world, "SELECT campaign_id FROM step WHERE trial = 't'");
    WORLD_MUST(trials_arms(world->db, campaign, world->arena, &counted, &count, &err));
    static const char *const expected[] = {"held out", "zeal", "calm"};
    assert_int_equal(count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(counted[i].arm, expected[i]);
        assert_int_equal(counted[i].members, 1);
        assert_string_equal(counted[i].step, "1");
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_household_draws_once),
        cmocka_unit_test(the_number_of_an_office_joins_nobody),
        cmocka_unit_test(a_lot_once_drawn_stays),
        cmocka_unit_test(an_erasure_takes_it_along),
        cmocka_unit_test(variants_have_templates_of_their_own),
        cmocka_unit_test(arms_are_counted_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
