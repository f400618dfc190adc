/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ballots: who is entitled where, and what is known of them, which a reply never undoes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/base/calendar.h"

static const int64_t NOW = 1800000000000;

static struct ballot ballot_of(const char *name, const char *who)
{
    return (struct ballot){.name = name,
                           .title = "A ballot",
                           .opens = NOW,
                           .closes = NOW + CLOCK_HOUR,
                           .who = who,
                           .threshold_part = 2,
                           .threshold_whole = 5,
                           .method = "postal",
                           .support_whole = 1};
}

static void the_electorate_is_the_roster_of_that_day(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)crowd_add(world, 1);
    crowd_run(world, "UPDATE member SET employer = NULL WHERE number = 'M3'");
    WORLD_MUST(db_begin(world->db, &err));
    struct ballot ballot = ballot_of("second", "everyone");
    WORLD_MUST(ballots_create(world->db, &ballot, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(ballot.entitled, 4);
    assert_int_equal(ballot.units, 3);
    struct ballot_place place;
    WORLD_MUST(
        ballots_place(world->db, ballot.id, world->member_ids[0], world->arena, &place, &err));
    assert_true(place.entitled);
    assert_string_equal(place.unit, "Anytown Hospital");
    assert_string_equal(place.state, "unknown");
    WORLD_MUST(
        ballots_place(world->db, ballot.id, world->member_ids[2], world->arena, &place, &err));
    assert_string_equal(place.unit, "no employer known");
    /* Who joins or moves later changes nothing. */
    int64_t later = crowd_add(world, 2);
    crowd_run(world, "UPDATE member SET employer = 'Elsewhere'");
    WORLD_MUST(ballots_place(world->db, ballot.id, later, world->arena, &place, &err));
    assert_false(place.entitled);
    WORLD_MUST(
        ballots_place(world->db, ballot.id, world->member_ids[0], world->arena, &place, &err));
    assert_string_equal(place.unit, "Anytown Hospital");
    world_close(world);
}

static void a_ballot_that_cannot_be_is_not_made(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *who;
        const char *sentence;
    } cases[] = {
        {"pay", "everyone", "there is a ballot 'pay' already"},
        {"new", "number:none", "nobody is entitled to vote in ballot 'new'"},
        {"new", "brnach:x", "the electorate: at character 1: no field 'brnach'"},
        {"new", "segment:none", "there is no segment 'none'"},
    };
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct ballot ballot = ballot_of(cases[i].name, cases[i].who);
        struct error fault = {.kind = ERROR_NONE};
        WORLD_MUST(db_begin(world->db, &err));
        assert_false(ballots_create(world->db, &ballot, &fault));
        db_rollback(&(struct db *){world->db});
        assert_int_equal(fault.kind, ERROR_DATA);
        assert_non_null(strstr(fault.text, cases[i].sentence));
    }
    struct ballot *list = NULL;
    size_t count = 0;
    WORLD_MUST(ballots_list(world->db, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    world_close(world);
}

static const char *state_of(struct world *world)
{
    struct ballot_place place;
    WORLD_MUST(ballots_place(world->db, world->ballot_id, world->member_ids[0], world->arena,
                             &place, &err));
    return place.state;
}

static const char *mark(struct world *world, const char *told, const char *source)
{
    const char *becomes = "?";
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], told, source, NOW,
                            &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return becomes;
}

static void who_puts_it_down_is_known(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *becomes = NULL;
    crowd_fill(world, 1);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_put_down(world->db, world->ballot_id, world->member_ids[0], "voted", "olu",
                                NOW, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal(becomes, "voted");
    assert_string_equal(mark(world, "no-paper", "reply"), "voted");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_event WHERE account = 'olu'"
                                         " AND source = 'person' AND told = 'voted'"),
                     1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_event"
                                         " WHERE account IS NULL AND source = 'reply'"),
                     1);
    world_close(world);
}

