/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members: what an import may change of them, and how they are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

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

static size_t found(struct world *world, const char *text)
{
    struct member *members = NULL;
    size_t count = 0;
    WORLD_MUST(members_search(world->db, text, 50, world->arena, &members, &count, &err));
    return count;
}

static void people_find_members_by_what_they_know(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)put(world, &FULL);
    struct member odd = {.number = "100%", .last_name = "Under_score", .first_name = "\\"};
    (void)put(world, &odd);
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"X1", 1},      {"ann a", 1},       {"ANN ASH", 1}, {"ASH@MAIL", 1}, {"7700900011", 1},
        {"7700900", 4}, {"nobody", 0},      {"%", 1},       {"_", 1},        {"\\", 1},
        {"100%", 1},    {"' OR 1=1 --", 0}, {"", 5},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (found(world, cases[i].text) != cases[i].count) {
            fail_msg("'%s' finds %zu", cases[i].text, found(world, cases[i].text));
        }
    }
    struct member *members = NULL;
    size_t count = 0;
    WORLD_MUST(members_search(world->db, "", 2, world->arena, &members, &count, &err));
    assert_int_equal(count, 2);
    char *huge = arena_alloc(world->arena, 100001);
    memset(huge, 'x', 100000);
    assert_int_equal(found(world, huge), 0);
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
    };
    return cmocka_run_group_tests_name("store/members", tests, NULL, NULL);
}
