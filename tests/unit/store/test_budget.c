/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign's budget: which text is the last, and what the account says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox_unsure.h"
#include "muster/store/steps.h"

static const int64_t NOW = 1800000000000;

enum { PRICE = 35000, WORKER = 7, OTHER = 8, MOST = 10 };

static struct world *open_world(int texts, int64_t budget)
{
    struct world *world = world_open(NOW);
    crowd_fill(world, texts);
    crowd_run(world,
              arena_printf(world->arena, "UPDATE campaign SET budget = %lld, currency = 'GBP'",
                           (long long)budget));
    return world;
}

/* Claim so many and try to release them at these costs; gives how many were. */
static size_t hand(struct world *world, int64_t worker, size_t count, const int64_t *costs,
                   const char *currency, struct outbox_release releases[MOST])
{
    struct outbox_message *messages = NULL;
    size_t released = 0;
    assert_int_equal(crowd_claim(world, worker, count, &messages), count);
    for (size_t i = 0; i < count; i++) {
        releases[i] = (struct outbox_release){.id = messages[i].id,
                                              .parts = 1,
                                              .cost = costs == NULL ? PRICE : costs[i],
                                              .gateway = "practice"};
    }
    struct outbox_terms terms = world_terms(world, worker, world->step_id);
    terms.currency = currency;
    WORLD_MUST(outbox_release(world->db, &terms, releases, count, &err));
    for (size_t i = 0; i < count; i++) {
        released += releases[i].released;
    }
    return released;
}

/* What became of a text on the wire. */
static void settle(struct world *world, int64_t id, const char *state, const char *verdict)
{
    const struct outbox_outcome outcome = {
        .attempt = crowd_number(world, arena_printf(world->arena,
                                                    "SELECT attempt FROM outbox WHERE id = %lld",
                                                    (long long)id)),
        .id = id,
        .state = state,
        .verdict = verdict,
        .answer = "said the carrier",
        .due_at = NOW};
    WORLD_MUST(outbox_settle(world->db, NOW, &outcome, 1, &err));
}

static int64_t spent(struct world *world)
{
    return crowd_number(world, "SELECT spent FROM campaign");
}

static int64_t count(struct world *world, const char *state)
{
    return crowd_number(
        world, arena_printf(world->arena, "SELECT COUNT(*) FROM outbox WHERE state = '%s'", state));
}

static void what_is_under_way_is_waited_for(void **state)
{
    (void)state;
    struct outbox_release first[MOST];
    struct outbox_release second[MOST];
    struct world *world = open_world(6, 2 * PRICE + 1);
    assert_int_equal(hand(world, WORKER, 3, NULL, "GBP", first), 2);
    assert_true(first[2].waits);
    assert_string_equal(crowd_state(world, first[2].id), "queued");
    assert_int_equal(spent(world), 2 * PRICE);
    /* Another worker waits for it, too. */
    assert_int_equal(hand(world, OTHER, 1, NULL, "GBP", second), 0);
    assert_true(second[0].waits);
    settle(world, first[0].id, "refused", "refused");
    assert_int_equal(spent(world), PRICE);
    assert_int_equal(hand(world, OTHER, 1, NULL, "GBP", second), 1);
    assert_int_equal(count(world, "unaffordable"), 0);
    settle(world, first[1].id, "accepted", "accepted");
    settle(world, second[0].id, "unsure", "unsure"); /* it may have gone: it costs */
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", first), 0);
    assert_false(first[0].waits);
    assert_true(first[0].ended); /* it is told once */
    assert_int_equal(count(world, "unaffordable"), 3);
    assert_int_equal(spent(world), 2 * PRICE);
    world_close(world);
}

