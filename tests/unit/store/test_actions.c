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

/* The campaign of the world calls to the rally, and a text to each of two members waits. */
static struct action call_to(struct world *world)
{
    struct action action = make_rally(world);
    crowd_run(world,
              arena_printf(world->arena, "UPDATE campaign SET ballot_id = NULL, action_id = %lld",
                           (long long)action.id));
    (void)world_queue(world, 0, CHANNEL_SMS);
    (void)world_queue(world, 1, CHANNEL_SMS);
    return action;
}

static struct action_reach move_to(struct world *world, struct action action, const char *place)
{
    struct action_reach reach;
    action.place = place;
    action.state = "changed";
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(actions_change(world->db, &action, NOW, &reach, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return reach;
}

static void says(struct world *world, size_t member, const char *place)
{
    const char *merge = world_message(world, member, CHANNEL_SMS)->merge;
    if (strstr(merge, place) == NULL) {
        fail_msg("member %zu is told %s, not %s", member, merge, place);
    }
}

/* What waits is merged anew; what a worker has in hand is taken away from them. */
static void after_a_change_nothing_that_waits_says_the_old_place(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *claimed = NULL;
    const struct action action = call_to(world);
    assert_int_equal(crowd_claim(world, 7, 1, &claimed), 1);
    const struct action_reach reach = move_to(world, action, "Castle Green");
    assert_int_equal(reach.waits, 2);
    assert_int_equal(reach.in_air, 0);
    says(world, 0, "Castle Green");
    says(world, 1, "Castle Green");
    assert_string_equal(crowd_state(world, claimed[0].id), "queued");
    /* The worker finds that it is no longer theirs: what they rendered does not go. */
    struct outbox_release release = {
        .id = claimed[0].id, .parts = 1, .cost = -1, .gateway = "practice", .letterhead = "{}"};
    crowd_release(world, 7, &release, 1);
    assert_false(release.released);
    assert_string_equal(crowd_state(world, claimed[0].id), "queued");
    world_close(world);
}

/* What was on the wire may come back for another try: then it says what holds now. */
static void what_comes_back_from_the_wire_is_merged_when_it_is_claimed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *claimed = NULL;
    const struct action action = call_to(world);
    assert_int_equal(crowd_claim(world, 7, 1, &claimed), 1);
    const int64_t id = claimed[0].id;
    struct outbox_release release = {
        .id = id, .parts = 1, .cost = -1, .gateway = "practice", .letterhead = "{}"};
    crowd_release(world, 7, &release, 1);
    assert_true(release.released);
    const struct action_reach reach = move_to(world, action, "Castle Green");
    assert_int_equal(reach.waits, 1);
    assert_int_equal(reach.in_air, 1);
    const struct outbox_outcome outcome = {.id = id,
                                           .attempt = 1,
                                           .channel = CHANNEL_SMS,
                                           .gateway = "practice",
                                           .state = "queued",
                                           .verdict = "deferred",
                                           .answer = "busy",
                                           .due_at = NOW};
    WORLD_MUST(outbox_settle(world->db, NOW, &outcome, 1, &err));
    struct outbox_message *again = NULL;
    const size_t count = crowd_claim(world, 7, 10, &again);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(strstr(again[i].merge, "Castle Green"));
    }
    world_close(world);
}

/* News of an action goes before what is more pressing, and is not held up by a cap; a call does
 * not go any more when the action has begun. */
