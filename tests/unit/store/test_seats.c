/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seats come and go with lists; what a member has told stays, and so does who is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/calls.h"
#include "muster/store/seats.h"

static const int64_t NOW = 1800000000000;

static int64_t add_unit(struct world *world, const char *name)
{
    int64_t id = 0;
    WORLD_MUST(seats_add_unit(world->db, world->ballot_id, name, &id, &err));
    return id;
}

/* Put a seat; gives the line in which the list had it before, or -1 when it is new. */
static int put(struct world *world, int64_t unit_id, int member, unsigned line)
{
    const struct seats_entry entry = {
        .unit_id = unit_id, .member_id = world->member_ids[member], .line = line};
    bool added = false;
    unsigned before = 0;
    WORLD_MUST(seats_put(world->db, &entry, &added, &before, &err));
    return added ? -1 : (int)before;
}

/* How many the ballot says are entitled: always as many members as have a seat. */
static int64_t entitled(struct world *world)
{
    struct ballot *ballot = NULL;
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    assert_int_equal(ballot->entitled,
                     crowd_number(world, "SELECT COUNT(DISTINCT member_id) FROM ballot_seat"));
    return ballot->entitled;
}

static void who_is_entitled_is_counted_with_the_seats(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct seats_unit *units = NULL;
    size_t count = 0;
    WORLD_MUST(seats_units(world->db, world->ballot_id, world->arena, &units, &count, &err));
    const int64_t first = units[0].id;
    const int64_t vale = add_unit(world, "Vale Trust");
    assert_int_equal(entitled(world), 3);
    (void)put(world, vale, 0, 1); /* a second seat of the same member */
    (void)put(world, vale, 0, 2);
    assert_int_equal(entitled(world), 3);
    WORLD_MUST(seats_take(world->db, first, world->member_ids[0], &err));
    assert_int_equal(entitled(world), 3);
    WORLD_MUST(seats_take(world->db, vale, world->member_ids[0], &err));
    assert_int_equal(entitled(world), 2);
    (void)put(world, vale, 0, 3);
    assert_int_equal(entitled(world), 3);
    crowd_run(world, "DELETE FROM ballot_unit WHERE name <> 'Vale Trust'");
    assert_int_equal(entitled(world), 1);
    crowd_run(world, "DELETE FROM ballot_member");
    assert_int_equal(entitled(world), 0);
    world_close(world);
}

