/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns of service and promotional ones, and who wants none of the latter: at the expansion, in
 * the queue, at the release, in counts, and in the query that proves it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/base/file.h"

static const int64_t NOW = 1800000000000;

static const char NUMBER[] = "+447700900001"; /* Ann's */

static void make_promotional(struct world *world, bool promotional)
{
    crowd_run(world, promotional ? "UPDATE campaign SET purpose = 'promotional'"
                                 : "UPDATE campaign SET purpose = 'service'");
}

/* As another process does that has stored an opt-out while the message is in a worker's hands. */
static void suppress_unseen(struct world *world, const char *kind)
{
    crowd_suppress(world, NUMBER, kind);
    crowd_run(world, "DROP TRIGGER outbox_step_taken");
    crowd_run(world,
              arena_printf(world->arena,
                           "UPDATE outbox SET state = 'claimed', withheld = 0,"
                           " worker_id = %lld, lease_until = %lld",
                           (long long)worker_id(world->worker), (long long)NOW + CLOCK_HOUR));
}

/* The hand-overs that should not have been, by contrib/proof.sql. */
static size_t proven(struct world *world)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 64 * 1024);
    WORLD_MUST(file_read("contrib/proof.sql", &text, &err));
    CLEANUP(query_end) struct query *query = query_compose(world->db, buffer_text(&text));
    size_t rows = 0;
    while (query_step(query)) {
        rows++;
    }
    WORLD_MUST(query_ok(query, &err));
    return rows;
}

static const struct {
    const char *kind;
    bool promotional;
    bool goes;
} cases[] = {
    {"promotional", false, true}, {"promotional", true, false}, {"stop", false, false},
    {"stop", true, false},        {"roster", false, false},     {"hold", true, false},
};

static void what_waits_is_withheld_where_it_is_unwanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        make_promotional(world, cases[i].promotional);
        (void)world_queue(world, 0, CHANNEL_SMS);
        (void)world_queue(world, 1, CHANNEL_SMS);
        crowd_suppress(world, NUMBER, cases[i].kind);
        assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state,
                            cases[i].goes ? "queued" : "withheld");
        assert_string_equal(world_message(world, 1, CHANNEL_SMS)->state, "queued");
        world_close(world);
    }
}

static void the_release_asks_for_the_purpose(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        make_promotional(world, cases[i].promotional);
        int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
        int64_t worker = worker_id(world->worker);
        struct outbox_message *claimed = NULL;
        assert_int_equal(crowd_claim(world, worker, 10, &claimed), 1);
        struct outbox_release release = {.id = id, .parts = 1, .gateway = "practice"};
        suppress_unseen(world, cases[i].kind);
        crowd_release(world, worker, &release, 1);
        assert_int_equal(release.released, cases[i].goes);
        struct outbox_message *message = world_message(world, 0, CHANNEL_SMS);
        assert_string_equal(message->state, cases[i].goes ? "sending" : "withheld");
        if (!cases[i].goes) {
            assert_string_equal(message->reason, "the address is suppressed");
        }
        assert_int_equal(proven(world), 0);
        world_close(world);
    }
}

/* The query finds what should not have been, and only that. */
static void the_proof_knows_the_purpose(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        make_promotional(world, cases[i].promotional);
        crowd_suppress(world, NUMBER, cases[i].kind);
        (void)world_queue(world, 0, CHANNEL_SMS);
        crowd_run(world, "DROP TRIGGER outbox_step_taken");
        crowd_run(world, "UPDATE outbox SET state = 'accepted', attempt = 1, released_at = 5,"
                         " cleared_under = (SELECT position FROM ledger)");
        assert_int_equal(proven(world), cases[i].goes ? 0 : 1);
        world_close(world);
    }
}

static void the_expansion_asks_for_the_purpose(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        make_promotional(world, cases[i].promotional);
        crowd_suppress(world, NUMBER, cases[i].kind);
        struct step step;
        struct recipient *all = NULL;
        size_t count = 0;
        bool unwilling = false;
        WORLD_MUST(campaigns_step(world->db, world->step_id, world->arena, &step, &err));
        WORLD_MUST(campaigns_audience(world->db, &step, 0, 100, world->arena, &all, &count, &err));
        assert_int_equal(count, WORLD_MEMBERS);
        assert_int_equal(all[0].sms, cases[i].goes);
        assert_true(all[0].email && all[1].sms && all[1].email);
        WORLD_MUST(campaigns_wants_nothing_promotional(world->db, &step, world->member_ids[0],
                                                       &unwilling, &err));
        assert_int_equal(unwilling, text_equal(cases[i].kind, "promotional"));
        WORLD_MUST(campaigns_wants_nothing_promotional(world->db, &step, world->member_ids[1],
                                                       &unwilling, &err));
        assert_false(unwilling);
        world_close(world);
    }
}

/* Whoever is closed to everything, too, is not counted as one who wants nothing promotional; and a
 * channel that the step does not use says nothing. */
