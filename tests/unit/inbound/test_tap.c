/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The links of messages: who may use one, what it does, and what it can take back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "muster/inbound/reply.h"
#include "muster/inbound/tap.h"
#include "muster/store/unsubscribe.h"
#include "world.h"

static const int64_t NOW = 1800000000000;

static const char MAIL[] = "ann@mail.example";
static const char MOBILE[] = "+447700900001";

/* Change the store as somebody else does. */
static void run(struct world *world, const char *sql)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(world->store, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* What the link of a message is about; NULL: it is not known. */
static struct link_subject *leads(struct world *world, const char *token)
{
    struct link_subject *subject = NULL;
    WORLD_MUST(links_leave(world->db, token, world->arena, &subject, &err));
    return subject;
}

static struct link_subject *leads_to_answer(struct world *world, const char *token)
{
    struct link_subject *subject = NULL;
    WORLD_MUST(links_answer(world->db, token, world->arena, &subject, &err));
    return subject;
}

static struct link_subject *subject_of(struct world *world, const struct outbox_message *message)
{
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(world->db, message->reference, token);
    struct link_subject *subject = leads(world, token);
    assert_non_null(subject);
    return subject;
}

static void leave(struct world *world, const struct link_subject *subject)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(tap_leave(world->db, subject, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* Choose; gives what is in force on the channel then. */
static enum tap_level choose(struct world *world, const struct link_subject *subject,
                             enum channel channel, enum tap_level level)
{
    enum tap_level choices[CHANNEL_COUNT] = {TAP_AS_IT_IS, TAP_AS_IT_IS};
    enum tap_level in_force[CHANNEL_COUNT];
    choices[channel] = level;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(tap_choose(world->db, subject, choices, NOW, in_force, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(in_force[1 - channel], TAP_AS_IT_IS);
    return in_force[channel];
}

static void text_in(struct world *world, const char *id, const char *text)
{
    struct reply reply = {
        .gateway = "practice", .remote_id = id, .address = MOBILE, .text = text, .at = NOW};
    bool fresh = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(reply_take(world->db, &reply, NOW, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(fresh);
}

static void one_click_suppresses_its_address_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *mail = world_queue(world, 0, CHANNEL_EMAIL);
    const struct link_subject *subject = subject_of(world, mail);
    leave(world, subject);
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, MAIL, "stop"), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, NULL), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "bea@mail.example", NULL), 0);
    assert_string_equal(world_message(world, 0, CHANNEL_EMAIL)->state, "withheld");
    leave(world, subject);
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, MAIL, NULL), 1);
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(suppressions_list(world->db, NULL, 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].source, "tap");
    assert_null(strstr(list[0].reason, "ann"));
    world_close(world);
}

static void a_token_is_of_the_shape_that_was_promised(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    static const char longest[] = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddd"; /* 39 */
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    unsubscribe_token(world->db, "abc-def", token);
    assert_int_equal(strlen(token), strlen("abc-def") + 1 + 20);
    assert_true(unsubscribe_reference(world->db, token, reference));
    assert_string_equal(reference, "abc-def");
    unsubscribe_token(world->db, longest, token);
    assert_true(unsubscribe_reference(world->db, token, reference));
    assert_string_equal(reference, longest);
    char answer[LINKS_ANSWER_SIZE];
    links_answer_token(world->db, OUTBOX_REFERENCE_SAMPLE, answer);
    assert_int_equal(strlen(answer), LINKS_ANSWER_LETTERS);
    links_answer_token(world->db, "abcdefghij234567klmn", answer);
    assert_int_equal(strlen(answer), LINKS_ANSWER_LETTERS);
    assert_int_equal(strspn(answer, "abcdefghijklmnopqrstuvwxyz234567"), LINKS_ANSWER_LETTERS);
    assert_memory_equal(answer, "abcde", 5);
    assert_null(strstr(answer, "fghij"));
    world_close(world);
}

