/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions: whom they concern, what members answer, and what their messages say after a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/attendees.h"

static const int64_t NOW = 1800000000000;

static struct action rally(void)
{
    return (struct action){.name = "rally",
                           .title = "Rally for pay",
                           .place = "Jubilee Square",
                           .starts = NOW + 24 * (int64_t)CLOCK_HOUR,
                           .ends = NOW + 26 * (int64_t)CLOCK_HOUR,
                           .who = "employer:\"Anytown Hospital\"",
                           .contact = "Bea",
                           .at = NOW};
}

static struct action make_rally(struct world *world)
{
    struct action action = rally();
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(actions_create(world->db, &action, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return action;
}

static void mark(struct world *world, int64_t action_id, int member, const char *state,
                 int64_t guests)
{
    WORLD_MUST(db_begin(world->db, &err));
    const struct attendee_answer answer = {
        .state = state, .guests = guests, .source = "reply", .at = NOW};
    WORLD_MUST(attendees_mark(world->db, action_id, world->member_ids[member], &answer, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void an_action_is_found_by_its_name(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct action made = make_rally(world);
    struct action *found = NULL;
    WORLD_MUST(actions_find(world->db, "rally", world->arena, &found, &err));
    assert_non_null(found);
    assert_int_equal(found->id, made.id);
    assert_string_equal(found->state, "planned");
    assert_non_null(strstr(found->merge, "\"place\":\"Jubilee Square\""));
    assert_non_null(strstr(found->merge, "\"contact\":\"Bea\""));
    assert_null(found->why);
    WORLD_MUST(actions_find(world->db, "picket", world->arena, &found, &err));
    assert_null(found);
    world_close(world);
}

static void an_action_that_cannot_be_is_not_made(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)make_rally(world);
    static const struct {
        const char *name, *who, *fault;
    } cases[] = {
        {"rally", "everyone", "there is an action 'rally' already"},
        {"other", "employer:Nowhere",
         "action 'other' concerns nobody: 'employer:Nowhere' selects no member"},
        {"other", "brnach:Leeds", "who: at character 1: no field 'brnach', did you mean 'branch'?"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct action action = rally();
        action.name = cases[i].name;
        action.who = cases[i].who;
        WORLD_MUST(db_begin(world->db, &err));
        struct error err = {.kind = ERROR_NONE};
        assert_false(actions_create(world->db, &action, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_string_equal(err.text, cases[i].fault);
        struct db *transaction = world->db;
        db_rollback(&transaction);
    }
    assert_false(crowd_may(world, "UPDATE action SET ends = starts"));
    assert_false(crowd_may(world, "UPDATE action SET state = 'postponed'"));
    world_close(world);
}

static void the_last_word_holds_and_each_is_kept(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct action action = make_rally(world);
    struct attendee_place place;
    WORLD_MUST(
        attendees_place(world->db, action.id, world->member_ids[0], world->arena, &place, &err));
    assert_null(place.state);
    mark(world, action.id, 0, "coming", 3);
    mark(world, action.id, 0, "cannot", 3);
    WORLD_MUST(
        attendees_place(world->db, action.id, world->member_ids[0], world->arena, &place, &err));
    assert_string_equal(place.state, "cannot");
    assert_int_equal(place.guests, 0);
    mark(world, action.id, 0, "maybe", 1);
    WORLD_MUST(
        attendees_place(world->db, action.id, world->member_ids[0], world->arena, &place, &err));
    assert_string_equal(place.state, "maybe");
    assert_int_equal(place.guests, 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM attendee_event"), 3);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM attendee"), 1);
    world_close(world);
}

static void an_answer_that_cannot_be_is_refused(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct action action = make_rally(world);
    static const struct {
        const char *state;
        int64_t guests;
        const char *fault;
    } cases[] = {
        {"comming", 0,
         "'comming' is no answer to an action, which is coming, maybe or cannot; did you mean"
         " 'coming'?"},
        {"coming", 21, "21 guests: a member brings 0 to 20"},
        {"coming", -1, "-1 guests: a member brings 0 to 20"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error err = {.kind = ERROR_NONE};
        const struct attendee_answer answer = {
            .state = cases[i].state, .guests = cases[i].guests, .source = "reply", .at = NOW};
        assert_false(attendees_mark(world->db, action.id, world->member_ids[0], &answer, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_string_equal(err.text, cases[i].fault);
    }
    assert_false(crowd_may(world, "INSERT INTO attendee (action_id, member_id, state, guests,"
                                  " source, at) SELECT 1, id, 'coming', 21, 'reply', 1 FROM member"
                                  " LIMIT 1"));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_action_is_found_by_its_name),
        cmocka_unit_test(an_action_that_cannot_be_is_not_made),
        cmocka_unit_test(the_last_word_holds_and_each_is_kept),
        cmocka_unit_test(an_answer_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