static void only_the_wish_that_keeps_a_message_away_is_told(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct step step;
    bool unwilling = false;
    WORLD_MUST(campaigns_step(world->db, world->step_id, world->arena, &step, &err));
    crowd_suppress(world, NUMBER, "promotional");
    step.uses_sms = false;
    WORLD_MUST(campaigns_wants_nothing_promotional(world->db, &step, world->member_ids[0],
                                                   &unwilling, &err));
    assert_false(unwilling);
    step.uses_sms = true;
    crowd_suppress(world, NUMBER, "stop");
    WORLD_MUST(campaigns_wants_nothing_promotional(world->db, &step, world->member_ids[0],
                                                   &unwilling, &err));
    assert_false(unwilling);
    world_close(world);
}

/* Counts without a campaign are of messages of service: that is what somebody can be reached
 * with. */
static void who_wants_nothing_promotional_can_be_reached(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct segments_size size;
    struct ballot_figures *figures = NULL;
    size_t count = 0;
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool closed = true;
    bool promotional_closed = false;
    crowd_suppress(world, NUMBER, "promotional");
    WORLD_MUST(segments_count(world->db, "reachable:sms", 0, &size, &err));
    assert_int_equal(size.members, WORLD_MEMBERS);
    assert_int_equal(size.sms, WORLD_MEMBERS);
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &figures, &count, &err));
    assert_int_equal(figures[0].reachable, WORLD_MEMBERS);
    db_address_key(world->db, CHANNEL_SMS, NUMBER, key);
    WORLD_MUST(suppressions_reach(world->db, key, &closed, &promotional_closed, &err));
    assert_true(!closed && promotional_closed);
    crowd_suppress(world, NUMBER, "stop");
    WORLD_MUST(segments_count(world->db, "reachable:sms", 0, &size, &err));
    assert_int_equal(size.members, WORLD_MEMBERS - 1);
    WORLD_MUST(suppressions_reach(world->db, key, &closed, &promotional_closed, &err));
    assert_true(closed && promotional_closed);
    world_close(world);
}

/* What a link did, that link takes back: not another, and nobody else's. */
static void a_link_takes_back_its_own(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct suppression row = {.channel = CHANNEL_SMS, .reason = "a tap", .at = NOW};
    int64_t lifted = 0;
    int64_t before = 0;
    int64_t after = 0;
    db_address_key(world->db, CHANNEL_SMS, NUMBER, row.address_key);
    static const struct {
        const char *kind, *source, *link;
    } rows[] = {{"stop", "tap", "one"}, {"promotional", "tap", "one"}, {"stop", "reply", NULL}};
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        row.kind = rows[i].kind;
        row.source = rows[i].source;
        row.link = rows[i].link;
        WORLD_MUST(suppressions_add(world->db, &row, &err));
        WORLD_MUST(suppressions_add(world->db, &row, &err));
    }
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM suppression"), 3);
    WORLD_MUST(suppressions_take_back(world->db, row.address_key, NULL, "two", "slip", NOW, &lifted,
                                      &err));
    assert_int_equal(lifted, 0);
    WORLD_MUST(suppressions_position(world->db, &before, &err));
    WORLD_MUST(suppressions_take_back(world->db, row.address_key, "stop", "one", "slip", NOW,
                                      &lifted, &err));
    assert_int_equal(lifted, 1);
    WORLD_MUST(suppressions_position(world->db, &after, &err));
    assert_int_equal(after, before + 1);
    WORLD_MUST(suppressions_take_back(world->db, row.address_key, NULL, "one", "slip", NOW, &lifted,
                                      &err));
    assert_int_equal(lifted, 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM suppression WHERE lifted_at IS NULL"
                                         " AND source = 'reply'"),
                     1);
    WORLD_MUST(db_commit(world->db, &err));
    world_close(world);
}

/* The question for the kind is asked of what the index finds, which for nearly everybody is
 * nothing. */
static void the_index_answers(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    static const char *const ASKED[] = {
        "UPDATE outbox SET state = 'sending' WHERE id = 1 AND NOT EXISTS (SELECT 1"
        " FROM suppression s WHERE s.address_key = outbox.address_key AND s.lifted_at IS NULL"
        " AND s.kind <> 'promotional')",
        "SELECT 1 FROM contact c WHERE c.member_id = 1 AND NOT EXISTS (SELECT 1 FROM suppression s"
        " WHERE s.address_key = c.address_key AND s.lifted_at IS NULL AND s.kind <> 'promotional')",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ASKED); i++) {
        CLEANUP(query_end) struct query *query = query_compose(world->db, ASKED[i]);
        const char *plan = query_plan(query, world->arena);
        if (strstr(plan, "SEARCH s USING INDEX suppression_in_force (address_key=?)") == NULL) {
            fail_msg("suppressions are found by\n%s", plan);
        }
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_is_withheld_where_it_is_unwanted),
        cmocka_unit_test(the_release_asks_for_the_purpose),
        cmocka_unit_test(the_proof_knows_the_purpose),
        cmocka_unit_test(the_expansion_asks_for_the_purpose),
        cmocka_unit_test(only_the_wish_that_keeps_a_message_away_is_told),
        cmocka_unit_test(who_wants_nothing_promotional_can_be_reached),
        cmocka_unit_test(a_link_takes_back_its_own),
        cmocka_unit_test(the_index_answers),
    };
    return cmocka_run_group_tests_name("store/purpose", tests, NULL, NULL);
}
