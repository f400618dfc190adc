/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox as a queue: which steps of a message's life are legal, who is put in once, what is
 * claimed when, how fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

static const char *const STATES[] = {
    "queued",  "claimed", "sending",  "accepted",  "delivered", "undelivered",
    "refused", "unsure",  "withheld", "cancelled", "expired",   "unaffordable",
};

/* Every legal step, as the picture in the header has it. */
static bool is_legal(const char *was, const char *becomes)
{
    static const struct {
        const char *was;
        const char *becomes;
    } legal[] = {
        {"queued", "claimed"},           {"queued", "withheld"},
        {"queued", "cancelled"},         {"queued", "expired"},
        {"claimed", "queued"},           {"claimed", "sending"},
        {"queued", "accepted"},          {"queued", "delivered"},
        {"queued", "undelivered"},       {"claimed", "accepted"},
        {"claimed", "delivered"},        {"claimed", "undelivered"},
        {"claimed", "withheld"},         {"claimed", "cancelled"},
        {"claimed", "expired"},          {"sending", "accepted"},
        {"sending", "refused"},          {"sending", "queued"},
        {"sending", "expired"},          {"sending", "unsure"},
        {"sending", "delivered"},        {"sending", "undelivered"},
        {"accepted", "delivered"},       {"accepted", "undelivered"},
        {"unsure", "accepted"},          {"unsure", "delivered"},
        {"unsure", "undelivered"},       {"unsure", "queued"},
        {"unsure", "refused"},           {"undelivered", "delivered"},
        {"unsure", "expired"},           {"queued", "unaffordable"},
        {"claimed", "unaffordable"},     {"unaffordable", "queued"},
        {"unaffordable", "accepted"},    {"unaffordable", "delivered"},
        {"unaffordable", "undelivered"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(legal); i++) {
        if (text_equal(legal[i].was, was) && text_equal(legal[i].becomes, becomes)) {
            return true;
        }
    }
    return text_equal(was, becomes);
}

/* Put all messages into a state, past the trigger: by a step that is legal for this once. */
static void force(struct world *world, const char *state)
{
    crowd_run(world, arena_printf(world->arena,
                                  "INSERT INTO outbox_step SELECT DISTINCT state, '%s', 'forced'"
                                  " FROM outbox WHERE true ON CONFLICT DO NOTHING",
                                  state));
    crowd_run(world, arena_printf(world->arena, "UPDATE outbox SET state = '%s'", state));
    crowd_run(world, "DELETE FROM outbox_step WHERE meaning = 'forced'");
}

static void the_store_refuses_every_other_step(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)world_queue(world, 0, CHANNEL_SMS);
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(STATES); j++) {
            force(world, STATES[i]);
            bool allowed = crowd_may(
                world, arena_printf(world->arena, "UPDATE outbox SET state = '%s'", STATES[j]));
            if (allowed != is_legal(STATES[i], STATES[j])) {
                fail_msg("from %s to %s", STATES[i], STATES[j]);
            }
        }
        assert_false(crowd_may(world, "UPDATE outbox SET state = 'nonsense'"));
    }
    world_close(world);
}

static void a_person_can_resolve_along_legal_steps_only(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    bool early = true;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_resolve(world->db, message->id, "delivered", "a test", NOW, &early, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_false(early); /* it was never handed over: there is nothing to have arrived */
    crowd_run(world, "UPDATE outbox SET attempt = 1");
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(STATES); j++) {
            if (i == j) {
                continue;
            }
            force(world, STATES[i]);
            bool moved = !is_legal(STATES[i], STATES[j]);
            WORLD_MUST(db_begin(world->db, &err));
            WORLD_MUST(
                outbox_resolve(world->db, message->id, STATES[j], "a test", NOW, &moved, &err));
            WORLD_MUST(db_commit(world->db, &err));
            assert_int_equal(moved, is_legal(STATES[i], STATES[j]));
            assert_string_equal(crowd_state(world, message->id), moved ? STATES[j] : STATES[i]);
        }
    }
    world_close(world);
}

static void a_message_sent_again_opens_its_campaign_again(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    force(world, "unsure");
    crowd_set_state(world, "finished");
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 1, 10, &claimed), 0);
    bool moved = false;
    WORLD_MUST(outbox_resolve(world->db, message->id, "queued", "again", NOW, &moved, &err));
    assert_true(moved);
    assert_int_equal(crowd_claim(world, 1, 10, &claimed), 1);
    force(world, "unsure");
    crowd_set_state(world, "cancelled");
    WORLD_MUST(outbox_resolve(world->db, message->id, "queued", "again", NOW, &moved, &err));
    assert_int_equal(crowd_claim(world, 1, 10, &claimed), 0);
    world_close(world);
}

