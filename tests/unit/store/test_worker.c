/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that really die: child processes that claim, release, and are killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

/* A worker in a process of its own: it claims three messages, releases the first two, says who it
 * is through the pipe, and then waits for its end. It shares nothing with its parent but the
 * store. */
static _Noreturn void work(const char *store, const char *key, int64_t step_id, int pipe_end)
{
    struct error err;
    struct db *db = NULL;
    struct worker *worker = NULL;
    struct outbox_claimed claimed;
    struct arena *arena = arena_create();
    if (!db_open(store, key, &db, &err) || !worker_start(db, "sms", NOW, &worker, &err) ||
        !outbox_claim(
            db,
            &(struct outbox_demand){.channel = CHANNEL_SMS,
                                    .step_id = step_id,
                                    .worker = worker_id(worker),
                                    .now = NOW,
                                    .lease_until = NOW + CLOCK_HOUR,
                                    .limit = 3,
                                    .route = {.name = "practice", .weight = 1, .alone = true}},
            arena, &claimed, &err) ||
        claimed.count != 3) {
        _exit(1);
    }
    struct outbox_release releases[] = {{.id = claimed.messages[0].id},
                                        {.id = claimed.messages[1].id}};
    int64_t id = worker_id(worker);
    const struct outbox_terms terms = {.worker = id, .step_id = step_id, .now = NOW};
    if (!outbox_release(db, &terms, releases, 2, &err) || !releases[1].released ||
        write(pipe_end, &id, sizeof id) != sizeof id) {
        _exit(1);
    }
    for (;;) {
        (void)pause();
    }
}

/* Start one, and wait until it has messages in hand; gives its worker id. */
static int64_t start_worker(const struct world *world, pid_t *pid)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *pid = fork();
    assert_true(*pid >= 0);
    if (*pid == 0) {
        work(world->store, world->key, world->step_id, ends[1]);
    }
    int64_t id = 0;
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &id, sizeof id), sizeof id);
    (void)close(ends[0]);
    return id;
}

static void end_worker(pid_t pid, int how)
{
    int status = 0;
    assert_int_equal(kill(pid, how), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static void what_a_killed_worker_had_is_found_at_once(void **state)
{
    (void)state;
    static const int ways[] = {SIGKILL, SIGTERM, SIGABRT};
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        struct world *world = world_open(NOW);
        crowd_fill(world, 6);
        pid_t first = 0;
        pid_t second = 0;
        int64_t dying = start_worker(world, &first);
        int64_t living = start_worker(world, &second);
        assert_true(dying != living);
        assert_true(worker_alive(dying, world->worker));
        assert_true(worker_alive(living, world->worker));
        struct outbox_swept swept;
        WORLD_MUST(outbox_sweep(world->db, NOW, worker_alive, world->worker, &swept, &err));
        assert_int_equal(swept.requeued + swept.unsure, 0);
        end_worker(first, ways[i]);
        assert_false(worker_alive(dying, world->worker));
        assert_true(worker_alive(living, world->worker));
        WORLD_MUST(outbox_sweep(world->db, NOW, worker_alive, world->worker, &swept, &err));
        assert_int_equal(swept.requeued, 1);
        assert_int_equal(swept.unsure, 2);
        assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE state = 'unsure'"),
                         2);
        assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE state = 'sending'"),
                         2);
        end_worker(second, SIGKILL);
        world_close(world);
    }
}

static void one_lives_until_it_is_freed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct worker *other = NULL;
    WORLD_MUST(worker_start(world->db, "run", NOW, &other, &err));
    int64_t id = worker_id(other);
    assert_true(id > worker_id(world->worker));
    assert_true(worker_alive(worker_id(world->worker), world->worker)); /* itself */
    assert_true(worker_alive(worker_id(world->worker), other));
    assert_true(worker_alive(id, world->worker));
    worker_free(&other);
    assert_null(other);
    worker_free(&other);
    assert_false(worker_alive(id, world->worker));
    assert_false(worker_alive(id + 1000, world->worker)); /* there never was one */
    /* No id is given twice. */
    WORLD_MUST(worker_start(world->db, "run", NOW, &other, &err));
    assert_true(worker_id(other) > id);
    worker_free(&other);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_killed_worker_had_is_found_at_once),
        cmocka_unit_test(one_lives_until_it_is_freed),
    };
    return cmocka_run_group_tests_name("store/worker", tests, NULL, NULL);
}
