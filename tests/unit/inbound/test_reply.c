/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply does: to its number, to the ballot, to what waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/inbound/reply.h"
#include "muster/store/dossiers.h"
#include "world.h"

static const int64_t NOW = 1800000000000;

static struct world *open_with_sent_message(void)
{
    struct world *world = world_open(NOW);
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    world_settle(world, message->id, "accepted", "R1");
    return world;
}

static struct reply take(struct world *world, const char *id, const char *from, const char *text,
                         bool expect_fresh)
{
    struct reply reply = {
        .gateway = "practice", .remote_id = id, .address = from, .text = text, .at = NOW};
    bool fresh = !expect_fresh;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(reply_take(world->db, &reply, NOW, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(fresh, expect_fresh);
    return reply;
}

static const char *ballot_state(struct world *world, size_t member)
{
    struct ballot_place place;
    WORLD_MUST(ballots_place(world->db, world->ballot_id, world->member_ids[member], world->arena,
                             &place, &err));
    assert_true(place.entitled);
    return place.state;
}

static void a_reply_does_what_it_means(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *meaning;
        const char *kind; /* of the suppression, NULL: none */
        const char *state;
    } cases[] = {
        {"STOP", "stop", "stop", "unknown"},
        {"stop texting me", "stop", "stop", "unknown"},
        {"wrong number", "hold", "hold", "unknown"},
        {"VOTED", "voted", NULL, "voted"},
        {"no paper", "no-paper", NULL, "no-paper"},
        {"rather not say", "declined", NULL, "declined"},
        {"help", "help", NULL, "unknown"},
        {"What time does it close?", "other", NULL, "unknown"},
        {"", "other", NULL, "unknown"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = open_with_sent_message();
        struct reply reply = take(world, "1", "+447700900001", cases[i].text, true);
        assert_string_equal(reply.meaning, cases[i].meaning);
        assert_int_equal(reply.member_id, world->member_ids[0]);
        assert_int_equal(reply.ballot_id, world->ballot_id);
        assert_int_equal(reply_silences(&reply), cases[i].kind != NULL);
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL),
                         cases[i].kind != NULL);
        if (cases[i].kind != NULL) {
            assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", cases[i].kind),
                             1);
        }
        assert_string_equal(ballot_state(world, 0), cases[i].state);
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900002", NULL), 0);
        world_close(world);
    }
}

static void a_repeat_changes_nothing_but_is_understood(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    (void)take(world, "1", "+447700900001", "STOP", true);
    (void)take(world, "2", "+447700900001", "START", true);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
    struct reply again = take(world, "1", "+447700900001", "STOP", false);
    assert_true(reply_silences(&again));
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(world->db, CHANNEL_SMS, "+447700900001", key);
    assert_memory_equal(again.address_key, key, sizeof key);
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 10}, world->arena, &replies,
                             &count, &err));
    assert_int_equal(count, 2);
    world_close(world);
}

static const char *plan_of(struct world *world, size_t member)
{
    struct dossier *dossier = NULL;
    const struct dossier_limits limits = {.messages = 10, .replies = 10};
    WORLD_MUST(dossiers_read(world->db, &scope_everybody, world_members[member].number, &limits,
                             world->arena, &dossier, &err));
    assert_int_equal(dossier->place_count, 1);
    return dossier->places[0].plan;
}

