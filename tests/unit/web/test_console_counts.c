/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kept figures: when they are counted anew, and of what time they are. Whether counting is dear is
 * said to console_counts_create, so that no test depends on how fast the machine is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "console_counts.h"

enum { ALL_DEAR = 0, NONE_DEAR = 1000000 };

struct desk {
    struct world *world;
    struct console_counter *counter;
    struct console_counts *counts;
    struct ballot *ballot;
};

static void open_desk(struct desk *desk, int64_t dear)
{
    struct world *world = world_open(clock_now());
    desk->world = world;
    desk->counter = console_counter_create(world->store, world->key);
    desk->counts = console_counts_create(world->db, desk->counter, dear);
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &desk->ballot, &err));
}

static void close_desk(struct desk *desk)
{
    console_counts_free(&desk->counts);
    assert_null(desk->counts);
    console_counter_free(&desk->counter);
    world_close(desk->world);
}

static void vote(struct desk *desk, size_t member)
{
    struct world *world = desk->world;
    const char *becomes = NULL;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[member], "voted",
                            "person", world->now, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* How many have voted, as the board has it; and of when it is. */
static int64_t votes(struct desk *desk, int64_t *at)
{
    const struct board_counts *counts = NULL;
    WORLD_MUST(console_counts_find(desk->counts, desk->ballot, &counts, at, &err));
    assert_int_equal(counts->total.entitled, WORLD_MEMBERS);
    return counts->total.voted;
}

static void what_is_quick_is_counted_each_time(void **state)
{
    (void)state;
    struct desk desk;
    int64_t at = -1;
    open_desk(&desk, NONE_DEAR);
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        assert_int_equal(votes(&desk, &at), i);
        assert_int_equal(at, 0);
        vote(&desk, i);
    }
    close_desk(&desk);
}

static void what_is_dear_is_kept_and_says_of_when_it_is(void **state)
{
    (void)state;
    struct desk desk;
    int64_t at = -1;
    open_desk(&desk, ALL_DEAR);
    const int64_t before = clock_now();
    assert_int_equal(votes(&desk, &at), 0); /* counted, as there was nothing */
    assert_int_equal(at, 0);
    const int64_t after = clock_now();
    vote(&desk, 0);
    assert_int_equal(votes(&desk, &at), 0);
    assert_true(at >= before && at <= after);
    close_desk(&desk);
}

static void after_a_change_it_is_counted_anew_beside(void **state)
{
    (void)state;
    struct desk desk;
    int64_t first = 0;
    int64_t at = 0;
    open_desk(&desk, ALL_DEAR);
    assert_int_equal(votes(&desk, &first), 0);
    assert_int_equal(votes(&desk, &first), 0);
    clock_sleep(2); /* so that the times differ */
    vote(&desk, 0);
    console_counts_forget(desk.counts);
    while (votes(&desk, &at) == 0) { /* nobody waits: the old figures, until there are new ones */
        assert_int_equal(at, first);
        clock_sleep(1);
    }
    assert_int_equal(votes(&desk, &at), 1);
    assert_true(at > first);
    close_desk(&desk);
}

/* What was asked for before a change may have been counted before it, too. */
static void what_was_counted_before_a_change_is_not_fresh(void **state)
{
    (void)state;
    struct desk desk;
    int64_t at = 0;
    open_desk(&desk, ALL_DEAR);
    assert_int_equal(votes(&desk, &at), 0);
    console_counts_forget(desk.counts);
    assert_int_equal(votes(&desk, &at), 0); /* asks for it */
    clock_sleep(20);
    vote(&desk, 0);
    console_counts_forget(desk.counts);
    while (votes(&desk, &at) == 0) {
        clock_sleep(1);
    }
    close_desk(&desk);
}

static bool count_nothing(struct db *db, void *context, struct arena *arena, struct error *err)
{
    (void)db;
    (void)context;
    (void)arena;
    (void)err;
    return true;
}

/* Until all is counted that was asked for so far. */
static void wait_for_counter(struct desk *desk)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct console_counted counted;
    struct console_counting *last = console_counter_ask(desk->counter, count_nothing, NULL, &arena);
    while (!console_counter_take(desk->counter, &last, &counted)) {
        clock_sleep(1);
    }
    arena_free(&counted.arena);
}

static void warmed_figures_wait_for_who_looks_first(void **state)
{
    (void)state;
    struct desk desk;
    int64_t at = 0;
    open_desk(&desk, ALL_DEAR);
    WORLD_MUST(console_counts_warm(desk.counts, desk.world->now, &err));
    wait_for_counter(&desk);
    vote(&desk, 0);
    assert_int_equal(votes(&desk, &at), 0); /* it was not counted for this look */
    assert_true(at > 0);
    close_desk(&desk);
}

static void campaigns_are_kept_each_for_itself(void **state)
{
    (void)state;
    struct desk desk;
    const struct standings_state *states = NULL;
    const struct inbox_meaning *meanings = NULL;
    const struct calls_unit *units = NULL;
    size_t count = 0;
    int64_t at = 0;
    open_desk(&desk, ALL_DEAR);
    struct campaign *campaign = NULL;
    WORLD_MUST(campaigns_find(desk.world->db, "remind", desk.world->arena, &campaign, &err));
    WORLD_MUST(console_counts_states(desk.counts, campaign->id, &states, &count, &at, &err));
    assert_int_equal(count, 0);
    WORLD_MUST(console_counts_meanings(desk.counts, campaign->id, &meanings, &count, &at, &err));
    WORLD_MUST(console_counts_calls(desk.counts, desk.ballot, &units, &count, &at, &err));
    assert_int_equal(count, 1);
    assert_string_equal(units[0].unit, "Anytown Hospital");
    assert_int_equal(units[0].members, WORLD_MEMBERS);
    for (int64_t id = 1; id <= 500; id++) { /* far more than are kept */
        WORLD_MUST(console_counts_states(desk.counts, 1000 + id, &states, &count, &at, &err));
        assert_int_equal(count, 0);
    }
    WORLD_MUST(console_counts_calls(desk.counts, desk.ballot, &units, &count, &at, &err));
    assert_int_equal(count, 1);
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_quick_is_counted_each_time),
        cmocka_unit_test(what_is_dear_is_kept_and_says_of_when_it_is),
        cmocka_unit_test(after_a_change_it_is_counted_anew_beside),
        cmocka_unit_test(what_was_counted_before_a_change_is_not_fresh),
        cmocka_unit_test(warmed_figures_wait_for_who_looks_first),
        cmocka_unit_test(campaigns_are_kept_each_for_itself),
    };
    return cmocka_run_group_tests_name("web/console_counts", tests, NULL, NULL);
}
