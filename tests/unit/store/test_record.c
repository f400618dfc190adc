/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record: it grows, it stays, and whoever changes it behind its back is found out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/record.h"

static const int64_t NOW = 1800000000000;

static void put(struct world *world, const struct record_entry *entry)
{
    WORLD_MUST(db_begin(world->db, &err));
    CLEANUP(db_rollback) struct db *transaction = world->db;
    WORLD_MUST(record_put(world->db, entry, &err));
    WORLD_MUST(db_commit(transaction, &err));
}

/* Five entries, a minute apart. */
static void fill(struct world *world)
{
    static const struct record_entry entries[] = {
        {.account = NULL, .deed = "account.add", .subject = "asha", .detail = "administrator"},
        {.account = "asha", .deed = "campaign.make", .subject = "pay-reminder"},
        {.account = "asha", .deed = "campaign.start", .subject = "pay-reminder", .detail = "100%"},
        {.account = "ben", .deed = "campaigner.praise", .subject = "member 17"},
        {.account = "ben", .deed = "member.set", .subject = "member 17", .detail = "employer"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(entries); i++) {
        struct record_entry entry = entries[i];
        entry.at = NOW + (int64_t)i * CLOCK_MINUTE;
        put(world, &entry);
    }
}

static struct record_state check(struct world *world, int64_t known)
{
    struct record_state state;
    WORLD_MUST(record_check(world->db, known, &state, &err));
    return state;
}

static void an_entry_follows_the_one_before(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    assert_int_equal(check(world, 0).entries, 0);
    assert_string_equal(check(world, 0).head, "");
    fill(world);
    const struct record_state all = check(world, 3);
    assert_int_equal(all.entries, 5);
    assert_int_equal(all.fault_count, 0);
    assert_int_equal(all.last, 5);
    assert_string_not_equal(all.known_head, "");
    assert_string_not_equal(all.known_head, all.head);
    assert_string_equal(check(world, 6).known_head, "");
    put(world, &(struct record_entry){.at = NOW, .deed = "audit.verify"});
    assert_string_equal(check(world, 5).known_head, all.head);
    world_close(world);
}

static void what_is_undone_leaves_no_entry_and_no_gap(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    {
        WORLD_MUST(db_begin(world->db, &err));
        CLEANUP(db_rollback) struct db *transaction = world->db;
        const struct record_entry lost = {.at = NOW, .deed = "campaign.cancel"};
        WORLD_MUST(record_put(transaction, &lost, &err));
    }
    put(world, &(struct record_entry){.at = NOW, .deed = "campaign.pause"});
    assert_int_equal(check(world, 0).entries, 6);
    assert_int_equal(check(world, 0).fault_count, 0);
    world_close(world);
}

static void the_store_refuses_to_change_it(void **state)
{
    static const char *const refused[] = {
        "UPDATE record SET detail = 'x' WHERE id = 3",
        "UPDATE record SET id = 9 WHERE id = 5",
        "DELETE FROM record WHERE id = 5",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record (id, at, deed, chain) VALUES (3, 1, 'x', x'00')",
        "REPLACE INTO record (id, at, deed, chain) VALUES (5, 1, 'x', x'00')",
        "INSERT INTO record (id, at, deed, chain) VALUES (7, 1, 'x', x'00')",
        "INSERT INTO record (id, at, deed, chain) VALUES (0, 1, 'x', x'00')",
    };
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        assert_false(crowd_may(world, refused[i]));
    }
    assert_int_equal(check(world, 0).entries, 5);
    world_close(world);
}

/* Everything that is wrong, joined by semicolons. */
static const char *wrong(struct world *world, const struct record_state *found)
{
    const char *text = "";
    for (size_t i = 0; i < found->fault_count; i++) {
        text = arena_printf(world->arena, "%s%s%s", text, i == 0 ? "" : "; ",
                            record_wrong_text(&found->fault[i], world->arena));
    }
    return text;
}