/* Each letter changed, each length shorter, one longer, and what is no token at all. */
static void forged_tokens_are_not_known(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *mail = world_queue(world, 0, CHANNEL_EMAIL);
    char leave_token[UNSUBSCRIBE_TOKEN_SIZE];
    char answer_token[LINKS_ANSWER_SIZE];
    unsubscribe_token(world->db, mail->reference, leave_token);
    links_answer_token(world->db, mail->reference, answer_token);
    const struct {
        const char *token;
        struct link_subject *(*leads)(struct world *world, const char *token);
    } ways[] = {{leave_token, leads}, {answer_token, leads_to_answer}};
    char huge[4096];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    const char *const others[] = {
        "",         "-",  "--", "a-", "-a", "no token", "\xFF\xFE-\x80", "aaaaaaaaaaaaaaaaaa",
        "%%%%%%%%", "_*", huge};
    for (size_t way = 0; way < ARRAY_LENGTH(ways); way++) {
        const char *token = ways[way].token;
        char forged[128];
        assert_non_null(ways[way].leads(world, token));
        assert_null(ways[1 - way].leads(world, token));
        for (size_t i = 0; i < strlen(token); i++) {
            (void)snprintf(forged, sizeof forged, "%s", token);
            forged[i] = forged[i] == 'a' ? 'b' : 'a';
            assert_null(ways[way].leads(world, forged));
            (void)snprintf(forged, sizeof forged, "%.*s", (int)i, token);
            assert_null(ways[way].leads(world, forged));
        }
        (void)snprintf(forged, sizeof forged, "%.60sa", token);
        assert_null(ways[way].leads(world, forged));
        for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
            assert_null(ways[way].leads(world, others[i]));
        }
    }
    huge[2000] = '-';
    assert_null(leads(world, huge));
    world_close(world);
}

/* The letters that find a message may be those of others, too; and phones write as they like. */
static void the_short_token_finds_its_message_among_those_that_begin_alike(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        (void)world_queue(world, i, CHANNEL_SMS);
    }
    run(world, "UPDATE outbox SET reference = 'abcde' || SUBSTR(reference, 6)");
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        const struct outbox_message *text = world_message(world, i, CHANNEL_SMS);
        char token[LINKS_ANSWER_SIZE];
        links_answer_token(world->db, text->reference, token);
        const struct link_subject *subject = leads_to_answer(world, token);
        assert_non_null(subject);
        assert_int_equal(subject->member_id, world->member_ids[i]);
        assert_int_equal(subject->channel, CHANNEL_SMS);
        assert_int_equal(subject->ballot_id, world->ballot_id);
        assert_string_equal(subject->language, "en");
        for (char *letter = token; *letter != '\0'; letter++) {
            *letter = *letter >= 'a' ? (char)(*letter - 'a' + 'A') : *letter;
        }
        assert_non_null(leads_to_answer(world, token));
    }
    world_close(world);
}

/* A good token whose message has been purged since. */
static void a_token_without_its_message_leads_nowhere(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    char answer[LINKS_ANSWER_SIZE];
    unsubscribe_token(world->db, "gone", token);
    assert_true(unsubscribe_reference(world->db, token, reference));
    assert_null(leads(world, token));
    links_answer_token(world->db, "abcdefghij234567klmn", answer);
    assert_null(leads_to_answer(world, answer));
    world_close(world);
}

static void another_stores_token_is_not_ours(void **state)
{
    (void)state;
    struct world *ours = world_open(NOW);
    struct world *theirs = world_open(NOW);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    char answers[2][LINKS_ANSWER_SIZE];
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    unsubscribe_token(theirs->db, "abc", token);
    assert_false(unsubscribe_reference(ours->db, token, reference));
    links_answer_token(theirs->db, "abcdefghij234567klmn", answers[0]);
    links_answer_token(ours->db, "abcdefghij234567klmn", answers[1]);
    assert_string_not_equal(answers[0], answers[1]);
    world_close(theirs);
    world_close(ours);
}

static void what_a_link_chooses_it_can_choose_again(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct link_subject *mail = subject_of(world, world_queue(world, 0, CHANNEL_EMAIL));
    static const struct {
        enum tap_level level;
        size_t stop;
        size_t promotional;
    } cases[] = {
        {TAP_SERVICE, 0, 1}, {TAP_SERVICE, 0, 1}, {TAP_NOTHING, 1, 1},
        {TAP_NOTHING, 1, 1}, {TAP_SERVICE, 0, 1}, {TAP_ALL, 0, 0},
        {TAP_ALL, 0, 0},     {TAP_NOTHING, 1, 0}, {TAP_ALL, 0, 0},
    };
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        const char *address = channel == CHANNEL_SMS ? MOBILE : MAIL;
        const enum channel on = (enum channel)channel;
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
            assert_int_equal(choose(world, mail, on, cases[i].level), cases[i].level);
            assert_int_equal(world_suppressed(world, on, address, "stop"), cases[i].stop);
            assert_int_equal(world_suppressed(world, on, address, "promotional"),
                             cases[i].promotional);
        }
    }
    assert_int_equal(choose(world, mail, CHANNEL_SMS, TAP_AS_IT_IS), TAP_AS_IT_IS);
    leave(world, mail);
    assert_int_equal(choose(world, mail, CHANNEL_EMAIL, TAP_ALL), TAP_ALL);
    world_close(world);
}

/* Whoever said STOP by text, in whatever order, is not started again by a link; nor does one link
 * undo what another did. */
