/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that a mail may follow: when it is due, what takes that away, and that a look goes through
 * an index of few. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/outbox_second.h"
#include "muster/store/outbox_unsure.h"

static const int64_t NOW = 1800000000000;
static const int64_t AFTER = 6 * (int64_t)CLOCK_HOUR;

/* The world, its step with or without a mail that follows. */
static struct world *open_world(bool follows)
{
    struct world *world = world_open(NOW);
    if (follows) {
        crowd_run(world, arena_printf(world->arena, "UPDATE step SET mail_after = %lld",
                                      (long long)AFTER));
    }
    return world;
}

/* A text to a member that was handed over now, and is as the settlement says. */
static int64_t send_text(struct world *world, size_t member, const char *state)
{
    const int64_t id = world_queue(world, member, CHANNEL_SMS)->id;
    world_release(world, CHANNEL_SMS);
    world_settle(world, id, state, arena_printf(world->arena, "R%zu", member));
    return id;
}

static void resolve(struct world *world, int64_t id, const char *state, int64_t at)
{
    bool moved = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_resolve(world->db, id, state, "a receipt", at, &moved, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(moved);
}

/* When the mail of a text is due; 0: never. */
static int64_t mail_at(struct world *world, int64_t id)
{
    struct outbox_second_other other;
    WORLD_MUST(outbox_second_other(world->db, id, world->arena, &other, &err));
    return other.mail_at;
}

static size_t due(struct world *world, int64_t now, struct outbox_second **seconds)
{
    struct step step;
    size_t count = 0;
    bool any = false;
    WORLD_MUST(campaigns_step(world->db, world->step_id, world->arena, &step, &err));
    WORLD_MUST(outbox_second_due(world->db, &step, world->ballot_id, now, 100, world->arena,
                                 seconds, &count, &err));
    WORLD_MUST(outbox_second_any(world->db, world->step_id, now, &any, &err));
    assert_int_equal(any, count > 0);
    return count;
}

static void the_mail_is_due_as_the_text_fares(void **state)
{
    (void)state;
    static const struct {
        const char *settled;
        const char *receipt; /* after an hour; NULL: none comes */
        bool follows;
        int64_t due; /* after the release, in minutes; 0: never, 1: at once */
    } cases[] = {
        {"accepted", NULL, true, 360},
        {"unsure", NULL, true, 360},
        {"refused", NULL, true, 1},
        {"accepted", "delivered", true, 0},
        {"accepted", NULL, false, 0},
        {"refused", NULL, false, 0},
        {"queued", NULL, true, 0},
        {"expired", NULL, true, 0},
        {"unsure", "accepted", true, 360},
        {"unsure", "delivered", true, 0},
        {"unsure", "refused", true, 60},
        {"unsure", "queued", true, 0},
        {"accepted", "undelivered", true, 120},
        {"accepted", "undelivered", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = open_world(cases[i].follows);
        const int64_t id = send_text(world, 0, cases[i].settled);
        if (cases[i].receipt != NULL) {
            resolve(world, id, cases[i].receipt, NOW + CLOCK_HOUR);
        }
        const int64_t minutes = cases[i].due == 1 ? 0 : cases[i].due;
        const int64_t wanted = cases[i].due == 0 ? 0 : NOW + minutes * CLOCK_MINUTE;
        if (mail_at(world, id) != wanted) {
            fail_msg("case %zu: %lld, not %lld", i, (long long)mail_at(world, id),
                     (long long)wanted);
        }
        struct outbox_second *seconds = NULL;
        assert_int_equal(due(world, wanted - 1, &seconds), 0);
        assert_int_equal(due(world, NOW + 48 * (int64_t)CLOCK_HOUR, &seconds), wanted > 0);
        world_close(world);
    }
}

/* The hour that a receipt is given to be corrected does not put off what is due anyway, and one
 * that is corrected takes the mail away. */
static void a_later_receipt_may_know_better(void **state)
{
    (void)state;
    struct world *world = open_world(true);
    const int64_t id = send_text(world, 0, "accepted");
    resolve(world, id, "undelivered", NOW + AFTER - CLOCK_MINUTE);
    assert_int_equal(mail_at(world, id), NOW + AFTER);
    resolve(world, id, "delivered", NOW + AFTER - 1);
    assert_int_equal(mail_at(world, id), 0);
    world_close(world);
}

static void who_is_not_to_be_written_to_is_told(void **state)
{
    (void)state;
    struct world *world = open_world(true);
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        (void)send_text(world, i, "accepted");
    }
    struct outbox_second *seconds = NULL;
    assert_int_equal(due(world, NOW + AFTER, &seconds), 3);
    assert_true(seconds[0].wanted && seconds[1].wanted && seconds[2].wanted);
    assert_string_equal(seconds[0].state, "accepted");
    assert_string_equal(seconds[0].recipient.member.email, "ann@mail.example");
    assert_true(seconds[0].recipient.email);
    assert_string_equal(seconds[0].recipient.unit, "Anytown Hospital");

    /* One has voted, one has said STOP, one has answered. */
    const char *becomes = NULL;
    crowd_run(world, "UPDATE step SET who = 'not voted'");
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "voted", "tap", NOW,
                            &becomes, &err));
    crowd_suppress(world, world_members[1].mobile, "stop");
    crowd_run(world, "INSERT INTO reply (gateway, remote_id, address, address_key, member_id,"
                     " outbox_id, text, meaning, at) SELECT 'practice', 'r', address, address_key,"
                     " member_id, id, 'Thanks', 'other', 5 FROM outbox WHERE id = 3");
    assert_int_equal(due(world, NOW + AFTER, &seconds), 3);
    assert_false(seconds[0].wanted || seconds[1].wanted || seconds[2].wanted);
    world_close(world);
}

