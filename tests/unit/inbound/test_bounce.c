/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that did not arrive: whose it is, what follows, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "letter.h"
#include "muster/store/erasures.h"

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

static void each_proof_tells_the_message(void **state)
{
    (void)state;
    static const struct {
        enum about about;
        enum bounce_proof proof;
    } proofs[] = {
        {BY_RECIPIENT, BOUNCE_BY_SENDER},
        {BY_HEADER, BOUNCE_BY_SENDER},
        {BY_LINK, BOUNCE_BY_LINK},
        {BY_MESSAGE_ID, BOUNCE_BY_MESSAGE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(proofs); i++) {
        struct world *world = world_open(NOW);
        struct outbox_message *message = sent(world, 0);
        struct letter letter = bounce_of(world, message, proofs[i].about, RETURNED_DEAD, "5.1.1");
        letter.event.recipient = "forwarded@elsewhere.example"; /* what it says is not asked */
        struct bounce_outcome outcome = take(world, &letter);
        assert_true(outcome.fresh);
        assert_int_equal(outcome.proof, proofs[i].proof);
        assert_string_equal(outcome.reference, message->reference);
        assert_string_equal(state_of(world, message), "undelivered");
        assert_int_equal(suppressed(world, ANN, "bounce"), 1);
        assert_int_equal(suppressed(world, ANN, NULL), 1);
        assert_int_equal(suppressed(world, "forwarded@elsewhere.example", NULL), 0);
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
        world_close(world);
    }
}

static void the_sender_counts_more_than_what_is_brought_back(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *to_ann = sent(world, 0);
    struct outbox_message *to_bea = sent(world, 1);
    struct letter letter = bounce_of(world, to_ann, BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
    letter.mail.message_id = arena_printf(world->arena, "%s@branch.example", to_bea->reference);
    (void)take(world, &letter);
    assert_string_equal(state_of(world, to_ann), "undelivered");
    assert_string_equal(state_of(world, to_bea), "accepted");
    assert_int_equal(suppressed(world, BEA, NULL), 0);
    world_close(world);
}

static void what_proves_nothing_changes_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    static const struct {
        enum returned_kind kind;
        enum returned_class class;
    } forged[] = {
        {RETURNED_BOUNCE, RETURNED_DEAD},    {RETURNED_BOUNCE, RETURNED_FULL},
        {RETURNED_BOUNCE, RETURNED_BLOCKED}, {RETURNED_BOUNCE, RETURNED_CONFIG},
        {RETURNED_COMPLAINT, RETURNED_NONE},
    };
    const char *sender =
        bounces_sender(world->db, letter_config.mail.bounces, message->reference, world->arena);
    char *broken = arena_text(world->arena, sender);
    broken[strlen("bounces+")] = broken[strlen("bounces+")] == 'a' ? 'b' : 'a';
    for (size_t i = 0; i < ARRAY_LENGTH(forged); i++) {
        struct letter letter = bounce_of(world, NULL, BY_NOTHING, forged[i].class, "5.1.1");
        letter.event.kind = forged[i].kind;
        letter.recipient = broken;
        letter.mail.token = "aaaaaaaaaaaaaaaaaaaa-00000000000000000000";
        letter.mail.message_id = "aaaaaaaaaaaaaaaaaaaa@branch.example";
        struct bounce_outcome outcome = take(world, &letter);
        assert_true(outcome.fresh);
        assert_int_equal(outcome.proof, BOUNCE_UNPROVEN);
    }
    assert_string_equal(state_of(world, message), "accepted");
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    struct route_state *routes = NULL;
    struct pace_state *paces = NULL;
    struct bounce *bounces = NULL;
    size_t count = 0;
    WORLD_MUST(routes_list(world->db, world->arena, &routes, &count, &err));
    assert_int_equal(count, 0);
    WORLD_MUST(paces_list(world->db, world->arena, &paces, &count, &err));
    assert_int_equal(count, 0);
    WORLD_MUST(bounces_list(world->db, NULL, true, 100, world->arena, &bounces, &count, &err));
    assert_int_equal(count, ARRAY_LENGTH(forged)); /* though it is shown */
    world_close(world);
}

static void a_thousand_forgeries_are_one_row(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 1000; i++) {
        struct letter letter = bounce_of(world, NULL, BY_NOTHING, RETURNED_DEAD, "5.1.1");
        letter.mail.own_id = arena_printf(world->arena, "%d@forger.example", i);
        assert_true(take(world, &letter).fresh);
        letter.event.recipient = "nobody@mail.example";
        (void)take(world, &letter);
    }
    struct bounce *bounces = NULL;
    size_t count = 0;
    WORLD_MUST(bounces_list(world->db, NULL, false, 100, world->arena, &bounces, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(bounces[0].times, 1000);
    assert_int_equal(bounces[0].outbox_id, 0);
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

static void the_same_mail_counts_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_FULL, "5.2.2");
    for (int with_id = 1; with_id >= 0; with_id--) {
        letter.mail.own_id = with_id ? "1@mx.example" : "";
        for (int i = 0; i < 1000; i++) {
            assert_int_equal(take(world, &letter).fresh, i == 0);
        }
    }
    struct bounce *bounces = NULL;
    size_t count = 0;
    WORLD_MUST(bounces_list(world->db, NULL, false, 100, world->arena, &bounces, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(bounces[0].times, 2);
    assert_string_equal(bounces[0].reference, message->reference);
    assert_string_equal(bounces[0].campaign, "remind");
    world_close(world);
}

/* Who forges the bounce beforehand, without the proof, keeps the true one out no more. */
static void a_forgery_does_not_stand_for_the_true_one(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
    struct letter forged = letter;
    forged.recipient = "";
    assert_int_equal(take(world, &forged).proof, BOUNCE_UNPROVEN);
    assert_true(take(world, &letter).fresh);
    assert_int_equal(suppressed(world, ANN, "bounce"), 1);
    world_close(world);
}

static void what_a_person_lifted_stays_lifted(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
    (void)take(world, &letter);
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    db_address_key(world->db, CHANNEL_EMAIL, ANN, key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_lift(world->db, key, NULL, "it works", NOW, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(lifted, 1);
    letter.mail.own_id = "another@mx.example"; /* the relay says it again */
    assert_true(take(world, &letter).fresh);
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    next_step(world);
    letter = bounce_of(world, sent(world, 0), BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "bounce"), 1);
    world_close(world);
}

/* A mistake in the DNS of one trust is no reason to lose all who work there. */
static void a_domain_that_is_not_found_is_believed_the_second_day(void **state)
{
    (void)state;
    static const char *const statuses[] = {"5.1.2", "5.4.1", "5.4.4"};
    for (size_t i = 0; i < ARRAY_LENGTH(statuses); i++) {
        struct world *world = world_open(NOW);
        struct letter letter =
            bounce_of(world, sent(world, 0), BY_RECIPIENT, RETURNED_DEAD, statuses[i]);
        (void)take(world, &letter);
        assert_int_equal(suppressed(world, ANN, NULL), 0);
        world->now += DAY / 2;
        next_step(world);
        letter = bounce_of(world, sent(world, 0), BY_RECIPIENT, RETURNED_DEAD, statuses[i]);
        (void)take(world, &letter);
        assert_int_equal(suppressed(world, ANN, NULL), 0);
        world->now += DAY / 2;
        next_step(world);
        letter = bounce_of(world, sent(world, 0), BY_RECIPIENT, RETURNED_DEAD, statuses[i]);
        (void)take(world, &letter);
        assert_int_equal(suppressed(world, ANN, "bounce"), 1);
        world_close(world);
    }
}

/* So many days in a row mail to Ann comes back. */
static void come_back(struct world *world, int days, enum returned_class class)
{
    for (int i = 0; i < days; i++) {
        struct letter letter = bounce_of(world, sent(world, 0), BY_RECIPIENT, class, "4.0.0");
        (void)take(world, &letter);
        world->now += DAY;
        next_step(world);
    }
}

static void what_may_work_later_suspends_after_days(void **state)
{
    (void)state;
    static const struct {
        enum returned_class class;
        int days;
    } cases[] = {{RETURNED_TEMPORARY, 3}, {RETURNED_FULL, 5}, {RETURNED_NONE, 3}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        come_back(world, cases[i].days - 1, cases[i].class);
        assert_int_equal(suppressed(world, ANN, NULL), 0);
        come_back(world, 1, cases[i].class);
        assert_int_equal(suppressed(world, ANN, "suspended"), 1);
        int64_t ended = 0;
        WORLD_MUST(suppressions_end(world->db, world->now + 28 * DAY, &ended, &err));
        assert_int_equal(ended, 0);
        assert_int_equal(suppressed(world, ANN, "suspended"), 1);
        world->now += 29 * DAY;
        WORLD_MUST(suppressions_end(world->db, world->now, &ended, &err));
        assert_int_equal(ended, 1);
        assert_int_equal(suppressed(world, ANN, NULL), 0);
        WORLD_MUST(suppressions_end(world->db, world->now, &ended, &err));
        assert_int_equal(ended, 0);
        next_step(world);
        come_back(world, 1, cases[i].class); /* it begins anew */
        assert_int_equal(suppressed(world, ANN, NULL), 0);
        world_close(world);
    }
}

static void many_on_one_day_are_one_day(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 8; i++) {
        struct letter letter =
            bounce_of(world, sent(world, 0), BY_RECIPIENT, RETURNED_TEMPORARY, "4.4.1");
        (void)take(world, &letter);
        world->now += CLOCK_MINUTE;
        next_step(world);
    }
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

static void one_message_counts_for_one_day(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    for (int i = 0; i < 8; i++) {
        struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_TEMPORARY, "4.4.1");
        (void)take(world, &letter);
        world->now += DAY;
    }
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

static void a_success_in_between_begins_anew(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    come_back(world, 2, RETURNED_TEMPORARY);
    (void)sent(world, 0); /* this one came through */
    world->now += DAY;
    next_step(world);
    come_back(world, 2, RETURNED_TEMPORARY);
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    come_back(world, 1, RETURNED_TEMPORARY);
    assert_int_equal(suppressed(world, ANN, "suspended"), 1);
    world_close(world);
}

static void what_is_late_is_only_noted(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 6; i++) {
        struct outbox_message *message = sent(world, 0);
        struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_TEMPORARY, "4.4.1");
        letter.event.late = true;
        (void)take(world, &letter);
        assert_string_equal(state_of(world, message), "accepted");
        world->now += DAY;
        next_step(world);
    }
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

/* Queue a mail to one of Ann's addresses at this domain. */
static void queue_at(struct world *world, int domain, int address)
{
    const struct outbox_message message = {
        .step_id = world->step_id,
        .member_id = world->member_ids[0],
        .channel = CHANNEL_EMAIL,
        .address = arena_printf(world->arena, "ann%d@trust%d.example", address, domain),
        .template_id = world->template_id,
        .merge = "{}",
        .due_at = world->now - 1};
    bool queued = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_put(world->db, &message, world->now, &queued, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(queued);
}

/* So many mails to Ann that nobody wants, a second apart; `pool` may be "". Each goes to an address
 * of its own, or all at a domain to one. */
static void be_blocked_at(struct world *world, int times, int domains, const char *pool, bool one)
{
    static int addresses = 0;
    for (int i = 0; i < times; i++) {
        next_step(world);
        queue_at(world, i % domains, one ? 0 : ++addresses);
        if (pool[0] != '\0') {
            WORLD_MUST(db_begin(world->db, &err));
            WORLD_MUST(outbox_set_pool(world->db, "trust0.example", pool, &err));
            WORLD_MUST(db_commit(world->db, &err));
        }
        struct outbox_message *messages = NULL;
        size_t count = 0;
        WORLD_MUST(outbox_list(world->db, 0, "queued", 1, world->arena, &messages, &count, &err));
        assert_int_equal(count, 1);
        world_release(world, CHANNEL_EMAIL);
        world_settle(world, messages[0].id, "accepted", NULL);
        struct letter letter =
            bounce_of(world, &messages[0], BY_RECIPIENT, RETURNED_BLOCKED, "5.7.1");
        (void)take(world, &letter);
        assert_string_equal(state_of(world, &messages[0]), "undelivered");
        world->now += CLOCK_SECOND;
    }
}

static void be_blocked(struct world *world, int times, int domains, const char *pool)
{
    be_blocked_at(world, times, domains, pool, false);
}

/* Until when a subject is paused; 0: it is not. */
static int64_t paused_until(struct world *world, const char *subject)
{
    struct pace_state *paces = NULL;
    size_t count = 0;
    WORLD_MUST(paces_list(world->db, world->arena, &paces, &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (text_equal(paces[i].subject, subject)) {
            return paces[i].paused_until;
        }
    }
    return 0;
}

static void what_is_not_wanted_pauses_the_relay_not_the_member(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    be_blocked(world, 10, 3, "");
    assert_int_equal(paused_until(world, "email/practice"), 0);
    struct route_state *routes = NULL;
    size_t count = 0;
    WORLD_MUST(routes_list(world->db, world->arena, &routes, &count, &err));
    assert_int_equal(count, 1);
    assert_non_null(strstr(routes[0].fault, "not wanted"));
    assert_null(strstr(routes[0].fault, ANN));
    assert_int_equal(routes[0].closed_until, 0);
    be_blocked(world, 1, 1, "");
    assert_true(paused_until(world, "email/practice") > world->now + 20 * CLOCK_MINUTE);
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

static void receivers_with_rules_are_paused_alone(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    be_blocked(world, 11, 1, "google");
    assert_true(paused_until(world, "pool/google") > world->now + 20 * CLOCK_MINUTE);
    assert_int_equal(paused_until(world, "email/practice"), 0);
    world_close(world);
}

/* A trust that lets none of our mail in does not keep it from the others. */
static void one_domain_alone_pauses_nobody(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    be_blocked(world, 40, 2, "");
    assert_int_equal(paused_until(world, "email/practice"), 0);
    world_close(world);
}

/* Who has kept all mails of a year can prove each, and say of each that it is not wanted. */
static void one_member_alone_pauses_nobody(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    be_blocked_at(world, 40, 1, "google", true);
    assert_int_equal(paused_until(world, "pool/google"), 0);
    be_blocked_at(world, 40, 3, "", true);
    assert_int_equal(paused_until(world, "email/practice"), 0);
    world_close(world);
}

/* What a wrong clock has put into the future is not of these five minutes. */
static void a_clock_that_was_wrong_pauses_nobody(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    be_blocked(world, 10, 1, "google");
    world->now -= 400 * DAY;
    be_blocked(world, 10, 1, "google");
    assert_int_equal(paused_until(world, "pool/google"), 0);
    world_close(world);
}

static void slow_refusals_pause_nobody(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 4; i++) {
        be_blocked(world, 5, 3, "");
        world->now += 6 * CLOCK_MINUTE;
    }
    assert_int_equal(paused_until(world, "email/practice"), 0);
    world_close(world);
}

static void a_fault_of_ours_is_told_of_the_relay(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_CONFIG, "5.3.4");
    (void)take(world, &letter);
    assert_string_equal(state_of(world, message), "undelivered");
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    struct route_state *routes = NULL;
    size_t count = 0;
    WORLD_MUST(routes_list(world->db, world->arena, &routes, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(routes[0].name, "practice");
    assert_non_null(strstr(routes[0].fault, "a fault of ours"));
    assert_null(strstr(routes[0].fault, ANN));
    world_close(world);
}

static void a_complaint_ends_it(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    next_step(world);
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    struct letter letter =
        letter_of(world, message, BY_LINK, RETURNED_COMPLAINT, "fbl@provider.example", "");
    letter.event.recipient = "";
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "complaint"), 1);
    assert_string_equal(state_of(world, message), "delivered");
    struct outbox_message *queued = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_list(world->db, 0, "withheld", 5, world->arena, &queued, &count, &err));
    assert_int_equal(count, 1);
    world_close(world);
}

/* Several recipients in one report: the member's address stands for them. */
static void of_several_the_mildest_counts(void **state)
{
    (void)state;
    for (int named = 0; named < 2; named++) {
        struct world *world = world_open(NOW);
        struct outbox_message *message = sent(world, 0);
        struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
        struct returned_event events[2] = {letter.event, letter.event};
        events[0].recipient = named ? ANN : "gone@ward.example";
        events[1].recipient = "busy@ward.example";
        events[1].class = RETURNED_FULL;
        letter.mail.events = events;
        letter.mail.count = 2;
        assert_int_equal(take(world, &letter).class, named ? RETURNED_DEAD : RETURNED_FULL);
        assert_int_equal(suppressed(world, ANN, NULL), (size_t)named);
        world_close(world);
    }
}

static void an_erased_member_leaves_no_bounce(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_FULL, "5.2.2");
    (void)take(world, &letter);
    letter = bounce_of(world, NULL, BY_NOTHING, RETURNED_DEAD, "5.1.1");
    (void)take(world, &letter);
    struct bounce *bounces = NULL;
    size_t count = 0;
    WORLD_MUST(bounces_list(world->db, NULL, false, 9, world->arena, &bounces, &count, &err));
    assert_int_equal(count, 2);
    struct erasures_removed removed;
    WORLD_MUST(erasures_erase(
        world->db, &(struct erasures_order){.number = "M1", .reason = "asked", .at = NOW}, &removed,
        &err));
    WORLD_MUST(bounces_list(world->db, NULL, false, 9, world->arena, &bounces, &count, &err));
    assert_int_equal(count, 0);
    letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
    assert_int_equal(take(world, &letter).proof, BOUNCE_UNPROVEN);
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_proof_tells_the_message),
        cmocka_unit_test(the_sender_counts_more_than_what_is_brought_back),
        cmocka_unit_test(what_proves_nothing_changes_nothing),
        cmocka_unit_test(a_thousand_forgeries_are_one_row),
        cmocka_unit_test(the_same_mail_counts_once),
        cmocka_unit_test(a_forgery_does_not_stand_for_the_true_one),
        cmocka_unit_test(what_a_person_lifted_stays_lifted),
        cmocka_unit_test(a_domain_that_is_not_found_is_believed_the_second_day),
        cmocka_unit_test(what_may_work_later_suspends_after_days),
        cmocka_unit_test(many_on_one_day_are_one_day),
        cmocka_unit_test(one_message_counts_for_one_day),
        cmocka_unit_test(a_success_in_between_begins_anew),
        cmocka_unit_test(what_is_late_is_only_noted),
        cmocka_unit_test(what_is_not_wanted_pauses_the_relay_not_the_member),
        cmocka_unit_test(receivers_with_rules_are_paused_alone),
        cmocka_unit_test(one_domain_alone_pauses_nobody),
        cmocka_unit_test(one_member_alone_pauses_nobody),
        cmocka_unit_test(a_clock_that_was_wrong_pauses_nobody),
        cmocka_unit_test(slow_refusals_pause_nobody),
        cmocka_unit_test(a_fault_of_ours_is_told_of_the_relay),
        cmocka_unit_test(a_complaint_ends_it),
        cmocka_unit_test(of_several_the_mildest_counts),
        cmocka_unit_test(an_erased_member_leaves_no_bounce),
    };
    return cmocka_run_group_tests_name("inbound/bounce", tests, NULL, NULL);
}
