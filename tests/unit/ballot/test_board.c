/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of thresholds, in exact integers, and a board of two employers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/ballot/board.h"

static const int64_t NOW = 1800000000000;

static void the_votes_needed_are_exact(void **state)
{
    (void)state;
    static const struct {
        int64_t entitled;
        int64_t half;
        int64_t two_fifths;
    } cases[] = {
        {999, 500, 400},
        {1000, 500, 400},
        {1001, 501, 401},
        {3, 2, 2},
        {1, 1, 1},
        {0, 0, 0},
        {100, 50, 40},
        {2, 1, 1},
        {4, 2, 2},
        {5, 3, 2},
        {300001, 150001, 120001},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(board_needed(cases[i].entitled, 1, 2), cases[i].half);
        assert_int_equal(board_needed(cases[i].entitled, 2, 5), cases[i].two_fifths);
        assert_int_equal(board_needed(cases[i].entitled, 0, 1), 0);
        assert_int_equal(board_needed(cases[i].entitled, 1, 1), cases[i].entitled);
    }
    /* It is the smallest number that reaches the threshold, whatever the fraction. */
    for (int64_t whole = 1; whole <= 12; whole++) {
        for (int64_t part = 0; part <= whole; part++) {
            for (int64_t entitled = 0; entitled <= 50; entitled++) {
                int64_t needed = board_needed(entitled, part, whole);
                assert_true(needed * whole >= entitled * part);
                assert_true(needed == 0 || (needed - 1) * whole < entitled * part);
            }
        }
    }
    /* Two members who should not be on the list raise the target by one vote. */
    assert_int_equal(board_needed(1000, 1, 2) - board_needed(998, 1, 2), 1);
}

static void mark(struct world *world, int64_t member_id, const char *told)
{
    const char *becomes = NULL;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(
        ballots_mark(world->db, world->ballot_id, member_id, told, "person", NOW, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* Ten more members at another employer, the first three of them without any address. */
static struct ballot *add_trust(struct world *world, int64_t ids[10])
{
    WORLD_MUST(db_begin(world->db, &err));
    for (int i = 0; i < 10; i++) {
        struct member member = {.number = arena_printf(world->arena, "C%d", i),
                                .mobile =
                                    i < 3 ? NULL : arena_printf(world->arena, "+4477009001%02d", i),
                                .employer = "City Trust"};
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
        struct member *stored = NULL;
        WORLD_MUST(members_find(world->db, member.number, world->arena, &stored, &err));
        ids[i] = stored->id;
    }
    struct ballot ballot = {.name = "two",
                            .title = "Two employers",
                            .opens = NOW,
                            .closes = NOW + CLOCK_HOUR,
                            .who = "everyone",
                            .threshold_part = 1,
                            .threshold_whole = 2};
    WORLD_MUST(ballots_create(world->db, &ballot, &err));
    WORLD_MUST(db_commit(world->db, &err));
    world->ballot_id = ballot.id;
    struct ballot *stored = NULL;
    WORLD_MUST(ballots_get(world->db, ballot.id, world->arena, &stored, &err));
    return stored;
}

static void the_board_shows_each_employer_and_all(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t ids[10];
    struct ballot *ballot = add_trust(world, ids);
    struct board board;
    mark(world, world->member_ids[0], "voted");
    mark(world, world->member_ids[1], "voted");
    mark(world, ids[9], "voted");
    mark(world, ids[8], "declined");
    mark(world, ids[7], "ineligible");
    mark(world, ids[6], "no-paper");
    WORLD_MUST(board_read(world->db, ballot, world->arena, &board, &err));
    assert_int_equal(board.count, 2);
    const struct board_row *hospital = &board.rows[0];
    const struct board_row *trust = &board.rows[1];
    assert_string_equal(hospital->figures.unit, "Anytown Hospital");
    assert_int_equal(hospital->figures.entitled, 3);
    assert_int_equal(hospital->needed, 2);
    assert_int_equal(hospital->short_by, 0);
    assert_true(hospital->within_reach);
    assert_string_equal(trust->figures.unit, "City Trust");
    assert_int_equal(trust->figures.entitled, 10);
    assert_int_equal(trust->figures.voted, 1);
    assert_int_equal(trust->figures.no_paper, 1);
    assert_int_equal(trust->figures.declined, 1);
    assert_int_equal(trust->figures.ineligible, 1);
    assert_int_equal(trust->needed, 5);
    assert_int_equal(trust->short_by, 4);
    assert_int_equal(trust->figures.reachable, 4); /* 3, 4, 5, and 6 who has no paper */
    assert_true(trust->within_reach);
    assert_null(board.total.figures.unit);
    assert_int_equal(board.total.figures.entitled, 13);
    assert_int_equal(board.total.needed, 7); /* of the whole, not the sum of the rows */
    assert_int_equal(board.total.short_by, 4);
    /* One more who declines, and it is out of reach there, though not on the whole. */
    mark(world, ids[3], "declined");
    WORLD_MUST(board_read(world->db, ballot, world->arena, &board, &err));
    assert_false(board.rows[1].within_reach);
    assert_true(board.total.within_reach);
    world_close(world);
}

static void without_a_threshold_nothing_is_short(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct ballot *ballot = NULL;
    struct board board;
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    ballot->threshold_part = 0;
    ballot->threshold_whole = 1;
    WORLD_MUST(board_read(world->db, ballot, world->arena, &board, &err));
    assert_int_equal(board.rows[0].needed, 0);
    assert_int_equal(board.rows[0].short_by, 0);
    assert_true(board.rows[0].within_reach);
    ballot->id = 999; /* nobody is entitled in a ballot that is not there */
    WORLD_MUST(board_read(world->db, ballot, world->arena, &board, &err));
    assert_int_equal(board.count, 0);
    assert_int_equal(board.total.figures.entitled, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_votes_needed_are_exact),
        cmocka_unit_test(the_board_shows_each_employer_and_all),
        cmocka_unit_test(without_a_threshold_nothing_is_short),
    };
    return cmocka_run_group_tests_name("ballot/board", tests, NULL, NULL);
}
