/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting beside the console: one after the other, what comes of it, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "console_counter.h"

/* What is counted here, and where: the test's, as nothing else may be touched by a count. */
struct sum {
    int ends[2]; /* counting goes on when a byte comes */
    int64_t members;
    int64_t turn;
};

static int64_t turns; /* of the counting thread */

static bool count_members(struct db *db, void *context, struct arena *arena, struct error *err)
{
    struct sum *sum = context;
    char word = 0;
    (void)arena;
    while (sum->ends[0] >= 0 && read(sum->ends[0], &word, 1) != 1) {
    }
    sum->turn = ++turns;
    return members_count(db, &sum->members, err);
}

static bool find_fault(struct db *db, void *context, struct arena *arena, struct error *err)
{
    (void)db;
    (void)context;
    (void)arena;
    return error_set(err, ERROR_DATA, "the rows are odd");
}

/* Go on until it is broken off. */
static bool count_for_ever(struct db *db, void *context, struct arena *arena, struct error *err)
{
    struct sum *sum = context;
    (void)arena;
    if (write(sum->ends[1], "x", 1) != 1) {
        return false;
    }
    while (members_count(db, &sum->members, err)) {
    }
    return false;
}

struct desk {
    struct world *world;
    struct console_counter *counter;
};

static void open_desk(struct desk *desk)
{
    turns = 0;
    desk->world = world_open(clock_now());
    desk->counter = console_counter_create(desk->world->store, desk->world->key);
}

static void close_desk(struct desk *desk)
{
    console_counter_free(&desk->counter);
    assert_null(desk->counter);
    world_close(desk->world);
}

static struct console_counting *ask(struct desk *desk, console_counter_fn *count,
                                    const struct sum *sum)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct sum *own = arena_alloc(arena, sizeof *own);
    *own = *sum;
    struct console_counting *counting = console_counter_ask(desk->counter, count, own, &arena);
    assert_null(arena);
    return counting;
}

static struct console_counted wait_for(struct desk *desk, struct console_counting **counting)
{
    struct console_counted counted;
    while (!console_counter_take(desk->counter, counting, &counted)) {
        clock_sleep(1);
    }
    assert_null(*counting);
    return counted;
}

static void it_is_counted_beside_while_one_goes_on(void **state)
{
    (void)state;
    struct desk desk;
    struct sum sum = {.members = 0};
    struct console_counted counted;
    open_desk(&desk);
    assert_int_equal(pipe(sum.ends), 0);
    const int64_t before = clock_now();
    struct console_counting *counting = ask(&desk, count_members, &sum);
    assert_false(console_counter_take(desk.counter, &counting, &counted));
    assert_non_null(counting);
    assert_int_equal(write(sum.ends[1], "x", 1), 1);
    counted = wait_for(&desk, &counting);
    assert_true(counted.ok);
    assert_true(counted.at >= before && counted.at <= clock_now());
    assert_int_equal(((struct sum *)counted.context)->members, WORLD_MEMBERS);
    arena_free(&counted.arena);
    (void)close(sum.ends[0]);
    (void)close(sum.ends[1]);
    close_desk(&desk);
}

static void they_are_counted_in_the_order_in_which_they_were_asked_for(void **state)
{
    (void)state;
    enum { ASKED = 5 };
    struct desk desk;
    struct console_counting *countings[ASKED];
    const struct sum sum = {.ends = {-1, -1}};
    open_desk(&desk);
    for (size_t i = 0; i < ASKED; i++) {
        countings[i] = ask(&desk, count_members, &sum);
    }
    for (size_t i = ASKED; i > 0; i--) { /* they are taken in any order */
        struct console_counted counted = wait_for(&desk, &countings[i - 1]);
        assert_true(counted.ok);
        assert_int_equal(((struct sum *)counted.context)->turn, i);
        arena_free(&counted.arena);
    }
    close_desk(&desk);
}

static void a_fault_is_told_and_the_next_is_counted(void **state)
{
    (void)state;
    struct desk desk;
    const struct sum sum = {.ends = {-1, -1}};
    open_desk(&desk);
    struct console_counting *bad = ask(&desk, find_fault, &sum);
    struct console_counting *good = ask(&desk, count_members, &sum);
    struct console_counted counted = wait_for(&desk, &bad);
    assert_false(counted.ok);
    assert_int_equal(counted.fault.kind, ERROR_DATA);
    assert_string_equal(counted.fault.text, "the rows are odd");
    arena_free(&counted.arena);
    counted = wait_for(&desk, &good);
    assert_true(counted.ok);
    arena_free(&counted.arena);
    close_desk(&desk);
}

static void a_store_that_does_not_open_is_a_fault(void **state)
{
    (void)state;
    struct desk desk;
    const struct sum sum = {.ends = {-1, -1}};
    open_desk(&desk);
    console_counter_free(&desk.counter);
    desk.counter = console_counter_create(desk.world->folder, desk.world->key);
    struct console_counting *counting = ask(&desk, count_members, &sum);
    struct console_counted counted = wait_for(&desk, &counting);
    assert_false(counted.ok);
    assert_true(counted.fault.kind != ERROR_NONE);
    arena_free(&counted.arena);
    close_desk(&desk);
}

/* If it were waited for, this test would have no end. */
static void the_end_breaks_off_what_is_counted(void **state)
{
    (void)state;
    struct desk desk;
    struct sum sum = {.members = 0};
    char word = 0;
    open_desk(&desk);
    assert_int_equal(pipe(sum.ends), 0);
    struct console_counting *running = ask(&desk, count_for_ever, &sum);
    struct console_counting *waiting = ask(&desk, count_members, &sum);
    assert_non_null(running);
    assert_non_null(waiting);
    assert_int_equal(read(sum.ends[0], &word, 1), 1);
    close_desk(&desk);
    (void)close(sum.ends[0]);
    (void)close(sum.ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_counted_beside_while_one_goes_on),
        cmocka_unit_test(they_are_counted_in_the_order_in_which_they_were_asked_for),
        cmocka_unit_test(a_fault_is_told_and_the_next_is_counted),
        cmocka_unit_test(a_store_that_does_not_open_is_a_fault),
        cmocka_unit_test(the_end_breaks_off_what_is_counted),
    };
    return cmocka_run_group_tests_name("web/console_counter", tests, NULL, NULL);
}
