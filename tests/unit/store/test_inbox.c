/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes back is stored once, and found to its message and its member. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

static int64_t put_receipt(struct world *world, const char *remote, const char *reference,
                           const char *status)
{
    struct receipt receipt = {.gateway = "practice",
                              .remote_id = remote,
                              .reference = reference,
                              .status = status,
                              .means = "pending",
                              .at = NOW};
    int64_t id = -1;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_put_receipt(world->db, &receipt, &id, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return id;
}

static void receipts_are_stored_once_and_find_their_message(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    world_settle(world, message->id, "accepted", "R1");
    assert_int_equal(put_receipt(world, "R1", message->reference, "sent"), message->id);
    assert_int_equal(put_receipt(world, "R1", message->reference, "sent"), 0); /* a repeat */
    assert_int_equal(put_receipt(world, "R1", NULL, "delivered"), message->id);
    assert_int_equal(put_receipt(world, "R1", "", "delivered"), 0);
    assert_int_equal(put_receipt(world, "R2", NULL, "delivered"), 0);
    assert_int_equal(put_receipt(world, "R3", "not ours", "delivered"), 0);
    assert_int_equal(put_receipt(world, "'; DROP TABLE receipt; --", NULL, "x"), 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM receipt"), 5);
    /* The same id at another provider is another message. */
    crowd_run(world, "UPDATE outbox SET gateway = 'other'");
    assert_int_equal(put_receipt(world, "R1", NULL, "expired"), 0);
    world_close(world);
}

static struct reply put_reply(struct world *world, const char *remote, const char *address,
                              const char *meaning, bool *fresh)
{
    struct reply reply = {.gateway = "practice",
                          .remote_id = remote,
                          .address = address,
                          .text = "hello",
                          .meaning = meaning,
                          .at = NOW,
                          .member_id = 77,
                          .outbox_id = 77,
                          .ballot_id = 77};
    db_address_key(world->db, CHANNEL_SMS, address, reply.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    WORLD_MUST(inbox_put_reply(world->db, &reply, fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return reply;
}

static void a_reply_answers_the_latest_message_to_its_number(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    bool fresh = false;
    /* Before anything was sent it is known by the number alone. */
    struct reply reply = put_reply(world, "1", "+447700900001", "other", &fresh);
    assert_true(fresh);
    assert_int_equal(reply.member_id, world->member_ids[0]);
    assert_int_equal(reply.outbox_id, 0);
    assert_int_equal(reply.ballot_id, 0);
    reply = put_reply(world, "2", "+447700900777", "other", &fresh);
    assert_int_equal(reply.member_id, 0);
    /* M2 moves in with M1; the text was for M2. */
    crowd_run(world, "UPDATE contact SET address = '+447700900001', address_key = (SELECT"
                     " address_key FROM contact WHERE address = '+447700900001')"
                     " WHERE address = '+447700900002'");
    struct outbox_message message = {.step_id = world->step_id,
                                     .member_id = world->member_ids[1],
                                     .channel = CHANNEL_SMS,
                                     .address = "+447700900001",
                                     .template_id = world->template_id,
                                     .merge = "{}",
                                     .due_at = NOW};
    bool queued = false;
    WORLD_MUST(outbox_put(world->db, &message, NOW, &queued, &err));
    reply = put_reply(world, "3", "+447700900001", "other", &fresh);
    assert_int_equal(reply.outbox_id, 0); /* queued is not sent */
    world_release(world, CHANNEL_SMS);
    reply = put_reply(world, "4", "+447700900001", "voted", &fresh);
    assert_int_equal(reply.member_id, world->member_ids[1]);
    assert_int_equal(reply.ballot_id, world->ballot_id);
    assert_true(reply.outbox_id > 0 && reply.id > 0);
    reply = put_reply(world, "4", "+447700900001", "voted", &fresh);
    assert_false(fresh);
    assert_int_equal(reply.id, 0);
    world_close(world);
}

/* A mail that names the message it answers is of that one's member, whoever seems to write. */
static void a_reply_that_names_its_message_answers_that(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = world_queue(world, 1, CHANNEL_EMAIL);
    struct reply reply = {.gateway = "mail",
                          .remote_id = "m1",
                          .address = "ann@mail.example",
                          .text = "hello",
                          .meaning = "other",
                          .at = NOW,
                          .channel = CHANNEL_EMAIL,
                          .answers = message->id};
    bool fresh = false;
    int64_t strangers = -1;
    db_address_key(world->db, CHANNEL_EMAIL, reply.address, reply.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
    assert_int_equal(reply.member_id, world->member_ids[1]);
    assert_int_equal(reply.outbox_id, message->id);
    assert_int_equal(reply.ballot_id, world->ballot_id);
    reply.answers = 0;
    reply.remote_id = "m2";
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
    assert_int_equal(reply.member_id, world->member_ids[0]);
    WORLD_MUST(inbox_strangers(world->db, NOW, &strangers, &err));
    assert_int_equal(strangers, 0);
    reply.remote_id = "m3";
    reply.address = "who@there.example";
    db_address_key(world->db, CHANNEL_EMAIL, reply.address, reply.address_key);
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    static const struct {
        int64_t now;
        int64_t strangers;
    } instants[] = {{NOW, 1},
                    {NOW + 24 * (int64_t)CLOCK_HOUR - 1, 1},
                    {NOW + 24 * (int64_t)CLOCK_HOUR, 0},
                    {NOW - 1, 0}};
    for (size_t i = 0; i < ARRAY_LENGTH(instants); i++) {
        int64_t written = -1;
        WORLD_MUST(inbox_strangers(world->db, instants[i].now, &strangers, &err));
        assert_int_equal(strangers, instants[i].strangers);
        WORLD_MUST(inbox_written(world->db, reply.address_key, instants[i].now, &written, &err));
        assert_int_equal(written, instants[i].strangers);
    }
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 10}, world->arena, &replies,
                             &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(replies[0].channel, CHANNEL_EMAIL);
    world_close(world);
}

static void replies_are_listed_by_meaning(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    bool fresh = false;
    (void)put_reply(world, "1", "+447700900001", "stop", &fresh);
    (void)put_reply(world, "2", "+447700900002", "other", &fresh);
    (void)put_reply(world, "3", "+447700900003", "other", &fresh);
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 10}, world->arena, &replies,
                             &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(replies[0].remote_id, "3");
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.meaning = "other", .limit = 1},
                             world->arena, &replies, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(replies[0].address, "+447700900003");
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.meaning = "nosuch", .limit = 10},
                             world->arena, &replies, &count, &err));
    assert_int_equal(count, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipts_are_stored_once_and_find_their_message),
        cmocka_unit_test(a_reply_answers_the_latest_message_to_its_number),
        cmocka_unit_test(a_reply_that_names_its_message_answers_that),
        cmocka_unit_test(replies_are_listed_by_meaning),
    };
    return cmocka_run_group_tests_name("store/inbox", tests, NULL, NULL);
}
