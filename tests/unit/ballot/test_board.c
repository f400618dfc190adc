/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of thresholds, in exact integers, and a board of two employers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/ballot/board.h"
#include "muster/store/seats.h"

static const int64_t NOW = 1800000000000; /* Friday 15 January 2027, 08:00 in London */

static const struct hours_holidays no_holidays;
static const struct board_terms terms = {
    .now = NOW, .silent = BOARD_SILENT, .holidays = &no_holidays};

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

/* Where a unit stands, by what is missing, who can be written to, and who has no address. */
static void where_a_unit_stands_is_exact(void **state)
{
    (void)state;
    static const struct {
        int64_t counted, voted, reachable, unreached;
        int64_t short_by;
        enum board_standing standing;
    } cases[] = {
        {999, 500, 0, 0, 0, BOARD_REACHED},
        {999, 499, 1, 0, 1, BOARD_WITHIN_REACH},
        {999, 499, 0, 1, 1, BOARD_BY_CALLS},
        {999, 499, 0, 0, 1, BOARD_OUT_OF_REACH},
        {1000, 500, 0, 0, 0, BOARD_REACHED},
        {1000, 400, 100, 0, 100, BOARD_WITHIN_REACH},
        {1000, 400, 99, 1, 100, BOARD_BY_CALLS},
        {1000, 400, 99, 0, 100, BOARD_OUT_OF_REACH},
        {1001, 500, 501, 0, 1, BOARD_WITHIN_REACH},
        {1001, 501, 0, 0, 0, BOARD_REACHED},
        {100, 49, 1, 0, 1, BOARD_WITHIN_REACH},
        {3, 1, 0, 2, 1, BOARD_BY_CALLS},
        {3, 2, 0, 0, 0, BOARD_REACHED},
        {1, 0, 1, 0, 1, BOARD_WITHIN_REACH},
        {1, 0, 0, 0, 1, BOARD_OUT_OF_REACH},
        {1, 1, 0, 0, 0, BOARD_REACHED},
        /* No unit, and never half of nothing. */
        {0, 0, 0, 0, 0, BOARD_EMPTY},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const int64_t missing = board_needed(cases[i].counted, 1, 2) - cases[i].voted;
        assert_int_equal(missing > 0 ? missing : 0, cases[i].short_by);
        assert_int_equal(board_standing_of(cases[i].counted, cases[i].short_by, cases[i].reachable,
                                           cases[i].unreached),
                         cases[i].standing);
    }
}

