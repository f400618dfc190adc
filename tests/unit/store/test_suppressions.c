/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of opt-outs: rows are added and lifted, never lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

static size_t length_of_ledger(struct world *world)
{
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(suppressions_list(world->db, NULL, 100, world->arena, &list, &count, &err));
    return count;
}

static bool in_force(struct world *world, enum channel channel, const char *address)
{
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool found = false;
    db_address_key(world->db, channel, address, key);
    WORLD_MUST(suppressions_in_force(world->db, key, &found, &err));
    return found;
}

static int64_t lift(struct world *world, const char *number, const char *kind)
{
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = -1;
    db_address_key(world->db, CHANNEL_SMS, number, key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_lift(world->db, key, kind, "asked to", NOW + 1, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return lifted;
}

static void each_kind_is_in_force_once_and_lifted_alone(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *number = "+447700900001";
    crowd_suppress(world, number, "stop");
    crowd_suppress(world, number, "stop"); /* a second STOP says nothing new */
    crowd_suppress(world, number, "manual");
    assert_int_equal(length_of_ledger(world), 2);
    assert_true(in_force(world, CHANNEL_SMS, number));
    assert_false(in_force(world, CHANNEL_SMS, "+447700900002"));
    assert_int_equal(lift(world, number, "hold"), 0);
    assert_int_equal(lift(world, number, "stop"), 1);
    assert_int_equal(lift(world, number, "stop"), 0);
    assert_true(in_force(world, CHANNEL_SMS, number)); /* the other kind */
    crowd_suppress(world, number, "stop");             /* and again: a row of its own */
    assert_int_equal(length_of_ledger(world), 3);
    assert_int_equal(lift(world, number, NULL), 2);
    assert_false(in_force(world, CHANNEL_SMS, number));
    assert_int_equal(length_of_ledger(world), 3);
    world_close(world);
}

static void the_ledger_tells_all(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_suppress(world, "+447700900001", "stop");
    crowd_suppress(world, "+447700900002", "manual");
    (void)lift(world, "+447700900001", "stop");
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(suppressions_list(world->db, NULL, 100, world->arena, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_true(list[0].id > list[1].id);
    assert_string_equal(list[0].kind, "manual");
    assert_int_equal(list[0].lifted_at, 0);
    assert_null(list[0].lifted_why);
    assert_int_equal(list[1].at, NOW);
    assert_int_equal(list[1].lifted_at, NOW + 1);
    assert_string_equal(list[1].lifted_why, "asked to");
    assert_string_equal(list[1].source, "person");
    assert_int_equal(list[1].channel, CHANNEL_SMS);
    WORLD_MUST(
        suppressions_list(world->db, list[1].address_key, 100, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    WORLD_MUST(suppressions_list(world->db, NULL, 1, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    world_close(world);
}

static void it_outlives_the_member(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_suppress(world, "+447700900001", "stop");
    crowd_run(world, "DELETE FROM member");
    assert_true(in_force(world, CHANNEL_SMS, "+447700900001"));
    struct member again = {.number = "N1", .mobile = "+447700900001"};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &again, 0, world->arena, &outcome, &err));
    assert_true(in_force(world, CHANNEL_SMS, "+447700900001"));
    /* Nobody can read a number out of it. */
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM suppression"
                                         " WHERE reason LIKE '%7700%'"
                                         " OR hex(address_key) LIKE '%373730%'"),
                     0);
    world_close(world);
}

static void a_mailbox_is_the_same_in_capitals_but_not_on_another_channel(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct suppression suppression = {.channel = CHANNEL_EMAIL,
                                      .kind = "stop",
                                      .source = "person",
                                      .reason = "one tap",
                                      .at = NOW};
    db_address_key(world->db, CHANNEL_EMAIL, "Ann@Mail.example", suppression.address_key);
    WORLD_MUST(suppressions_add(world->db, &suppression, &err));
    assert_true(in_force(world, CHANNEL_EMAIL, "ann@mail.EXAMPLE"));
    assert_false(in_force(world, CHANNEL_SMS, "ann@mail.example"));
    assert_false(in_force(world, CHANNEL_EMAIL, "ann@mail.example.example"));
    world_close(world);
}

static void what_waits_is_withheld_and_what_is_on_the_wire_is_told(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool in_flight = true;
    db_address_key(world->db, CHANNEL_SMS, "+447700900001", key);
    int64_t first = world_queue(world, 0, CHANNEL_SMS)->id;
    (void)world_queue(world, 1, CHANNEL_SMS);
    int64_t mail = world_queue(world, 0, CHANNEL_EMAIL)->id;
    WORLD_MUST(suppressions_in_flight(world->db, key, &in_flight, &err));
    assert_false(in_flight);
    world_release(world, CHANNEL_SMS);
    crowd_suppress(world, "+447700900001", "stop");
    WORLD_MUST(suppressions_in_flight(world->db, key, &in_flight, &err));
    assert_true(in_flight);
    assert_string_equal(crowd_state(world, first), "sending");
    assert_string_equal(crowd_state(world, mail), "queued"); /* another address */
    world_settle(world, first, "accepted", "R1");
    WORLD_MUST(suppressions_in_flight(world->db, key, &in_flight, &err));
    assert_false(in_flight);
    crowd_suppress(world, "+447700900002", "stop");
    crowd_suppress(world, "+447700900003", "stop");
    world_close(world);

    world = world_open(NOW);
    first = world_queue(world, 0, CHANNEL_SMS)->id;
    int64_t second = world_queue(world, 1, CHANNEL_SMS)->id;
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 9, 1, &claimed), 1);
    crowd_suppress(world, "+447700900001", "stop");
    crowd_suppress(world, "+447700900002", "stop");
    assert_string_equal(crowd_state(world, first), "withheld");
    assert_string_equal(crowd_state(world, second), "withheld");
    world_close(world);
}

static void suspend(struct world *world, const char *address, int64_t until)
{
    struct suppression suppression = {.channel = CHANNEL_EMAIL,
                                      .kind = "suspended",
                                      .source = "mail",
                                      .reason = "mail to it keeps coming back",
                                      .at = NOW,
                                      .ends_at = until};
    db_address_key(world->db, CHANNEL_EMAIL, address, suppression.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_add(world->db, &suppression, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void one_for_a_time_ends_by_itself(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t ended = -1;
    int64_t before = 0;
    int64_t after = 0;
    suspend(world, "ann@mail.example", NOW + 10);
    suspend(world, "bea@mail.example", NOW + 20);
    crowd_suppress(world, "+447700900001", "stop");
    WORLD_MUST(suppressions_position(world->db, &before, &err));
    WORLD_MUST(suppressions_end(world->db, NOW + 9, &ended, &err));
    assert_int_equal(ended, 0);
    WORLD_MUST(suppressions_position(world->db, &after, &err));
    assert_int_equal(after, before);
    WORLD_MUST(suppressions_end(world->db, NOW + 10, &ended, &err));
    assert_int_equal(ended, 1);
    assert_false(in_force(world, CHANNEL_EMAIL, "ann@mail.example"));
    assert_true(in_force(world, CHANNEL_EMAIL, "bea@mail.example"));
    /* As any lifting: it takes a position of the ledger, so that the proof holds. */
    WORLD_MUST(suppressions_position(world->db, &after, &err));
    assert_int_equal(after, before + 1);
    assert_int_equal(crowd_number(world, "SELECT lifted_under FROM suppression WHERE id = 1"),
                     before + 1);
    WORLD_MUST(suppressions_end(world->db, INT64_MAX, &ended, &err));
    assert_int_equal(ended, 1);
    assert_true(in_force(world, CHANNEL_SMS, "+447700900001")); /* has no end */
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(suppressions_list(world->db, NULL, 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(list[0].ends_at, 0);
    assert_int_equal(list[1].ends_at, NOW + 20);
    assert_int_equal(list[1].lifted_at, INT64_MAX);
    world_close(world);
}

/* Ids of a page, "5 4 ". */
static const char *page(struct world *world, struct suppressions_choice choice)
{
    struct suppression *list = NULL;
    size_t count = 0;
    const char *ids = "";
    WORLD_MUST(suppressions_page(world->db, &choice, world->arena, &list, &count, &err));
    for (size_t i = 0; i < count; i++) {
        ids = arena_printf(world->arena, "%s%lld ", ids, (long long)list[i].id);
    }
    return ids;
}

static void the_ledger_is_read_by_pages_and_counted_by_kinds(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct suppressions_kind *kinds = NULL;
    struct suppression *row = NULL;
    size_t count = 0;
    crowd_suppress(world, "+447700900001", "stop");
    crowd_suppress(world, "+447700900002", "stop");
    crowd_suppress(world, "+447700900003", "manual");
    assert_string_equal(page(world, (struct suppressions_choice){.limit = 2}), "3 2 ");
    assert_string_equal(page(world, (struct suppressions_choice){.limit = 2, .before = 2}), "1 ");
    assert_string_equal(page(world, (struct suppressions_choice){.limit = 9, .kind = "stop"}),
                        "2 1 ");
    assert_int_equal(lift(world, "+447700900002", "stop"), 1);
    assert_string_equal(
        page(world, (struct suppressions_choice){.limit = 9, .kind = "stop", .in_force = true}),
        "1 ");
    WORLD_MUST(suppressions_kinds(world->db, world->arena, &kinds, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(kinds[1].kind, "stop");
    assert_int_equal(kinds[1].sms, 1);
    assert_int_equal(kinds[1].email, 0);
    WORLD_MUST(suppressions_get(world->db, 3, world->arena, &row, &err));
    assert_string_equal(row->kind, "manual");
    WORLD_MUST(suppressions_get(world->db, 99, world->arena, &row, &err));
    assert_null(row);
    world_close(world);
}

/* A person's word settles the doubt that was held for one. */
static void what_a_person_tells_settles_a_doubt(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *number = "+447700900001";
    crowd_suppress(world, number, "hold");
    struct suppression told = {
        .kind = SUPPRESSIONS_PROMOTIONAL, .source = "person", .reason = "rang", .at = NOW};
    db_address_key(world->db, CHANNEL_SMS, number, told.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_tell(world->db, &told, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_false(in_force(world, CHANNEL_SMS, number));
    assert_int_equal(lift(world, number, SUPPRESSIONS_PROMOTIONAL), 1);
    world_close(world);
}

static void a_reason_that_names_the_address_is_known(void **state)
{
    static const struct {
        const char *sentence;
        const char *address;
        bool named;
    } cases[] = {
        {"said so on the ward", "+447700900001", false},
        {"it is 07700 900001", "+447700900001", true},
        {"it is +44 (0)7700-900001.", "+447700900001", true},
        {"it is 07700 900002", "+447700900001", false},
        {"wrote from Ann@Mail.Example", "ann@mail.example", true},
        {"wrote a mail", "ann@mail.example", false},
    };
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(suppressions_named(cases[i].sentence, cases[i].address, arena),
                         cases[i].named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_in_force_once_and_lifted_alone),
        cmocka_unit_test(the_ledger_tells_all),
        cmocka_unit_test(it_outlives_the_member),
        cmocka_unit_test(one_for_a_time_ends_by_itself),
        cmocka_unit_test(a_mailbox_is_the_same_in_capitals_but_not_on_another_channel),
        cmocka_unit_test(what_waits_is_withheld_and_what_is_on_the_wire_is_told),
        cmocka_unit_test(the_ledger_is_read_by_pages_and_counted_by_kinds),
        cmocka_unit_test(what_a_person_tells_settles_a_doubt),
        cmocka_unit_test(a_reason_that_names_the_address_is_known),
    };
    return cmocka_run_group_tests_name("store/suppressions", tests, NULL, NULL);
}
