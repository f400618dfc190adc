/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacement papers: each asked for once, passed on once, and settled by a vote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/replacements.h"

static const int64_t NOW = 1800000000000;
static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

/* The world's ballot, with papers replaced from a day after NOW for ten days. */
static struct world *open_world(void)
{
    struct world *world = world_open(NOW);
    crowd_run(world, arena_printf(world->arena,
                                  "UPDATE ballot SET closes = %lld, replacements_from = %lld,"
                                  " replacements_until = %lld",
                                  (long long)(NOW + 20 * DAY), (long long)(NOW + DAY),
                                  (long long)(NOW + 10 * DAY)));
    return world;
}

static void told(struct world *world, size_t member, const char *state, const char *source,
                 int64_t at)
{
    const char *becomes = NULL;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[member], state, source,
                            at, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static int64_t pass_on(struct world *world, int64_t now)
{
    int64_t batch = -1;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(replacements_pass_on(world->db, world->ballot_id, "the office", now, &batch, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return batch;
}

/* "M1/1 outstanding, M2/1 passed": who, which loss, how it stands. */
static const char *standing(struct world *world, int64_t batch, int64_t now)
{
    static const char *const words[] = {
        [REPLACEMENTS_OUTSTANDING] = "outstanding",
        [REPLACEMENTS_EARLY] = "early",
        [REPLACEMENTS_LATE] = "late",
        [REPLACEMENTS_PASSED] = "passed",
        [REPLACEMENTS_SENT] = "sent",
        [REPLACEMENTS_SETTLED] = "settled",
        [REPLACEMENTS_BARRED] = "barred",
    };
    struct replacement *rows = NULL;
    size_t count = 0;
    const char *text = "";
    WORLD_MUST(replacements_list(world->db, world->ballot_id, batch, now, world->arena, &rows,
                                 &count, &err));
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(world->arena, "%s%s%s/%lld %s", text, i == 0 ? "" : ", ",
                            rows[i].number, (long long)rows[i].loss, words[rows[i].state]);
    }
    return text;
}

static void a_request_is_passed_on_once(void **state)
{
    (void)state;
    struct world *world = open_world();
    const int64_t at = NOW + 2 * DAY;
    told(world, 0, "no-paper", "reply", at);
    told(world, 0, "no-paper", "tap", at + 1);
    told(world, 1, "no-paper", "person", at + 2);
    assert_string_equal(standing(world, 0, at + 3), "M1/1 outstanding, M2/1 outstanding");
    assert_int_equal(pass_on(world, at + 3), 1);
    assert_int_equal(pass_on(world, at + 4), 0);
    told(world, 2, "no-paper", "reply", at + 5);
    assert_int_equal(pass_on(world, at + 6), 2);
    assert_string_equal(standing(world, 1, at + 7), "M1/1 passed, M2/1 passed");
    assert_string_equal(standing(world, 2, at + 7), "M3/1 passed");
    int64_t sent = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(replacements_mark_sent(world->db, world->ballot_id, 1, at + 8, &sent, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(sent, 2);
    assert_string_equal(standing(world, 0, at + 9), "M1/1 sent, M2/1 sent, M3/1 passed");
    world_close(world);
}

static void a_second_loss_is_one_after_a_week(void **state)
{
    (void)state;
    struct world *world = open_world();
    const int64_t passed = NOW + 2 * DAY;
    told(world, 0, "no-paper", "reply", NOW + DAY);
    assert_int_equal(pass_on(world, passed), 1);
    told(world, 0, "no-paper", "reply", passed + 7 * DAY - 1);
    assert_string_equal(standing(world, 0, passed + 7 * DAY), "M1/1 passed");
    told(world, 0, "no-paper", "reply", passed + 7 * DAY);
    assert_string_equal(standing(world, 0, passed + 7 * DAY), "M1/1 passed, M1/2 outstanding");
    world_close(world);
}

static void what_is_asked_outside_the_days_is_kept(void **state)
{
    (void)state;
    static const struct {
        int64_t asked;
        int64_t looked;
        const char *standing;
        int64_t batch;
    } cases[] = {
        {0, 1, "M1/1 early", 0},
        {0, 24 * CLOCK_HOUR - 1, "M1/1 early", 0},
        {0, 24 * CLOCK_HOUR, "M1/1 outstanding", 1},
        {10 * 24 * CLOCK_HOUR, 10 * 24 * CLOCK_HOUR, "M1/1 outstanding", 1},
        {10 * 24 * CLOCK_HOUR + 1, 10 * 24 * CLOCK_HOUR + 1, "M1/1 late", 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = open_world();
        told(world, 0, "no-paper", "reply", NOW + cases[i].asked);
        assert_string_equal(standing(world, 0, NOW + cases[i].looked), cases[i].standing);
        assert_int_equal(pass_on(world, NOW + cases[i].looked), cases[i].batch);
        world_close(world);
    }
    /* A ballot whose papers are not replaced at all. */
    struct world *world = world_open(NOW);
    told(world, 0, "no-paper", "reply", NOW);
    assert_string_equal(standing(world, 0, NOW), "M1/1 late");
    assert_int_equal(pass_on(world, NOW), 0);
    world_close(world);
}

static void what_settles_a_request(void **state)
{
    (void)state;
    static const struct {
        const char *told;
        const char *source;
        const char *standing;
    } cases[] = {
        {"voted", "reply", "M1/1 settled"},        {"voted", "tap", "M1/1 settled"},
        {"ineligible", "person", "M1/1 settled"},  {"unknown", "person", "M1/1 settled"},
        {"declined", "reply", "M1/1 outstanding"}, {"no-paper", "reply", "M1/1 outstanding"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = open_world();
        told(world, 0, "no-paper", "reply", NOW + 2 * DAY);
        told(world, 0, cases[i].told, cases[i].source, NOW + 3 * DAY);
        assert_string_equal(standing(world, 0, NOW + 4 * DAY), cases[i].standing);
        world_close(world);
    }
}

static void who_has_voted_asks_for_nothing_unless_a_person_says_so(void **state)
{
    (void)state;
    static const char *const sources[] = {"reply", "tap", "person"};
    static const char *const standings[] = {"", "", "M1/1 outstanding"};
    for (size_t i = 0; i < ARRAY_LENGTH(sources); i++) {
        struct world *world = open_world();
        told(world, 0, "voted", "reply", NOW + 2 * DAY);
        told(world, 0, "no-paper", sources[i], NOW + 3 * DAY);
        assert_string_equal(standing(world, 0, NOW + 3 * DAY), standings[i]);
        world_close(world);
    }
}

static void a_passed_request_that_a_vote_settles_is_no_first_loss(void **state)
{
    (void)state;
    struct world *world = open_world();
    told(world, 0, "no-paper", "reply", NOW + 2 * DAY);
    assert_int_equal(pass_on(world, NOW + 2 * DAY), 1);
    told(world, 0, "voted", "reply", NOW + 3 * DAY);
    told(world, 0, "no-paper", "person", NOW + 4 * DAY);
    assert_string_equal(standing(world, 0, NOW + 4 * DAY), "M1/1 settled, M1/2 outstanding");
    world_close(world);
}

static void who_is_not_entitled_any_more_gets_none(void **state)
{
    (void)state;
    struct world *world = open_world();
    told(world, 0, "no-paper", "reply", NOW + 2 * DAY);
    crowd_run(world, "DELETE FROM ballot_seat");
    assert_string_equal(standing(world, 0, NOW + 3 * DAY), "M1/1 barred");
    assert_int_equal(pass_on(world, NOW + 3 * DAY), 0);
    world_close(world);
}

static void the_segment_language_knows_them(void **state)
{
    (void)state;
    static const struct crowd_selection selections[] = {
        {"replacement:asked", "M1 M2 M3"},
        {"replacement:outstanding", "M2"},
        {"replacement:passed", "M1"},
        {"Replacement:LATE", "M3"},
        {"not replacement:asked", ""},
        {"replacement:outstanding or replacement:passed", "M1 M2"},
    };
    struct world *world = open_world();
    told(world, 0, "no-paper", "reply", NOW + DAY);
    assert_int_equal(pass_on(world, NOW + 2 * DAY), 1);
    told(world, 1, "no-paper", "reply", NOW + 3 * DAY);
    told(world, 2, "no-paper", "reply", NOW + 11 * DAY);
    crowd_expect_selections(world, selections, ARRAY_LENGTH(selections));
    world_close(world);
}

static void figures_are_of_members(void **state)
{
    (void)state;
    struct world *world = open_world();
    struct replacements_figures *figures = NULL;
    size_t count = 0;
    told(world, 0, "no-paper", "reply", NOW + DAY);
    assert_int_equal(pass_on(world, NOW + DAY), 1);
    told(world, 0, "no-paper", "reply", NOW + 9 * DAY);
    told(world, 1, "no-paper", "reply", NOW);
    told(world, 2, "no-paper", "reply", NOW + 11 * DAY);
    WORLD_MUST(
        replacements_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(figures[0].unit, "Anytown Hospital");
    assert_int_equal(figures[0].asked, 3);
    assert_int_equal(figures[0].outstanding, 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_passed_on_once),
        cmocka_unit_test(a_second_loss_is_one_after_a_week),
        cmocka_unit_test(what_is_asked_outside_the_days_is_kept),
        cmocka_unit_test(what_settles_a_request),
        cmocka_unit_test(who_has_voted_asks_for_nothing_unless_a_person_says_so),
        cmocka_unit_test(a_passed_request_that_a_vote_settles_is_no_first_loss),
        cmocka_unit_test(who_is_not_entitled_any_more_gets_none),
        cmocka_unit_test(the_segment_language_knows_them),
        cmocka_unit_test(figures_are_of_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
