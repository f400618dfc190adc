/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox under chance: random sequences of everything that happens to it, by a generator of our
 * own so that each can be played again. After every step the store must keep its promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

enum { ROUNDS = 16, STEPS = 500, PEOPLE = 12, WORKERS = 4, RELEASES = 6, PRICE = 35000 };

/* One play: the world, the generator, and who of the workers lives. */
struct play {
    struct world *world;
    uint64_t state;
    int64_t workers[WORKERS]; /* the id that each works under now; a dead one gets a new id */
    int64_t next_worker;
    int64_t members[PEOPLE];
    int64_t now;
    int64_t forgone; /* of texts that a person sent again, and that may have been sent before */
};

/* xorshift64*, Vigna 2016. */
static size_t draw(struct play *play, size_t below)
{
    play->state ^= play->state >> 12;
    play->state ^= play->state << 25;
    play->state ^= play->state >> 27;
    return (size_t)((play->state * 0x2545F4914F6CDD1Du) >> 33) % below;
}

static int64_t any_worker(struct play *play)
{
    return play->workers[draw(play, WORKERS)];
}

static bool lives(int64_t worker, void *context)
{
    const struct play *play = context;
    for (size_t i = 0; i < WORKERS; i++) {
        if (play->workers[i] == worker) {
            return true;
        }
    }
    return false;
}

static void put(struct play *play)
{
    int person = (int)draw(play, PEOPLE);
    /* Sometimes somebody else's handset. */
    int number = draw(play, 8) == 0 ? (int)draw(play, PEOPLE) : person;
    (void)crowd_queue(play->world, play->world->step_id, play->members[person], number + 1,
                      play->now + (int64_t)draw(play, 3) * 500);
}

static void claim(struct play *play)
{
    struct outbox_message *messages = NULL;
    int64_t wait = 0;
    (void)world_claim_at(play->world, CHANNEL_SMS, any_worker(play), play->now, 1 + draw(play, 4),
                         NULL, &messages, &wait);
}

/* Any worker tries to release any messages: those that are not its own must stay. */
static void release(struct play *play)
{
    struct outbox_release releases[RELEASES] = {0};
    int64_t worker = any_worker(play);
    for (size_t i = 0; i < RELEASES; i++) {
        releases[i].id = 1 + (int64_t)draw(play, PEOPLE + 2);
        releases[i].parts = 1 + (int64_t)draw(play, 3);
        /* Sometimes nobody knows. */
        releases[i].cost = draw(play, 20) == 0 ? -1 : releases[i].parts * PRICE;
    }
    struct outbox_terms terms = world_terms(play->world, worker, play->world->step_id);
    terms.now = play->now;
    terms.currency = "GBP";
    WORLD_MUST(outbox_release(play->world->db, &terms, releases, RELEASES, &err));
    for (size_t i = 0; i < RELEASES; i++) {
        if (releases[i].released) {
            assert_string_equal(crowd_state(play->world, releases[i].id), "sending");
            /* Its own, and within its lease. */
            assert_int_equal(
                crowd_number(play->world,
                             arena_printf(play->world->arena,
                                          "SELECT COUNT(*) FROM outbox WHERE id = %lld"
                                          " AND worker_id = %lld AND lease_until > %lld",
                                          (long long)releases[i].id, (long long)worker,
                                          (long long)play->now)),
                1);
        }
    }
}

static void settle(struct play *play)
{
    static const struct {
        const char *state;
        const char *verdict;
    } ends[] = {
        {"accepted", "accepted"}, {"refused", "refused"},  {"queued", "deferred"},
        {"queued", "untouched"},  {"expired", "deferred"}, {"unsure", "unsure"},
    };
    size_t end = draw(play, ARRAY_LENGTH(ends));
    struct outbox_outcome outcome = {.id = 1 + (int64_t)draw(play, PEOPLE),
                                     .state = ends[end].state,
                                     .verdict = ends[end].verdict,
                                     .answer = "said the carrier",
                                     .due_at = play->now + 200,
                                     .opted_out = end == 1 && draw(play, 4) == 0};
    /* Of what has been handed over and was not settled yet, whatever a receipt said meanwhile. */
    static const char OPEN[] = "SELECT COUNT(*) FROM outbox o WHERE o.id = %lld AND o.attempt > 0"
                               " AND o.state NOT IN ('queued', 'claimed') AND NOT EXISTS"
                               " (SELECT 1 FROM attempt a WHERE a.outbox_id = o.id"
                               " AND a.number = o.attempt)";
    if (crowd_number(play->world, arena_printf(play->world->arena, OPEN, (long long)outcome.id)) ==
        1) {
        outcome.attempt =
            crowd_number(play->world, arena_printf(play->world->arena,
                                                   "SELECT attempt FROM outbox WHERE id = %lld",
                                                   (long long)outcome.id));
        WORLD_MUST(outbox_settle(play->world->db, play->now, &outcome, 1, &err));
    }
}