/* The threshold is of those whom the employer was told of, where that is known. */
static void what_was_notified_is_what_counts(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct ballot *ballot = NULL;
    struct board board;
    struct seats_unit *units = NULL;
    size_t count = 0;
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    WORLD_MUST(seats_units(world->db, ballot->id, world->arena, &units, &count, &err));
    assert_int_equal(count, 1);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(seats_notify(world->db, units[0].id, 412, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.rows[0].figures.entitled, 3);
    assert_int_equal(board.rows[0].counted, 412);
    assert_int_equal(board.rows[0].needed, 206);
    assert_int_equal(board.rows[0].standing, BOARD_OUT_OF_REACH);
    assert_int_equal(board.total.counted, 412);
    assert_int_equal(board.total.figures.entitled, 3);
    /* One of them works in a second unit, too: two places, one person. */
    struct seats_entry second = {.member_id = world->member_ids[0], .line = 2};
    bool added = false;
    unsigned before = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(seats_add_unit(world->db, ballot->id, "Vale Trust", &second.unit_id, &err));
    WORLD_MUST(seats_put(world->db, &second, &added, &before, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(added);
    mark(world, world->member_ids[0], "voted");
    mark(world, world->member_ids[1], "no-paper");
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.count, 2);
    assert_int_equal(board.seats, 4);
    assert_int_equal(board.total.figures.entitled, 3);
    assert_int_equal(board.total.figures.voted, 1);
    assert_int_equal(board.total.counted, 3 + (412 - 3));
    assert_int_equal(board.total.papers_asked, 1);
    assert_int_equal(board.rows[0].papers_asked, 1);
    assert_string_equal(board.rows[1].figures.unit, "Vale Trust");
    assert_int_equal(board.rows[1].figures.voted, 1);
    assert_int_equal(board.rows[1].standing, BOARD_REACHED);
    world_close(world);
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
                            .threshold_whole = 2,
                            .method = "postal",
                            .support_whole = 1};
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
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.count, 2);
    const struct board_row *hospital = &board.rows[1]; /* nothing is left to do there */
    const struct board_row *trust = &board.rows[0];
    assert_string_equal(hospital->figures.unit, "Anytown Hospital");
    assert_int_equal(hospital->figures.entitled, 3);
    assert_int_equal(hospital->needed, 2);
    assert_int_equal(hospital->short_by, 0);
    assert_int_equal(hospital->standing, BOARD_REACHED);
    assert_string_equal(trust->figures.unit, "City Trust");
    assert_int_equal(trust->figures.entitled, 10);
    assert_int_equal(trust->figures.voted, 1);
    assert_int_equal(trust->figures.no_paper, 1);
    assert_int_equal(trust->figures.declined, 1);
    assert_int_equal(trust->figures.ineligible, 1);
    assert_int_equal(trust->needed, 5);
    assert_int_equal(trust->short_by, 4);
    assert_int_equal(trust->figures.reachable, 4); /* 3, 4, 5, and 6 who has no paper */
    assert_int_equal(trust->figures.by_sms, 4);
    assert_int_equal(trust->figures.by_email, 0);
    assert_int_equal(trust->standing, BOARD_WITHIN_REACH);
    assert_null(board.total.figures.unit);
    assert_int_equal(board.total.figures.entitled, 13);
    assert_int_equal(board.total.needed, 7); /* of the whole, not the sum of the rows */
    assert_int_equal(board.total.short_by, 4);
    /* One more who declines, and messages cannot carry it there, though on the whole they can. */
    mark(world, ids[3], "declined");
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.rows[0].figures.unreached, 3);
    assert_int_equal(board.rows[0].standing, BOARD_BY_CALLS);
    assert_int_equal(board.rows[0].to_call, 1);
    assert_int_equal(board.total.standing, BOARD_WITHIN_REACH);
    /* Together, no employer by itself is short of anything. */
    ballot->together = true;
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_string_equal(board.rows[0].figures.unit, "City Trust"); /* most are to be won there */
    assert_int_equal(board.rows[0].needed, 0);
    assert_int_equal(board.rows[0].standing, BOARD_REACHED);
    assert_int_equal(board.total.short_by, 4);
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
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.rows[0].needed, 0);
    assert_int_equal(board.rows[0].short_by, 0);
    assert_int_equal(board.rows[0].standing, BOARD_REACHED);
    ballot->id = 999; /* nobody is entitled in a ballot that is not there */
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.count, 0);
    assert_int_equal(board.total.figures.entitled, 0);
    world_close(world);
}

/* A row per employer: those entitled, and of them who reported, has no paper, has no address. */
struct employer {
    const char *name;
    int entitled, voted, no_paper, unreachable;
};

static void add_employers(struct world *world, const struct employer *employers, size_t count,
                          struct ballot *ballot)
{
    int made = 0;
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < employers[i].entitled; j++, made++) {
            struct members_outcome outcome;
            const bool silent = j >= employers[i].entitled - employers[i].unreachable;
            struct member member = {
                .number = arena_printf(world->arena, "%zu-%d", i, j),
                .email = silent ? NULL : arena_printf(world->arena, "m%d@mail.example", made),
                .employer = employers[i].name,
                .job = "Nurse"};
            WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
        }
    }
    WORLD_MUST(ballots_create(world->db, ballot, &err));
    WORLD_MUST(db_commit(world->db, &err));
    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < employers[i].voted + employers[i].no_paper; j++) {
            struct member *member = NULL;
            WORLD_MUST(members_find(world->db, arena_printf(world->arena, "%zu-%d", i, j),
                                    world->arena, &member, &err));
            world->ballot_id = ballot->id;
            mark(world, member->id, j < employers[i].voted ? "voted" : "no-paper");
        }
    }
}