static void a_cheaper_one_does_not_slip_through(void **state)
{
    (void)state;
    static const int64_t costs[] = {PRICE, 2 * PRICE, PRICE};
    static const int64_t dear[] = {2 * PRICE};
    struct outbox_release releases[MOST];
    struct world *world = open_world(4, 2 * PRICE);
    /* While it is open what is left, whoever fits goes: nothing is lost by it. */
    assert_int_equal(hand(world, WORKER, 3, costs, "GBP", releases), 2);
    world_close(world);
    world = open_world(4, PRICE);
    assert_int_equal(hand(world, WORKER, 1, dear, "GBP", releases), 0);
    assert_int_equal(count(world, "unaffordable"), 4);
    /* Somebody who is queued only now finds the budget ended. */
    const int64_t late = crowd_add_voter(world, 20);
    WORLD_MUST(db_begin(world->db, &err));
    assert_true(crowd_queue(world, world->step_id, late, 20, NOW - 1));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 0);
    assert_false(releases[0].ended);
    assert_int_equal(count(world, "unaffordable"), 5);
    assert_int_equal(spent(world), 0);
    world_close(world);
}

/* The provider says that it has no such message. */
static void find_nothing(struct world *world, int64_t id)
{
    const struct outbox_sighting sighting = {.id = id,
                                             .attempt = 1,
                                             .answer = "no such message",
                                             .state = "queued",
                                             .reason = "the provider has no such message"};
    bool moved = false;
    WORLD_MUST(outbox_unsure_settle(world->db, &sighting, NOW, &moved, &err));
    assert_true(moved);
}

static void what_came_back_goes_again_for_its_own_money(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct outbox_release again[MOST];
    struct world *world = open_world(3, PRICE);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "unsure", "unsure");
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 0);
    assert_int_equal(count(world, "unaffordable"), 2);
    find_nothing(world, releases[0].id);
    assert_int_equal(spent(world), 0);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 1);
    assert_int_equal(again[0].id, releases[0].id);
    assert_int_equal(spent(world), PRICE);
    world_close(world);
}

/* A person sends again what may have been sent: it may have to be paid for twice. */
static void what_may_have_gone_is_paid_for_again(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct outbox_release again[MOST];
    struct world *world = open_world(1, 2 * PRICE);
    bool moved = false;
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "unsure", "unsure");
    WORLD_MUST(
        outbox_resolve(world->db, releases[0].id, "queued", "send it again", NOW, &moved, &err));
    assert_int_equal(spent(world), PRICE);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 1);
    assert_int_equal(spent(world), 2 * PRICE);
    settle(world, releases[0].id, "unsure", "unsure");
    WORLD_MUST(
        outbox_resolve(world->db, releases[0].id, "queued", "send it again", NOW, &moved, &err));
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 0);
    assert_int_equal(count(world, "unaffordable"), 1);
    assert_int_equal(spent(world), 2 * PRICE);
    world_close(world);
}

/* What was given back is taken again when a receipt knows better, and the budget ends by it. */
static void a_receipt_that_knows_better_is_paid_for(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct outbox_release again[MOST];
    struct world *world = open_world(3, PRICE);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "queued", "deferred");
    assert_int_equal(spent(world), 0);
    crowd_run(world, arena_printf(world->arena,
                                  "UPDATE outbox SET state = 'delivered', reason = 'a receipt'"
                                  " WHERE id = %lld",
                                  (long long)releases[0].id));
    assert_int_equal(spent(world), PRICE);
    assert_int_equal(crowd_number(world, "SELECT SUM(cost) FROM outbox"), PRICE);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 0);
    assert_int_equal(count(world, "unaffordable"), 2);
    assert_int_equal(spent(world), PRICE);
    world_close(world);
}

/* A person sent again what may have gone, and that try certainly did not go: the first one is paid
 * for already, whatever a receipt says of it. */
static void what_is_paid_for_is_not_paid_for_again(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct world *world = open_world(1, 5 * PRICE);
    bool moved = false;
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "unsure", "unsure");
    WORLD_MUST(
        outbox_resolve(world->db, releases[0].id, "queued", "send it again", NOW, &moved, &err));
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "queued", "deferred");
    assert_int_equal(spent(world), PRICE);
    crowd_run(world, "UPDATE outbox SET state = 'delivered', reason = 'a receipt'");
    assert_int_equal(spent(world), PRICE);
    world_close(world);
}