/* Statements, one after the other. */
static void bend(struct world *world, const char *sql)
{
    while (*sql != '\0') {
        const size_t length = strcspn(sql, ";");
        crowd_run(world, arena_span(world->arena, sql, length));
        sql += length + strspn(sql + length, "; ");
    }
}

#define SWAP(a, b)                                                                                 \
    "UPDATE record SET id = -1 WHERE id = " a "; UPDATE record SET id = " a " WHERE id = " b       \
    "; UPDATE record SET id = " b " WHERE id = -1"
#define DOWN_FROM(a) "UPDATE record SET id = id - 1 WHERE id > " a
#define UP_FROM(a)                                                                                 \
    "UPDATE record SET id = -id WHERE id >= " a "; UPDATE record SET id = 1 - id WHERE id < 0"
#define PUT(a)                                                                                     \
    "INSERT INTO record (id, at, account, deed, subject, detail, chain) SELECT " a                 \
    ", at, 'eve', deed, subject, detail, chain FROM record WHERE id = 2"

/* What somebody does who has the file and no scruples, and what is said of it. */
static void a_change_behind_its_back_is_found(void **state)
{
    static const struct {
        const char *sql;
        const char *wrong;
    } cases[] = {
        {"UPDATE record SET detail = '101%' WHERE id = 3", "entry 3 was changed"},
        {"UPDATE record SET at = at + 1 WHERE id = 1", "entry 1 was changed"},
        {"UPDATE record SET account = 'asha' WHERE id = 4", "entry 4 was changed"},
        {"UPDATE record SET account = '' WHERE account IS NULL", "entry 1 was changed"},
        {"UPDATE record SET detail = '' WHERE detail IS NULL AND id = 2", "entry 2 was changed"},
        {"UPDATE record SET deed = 'member.se', subject = 'tmember 17' WHERE id = 5",
         "entry 5 was changed"},
        {"UPDATE record SET at = 1 WHERE id IN (2, 4)", "entry 2 was changed; entry 4 was changed"},
        {"UPDATE record SET chain = zeroblob(32) WHERE id = 2",
         "the digest of entry 2 was changed"},
        {"UPDATE record SET chain = x'' WHERE id = 5", "entry 5 was changed"},
        {"DELETE FROM record WHERE id = 1", "entry 1 is missing"},
        {"DELETE FROM record WHERE id = 4", "entry 4 is missing"},
        {"DELETE FROM record WHERE id IN (2, 3)", "entries 2 to 3 are missing"},
        {"DELETE FROM record WHERE id = 2; " DOWN_FROM("2"), "entry 2 is missing"},
        {"DELETE FROM record WHERE id IN (1, 2); " DOWN_FROM("2") "; " DOWN_FROM("1"),
         "entries 1 to 2 are missing"},
        {"UPDATE record SET id = 6 WHERE id = 5", "what was written as entry 5 stands as entry 6"},
        {SWAP("2", "3"), "what was written as entry 2 stands as entry 3;"
                         " what was written as entry 3 stands as entry 2"},
        {SWAP("4", "5"), "what was written as entry 4 stands as entry 5;"
                         " what was written as entry 5 stands as entry 4"},
        {SWAP("1", "5"), "what was written as entry 1 stands as entry 5;"
                         " what was written as entry 5 stands as entry 1"},
        {UP_FROM("3") "; " PUT("3"), "entry 3 was put in: muster did not write it"},
        {UP_FROM("5") "; " PUT("5"), "entry 5 was put in: muster did not write it"},
        {UP_FROM("3") "; " UP_FROM("3") "; " PUT("3") "; " PUT("4"),
         "entries 3 to 4 were put in: muster did not write them"},
        {PUT("0"), "entry 0 was put in: muster did not write it"},
        {PUT("6"), "entry 6 was changed"},
        {"DELETE FROM record WHERE id = 5", ""}, /* the end, cut off: see below */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        fill(world);
        crowd_run(world, "DROP TRIGGER record_stays");
        crowd_run(world, "DROP TRIGGER record_keeps");
        crowd_run(world, "DROP TRIGGER record_grows");
        bend(world, cases[i].sql);
        const struct record_state found = check(world, 5);
        assert_string_equal(wrong(world, &found), cases[i].wrong);
        world_close(world);
    }
}