static void die(struct play *play)
{
    play->workers[draw(play, WORKERS)] = play->next_worker++;
}

static void sweep(struct play *play)
{
    static const char UNSURE[] = "SELECT COUNT(*) FROM outbox WHERE state = 'unsure'";
    struct outbox_swept swept;
    int64_t unsure = crowd_number(play->world, UNSURE);
    WORLD_MUST(outbox_sweep(play->world->db, play->now, lives, play, &swept, &err));
    assert_int_equal(crowd_number(play->world, UNSURE), unsure + swept.unsure);
    assert_int_equal(
        crowd_number(play->world, arena_printf(play->world->arena,
                                               "SELECT COUNT(*) FROM outbox WHERE state = 'claimed'"
                                               " AND lease_until <= %lld",
                                               (long long)play->now)),
        0);
}

static void suppress(struct play *play)
{
    const char *number =
        arena_printf(play->world->arena, "+447700900%03zu", 101 + draw(play, PEOPLE));
    unsigned char key[TOKEN_DIGEST_SIZE];
    if (draw(play, 3) > 0) {
        crowd_suppress(play->world, number, "stop");
        return;
    }
    int64_t lifted = 0;
    db_address_key(play->world->db, CHANNEL_SMS, number, key);
    WORLD_MUST(suppressions_lift(play->world->db, key, "stop", "START", play->now, &lifted, &err));
}

static void resolve(struct play *play)
{
    static const char *const ends[] = {"accepted", "delivered", "undelivered", "queued", "refused"};
    const int64_t id = 1 + (int64_t)draw(play, PEOPLE);
    const char *end = ends[draw(play, ARRAY_LENGTH(ends))];
    const int64_t cost =
        crowd_number(play->world, arena_printf(play->world->arena,
                                               "SELECT COALESCE(SUM(cost), 0) FROM outbox"
                                               " WHERE id = %lld AND state = 'unsure'",
                                               (long long)id));
    bool moved = false;
    WORLD_MUST(outbox_resolve(play->world->db, id, end, "a person", play->now, &moved, &err));
    play->forgone += moved && strcmp(end, "queued") == 0 ? cost : 0;
}

static void change_campaign(struct play *play)
{
    crowd_set_state(play->world, draw(play, 3) == 0 ? "paused" : "running");
}

/* Half of the rounds have a budget, which is soon too little and is raised now and then. */
static void raise_budget(struct play *play)
{
    static const char BUDGET[] = "SELECT COALESCE(MAX(budget), 0) FROM campaign";
    static const char CAMPAIGN[] = "SELECT campaign_id FROM step ORDER BY id LIMIT 1";
    int64_t budget = crowd_number(play->world, BUDGET);
    int64_t requeued = 0;
    if (budget == 0 || draw(play, 4) > 0) {
        return;
    }
    WORLD_MUST(campaigns_set_budget(play->world->db, crowd_number(play->world, CAMPAIGN),
                                    budget + (int64_t)draw(play, 4) * PRICE, play->now, &requeued,
                                    &err));
    assert_int_equal(
        crowd_number(play->world, "SELECT COUNT(*) FROM outbox WHERE state = 'unaffordable'"), 0);
}

static void pass_time(struct play *play)
{
    play->now += (int64_t)draw(play, 2000);
    play->world->now = play->now;
}