static void digits_and_days_answer_what_was_asked(void **state)
{
    (void)state;
    struct error err = {0};
    assert_true(clock_set_zone("Europe/London", &err));
    struct world *world = open_with_sent_message(); /* to member 0, on Friday 15 January 2027 */
    assert_string_equal(take(world, "1", "+447700900001", "friday x", true).meaning, "plan");
    assert_string_equal(plan_of(world, 0), "2027-01-15");
    assert_string_equal(take(world, "2", "+447700900001", "wed", true).meaning, "plan");
    assert_string_equal(plan_of(world, 0), "2027-01-20");
    assert_string_equal(ballot_state(world, 0), "unknown");
    assert_string_equal(take(world, "3", "+447700900001", "2 thanks", true).meaning, "no-paper");
    assert_string_equal(ballot_state(world, 0), "no-paper");
    assert_string_equal(take(world, "4", "+447700900001", "3", true).meaning, "other");
    assert_string_equal(take(world, "5", "+447700900001", "1.", true).meaning, "voted");
    assert_string_equal(ballot_state(world, 0), "voted");
    /* Who was asked nothing has answered nothing. */
    assert_string_equal(take(world, "6", "+447700900002", "1", true).meaning, "other");
    assert_string_equal(ballot_state(world, 1), "unknown");
    world_close(world);
}

static void an_answer_counts_until_the_ballot_closes(void **state)
{
    (void)state;
    static const struct {
        int64_t after;
        const char *meaning;
    } cases[] = {
        {13 * (int64_t)CLOCK_HOUR, "voted"}, /* the campaign's own deadline has passed */
        {25 * (int64_t)CLOCK_HOUR, "other"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = open_with_sent_message();
        struct reply reply = {.gateway = "practice",
                              .remote_id = "1",
                              .address = "+447700900001",
                              .text = "1",
                              .at = NOW + cases[i].after};
        bool fresh = false;
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(reply_take(world->db, &reply, reply.at, &fresh, &err));
        WORLD_MUST(db_commit(world->db, &err));
        assert_string_equal(reply.meaning, cases[i].meaning);
        world_close(world);
    }
}

static void start_lifts_what_the_member_asked_for_and_no_more(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    static const char *const kinds[] = {"stop", "hold", "manual", "provider"};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct suppression suppression = {.channel = CHANNEL_SMS,
                                          .kind = kinds[i],
                                          .source = "person",
                                          .reason = "a test",
                                          .at = NOW};
        db_address_key(world->db, CHANNEL_SMS, "+447700900001", suppression.address_key);
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(suppressions_add(world->db, &suppression, &err));
        WORLD_MUST(db_commit(world->db, &err));
    }
    (void)take(world, "1", "+447700900002", "START", true); /* another number lifts nothing */
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 4);
    (void)take(world, "2", "+447700900001", "START", true);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 2);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", "manual"), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", "provider"), 1);
    world_close(world);
}

/* Who has chosen to have nothing promotional has that choice again after STOP and START; another
 * START, or one that has nothing else to undo, is of the choice. */
static void start_undoes_a_choice_only_where_there_is_nothing_else(void **state)
{
    (void)state;
    static const char *const before[] = {"STOP", "remove me", NULL};
    for (size_t i = 0; i < ARRAY_LENGTH(before); i++) {
        struct world *world = open_with_sent_message();
        struct suppression choice = {.channel = CHANNEL_SMS,
                                     .kind = SUPPRESSIONS_PROMOTIONAL,
                                     .source = "tap",
                                     .reason = "chosen on a page",
                                     .at = NOW};
        db_address_key(world->db, CHANNEL_SMS, "+447700900001", choice.address_key);
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(suppressions_add(world->db, &choice, &err));
        WORLD_MUST(db_commit(world->db, &err));
        if (before[i] != NULL) {
            (void)take(world, "1", "+447700900001", before[i], true);
            (void)take(world, "2", "+447700900001", "START", true);
            assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 1);
            assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", choice.kind), 1);
        }
        (void)take(world, "3", "+447700900001", "START", true);
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
        world_close(world);
    }
}

static void an_opt_out_withholds_what_waits(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)world_queue(world, 0, CHANNEL_SMS);
    (void)world_queue(world, 1, CHANNEL_SMS);
    (void)take(world, "1", "+447700900001", "STOP", true);
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "withheld");
    assert_string_equal(world_message(world, 1, CHANNEL_SMS)->state, "queued");
    world_release(world, CHANNEL_SMS);
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "withheld");
    assert_string_equal(world_message(world, 1, CHANNEL_SMS)->state, "sending");
    world_close(world);
}