static void a_member_and_a_household_get_one_message_a_step(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    WORLD_MUST(db_begin(world->db, &err));
    int64_t first = crowd_add(world, 1);
    int64_t second = crowd_add(world, 2);
    assert_true(crowd_queue(world, world->step_id, first, 1, NOW));
    assert_false(crowd_queue(world, world->step_id, first, 1, NOW));  /* the same again */
    assert_false(crowd_queue(world, world->step_id, first, 3, NOW));  /* another number */
    assert_false(crowd_queue(world, world->step_id, second, 1, NOW)); /* the same handset */
    assert_true(crowd_queue(world, world->step_id, second, 2, NOW));
    WORLD_MUST(db_commit(world->db, &err));
    /* A mailbox is the same in capitals. */
    struct outbox_message mail = {.step_id = world->step_id,
                                  .member_id = first,
                                  .channel = CHANNEL_EMAIL,
                                  .address = "Ann@mail.example",
                                  .template_id = world->template_id,
                                  .merge = "{}",
                                  .due_at = NOW};
    bool queued = false;
    WORLD_MUST(outbox_put(world->db, &mail, NOW, &queued, &err));
    assert_true(queued);
    mail.member_id = second;
    mail.address = "ann@MAIL.example";
    WORLD_MUST(outbox_put(world->db, &mail, NOW, &queued, &err));
    assert_false(queued);
    /* References are unlike and long. */
    assert_int_equal(crowd_number(world, "SELECT COUNT(DISTINCT reference) FROM outbox"), 3);
    assert_int_equal(crowd_number(world, "SELECT MIN(LENGTH(reference)) FROM outbox"), 20);
    world_close(world);
}

/* Another campaign with one step, whose messages must go by `deadline`. */
static int64_t add_step(struct world *world, const char *name, int64_t deadline)
{
    struct campaign campaign = {.name = name, .title = name, .at = NOW};
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    struct step step = {.campaign_id = campaign.id,
                        .position = 1,
                        .who = "everyone",
                        .uses_sms = true,
                        .at = NOW - CLOCK_HOUR,
                        .deadline = deadline};
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(campaigns_set_state(world->db, campaign.id, "running", NOW, &err));
    return step.id;
}

static void only_what_may_go_is_claimed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 1, 10, &claimed), 0);
    WORLD_MUST(db_begin(world->db, &err));
    int64_t late = add_step(world, "late", NOW);
    int64_t soon = add_step(world, "soon", NOW + CLOCK_HOUR);
    int64_t ids[6];
    for (int i = 0; i < 6; i++) {
        ids[i] = crowd_add(world, i + 1);
    }
    assert_true(crowd_queue(world, world->step_id, ids[0], 1, NOW + 1)); /* not due yet */
    assert_true(crowd_queue(world, world->step_id, ids[1], 2, NOW));
    assert_true(crowd_queue(world, late, ids[2], 3, NOW - 5)); /* its deadline is now */
    assert_true(crowd_queue(world, soon, ids[3], 4, NOW - 1));
    assert_true(crowd_queue(world, soon, ids[4], 5, NOW - 3));
    assert_true(crowd_queue(world, soon, ids[5], 6, NOW - 2));
    WORLD_MUST(db_commit(world->db, &err));
    (void)world_queue(world, 0, CHANNEL_EMAIL); /* the other channel */

    /* The nearest deadline first, and of that the longest due, as many as were asked for. */
    assert_int_equal(crowd_claim(world, 7, 2, &claimed), 2);
    assert_int_equal(claimed[0].member_id, ids[4]);
    assert_int_equal(claimed[1].member_id, ids[5]);
    assert_int_equal(claimed[0].step_id, soon);
    assert_int_equal(claimed[0].deadline, NOW + CLOCK_HOUR);
    assert_string_equal(claimed[0].state, "claimed");
    assert_int_equal(claimed[0].attempt, 0);
    /* What one has, another does not get; and one claim is of one step. */
    assert_int_equal(crowd_claim(world, 8, 10, &claimed), 1);
    assert_int_equal(claimed[0].member_id, ids[3]);
    assert_int_equal(crowd_claim(world, 8, 10, &claimed), 1);
    assert_int_equal(claimed[0].member_id, ids[1]);
    assert_int_equal(crowd_claim(world, 8, 10, &claimed), 0);
    world_close(world);
}

static void a_campaign_that_does_not_run_gives_nothing(void **state)
{
    (void)state;
    static const char *const idle[] = {"draft", "paused", "finished", "cancelled"};
    for (size_t i = 0; i < ARRAY_LENGTH(idle); i++) {
        struct world *world = world_open(NOW);
        (void)world_queue(world, 0, CHANNEL_SMS);
        crowd_set_state(world, idle[i]);
        struct outbox_message *claimed = NULL;
        assert_int_equal(crowd_claim(world, 1, 10, &claimed), 0);
        world_close(world);
    }
}

