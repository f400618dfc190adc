/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsure texts: who is due to be asked for, and what an answer may do to a message that was asked
 * for a while ago. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/outbox_unsure.h"

static const int64_t NOW = 1800000000000;

/* So many texts that are unsure, released one ms apart, the first at world->now. */
static struct world *open_unsure(int count)
{
    struct world *world = world_open(NOW);
    crowd_fill(world, count);
    world_release(world, CHANNEL_SMS);
    crowd_run(world, "UPDATE outbox SET state = 'unsure', released_at = released_at + id - 1");
    return world;
}

static struct outbox_message *due(struct world *world, bool with_id, int64_t now, size_t limit,
                                  size_t *count)
{
    const struct outbox_unsure_terms terms = {
        .gateway = "practice", .released_after = NOW - 1, .with_id = with_id};
    struct outbox_message *messages = NULL;
    WORLD_MUST(
        outbox_unsure_due(world->db, &terms, now, limit, world->arena, &messages, count, &err));
    return messages;
}

static size_t due_count(struct world *world, bool with_id, int64_t now)
{
    size_t count = 0;
    (void)due(world, with_id, now, 100, &count);
    return count;
}

static bool settle(struct world *world, int64_t id, int64_t attempt, const char *state,
                   const char *remote_id)
{
    const struct outbox_sighting sighting = {.id = id,
                                             .attempt = attempt,
                                             .answer = "200 it says",
                                             .remote_id = remote_id,
                                             .state = state,
                                             .reason = "the provider says: it says",
                                             .next_at = NOW + CLOCK_MINUTE};
    bool moved = false;
    WORLD_MUST(outbox_unsure_settle(world->db, &sighting, NOW, &moved, &err));
    return moved;
}

static int64_t unsure_count(struct world *world)
{
    int64_t count = -1;
    WORLD_MUST(outbox_unsure_count(world->db, &count, &err));
    return count;
}

static void those_are_due_that_may_be_asked_for(void **state)
{
    (void)state;
    struct world *world = open_unsure(5);
    size_t count = 0;
    assert_int_equal(unsure_count(world), 5);
    struct outbox_message *messages = due(world, false, NOW, 3, &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(messages[i].id, i + 1);
        assert_string_equal(messages[i].state, "unsure");
    }
    assert_int_equal(due_count(world, false, NOW), 5);
    assert_int_equal(due_count(world, true, NOW), 0);
    crowd_run(world, "UPDATE outbox SET remote_id = 'R2' WHERE id = 2");
    assert_int_equal(due_count(world, true, NOW), 1);
    crowd_run(world, "UPDATE outbox SET gateway = 'other' WHERE id = 3");
    crowd_run(world, "UPDATE outbox SET state = 'accepted' WHERE id = 4");
    assert_int_equal(unsure_count(world), 4); /* whatever they went by */
    crowd_run(world, "UPDATE outbox SET released_at = 1799999999999 WHERE id = 5");
    assert_int_equal(due_count(world, false, NOW), 2);
    crowd_run(world, "UPDATE outbox SET channel = 'email' WHERE id = 2");
    assert_int_equal(due_count(world, false, NOW), 1);
    world_close(world);
}

/* How the store finds them. */
static const char *plan(struct world *world)
{
    CLEANUP(query_end)
    struct query *query = query_compose(
        world->db, "SELECT o.id FROM outbox o WHERE o.state = 'unsure' AND o.gateway = :gateway"
                   " AND o.released_at > :after ORDER BY o.released_at, o.id");
    return query_plan(query, world->arena);
}

/* A hundred thousand that went well must not be gone through each second. */
static void a_quiet_look_reads_an_index_only(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    assert_non_null(strstr(plan(world), "outbox_unsure"));
    world_close(world);
}

static void an_answer_is_noted_and_waited_for_again(void **state)
{
    (void)state;
    struct world *world = open_unsure(1);
    struct outbox_lookup last;
    WORLD_MUST(outbox_unsure_last(world->db, 1, world->arena, &last, &err));
    assert_int_equal(last.times, 0);
    assert_false(settle(world, 1, 1, NULL, NULL));
    assert_int_equal(due_count(world, false, NOW + CLOCK_MINUTE - 1), 0);
    assert_int_equal(due_count(world, false, NOW + CLOCK_MINUTE), 1);
    assert_false(settle(world, 1, 1, NULL, "R7"));
    WORLD_MUST(outbox_unsure_last(world->db, 1, world->arena, &last, &err));
    assert_int_equal(last.times, 2);
    assert_int_equal(last.at, NOW);
    assert_int_equal(last.next_at, NOW + CLOCK_MINUTE);
    assert_string_equal(last.answer, "200 it says");
    assert_int_equal(due_count(world, true, NOW + CLOCK_MINUTE), 1);
    /* handed over again: nothing is known of that one */
    crowd_run(world, "UPDATE outbox SET attempt = 2");
    assert_int_equal(due_count(world, false, NOW), 1);
    WORLD_MUST(outbox_unsure_last(world->db, 1, world->arena, &last, &err));
    assert_int_equal(last.times, 0);
    assert_false(settle(world, 1, 2, NULL, NULL));
    WORLD_MUST(outbox_unsure_last(world->db, 1, world->arena, &last, &err));
    assert_int_equal(last.times, 1);
    assert_string_equal(crowd_state(world, 1), "unsure");
    world_close(world);
}

