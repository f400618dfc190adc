/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates, caps and pauses as the store keeps them: over a day of chance, over programs, and over a
 * clock that is set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/paces.h"

static const int64_t NOW = 1800000000000;
static const char SUBJECT[] = "email/office";

/* xorshift64*, Vigna 2016. */
static int64_t draw(uint64_t *chance, int64_t below)
{
    *chance ^= *chance >> 12;
    *chance ^= *chance << 25;
    *chance ^= *chance >> 27;
    return (int64_t)((*chance * 0x2545F4914F6CDD1Du) >> 33) % below;
}

/* Draw, and spend at most `use` of what is granted; gives how many that were. In an open
 * transaction. */
static size_t spend(struct world *world, const char *subject, const struct pace_rule *rule,
                    int64_t now, size_t wanted, size_t use, int64_t *wait)
{
    struct paces_draw drawn;
    WORLD_MUST(paces_draw(world->db, subject, rule, now, wanted, &drawn, &err));
    assert_true(drawn.grant.messages <= wanted);
    /* Whoever gets less than they want hears when to come again. */
    assert_int_equal(drawn.grant.wait > 0, drawn.grant.messages < wanted);
    size_t used = drawn.grant.messages < use ? drawn.grant.messages : use;
    WORLD_MUST(paces_spend(world->db, &drawn, used, now, &err));
    *wait = drawn.grant.wait;
    return used;
}

/* The same, using it all, in a transaction of its own. */
static size_t take(struct world *world, const struct pace_rule *rule, int64_t now, size_t wanted)
{
    int64_t wait = 0;
    WORLD_MUST(db_begin(world->db, &err));
    size_t used = spend(world, SUBJECT, rule, now, wanted, wanted, &wait);
    WORLD_MUST(db_commit(world->db, &err));
    return used;
}

enum { EVENTS_MOST = 20000 };

struct event {
    int64_t at;
    size_t count;
};

/* The most that any window of this length had in it. */
static size_t fullest(const struct event *events, size_t count, int64_t window)
{
    size_t most = 0;
    size_t sum = 0;
    size_t from = 0;
    for (size_t to = 0; to < count; to++) {
        sum += events[to].count;
        while (events[to].at - events[from].at >= window) {
            sum -= events[from++].count;
        }
        most = sum > most ? sum : most;
    }
    return most;
}

/* A day and a half, now in bursts, now quiet, sometimes coming back just when told to. */
static void no_window_ever_has_more_than_the_cap(void **state)
{
    (void)state;
    static struct event events[EVENTS_MOST];
    static const struct pace_rule rules[] = {
        {.per_minute = 30, .per_day = 10000},
        {.per_minute = 1},
        {.per_day = 50},
        {.rate = 20, .burst = 40, .per_minute = 300, .per_day = 2000},
    };
    const int64_t span = 36 * (int64_t)CLOCK_HOUR;
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        struct world *world = world_open(NOW);
        uint64_t chance = 88172645463325252u + i;
        size_t count = 0;
        size_t total = 0;
        WORLD_MUST(db_begin(world->db, &err));
        for (int64_t now = NOW; now < NOW + span && count < EVENTS_MOST;) {
            int64_t wait = 0;
            size_t wanted = 1 + (size_t)draw(&chance, 60);
            size_t used = spend(world, SUBJECT, &rules[i], now, wanted,
                                draw(&chance, 4) == 0 ? wanted / 2 : wanted, &wait);
            events[count++] = (struct event){.at = now, .count = used};
            total += used;
            now += wait > 0 && draw(&chance, 3) > 0 ? wait
                   : draw(&chance, 50) == 0         ? draw(&chance, CLOCK_HOUR)
                                                    : 1 + draw(&chance, 20000);
        }
        WORLD_MUST(db_commit(world->db, &err));
        if (rules[i].per_minute > 0) {
            size_t most = fullest(events, count, CLOCK_MINUTE);
            assert_in_range(most, 1, (size_t)rules[i].per_minute);
        }
        if (rules[i].per_day > 0) {
            size_t most = fullest(events, count, 24 * (int64_t)CLOCK_HOUR);
            assert_in_range(most, (size_t)rules[i].per_day / 4, (size_t)rules[i].per_day);
        }
        assert_true(total > 0);
        /* What is older than the window is forgotten. */
        assert_true(crowd_number(world, "SELECT COUNT(*) FROM pace_use") < 24 * 60 + 70);
        world_close(world);
    }
}

/* The cap is used as well: somebody who always wants more, and comes back when told to, gets
 * nearly all of it. */
static void a_cap_is_used_up(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct pace_rule rule = {.per_minute = 30};
    size_t total = 0;
    WORLD_MUST(db_begin(world->db, &err));
    for (int64_t now = NOW; now < NOW + CLOCK_HOUR;) {
        int64_t wait = 0;
        total += spend(world, SUBJECT, &rule, now, 50, 50, &wait);
        assert_in_range(wait, 1, 2 * CLOCK_MINUTE);
        now += wait;
    }
    WORLD_MUST(db_commit(world->db, &err));
    assert_in_range(total, 30 * 55, 30 * 60);
    world_close(world);
}