/* Decide the one text that is due, with a mail for it. */
static void queue_second(struct world *world)
{
    struct outbox_second *seconds = NULL;
    struct step step;
    assert_int_equal(due(world, NOW + AFTER, &seconds), 1);
    WORLD_MUST(campaigns_step(world->db, world->step_id, world->arena, &step, &err));
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_second_decide(world->db, &step, &seconds[0], "a mail, since ...", NOW + AFTER,
                                    &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(due(world, NOW + AFTER, &seconds), 0);
}

static void a_mail_tells_why_it_is_there(void **state)
{
    (void)state;
    struct world *world = open_world(true);
    const int64_t id = send_text(world, 0, "unsure");
    queue_second(world);
    const struct outbox_message *mail = world_message(world, 0, CHANNEL_EMAIL);
    struct outbox_event *events = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_events(world->db, mail->id, world->arena, &events, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(events[0].what, "queued");
    assert_string_equal(events[0].reason, "a mail, since ...");
    struct outbox_second_other other;
    WORLD_MUST(outbox_second_other(world->db, id, world->arena, &other, &err));
    assert_string_equal(other.reference, mail->reference);
    assert_string_equal(other.state, "queued");
    struct outbox_second_standing standing;
    WORLD_MUST(outbox_second_standing(world->db, 0, NOW, &standing, &err));
    assert_int_equal(standing.queued, 1);
    assert_int_equal(standing.waiting, 0);
    world_close(world);
}

/* What arrives, or is answered, while its mail waits: the mail is withheld, claimed or not. */
static void a_text_that_arrives_withholds_its_mail(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        struct world *world = open_world(true);
        const int64_t id = send_text(world, 0, "accepted");
        queue_second(world);
        const int64_t mail = world_message(world, 0, CHANNEL_EMAIL)->id;
        struct outbox_message *claimed = NULL;
        if (way == 1) {
            assert_int_equal(world_claim(world, CHANNEL_EMAIL, 7, 10, &claimed), 1);
        }
        if (way == 2) {
            world_release(world, CHANNEL_EMAIL);
        }
        if (way < 3) {
            resolve(world, id, "delivered", NOW + AFTER);
        } else {
            struct reply reply = {.gateway = "practice",
                                  .remote_id = "r",
                                  .address = "a",
                                  .text = "Done",
                                  .meaning = "voted",
                                  .at = NOW + AFTER,
                                  .member_id = world->member_ids[0],
                                  .outbox_id = id};
            bool fresh = false;
            WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
        }
        assert_string_equal(crowd_state(world, mail), way == 2 ? "sending" : "withheld");
        world_close(world);
    }
}

/* A text that goes to the wire twice would come after its mail. */
static void what_the_provider_never_had_is_not_sent_again_beside_its_mail(void **state)
{
    (void)state;
    for (int mailed = 0; mailed < 2; mailed++) {
        struct world *world = open_world(true);
        const int64_t id = send_text(world, 0, "unsure");
        if (mailed) {
            queue_second(world);
        }
        const struct outbox_sighting sighting = {
            .id = id, .attempt = 1, .answer = "404", .state = "queued", .reason = "it has none"};
        bool moved = false;
        WORLD_MUST(outbox_unsure_settle(world->db, &sighting, NOW + AFTER, &moved, &err));
        assert_true(moved);
        assert_string_equal(crowd_state(world, id), mailed ? "refused" : "queued");
        world_close(world);
    }
}

/* Whose mail was not queued as another at the mailbox had it: now it is their turn. */
static void who_shares_the_mailbox_is_looked_at_again(void **state)
{
    (void)state;
    struct world *world = open_world(true);
    const int64_t id = send_text(world, 0, "accepted");
    queue_second(world);
    const int64_t other = send_text(world, 1, "accepted");
    crowd_run(world, "UPDATE contact SET address_key = (SELECT address_key FROM outbox"
                     "  WHERE channel = 'email') WHERE channel = 'email' AND member_id ="
                     " (SELECT member_id FROM outbox WHERE address = '+447700900002')");
    crowd_run(world, "UPDATE outbox SET mail_at = NULL");
    resolve(world, id, "delivered", NOW + AFTER + 5);
    assert_int_equal(mail_at(world, id), 0);
    assert_int_equal(mail_at(world, other), NOW + AFTER + 5);
    world_close(world);
}

static void the_text_does_not_hold_up_its_mail_but_others_do(void **state)
{
    (void)state;
    const struct outbox_limits limits = {.per_week = 1, .apart = 48 * (int64_t)CLOCK_HOUR};
    struct world *world = open_world(true);
    const int64_t text = send_text(world, 0, "accepted");
    const int64_t mail = world_queue(world, 0, CHANNEL_EMAIL)->id;
    int64_t chance = 0;
    WORLD_MUST(outbox_chance_of(world->db, &limits, mail, NOW + AFTER, &chance, &err));
    assert_int_equal(chance, 0);
    WORLD_MUST(outbox_chance(world->db, &limits, world->member_ids[0], NOW + AFTER, &chance, &err));
    assert_true(chance > 0);
    crowd_run(world, "INSERT INTO step (campaign_id, position, who, sms_first, uses_sms,"
                     " uses_email, at, deadline) SELECT campaign_id, 2, who, 1, 1, 1, at, deadline"
                     " FROM step");
    crowd_run(world, arena_printf(world->arena, "UPDATE outbox SET step_id = 2 WHERE id = %lld",
                                  (long long)text));
    WORLD_MUST(outbox_chance_of(world->db, &limits, mail, NOW + AFTER, &chance, &err));
    assert_true(chance > 0);
    world_close(world);
}

static void a_campaign_waits_for_its_texts_until_the_deadline(void **state)
{
    (void)state;
    struct world *world = open_world(true);
    const int64_t deadline = NOW + 12 * (int64_t)CLOCK_HOUR; /* the world's */
    struct outbox_second_standing standing;
    (void)send_text(world, 0, "accepted");
    WORLD_MUST(campaigns_expanded(world->db, world->step_id, 9, true, &err));
    WORLD_MUST(campaigns_finish(world->db, deadline - 1, &err));
    WORLD_MUST(outbox_second_standing(world->db, 0, deadline - 1, &standing, &err));
    assert_int_equal(standing.waiting, 1);
    assert_int_equal(standing.next_at, NOW + AFTER);
    assert_int_equal(standing.after, AFTER);
    int64_t possible = 0;
    WORLD_MUST(outbox_second_possible(world->db, world->step_id, &possible, &err));
    assert_int_equal(possible, 1);
    assert_int_equal(crowd_number(world, "SELECT state = 'running' FROM campaign"), 1);
    WORLD_MUST(outbox_second_standing(world->db, 0, deadline, &standing, &err));
    assert_int_equal(standing.waiting, 0);
    WORLD_MUST(campaigns_finish(world->db, deadline, &err));
    assert_int_equal(crowd_number(world, "SELECT state = 'finished' FROM campaign"), 1);
    world_close(world);
}

/* Each second, while a million are out. */
static void a_look_goes_through_an_index_of_few(void **state)
{
    (void)state;
    static const char *const looks[] = {
        "SELECT 1 FROM outbox WHERE step_id = :step AND mail_at <= :now LIMIT 1",
        "SELECT m.number FROM outbox o CROSS JOIN member m ON m.id = o.member_id"
        " WHERE o.step_id = :step AND o.mail_at <= :now ORDER BY o.mail_at, o.id LIMIT :limit",
    };
    struct world *world = open_world(true);
    for (size_t i = 0; i < ARRAY_LENGTH(looks); i++) {
        CLEANUP(query_end) struct query *query = query_compose(world->db, looks[i]);
        const char *plan = query_plan(query, world->arena);
        assert_non_null(strstr(plan, "outbox_mail (step_id=? AND mail_at<?)"));
        assert_null(strstr(plan, "TEMP B-TREE"));
    }
    (void)send_text(world, 0, "accepted");
    (void)send_text(world, 1, "accepted");
    resolve(world, 1, "delivered", NOW);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE mail_at IS NOT NULL"),
                     1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mail_is_due_as_the_text_fares),
        cmocka_unit_test(a_later_receipt_may_know_better),
        cmocka_unit_test(who_is_not_to_be_written_to_is_told),
        cmocka_unit_test(a_mail_tells_why_it_is_there),
        cmocka_unit_test(a_text_that_arrives_withholds_its_mail),
        cmocka_unit_test(what_the_provider_never_had_is_not_sent_again_beside_its_mail),
        cmocka_unit_test(who_shares_the_mailbox_is_looked_at_again),
        cmocka_unit_test(the_text_does_not_hold_up_its_mail_but_others_do),
        cmocka_unit_test(a_campaign_waits_for_its_texts_until_the_deadline),
        cmocka_unit_test(a_look_goes_through_an_index_of_few),
    };
    return cmocka_run_group_tests_name("store/outbox_second", tests, NULL, NULL);
}
