/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a receipt does to its message, wherever the message stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/inbound/receipt.h"
#include "world.h"

static const int64_t NOW = 1800000000000;

static void take(struct world *world, const struct receipt *receipt)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(receipt_take(world->db, receipt, world->now, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* A message in a given state. */
static struct outbox_message *bring_to(struct world *world, const char *wanted)
{
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    if (text_equal(wanted, "queued")) {
        return message;
    }
    world_release(world, CHANNEL_SMS);
    if (text_equal(wanted, "sending")) {
        return message;
    }
    if (text_equal(wanted, "unsure") || text_equal(wanted, "refused")) {
        world_settle(world, message->id, wanted, NULL);
        return message;
    }
    world_settle(world, message->id, "accepted", "R1");
    if (!text_equal(wanted, "accepted")) {
        bool moved = false;
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(outbox_resolve(world->db, message->id, wanted, "", NOW, &moved, &err));
        WORLD_MUST(db_commit(world->db, &err));
        assert_true(moved);
    }
    return message;
}

static void a_receipt_moves_its_message(void **state)
{
    (void)state;
    static const struct {
        const char *was;
        const char *means;
        const char *becomes;
    } cases[] = {
        {"accepted", "pending", "accepted"},
        {"accepted", "delivered", "delivered"},
        {"accepted", "undelivered", "undelivered"},
        {"accepted", "expired", "undelivered"},
        {"unsure", "pending", "accepted"},
        {"unsure", "delivered", "delivered"},
        {"unsure", "undelivered", "undelivered"},
        {"unsure", "expired", "undelivered"},
        {"sending", "pending", "accepted"}, /* faster than the answer to our request */
        {"sending", "delivered", "delivered"},
        {"sending", "undelivered", "undelivered"},
        {"delivered", "pending", "delivered"}, /* out of order */
        {"delivered", "undelivered", "delivered"},
        {"undelivered", "delivered", "delivered"},
        {"undelivered", "pending", "undelivered"},
        {"queued", "delivered", "queued"}, /* nobody has it yet: a receipt for it makes no sense */
        {"refused", "delivered", "refused"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        struct outbox_message *message = bring_to(world, cases[i].was);
        struct receipt receipt = {.gateway = "practice",
                                  .remote_id = "R1",
                                  .reference = message->reference,
                                  .status = "word",
                                  .means = cases[i].means,
                                  .at = NOW};
        take(world, &receipt);
        assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, cases[i].becomes);
        take(world, &receipt);
        assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, cases[i].becomes);
        world_close(world);
    }
}

static void a_receipt_finds_its_message_by_the_providers_id(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)bring_to(world, "accepted");
    struct receipt receipt = {.gateway = "practice",
                              .remote_id = "R1",
                              .status = "DELIVRD",
                              .means = "delivered",
                              .at = NOW};
    struct receipt elsewhere = receipt;
    elsewhere.gateway = "another";
    take(world, &elsewhere);
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "accepted");
    take(world, &receipt);
    struct outbox_message *message = world_message(world, 0, CHANNEL_SMS);
    assert_string_equal(message->state, "delivered");
    assert_string_equal(message->reason, "receipt: DELIVRD");
    world_close(world);
}

static void a_receipt_of_nobodys_message_is_only_kept(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)bring_to(world, "accepted");
    struct receipt receipt = {.gateway = "practice",
                              .remote_id = "R999",
                              .reference = "unheard-of",
                              .status = "DELIVRD",
                              .means = "delivered",
                              .at = NOW};
    take(world, &receipt);
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "accepted");
    int64_t outbox_id = 77;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_put_receipt(world->db, &receipt, &outbox_id, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(outbox_id, 0);
    world_close(world);
}

/* The answer to the request comes after the receipt: it must not undo what the receipt told. */
static void a_late_answer_does_not_undo_a_receipt(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = bring_to(world, "sending");
    struct receipt receipt = {.gateway = "practice",
                              .remote_id = "R1",
                              .reference = message->reference,
                              .status = "sent",
                              .means = "pending",
                              .at = NOW};
    take(world, &receipt);
    world_settle(world, message->id, "unsure", "R1");
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "accepted");
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->remote_id, "R1");
    world_close(world);
}

