/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has been kept for long enough goes, what has not stays, and figures stay anyway. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/conf/config.h"
#include "muster/store/retentions.h"

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

/* Noon of 2027-01-15, in UTC. */
static const int64_t NOW = 1800014400000;

static const struct config config = {
    .retention = {.replies = "30 days",
                  .messages = "2 months",
                  .bounces = "6 weeks",
                  .left = "never"},
};

static const struct config leavers = {
    .retention = {.replies = "never", .messages = "never", .bounces = "never", .left = "12 months"},
};

static const struct config for_good = {
    .retention = {.replies = "never", .messages = "never", .bounces = "never", .left = "never"},
};

/* Statements with one number in them. */
static void run(struct world *world, const char *sql, int64_t number)
{
    CLEANUP(query_end) struct query *query = query_compose(world->db, sql);
    query_number(query, ":at", number);
    WORLD_MUST(query_run(query, &err));
}

static void put_reply(struct world *world, const char *number, int64_t at)
{
    CLEANUP(query_end)
    struct query *query = query_compose(
        world->db, "INSERT INTO reply (gateway, remote_id, address, address_key, member_id, text,"
                   " meaning, at) VALUES ('g', :at || COALESCE(:number, ''), 'a', x'01', (SELECT"
                   " id FROM member WHERE number = :number), 'words', 'other', :at)");
    query_number(query, ":at", at);
    query_text(query, ":number", number);
    WORLD_MUST(query_run(query, &err));
}

static void words_of_replies_go_and_their_meaning_stays(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct retentions_state states[RETENTIONS_COUNT];
    const int64_t last = NOW - 30 * DAY; /* the last day of which nothing is kept */
    put_reply(world, "M1", last);
    put_reply(world, "M2", last + DAY);
    put_reply(world, NULL, last);
    put_reply(world, NULL, last + DAY);
    crowd_run(world,
              "INSERT INTO reply_part SELECT id, 1, 2, 'r', 's', 'g', id, 'words' FROM reply");
    crowd_run(world, "INSERT INTO answer (reply_id, kind, reference, gateway, address, address_key,"
                     " text, made_at, due_at, expires_at, changed_at) SELECT id, 'person', id, 'g',"
                     " 'a', x'01', 'words', 1, 1, 1, 1 FROM reply");
    WORLD_MUST(retentions_look(world->db, &config, NOW, states, &err));
    assert_int_equal(states[RETENTIONS_REPLIES].rows, 2);
    assert_int_equal(states[RETENTIONS_REPLIES].oldest, last);
    assert_int_equal(states[RETENTIONS_REPLIES].until, 20261216);
    assert_int_equal(states[RETENTIONS_MESSAGES].rows, 0);
    assert_int_equal(states[RETENTIONS_LEFT].until, 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply WHERE text <> ''"), 4);
    WORLD_MUST(retentions_run(world->db, &config, NOW, states, &err));
    assert_int_equal(states[RETENTIONS_REPLIES].rows, 2);
    assert_string_equal(retentions_words(states, world->arena), "2 replies");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply"), 3);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply WHERE text = ''"
                                         " AND meaning = 'other' AND member_id IS NOT NULL"),
                     1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply_part"), 2);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM answer WHERE text IS NOT NULL"), 3);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM record WHERE deed ="
                                         " 'retention.purge' AND detail = '2 replies'"),
                     1);
    /* What waits to be texted is written still; else there is nothing left to do. */
    crowd_run(world, "UPDATE answer SET state = 'withheld'");
    WORLD_MUST(retentions_run(world->db, &config, NOW, states, &err));
    WORLD_MUST(retentions_run(world->db, &config, NOW, states, &err));
    assert_null(retentions_words(states, world->arena));
    world_close(world);
}