static void voted_is_undone_by_a_person_only(void **state)
{
    (void)state;
    static const char *const states[] = {"unknown", "voted", "no-paper", "declined", "ineligible"};
    static const char *const sources[] = {"reply", "person"};
    for (size_t was = 0; was < ARRAY_LENGTH(states); was++) {
        for (size_t told = 0; told < ARRAY_LENGTH(states); told++) {
            for (size_t source = 0; source < ARRAY_LENGTH(sources); source++) {
                struct world *world = world_open(NOW);
                (void)mark(world, states[was], "person");
                bool kept = text_equal(states[was], "voted") && source == 0;
                const char *expected = kept ? "voted" : states[told];
                assert_string_equal(mark(world, states[told], sources[source]), expected);
                assert_string_equal(state_of(world), expected);
                /* Whatever came of it, what was told is in the history. */
                assert_int_equal(
                    crowd_number(world, arena_printf(world->arena,
                                                     "SELECT COUNT(*) FROM ballot_event WHERE"
                                                     " told = '%s' AND source = '%s'",
                                                     states[told], sources[source])),
                    source == 1 && was == told ? 2 : 1);
                world_close(world);
            }
        }
    }
}

static void a_mark_that_says_nothing_marks_nobody(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct error fault;
    const char *becomes = "?";
    assert_false(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "votd", "person",
                              NOW, &becomes, &fault));
    assert_string_equal(fault.text, "'votd' is not a state of a ballot, did you mean 'voted'");
    assert_false(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "", "person", NOW,
                              &becomes, &fault));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, crowd_add(world, 1), "voted", "person",
                            NOW, &becomes, &err));
    assert_null(becomes); /* not entitled */
    WORLD_MUST(
        ballots_mark(world->db, 999, world->member_ids[0], "voted", "person", NOW, &becomes, &err));
    assert_null(becomes);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_event"), 0);
    world_close(world);
}

static void ballots_are_found_and_listed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct ballot later = ballot_of("later", "everyone");
    later.closes = NOW + 100 * (int64_t)CLOCK_HOUR;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_create(world->db, &later, &err));
    WORLD_MUST(db_commit(world->db, &err));
    struct ballot *found = NULL;
    WORLD_MUST(ballots_find(world->db, "later", world->arena, &found, &err));
    assert_non_null(found);
    assert_int_equal(found->id, later.id);
    assert_int_equal(found->threshold_part, 2);
    assert_int_equal(found->threshold_whole, 5);
    assert_int_equal(found->entitled, 3);
    WORLD_MUST(ballots_get(world->db, later.id, world->arena, &found, &err));
    assert_string_equal(found->name, "later");
    WORLD_MUST(ballots_find(world->db, "nosuch", world->arena, &found, &err));
    assert_null(found);
    size_t count = 0;
    WORLD_MUST(ballots_list(world->db, world->arena, &found, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(found[0].name, "later");
    world_close(world);
}

static void figures_count_each_unit(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)mark(world, "voted", "reply");
    /* A household: both members of it are reached by the one text. */
    crowd_run(world, "UPDATE contact SET address = '+447700900002', address_key = (SELECT"
                     " address_key FROM contact WHERE address = '+447700900002')"
                     " WHERE address = '+447700900001'");
    int64_t id = world_queue(world, 1, CHANNEL_SMS)->id;
    world_release(world, CHANNEL_SMS);
    struct ballot_figures *figures = NULL;
    struct ballot_figures total;
    size_t count = 0;
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    assert_int_equal(count, 1);
    WORLD_MUST(ballots_reached(world->db, world->ballot_id, figures, count, &total, &err));
    assert_int_equal(figures[0].reached, 0);
    assert_int_equal(total.reached, 0);
    world_settle(world, id, "accepted", "R1");
    crowd_suppress(world, "+447700900003", "stop");
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    assert_string_equal(figures[0].unit, "Anytown Hospital");
    assert_int_equal(figures[0].entitled, 3);
    assert_int_equal(figures[0].voted, 1);
    assert_int_equal(figures[0].reached, 0);
    WORLD_MUST(ballots_reached(world->db, world->ballot_id, figures, count, &total, &err));
    assert_int_equal(figures[0].reached, 2);
    assert_int_equal(total.reached, 2);
    assert_int_equal(figures[0].reachable, 2); /* M2, and M3 by mail */
    struct suppression mail = {
        .channel = CHANNEL_EMAIL, .kind = "stop", .source = "person", .reason = "tap", .at = NOW};
    db_address_key(world->db, CHANNEL_EMAIL, "cai@mail.example", mail.address_key);
    WORLD_MUST(suppressions_add(world->db, &mail, &err));
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    assert_int_equal(figures[0].reachable, 1);
    WORLD_MUST(ballots_figures(world->db, 999, world->arena, &figures, &count, &err));
    assert_int_equal(count, 0);
    world_close(world);
}

