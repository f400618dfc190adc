/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often one member is written to, over all campaigns and both channels: what comes too early
 * waits, and what would have to wait too long is withheld. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;
static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

/* One more running campaign of one step, with a deadline of its own; gives the step. */
static int64_t add_step(struct world *world, const char *name, int64_t deadline)
{
    struct campaign campaign = {.name = name, .title = name, .at = NOW};
    struct step step = {.position = 1,
                        .who = "everyone",
                        .uses_sms = true,
                        .uses_email = true,
                        .at = NOW,
                        .deadline = deadline};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    step.campaign_id = campaign.id;
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(campaigns_set_state(world->db, campaign.id, "running", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return step.id;
}

/* A message of a step to a member, claimed by the world's worker; gives its id. */
static int64_t hold(struct world *world, int64_t step_id, size_t member, enum channel channel,
                    int64_t now)
{
    struct outbox_message message = {.step_id = step_id,
                                     .member_id = world->member_ids[member],
                                     .channel = channel,
                                     .address = channel == CHANNEL_SMS
                                                    ? world_members[member].mobile
                                                    : world_members[member].email,
                                     .template_id = world->template_id,
                                     .merge = "{}",
                                     .due_at = now};
    bool queued = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_put(world->db, &message, now, &queued, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(queued);
    int64_t id = crowd_number(world, "SELECT MAX(id) FROM outbox");
    crowd_run(world, arena_printf(world->arena,
                                  "UPDATE outbox SET state = 'claimed', worker_id = 5,"
                                  " lease_until = %lld WHERE id = %lld",
                                  (long long)(now + CLOCK_MINUTE), (long long)id));
    return id;
}

struct limits {
    int64_t per_week;
    int64_t apart; /* hours */
};

/* Try to release a message; gives its state afterwards. */
static const char *release(struct world *world, const struct limits *limits, int64_t id,
                           int64_t now, int64_t worker)
{
    const struct outbox_terms terms = {
        .worker = worker,
        .step_id = crowd_number(world, arena_printf(world->arena,
                                                    "SELECT step_id FROM outbox WHERE id = %lld",
                                                    (long long)id)),
        .now = now,
        .limits = {.per_week = limits->per_week, .apart = limits->apart * CLOCK_HOUR},
    };
    struct outbox_release one = {.id = id, .parts = 1, .cost = -1, .gateway = "practice"};
    WORLD_MUST(outbox_release(world->db, &terms, &one, 1, &err));
    const char *state = crowd_state(world, id);
    assert_int_equal(one.released, text_equal(state, "sending"));
    return state;
}

static int64_t due_of(struct world *world, int64_t id)
{
    return crowd_number(
        world,
        arena_printf(world->arena, "SELECT due_at FROM outbox WHERE id = %lld", (long long)id));
}

/* Messages to one member at these hours, each of a campaign of its own and on alternate channels;
 * then one more at hour 100. */
static const struct limits_case {
    struct limits limits;
    int64_t sent[4]; /* hours; -1: no more */
    const char *state;
    int64_t due; /* hours */
} CASES[] = {
    {{0, 0}, {97, 98, 99, 100}, "sending", 0},
    {{2, 0}, {-1}, "sending", 0},
    {{2, 0}, {99, -1}, "sending", 0},
    {{2, 0}, {50, 99, -1}, "queued", 50 + 168},
    {{2, 0}, {10, 50, 99, -1}, "queued", 50 + 168},
    {{3, 0}, {10, 50, 99, -1}, "queued", 10 + 168},
    {{1, 0}, {10, 99, -1}, "queued", 99 + 168},
    {{2, 0}, {-69, -68, -1}, "sending", 0}, /* a week ago to the hour, and longer */
    {{2, 0}, {-67, 0, -1}, "queued", -67 + 168},
    {{0, 48}, {52, -1}, "sending", 0},
    {{0, 48}, {53, -1}, "queued", 53 + 48},
    {{0, 48}, {60, 70, -1}, "queued", 70 + 48},
    {{0, 720}, {-600, -1}, "queued", -600 + 720}, /* longer than a week */
    {{0, 720}, {-620, -1}, "sending", 0},
    {{2, 48}, {80, -1}, "queued", 80 + 48},
    {{2, 48}, {40, 45, -1}, "queued", 40 + 168},
    {{3, 48}, {1, 2, 99, -1}, "queued", 1 + 168}, /* both hold: the later one counts */
    {{3, 48}, {-68, 2, 99, -1}, "queued", 99 + 48},
};

static void check_case(const struct limits_case *expected, size_t number)
{
    static const struct limits none = {0};
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(expected->sent) && expected->sent[i] != -1; i++) {
        int64_t at = NOW + expected->sent[i] * CLOCK_HOUR;
        int64_t step = add_step(world, arena_printf(world->arena, "c%zu", i), NOW + 60 * DAY);
        int64_t id = hold(world, step, 0, i % 2 == 0 ? CHANNEL_SMS : CHANNEL_EMAIL, at);
        assert_string_equal(release(world, &none, id, at, 5), "sending");
        world_settle(world, id, i == 0 ? "unsure" : "accepted", NULL);
    }
    int64_t now = NOW + 100 * (int64_t)CLOCK_HOUR;
    int64_t step = add_step(world, "last", NOW + 60 * DAY);
    int64_t other = hold(world, step, 1, CHANNEL_SMS, now);
    assert_string_equal(release(world, &expected->limits, other, now, 5), "sending");
    int64_t id = hold(world, step, 0, CHANNEL_SMS, now);
    const char *state = release(world, &expected->limits, id, now, 5);
    if (!text_equal(state, expected->state)) {
        fail_msg("case %zu: %s", number, state);
    }
    if (text_equal(state, "queued")) {
        assert_int_equal(due_of(world, id) - NOW, expected->due * CLOCK_HOUR);
        /* When its time has come it goes; not a moment before. */
        int64_t due = due_of(world, id);
        static const char CLAIM[] = "UPDATE outbox SET state = 'claimed', worker_id = 5,"
                                    " lease_until = %lld WHERE id = %lld";
        for (int64_t early = 1; early >= 0; early--) {
            crowd_run(world, arena_printf(world->arena, CLAIM, (long long)(due + CLOCK_MINUTE),
                                          (long long)id));
            assert_string_equal(release(world, &expected->limits, id, due - early, 5),
                                early > 0 ? "queued" : "sending");
        }
    }
    world_close(world);
}

static void it_goes_or_waits_as_the_limits_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        check_case(&CASES[i], i);
    }
}