/* What must hold between any two steps. */
static void check_promises(struct play *play)
{
    static const struct {
        const char *promise;
        const char *sql; /* counts what breaks it */
    } promises[] = {
        {"a state is one of those that the steps name",
         "SELECT COUNT(*) FROM outbox WHERE state <> 'queued'"
         " AND state NOT IN (SELECT becomes FROM outbox_step)"},
        {"nothing was released to an address that was suppressed by then",
         "SELECT COUNT(*) FROM outbox o JOIN suppression s ON s.address_key = o.address_key"
         " WHERE o.cleared_under IS NOT NULL AND s.id <= o.cleared_under"
         " AND (s.lifted_at IS NULL OR s.lifted_at > o.released_at)"},
        {"no more is spent than there is",
         "SELECT COUNT(*) FROM campaign WHERE budget IS NOT NULL AND spent > budget"},
        {"what was not sent costs nothing",
         "SELECT COUNT(*) FROM outbox WHERE cost IS NOT NULL AND state NOT IN"
         " ('sending', 'accepted', 'delivered', 'undelivered', 'unsure')"},
        {"nothing goes without a price when there is a budget",
         "SELECT COUNT(*) FROM outbox o WHERE o.state = 'sending' AND o.cost IS NULL"
         " AND (SELECT MAX(budget) FROM campaign) IS NOT NULL"},
        {"who claims or sends has a name",
         "SELECT COUNT(*) FROM outbox WHERE state IN ('claimed', 'sending') AND worker_id IS NULL"},
        {"nobody holds what has an end",
         "SELECT COUNT(*) FROM outbox WHERE state NOT IN ('claimed', 'sending')"
         " AND (worker_id IS NOT NULL OR lease_until IS NOT NULL)"},
        {"what was on the wire was tried",
         "SELECT COUNT(*) FROM outbox WHERE state IN ('sending', 'accepted', 'unsure')"
         " AND (attempt < 1 OR released_at IS NULL)"},
        {"a handset has one text a step",
         "SELECT COUNT(*) - COUNT(DISTINCT address_key) FROM outbox WHERE state <> 'withheld'"},
        {"what is unsure has a record that says so",
         "SELECT COUNT(*) FROM outbox o WHERE o.state = 'unsure'"
         " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.outbox_id = o.id"
         " AND a.verdict = 'unsure')"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(promises); i++) {
        if (crowd_number(play->world, promises[i].sql) != 0) {
            fail_msg("broken: %s", promises[i].promise);
        }
    }
    assert_int_equal(crowd_number(play->world, "SELECT spent FROM campaign"),
                     crowd_number(play->world, "SELECT COALESCE(SUM(cost), 0) FROM outbox") +
                         play->forgone);
}

/* What was met with in the plays: they must not be idle. */
struct reached {
    int64_t attempts;
    int64_t unaffordable;
    int64_t refunds;
};

static void play_round(uint64_t seed, struct reached *reached)
{
    static void (*const happenings[])(struct play *) = {
        put,    put, claim, claim,    release, release,         release,   settle,       settle,
        settle, die, sweep, suppress, resolve, change_campaign, pass_time, raise_budget,
    };
    struct play play = {.world = world_open(NOW), .state = seed, .now = NOW, .next_worker = 1000};
    for (size_t i = 0; i < WORKERS; i++) {
        play.workers[i] = play.next_worker++;
    }
    for (int i = 0; i < PEOPLE; i++) {
        play.members[i] = crowd_add_voter(play.world, i + 1);
    }
    if (seed % 2 == 0) {
        crowd_run(play.world, "UPDATE campaign SET budget = 140000, currency = 'GBP'");
    }
    for (size_t i = 0; i < STEPS; i++) {
        happenings[draw(&play, ARRAY_LENGTH(happenings))](&play);
        check_promises(&play);
    }
    reached->attempts += crowd_number(play.world, "SELECT COUNT(*) FROM attempt");
    reached->unaffordable += crowd_number(
        play.world, "SELECT COUNT(*) FROM outbox_event WHERE becomes = 'unaffordable'");
    reached->refunds += crowd_number(
        play.world, "SELECT COUNT(*) FROM attempt WHERE verdict IN ('refused', 'deferred')");
    /* After all have died nothing is left in anybody's hands. */
    memset(play.workers, 0, sizeof play.workers);
    sweep(&play);
    assert_int_equal(crowd_number(play.world, "SELECT COUNT(*) FROM outbox"
                                              " WHERE state IN ('claimed', 'sending')"),
                     0);
    world_close(play.world);
}

static void no_sequence_breaks_a_promise(void **state)
{
    (void)state;
    struct reached reached = {0};
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        play_round(round * 0x9E3779B97F4A7C15u, &reached);
    }
    assert_true(reached.attempts > ROUNDS);
    assert_true(reached.unaffordable > 0);
    assert_true(reached.refunds > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_sequence_breaks_a_promise),
    };
    return cmocka_run_group_tests_name("store/outbox_chance", tests, NULL, NULL);
}