static void what_is_left_to_do_comes_first(void **state)
{
    (void)state;
    static const struct employer employers[] = {
        {"Done", 4, 2, 0, 0},     {"Nearly", 20, 9, 2, 0},    {"Far", 20, 3, 0, 0},
        {"Beyond", 20, 4, 0, 12}, {"Hopeless", 20, 1, 0, 18},
    };
    static const char *const order[] = {"Nearly", "Far", "Beyond", "Hopeless", "Done"};
    struct world *world = world_open(NOW);
    struct board board;
    struct ballot ballot = {.name = "five",
                            .title = "Five employers",
                            .opens = NOW - 7 * 24 * (int64_t)CLOCK_HOUR,
                            .closes = NOW + 7 * 24 * (int64_t)CLOCK_HOUR,
                            .last_post = NOW + 4 * 24 * (int64_t)CLOCK_HOUR,
                            .who = "job:nurse",
                            .threshold_part = 1,
                            .threshold_whole = 2,
                            .method = "postal",
                            .support_whole = 1};
    add_employers(world, employers, ARRAY_LENGTH(employers), &ballot);
    WORLD_MUST(board_read(world->db, &ballot, &terms, world->arena, &board, &err));
    assert_int_equal(board.count, ARRAY_LENGTH(order));
    for (size_t i = 0; i < board.count; i++) {
        assert_string_equal(board.rows[i].figures.unit, order[i]);
    }
    /* Friday, Saturday, Monday and Tuesday: seven more a day in 4 days are 2 a day. */
    assert_int_equal(board.days_left, 4);
    assert_int_equal(board.rows[1].short_by, 7);
    assert_int_equal(board.rows[1].per_day, 2);
    /* 9 of 11 who answered have voted, 9 say nothing: 9 * 9/11 * 60 % are 4. */
    const struct board_projection *nearly = &board.rows[0].projection;
    assert_true(nearly->known);
    assert_int_equal(nearly->low, 9 + 2);
    assert_int_equal(nearly->expected, 9 + 4);
    assert_int_equal(nearly->high, 9 + 7);
    /* After the last post no day is left. */
    const struct board_terms late = {
        .now = NOW + 5 * 24 * (int64_t)CLOCK_HOUR, .silent = 100, .holidays = &no_holidays};
    WORLD_MUST(board_read(world->db, &ballot, &late, world->arena, &board, &err));
    assert_int_equal(board.days_left, 0);
    assert_int_equal(board.rows[0].per_day, 0);
    assert_int_equal(board.rows[0].projection.expected, board.rows[0].projection.high);
    world_close(world);
}

static void before_anybody_answers_nothing_is_projected(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct ballot *ballot = NULL;
    struct board board;
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    WORLD_MUST(board_read(world->db, ballot, &terms, world->arena, &board, &err));
    assert_false(board.rows[0].projection.known);
    assert_false(board.total.projection.known);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_votes_needed_are_exact),
        cmocka_unit_test(where_a_unit_stands_is_exact),
        cmocka_unit_test(what_was_notified_is_what_counts),
        cmocka_unit_test(the_board_shows_each_employer_and_all),
        cmocka_unit_test(without_a_threshold_nothing_is_short),
        cmocka_unit_test(what_is_left_to_do_comes_first),
        cmocka_unit_test(before_anybody_answers_nothing_is_projected),
    };
    return cmocka_run_group_tests_name("ballot/board", tests, NULL, NULL);
}
