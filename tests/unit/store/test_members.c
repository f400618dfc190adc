/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members: what an import may change of them, and how they are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/scope.h"

static const int64_t NOW = 1800000000000;

static const struct member FULL = {
    .number = "X1",
    .first_name = "Ann",
    .last_name = "Ash",
    .mobile = "+447700900011",
    .email = "ash@mail.example",
    .employer = "City Trust",
    .workplace = "Ward 5",
    .branch = "City",
    .job = "Nurse",
    .band = "5",
    .language = "en",
    .status = "active",
    .joined = "2020-01-31",
    .tags = "rep,steward",
};

/* The texts of a member, so that each can be looked at in turn. */
static const char **texts_of(struct member *member, size_t index)
{
    const char **texts[] = {
        &member->first_name, &member->last_name, &member->mobile, &member->email, &member->employer,
        &member->workplace,  &member->branch,    &member->job,    &member->band,  &member->language,
        &member->status,     &member->joined,    &member->tags};
    return index < ARRAY_LENGTH(texts) ? texts[index] : NULL;
}

static enum members_change put(struct world *world, const struct member *member)
{
    struct members_outcome outcome = {.change = MEMBERS_ERASED};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(members_put(world->db, member, 0, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return outcome.change;
}

static struct member *find(struct world *world, const char *number)
{
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, number, world->arena, &member, &err));
    return member;
}

static void expect_same(struct member *stored, const struct member *expected)
{
    struct member copy = *expected;
    assert_non_null(stored);
    assert_string_equal(stored->number, expected->number);
    for (size_t i = 0; texts_of(stored, i) != NULL; i++) {
        if (!text_equal(*texts_of(stored, i), *texts_of(&copy, i))) {
            fail_msg("text %zu is '%s', not '%s'", i, *texts_of(stored, i), *texts_of(&copy, i));
        }
    }
}

static void what_is_put_is_found_again(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    assert_int_equal(put(world, &FULL), MEMBERS_JOINED);
    struct member *stored = find(world, "X1");
    expect_same(stored, &FULL);
    struct member *same = NULL;
    WORLD_MUST(members_get(world->db, stored->id, world->arena, &same, &err));
    expect_same(same, &FULL);
    assert_null(find(world, "X2"));
    assert_null(find(world, "x1"));
    WORLD_MUST(members_get(world->db, 12345, world->arena, &same, &err));
    assert_null(same);
    struct member bare = {.number = "X2"};
    assert_int_equal(put(world, &bare), MEMBERS_JOINED);
    assert_string_equal(find(world, "X2")->status, "active");
    assert_null(find(world, "X2")->tags);
    world_close(world);
}

static void blanks_overwrite_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)put(world, &FULL);
    assert_int_equal(put(world, &FULL), MEMBERS_UNCHANGED);
    struct member absent = {.number = "X1"};
    assert_int_equal(put(world, &absent), MEMBERS_UNCHANGED);
    struct member blank = {.number = "X1"};
    for (size_t i = 0; texts_of(&blank, i) != NULL; i++) {
        *texts_of(&blank, i) = "";
    }
    assert_int_equal(put(world, &blank), MEMBERS_UNCHANGED);
    expect_same(find(world, "X1"), &FULL);
    world_close(world);
}

static void each_text_can_change_alone(void **state)
{
    (void)state;
    static const char *const other[] = {"Bea",
                                        "Birch",
                                        "+447700900012",
                                        "birch@mail.example",
                                        "Another Trust",
                                        "Ward 6",
                                        "Leeds",
                                        "Porter",
                                        "6",
                                        "cy",
                                        "retired",
                                        "2021-02-28",
                                        "member"};
    for (size_t i = 0; i < ARRAY_LENGTH(other); i++) {
        struct world *world = world_open(NOW);
        (void)put(world, &FULL);
        struct member change = {.number = "X1"};
        struct member expected = FULL;
        *texts_of(&change, i) = other[i];
        *texts_of(&expected, i) = other[i];
        assert_int_equal(put(world, &change), MEMBERS_CHANGED);
        expect_same(find(world, "X1"), &expected);
        assert_int_equal(put(world, &change), MEMBERS_UNCHANGED);
        world_close(world);
    }
}

static void a_new_address_takes_the_place_of_the_old(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)put(world, &FULL);
    crowd_suppress(world, FULL.mobile, "stop");
    struct member change = {.number = "X1", .mobile = "+447700900013"};
    (void)put(world, &change);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM contact c JOIN member m"
                                         " ON m.id = c.member_id WHERE m.number = 'X1'"),
                     2);
    /* The opt-out stays with the old number, and comes back with it. */
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900013", NULL), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, FULL.mobile, NULL), 1);
    (void)put(world, &FULL);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, find(world, "X1")->mobile, NULL), 1);
    world_close(world);
}

/* The numbers found, "X1 X2", in their order. */
static const char *found(struct world *world, const char *text)
{
    struct members_found found = {0};
    WORLD_MUST(
        members_search(world->db, &scope_everybody, text, "GB", 50, world->arena, &found, &err));
    assert_false(found.more);
    const char *numbers = "";
    for (size_t i = 0; i < found.count; i++) {
        numbers = arena_printf(world->arena, "%s%s%s", numbers, i == 0 ? "" : " ",
                               found.members[i].number);
    }
    return numbers;
}

