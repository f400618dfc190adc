/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations: in which order they come, page by page, whose they are, and what was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/store/answers.h"
#include "muster/store/assignments.h"
#include "muster/store/conversations.h"

static const int64_t NOW = 1800000000000;

/* A reply, held where it may be a wish to leave; gives its id. */
static int64_t write_reply(struct world *world, const char *address, const char *text,
                           const char *meaning)
{
    static int mark;
    struct reply reply = {.gateway = "rehearsal",
                          .remote_id = arena_printf(world->arena, "r%d", mark++),
                          .address = address,
                          .text = text,
                          .at = NOW,
                          .channel = CHANNEL_SMS};
    bool fresh = false;
    db_address_key(world->db, CHANNEL_SMS, address, reply.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    reply.meaning = meaning;
    WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
    if (text_equal(meaning, "hold")) {
        struct suppression hold = {.channel = CHANNEL_SMS,
                                   .kind = "hold",
                                   .source = "reply",
                                   .reason = "doubtful",
                                   .at = NOW};
        memcpy(hold.address_key, reply.address_key, sizeof hold.address_key);
        WORLD_MUST(suppressions_add(world->db, &hold, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    return reply.id;
}

/* "3 1 2": the replies that all conversations of a choice begin with, read `page` at a time. */
static const char *order(struct world *world, enum conversations_filter filter, const char *person,
                         size_t page)
{
    const char *text = "";
    struct conversations_place after = {0};
    for (bool more = true; more;) {
        struct conversation *talks = NULL;
        size_t count = 0;
        WORLD_MUST(conversations_list(world->db, filter, person, after, page, world->arena, &talks,
                                      &count, &err));
        for (size_t i = 0; i < count; i++) {
            text = arena_printf(world->arena, "%s%s%lld", text, text[0] == '\0' ? "" : " ",
                                (long long)talks[i].reply_id);
            after = talks[i].place;
        }
        more = count == page;
    }
    return text;
}

static const char M1[] = "+447700900001";
static const char M2[] = "+447700900002";
static const char M3[] = "+447700900003";
static const char STRANGER[] = "+447700900009";

static void held_ones_first_then_who_waits_and_every_page_goes_on(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const long long held = write_reply(world, M1, "wrong number", "hold");
    const long long voted = write_reply(world, M2, "voted", "voted");
    const long long asked = write_reply(world, M3, "When?", "other");
    const long long stranger = write_reply(world, STRANGER, "Who?", "other");
    const long long again = write_reply(world, M3, "And where?", "other");
    const char *expected =
        arena_printf(world->arena, "%lld %lld %lld %lld", held, again, stranger, voted);
    for (size_t page = 1; page <= 6; page++) {
        assert_string_equal(expected, order(world, CONVERSATIONS_ALL, NULL, page));
    }
    assert_string_equal(arena_printf(world->arena, "%lld", held),
                        order(world, CONVERSATIONS_HELD, NULL, 2));
    assert_true(asked < again);
    world_close(world);
}

static void whose_they_are(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t one = write_reply(world, M1, "When?", "other");
    const int64_t two = write_reply(world, M2, "Where?", "other");
    struct conversations_counts counts;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(assignments_give(world->db, one, "Asha", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal(arena_printf(world->arena, "%lld", (long long)one),
                        order(world, CONVERSATIONS_MINE, "asha", 5));
    assert_string_equal("", order(world, CONVERSATIONS_MINE, "bea", 5));
    assert_string_equal(arena_printf(world->arena, "%lld", (long long)two),
                        order(world, CONVERSATIONS_NOBODYS, "asha", 5));
    WORLD_MUST(conversations_count(world->db, "asha", &counts, &err));
    assert_int_equal(2, counts.waiting);
    assert_int_equal(1, counts.mine);
    assert_int_equal(1, counts.nobodys);
    assert_int_equal(0, counts.held);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(assignments_done(world->db, one, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal("", order(world, CONVERSATIONS_MINE, "asha", 5));
    assert_string_equal(arena_printf(world->arena, "%lld %lld", (long long)two, (long long)one),
                        order(world, CONVERSATIONS_ALL, NULL, 5));
    world_close(world);
}

static void what_was_said_is_in_order_and_of_nobody_else(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t first = write_reply(world, M1, "When?", "other");
    (void)write_reply(world, M2, "Where?", "other");
    const int64_t last = write_reply(world, M1, "voted", "voted");
    const struct inbox_choice choice = {.id = first, .limit = 1};
    struct reply *reply = NULL;
    struct conversations_entry *entries = NULL;
    size_t count = 0;
    bool put_in = false;
    bool more = true;
    WORLD_MUST(inbox_replies(world->db, &choice, world->arena, &reply, &count, &err));
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(answers_put(world->db, reply, "Friday", NOW + 5, &put_in, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(
        conversations_read(world->db, last, 10, world->arena, &entries, &count, &more, &err));
    assert_false(more);
    assert_int_equal(3, count);
    assert_int_equal(CONVERSATIONS_REPLY, entries[0].kind);
    assert_int_equal(first, entries[0].id);
    assert_int_equal(last, entries[1].id);
    assert_int_equal(CONVERSATIONS_ANSWER, entries[2].kind);
    WORLD_MUST(
        conversations_read(world->db, first, 2, world->arena, &entries, &count, &more, &err));
    assert_true(more);
    assert_int_equal(2, count);
    assert_int_equal(last, entries[0].id);
    WORLD_MUST(conversations_read(world->db, 999, 2, world->arena, &entries, &count, &more, &err));
    assert_int_equal(0, count);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_ones_first_then_who_waits_and_every_page_goes_on),
        cmocka_unit_test(whose_they_are),
        cmocka_unit_test(what_was_said_is_in_order_and_of_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