static void voted_stays_voted(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    (void)take(world, "1", "+447700900001", "VOTED", true);
    (void)take(world, "2", "+447700900001", "NO PAPER", true);
    assert_string_equal(ballot_state(world, 0), "voted");
    world_close(world);
}

static void a_stranger_can_opt_out_too(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    struct reply reply = take(world, "1", "+447700900999", "STOP", true);
    assert_int_equal(reply.member_id, 0);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900999", "stop"), 1);
    reply = take(world, "2", "+447700900999", "VOTED", true); /* of no ballot we could note it in */
    assert_int_equal(reply.ballot_id, 0);
    world_close(world);
}

/* A member who was never written to: known by the number, but of no ballot. */
static void a_word_out_of_the_blue_marks_no_ballot(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    struct reply reply = take(world, "1", "+447700900002", "VOTED", true);
    assert_int_equal(reply.member_id, world->member_ids[1]);
    assert_int_equal(reply.ballot_id, 0);
    assert_string_equal(ballot_state(world, 1), "unknown");
    world_close(world);
}

static void hostile_texts_are_only_stored(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    char *huge = malloc(60001);
    assert_non_null(huge);
    memset(huge, 'x', 60000);
    huge[60000] = '\0';
    const char *const texts[] = {"'; DROP TABLE reply; --", "\xEF\xBF\xBD\xEF\xBF\xBD", huge,
                                 "{{first_name}} %s %n"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%zu", i);
        (void)take(world, id, "+447700900001", texts[i], true);
    }
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 10}, world->arena, &replies,
                             &count, &err));
    assert_int_equal(count, ARRAY_LENGTH(texts));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(replies[i].text, texts[count - 1 - i]);
    }
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
    free(huge);
    world_close(world);
}

/* A part of a text; `id` is the provider's of the part. */
static struct reply take_part(struct world *world, const char *id, const char *text, int64_t number,
                              int64_t total, int64_t at, bool expect_fresh)
{
    struct reply reply = {
        .gateway = "practice",
        .remote_id = id,
        .address = "+447700900001",
        .text = text,
        .part = {.sent_to = "61016", .reference = "17", .number = number, .total = total},
        .at = at};
    bool fresh = !expect_fresh;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(reply_take(world->db, &reply, at, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(fresh, expect_fresh);
    return reply;
}

static struct reply *only_reply(struct world *world)
{
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 10}, world->arena, &replies,
                             &count, &err));
    assert_int_equal(count, 1);
    return replies;
}

