/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes by local day: told, taken back, told again, in one unit or in all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/ballot/trend.h"

enum { TOLD_MOST = 8 };

/* A ballot of the three members of the world: M1 and M2 at City Trust, M3 at Vale Trust. It opens
 * on 23 October 2026; summer time ends on the 25th. */
struct scene {
    struct world *world;
    struct ballot ballot;
};

static int64_t instant(const char *text)
{
    int64_t at = 0;
    assert_true(clock_parse(text, &at));
    return at;
}

static int64_t member_id(struct world *world, const char *number)
{
    int64_t id = 0;
    WORLD_MUST(members_id(world->db, number, &id, &err));
    return id;
}

static void open_scene(struct scene *scene)
{
    struct error zone = {.kind = ERROR_NONE};
    assert_true(clock_set_zone("Europe/London", &zone));
    struct world *world = scene->world = world_open(instant("2026-10-20 12:00"));
    static const char *const employers[] = {"City Trust", "City Trust", "Vale Trust"};
    scene->ballot = (struct ballot){.name = "trend",
                                    .title = "Trend",
                                    .opens = instant("2026-10-23 00:00"),
                                    .closes = instant("2026-10-30 17:00"),
                                    .who = "everyone",
                                    .threshold_part = 1,
                                    .threshold_whole = 2,
                                    .method = "postal",
                                    .support_whole = 1};
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        struct member member = world_members[i];
        struct members_outcome outcome;
        member.employer = employers[i];
        WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    }
    WORLD_MUST(ballots_create(world->db, &scene->ballot, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

struct told {
    const char *number;
    const char *state;
    const char *at;
};

static void tell(struct scene *scene, const struct told *told, size_t count)
{
    struct world *world = scene->world;
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < count && told[i].number != NULL; i++) {
        const char *becomes = NULL;
        WORLD_MUST(ballots_mark(world->db, scene->ballot.id, member_id(world, told[i].number),
                                told[i].state, "person", instant(told[i].at), &becomes, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
}

/* "23:0 24:1": the days of the month and the votes by their ends. */
static const char *days_of_trend(const struct trend *trend, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < trend->count; i++) {
        text = arena_printf(arena, "%s%s%d:%lld", text, i == 0 ? "" : " ",
                            trend->days[i].date % 100, (long long)trend->days[i].voted);
    }
    return text;
}

static const struct trend_case {
    const char *what;
    struct told told[TOLD_MOST];
    const char *unit;
    const char *now;
    const char *days;
    int64_t week;
} cases[] = {
    {"before it opens there is no day", {{0}}, NULL, "2026-10-22 10:00", "", 0},
    {"without a report the days are there", {{0}}, NULL, "2026-10-25 10:00", "23:0 24:0 25:0", 0},
    {"the last minute of a day is of it, the first of the next is not",
     {{"M1", "voted", "2026-10-24 23:59"}, {"M2", "voted", "2026-10-25 00:00"}},
     NULL,
     "2026-10-26 10:00",
     "23:0 24:1 25:2 26:2",
     2},
    {"the day of twenty-five hours is one day",
     {{"M1", "voted", "2026-10-25 00:30"}, {"M2", "voted", "2026-10-25 23:30"}},
     NULL,
     "2026-10-26 10:00",
     "23:0 24:0 25:2 26:2",
     2},
    {"told twice counts once, taken back no more, and told again it counts again",
     {{"M1", "voted", "2026-10-23 10:00"},
      {"M1", "voted", "2026-10-24 10:00"},
      {"M1", "unknown", "2026-10-25 10:00"},
      {"M1", "voted", "2026-10-26 10:00"}},
     NULL,
     "2026-10-26 12:00",
     "23:1 24:1 25:0 26:1",
     1},
    {"what is no vote is none",
     {{"M1", "no-paper", "2026-10-23 10:00"}, {"M2", "declined", "2026-10-23 10:00"}},
     NULL,
     "2026-10-23 12:00",
     "23:0",
     0},
    {"of one unit, its members only",
     {{"M1", "voted", "2026-10-23 10:00"}, {"M3", "voted", "2026-10-23 10:00"}},
     "Vale Trust",
     "2026-10-24 12:00",
     "23:1 24:1",
     1},
    {"who reports early, and who reports late, are days of their own",
     {{"M1", "voted", "2026-10-21 10:00"}, {"M2", "voted", "2026-11-01 10:00"}},
     NULL,
     "2026-12-01 12:00",
     "21:1 22:1 23:1 24:1 25:1 26:1 27:1 28:1 29:1 30:1 31:1 1:2",
     1},
    {"after the close the days end with it",
     {{"M1", "voted", "2026-10-29 10:00"}},
     NULL,
     "2026-11-11 12:00",
     "23:0 24:0 25:0 26:0 27:0 28:0 29:1 30:1",
     1},
    {"a unit that is none has no votes",
     {{"M1", "voted", "2026-10-23 10:00"}},
     "Nowhere",
     "2026-10-23 12:00",
     "23:0",
     0},
};

static void votes_fall_into_their_local_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        struct trend trend;
        open_scene(&scene);
        tell(&scene, cases[i].told, TOLD_MOST);
        WORLD_MUST(trend_read(scene.world->db, &scene.ballot, cases[i].unit, instant(cases[i].now),
                              scene.world->arena, &trend, &err));
        const char *days = days_of_trend(&trend, scene.world->arena);
        if (strcmp(days, cases[i].days) != 0 || trend.week != cases[i].week) {
            fail_msg("%s: \"%s\", %lld in the last week", cases[i].what, days,
                     (long long)trend.week);
        }
        world_close(scene.world);
    }
}

static void it_ends_at_what_the_board_counts(void **state)
{
    (void)state;
    static const struct told told[] = {{"M1", "voted", "2026-10-23 10:00"},
                                       {"M2", "voted", "2026-10-24 10:00"},
                                       {"M2", "ineligible", "2026-10-25 10:00"},
                                       {"M3", "voted", "2026-10-26 10:00"}};
    struct scene scene;
    struct trend trend;
    struct ballot_figures total;
    open_scene(&scene);
    tell(&scene, told, ARRAY_LENGTH(told));
    WORLD_MUST(trend_read(scene.world->db, &scene.ballot, NULL, instant("2026-10-27 12:00"),
                          scene.world->arena, &trend, &err));
    WORLD_MUST(ballots_total(scene.world->db, scene.ballot.id, &total, &err));
    assert_int_equal(total.voted, trend.days[trend.count - 1].voted);
    assert_int_equal(2, total.voted);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(votes_fall_into_their_local_days),
        cmocka_unit_test(it_ends_at_what_the_board_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
