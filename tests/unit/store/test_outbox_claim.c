/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims under the rules of receivers, of routes, and of how often a member is written to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

enum { EACH = 100 };

/* Mails to so many members of each pool, all due. */
static void fill(struct world *world, const char *const *pools, size_t count, int each)
{
    static const char FIRST[] = "SELECT COUNT(*) + 1 FROM member";
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < each; j++) {
            int number = (int)crowd_number(world, FIRST);
            const char *address = arena_printf(world->arena, "c%d@mail.example", number);
            struct outbox_message message = {.step_id = world->step_id,
                                             .member_id = crowd_add_voter(world, number),
                                             .channel = CHANNEL_EMAIL,
                                             .address = address,
                                             .template_id = world->template_id,
                                             .merge = "{}",
                                             .due_at = NOW - 1000,
                                             .pool = pools[i]};
            bool queued = false;
            WORLD_MUST(outbox_put(world->db, &message, NOW, &queued, &err));
            assert_true(queued);
        }
    }
    WORLD_MUST(db_commit(world->db, &err));
}

static struct outbox_demand demand_of(const struct world *world, int64_t worker, int64_t now,
                                      size_t limit, const struct outbox_pool *pools, size_t count)
{
    return (struct outbox_demand){
        .channel = CHANNEL_EMAIL,
        .step_id = world->step_id,
        .worker = worker,
        .now = now,
        .lease_until = now + CLOCK_MINUTE,
        .limit = limit,
        .route = {.channel = CHANNEL_EMAIL, .name = "relay", .weight = 1, .alone = true},
        .pools = pools,
        .pool_count = count,
    };
}

static struct outbox_claimed claim(struct world *world, const struct outbox_demand *demand)
{
    struct outbox_claimed claimed;
    WORLD_MUST(outbox_claim(world->db, demand, world->arena, &claimed, &err));
    assert_true(claimed.count <= demand->limit);
    return claimed;
}

static size_t of_pool(const struct outbox_claimed *claimed, const char *pool)
{
    size_t count = 0;
    for (size_t i = 0; i < claimed->count; i++) {
        count += text_equal(claimed->messages[i].pool, pool);
    }
    return count;
}

/* What a worker has in hand was done with. */
static void finish(struct world *world, int64_t worker)
{
    crowd_run(world, arena_printf(world->arena,
                                  "UPDATE outbox SET state = 'withheld', worker_id = NULL,"
                                  " lease_until = NULL WHERE worker_id = %lld",
                                  (long long)worker));
}

static void pools_share_a_batch(void **state)
{
    (void)state;
    static const char *const names[] = {"", "a", "b", "c"};
    struct world *world = world_open(NOW);
    fill(world, names, ARRAY_LENGTH(names), EACH);
    struct outbox_demand demand = demand_of(world, 7, NOW, 40, NULL, 0);
    struct outbox_claimed claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 40);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        assert_int_equal(of_pool(&claimed, names[i]), 10);
    }
    /* With one message a time each pool has its turn. */
    size_t had[ARRAY_LENGTH(names)] = {0};
    for (int64_t i = 0; i < 40; i++) {
        demand = demand_of(world, 7, NOW + 1 + i, 1, NULL, 0);
        claimed = claim(world, &demand);
        assert_int_equal(claimed.count, 1);
        for (size_t j = 0; j < ARRAY_LENGTH(names); j++) {
            had[j] += of_pool(&claimed, names[j]);
        }
    }
    for (size_t j = 0; j < ARRAY_LENGTH(names); j++) {
        assert_int_equal(had[j], 10);
    }
    world_close(world);
}

static void what_one_pool_leaves_goes_to_the_others(void **state)
{
    (void)state;
    static const char *const few[] = {"a", "c"};
    static const char *const many[] = {"b"};
    struct world *world = world_open(NOW);
    fill(world, few, ARRAY_LENGTH(few), 2);
    fill(world, many, ARRAY_LENGTH(many), EACH);
    const struct outbox_demand demand = demand_of(world, 7, NOW, 50, NULL, 0);
    struct outbox_claimed claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 50);
    assert_int_equal(of_pool(&claimed, "a"), 2);
    assert_int_equal(of_pool(&claimed, "b"), 46);
    assert_int_equal(of_pool(&claimed, "c"), 2);
    world_close(world);
}

static void a_pool_has_so_many_in_a_session_and_so_many_sessions(void **state)
{
    (void)state;
    static const char *const names[] = {"", "yahoo"};
    static const struct outbox_pool pools[] = {
        {.name = "yahoo", .sessions = 2, .per_session = 5},
        {.name = "other", .sessions = 1, .per_session = 1},
    };
    struct world *world = world_open(NOW);
    fill(world, names, ARRAY_LENGTH(names), EACH);
    static const size_t expected[] = {5, 5, 0, 0};
    for (int64_t worker = 1; worker <= 4; worker++) {
        struct outbox_demand demand = demand_of(world, worker, NOW, 20, pools, 2);
        struct outbox_claimed claimed = claim(world, &demand);
        assert_int_equal(claimed.count, 20); /* the rest is of those in no pool */
        assert_int_equal(of_pool(&claimed, "yahoo"), expected[worker - 1]);
    }
    /* Two sessions are at work: nothing more of the pool, and told when to come again. */
    crowd_run(world, "UPDATE outbox SET state = 'withheld' WHERE pool = '' AND state = 'queued'");
    struct outbox_demand demand = demand_of(world, 5, NOW, 20, pools, 2);
    struct outbox_claimed claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 0);
    assert_true(claimed.wait > 0);
    assert_false(claimed.route_waits);
    finish(world, 1);
    claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 5);
    /* Its own messages do not stand in a worker's way. */
    demand = demand_of(world, 2, NOW + 1, 20, pools, 2);
    claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 5);
    world_close(world);
}