static void messages_keep_their_outcome(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct retentions_state states[RETENTIONS_COUNT];
    (void)world_queue(world, 0, CHANNEL_SMS);
    (void)world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    world_settle(world, world_message(world, 0, CHANNEL_SMS)->id, "accepted", "R");
    (void)world_queue(world, 2, CHANNEL_SMS);
    run(world, "UPDATE outbox SET merge = '{\"first_name\":\"Ann\"}', changed_at = :at",
        NOW - 70 * DAY);
    run(world,
        "INSERT INTO bounce (address_key, class, status, diagnostic, at) VALUES"
        " (x'01', 'dead', '', 'old', :at), (x'02', 'dead', '', 'new', :at + 86400000 * 10)",
        NOW - 43 * DAY);
    WORLD_MUST(retentions_run(world->db, &config, NOW, states, &err));
    assert_int_equal(states[RETENTIONS_MESSAGES].rows, 1); /* one is sending, one queued */
    assert_int_equal(states[RETENTIONS_BOUNCES].rows, 1);
    assert_string_equal(retentions_words(states, world->arena), "1 message, 1 bounce");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE merge = '{}'"
                                         " AND state = 'accepted' AND reason IS NULL"),
                     1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM attempt WHERE answer = ''"
                                         " AND verdict = 'accepted'"),
                     1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM bounce"), 1);
    world_close(world);
}

static void who_has_left_for_long_goes_and_may_join_anew(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct retentions_state states[RETENTIONS_COUNT];
    struct members_outcome outcome;
    struct member again = {.number = "M1", .first_name = "Ann"};
    run(world,
        "INSERT INTO import (id, file, digest, at) VALUES (1, 'a.csv', x'00', :at),"
        " (2, 'b.csv', x'00', :at + 86400000 * 60)",
        NOW - 400 * DAY);
    crowd_run(world, "UPDATE member SET status = 'left', absent_in = 1 WHERE number = 'M1'");
    crowd_run(world, "UPDATE member SET status = 'left', absent_in = 2 WHERE number = 'M2'");
    crowd_run(world, "UPDATE member SET import_id = 1 WHERE number = 'M3'");
    crowd_suppress(world, world_members[0].mobile, "stop");
    WORLD_MUST(retentions_run(world->db, &leavers, NOW, states, &err));
    assert_int_equal(states[RETENTIONS_LEFT].rows, 1);
    assert_string_equal(retentions_words(states, world->arena), "1 member who has left");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM member"), WORLD_MEMBERS - 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM erasure"), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, world_members[0].mobile, "stop"), 1);
    WORLD_MUST(members_put(world->db, &again, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_JOINED);
    world_close(world);
}

static void who_is_restricted_or_written_to_stays(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct retentions_state states[RETENTIONS_COUNT];
    run(world, "INSERT INTO import (id, file, digest, at) VALUES (1, 'a.csv', x'00', :at)",
        NOW - 400 * DAY);
    (void)world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    crowd_run(world, "UPDATE member SET status = 'left', absent_in = 1");
    crowd_run(world, "INSERT INTO restriction SELECT id, 'a claim', NULL, 1 FROM member"
                     " WHERE number = 'M1'");
    WORLD_MUST(retentions_run(world->db, &leavers, NOW, states, &err));
    assert_int_equal(states[RETENTIONS_LEFT].rows, 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM member WHERE number = 'M3'"), 0);
    world_close(world);
}

/* More than a slice, and nothing where nothing is to go. */
static void it_is_done_in_slices(void **state)
{
    (void)state;
    enum { MANY = 700 };
    struct world *world = world_open(NOW);
    struct retentions_state states[RETENTIONS_COUNT];
    run(world,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
        " INSERT INTO bounce (address_key, class, status, diagnostic, at)"
        " SELECT i, 'dead', '', 'x', :at FROM n",
        NOW - 50 * DAY);
    WORLD_MUST(retentions_run(world->db, &for_good, NOW, states, &err));
    assert_null(retentions_words(states, world->arena));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM bounce"), MANY);
    WORLD_MUST(retentions_run(world->db, &config, NOW, states, &err));
    assert_int_equal(states[RETENTIONS_BOUNCES].rows, MANY);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM bounce"), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_replies_go_and_their_meaning_stays),
        cmocka_unit_test(messages_keep_their_outcome),
        cmocka_unit_test(who_has_left_for_long_goes_and_may_join_anew),
        cmocka_unit_test(who_is_restricted_or_written_to_stays),
        cmocka_unit_test(it_is_done_in_slices),
    };
    return cmocka_run_group_tests_name("store/retentions", tests, NULL, NULL);
}
