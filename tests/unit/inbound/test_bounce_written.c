/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that a person wrote: what it means, for whom, and for whom not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "letter.h"

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

static struct reply *latest_reply(struct world *world)
{
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 1}, world->arena, &replies,
                             &count, &err));
    return count == 0 ? NULL : replies;
}

static const char *ballot_state(struct world *world, size_t member)
{
    struct ballot_place place;
    WORLD_MUST(ballots_place(world->db, world->ballot_id, world->member_ids[member], world->arena,
                             &place, &err));
    assert_true(place.entitled);
    return place.state;
}

static void a_reply_that_proves_its_message_does_what_it_means(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *meaning;
        const char *kind; /* of the suppression; NULL: none */
        const char *ballot;
    } cases[] = {
        {"I have voted", "voted", NULL, "voted"},
        {"Voted\n\nAnn Price\nSent from my phone", "voted", NULL, "voted"},
        {"no paper", "no-paper", NULL, "no-paper"},
        {"Stop\n\n--\nAnn Price\nWard 7", "stop", "stop", "unknown"},
        {"I am no longer a member", "hold", "hold", "unknown"},
        {"When does it close?\n\nAnn", "other", NULL, "unknown"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        struct outbox_message *message = sent(world, 0);
        struct letter letter = letter_of(world, message, BY_MESSAGE_ID, RETURNED_REPLY,
                                         "ann@elsewhere.example", cases[i].text);
        assert_true(take(world, &letter).fresh);
        struct reply *reply = latest_reply(world);
        assert_non_null(reply);
        assert_string_equal(reply->meaning, cases[i].meaning);
        assert_string_equal(reply->text, cases[i].text);
        assert_string_equal(reply->address, "ann@elsewhere.example");
        assert_int_equal(reply->channel, CHANNEL_EMAIL);
        assert_int_equal(reply->member_id, world->member_ids[0]);
        assert_int_equal(reply->outbox_id, message->id);
        assert_string_equal(ballot_state(world, 0), cases[i].ballot);
        assert_int_equal(suppressed(world, ANN, NULL), cases[i].kind != NULL);
        assert_int_equal(suppressed(world, ANN, cases[i].kind), cases[i].kind != NULL);
        assert_int_equal(suppressed(world, "ann@elsewhere.example", NULL), 0);
        assert_false(take(world, &letter).fresh);
        world_close(world);
    }
}

/* Anybody can write in a member's name: who does may have them left alone until a person has
 * looked, but not vote. */
static void a_members_address_alone_is_no_vote(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)sent(world, 0);
    struct letter letter =
        letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, "Ann@MAIL.example", "I have voted");
    (void)take(world, &letter);
    assert_string_equal(latest_reply(world)->meaning, "voted");
    assert_int_equal(latest_reply(world)->member_id, world->member_ids[0]);
    assert_string_equal(ballot_state(world, 0), "unknown");
    letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "STOP");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "stop"), 0);
    assert_int_equal(suppressed(world, ANN, "hold"), 1);
    struct reply *held = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.held = true, .limit = 9},
                             world->arena, &held, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(held->text, "STOP");
    letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "START");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "hold"), 1);
    world_close(world);
}

/* The true one says so too: there is nothing left to decide. */
static void a_proof_decides_what_was_held(void **state)
{
    (void)state;
    static const enum returned_kind kinds[] = {RETURNED_REPLY, RETURNED_UNSUBSCRIBE};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct world *world = world_open(NOW);
        struct outbox_message *message = sent(world, 0);
        struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "STOP");
        (void)take(world, &letter);
        assert_int_equal(suppressed(world, ANN, "hold"), 1);
        letter = letter_of(world, message, BY_MESSAGE_ID, kinds[i], ANN, "STOP");
        (void)take(world, &letter);
        assert_int_equal(suppressed(world, ANN, "hold"), 0);
        assert_int_equal(suppressed(world, ANN, "stop"), 1);
        world_close(world);
    }
}

/* The second way of List-Unsubscribe: an empty mail, or what a program writes, to the address that
 * the mail has named. */
