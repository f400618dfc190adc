/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs behind the console: one at a time, whose they are, how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "console_job.h"

enum { ANN = 1, BEA = 2 };

/* What the jobs of these tests share with the test. */
struct errand {
    int ends[2];         /* the job goes on when a byte comes */
    int64_t found;       /* members */
    atomic_bool written; /* something that is not committed */
    struct error *fault; /* of one that was broken off; the test's */
};

static void wait_for_word(const struct errand *errand)
{
    char word = 0;
    while (read(errand->ends[0], &word, 1) != 1) {
    }
}

static void give_word(const struct errand *errand)
{
    assert_int_equal(write(errand->ends[1], "x", 1), 1);
}

static bool count_members(struct db *db, struct console_job *job, void *context,
                          struct arena *arena, struct error *err)
{
    struct errand *errand = context;
    (void)arena;
    console_job_tell(job, "counting", 1, 3);
    wait_for_word(errand);
    return members_count(db, &errand->found, err);
}

static bool find_fault(struct db *db, struct console_job *job, void *context, struct arena *arena,
                       struct error *err)
{
    (void)db;
    (void)job;
    (void)context;
    (void)arena;
    return error_set(err, ERROR_DATA, "the list is none");
}

/* Write, and go on until it is broken off. */
static bool write_for_ever(struct db *db, struct console_job *job, void *context,
                           struct arena *arena, struct error *err)
{
    struct errand *errand = context;
    (void)job;
    if (!db_begin(db, err)) {
        *errand->fault = *err;
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    (void)transaction;
    for (int i = 0;; i++) {
        struct member member = {.number = arena_printf(arena, "J%d", i), .status = "active"};
        struct members_outcome outcome;
        if (!members_put(db, &member, 0, arena, &outcome, err)) {
            *errand->fault = *err;
            return false;
        }
        atomic_store(&errand->written, true);
    }
}

struct desk {
    struct world *world;
    struct console_jobs *jobs;
    struct errand errand;
    struct error fault;
};

static struct desk *open_desk(void)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    desk->world = world_open(clock_now());
    desk->jobs = console_jobs_create(desk->world->store, desk->world->key);
    desk->errand.fault = &desk->fault;
    assert_int_equal(pipe(desk->errand.ends), 0);
    return desk;
}

static void close_desk(struct desk *desk)
{
    console_jobs_free(&desk->jobs);
    (void)close(desk->errand.ends[0]);
    (void)close(desk->errand.ends[1]);
    world_close(desk->world);
    free(desk);
}

static bool begin(struct desk *desk, int64_t account, console_job_fn *function, int64_t *id,
                  struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct console_job_order order = {.account = account,
                                            .who = account == ANN ? "ann" : "bea",
                                            .what = "counting",
                                            .run = function,
                                            .context = &desk->errand};
    const bool ok = console_jobs_begin(desk->jobs, &order, &arena, id, err);
    assert_int_equal(ok, arena == NULL);
    return ok;
}

static int64_t begin_well(struct desk *desk, console_job_fn *function)
{
    int64_t id = 0;
    WORLD_MUST(begin(desk, ANN, function, &id, &err));
    return id;
}

static struct console_job_look wait_for_end(struct desk *desk, int64_t id)
{
    struct console_job_look look;
    do {
        clock_sleep(1);
        assert_true(console_jobs_look(desk->jobs, id, ANN, &look));
    } while (look.state == CONSOLE_JOB_RUNNING);
    return look;
}

static void a_job_does_its_work_beside_the_console(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    struct console_job_look look;
    assert_false(console_jobs_running(desk->jobs, &look));
    const int64_t id = begin_well(desk, count_members);
    do {
        assert_true(console_jobs_running(desk->jobs, &look));
    } while (look.done == 0);
    assert_int_equal(look.id, id);
    assert_string_equal(look.who, "ann");
    assert_string_equal(look.doing, "counting");
    assert_int_equal(look.total, 3);
    assert_null(look.context);
    give_word(&desk->errand);
    look = wait_for_end(desk, id);
    assert_int_equal(look.state, CONSOLE_JOB_DONE);
    assert_ptr_equal(look.context, &desk->errand);
    assert_int_equal(desk->errand.found, WORLD_MEMBERS);
    assert_true(look.ended_at >= look.began_at);
    assert_false(console_jobs_running(desk->jobs, &look));
    close_desk(desk);
}