static void the_pace_holds_whoever_claims_whenever(void **state)
{
    (void)state;
    enum { COUNT = 400, RATE = 50, SECONDS = 6, TICK = 37 };
    struct world *world = world_open(NOW);
    crowd_fill(world, COUNT);
    const struct pace_rule rule = {.rate = RATE};
    size_t total = 0;
    size_t most = 0;
    for (int64_t now = NOW; now < NOW + SECONDS * CLOCK_SECOND; now += TICK) {
        struct outbox_message *messages = NULL;
        int64_t wait = -1;
        size_t count =
            world_claim_at(world, CHANNEL_SMS, now % 3, now, 100, &rule, &messages, &wait);
        assert_true(wait >= 0 && wait <= CLOCK_SECOND);
        assert_true(count > 0 || wait > 0);
        total += count;
        most = count > most ? count : most;
    }
    /* Not faster than the rate and half a second's worth at the start; and not a tenth slower. */
    assert_in_range(total, RATE * SECONDS * 9 / 10, RATE * SECONDS + RATE / 2);
    assert_in_range(most, 1, RATE / 2);
    world_close(world);
}

/* By how much the clock is set back, and how long the channel may stand still then: a little is
 * what another process may be ahead. */
static void a_clock_that_is_set_back_does_not_stop_the_channel(void **state)
{
    (void)state;
    static const int64_t back[][2] = {{CLOCK_SECOND, 3 * CLOCK_SECOND},
                                      {20 * CLOCK_SECOND, 22 * CLOCK_SECOND},
                                      {CLOCK_MINUTE, CLOCK_MINUTE + 2 * CLOCK_SECOND},
                                      {2 * CLOCK_MINUTE, 0},
                                      {8 * CLOCK_HOUR, 0}};
    const struct pace_rule rule = {.rate = 1};
    for (size_t i = 0; i < ARRAY_LENGTH(back); i++) {
        struct world *world = world_open(NOW);
        crowd_fill(world, 20);
        struct outbox_message *messages = NULL;
        size_t count = 0;
        int64_t wait = 0;
        int64_t later = NOW + 8 * CLOCK_HOUR;
        assert_int_equal(world_claim_at(world, CHANNEL_SMS, 1, later, 1, &rule, &messages, &wait),
                         1);
        int64_t now = later - back[i][0];
        do {
            count = world_claim_at(world, CHANNEL_SMS, 1, now, 1, &rule, &messages, &wait);
            now += CLOCK_SECOND;
        } while (count == 0 && now < later + CLOCK_MINUTE);
        assert_int_equal(count, 1);
        assert_in_range(now - CLOCK_SECOND - (later - back[i][0]), 0, back[i][1]);
        world_close(world);
    }
}

static void listings_and_tallies_agree(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_fill(world, 5);
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    struct outbox_message *messages = NULL;
    assert_int_equal(crowd_claim(world, 1, 2, &messages), 2);
    struct outbox_tally *tallies = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_tally(world->db, 0, world->arena, &tallies, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(tallies[0].channel, "email");
    assert_int_equal(tallies[0].count, 1);
    assert_string_equal(tallies[1].state, "claimed");
    assert_int_equal(tallies[1].count, 2);
    assert_int_equal(tallies[2].count, 3);
    WORLD_MUST(outbox_tally(world->db, 999, world->arena, &tallies, &count, &err));
    assert_int_equal(count, 0);
    int64_t pending = 0;
    WORLD_MUST(outbox_pending(world->db, CHANNEL_SMS, NOW, &pending, &err));
    assert_int_equal(pending, 5);
    WORLD_MUST(outbox_pending(world->db, CHANNEL_EMAIL, NOW, &pending, &err));
    assert_int_equal(pending, 1);
    WORLD_MUST(outbox_list(world->db, 0, "claimed", 10, world->arena, &messages, &count, &err));
    assert_int_equal(count, 2);
    WORLD_MUST(outbox_list(world->db, 0, NULL, 4, world->arena, &messages, &count, &err));
    assert_int_equal(count, 4);
    struct outbox_message *found = NULL;
    WORLD_MUST(outbox_find(world->db, messages[0].reference, world->arena, &found, &err));
    assert_int_equal(found->id, messages[0].id);
    WORLD_MUST(outbox_find(world->db, "' OR 1=1 --", world->arena, &found, &err));
    assert_null(found);
    crowd_set_state(world, "paused");
    WORLD_MUST(outbox_pending(world->db, CHANNEL_SMS, NOW, &pending, &err));
    assert_int_equal(pending, 2); /* what is claimed is still in hand */
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_store_refuses_every_other_step),
        cmocka_unit_test(a_person_can_resolve_along_legal_steps_only),
        cmocka_unit_test(a_message_sent_again_opens_its_campaign_again),
        cmocka_unit_test(a_member_and_a_household_get_one_message_a_step),
        cmocka_unit_test(only_what_may_go_is_claimed),
        cmocka_unit_test(a_campaign_that_does_not_run_gives_nothing),
        cmocka_unit_test(the_pace_holds_whoever_claims_whenever),
        cmocka_unit_test(a_clock_that_is_set_back_does_not_stop_the_channel),
        cmocka_unit_test(listings_and_tallies_agree),
    };
    return cmocka_run_group_tests_name("store/outbox", tests, NULL, NULL);
}