static void the_address_for_leaving_proves_itself(void **state)
{
    (void)state;
    static const struct {
        enum returned_kind kind;
        const char *from;
        bool as_recipient;
        bool upper;
    } cases[] = {
        {RETURNED_REPLY, ANN, true, false},
        {RETURNED_UNSUBSCRIBE, ANN, false, false},
        {RETURNED_REPLY, "ann@elsewhere.example", false, true},
        {RETURNED_OTHER, "", true, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        const struct outbox_message *message = sent(world, 0);
        char *address =
            arena_text(world->arena, unsubscribe_address(world->db, letter_config.mail.leave,
                                                         message->reference, world->arena));
        for (char *at = address; cases[i].upper && *at != '\0'; at++) {
            *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
        }
        struct letter letter = letter_of(world, NULL, BY_NOTHING, cases[i].kind, cases[i].from, "");
        letter.recipient = cases[i].as_recipient ? address : "";
        letter.came_to[1] = cases[i].as_recipient ? "x@y.example" : address;
        const struct bounce_outcome outcome = take(world, &letter);
        assert_int_equal(outcome.kind, RETURNED_UNSUBSCRIBE);
        assert_int_equal(outcome.proof, BOUNCE_BY_LINK);
        assert_int_equal(suppressed(world, ANN, "stop"), 1);
        assert_int_equal(suppressed(world, ANN, "hold"), 0);
        world_close(world);
    }
}

/* A mark that is cut off, or made up, or of an envelope sender: a wish, but whose? */
static void a_wrong_address_for_leaving_proves_nothing(void **state)
{
    (void)state;
    for (int wrong = 0; wrong < 3; wrong++) {
        struct world *world = world_open(NOW);
        const struct outbox_message *message = sent(world, 0);
        const char *right = unsubscribe_address(world->db, letter_config.mail.leave,
                                                message->reference, world->arena);
        char *address = arena_text(world->arena, right);
        address[strlen("leave+") + 3] ^= 1;
        struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, BEA, "");
        letter.recipient = wrong == 0   ? address
                           : wrong == 1 ? "leave+x@branch.example"
                                        : bounces_sender(world->db, letter_config.mail.leave,
                                                         message->reference, world->arena);
        const struct bounce_outcome outcome = take(world, &letter);
        assert_int_equal(outcome.kind, RETURNED_UNSUBSCRIBE);
        assert_int_equal(outcome.proof, BOUNCE_UNPROVEN);
        assert_int_equal(suppressed(world, ANN, NULL), 0);
        assert_int_equal(suppressed(world, BEA, "hold"), 1);
        assert_int_equal(suppressed(world, BEA, "stop"), 0);
        world_close(world);
    }
}

static void start_with_a_proof_lifts_what_was_asked_for(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter = letter_of(world, message, BY_MESSAGE_ID, RETURNED_REPLY, ANN, "STOP");
    (void)take(world, &letter);
    letter = letter_of(world, message, BY_LINK, RETURNED_COMPLAINT, ANN, "");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, NULL), 2);
    letter = letter_of(world, message, BY_MESSAGE_ID, RETURNED_REPLY, ANN, "START");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "stop"), 0);
    assert_int_equal(suppressed(world, ANN, "complaint"), 1);
    world_close(world);
}

static void unsubscribing_by_mail(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter =
        letter_of(world, message, BY_LINK, RETURNED_UNSUBSCRIBE, "x@elsewhere.example", "");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "stop"), 1);
    assert_null(latest_reply(world));
    letter = letter_of(world, NULL, BY_NOTHING, RETURNED_UNSUBSCRIBE, BEA, "unsubscribe");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, BEA, "hold"), 1);
    assert_string_equal(latest_reply(world)->meaning, "hold");
    letter = letter_of(world, NULL, BY_NOTHING, RETURNED_UNSUBSCRIBE, "who@there.example", "leave");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, "who@there.example", NULL), 0);
    assert_int_equal(latest_reply(world)->member_id, 0); /* a person must see to it */
    assert_string_equal(latest_reply(world)->meaning, "stop");
    world_close(world);
}

static void what_strangers_write_has_a_measure(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 300; i++) {
        const char *text = arena_printf(world->arena, "Buy %d of these", i);
        struct letter letter =
            letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, "spam@there.example", text);
        (void)take(world, &letter);
    }
    int64_t count = 0;
    WORLD_MUST(inbox_strangers(world->db, NOW, &count, &err));
    assert_int_equal(count, 200);
    world->now -= 400 * DAY; /* the clock was wrong, and has been set right */
    struct letter late =
        letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, "new@there.example", "Now?");
    (void)take(world, &late);
    assert_string_equal(latest_reply(world)->text, "Now?");
    world->now += 400 * DAY;
    struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "Hello");
    (void)take(world, &letter);
    assert_string_equal(latest_reply(world)->text, "Hello");
    world->now += DAY + 1;
    letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, "new@there.example", "Hello?");
    (void)take(world, &letter);
    assert_string_equal(latest_reply(world)->text, "Hello?");
    world_close(world);
}