/* Receipts come in any order, and again: what is told in the end is the same. */
static void the_order_of_receipts_does_not_matter(void **state)
{
    (void)state;
    static const struct {
        const char *means[4]; /* one after another, and then all of them again */
        const char *becomes;
    } cases[] = {
        {{"pending", "delivered"}, "delivered"},
        {{"delivered", "pending"}, "delivered"},
        {{"pending", "undelivered", "pending"}, "undelivered"},
        {{"undelivered", "pending", "delivered"}, "delivered"},
        {{"delivered", "undelivered", "pending"}, "delivered"},
        {{"expired", "delivered", "undelivered", "pending"}, "delivered"},
        {{"pending", "expired"}, "undelivered"},
    };
    static const char *const froms[] = {"sending", "unsure", "accepted"};
    for (size_t i = 0; i < ARRAY_LENGTH(cases) * ARRAY_LENGTH(froms); i++) {
        const char *const *means = cases[i / ARRAY_LENGTH(froms)].means;
        struct world *world = world_open(NOW);
        struct outbox_message *message = bring_to(world, froms[i % ARRAY_LENGTH(froms)]);
        for (size_t k = 0; k < 8; k++) {
            if (means[k % 4] == NULL) {
                continue;
            }
            struct receipt receipt = {.gateway = "practice",
                                      .remote_id = "R1",
                                      .reference = message->reference,
                                      .status = means[k % 4],
                                      .means = means[k % 4],
                                      .at = NOW + (int64_t)k};
            take(world, &receipt);
        }
        assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state,
                            cases[i / ARRAY_LENGTH(froms)].becomes);
        world_close(world);
    }
}

static void a_receipt_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *means, *error, *cause;
        const char *reason;
        const char *told; /* as an event */
        bool suppressed;
    } cases[] = {
        {"undelivered", "30005", "number", "receipt: failed (30005: the number takes no texts)",
         "undelivered (failed, 30005: number)", false},
        {"undelivered", "30007", "blocked", "receipt: failed (30007: blocked on its way)",
         "undelivered (failed, 30007: blocked)", false},
        {"undelivered", "30003", "temporary", "receipt: failed (30003: not reached for now)",
         "undelivered (failed, 30003: temporary)", false},
        {"expired", "7", "ours", "receipt: failed (7: a fault of our account, sender or text)",
         "expired (failed, 7: ours)", false},
        {"undelivered", "21610", "opted_out",
         "receipt: failed (21610: the provider knows of an opt-out)",
         "undelivered (failed, 21610: opted_out)", true},
        {"pending", "9", "opted_out", "201 Created", "pending (failed, 9: opted_out)", true},
        {"delivered", "9", "opted_out", "receipt: failed", "delivered (failed, 9: opted_out)",
         false},
        {"undelivered", "1", NULL, "receipt: failed (1)", "undelivered (failed, 1)", false},
        {"undelivered", NULL, NULL, "receipt: failed", "undelivered (failed)", false},
        {"delivered", "000", NULL, "receipt: failed", "delivered (failed, 000)", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        struct outbox_message *message = bring_to(world, "accepted");
        struct receipt receipt = {.gateway = "practice",
                                  .remote_id = "R1",
                                  .status = "failed",
                                  .means = cases[i].means,
                                  .error = cases[i].error,
                                  .cause = cases[i].cause,
                                  .at = NOW};
        for (size_t times = 0; times < 2; times++) {
            take(world, &receipt);
            struct outbox_event *events = NULL;
            size_t count = 0;
            assert_string_equal(world_message(world, 0, CHANNEL_SMS)->reason, cases[i].reason);
            WORLD_MUST(outbox_events(world->db, message->id, world->arena, &events, &count, &err));
            assert_string_equal(events[count - 1].reason, cases[i].told);
            assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", "provider"),
                             cases[i].suppressed);
            assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL),
                             cases[i].suppressed);
        }
        world_close(world);
    }
}

/* An opt-out that comes before the answer from which we learn the provider's id is not lost. */
static void an_opt_out_before_the_answer_is_kept(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = bring_to(world, "sending");
    struct receipt receipt = {.gateway = "practice",
                              .remote_id = "R1",
                              .status = "failed",
                              .means = "undelivered",
                              .error = "9",
                              .cause = "opted_out",
                              .at = NOW};
    take(world, &receipt);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
    world_settle(world, message->id, "accepted", "R1");
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "undelivered");
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", "provider"), 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_moves_its_message),
        cmocka_unit_test(a_receipt_finds_its_message_by_the_providers_id),
        cmocka_unit_test(a_receipt_of_nobodys_message_is_only_kept),
        cmocka_unit_test(a_late_answer_does_not_undo_a_receipt),
        cmocka_unit_test(the_order_of_receipts_does_not_matter),
        cmocka_unit_test(a_receipt_says_why),
        cmocka_unit_test(an_opt_out_before_the_answer_is_kept),
    };
    return cmocka_run_group_tests_name("inbound/receipt", tests, NULL, NULL);
}