static void news_goes_first_and_a_call_never_late(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct action action = call_to(world);
    struct outbox_due *due = NULL;
    size_t count = 0;
    struct campaign news = {.name = "rally-changed",
                            .title = "Changed",
                            .action_id = action.id,
                            .urgent = true,
                            .at = NOW};
    struct step step = {.position = 1,
                        .who = "everyone",
                        .sms_first = true,
                        .uses_sms = true,
                        .at = NOW,
                        .deadline = action.ends};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_create(world->db, &news, &err));
    step.campaign_id = news.id;
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(campaigns_set_state(world->db, news.id, "running", NOW, &err));
    assert_true(crowd_queue(world, step.id, world->member_ids[2], 3, NOW - 1));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(outbox_due(world->db, CHANNEL_SMS, NOW, world->arena, &due, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(due[0].campaign, "rally-changed"); /* its deadline is the later one */
    crowd_run(world,
              arena_printf(world->arena, "UPDATE action SET starts = %lld", (long long)NOW - 1));
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 7, 10, &claimed), 1);
    assert_int_equal(claimed[0].step_id, step.id);
    struct outbox_terms terms = world_terms(world, 7, step.id);
    terms.limits = (struct outbox_limits){.per_week = 1, .apart = 24 * (int64_t)CLOCK_HOUR};
    struct outbox_release release = {
        .id = claimed[0].id, .parts = 1, .cost = -1, .gateway = "practice", .letterhead = "{}"};
    crowd_run(world, "INSERT INTO outbox (step_id, member_id, channel, address, address_key,"
                     " template_id, reference, merge, state, due_at, released_at, changed_at)"
                     " SELECT 1, member_id, 'email', 'x', x'07', template_id, 'earlier', '{}',"
                     " 'accepted', 1, released_at, 1 FROM (SELECT o.member_id, o.template_id,"
                     " o.changed_at AS released_at FROM outbox o WHERE o.state = 'claimed')");
    WORLD_MUST(outbox_release(world->db, &terms, &release, 1, &err));
    assert_true(release.released);
    /* The call is late, though its own deadline has not passed. */
    assert_int_equal(crowd_claim(world, 7, 10, &claimed), 2);
    struct outbox_release late = {
        .id = claimed[0].id, .parts = 1, .cost = -1, .gateway = "practice", .letterhead = "{}"};
    crowd_release(world, 7, &late, 1);
    assert_false(late.released);
    assert_string_equal(crowd_state(world, late.id), "expired");
    /* Nor does one go, whatever has put it back into the queue, that calls to what is cancelled. */
    crowd_run(world, "UPDATE action SET state = 'cancelled'");
    late.id = claimed[1].id;
    crowd_release(world, 7, &late, 1);
    assert_false(late.released);
    assert_string_equal(crowd_state(world, late.id), "cancelled");
    world_close(world);
}

static void the_figures_are_those_of_each_workplace(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct action action = make_rally(world);
    struct attendee_figures *figures = NULL;
    struct attendee_figures total = {0};
    struct attendee *people = NULL;
    struct attendee_told told = {0};
    size_t count = 0;
    crowd_run(world,
              "UPDATE member SET branch = 'Leeds', workplace = 'Annexe' WHERE number = 'M3'");
    mark(world, action.id, 0, "coming", 2);
    mark(world, action.id, 1, "maybe", 4);
    WORLD_MUST(attendees_figures(world->db, &action, world->arena, &figures, &count, &err));
    assert_int_equal(count, 2);
    assert_null(figures[0].branch);
    assert_int_equal(figures[0].coming, 1);
    assert_int_equal(figures[0].guests, 2);
    assert_int_equal(figures[0].maybe, 1);
    assert_string_equal(figures[1].workplace, "Annexe");
    assert_int_equal(figures[1].unanswered, 1);
    WORLD_MUST(attendees_total(world->db, &action, &total, &err));
    assert_int_equal(total.concerned, 3);
    assert_int_equal(total.asked, 0);
    WORLD_MUST(attendees_list(world->db, action.id, world->arena, &people, &count, &err));
    assert_int_equal(count, 2);
    WORLD_MUST(attendees_told(world->db, action.id, &told, &err));
    assert_int_equal(told.coming, 1);
    assert_int_equal(told.maybe, 1);
    assert_int_equal(told.silent, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_action_is_found_by_its_name),
        cmocka_unit_test(an_action_that_cannot_be_is_not_made),
        cmocka_unit_test(the_last_word_holds_and_each_is_kept),
        cmocka_unit_test(an_answer_that_cannot_be_is_refused),
        cmocka_unit_test(after_a_change_nothing_that_waits_says_the_old_place),
        cmocka_unit_test(what_comes_back_from_the_wire_is_merged_when_it_is_claimed),
        cmocka_unit_test(news_goes_first_and_a_call_never_late),
        cmocka_unit_test(the_figures_are_those_of_each_workplace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