static void a_list_says_who_stays(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct seats_unit *units = NULL;
    struct seats_lost *lost = NULL;
    const char *becomes = NULL;
    size_t count = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[2], "voted", "reply",
                            NOW, &becomes, &err));
    bool again = true;
    WORLD_MUST(seats_begin(world->db, world->ballot_id, &again, &err));
    assert_false(again); /* the first list */
    WORLD_MUST(seats_units(world->db, world->ballot_id, world->arena, &units, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(units[0].seats, 3);
    assert_int_equal(units[0].notified, 0);
    const int64_t vale = add_unit(world, "Vale Trust");
    assert_int_equal(put(world, units[0].id, 0, 2), 0); /* had it, though in no list */
    assert_int_equal(put(world, units[0].id, 0, 3), 2);
    assert_int_equal(put(world, vale, 0, 4), -1);
    assert_int_equal(put(world, vale, 0, 5), 4);
    WORLD_MUST(seats_spare(world->db, world->ballot_id, world->member_ids[1], 6, &err));
    WORLD_MUST(seats_missing(world->db, world->ballot_id, world->arena, &lost, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(lost[0].number, "M3");
    assert_string_equal(lost[0].unit, "Anytown Hospital");
    assert_string_equal(lost[0].state, "voted");
    WORLD_MUST(seats_take(world->db, lost[0].unit_id, lost[0].member_id, &err));
    /* Before the opening only who has told nothing is forgotten, and units that say nothing. */
    WORLD_MUST(seats_notify(world->db, add_unit(world, "Told of"), 7, &err));
    (void)add_unit(world, "Nobody");
    WORLD_MUST(seats_tidy(world->db, world->ballot_id, &err));
    WORLD_MUST(seats_units(world->db, world->ballot_id, world->arena, &units, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(units[1].notified, 7);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_member"), 3);
    WORLD_MUST(db_commit(world->db, &err));
    assert_false(crowd_may(world, "UPDATE ballot_unit SET notified = 0"));
    assert_false(crowd_may(world, "INSERT INTO ballot_seat (ballot_id, member_id, unit_id)"
                                  " VALUES (1, 999, 1)"));
    /* Who is erased leaves no seat behind. */
    crowd_run(world, "DELETE FROM member WHERE number = 'M1'");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_seat"), 1);
    world_close(world);
}

static void ballots_of_the_same_people_are_found(void **state)
{
    (void)state;
    static const struct {
        int64_t opens, closes; /* hours from now */
        bool overlaps;
    } cases[] = {
        {-5, 1, true}, {23, 48, true}, {24, 48, false}, {-9, -1, false}, {-1, 24, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        struct seats_overlap *overlaps = NULL;
        size_t count = 0;
        struct ballot other = {.name = "other",
                               .title = "Another",
                               .opens = NOW + cases[i].opens * CLOCK_HOUR,
                               .closes = NOW + cases[i].closes * CLOCK_HOUR,
                               .who = "everyone",
                               .threshold_whole = 2,
                               .method = "postal",
                               .support_whole = 1};
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(ballots_create(world->db, &other, &err));
        WORLD_MUST(db_commit(world->db, &err));
        WORLD_MUST(seats_overlaps(world->db, other.id, world->arena, &overlaps, &count, &err));
        assert_int_equal(count, cases[i].overlaps ? 1 : 0);
        if (count > 0) {
            assert_string_equal(overlaps[0].ballot, "pay");
            assert_string_equal(overlaps[0].unit, "Anytown Hospital");
            assert_int_equal(overlaps[0].units, 1);
        }
        crowd_run(world, "UPDATE ballot_unit SET name = 'Elsewhere' WHERE ballot_id = 1");
        WORLD_MUST(seats_overlaps(world->db, other.id, world->arena, &overlaps, &count, &err));
        assert_int_equal(count, 0);
        world_close(world);
    }
}

/* "M1 +447700900001; M3 -; " of those who are to be called. */
static const char *calls(struct world *world, const char *unit)
{
    struct calls_row *rows = NULL;
    size_t count = 0;
    const char *text = "";
    WORLD_MUST(calls_list(world->db, &scope_everybody, world->ballot_id, unit, world->arena, &rows,
                          &count, &err));
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(world->arena, "%s%s %s%s; ", text, rows[i].number,
                            rows[i].mobile == NULL ? "-" : rows[i].mobile,
                            rows[i].barred ? " barred" : "");
    }
    return text;
}

static void nobody_is_called_who_closed_the_number(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *becomes = NULL;
    assert_string_equal(calls(world, NULL),
                        "M1 +447700900001; M2 +447700900002; M3 +447700900003; ");
    crowd_suppress(world, "+447700900001", "promotional");
    crowd_suppress(world, "+447700900002", "stop");
    crowd_suppress(world, "+447700900003", "bounce");
    assert_string_equal(calls(world, NULL), "M1 +447700900001; M2 - barred; M3 -; ");
    /* By the workplace of the list first, who has none last. */
    WORLD_MUST(db_begin(world->db, &err));
    const int64_t vale = add_unit(world, "Vale Trust");
    assert_int_equal(put(world, vale, 0, 2), -1);
    WORLD_MUST(db_commit(world->db, &err));
    crowd_run(world, "UPDATE ballot_seat SET workplace = 'Ward 1' WHERE member_id ="
                     " (SELECT id FROM member WHERE number = 'M3')");
    assert_string_equal(calls(world, NULL), "M3 -; M1 +447700900001; M2 - barred; ");
    assert_string_equal(calls(world, "Vale Trust"), "M1 +447700900001; ");
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "voted", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[1], "declined", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[2], "no-paper", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal(calls(world, NULL), "M3 -; ");
    assert_string_equal(calls(world, "Vale Trust"), "");
    crowd_run(world, "UPDATE member SET status = 'left'");
    assert_string_equal(calls(world, NULL), "");
    world_close(world);
}

/* "A 3; B 1; of 3" */
static const char *units(struct world *world)
{
    struct calls_unit *list = NULL;
    size_t count = 0;
    const char *text = "";
    int64_t members = 0;
    WORLD_MUST(calls_units(world->db, &scope_everybody, world->ballot_id, world->arena, &list,
                           &count, &err));
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(world->arena, "%s%s %d; ", text, list[i].unit, (int)list[i].members);
    }
    WORLD_MUST(calls_count_to(world->db, &scope_everybody, world->ballot_id, 100, &members, &err));
    return arena_printf(world->arena, "%sof %d", text, (int)members);
}

static void who_has_two_seats_is_on_both_lists_and_counts_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t members = 0;
    assert_string_equal(units(world), "Anytown Hospital 3; of 3");
    crowd_run(world,
              "INSERT INTO ballot_unit (ballot_id, name) VALUES (1, 'Elsewhere'), (1, 'No')");
    crowd_run(world,
              "INSERT INTO ballot_seat (ballot_id, member_id, unit_id) SELECT 1, m.id, u.id"
              " FROM member m, ballot_unit u WHERE m.number <> 'M1' AND u.name = 'Elsewhere'");
    assert_string_equal(units(world), "Anytown Hospital 3; Elsewhere 2; of 3");
    for (int64_t most = 0; most <= 4; most++) {
        WORLD_MUST(
            calls_count_to(world->db, &scope_everybody, world->ballot_id, most, &members, &err));
        assert_int_equal(members, most < 3 ? most : 3);
    }
    crowd_run(world, "UPDATE ballot_member SET state = 'voted' WHERE member_id ="
                     " (SELECT id FROM member WHERE number = 'M2')");
    crowd_run(world, "UPDATE member SET status = 'left' WHERE number = 'M1'");
    assert_string_equal(units(world), "Anytown Hospital 1; Elsewhere 1; of 1");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_entitled_is_counted_with_the_seats),
        cmocka_unit_test(a_list_says_who_stays),
        cmocka_unit_test(ballots_of_the_same_people_are_found),
        cmocka_unit_test(nobody_is_called_who_closed_the_number),
        cmocka_unit_test(who_has_two_seats_is_on_both_lists_and_counts_once),
    };
    return cmocka_run_group_tests_name("store/seats", tests, NULL, NULL);
}