/* A receipt reaches what waits for money, too: it must not go once more when there is some. */
static void a_receipt_reaches_what_cannot_be_paid_for(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct outbox_release again[MOST];
    struct world *world = open_world(2, PRICE);
    bool moved = false;
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "unsure", "unsure");
    WORLD_MUST(
        outbox_resolve(world->db, releases[0].id, "queued", "send it again", NOW, &moved, &err));
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 0);
    assert_string_equal(crowd_state(world, releases[0].id), "unaffordable");
    WORLD_MUST(
        outbox_resolve(world->db, releases[0].id, "delivered", "a receipt", NOW, &moved, &err));
    assert_true(moved);
    /* One that was never handed over has no receipts. */
    WORLD_MUST(
        outbox_resolve(world->db, 3 - releases[0].id, "delivered", "a receipt", NOW, &moved, &err));
    assert_false(moved);
    world_close(world);
}

/* It was given back, and has gone for other money since: that is what stands. */
static void what_went_again_is_counted_once(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct outbox_release again[MOST];
    struct world *world = open_world(1, 3 * PRICE);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "queued", "deferred");
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", again), 1);
    settle(world, releases[0].id, "accepted", "accepted");
    crowd_run(world, "UPDATE outbox SET state = 'delivered'");
    assert_int_equal(spent(world), PRICE);
    world_close(world);
}

static void what_has_no_price_is_withheld_and_ends_nothing(void **state)
{
    (void)state;
    static const int64_t costs[] = {-1, PRICE};
    struct outbox_release releases[MOST];
    struct world *world = open_world(4, 10 * PRICE);
    assert_int_equal(hand(world, WORKER, 2, costs, "GBP", releases), 1);
    assert_string_equal(crowd_state(world, releases[0].id), "withheld");
    /* Nor has it one in another currency. */
    assert_int_equal(hand(world, WORKER, 1, NULL, "EUR", releases), 0);
    assert_string_equal(crowd_state(world, releases[0].id), "withheld");
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    assert_int_equal(spent(world), 2 * PRICE);
    world_close(world);
}

static void an_opt_out_comes_before_the_money(void **state)
{
    (void)state;
    static const int64_t costs[] = {5 * PRICE, PRICE};
    struct outbox_release releases[MOST];
    struct world *world = open_world(2, PRICE);
    /* Suppressed without the queue being told, as in the moment between the two. */
    crowd_run(world, "INSERT INTO suppression (address_key, channel, kind, source, reason, at)"
                     " SELECT address_key, 'sms', 'stop', 'reply', 'STOP', 1 FROM outbox"
                     " ORDER BY id LIMIT 1");
    assert_int_equal(hand(world, WORKER, 2, costs, "GBP", releases), 1);
    assert_string_equal(crowd_state(world, releases[0].id), "withheld");
    assert_string_equal(crowd_state(world, releases[1].id), "sending");
    world_close(world);
}

/* A second step of the campaign, to which the later half of the texts belongs. */
static int64_t split_step(struct world *world, int64_t budget)
{
    struct step step;
    WORLD_MUST(campaigns_step(world->db, world->step_id, world->arena, &step, &err));
    step.position = 2;
    step.name = "second";
    step.budget = 0;
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    const long long halves[] = {(long long)world->step_id, (long long)step.id};
    crowd_run(world, arena_printf(world->arena,
                                  "UPDATE outbox SET step_id = %lld"
                                  " WHERE id > (SELECT COUNT(*) / 2 FROM outbox)",
                                  halves[1]));
    crowd_run(world, arena_printf(world->arena, "UPDATE step SET budget = %lld WHERE id = %lld",
                                  (long long)budget, halves[0]));
    return step.id;
}