static void a_pool_has_a_pace_and_pauses(void **state)
{
    (void)state;
    static const char *const names[] = {"", "google"};
    static const struct outbox_pool pools[] = {
        {.name = "google", .rule = {.rate = 10, .burst = 4, .per_minute = 6}}};
    struct world *world = world_open(NOW);
    fill(world, names, ARRAY_LENGTH(names), EACH);
    struct outbox_demand demand = demand_of(world, 1, NOW, 20, pools, 1);
    struct outbox_claimed claimed = claim(world, &demand);
    assert_int_equal(of_pool(&claimed, "google"), 4);
    assert_int_equal(claimed.count, 20);
    demand = demand_of(world, 1, NOW + 1000, 20, pools, 1);
    claimed = claim(world, &demand);
    assert_int_equal(of_pool(&claimed, "google"), 2); /* six in this minute */
    assert_int_equal(claimed.count, 20);
    /* One that did not go makes room for another. */
    for (size_t i = 0; i < claimed.count; i++) {
        if (text_equal(claimed.messages[i].pool, "google")) {
            const struct outbox_message *message = &claimed.messages[i];
            WORLD_MUST(outbox_return(world->db, &demand, &message, 1, &err));
            break;
        }
    }
    demand = demand_of(world, 1, NOW + 2000, 20, pools, 1);
    claimed = claim(world, &demand);
    assert_int_equal(of_pool(&claimed, "google"), 1);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(paces_pause(world->db, "pool/google", NOW + 2 * CLOCK_HOUR, "[TS04]", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    demand = demand_of(world, 1, NOW + CLOCK_HOUR, 200, pools, 1);
    claimed = claim(world, &demand);
    assert_int_equal(of_pool(&claimed, "google"), 0);
    assert_true(claimed.count > 0);
    claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 0);
    assert_int_equal(claimed.wait, CLOCK_HOUR);
    assert_false(claimed.route_waits);
    world_close(world);
}

/* A pool that was taken out of the file leaves no message behind. */
static void pools_that_nobody_knows_have_no_rules(void **state)
{
    (void)state;
    static const char *const names[] = {"gone"};
    static const struct outbox_pool pools[] = {{.name = "google", .sessions = 1}};
    struct world *world = world_open(NOW);
    fill(world, names, 1, EACH);
    for (int64_t worker = 1; worker <= 2; worker++) {
        const struct outbox_demand demand = demand_of(world, worker, NOW, 50, pools, 1);
        struct outbox_claimed claimed = claim(world, &demand);
        assert_int_equal(claimed.count, 50);
    }
    world_close(world);
}

static void the_route_comes_first(void **state)
{
    (void)state;
    static const char *const names[] = {"", "google"};
    struct world *world = world_open(NOW);
    fill(world, names, ARRAY_LENGTH(names), EACH);
    struct outbox_demand demand = demand_of(world, 1, NOW, 50, NULL, 0);
    demand.rule = (struct pace_rule){.per_minute = 30};
    struct outbox_claimed claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 30);
    assert_true(claimed.route_waits);
    struct outbox_claimed none = claim(world, &demand);
    assert_int_equal(none.count, 0);
    assert_true(none.route_waits);
    assert_true(none.wait > 50000);
    /* What comes back untouched does not count. */
    const struct outbox_message *back[12];
    for (size_t i = 0; i < ARRAY_LENGTH(back); i++) {
        back[i] = &claimed.messages[i];
    }
    WORLD_MUST(outbox_return(world->db, &demand, back, ARRAY_LENGTH(back), &err));
    demand.lease_until++;
    claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 12);
    world_close(world);
}

static void nothing_in_the_queue_holds_nobody_up(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct outbox_demand demand = demand_of(world, 1, NOW, 50, NULL, 0);
    const struct outbox_claimed claimed = claim(world, &demand);
    assert_int_equal(claimed.count, 0);
    assert_int_equal(claimed.wait, 0);
    assert_false(claimed.route_waits);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_share_a_batch),
        cmocka_unit_test(what_one_pool_leaves_goes_to_the_others),
        cmocka_unit_test(a_pool_has_so_many_in_a_session_and_so_many_sessions),
        cmocka_unit_test(a_pool_has_a_pace_and_pauses),
        cmocka_unit_test(pools_that_nobody_knows_have_no_rules),
        cmocka_unit_test(the_route_comes_first),
        cmocka_unit_test(nothing_in_the_queue_holds_nobody_up),
    };
    return cmocka_run_group_tests_name("store/outbox_claim", tests, NULL, NULL);
}