static void another_waits_and_sees_nothing_of_it(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    struct console_job_look look;
    struct error busy = {.kind = ERROR_NONE};
    int64_t other = 0;
    const int64_t id = begin_well(desk, count_members);
    assert_false(begin(desk, BEA, count_members, &other, &busy));
    assert_int_equal(busy.kind, ERROR_TEMPORARY);
    assert_non_null(strstr(busy.text, "ann"));
    assert_false(console_jobs_look(desk->jobs, id, BEA, &look));
    assert_false(console_jobs_look(desk->jobs, id + 1, ANN, &look));
    assert_true(console_jobs_running(desk->jobs, &look));
    give_word(&desk->errand);
    (void)wait_for_end(desk, id);
    give_word(&desk->errand);
    WORLD_MUST(begin(desk, BEA, count_members, &other, &err));
    assert_true(other != id);
    close_desk(desk);
}

static void a_fault_is_kept_for_the_page(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    const struct console_job_look look = wait_for_end(desk, begin_well(desk, find_fault));
    assert_int_equal(look.state, CONSOLE_JOB_FAILED);
    assert_string_equal(look.fault.text, "the list is none");
    assert_null(look.context);
    close_desk(desk);
}

static void a_store_that_does_not_open_is_a_fault(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    console_jobs_free(&desk->jobs);
    desk->jobs = console_jobs_create(desk->world->folder, desk->world->key);
    const struct console_job_look look = wait_for_end(desk, begin_well(desk, count_members));
    assert_int_equal(look.state, CONSOLE_JOB_FAILED);
    close_desk(desk);
}

static void only_the_last_ones_are_remembered(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    struct console_job_look look;
    const int64_t first = begin_well(desk, find_fault);
    (void)wait_for_end(desk, first);
    for (int i = 0; i < 7; i++) {
        (void)wait_for_end(desk, begin_well(desk, find_fault));
    }
    assert_true(console_jobs_look(desk->jobs, first, ANN, &look));
    (void)wait_for_end(desk, begin_well(desk, find_fault));
    assert_false(console_jobs_look(desk->jobs, first, ANN, &look));
    close_desk(desk);
}

static void the_end_of_the_console_undoes_what_is_half(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    int64_t members = 0;
    (void)begin_well(desk, write_for_ever);
    while (!atomic_load(&desk->errand.written)) {
        clock_sleep(1);
    }
    console_jobs_free(&desk->jobs);
    assert_int_equal(desk->fault.kind, ERROR_TEMPORARY);
    WORLD_MUST(members_count(desk->world->db, &members, &err));
    assert_int_equal(members, WORLD_MEMBERS);
    close_desk(desk);
}

static void who_waits_for_the_store_is_broken_off_too(void **state)
{
    (void)state;
    struct desk *desk = open_desk();
    WORLD_MUST(db_begin(desk->world->db, &err));
    (void)begin_well(desk, write_for_ever);
    clock_sleep(20); /* it waits by now, or has not come so far: either way it ends */
    console_jobs_free(&desk->jobs);
    assert_int_equal(desk->fault.kind, ERROR_TEMPORARY);
    assert_false(atomic_load(&desk->errand.written));
    db_rollback(&(struct db *){desk->world->db});
    close_desk(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_does_its_work_beside_the_console),
        cmocka_unit_test(another_waits_and_sees_nothing_of_it),
        cmocka_unit_test(a_fault_is_kept_for_the_page),
        cmocka_unit_test(a_store_that_does_not_open_is_a_fault),
        cmocka_unit_test(only_the_last_ones_are_remembered),
        cmocka_unit_test(the_end_of_the_console_undoes_what_is_half),
        cmocka_unit_test(who_waits_for_the_store_is_broken_off_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