static void it_holds_over_a_restart_and_for_each_subject(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct pace_rule rule = {.rate = 10, .burst = 10, .per_minute = 25, .per_day = 40};
    assert_int_equal(take(world, &rule, NOW, 100), 10);
    worker_free(&world->worker);
    db_close(&world->db);
    WORLD_MUST(db_open(world->store, world->key, &world->db, &err));
    assert_int_equal(take(world, &rule, NOW, 100), 0);       /* the rate */
    assert_int_equal(take(world, &rule, NOW + 500, 100), 5); /* goes on */
    assert_int_equal(take(world, &rule, NOW + 30000, 100), 10);
    assert_int_equal(take(world, &rule, NOW + 40000, 100), 0); /* the minute is full */
    int64_t wait = 0;
    WORLD_MUST(db_begin(world->db, &err));
    assert_int_equal(spend(world, "pool/google", &rule, NOW + 40000, 100, 100, &wait), 10);
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(take(world, &rule, NOW + 95000, 100), 10);
    assert_int_equal(take(world, &rule, NOW + 200000, 100), 5); /* the day has forty */
    assert_int_equal(take(world, &rule, NOW + 12 * (int64_t)CLOCK_HOUR, 100), 0);
    assert_int_equal(take(world, &rule, NOW + 25 * (int64_t)CLOCK_HOUR, 100), 10);
    world_close(world);
}

static void a_transaction_that_fails_spends_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct pace_rule rule = {.rate = 10, .burst = 10, .per_minute = 10};
    int64_t wait = 0;
    WORLD_MUST(db_begin(world->db, &err));
    assert_int_equal(spend(world, SUBJECT, &rule, NOW, 100, 100, &wait), 10);
    {
        CLEANUP(db_rollback) struct db *transaction = world->db;
        assert_non_null(transaction);
    }
    assert_int_equal(take(world, &rule, NOW, 100), 10);
    world_close(world);
}

static void what_did_not_go_does_not_count(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct pace_rule rule = {.per_minute = 30, .per_day = 30};
    assert_int_equal(take(world, &rule, NOW, 30), 30);
    assert_int_equal(take(world, &rule, NOW + 1000, 30), 0);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(paces_return(world->db, SUBJECT, &rule, 12, NOW, &err));
    /* More than was spent then, and what was spent never, is nothing. */
    WORLD_MUST(paces_return(world->db, SUBJECT, &rule, 19, NOW, &err));
    WORLD_MUST(paces_return(world->db, SUBJECT, &rule, 5, NOW + 5 * CLOCK_MINUTE, &err));
    WORLD_MUST(paces_return(world->db, "email/other", &rule, 5, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(take(world, &rule, NOW + 1000, 30), 12);
    assert_int_equal(take(world, &rule, NOW + 2000, 30), 0);
    world_close(world);
}

static int64_t wait_at(struct world *world, int64_t now)
{
    static const struct pace_rule none = {.rate = 0};
    int64_t wait = 0;
    WORLD_MUST(db_begin(world->db, &err));
    size_t used = spend(world, SUBJECT, &none, now, 5, 5, &wait);
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(used, wait > 0 ? 0 : 5);
    return wait;
}

static void pause_until(struct world *world, int64_t until, int64_t now)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(paces_pause(world->db, SUBJECT, until, "it asked us to wait", now, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void a_pause_holds_until_its_end(void **state)
{
    (void)state;
    const int64_t day = 24 * (int64_t)CLOCK_HOUR;
    struct world *world = world_open(NOW);
    assert_int_equal(wait_at(world, NOW), 0);
    pause_until(world, NOW + 5000, NOW);
    assert_int_equal(wait_at(world, NOW), 5000);
    assert_int_equal(wait_at(world, NOW + 4999), 1);
    assert_int_equal(wait_at(world, NOW + 5000), 0);
    pause_until(world, NOW + 9000, NOW);
    pause_until(world, NOW + 6000, NOW); /* a shorter one changes nothing */
    assert_int_equal(wait_at(world, NOW), 9000);
    pause_until(world, NOW + 30 * day, NOW); /* nobody is obeyed for longer than a day */
    assert_int_equal(wait_at(world, NOW), day);
    pause_until(world, INT64_MAX, NOW);
    assert_int_equal(wait_at(world, NOW), day);
    /* The clock was wrong by a year: the pause is of that time, and is over. */
    assert_int_equal(wait_at(world, NOW - 365 * day), 0);
    pause_until(world, NOW - 365 * day + 100, NOW - 365 * day);
    assert_int_equal(wait_at(world, NOW - 365 * day), 100);
    world_close(world);
}

static void a_clock_that_was_wrong_holds_nothing_up(void **state)
{
    (void)state;
    const int64_t year = 365 * 24 * (int64_t)CLOCK_HOUR;
    struct world *world = world_open(NOW);
    const struct pace_rule rule = {.rate = 10, .burst = 10, .per_minute = 20, .per_day = 20};
    assert_int_equal(take(world, &rule, NOW + year, 10), 10);
    assert_true(take(world, &rule, NOW, 10) > 0);
    assert_true(take(world, &rule, NOW + 1000, 10) > 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_window_ever_has_more_than_the_cap),
        cmocka_unit_test(a_cap_is_used_up),
        cmocka_unit_test(it_holds_over_a_restart_and_for_each_subject),
        cmocka_unit_test(a_transaction_that_fails_spends_nothing),
        cmocka_unit_test(what_did_not_go_does_not_count),
        cmocka_unit_test(a_pause_holds_until_its_end),
        cmocka_unit_test(a_clock_that_was_wrong_holds_nothing_up),
    };
    return cmocka_run_group_tests_name("store/paces", tests, NULL, NULL);
}