static void what_answers_by_itself_is_only_counted(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    struct letter letter =
        letter_of(world, message, BY_MESSAGE_ID, RETURNED_OTHER, ANN, "I am away. STOP");
    letter.event.diagnostic = "out of office";
    assert_string_equal(take(world, &letter).told, "taken for out of office");
    assert_null(latest_reply(world));
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    assert_string_equal(state_of(world, message), "accepted");
    letter.event.diagnostic = "cannot tell";
    letter.mail.subject = "Your ticket";
    (void)take(world, &letter);
    assert_string_equal(latest_reply(world)->text, "Your ticket: I am away. STOP");
    assert_string_equal(latest_reply(world)->meaning, "other");
    assert_int_equal(suppressed(world, ANN, NULL), 0);
    world_close(world);
}

/* What is passed on proves whose it was. */
static void who_answers_what_was_passed_on_is_heard(void **state)
{
    (void)state;
    static const struct {
        enum returned_kind kind;
        const char *text;
        const char *means;
    } cases[] = {
        {RETURNED_REPLY, "Please stop\n\nno more of this", "stop"},
        {RETURNED_REPLY, "I am no longer a member", "hold"},
        {RETURNED_UNSUBSCRIBE, "STOP", "stop"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        struct letter letter = letter_of(world, sent(world, 0), BY_LINK, cases[i].kind,
                                         "Bea@MAIL.example", cases[i].text);
        (void)take(world, &letter);
        assert_int_equal(suppressed(world, ANN, cases[i].means), 1);
        assert_int_equal(suppressed(world, BEA, "hold"), 1);
        assert_int_equal(suppressed(world, BEA, "stop"), 0);
        world_close(world);
    }
}

/* A list that leaves an address out may bring it back. */
static void an_address_that_was_written_to_may_ask_for_silence(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)sent(world, 0);
    struct member member = world_members[0];
    struct members_outcome outcome;
    member.email = "new@mail.example";
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "STOP");
    (void)take(world, &letter);
    assert_int_equal(suppressed(world, ANN, "hold"), 1);
    assert_int_equal(suppressed(world, "new@mail.example", NULL), 0);
    world_close(world);
}

/* There are programs that give all their mails the same Message-ID. */
static void two_mails_of_one_id_are_two(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "When?");
    letter.mail.own_id = "1@phone.example";
    assert_true(take(world, &letter).fresh);
    assert_false(take(world, &letter).fresh);
    letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "STOP");
    letter.mail.own_id = "1@phone.example";
    assert_true(take(world, &letter).fresh);
    assert_int_equal(suppressed(world, ANN, "hold"), 1);
    world_close(world);
}

static void what_is_written_in_one_name_has_a_measure(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *message = sent(world, 0);
    for (int i = 0; i < 80; i++) {
        const char *text = arena_printf(world->arena, "Buy %d of these", i);
        struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, text);
        (void)take(world, &letter);
    }
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 1000}, world->arena,
                             &replies, &count, &err));
    assert_int_equal(count, 50);
    struct letter letter = letter_of(world, NULL, BY_NOTHING, RETURNED_REPLY, ANN, "Please stop");
    (void)take(world, &letter);
    assert_string_not_equal(latest_reply(world)->text, "Please stop");
    assert_int_equal(suppressed(world, ANN, "hold"), 1);
    letter = letter_of(world, message, BY_LINK, RETURNED_REPLY, ANN, "I have voted");
    (void)take(world, &letter);
    assert_string_equal(ballot_state(world, 0), "voted");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_that_proves_its_message_does_what_it_means),
        cmocka_unit_test(a_members_address_alone_is_no_vote),
        cmocka_unit_test(a_proof_decides_what_was_held),
        cmocka_unit_test(the_address_for_leaving_proves_itself),
        cmocka_unit_test(a_wrong_address_for_leaving_proves_nothing),
        cmocka_unit_test(start_with_a_proof_lifts_what_was_asked_for),
        cmocka_unit_test(unsubscribing_by_mail),
        cmocka_unit_test(what_strangers_write_has_a_measure),
        cmocka_unit_test(what_answers_by_itself_is_only_counted),
        cmocka_unit_test(who_answers_what_was_passed_on_is_heard),
        cmocka_unit_test(an_address_that_was_written_to_may_ask_for_silence),
        cmocka_unit_test(two_mails_of_one_id_are_two),
        cmocka_unit_test(what_is_written_in_one_name_has_a_measure),
    };
    return cmocka_run_group_tests_name("inbound/bounce_written", tests, NULL, NULL);
}
