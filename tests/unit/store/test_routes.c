/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How routes share a channel: a simulated run of several, each with a speed of its own, that fail
 * and come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/routes.h"

static const int64_t NOW = 1800000000000;

/* A route as it works: it asks, hands over for a while, and asks again. */
struct worker_of {
    struct route route;
    size_t batch;
    int64_t takes; /* ms a batch */
    int64_t free_at;
    bool fails;
    size_t carried;
    size_t asked;
};

static struct worker_of route_of(const char *name, int64_t weight, int64_t takes)
{
    return (struct worker_of){
        .route = {.channel = CHANNEL_SMS, .name = name, .weight = weight},
        .batch = 20,
        .takes = takes,
    };
}

static size_t turn(struct world *world, const struct route *route, int64_t now, size_t wanted,
                   int64_t *wait)
{
    size_t granted = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(routes_turn(world->db, route, now, wanted, &granted, wait, &err));
    assert_true(granted == 0 || *wait == 0);
    assert_true(granted > 0 || *wait > 0);
    if (granted > 0) {
        WORLD_MUST(routes_carry(world->db, route, granted, false, now, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    return granted;
}

static void note_at(struct world *world, const struct route *route, int64_t now,
                    struct routes_report report)
{
    WORLD_MUST(routes_note(world->db, route, &report, now, &err));
}

static void work(struct world *world, struct worker_of *worker, int64_t now)
{
    int64_t wait = 0;
    size_t granted = turn(world, &worker->route, now, worker->batch, &wait);
    worker->asked++;
    if (granted == 0) {
        worker->free_at = now + (wait < 1000 ? wait : 1000);
        return;
    }
    struct routes_report report = {.taken = granted};
    if (worker->fails) {
        report = (struct routes_report){.fault = "Connection refused"};
    } else {
        worker->carried += granted;
    }
    note_at(world, &worker->route, now, report);
    worker->free_at = now + worker->takes;
}

/* Let them work for so many ms of simulated time, in steps of 10. */
static void pass(struct world *world, struct worker_of *workers, size_t count, int64_t *now,
                 int64_t span)
{
    for (size_t i = 0; i < count; i++) {
        workers[i].carried = 0;
        workers[i].asked = 0;
    }
    for (int64_t end = *now + span; *now < end; *now += 10) {
        for (size_t i = 0; i < count; i++) {
            if (workers[i].free_at <= *now) {
                work(world, &workers[i], *now);
            }
        }
    }
}

/* No commit of the simulation needs to be on the disk. */
static struct world *open_world(void)
{
    struct world *world = world_open(NOW);
    crowd_run(world, "PRAGMA synchronous = OFF");
    return world;
}

static void shares_are_those_of_the_weights(void **state)
{
    (void)state;
    static const struct {
        int64_t weights[3];
        int64_t takes[3];
        int64_t percent[3]; /* of all that was carried */
    } cases[] = {
        {{1, 1, 0}, {100, 100, 0}, {50, 50, 0}}, {{3, 1, 0}, {100, 100, 0}, {75, 25, 0}},
        {{1, 3, 0}, {100, 100, 0}, {25, 75, 0}}, {{5, 3, 2}, {100, 100, 100}, {50, 30, 20}},
        {{3, 1, 0}, {100, 50, 0}, {75, 25, 0}}, /* the quick one waits for the other */
        {{9, 1, 0}, {100, 100, 0}, {90, 10, 0}}, {{3, 1, 0}, {800, 800, 0}, {75, 25, 0}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = open_world();
        struct worker_of workers[3] = {0};
        static const char *const names[] = {"a", "b", "c"};
        size_t count = 0;
        size_t sum = 0;
        int64_t now = NOW;
        for (size_t j = 0; j < 3 && cases[i].weights[j] > 0; j++) {
            workers[count++] = route_of(names[j], cases[i].weights[j], cases[i].takes[j]);
        }
        pass(world, workers, count, &now, 20000);
        for (size_t j = 0; j < count; j++) {
            sum += workers[j].carried;
        }
        for (size_t j = 0; j < count; j++) {
            int64_t percent = (int64_t)(workers[j].carried * 100 / sum);
            if (percent < cases[i].percent[j] - 3 || percent > cases[i].percent[j] + 3) {
                fail_msg("case %zu: %s has %lld %%", i, workers[j].route.name, (long long)percent);
            }
        }
        world_close(world);
    }
}

/* A route that is slow is at work most of the time: the other does not stand still meanwhile. */
static void nobody_waits_for_one_that_is_at_work(void **state)
{
    (void)state;
    struct world *world = open_world();
    struct worker_of workers[] = {route_of("quick", 1, 50), route_of("slow", 3, 5000)};
    int64_t now = NOW;
    pass(world, workers, 2, &now, 30000);
    assert_in_range(workers[1].carried, 5 * 20, 6 * 20);
    /* It stands still for a second each time the other has asked, and no longer. */
    assert_true(workers[0].carried > 30000 / 50 * 20 * 7 / 10);
    world_close(world);
}

static void one_that_fails_gives_its_share_away_and_gets_it_back(void **state)
{
    (void)state;
    struct world *world = open_world();
    struct worker_of workers[] = {route_of("a", 3, 100), route_of("b", 1, 100)};
    int64_t now = NOW;
    pass(world, workers, 2, &now, 10000);
    size_t together = workers[0].carried + workers[1].carried;
    workers[0].fails = true;
    pass(world, workers, 2, &now, 120000);
    /* All by the other, at its full speed but for the moments in which the one is tried again. */
    assert_int_equal(workers[0].carried, 0);
    assert_true(workers[1].carried > 120000 / 100 * 20 * 9 / 10);
    struct route_state *states = NULL;
    size_t count = 0;
    WORLD_MUST(routes_list(world->db, world->arena, &states, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(states[0].name, "a");
    assert_string_equal(states[0].fault, "Connection refused");
    assert_in_range(states[0].failures, 5, 9);
    assert_in_range(states[0].closed_until, now - 1000, now + 75000);
    assert_int_equal(states[0].ramp, 1);
    assert_null(states[1].fault);
    /* It drifts back: within a closure and some batches it has its share again. */
    workers[0].fails = false;
    pass(world, workers, 2, &now, 90000);
    assert_true(workers[0].carried > 0);
    pass(world, workers, 2, &now, 10000);
    assert_in_range(workers[0].carried * 100 / (workers[0].carried + workers[1].carried), 72, 78);
    assert_in_range(workers[0].carried + workers[1].carried, together * 9 / 10, together * 11 / 10);
    world_close(world);
}

/* One message first, and what it is trusted with grows batch by batch. */
static void it_comes_back_with_one_message(void **state)
{
    (void)state;
    struct world *world = open_world();
    const struct route a = {.channel = CHANNEL_EMAIL, .name = "a", .weight = 1};
    int64_t wait = 0;
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 50);
    note_at(world, &a, NOW, (struct routes_report){.fault = "gone"});
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 0);
    assert_in_range(wait, 1000, 1250);
    int64_t now = NOW + wait;
    assert_int_equal(turn(world, &a, now - 1, 50, &wait), 0);
    assert_int_equal(turn(world, &a, now, 50, &wait), 1);
    note_at(world, &a, now, (struct routes_report){.taken = 1});
    for (int64_t ramp = 1; ramp <= 8; ramp++) {
        struct route_state *states = NULL;
        size_t count = 0;
        WORLD_MUST(routes_list(world->db, world->arena, &states, &count, &err));
        assert_int_equal(states[0].failures, 0);
        assert_int_equal(states[0].ramp, ramp);
        assert_int_equal(turn(world, &a, now, 50, &wait), 50); /* nobody beside it */
        note_at(world, &a, now, (struct routes_report){.taken = 50});
    }
    world_close(world);
}

/* Even a campaign of a few batches is shared by weight. */
static void a_small_campaign_is_shared_too(void **state)
{
    (void)state;
    struct world *world = open_world();
    struct worker_of workers[] = {route_of("a", 3, 100), route_of("b", 1, 100)};
    int64_t now = NOW;
    workers[0].batch = 250;
    workers[1].batch = 250;
    workers[0].route.heaviest = 3;
    workers[1].route.heaviest = 3;
    pass(world, workers, 2, &now, 150);
    assert_int_equal(workers[0].carried, 500);
    assert_int_equal(workers[1].carried, 166);
    world_close(world);
}

static void closures_double_up_to_a_minute(void **state)
{
    (void)state;
    static const int64_t closures[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    struct world *world = open_world();
    const struct route a = {.channel = CHANNEL_SMS, .name = "a", .weight = 1};
    int64_t now = NOW;
    for (size_t i = 0; i < ARRAY_LENGTH(closures); i++) {
        int64_t wait = 0;
        /* Four processes fail at the same thing: that is one failure. */
        for (int64_t process = 0; process < 4; process++) {
            note_at(world, &a, now + process * 20, (struct routes_report){.fault = "gone"});
        }
        assert_int_equal(turn(world, &a, now, 10, &wait), 0);
        assert_in_range(wait, closures[i], closures[i] + closures[i] / 4);
        now += wait;
    }
    world_close(world);
}

static void messages_put_off_in_a_row_close_it(void **state)
{
    (void)state;
    struct world *world = open_world();
    const struct route a = {.channel = CHANNEL_SMS, .name = "a", .weight = 1};
    int64_t wait = 0;
    note_at(world, &a, NOW, (struct routes_report){.put_off = 9});
    assert_int_equal(turn(world, &a, NOW, 10, &wait), 10);
    note_at(world, &a, NOW, (struct routes_report){.taken = 1}); /* it does take some */
    note_at(world, &a, NOW, (struct routes_report){.put_off = 9});
    assert_int_equal(turn(world, &a, NOW, 10, &wait), 10);
    note_at(world, &a, NOW, (struct routes_report){.put_off = 1});
    assert_int_equal(turn(world, &a, NOW, 10, &wait), 0);
    world_close(world);
}

static void retry_after_pauses_the_route(void **state)
{
    (void)state;
    struct world *world = open_world();
    static const struct pace_rule none = {.rate = 0};
    const struct route a = {.channel = CHANNEL_SMS, .name = "a", .weight = 1};
    struct paces_draw drawn;
    note_at(world, &a, NOW, (struct routes_report){.taken = 200, .wait = 7000});
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(paces_draw(world->db, "sms/a", &none, NOW, 10, &drawn, &err));
    assert_int_equal(drawn.grant.messages, 0);
    assert_int_equal(drawn.grant.wait, 7000);
    WORLD_MUST(paces_draw(world->db, "sms/b", &none, NOW, 10, &drawn, &err));
    assert_int_equal(drawn.grant.messages, 10);
    WORLD_MUST(db_commit(world->db, &err));
    struct route_state *states = NULL;
    size_t count = 0;
    note_at(world, &a, NOW, (struct routes_report){.fault = "429", .wait = 9000});
    WORLD_MUST(routes_list(world->db, world->arena, &states, &count, &err));
    assert_int_equal(states[0].paused_until, NOW + 9000);
    world_close(world);
}

/* What comes back by mail says it after the route has done its work. */
static void blame_is_told_and_may_pause(void **state)
{
    (void)state;
    struct world *world = open_world();
    struct route_state *states = NULL;
    size_t count = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(routes_blame(world->db, CHANNEL_EMAIL, "office", "too large", 0, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(routes_list(world->db, world->arena, &states, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(states[0].fault, "too large");
    assert_int_equal(states[0].fault_at, NOW);
    assert_int_equal(states[0].failures, 0);
    assert_int_equal(states[0].paused_until, 0);
    assert_int_equal(states[0].ramp, ROUTES_WHOLE);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(routes_blame(world->db, CHANNEL_EMAIL, "office", "listed", NOW + 9, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(routes_list(world->db, world->arena, &states, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(states[0].fault, "listed");
    assert_int_equal(states[0].paused_until, NOW + 9);
    world_close(world);
}

/* The only route of a channel waits for nobody, not even for those that the configuration knows no
 * more; but a closure holds for it too. */
static void one_that_is_alone_never_waits_for_its_turn(void **state)
{
    (void)state;
    struct world *world = open_world();
    const struct route other = {.channel = CHANNEL_SMS, .name = "gone", .weight = 1};
    const struct route a = {.channel = CHANNEL_SMS, .name = "a", .weight = 1, .alone = true};
    int64_t wait = 0;
    assert_int_equal(turn(world, &other, NOW, 1, &wait), 1);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(turn(world, &a, NOW, 50, &wait), 50);
    }
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(routes_return(world->db, &a, 50, &err));
    WORLD_MUST(db_commit(world->db, &err));
    note_at(world, &a, NOW, (struct routes_report){.fault = "gone"});
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 0);
    /* Whoever starts a program anew need not wait. */
    WORLD_MUST(routes_reopen(world->db, &a, &err));
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 1);
    world_close(world);
}

static void what_was_not_carried_is_not_counted(void **state)
{
    (void)state;
    struct world *world = open_world();
    const struct route a = {.channel = CHANNEL_SMS, .name = "a", .weight = 1};
    const struct route b = {.channel = CHANNEL_SMS, .name = "b", .weight = 1};
    int64_t wait = 0;
    assert_int_equal(turn(world, &b, NOW, 10, &wait), 10);
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 50);
    assert_int_equal(turn(world, &b, NOW, 10, &wait), 10);
    assert_int_equal(turn(world, &a, NOW, 10, &wait), 0); /* it is far ahead */
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(routes_return(world->db, &a, 45, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(turn(world, &a, NOW, 10, &wait), 10);
    world_close(world);
}

static void a_clock_that_was_wrong_closes_nothing(void **state)
{
    (void)state;
    const int64_t year = 365 * 24 * (int64_t)CLOCK_HOUR;
    struct world *world = open_world();
    const struct route a = {.channel = CHANNEL_SMS, .name = "a", .weight = 1};
    int64_t wait = 0;
    note_at(world, &a, NOW + year, (struct routes_report){.fault = "gone"});
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 1);
    note_at(world, &a, NOW, (struct routes_report){.fault = "gone"}); /* and counts again */
    assert_int_equal(turn(world, &a, NOW, 50, &wait), 0);
    assert_in_range(wait, 2000, 2500);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_the_weights),
        cmocka_unit_test(nobody_waits_for_one_that_is_at_work),
        cmocka_unit_test(one_that_fails_gives_its_share_away_and_gets_it_back),
        cmocka_unit_test(it_comes_back_with_one_message),
        cmocka_unit_test(a_small_campaign_is_shared_too),
        cmocka_unit_test(closures_double_up_to_a_minute),
        cmocka_unit_test(messages_put_off_in_a_row_close_it),
        cmocka_unit_test(retry_after_pauses_the_route),
        cmocka_unit_test(blame_is_told_and_may_pause),
        cmocka_unit_test(one_that_is_alone_never_waits_for_its_turn),
        cmocka_unit_test(what_was_not_carried_is_not_counted),
        cmocka_unit_test(a_clock_that_was_wrong_closes_nothing),
    };
    return cmocka_run_group_tests_name("store/routes", tests, NULL, NULL);
}