/* The date so many days from today. */
static const char *day_from_today(struct world *world, int days)
{
    struct clock_stretch today = {.date = 0};
    assert_true(clock_stretch(clock_now(), &today));
    return calendar_text(calendar_date(calendar_day(today.date) + days), world->arena);
}

static void a_day_that_is_near_is_the_one_of_the_moment(void **state)
{
    (void)state;
    static const struct crowd_selection selections[] = {
        {"plan:yesterday", "M1"},
        {"plan:today", "M2"},
        {"plan:tomorrow", "M3"},
        {"plan:yesterday..today", "M1 M2"},
        {"plan:<today", "M1"},
        {"plan:>=today", "M2 M3"},
        {"plan:>tomorrow", ""},
        {"not plan:today", "M1 M3"},
        {"plan:2026..yesterday", "M1"},
        {"plan:tomorrow..2199", "M3"},
        {"segment:near or plan:<today", "M1 M2"},
    };
    struct world *world = world_open(NOW);
    for (int i = 0; i < WORLD_MEMBERS; i++) {
        WORLD_MUST(ballots_plan(world->db, world->ballot_id, world->member_ids[i],
                                day_from_today(world, i - 1), &err));
    }
    /* Saved on another day, whichever that was: the words are kept as they are. */
    WORLD_MUST(segments_set(world->db, "near", "plan:today", &err));
    crowd_expect_selections(world, selections, ARRAY_LENGTH(selections));
    WORLD_MUST(ballots_plan(world->db, world->ballot_id, world->member_ids[1], NULL, &err));
    assert_string_equal(crowd_selected(world, "plan:today"), "");
    world_close(world);
}

/* Who has two jobs counts in both units, and once in the whole. */
static void two_seats_are_one_person(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_run(world, "INSERT INTO ballot_unit (ballot_id, name) VALUES (1, 'Vale Trust')");
    crowd_run(world,
              "INSERT INTO ballot_seat (ballot_id, member_id, unit_id) SELECT 1, m.id, u.id"
              " FROM member m, ballot_unit u WHERE m.number = 'M1' AND u.name = 'Vale Trust'");
    (void)mark(world, "voted", "reply");
    struct ballot_figures *figures = NULL;
    struct ballot_figures total;
    size_t count = 0;
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    WORLD_MUST(ballots_total(world->db, world->ballot_id, &total, &err));
    assert_int_equal(count, 2);
    assert_int_equal(figures[0].entitled, 3);
    assert_int_equal(figures[1].entitled, 1);
    assert_int_equal(figures[0].voted + figures[1].voted, 2);
    assert_int_equal(total.entitled, 3);
    assert_int_equal(total.voted, 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_event"), 1);
    struct ballot_place place;
    WORLD_MUST(ballots_place(world->db, world->ballot_id, world->member_ids[0], world->arena,
                             &place, &err));
    assert_string_equal(place.unit, "Anytown Hospital, Vale Trust");
    /* Without a seat nobody is entitled, counted or marked; what was told stays. */
    crowd_run(world, "DELETE FROM ballot_seat WHERE member_id = (SELECT id FROM member"
                     " WHERE number = 'M1')");
    WORLD_MUST(ballots_place(world->db, world->ballot_id, world->member_ids[0], world->arena,
                             &place, &err));
    assert_false(place.entitled);
    WORLD_MUST(ballots_total(world->db, world->ballot_id, &total, &err));
    assert_int_equal(total.entitled, 2);
    assert_int_equal(total.voted, 0);
    assert_null(mark(world, "no-paper", "person"));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_member"
                                         " WHERE state = 'voted'"),
                     1);
    /* A unit stands as long as it is in the ballot, with nobody in it too. */
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(figures[1].entitled, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_electorate_is_the_roster_of_that_day),
        cmocka_unit_test(a_ballot_that_cannot_be_is_not_made),
        cmocka_unit_test(who_puts_it_down_is_known),
        cmocka_unit_test(voted_is_undone_by_a_person_only),
        cmocka_unit_test(a_mark_that_says_nothing_marks_nobody),
        cmocka_unit_test(ballots_are_found_and_listed),
        cmocka_unit_test(figures_count_each_unit),
        cmocka_unit_test(two_seats_are_one_person),
        cmocka_unit_test(a_day_that_is_near_is_the_one_of_the_moment),
    };
    return cmocka_run_group_tests_name("store/ballots", tests, NULL, NULL);
}