static void no_link_takes_back_what_others_did(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct link_subject *text = subject_of(world, world_queue(world, 0, CHANNEL_SMS));
    const struct link_subject *mail = subject_of(world, world_queue(world, 0, CHANNEL_EMAIL));
    assert_int_equal(choose(world, text, CHANNEL_SMS, TAP_NOTHING), TAP_NOTHING);
    assert_int_equal(choose(world, mail, CHANNEL_SMS, TAP_ALL), TAP_NOTHING);
    text_in(world, "1", "STOP");
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, "stop"), 2);
    assert_int_equal(choose(world, text, CHANNEL_SMS, TAP_ALL), TAP_NOTHING);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, "stop"), 1);
    assert_int_equal(choose(world, text, CHANNEL_SMS, TAP_SERVICE), TAP_NOTHING);
    text_in(world, "2", "START");
    assert_int_equal(choose(world, text, CHANNEL_SMS, TAP_AS_IT_IS), TAP_AS_IT_IS);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, "stop"), 0);
    assert_int_equal(choose(world, mail, CHANNEL_SMS, TAP_ALL), TAP_SERVICE);
    assert_int_equal(choose(world, text, CHANNEL_SMS, TAP_NOTHING), TAP_NOTHING);
    text_in(world, "3", "START");
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, "stop"), 0);
    world_close(world);
}

/* Who finds the link is not told that there is no mobile. */
static void a_channel_without_an_address_is_told_as_chosen(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct link_subject *mail = subject_of(world, world_queue(world, 0, CHANNEL_EMAIL));
    run(world, "DELETE FROM contact WHERE channel = 'sms'");
    assert_int_equal(choose(world, mail, CHANNEL_SMS, TAP_NOTHING), TAP_NOTHING);
    assert_int_equal(choose(world, mail, CHANNEL_SMS, TAP_SERVICE), TAP_SERVICE);
    assert_int_equal(choose(world, mail, CHANNEL_SMS, TAP_ALL), TAP_ALL);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, NULL), 0);
    world_close(world);
}

static bool answer(struct world *world, const struct link_subject *subject, enum tap_answer given,
                   int64_t now)
{
    bool taken = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(tap_answer(world->db, subject, given, 0, now, &taken, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return taken;
}

static const char *state_in_ballot(struct world *world, size_t member)
{
    struct ballot_place place;
    WORLD_MUST(ballots_place(world->db, world->ballot_id, world->member_ids[member], world->arena,
                             &place, &err));
    return place.state;
}

static void an_answer_is_noted_as_a_reply_would_be(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct link_subject *text = subject_of(world, world_queue(world, 0, CHANNEL_SMS));
    static const struct {
        enum tap_answer answer;
        const char *state;
    } cases[] = {
        {TAP_NO_PAPER, "no-paper"}, {TAP_DECLINED, "declined"}, {TAP_VOTED, "voted"},
        {TAP_VOTED, "voted"},       {TAP_NO_PAPER, "voted"}, /* as by text: voted stays */
    };
    assert_true(tap_asks(text, NOW));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_true(answer(world, text, cases[i].answer, NOW));
        assert_string_equal(state_in_ballot(world, 0), cases[i].state);
    }
    assert_string_equal(state_in_ballot(world, 1), "unknown");
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, MOBILE, NULL), 0);
    world_close(world);
}

static void a_ballot_that_has_closed_takes_no_answer(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct link_subject *text = subject_of(world, world_queue(world, 0, CHANNEL_SMS));
    assert_true(tap_asks(text, text->closes - 1));
    assert_false(tap_asks(text, text->closes));
    assert_false(answer(world, text, TAP_VOTED, text->closes));
    assert_string_equal(state_in_ballot(world, 0), "unknown");
    text->ballot_id = 0; /* a message of no ballot */
    assert_false(answer(world, text, TAP_VOTED, NOW));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_click_suppresses_its_address_once),
        cmocka_unit_test(a_token_is_of_the_shape_that_was_promised),
        cmocka_unit_test(forged_tokens_are_not_known),
        cmocka_unit_test(the_short_token_finds_its_message_among_those_that_begin_alike),
        cmocka_unit_test(a_token_without_its_message_leads_nowhere),
        cmocka_unit_test(another_stores_token_is_not_ours),
        cmocka_unit_test(what_a_link_chooses_it_can_choose_again),
        cmocka_unit_test(no_link_takes_back_what_others_did),
        cmocka_unit_test(a_channel_without_an_address_is_told_as_chosen),
        cmocka_unit_test(an_answer_is_noted_as_a_reply_would_be),
        cmocka_unit_test(a_ballot_that_has_closed_takes_no_answer),
    };
    return cmocka_run_group_tests_name("inbound/tap", tests, NULL, NULL);
}