/* Members who are looked for below. */
static struct world *search_world(void)
{
    static const struct member others[] = {
        {.number = "100%", .last_name = "Under_score", .first_name = "\\"},
        {.number = "0012345",
         .first_name = "Siân",
         .last_name = "Jenkins",
         .email = "j.s@x.example"},
        {.number = "X12", .first_name = "Sean", .last_name = "O’Brien", .mobile = "+447700900077"},
        {.number = "X13", .first_name = "Mary", .last_name = "OBrien", .mobile = "+447700900077"},
        {.number = "X2", .first_name = "Jo", .last_name = "Jenkinson"},
    };
    struct world *world = world_open(NOW);
    (void)put(world, &FULL);
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        (void)put(world, &others[i]);
    }
    return world;
}

static void people_find_members_by_what_they_know(void **state)
{
    (void)state;
    struct world *world = search_world();
    static const struct {
        const char *text;
        const char *numbers;
    } cases[] = {
        {"X1", "X1 X13 X12"},
        {"x1", "X1"},
        {" X1 ", "X1 X13 X12"},
        {"X 1", "X1"},
        {"X", "X1 X2 X13 X12"},
        {"12345", "0012345"},
        {"000012345", "0012345"},
        {"ann", "M1 X1"},
        {"ann a", "X1"},
        {"ANN ASH", "X1"},
        {"ash, ann", "X1"},
        {"ASH@MAIL", "X1"},
        {"ash@mail.example", "X1"},
        {"j.s", "0012345"},
        {"7700900011", "X1"},
        {"07700 900 011", "X1"},
        {"+44 (0)7700 900011", "X1"},
        {"07700 90001", "X1"},
        {"7700900", "M1 M2 M3 X1 X13 X12"},
        {"07700900077", "X13 X12"},
        {"sian", "0012345 X12"},
        {"Jenkins", "0012345 X2"},
        {"Jenkings", "0012345"},
        {"Jenkin", "0012345 X2"},
        {"o'brien", "X13 X12"},
        {"obrien", "X13 X12"},
        {"O’Brien Sean", "X12"},
        {"nobody", ""},
        {"%", "100%"},
        {"_", ""},
        {"under score", "100%"},
        {"100%", "100%"},
        {"' OR 1=1 --", ""},
        {"", ""},
        {"   ", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *numbers = found(world, cases[i].text);
        if (!text_equal(numbers, cases[i].numbers)) {
            fail_msg("'%s' finds %s", cases[i].text, numbers);
        }
    }
    world_close(world);
}

static void nobody_is_found_by_pages_of_text(void **state)
{
    (void)state;
    struct world *world = search_world();
    char *huge = arena_alloc(world->arena, 100001);
    memset(huge, 'x', 100000);
    assert_string_equal(found(world, huge), "");
    huge[200] = '\0';
    assert_string_equal(found(world, huge), "");
    world_close(world);
}

static void the_best_are_kept_when_there_are_too_many(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 40; i++) {
        struct member member = {.number = arena_printf(world->arena, "K%02d", i),
                                .first_name = i == 37 ? "Gwen" : "Gwendolyn",
                                .last_name = i % 2 == 0 ? "Ash" : "Ashe"};
        (void)put(world, &member);
    }
    struct members_found few = {0};
    WORLD_MUST(
        members_search(world->db, &scope_everybody, "gwen", "GB", 3, world->arena, &few, &err));
    assert_true(few.more);
    assert_int_equal(few.count, 3);
    assert_string_equal(few.members[0].number, "K37");
    WORLD_MUST(
        members_search(world->db, &scope_everybody, "ash", "GB", 5, world->arena, &few, &err));
    assert_true(few.more);
    assert_int_equal(few.count, 5);
    assert_string_equal(few.members[4].last_name, "Ash");
    WORLD_MUST(members_search(world->db, &scope_everybody, "gwen ash", "GB", 40, world->arena, &few,
                              &err));
    assert_false(few.more);
    assert_int_equal(few.count, 40);
    assert_string_equal(few.members[39].last_name, "Ashe");
    WORLD_MUST(
        members_search(world->db, &scope_everybody, "gwen", "GB", 0, world->arena, &few, &err));
    assert_int_equal(few.count, 0);
    world_close(world);
}

static void the_number_that_was_meant_is_named(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct member member = {.number = "0012345"};
    (void)put(world, &member);
    static const struct {
        const char *number;
        const char *nearest;
    } cases[] = {
        {"12345", "0012345"}, {"012345", "0012345"}, {"00 12345", "0012345"}, {"m1", "M1"},
        {"M 1", "M1"},        {"12346", NULL},       {"0012345", NULL},       {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *nearest = "unset";
        WORLD_MUST(members_nearest(world->db, cases[i].number, world->arena, &nearest, &err));
        if (!text_equal(nearest, cases[i].nearest)) {
            fail_msg("'%s' is near %s", cases[i].number, nearest);
        }
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_again),
        cmocka_unit_test(blanks_overwrite_nothing),
        cmocka_unit_test(each_text_can_change_alone),
        cmocka_unit_test(a_new_address_takes_the_place_of_the_old),
        cmocka_unit_test(people_find_members_by_what_they_know),
        cmocka_unit_test(nobody_is_found_by_pages_of_text),
        cmocka_unit_test(the_best_are_kept_when_there_are_too_many),
        cmocka_unit_test(the_number_that_was_meant_is_named),
    };
    return cmocka_run_group_tests_name("store/members", tests, NULL, NULL);
}
