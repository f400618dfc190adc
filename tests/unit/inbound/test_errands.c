/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members write in their own words waits for a person, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/inbound/reply.h"
#include "muster/store/answers.h"
#include "muster/store/assignments.h"
#include "muster/store/saved_answers.h"
#include "world.h"

static const int64_t NOW = 1800000000000;

/* A message has gone to the first two members, whose campaign's replies are asha's. */
static struct world *open_with_messages(void)
{
    struct world *world = world_open(NOW);
    struct campaign *campaign = NULL;
    for (size_t i = 0; i < 2; i++) {
        (void)world_queue(world, i, CHANNEL_SMS);
    }
    world_release(world, CHANNEL_SMS);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_find(world->db, "remind", world->arena, &campaign, &err));
    WORLD_MUST(assignments_set_default(world->db, campaign->id, "asha", &err));
    WORLD_MUST(db_commit(world->db, &err));
    return world;
}

/* A reply at so many milliseconds; gives its id. */
static int64_t take(struct world *world, const char *from, const char *text, int64_t after)
{
    struct reply reply = {.gateway = "practice",
                          .remote_id = arena_printf(world->arena, "%lld", (long long)after),
                          .address = from,
                          .text = text,
                          .at = NOW + after};
    bool fresh = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(reply_take(world->db, &reply, NOW + after, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(fresh);
    return reply.id;
}

/* "hello/asha/waits, ...": the replies that are chosen, in their order. */
static const char *chosen(struct world *world, const char *person, bool waiting)
{
    const struct inbox_choice choice = {.assigned = person, .waiting = waiting, .limit = 10};
    struct reply *replies = NULL;
    size_t count = 0;
    const char *text = "";
    WORLD_MUST(inbox_replies(world->db, &choice, world->arena, &replies, &count, &err));
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(world->arena, "%s%s%s/%s/%s", text, i == 0 ? "" : ", ", replies[i].text,
                            replies[i].assigned == NULL ? "-" : replies[i].assigned,
                            replies[i].standing);
    }
    return text;
}

static void give(struct world *world, int64_t id, const char *person)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(assignments_give(world->db, id, person, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void done(struct world *world, int64_t id)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(assignments_done(world->db, id, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void own_words_go_to_whom_the_campaign_names(void **state)
{
    (void)state;
    struct world *world = open_with_messages();
    (void)take(world, "+447700900001", "When does it close?", 1);
    (void)take(world, "+447700900001", "voted", 2);        /* understood: for nobody */
    (void)take(world, "+447700900003", "Nice weather", 3); /* no message went there */
    assert_string_equal(chosen(world, NULL, true),
                        "When does it close?/asha/waits, Nice weather/-/waits");
    assert_string_equal(chosen(world, "Asha", false), "When does it close?/asha/waits");
    assert_string_equal(chosen(world, NULL, false),
                        "Nice weather/-/waits, voted/-/, When does it close?/asha/waits");
    world_close(world);
}

static void held_ones_come_first_then_who_has_waited_longest(void **state)
{
    (void)state;
    struct world *world = open_with_messages();
    (void)take(world, "+447700900001", "When does it close?", 1);
    (void)take(world, "+447700900001", "And where?", 2);
    (void)take(world, "+447700900002", "wrong number", 3);
    assert_string_equal(chosen(world, NULL, true),
                        "wrong number/asha/waits, When does it close?/asha/waits,"
                        " And where?/asha/waits");
    /* Somebody decides that it was a wish to leave. */
    struct suppression left = {.channel = CHANNEL_SMS,
                               .kind = "manual",
                               .source = "person",
                               .reason = "meant to leave",
                               .at = NOW};
    db_address_key(world->db, CHANNEL_SMS, "+447700900002", left.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_add(world->db, &left, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal(chosen(world, NULL, true),
                        "When does it close?/asha/waits, And where?/asha/waits");
    world_close(world);
}

static void what_is_answered_or_done_waits_no_more(void **state)
{
    (void)state;
    struct world *world = open_with_messages();
    struct reply *replies = NULL;
    size_t count = 0;
    bool put_in = false;
    const int64_t first = take(world, "+447700900001", "When?", 1);
    const int64_t second = take(world, "+447700900002", "Where?", 2);
    WORLD_MUST(inbox_replies(world->db, &(struct inbox_choice){.id = first, .limit = 1},
                             world->arena, &replies, &count, &err));
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(answers_put(world->db, &replies[0], "At five.", NOW, &put_in, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(put_in);
    done(world, second);
    assert_string_equal(chosen(world, NULL, true), "");
    assert_string_equal(chosen(world, "asha", false), "When?/asha/answered, Where?/asha/done");
    /* Handed on, it is to be looked at again; what a person answered stays answered. */
    give(world, second, "bea");
    assert_string_equal(chosen(world, NULL, true), "Where?/bea/waits");
    give(world, second, NULL);
    assert_string_equal(chosen(world, NULL, true), "Where?/-/waits");
    assert_string_equal(chosen(world, "bea", false), "");
    /* An answer that never went is none. */
    int64_t unsure = 0;
    int64_t expired = 0;
    WORLD_MUST(answers_sweep(world->db, NOW + 13 * (int64_t)CLOCK_HOUR, worker_alive, world->worker,
                             &unsure, &expired, &err));
    assert_int_equal(expired, 1);
    assert_string_equal(chosen(world, "asha", true), "When?/asha/waits");
    world_close(world);
}

/* What was handed to somebody before its next part came stays theirs. */
static void a_hand_over_outlives_the_next_part(void **state)
{
    (void)state;
    struct world *world = open_with_messages();
    int64_t id = 0;
    for (int64_t part = 1; part <= 2; part++) {
        struct reply reply = {
            .gateway = "practice",
            .remote_id = part == 1 ? "p1" : "p2",
            .address = "+447700900001",
            .text = part == 1 ? "A long " : "story",
            .part = {.sent_to = "+447700900999", .reference = "17", .number = part, .total = 2},
            .at = NOW + part};
        bool fresh = false;
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(reply_take(world->db, &reply, NOW + part, &fresh, &err));
        WORLD_MUST(db_commit(world->db, &err));
        if (part == 1) {
            id = reply.id;
            assert_string_equal(chosen(world, NULL, true), "A long [...]/asha/waits");
            give(world, id, "bea");
        }
    }
    assert_string_equal(chosen(world, NULL, true), "A long story/bea/waits");
    world_close(world);
}

static void a_saved_answer_is_in_the_language_of_the_member(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *language;
        const char *second;
        const char *text;
    } cases[] = {
        {"close", "cy", "en", "Am bump."}, {"close", "en", "cy", "At five."},
        {"close", "pl", "en", "At five."}, {"close", "pl", "fr", "Am bump."},
        {"where", "cy", "en", "Here."},    {"when", "en", "en", NULL},
    };
    static const struct saved_answer saved[] = {
        {"close", "en", "At six."},
        {"close", "cy", "Am bump."},
        {"where", "en", "Here."},
        {"close", "en", "At five."},
    };
    struct world *world = world_open(NOW);
    struct saved_answer *list = NULL;
    size_t count = 0;
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(saved); i++) {
        WORLD_MUST(saved_answers_set(world->db, &saved[i], &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *text = NULL;
        WORLD_MUST(saved_answers_find(world->db, cases[i].name, cases[i].language, cases[i].second,
                                      world->arena, &text, &err));
        assert_true(text_equal(text, cases[i].text));
    }
    int64_t gone = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(saved_answers_remove(world->db, "close", "en", &gone, &err));
    assert_int_equal(gone, 1);
    WORLD_MUST(saved_answers_remove(world->db, "close", "en", &gone, &err));
    assert_int_equal(gone, 0);
    WORLD_MUST(saved_answers_remove(world->db, "close", NULL, &gone, &err));
    assert_int_equal(gone, 1);
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(saved_answers_list(world->db, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].name, "where");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_words_go_to_whom_the_campaign_names),
        cmocka_unit_test(held_ones_come_first_then_who_has_waited_longest),
        cmocka_unit_test(what_is_answered_or_done_waits_no_more),
        cmocka_unit_test(a_hand_over_outlives_the_next_part),
        cmocka_unit_test(a_saved_answer_is_in_the_language_of_the_member),
    };
    return cmocka_run_group_tests_name("inbound/errands", tests, NULL, NULL);
}
