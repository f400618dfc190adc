/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is texted back: one confirmation for an opt-out and nothing else to a silenced number, each
 * with one exact outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/inbound/receipt.h"
#include "muster/inbound/reply.h"
#include "muster/store/answers.h"
#include "world.h"

static const int64_t NOW = 1780000000000;
static const char NUMBER[] = "+447700900001";
static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

static int64_t take(struct world *world, const char *id, const char *from, const char *text,
                    int64_t at)
{
    struct reply reply = {
        .gateway = "practice", .remote_id = id, .address = from, .text = text, .at = at};
    bool fresh = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(reply_take(world->db, &reply, at, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(fresh);
    return reply.id;
}

static void silence(struct world *world, const char *kind)
{
    struct suppression suppression = {
        .channel = CHANNEL_SMS, .kind = kind, .source = "person", .reason = "a test", .at = NOW};
    db_address_key(world->db, CHANNEL_SMS, NUMBER, suppression.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_add(world->db, &suppression, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* The answers to a reply. */
static struct answer *answers(struct world *world, int64_t reply_id, size_t expected)
{
    struct answer *list = NULL;
    size_t count = 0;
    WORLD_MUST(answers_of(world->db, reply_id, world->arena, &list, &count, &err));
    assert_int_equal(count, expected);
    return list;
}

static const char *state_of(struct world *world, int64_t reply_id)
{
    return answers(world, reply_id, 1)->state;
}

/* Release all that is due; gives how many went. */
static size_t release_at(struct world *world, int64_t now, const struct pace_rule *rule)
{
    static const struct pace_rule quick = {.rate = 0};
    struct answer *due = NULL;
    size_t count = 0;
    size_t released = 0;
    WORLD_MUST(answers_due(world->db, "practice", now, 10, world->arena, &due, &count, &err));
    struct answers_release *releases = arena_array(world->arena, count + 1, sizeof *releases);
    for (size_t i = 0; i < count; i++) {
        releases[i] = (struct answers_release){
            .id = due[i].id, .text = "Done.", .parts = 2, .cost = 70000, .currency = "GBP"};
    }
    const struct answers_terms terms = {.gateway = "practice",
                                        .rule = rule == NULL ? &quick : rule,
                                        .worker = worker_id(world->worker),
                                        .now = now};
    WORLD_MUST(answers_release(world->db, &terms, releases, count, &err));
    for (size_t i = 0; i < count; i++) {
        released += releases[i].released ? 1 : 0;
    }
    return released;
}

static size_t release(struct world *world)
{
    return release_at(world, NOW, NULL);
}

static void settle(struct world *world, int64_t reply_id, const char *state, const char *remote_id,
                   int64_t due_at, bool opted_out)
{
    const struct answers_outcome outcome = {.id = answers(world, reply_id, 1)->id,
                                            .state = state,
                                            .verdict =
                                                text_equal(state, "queued") ? "deferred" : state,
                                            .answer = "said so",
                                            .remote_id = remote_id,
                                            .due_at = due_at,
                                            .opted_out = opted_out};
    WORLD_MUST(answers_settle(world->db, "practice", NOW, &outcome, 1, &err));
}

static void receive(struct world *world, const char *remote_id, const char *reference,
                    const char *means)
{
    const struct receipt receipt = {.gateway = "practice",
                                    .remote_id = remote_id,
                                    .reference = reference,
                                    .status = means,
                                    .means = means,
                                    .at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(receipt_take(world->db, &receipt, NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void an_opt_out_is_confirmed_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t first = take(world, "1", NUMBER, "STOP", NOW);
    const int64_t second = take(world, "2", NUMBER, "stop!!", NOW);
    const struct answer *answer = answers(world, first, 1);
    assert_string_equal(answer->kind, "stopped");
    assert_string_equal(answer->state, "queued");
    assert_string_equal(answer->address, NUMBER);
    assert_null(answer->text);
    (void)answers(world, second, 0);
    assert_int_equal(release(world), 1);
    assert_int_equal(release(world), 0);
    assert_string_equal(state_of(world, first), "sending");
    settle(world, first, "accepted", "r1", 0, false);
    assert_string_equal(state_of(world, first), "accepted");
    assert_string_equal(answers(world, first, 1)->text, "Done.");
    /* START and another STOP are another opt-out. */
    (void)answers(world, take(world, "3", NUMBER, "START", NOW), 0);
    (void)answers(world, take(world, "4", NUMBER, "STOP", NOW), 1);
    world_close(world);
}

/* STOP and START by turns, by a robot or for fun. */
static void nobody_is_told_for_ever(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    size_t confirmed = 0;
    for (int i = 0; i < 10; i++) {
        const char *stop = arena_printf(world->arena, "%d", 2 * i);
        const char *start = arena_printf(world->arena, "%d", 2 * i + 1);
        (void)take(world, stop, NUMBER, "STOP", NOW + i);
        confirmed += release_at(world, NOW + i, NULL);
        (void)take(world, start, NUMBER, "START", NOW + i);
    }
    assert_int_equal(confirmed, 3);
    (void)take(world, "later", NUMBER, "STOP", NOW + DAY + 10);
    assert_int_equal(release_at(world, NOW + DAY + 10, NULL), 1);
    world_close(world);
}

static void none_goes_where_something_else_silences(void **state)
{
    (void)state;
    static const char *const kinds[] = {"manual", "provider", "roster"};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct world *world = world_open(NOW);
        silence(world, kinds[i]);
        (void)answers(world, take(world, "1", NUMBER, "STOP", NOW), 0);
        (void)answers(world, take(world, "2", NUMBER, "HELP", NOW), 0);
        world_close(world);
    }
}

/* What is texted back is no promotion. */
static void a_wish_for_nothing_promotional_holds_none_back(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    silence(world, "promotional");
    (void)answers(world, take(world, "1", NUMBER, "HELP", NOW), 1);
    const int64_t stop = take(world, "2", NUMBER, "STOP", NOW);
    (void)answers(world, stop, 1);
    assert_int_equal(release(world), 1); /* the help is withheld by the STOP */
    assert_string_equal(state_of(world, stop), "sending");
    world_close(world);
}

static void a_stop_after_a_doubt_decides_it(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)answers(world, take(world, "1", NUMBER, "remove me", NOW), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, NUMBER, "hold"), 1);
    const int64_t stop = take(world, "2", NUMBER, "STOP", NOW);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, NUMBER, "hold"), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, NUMBER, "stop"), 1);
    (void)answers(world, stop, 1);
    assert_int_equal(release(world), 1);
    world_close(world);
}

/* Between the reply and the wire everything is asked again. */
static void what_changed_meanwhile_withholds(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t undone = take(world, "1", NUMBER, "STOP", NOW);
    (void)take(world, "2", NUMBER, "START", NOW);
    assert_int_equal(release(world), 0);
    assert_string_equal(state_of(world, undone), "withheld");

    const int64_t closed = take(world, "3", NUMBER, "STOP", NOW);
    silence(world, "manual");
    assert_int_equal(release(world), 0);
    assert_string_equal(state_of(world, closed), "withheld");

    const int64_t asked = take(world, "4", "+447700900002", "HELP", NOW);
    (void)take(world, "5", "+447700900002", "leave me alone", NOW);
    assert_int_equal(release(world), 0);
    assert_string_equal(state_of(world, asked), "withheld");
    world_close(world);
}

static void a_person_answers_no_silenced_number(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t id = take(world, "1", NUMBER, "When is the rally?", NOW);
    const struct reply reply = {.id = id};
    bool put_in = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(answers_put(world->db, &reply, "On Monday.", NOW, &put_in, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(put_in);
    assert_string_equal(answers(world, id, 1)->text, "On Monday.");
    (void)take(world, "2", NUMBER, "wrong number", NOW);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(answers_put(world->db, &reply, "On Monday.", NOW, &put_in, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_false(put_in);
    assert_int_equal(release(world), 0);
    assert_string_equal(state_of(world, id), "withheld");
    world_close(world);
}

static void who_asks_is_told_once_a_day(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)answers(world, take(world, "1", NUMBER, "HELP", NOW), 1);
    (void)answers(world, take(world, "2", NUMBER, "Who is this?", NOW + 1), 0);
    (void)answers(world, take(world, "3", NUMBER, "INFO", NOW + DAY - 1), 0);
    (void)answers(world, take(world, "4", NUMBER, "INFO", NOW + DAY), 1);
    (void)answers(world, take(world, "5", "+447700900777", "HELP", NOW), 0); /* nobody's */
    (void)answers(world, take(world, "6", "+447700900777", "STOP", NOW), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900777", "stop"), 1);
    world_close(world);
}

static void what_is_put_off_goes_later_or_never(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t id = take(world, "1", NUMBER, "STOP", NOW);
    assert_int_equal(release(world), 1);
    settle(world, id, "queued", NULL, NOW + CLOCK_MINUTE, false);
    assert_string_equal(state_of(world, id), "queued");
    assert_int_equal(release_at(world, NOW + CLOCK_MINUTE - 1, NULL), 0);
    bool pending = false;
    WORLD_MUST(answers_pending(world->db, "practice", NOW, &pending, &err));
    assert_true(pending);
    assert_int_equal(release_at(world, NOW + CLOCK_MINUTE, NULL), 1);
    assert_int_equal(answers(world, id, 1)->attempt, 2);
    settle(world, id, "queued", NULL, NOW + 2 * CLOCK_MINUTE, false);
    assert_int_equal(release_at(world, NOW + CLOCK_HOUR, NULL), 0); /* too late to be one */
    struct outbox_swept swept;
    WORLD_MUST(
        outbox_sweep(world->db, NOW + CLOCK_HOUR, worker_alive, world->worker, &swept, &err));
    assert_int_equal(swept.expired, 1);
    assert_string_equal(state_of(world, id), "expired");
    world_close(world);
}

static bool nobody_lives(int64_t worker, void *context)
{
    (void)worker;
    (void)context;
    return false;
}

static void a_death_over_one_leaves_it_unsure(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t id = take(world, "1", NUMBER, "STOP", NOW);
    assert_int_equal(release(world), 1);
    struct outbox_swept swept;
    WORLD_MUST(outbox_sweep(world->db, NOW, worker_alive, world->worker, &swept, &err));
    assert_int_equal(swept.unsure, 0);
    WORLD_MUST(outbox_sweep(world->db, NOW, nobody_lives, NULL, &swept, &err));
    assert_int_equal(swept.unsure, 1);
    assert_string_equal(state_of(world, id), "unsure");
    assert_int_equal(release(world), 0);
    settle(world, id, "queued", NULL, NOW, false); /* what it says now comes too late */
    assert_string_equal(state_of(world, id), "unsure");
    settle(world, id, "accepted", "r1", 0, false);
    assert_string_equal(state_of(world, id), "accepted");
    world_close(world);
}

static void receipts_settle_them(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t known = take(world, "1", NUMBER, "STOP", NOW);
    assert_int_equal(release(world), 1);
    receive(world, "r1", answers(world, known, 1)->reference, "delivered");
    assert_string_equal(state_of(world, known), "delivered");
    settle(world, known, "accepted", "r1", 0, false); /* the answer comes after it */
    assert_string_equal(state_of(world, known), "delivered");

    const int64_t early = take(world, "2", "+447700900002", "STOP", NOW);
    assert_int_equal(release(world), 1);
    receive(world, "r2", NULL, "undelivered"); /* before its id is known */
    settle(world, early, "accepted", "r2", 0, false);
    assert_string_equal(state_of(world, early), "undelivered");
    receive(world, "r2", NULL, "delivered");
    assert_string_equal(state_of(world, early), "delivered");
    receive(world, "r2", NULL, "undelivered");
    assert_string_equal(state_of(world, early), "delivered");
    world_close(world);
}

static void they_keep_the_pace_of_their_gateway(void **state)
{
    (void)state;
    static const struct pace_rule slow = {.rate = 1, .burst = 1};
    struct world *world = world_open(NOW);
    const int64_t first = take(world, "1", NUMBER, "STOP", NOW);
    const int64_t second = take(world, "2", "+447700900002", "STOP", NOW);
    assert_int_equal(release_at(world, NOW, &slow), 1);
    assert_string_equal(state_of(world, first), "sending");
    assert_string_equal(state_of(world, second), "queued");
    const struct route route = {.channel = CHANNEL_SMS, .name = "practice", .weight = 1};
    const struct routes_report report = {.fault = "gone away"};
    WORLD_MUST(routes_note(world->db, &route, &report, NOW + 2000, &err));
    assert_int_equal(release_at(world, NOW + 2000, &slow), 0);
    assert_string_equal(state_of(world, second), "queued");
    assert_int_equal(release_at(world, NOW + 60000, &slow), 1);
    world_close(world);
}

/* The cap of a day is one for campaigns and answers. */
static void they_count_for_the_caps_of_their_gateway(void **state)
{
    (void)state;
    static const struct pace_rule capped = {.per_day = 2};
    struct world *world = world_open(NOW);
    struct outbox_message *messages = NULL;
    int64_t wait = 0;
    (void)take(world, "1", NUMBER, "HELP", NOW);
    assert_int_equal(release_at(world, NOW, &capped), 1);
    (void)world_queue(world, 1, CHANNEL_SMS);
    (void)world_queue(world, 2, CHANNEL_SMS);
    assert_int_equal(world_claim_at(world, CHANNEL_SMS, worker_id(world->worker), NOW, 10, &capped,
                                    &messages, &wait),
                     1);
    const int64_t late = take(world, "2", "+447700900002", "HELP", NOW);
    assert_int_equal(release_at(world, NOW, &capped), 0);
    assert_string_equal(state_of(world, late), "queued");
    world_close(world);
}

static void a_person_settles_what_is_unsure(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t id = take(world, "1", NUMBER, "STOP", NOW);
    assert_int_equal(release(world), 1);
    struct outbox_swept swept;
    WORLD_MUST(outbox_sweep(world->db, NOW, nobody_lives, NULL, &swept, &err));
    const char *reference = answers(world, id, 1)->reference;
    struct answer *found = NULL;
    bool moved = false;
    WORLD_MUST(answers_find(world->db, "nothing", world->arena, &found, &err));
    assert_null(found);
    WORLD_MUST(answers_find(world->db, reference, world->arena, &found, &err));
    assert_string_equal(found->state, "unsure");
    WORLD_MUST(answers_list(world->db, "unsure", 9, world->arena, &found, &(size_t){0}, &err));
    assert_string_equal(found->reference, reference);
    WORLD_MUST(answers_resolve(world->db, found->id, "undelivered", "a test", NOW, &moved, &err));
    assert_true(moved);
    assert_string_equal(state_of(world, id), "undelivered");
    WORLD_MUST(answers_resolve(world->db, found->id, "accepted", "a test", NOW, &moved, &err));
    assert_false(moved);
    world_close(world);
}

/* Of what they cost, that counts which may have been sent, once, whichever way it was known. */
static void what_they_cost_is_counted_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t taken = take(world, "1", NUMBER, "STOP", NOW);
    const int64_t off = take(world, "2", "+447700900002", "STOP", NOW);
    const int64_t lost = take(world, "3", "+447700900003", "STOP", NOW);
    assert_int_equal(release(world), 3);
    settle(world, taken, "accepted", "r1", 0, false);
    receive(world, "r1", NULL, "delivered");
    settle(world, off, "queued", NULL, NOW + CLOCK_MINUTE, false);
    receive(world, "r3", answers(world, lost, 1)->reference, "delivered");
    struct answers_sum *sums = NULL;
    size_t count = 0;
    WORLD_MUST(answers_sums(world->db, world->arena, &sums, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(sums->gateway, "practice");
    assert_string_equal(sums->currency, "GBP");
    assert_int_equal(sums->texts, 2);
    assert_int_equal(sums->parts, 4);
    assert_int_equal(sums->cost, 140000);
    assert_int_equal(release_at(world, NOW + CLOCK_MINUTE, NULL), 1);
    struct outbox_swept swept;
    WORLD_MUST(outbox_sweep(world->db, NOW, nobody_lives, NULL, &swept, &err));
    WORLD_MUST(answers_sums(world->db, world->arena, &sums, &count, &err));
    assert_int_equal(sums->texts, 3);
    world_close(world);
}

static void a_provider_that_knows_of_an_opt_out_is_believed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t stop = take(world, "1", NUMBER, "STOP", NOW);
    const int64_t help = take(world, "2", "+447700900002", "HELP", NOW);
    assert_int_equal(release(world), 2);
    settle(world, stop, "refused", NULL, 0, true);
    settle(world, help, "refused", NULL, 0, true);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, NUMBER, NULL), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900002", "provider"), 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opt_out_is_confirmed_once),
        cmocka_unit_test(nobody_is_told_for_ever),
        cmocka_unit_test(none_goes_where_something_else_silences),
        cmocka_unit_test(a_wish_for_nothing_promotional_holds_none_back),
        cmocka_unit_test(a_stop_after_a_doubt_decides_it),
        cmocka_unit_test(what_changed_meanwhile_withholds),
        cmocka_unit_test(a_person_answers_no_silenced_number),
        cmocka_unit_test(who_asks_is_told_once_a_day),
        cmocka_unit_test(what_is_put_off_goes_later_or_never),
        cmocka_unit_test(a_death_over_one_leaves_it_unsure),
        cmocka_unit_test(receipts_settle_them),
        cmocka_unit_test(they_keep_the_pace_of_their_gateway),
        cmocka_unit_test(they_count_for_the_caps_of_their_gateway),
        cmocka_unit_test(a_person_settles_what_is_unsure),
        cmocka_unit_test(what_they_cost_is_counted_once),
        cmocka_unit_test(a_provider_that_knows_of_an_opt_out_is_believed),
    };
    return cmocka_run_group_tests_name("inbound/answers", tests, NULL, NULL);
}
