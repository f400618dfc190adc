/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits by hand: each fact that changes leaves a row, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/edits.h"
#include "muster/store/imports.h"

static const int64_t NOW = 1800000000000;

static struct member *member_of(struct world *world, size_t index)
{
    struct member *member = NULL;
    WORLD_MUST(members_get(world->db, world->member_ids[index], world->arena, &member, &err));
    assert_non_null(member);
    return member;
}

/* Apply edits to the first member; gives how many facts changed. */
static size_t apply(struct world *world, const struct edit *edits, size_t count,
                    struct edit_made **made)
{
    size_t made_count = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(edits_apply(world->db, world->member_ids[0], edits, count, NOW + 1, world->arena,
                           made, &made_count, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return made_count;
}

static size_t apply_one(struct world *world, enum member_field field, const char *custom,
                        const char *value)
{
    struct edit edit = {field, custom, value};
    struct edit_made *made = NULL;
    return apply(world, &edit, 1, &made);
}

static void each_fact_changes_and_leaves_a_row(void **state)
{
    (void)state;
    static const char *const values[MEMBER_CUSTOM] = {
        [MEMBER_FIRST_NAME] = "Anne",
        [MEMBER_LAST_NAME] = "Ash",
        [MEMBER_MOBILE] = "+447700900111",
        [MEMBER_EMAIL] = "anne@mail.example",
        [MEMBER_EMPLOYER] = "City Trust",
        [MEMBER_WORKPLACE] = "Ward 6",
        [MEMBER_BRANCH] = "City",
        [MEMBER_JOB] = "Porter",
        [MEMBER_BAND] = "6",
        [MEMBER_LANGUAGE] = "cy",
        [MEMBER_STATUS] = "retired",
        [MEMBER_JOINED] = "2020-01-31",
        [MEMBER_TAGS] = "rep,steward",
    };
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < MEMBER_CUSTOM; i++) {
        enum member_field field = (enum member_field)i;
        const char *before = member_get(member_of(world, 0), field);
        struct edit edit = {field, NULL, values[i]};
        struct edit_made *made = NULL;
        assert_int_equal(apply(world, &edit, 1, &made), 1);
        assert_string_equal(made[0].fact, member_field_name(field));
        assert_true(text_equal(made[0].before, before));
        assert_string_equal(made[0].after, values[i]);
        assert_string_equal(member_get(member_of(world, 0), field), values[i]);
        assert_int_equal(apply(world, &edit, 1, &made), 0);
        assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM member_edit"), i + 1);
    }
    for (size_t i = 0; i < MEMBER_CUSTOM; i++) {
        enum member_field field = (enum member_field)i;
        assert_int_equal(apply_one(world, field, NULL, i % 2 == 0 ? NULL : ""), 1);
        const char *left = member_get(member_of(world, 0), field);
        assert_true(text_equal(left, field == MEMBER_STATUS ? "active" : NULL));
        assert_int_equal(apply_one(world, field, NULL, NULL), 0);
    }
    assert_int_equal(crowd_number(world, "SELECT channels FROM member ORDER BY id LIMIT 1"), 0);
    assert_string_equal(member_of(world, 1)->first_name, "Bea");
    world_close(world);
}

static void custom_facts_stand_beside_one_another(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_run(world, "INSERT INTO custom_field (name, heading) VALUES ('shift', 'Shift'),"
                     " ('car.park', 'Car Park')");
    assert_int_equal(apply_one(world, MEMBER_CUSTOM, "shift", "Nights"), 1);
    assert_int_equal(apply_one(world, MEMBER_CUSTOM, "car.park", "B"), 1);
    assert_int_equal(apply_one(world, MEMBER_CUSTOM, "car.park", "B"), 0);
    assert_string_equal(member_of(world, 0)->custom, "{\"shift\":\"Nights\",\"car.park\":\"B\"}");
    assert_int_equal(apply_one(world, MEMBER_CUSTOM, "shift", ""), 1);
    assert_string_equal(member_of(world, 0)->custom, "{\"car.park\":\"B\"}");
    assert_int_equal(apply_one(world, MEMBER_CUSTOM, "car.park", NULL), 1);
    assert_null(member_of(world, 0)->custom);
    struct edit_made *list = NULL;
    size_t count = 0;
    WORLD_MUST(edits_list(world->db, world->member_ids[0], 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 4);
    assert_string_equal(list[0].fact, "custom.car.park");
    assert_string_equal(list[0].before, "B");
    assert_null(list[0].after);
    assert_string_equal(list[3].fact, "custom.shift");
    assert_null(list[3].before);
    WORLD_MUST(edits_list(world->db, world->member_ids[0], 1, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    WORLD_MUST(edits_list(world->db, world->member_ids[1], 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 0);
    world_close(world);
}

static void what_cannot_be_changed_changes_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct edit edits[] = {{MEMBER_FIRST_NAME, NULL, "Anne"}, {MEMBER_CUSTOM, "nosuch", "x"}};
    struct edit_made *made = NULL;
    size_t count = 0;
    struct error fault = {.kind = ERROR_NONE};
    WORLD_MUST(db_begin(world->db, &err));
    assert_false(edits_apply(world->db, world->member_ids[0], edits, 2, NOW, world->arena, &made,
                             &count, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    struct db *transaction = world->db;
    db_rollback(&transaction);
    assert_string_equal(member_of(world, 0)->first_name, "Ann");
    assert_false(edits_apply(world->db, 12345, edits, 1, NOW, world->arena, &made, &count, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM member_edit"), 0);
    /* A row is of a member, and of a fact. */
    assert_false(crowd_may(world, "INSERT INTO member_edit (member_id, fact, import_id, at)"
                                  " VALUES (12345, 'band', 0, 1)"));
    assert_false(crowd_may(world, "INSERT INTO member_edit (member_id, import_id, at)"
                                  " VALUES (1, 0, 1)"));
    world_close(world);
}

static void an_edit_knows_the_import_before_it(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct edit edit = {MEMBER_BAND, NULL, "5"};
    struct edit_made *made = NULL;
    assert_int_equal(apply(world, &edit, 1, &made), 1);
    assert_int_equal(made[0].import_id, 0);
    struct import import = {.file = "a.csv", .at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(imports_begin(world->db, &import, &err));
    WORLD_MUST(db_commit(world->db, &err));
    edit.value = "6";
    assert_int_equal(apply(world, &edit, 1, &made), 1);
    assert_int_equal(made[0].import_id, import.id);
    assert_int_equal(made[0].at, NOW + 1);
    assert_int_equal(crowd_number(world, "SELECT import_id FROM member_edit ORDER BY id DESC"),
                     import.id);
    world_close(world);
}

static void an_opt_out_is_not_lifted_by_an_address(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_suppress(world, "+447700900111", "stop");
    assert_int_equal(apply_one(world, MEMBER_MOBILE, NULL, "+447700900111"), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900111", "stop"), 1);
    /* A status set by hand is nobody's guess any more. */
    crowd_run(world, "INSERT INTO import (id, file, digest, at) VALUES (9, 'w.csv', x'00', 1)");
    crowd_run(world, "UPDATE member SET status = 'left', absent_in = 9");
    assert_int_equal(apply_one(world, MEMBER_STATUS, NULL, "active"), 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM member WHERE absent_in = 9"), 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_changes_and_leaves_a_row),
        cmocka_unit_test(custom_facts_stand_beside_one_another),
        cmocka_unit_test(what_cannot_be_changed_changes_nothing),
        cmocka_unit_test(an_edit_knows_the_import_before_it),
        cmocka_unit_test(an_opt_out_is_not_lifted_by_an_address),
    };
    return cmocka_run_group_tests_name("store/edits", tests, NULL, NULL);
}