/* Parts one after another; after each of them, what a person reads and what is in force. */
static const struct parted {
    int64_t total;
    struct {
        int64_t number;
        const char *text;
        const char *read;
        const char *meaning;
        const char *kind; /* of the only suppression, NULL: none */
    } parts[4];
    const char *state; /* of the ballot, in the end */
} parted[] = {
    {3,
     {{1, "Stop. ", "Stop. [...]", "stop", "stop"},
      {2, "I have moved to ", "Stop. I have moved to [...]", "stop", "stop"},
      {3, "Leeds", "Stop. I have moved to Leeds", "stop", "stop"}},
     "unknown"},
    {3, /* in another order */
     {{3, "Leeds", "[...]Leeds", "other", NULL},
      {1, "I have moved to", "I have moved to[...]Leeds", "other", NULL},
      {2, " near ", "I have moved to near Leeds", "other", NULL}},
     "unknown"},
    {2, /* a word cut in two */
     {{1, "Please st", "Please st[...]", "other", NULL},
      {2, "op texting me", "Please stop texting me", "stop", "stop"}},
     "unknown"},
    {3, /* the same, and the third never comes */
     {{2, "op texting me", "[...]op texting me[...]", "other", NULL},
      {1, "Please st", "Please stop texting me[...]", "stop", "stop"}},
     "unknown"},
    {2, /* one that never comes */
     {{2, "STOP", "[...]STOP", "stop", "stop"}},
     "unknown"},
    {2, {{1, "wrong number. ", "wrong number. [...]", "hold", "hold"}}, "unknown"},
    {2, /* what is no wish for silence waits for the whole text */
     {{1, "I have ", "I have [...]", "other", NULL}, {2, "voted", "I have voted", "voted", NULL}},
     "voted"},
    {2,
     {{1, "I have voted", "I have voted[...]", "other", NULL},
      {2, " in every ballot of my life but this one",
       "I have voted in every ballot of my life but this one", NULL, NULL}},
     NULL},
    {2, {{1, "START", "START[...]", "other", NULL}, {2, " ", "START ", "start", NULL}}, "unknown"},
    {2, /* an answer to what was asked, and courtesy without an end */
     {{2, "lovely day to you all", "[...]lovely day to you all", "other", NULL},
      {1, "1. Thank you, have a ", "1. Thank you, have a lovely day to you all", "voted", NULL}},
     "voted"},
    {2, /* two answers are none */
     {{1, "1 or ", "1 or [...]", "other", NULL}, {2, "2", "1 or 2", "other", NULL}},
     "unknown"},
    {2, /* a day that was asked for, cut in two */
     {{1, "on tues", "on tues[...]", "other", NULL}, {2, "day", "on tuesday", "plan", NULL}},
     "unknown"},
    {2, /* an answer beside a wish for silence */
     {{1, "1. ", "1. [...]", "other", NULL}, {2, "STOP", "1. STOP", "stop", "stop"}},
     "unknown"},
};

/* One of them comes, and again. */
static void take_one_of(struct world *world, const struct parted *text, size_t k)
{
    const char *kind = text->parts[k].kind;
    char id[16];
    (void)snprintf(id, sizeof id, "P%zu", k);
    for (size_t times = 0; times < 2; times++) {
        struct reply reply = take_part(world, id, text->parts[k].text, text->parts[k].number,
                                       text->total, NOW + (int64_t)k, times == 0);
        const struct reply *read = only_reply(world);
        assert_string_equal(read->text, text->parts[k].read);
        assert_string_equal(read->remote_id, "P0");
        assert_string_equal(read->meaning, reply.meaning);
        assert_int_equal(read->member_id, world->member_ids[0]);
        if (text->parts[k].meaning != NULL) {
            assert_string_equal(read->meaning, text->parts[k].meaning);
        }
        assert_int_equal(reply_silences(&reply), kind != NULL);
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", kind), kind != NULL);
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), kind != NULL);
    }
}

static void parts_become_one_reply(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(parted); i++) {
        struct world *world = open_with_sent_message();
        for (size_t k = 0; k < 4 && parted[i].parts[k].text != NULL; k++) {
            take_one_of(world, &parted[i], k);
        }
        if (parted[i].state != NULL) {
            assert_string_equal(ballot_state(world, 0), parted[i].state);
        }
        world_close(world);
    }
}

/* Phones use a reference again after a while. */
static void parts_of_two_texts_are_kept_apart(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    const int64_t later = NOW + 49 * (int64_t)CLOCK_HOUR;
    (void)take_part(world, "P1", "one ", 1, 2, NOW, true);
    (void)take_part(world, "P2", "two", 2, 2, NOW, true);
    (void)take_part(world, "P3", "three ", 1, 2, NOW + 1, true); /* the first text was whole */
    (void)take_part(world, "P4", "five ", 2, 3, NOW + 2, true);  /* of three, not of two */
    (void)take_part(world, "P5", "six", 2, 2, later, true);      /* the second text is too old */
    (void)take(world, "P6", "+447700900001", "seven", true);
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.limit = 10}, world->arena, &replies,
                             &count, &err));
    static const char *const texts[] = {"seven", "[...]six", "[...]five [...]", "three [...]",
                                        "one two"};
    assert_int_equal(count, ARRAY_LENGTH(texts));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(replies[i].text, texts[i]);
    }
    world_close(world);
}