/* What a noted head tells of an end that is not there any more, whatever was written since. */
static void a_cut_off_end_is_found_by_who_has_noted_it(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    const struct record_state noted = check(world, 5);
    crowd_run(world, "DROP TRIGGER record_keeps");
    crowd_run(world, "DELETE FROM record WHERE id > 3");
    assert_string_equal(check(world, 5).known_head, "");
    assert_int_equal(check(world, 5).last, 3);
    put(world, &(struct record_entry){.at = NOW, .deed = "campaign.pause"});
    put(world, &(struct record_entry){.at = NOW, .deed = "campaign.start"});
    assert_int_equal(check(world, 5).fault_count, 0);
    assert_string_not_equal(check(world, 5).known_head, noted.head);
    world_close(world);
}

static void expect(struct world *world, struct record_choice choice, const char *ids)
{
    struct record_entry *entries = NULL;
    size_t count = 0;
    const char *found = "";
    choice.limit = choice.limit == 0 ? 100 : choice.limit;
    WORLD_MUST(record_list(world->db, &choice, world->arena, &entries, &count, &err));
    for (size_t i = 0; i < count; i++) {
        found = arena_printf(world->arena, "%s%lld", found, (long long)entries[i].id);
    }
    assert_string_equal(found, ids);
}

static void it_is_searched(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    expect(world, (struct record_choice){0}, "54321");
    expect(world, (struct record_choice){.limit = 2}, "54");
    expect(world, (struct record_choice){.limit = 2, .before = 4}, "32");
    expect(world, (struct record_choice){.before = 1}, "");
    expect(world, (struct record_choice){.account = "asha"}, "32");
    expect(world, (struct record_choice){.deed = "campaign"}, "32");
    expect(world, (struct record_choice){.deed = "campaign.start"}, "3");
    expect(world, (struct record_choice){.deed = "campaign.sta"}, "");
    expect(world, (struct record_choice){.subject = "member 17"}, "54");
    expect(world, (struct record_choice){.subject = "member 1"}, "");
    expect(world, (struct record_choice){.words = "PAY-rem"}, "32");
    expect(world, (struct record_choice){.words = "%"}, "3");
    expect(world, (struct record_choice){.words = "_"}, "");
    expect(world, (struct record_choice){.words = "ben", .deed = "member"}, "5");
    expect(world, (struct record_choice){.from = NOW + CLOCK_MINUTE, .until = NOW + CLOCK_HOUR},
           "5432");
    expect(world, (struct record_choice){.until = NOW + CLOCK_MINUTE}, "1");
    expect(world, (struct record_choice){.account = "", .words = "", .subject = "", .deed = ""},
           "54321");
    world_close(world);
}

static void it_knows_its_kinds(void **state)
{
    static const char *const expected[] = {"account", "campaign", "campaigner", "member"};
    const char **kinds = NULL;
    size_t count = 0;
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    WORLD_MUST(record_kinds(world->db, world->arena, &kinds, &count, &err));
    assert_int_equal(count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(kinds[i], expected[i]);
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_follows_the_one_before),
        cmocka_unit_test(what_is_undone_leaves_no_entry_and_no_gap),
        cmocka_unit_test(the_store_refuses_to_change_it),
        cmocka_unit_test(a_change_behind_its_back_is_found),
        cmocka_unit_test(a_cut_off_end_is_found_by_who_has_noted_it),
        cmocka_unit_test(it_is_searched),
        cmocka_unit_test(it_knows_its_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
