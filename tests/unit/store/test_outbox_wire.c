/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox around the wire: what may be released, what becomes of it, what a sweep finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"

static const int64_t NOW = 1800000000000;

/* What happens between the claim and the release. */
static void nothing(struct world *world, struct outbox_release *release)
{
    (void)world;
    (void)release;
}

static void stop(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_suppress(world, "+447700900001", "stop");
}

/* As an opt-out that another process is just storing: in force, but the message still claimed. */
static void stop_without_withholding(struct world *world, struct outbox_release *release)
{
    stop(world, release);
    crowd_run(world, "DROP TRIGGER outbox_step_taken");
    crowd_run(world,
              arena_printf(world->arena,
                           "UPDATE outbox SET state = 'claimed', worker_id = %lld,"
                           " lease_until = %lld",
                           (long long)worker_id(world->worker), (long long)(NOW + CLOCK_HOUR)));
}

static void stop_and_start(struct world *world, struct outbox_release *release)
{
    stop_without_withholding(world, release);
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    db_address_key(world->db, CHANNEL_SMS, "+447700900001", key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_lift(world->db, key, NULL, "START", NOW, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(lifted, 1);
}

static void pause_campaign(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_set_state(world, "paused");
}

static void cancel_campaign(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_set_state(world, "cancelled");
}

static void pass_the_deadline(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_run(world, arena_printf(world->arena, "UPDATE step SET deadline = %lld", (long long)NOW));
}

static void vote(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_run(world, "UPDATE step SET who = 'not voted'");
    const char *becomes = NULL;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "voted", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void leave(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_run(world, "UPDATE member SET status = 'left'");
}

static void lose_the_lease(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_run(world,
              arena_printf(world->arena, "UPDATE outbox SET lease_until = %lld", (long long)NOW));
}

static void lose_it_to_another(struct world *world, struct outbox_release *release)
{
    (void)release;
    crowd_run(world, "UPDATE outbox SET worker_id = worker_id + 1");
}

static void fail_to_render(struct world *world, struct outbox_release *release)
{
    (void)world;
    release->fault = "cannot be rendered: the text is empty";
}

static void name_another_message(struct world *world, struct outbox_release *release)
{
    (void)world;
    release->id += 1000;
}

static void only_what_may_still_go_is_released(void **state)
{
    (void)state;
    static const struct {
        void (*happens)(struct world *world, struct outbox_release *release);
        bool released;
        const char *becomes;
        const char *reason;
    } cases[] = {
        {nothing, true, "sending", NULL},
        {stop, false, "withheld", "asked us to"},
        {stop_without_withholding, false, "withheld", "the address is suppressed"},
        {stop_and_start, true, "sending", NULL},
        {pause_campaign, false, "queued", "the campaign is paused"},
        {cancel_campaign, false, "cancelled", "the campaign was cancelled"},
        {pass_the_deadline, false, "expired", "the deadline passed"},
        {vote, false, "withheld", "no longer in the audience"},
        {leave, false, "withheld", "no longer in the audience"},
        {lose_the_lease, false, "queued", "the lease ended"},
        {lose_it_to_another, false, "claimed", NULL},
        {fail_to_render, false, "withheld", "cannot be rendered: the text is empty"},
        {name_another_message, false, "claimed", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
        int64_t worker = worker_id(world->worker);
        struct outbox_message *claimed = NULL;
        assert_int_equal(crowd_claim(world, worker, 10, &claimed), 1);
        struct outbox_release release = {.id = id, .parts = 2, .gateway = "practice"};
        cases[i].happens(world, &release);
        release.released = !cases[i].released;
        crowd_release(world, worker, &release, 1);
        struct outbox_message *message = world_message(world, 0, CHANNEL_SMS);
        assert_int_equal(release.released, cases[i].released);
        assert_string_equal(message->state, cases[i].becomes);
        assert_int_equal(message->attempt, cases[i].released ? 1 : 0);
        assert_int_equal(message->released_at, cases[i].released ? NOW : 0);
        if (cases[i].reason == NULL) {
            assert_null(message->reason);
        } else {
            assert_string_equal(message->reason, cases[i].reason);
        }
        world_close(world);
    }
}

/* The log proves by a query that nothing was released against a suppression. */
static void the_ledger_position_is_kept(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_suppress(world, "+447700900002", "stop");
    crowd_suppress(world, "+447700900003", "stop");
    (void)world_queue(world, 0, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    assert_int_equal(crowd_number(world, "SELECT cleared_under FROM outbox"), 2);
    assert_int_equal(crowd_number(world,
                                  "SELECT COUNT(*) FROM outbox o JOIN suppression s"
                                  " ON s.address_key = o.address_key AND s.id <= o.cleared_under"),
                     0);
    world_close(world);
}

static void each_verdict_has_its_end(void **state)
{
    (void)state;
    static const struct {
        struct outbox_outcome outcome;
        const char *becomes;
        int64_t attempt; /* counted afterwards */
        size_t attempts; /* rows of the record */
        size_t suppressed;
    } cases[] = {
        {{.state = "accepted", .verdict = "accepted", .answer = "201", .remote_id = "R1"},
         "accepted",
         1,
         1,
         0},
        {{.state = "refused", .verdict = "refused", .answer = "400"}, "refused", 1, 1, 0},
        {{.state = "refused", .verdict = "refused", .answer = "400 opted out", .opted_out = true},
         "refused",
         1,
         1,
         1},
        {{.state = "queued", .verdict = "deferred", .answer = "451", .due_at = 1800000060000},
         "queued",
         1,
         1,
         0},
        {{.state = "queued", .verdict = "untouched", .answer = "", .due_at = 1800000000000},
         "queued",
         0,
         0,
         0},
        {{.state = "expired", .verdict = "deferred", .answer = "451"}, "expired", 1, 1, 0},
        {{.state = "unsure", .verdict = "unsure", .answer = "time ran out"}, "unsure", 1, 1, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        struct outbox_outcome outcome = cases[i].outcome;
        outcome.id = world_queue(world, 0, CHANNEL_SMS)->id;
        outcome.attempt = 1;
        world_release(world, CHANNEL_SMS);
        WORLD_MUST(outbox_settle(world->db, NOW + 5, &outcome, 1, &err));
        struct outbox_message *message = world_message(world, 0, CHANNEL_SMS);
        assert_string_equal(message->state, cases[i].becomes);
        assert_int_equal(message->attempt, cases[i].attempt);
        assert_string_equal(message->reason, outcome.answer);
        assert_true(text_equal(message->remote_id, outcome.remote_id));
        if (outcome.due_at != 0) {
            assert_int_equal(message->due_at, outcome.due_at);
        }
        struct outbox_attempt *attempts = NULL;
        size_t count = 0;
        WORLD_MUST(outbox_attempts(world->db, outcome.id, world->arena, &attempts, &count, &err));
        assert_int_equal(count, cases[i].attempts);
        if (count > 0) {
            assert_int_equal(attempts[0].number, 1);
            assert_string_equal(attempts[0].verdict, outcome.verdict);
        }
        assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", "provider"),
                         cases[i].suppressed);
        assert_int_equal(crowd_number(world, "SELECT worker_id IS NULL FROM outbox"), 1);
        world_close(world);
    }
}

static void a_receipt_that_was_quicker_is_not_undone(void **state)
{
    (void)state;
    static const char *const ends[] = {"delivered", "undelivered"};
    static const char *const verdicts[] = {"accepted", "refused", "queued", "unsure"};
    for (size_t i = 0; i < ARRAY_LENGTH(ends) * ARRAY_LENGTH(verdicts); i++) {
        const char *end = ends[i % ARRAY_LENGTH(ends)];
        struct world *world = world_open(NOW);
        int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
        world_release(world, CHANNEL_SMS);
        bool moved = false;
        WORLD_MUST(outbox_resolve(world->db, id, end, "a receipt", NOW, &moved, &err));
        assert_true(moved);
        world_settle(world, id, verdicts[i / ARRAY_LENGTH(ends)], "R1");
        assert_string_equal(crowd_state(world, id), end);
        assert_string_equal(world_message(world, 0, CHANNEL_SMS)->remote_id, "R1");
        world_close(world);
    }
}

/* The provider calls before its answer is stored, and does not echo our reference. */
static void a_receipt_that_came_too_early_is_adopted(void **state)
{
    (void)state;
    static const char *const means[] = {"delivered", "undelivered", "expired", "pending"};
    static const char *const ends[] = {"delivered", "undelivered", "undelivered", "accepted"};
    for (size_t i = 0; i < ARRAY_LENGTH(means); i++) {
        struct world *world = world_open(NOW);
        int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
        world_release(world, CHANNEL_SMS);
        struct receipt receipt = {.gateway = "practice",
                                  .remote_id = "R1",
                                  .status = means[i],
                                  .means = means[i],
                                  .at = NOW};
        int64_t of = -1;
        WORLD_MUST(inbox_put_receipt(world->db, &receipt, &of, &err));
        assert_int_equal(of, 0);
        world_settle(world, id, "accepted", "R1");
        assert_string_equal(crowd_state(world, id), ends[i]);
        world_close(world);
    }
}

/* The provider said "later", but had taken it: the receipt keeps it from being sent again. */
static void a_receipt_ends_the_wait_for_another_try(void **state)
{
    (void)state;
    for (int claimed = 0; claimed < 2; claimed++) {
        struct world *world = world_open(NOW);
        int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
        world_release(world, CHANNEL_SMS);
        world_settle(world, id, "queued", NULL);
        struct outbox_message *messages = NULL;
        if (claimed == 1) {
            assert_int_equal(crowd_claim(world, worker_id(world->worker), 10, &messages), 1);
        }
        bool moved = false;
        WORLD_MUST(outbox_resolve(world->db, id, "delivered", "a receipt", NOW, &moved, &err));
        assert_true(moved);
        struct outbox_release release = {.id = id, .parts = 1, .gateway = "practice"};
        crowd_release(world, worker_id(world->worker), &release, 1);
        assert_false(release.released);
        assert_string_equal(crowd_state(world, id), "delivered");
        world_close(world);
    }
}

/* A campaign whose segment is gone is paused, and what was claimed of it goes back. */
static void a_broken_segment_releases_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
    struct outbox_message *messages = NULL;
    assert_int_equal(crowd_claim(world, worker_id(world->worker), 10, &messages), 1);
    crowd_run(world, "UPDATE step SET who = 'segment:gone'");
    struct outbox_release release = {.id = id, .parts = 1, .gateway = "practice"};
    struct error err = {0};
    const struct outbox_terms terms = world_terms(world, worker_id(world->worker), world->step_id);
    assert_false(outbox_release(world->db, &terms, &release, 1, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.text, "is paused"));
    assert_string_equal(crowd_state(world, id), "queued");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM campaign WHERE state = 'paused'"),
                     1);
    world_close(world);
}

static bool everybody_lives(int64_t worker, void *context)
{
    (void)worker;
    (void)context;
    return true;
}

/* Lives unless it is the one that the context names. */
static bool others_live(int64_t worker, void *context)
{
    const int64_t *dead = context;
    return worker != *dead;
}

static void a_sweep_clears_up_after_the_dead_only(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_fill(world, 8);
    struct outbox_message *dead = NULL;
    struct outbox_message *living = NULL;
    assert_int_equal(crowd_claim(world, 70, 3, &dead), 3);
    assert_int_equal(crowd_claim(world, 71, 3, &living), 3);
    struct outbox_release released[] = {{.id = dead[0].id}, {.id = dead[1].id}};
    crowd_release(world, 70, released, 2);
    struct outbox_release other = {.id = living[0].id};
    crowd_release(world, 71, &other, 1);
    struct outbox_swept swept;
    WORLD_MUST(outbox_sweep(world->db, NOW, everybody_lives, NULL, &swept, &err));
    assert_int_equal(swept.requeued + swept.unsure + swept.expired, 0);
    int64_t who = 70;
    WORLD_MUST(outbox_sweep(world->db, NOW, others_live, &who, &swept, &err));
    assert_int_equal(swept.requeued, 1);
    assert_int_equal(swept.unsure, 2);
    assert_int_equal(swept.expired, 0);
    assert_string_equal(crowd_state(world, dead[0].id), "unsure");
    assert_string_equal(crowd_state(world, dead[1].id), "unsure");
    assert_string_equal(crowd_state(world, dead[2].id), "queued");
    assert_string_equal(crowd_state(world, living[0].id), "sending");
    assert_string_equal(crowd_state(world, living[1].id), "claimed");
    struct outbox_attempt *attempts = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_attempts(world->db, dead[0].id, world->arena, &attempts, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(attempts[0].verdict, "unsure");
    WORLD_MUST(outbox_sweep(world->db, NOW, others_live, &who, &swept, &err));
    assert_int_equal(swept.requeued + swept.unsure + swept.expired, 0);
    world_close(world);
}

static void a_sweep_ends_leases_and_lets_the_late_expire(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_fill(world, 3);
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 70, 2, &claimed), 2);
    struct outbox_release release = {.id = claimed[0].id};
    crowd_release(world, 70, &release, 1);
    struct outbox_swept swept;
    /* The lease ends; what is on the wire stays there as long as its worker lives. */
    WORLD_MUST(outbox_sweep(world->db, NOW + CLOCK_MINUTE, everybody_lives, NULL, &swept, &err));
    assert_int_equal(swept.requeued, 1);
    assert_string_equal(crowd_state(world, claimed[0].id), "sending");
    assert_string_equal(crowd_state(world, claimed[1].id), "queued");
    /* The deadline passes. */
    int64_t deadline = crowd_number(world, "SELECT deadline FROM step");
    WORLD_MUST(outbox_sweep(world->db, deadline - 1, everybody_lives, NULL, &swept, &err));
    assert_int_equal(swept.expired, 0);
    WORLD_MUST(outbox_sweep(world->db, deadline, everybody_lives, NULL, &swept, &err));
    assert_int_equal(swept.expired, 2);
    assert_string_equal(crowd_state(world, claimed[1].id), "expired");
    assert_string_equal(crowd_state(world, claimed[0].id), "sending");
    world_close(world);
}

static struct outbox_outcome outcome_of(int64_t id, int64_t attempt, const char *state,
                                        const char *verdict)
{
    return (struct outbox_outcome){.id = id,
                                   .attempt = attempt,
                                   .state = state,
                                   .verdict = verdict,
                                   .answer = "said the carrier",
                                   .due_at = NOW};
}

/* A person has unsure messages sent again. */
static void send_again(struct world *world, int64_t id)
{
    bool moved = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_resolve(world->db, id, "queued", "a person", NOW, &moved, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(moved);
}

/* A worker that was taken for dead tells late what came of its hand-over. */
static void a_late_outcome_settles_its_own_attempt_only(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t first = world_queue(world, 0, CHANNEL_SMS)->id;
    int64_t second = world_queue(world, 1, CHANNEL_SMS)->id;
    world_release(world, CHANNEL_SMS);
    world_settle(world, first, "unsure", NULL);
    world_settle(world, second, "unsure", NULL);
    send_again(world, first);
    send_again(world, second);
    /* It was taken after all, and does not go again. */
    struct outbox_outcome taken = outcome_of(first, 1, "accepted", "accepted");
    WORLD_MUST(outbox_settle(world->db, NOW, &taken, 1, &err));
    assert_string_equal(crowd_state(world, first), "accepted");
    /* It is on its way again: what came of the first time moves nothing. */
    world_release(world, CHANNEL_SMS);
    assert_string_equal(crowd_state(world, second), "sending");
    struct outbox_outcome late = outcome_of(second, 1, "queued", "deferred");
    WORLD_MUST(outbox_settle(world->db, NOW, &late, 1, &err));
    assert_string_equal(crowd_state(world, second), "sending");
    world_settle(world, second, "accepted", "R2");
    assert_string_equal(crowd_state(world, second), "accepted");
    world_close(world);
}

/* An id that the carrier gave to an earlier hand-over is not that of a later one; a receipt for it
 * is known all the same. */
static void an_id_belongs_to_its_attempt(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t id = world_queue(world, 0, CHANNEL_SMS)->id;
    world_release(world, CHANNEL_SMS);
    world_settle(world, id, "unsure", "R1");
    send_again(world, id);
    world_release(world, CHANNEL_SMS);
    assert_null(world_message(world, 0, CHANNEL_SMS)->remote_id);
    const struct receipt receipt = {.gateway = "practice",
                                    .remote_id = "R1",
                                    .status = "delivered",
                                    .means = "delivered",
                                    .at = NOW};
    int64_t found = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_put_receipt(world->db, &receipt, &found, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(found, id);
    world_close(world);
}

/* The campaign of a mail that is sent again is reopened; that of a cancelled one stays shut. */
static void what_is_sent_again_finds_its_campaign_open(void **state)
{
    (void)state;
    static const char *const STATES[] = {"finished", "cancelled"};
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        struct world *world = world_open(NOW);
        int64_t id = world_queue(world, 0, CHANNEL_EMAIL)->id;
        world_release(world, CHANNEL_EMAIL);
        world_settle(world, id, "unsure", NULL);
        crowd_set_state(world, STATES[i]);
        int64_t count = 0;
        WORLD_MUST(outbox_resend(world->db, NOW, 8, NOW + 1, &count, &err));
        assert_int_equal(count, i == 0 ? 1 : 0);
        assert_string_equal(crowd_state(world, id), i == 0 ? "queued" : "unsure");
        assert_int_equal(
            crowd_number(world, "SELECT COUNT(*) FROM campaign WHERE state = 'running'"),
            i == 0 ? 1 : 0);
        world_close(world);
    }
}

/* The clock was hours ahead, and is set right: a minute's pause is a minute again. */
static void a_clock_set_back_puts_nothing_off_for_hours(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_fill(world, 3);
    int64_t ahead = NOW + 6 * CLOCK_HOUR;
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 70, 2, &claimed), 2);
    struct outbox_release releases[] = {{.id = claimed[0].id}, {.id = claimed[1].id}};
    crowd_release(world, 70, releases, 2);
    const struct outbox_outcome outcomes[] = {{.id = claimed[0].id,
                                               .attempt = 1,
                                               .state = "queued",
                                               .verdict = "deferred",
                                               .answer = "later",
                                               .due_at = ahead + CLOCK_MINUTE},
                                              {.id = claimed[1].id,
                                               .attempt = 1,
                                               .state = "queued",
                                               .verdict = "untouched",
                                               .answer = "",
                                               .due_at = ahead}};
    WORLD_MUST(outbox_settle(world->db, ahead, outcomes, 2, &err));
    static const char DUE[] = "SELECT due_at FROM outbox WHERE id = %lld";
    const char *deferred = arena_printf(world->arena, DUE, (long long)claimed[0].id);
    const char *untouched = arena_printf(world->arena, DUE, (long long)claimed[1].id);
    int64_t count = 0;
    WORLD_MUST(outbox_set_back(world->db, ahead, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(crowd_number(world, deferred), ahead + CLOCK_MINUTE);
    for (int again = 0; again < 2; again++) { /* once only */
        WORLD_MUST(outbox_set_back(world->db, NOW + again * CLOCK_SECOND, &count, &err));
        assert_int_equal(count, again == 0 ? 2 : 0);
        assert_int_equal(crowd_number(world, deferred), NOW + CLOCK_MINUTE);
        assert_int_equal(crowd_number(world, untouched), NOW);
    }
    world_close(world);
}

static void what_waits_is_cancelled_and_what_left_is_not(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_fill(world, 4);
    struct outbox_message *claimed = NULL;
    assert_int_equal(crowd_claim(world, 70, 2, &claimed), 2);
    struct outbox_release release = {.id = claimed[0].id};
    crowd_release(world, 70, &release, 1);
    crowd_set_state(world, "cancelled");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox WHERE state = 'cancelled'"),
                     3);
    assert_string_equal(crowd_state(world, claimed[0].id), "sending");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_may_still_go_is_released),
        cmocka_unit_test(the_ledger_position_is_kept),
        cmocka_unit_test(each_verdict_has_its_end),
        cmocka_unit_test(a_receipt_that_came_too_early_is_adopted),
        cmocka_unit_test(a_receipt_ends_the_wait_for_another_try),
        cmocka_unit_test(a_broken_segment_releases_nothing),
        cmocka_unit_test(a_receipt_that_was_quicker_is_not_undone),
        cmocka_unit_test(a_sweep_clears_up_after_the_dead_only),
        cmocka_unit_test(a_sweep_ends_leases_and_lets_the_late_expire),
        cmocka_unit_test(a_late_outcome_settles_its_own_attempt_only),
        cmocka_unit_test(an_id_belongs_to_its_attempt),
        cmocka_unit_test(what_is_sent_again_finds_its_campaign_open),
        cmocka_unit_test(a_clock_set_back_puts_nothing_off_for_hours),
        cmocka_unit_test(what_waits_is_cancelled_and_what_left_is_not),
    };
    return cmocka_run_group_tests_name("store/outbox_wire", tests, NULL, NULL);
}