/* A provider may give all parts the same id, and repeat one as a whole text. */
static void parts_need_no_ids_of_their_own(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    (void)take_part(world, "P1", "I have ", 1, 2, NOW, true);
    (void)take_part(world, "P1", "voted", 2, 2, NOW, true);
    assert_string_equal(only_reply(world)->text, "I have voted");
    (void)take_part(world, "P1", "voted", 2, 2, NOW, false);
    (void)take(world, "P1", "+447700900001", "I have ", false);
    assert_string_equal(only_reply(world)->text, "I have voted");
    world_close(world);
}

/* A STOP in the first part, taken back by a text of its own, stays taken back when the second part
 * comes late: nobody has asked again. */
static void a_late_part_does_not_ask_again(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    (void)take_part(world, "P1", "STOP ", 1, 2, NOW, true);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", "stop"), 1);
    (void)take(world, "2", "+447700900001", "START", true);
    (void)take_part(world, "P2", "please", 2, 2, NOW + 1, true);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
    world_close(world);
}

/* Another message, which asks something else, goes out between two parts of an answer. */
static void parts_answer_what_was_asked_before_the_first(void **state)
{
    (void)state;
    struct world *world = open_with_sent_message();
    struct outbox_message *asking = world_message(world, 0, CHANNEL_SMS);
    (void)take_part(world, "P1", "it is ", 1, 2, NOW, true);
    struct step step = {.campaign_id = 1,
                        .position = 2,
                        .who = "everyone",
                        .uses_sms = true,
                        .at = NOW - CLOCK_HOUR,
                        .deadline = NOW + CLOCK_HOUR,
                        .asks = "1=declined"};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(db_commit(world->db, &err));
    world->step_id = step.id;
    world->now = NOW + 1;
    (void)world_queue(world, 0, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    world->now = NOW + 2;
    const struct reply last = take_part(world, "P2", "1", 2, 2, NOW + 2, true);
    assert_int_equal(last.outbox_id, asking->id);
    assert_string_equal(only_reply(world)->meaning, "voted");
    assert_string_equal(ballot_state(world, 0), "voted");
    world_close(world);
}

static void very_many_parts_are_joined(void **state)
{
    (void)state;
    enum { MANY = 255, LONG = 4096 };
    struct world *world = open_with_sent_message();
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    for (int64_t i = 1; i <= MANY; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "P%d", (int)i);
        (void)take_part(world, id, i % 50 == 0 ? text : "y", i, MANY, NOW, true);
    }
    assert_int_equal(strlen(only_reply(world)->text), 5 * LONG + 250);
    free(text);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_does_what_it_means),
        cmocka_unit_test(a_repeat_changes_nothing_but_is_understood),
        cmocka_unit_test(digits_and_days_answer_what_was_asked),
        cmocka_unit_test(an_answer_counts_until_the_ballot_closes),
        cmocka_unit_test(start_lifts_what_the_member_asked_for_and_no_more),
        cmocka_unit_test(start_undoes_a_choice_only_where_there_is_nothing_else),
        cmocka_unit_test(an_opt_out_withholds_what_waits),
        cmocka_unit_test(voted_stays_voted),
        cmocka_unit_test(a_stranger_can_opt_out_too),
        cmocka_unit_test(a_word_out_of_the_blue_marks_no_ballot),
        cmocka_unit_test(hostile_texts_are_only_stored),
        cmocka_unit_test(parts_become_one_reply),
        cmocka_unit_test(parts_of_two_texts_are_kept_apart),
        cmocka_unit_test(parts_need_no_ids_of_their_own),
        cmocka_unit_test(a_late_part_does_not_ask_again),
        cmocka_unit_test(parts_answer_what_was_asked_before_the_first),
        cmocka_unit_test(very_many_parts_are_joined),
    };
    return cmocka_run_group_tests_name("inbound/reply", tests, NULL, NULL);
}