static void a_step_ends_its_own_texts_and_no_others(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    int64_t requeued = 0;
    struct world *world = open_world(8, 6 * PRICE);
    const int64_t first = world->step_id;
    const int64_t second = split_step(world, 2 * PRICE + 1);
    assert_int_equal(hand(world, WORKER, 3, NULL, "GBP", releases), 2);
    assert_true(releases[2].waits);
    settle(world, releases[0].id, "accepted", "accepted");
    settle(world, releases[1].id, "refused", "refused"); /* pays for another one */
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "accepted", "accepted");
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 0);
    assert_int_equal(releases[0].ended, OUTBOX_ENDS_STEP);
    assert_int_equal(count(world, "unaffordable"), 1);
    assert_int_equal(count(world, "queued"), 4);
    assert_int_equal(spent(world), 2 * PRICE);
    /* The other step goes on, on what is left of the campaign's. */
    world->step_id = second;
    assert_int_equal(hand(world, WORKER, 4, NULL, "GBP", releases), 4);
    assert_int_equal(spent(world), 6 * PRICE);
    for (size_t i = 0; i < 4; i++) {
        settle(world, releases[i].id, "accepted", "accepted");
    }
    /* More for the campaign pays for none of the step whose own is spent; more for the step does,
     * as far as the campaign pays too. */
    WORLD_MUST(campaigns_set_budget(world->db, 1, 7 * PRICE, NOW, &requeued, &err));
    assert_int_equal(requeued, 0);
    WORLD_MUST(steps_set_budget(world->db, first, 5 * PRICE, NOW, &requeued, &err));
    assert_int_equal(requeued, 1);
    world->step_id = first;
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    assert_int_equal(spent(world), 7 * PRICE);
    assert_int_equal(crowd_number(world, "SELECT SUM(spent) FROM step"), 7 * PRICE);
    world_close(world);
}

static void the_campaign_ends_what_a_step_would_pay_for(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct world *world = open_world(4, PRICE);
    (void)split_step(world, 10 * PRICE);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 1);
    settle(world, releases[0].id, "accepted", "accepted");
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 0);
    assert_int_equal(releases[0].ended, OUTBOX_ENDS_CAMPAIGN);
    assert_int_equal(count(world, "unaffordable"), 3); /* those of the other step, too */
    world_close(world);
}

static void without_a_budget_it_is_only_counted(void **state)
{
    (void)state;
    static const int64_t costs[] = {PRICE, -1};
    struct outbox_release releases[MOST];
    struct world *world = world_open(NOW);
    crowd_fill(world, 3);
    assert_int_equal(hand(world, WORKER, 2, costs, "GBP", releases), 2);
    assert_int_equal(spent(world), PRICE);
    assert_int_equal(crowd_number(world, "SELECT currency = 'GBP' FROM campaign"), 1);
    /* Prices in another currency are no sum with these. */
    assert_int_equal(hand(world, WORKER, 1, NULL, "EUR", releases), 1);
    assert_int_equal(spent(world), PRICE);
    world_close(world);
}

static void more_money_queues_what_waited_for_it(void **state)
{
    (void)state;
    struct outbox_release releases[MOST];
    struct world *world = open_world(3, PRICE - 1);
    assert_int_equal(hand(world, WORKER, 1, NULL, "GBP", releases), 0);
    assert_int_equal(count(world, "unaffordable"), 3);
    const int64_t campaign = crowd_number(world, "SELECT id FROM campaign");
    int64_t requeued = 0;
    WORLD_MUST(campaigns_set_budget(world->db, campaign, 2 * PRICE, NOW, &requeued, &err));
    assert_int_equal(requeued, 3);
    struct campaign *stored = NULL;
    WORLD_MUST(campaigns_get(world->db, campaign, world->arena, &stored, &err));
    assert_true(stored->budgeted);
    assert_int_equal(stored->budget, 2 * PRICE);
    assert_string_equal(stored->currency, "GBP");
    assert_int_equal(hand(world, WORKER, 3, NULL, "GBP", releases), 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_under_way_is_waited_for),
        cmocka_unit_test(a_cheaper_one_does_not_slip_through),
        cmocka_unit_test(what_came_back_goes_again_for_its_own_money),
        cmocka_unit_test(what_may_have_gone_is_paid_for_again),
        cmocka_unit_test(a_receipt_that_knows_better_is_paid_for),
        cmocka_unit_test(what_is_paid_for_is_not_paid_for_again),
        cmocka_unit_test(a_receipt_reaches_what_cannot_be_paid_for),
        cmocka_unit_test(what_went_again_is_counted_once),
        cmocka_unit_test(what_has_no_price_is_withheld_and_ends_nothing),
        cmocka_unit_test(an_opt_out_comes_before_the_money),
        cmocka_unit_test(a_step_ends_its_own_texts_and_no_others),
        cmocka_unit_test(the_campaign_ends_what_a_step_would_pay_for),
        cmocka_unit_test(without_a_budget_it_is_only_counted),
        cmocka_unit_test(more_money_queues_what_waited_for_it),
    };
    return cmocka_run_group_tests_name("store/budget", tests, NULL, NULL);
}