static void too_late_is_withheld(void **state)
{
    (void)state;
    static const struct limits none = {0};
    static const struct limits limits = {.apart = 48};
    struct world *world = world_open(NOW);
    int64_t first = hold(world, add_step(world, "a", NOW + 9 * DAY), 0, CHANNEL_SMS, NOW);
    assert_string_equal(release(world, &none, first, NOW, 5), "sending");
    int64_t late = hold(world, add_step(world, "b", NOW + 2 * DAY), 0, CHANNEL_SMS, NOW);
    assert_string_equal(release(world, &limits, late, NOW, 5), "withheld");
    int64_t early = hold(world, add_step(world, "c", NOW + 2 * DAY + 1), 0, CHANNEL_EMAIL, NOW);
    assert_string_equal(release(world, &limits, early, NOW, 5), "queued");
    world_close(world);
}

/* What never reached anybody does not count: refused, put off, withheld. */
static void only_what_may_have_arrived_counts(void **state)
{
    (void)state;
    static const struct limits limits = {.per_week = 1};
    static const char *const states[] = {"refused", "queued", "expired"};
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        int64_t step = add_step(world, states[i], NOW + 9 * DAY);
        int64_t id = hold(world, step, 0, CHANNEL_SMS, NOW);
        assert_string_equal(release(world, &limits, id, NOW, 5), "sending");
        world_settle(world, id, states[i], NULL);
    }
    int64_t sent = hold(world, add_step(world, "a", NOW + 9 * DAY), 0, CHANNEL_SMS, NOW);
    assert_string_equal(release(world, &limits, sent, NOW, 5), "sending");
    int64_t next = hold(world, add_step(world, "b", NOW + 9 * DAY), 0, CHANNEL_SMS, NOW);
    assert_string_equal(release(world, &limits, next, NOW, 5), "queued");
    world_close(world);
}

/* Two of one batch to the same member: the first counts for the second. */
static void within_a_batch_too(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t step = add_step(world, "a", NOW + 9 * DAY);
    int64_t ids[] = {hold(world, step, 0, CHANNEL_SMS, NOW),
                     hold(world, step, 0, CHANNEL_EMAIL, NOW)};
    const struct outbox_terms terms = {
        .worker = 5, .step_id = step, .now = NOW, .limits = {.per_week = 1}};
    struct outbox_release both[] = {{.id = ids[0], .parts = 1, .cost = -1, .gateway = "a"},
                                    {.id = ids[1], .cost = -1, .gateway = "b"}};
    WORLD_MUST(outbox_release(world->db, &terms, both, 2, &err));
    assert_string_equal(crowd_state(world, ids[0]), "sending");
    assert_string_equal(crowd_state(world, ids[1]), "queued");
    world_close(world);
}

/* Whatever else stands in the way comes first, and nobody moves what another worker has. */
static void other_reasons_come_first(void **state)
{
    (void)state;
    static const struct limits limits = {.per_week = 1};
    struct world *world = world_open(NOW);
    int64_t sent = hold(world, add_step(world, "a", NOW + 9 * DAY), 0, CHANNEL_SMS, NOW);
    assert_string_equal(release(world, &limits, sent, NOW, 5), "sending");
    int64_t theirs = hold(world, add_step(world, "b", NOW + 9 * DAY), 0, CHANNEL_SMS, NOW);
    assert_string_equal(release(world, &limits, theirs, NOW, 6), "claimed");
    /* Its own, but not in time: the lease has ended. */
    assert_string_equal(release(world, &limits, theirs, NOW + CLOCK_HOUR, 5), "queued");
    int64_t opted_out = hold(world, add_step(world, "c", NOW + 9 * DAY), 0, CHANNEL_SMS, NOW);
    crowd_suppress(world, world_members[0].mobile, "stop");
    assert_string_equal(release(world, &limits, opted_out, NOW, 5), "withheld");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_or_waits_as_the_limits_say),
        cmocka_unit_test(too_late_is_withheld),
        cmocka_unit_test(only_what_may_have_arrived_counts),
        cmocka_unit_test(within_a_batch_too),
        cmocka_unit_test(other_reasons_come_first),
    };
    return cmocka_run_group_tests_name("store/outbox_limits", tests, NULL, NULL);
}