static void what_the_provider_says_settles(void **state)
{
    (void)state;
    static const char *const states[] = {"accepted", "delivered", "undelivered",
                                         "queued",   "refused",   "expired"};
    struct world *world = open_unsure(ARRAY_LENGTH(states));
    crowd_set_state(world, "finished");
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        int64_t id = (int64_t)i + 1;
        assert_true(settle(world, id, 1, states[i], NULL));
        assert_string_equal(crowd_state(world, id), states[i]);
        assert_false(settle(world, id, 1, "delivered", NULL)); /* it has moved on */
        assert_string_equal(crowd_state(world, id), states[i]);
    }
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE reason ="
                                         " 'the provider says: it says'"),
                     ARRAY_LENGTH(states));
    /* the one that is queued goes out again, as the same message */
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM campaign WHERE state = 'running'"),
                     1);
    struct outbox_message *messages = NULL;
    assert_int_equal(crowd_claim(world, worker_id(world->worker), 10, &messages), 1);
    assert_int_equal(messages[0].id, 4);
    world_close(world);
}

static void an_old_answer_settles_nothing(void **state)
{
    (void)state;
    struct world *world = open_unsure(2);
    crowd_run(world, "UPDATE outbox SET attempt = 2 WHERE id = 1");
    crowd_run(world, "UPDATE outbox SET state = 'delivered' WHERE id = 2");
    assert_false(settle(world, 1, 1, "queued", "R1"));
    assert_false(settle(world, 2, 1, "queued", "R2"));
    assert_false(settle(world, 77, 1, "queued", "R3"));
    assert_string_equal(crowd_state(world, 1), "unsure");
    assert_string_equal(crowd_state(world, 2), "delivered");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM lookup"), 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(remote_id) FROM outbox"), 0);
    world_close(world);
}

/* Where receipts bear the provider's id only, they are found by the id that a look-up tells. */
static void a_learnt_id_brings_in_its_receipts(void **state)
{
    (void)state;
    struct world *world = open_unsure(3);
    crowd_run(world, "INSERT INTO receipt (gateway, remote_id, status, means, at) VALUES"
                     " ('practice', 'R1', 'DELIVRD', 'delivered', 5),"
                     " ('practice', 'R2', 'BUFFERED', 'pending', 5),"
                     " ('other', 'R3', 'DELIVRD', 'delivered', 5)");
    assert_true(settle(world, 1, 1, "accepted", "R1"));
    assert_true(settle(world, 2, 1, "accepted", "R2"));
    assert_false(settle(world, 3, 1, NULL, "R3"));
    assert_string_equal(crowd_state(world, 1), "delivered");
    assert_string_equal(crowd_state(world, 2), "accepted");
    assert_string_equal(crowd_state(world, 3), "unsure");
    assert_int_equal(crowd_number(world, "SELECT COUNT(outbox_id) FROM receipt"), 2);
    assert_false(settle(world, 3, 1, NULL, "R9")); /* the first one stays */
    assert_int_equal(
        crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE remote_id IN ('R1', 'R2', 'R3')"),
        3);
    world_close(world);
}

static void look_ups_go_with_their_member(void **state)
{
    (void)state;
    struct world *world = open_unsure(2);
    assert_false(settle(world, 1, 1, NULL, NULL));
    assert_false(settle(world, 2, 1, NULL, NULL));
    crowd_run(world, "DELETE FROM member WHERE id = (SELECT member_id FROM outbox WHERE id = 1)");
    assert_int_equal(crowd_number(world, "SELECT MIN(outbox_id) FROM lookup"), 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_are_due_that_may_be_asked_for),
        cmocka_unit_test(a_quiet_look_reads_an_index_only),
        cmocka_unit_test(an_answer_is_noted_and_waited_for_again),
        cmocka_unit_test(what_the_provider_says_settles),
        cmocka_unit_test(an_old_answer_settles_nothing),
        cmocka_unit_test(a_learnt_id_brings_in_its_receipts),
        cmocka_unit_test(look_ups_go_with_their_member),
    };
    return cmocka_run_group_tests_name("outbox_unsure", tests, NULL, NULL);
}
