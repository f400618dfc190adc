/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked again and again: terms, beginnings, sums; and that counters never go down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/metrics.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"
#include "muster/store/standings.h"

static int setup(void **state)
{
    *state = world_open(clock_now());
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    return 0;
}

static int64_t campaign_of(struct world *world)
{
    return crowd_number(world, "SELECT id FROM campaign");
}

/* The count of these words; -1 when they are not there. */
static int64_t counted(const struct metrics_counts *counts, const char *first, const char *second,
                       const char *third)
{
    for (size_t i = 0; i < counts->count; i++) {
        const struct metrics_count *row = &counts->list[i];
        if (text_equal(row->words[0], first) && text_equal(row->words[1], second) &&
            text_equal(row->words[2], third)) {
            return row->count;
        }
    }
    return -1;
}

static void settle(struct world *world, int64_t id, const char *state, const char *verdict)
{
    const char *attempt =
        arena_printf(world->arena, "SELECT attempt FROM outbox WHERE id = %lld", (long long)id);
    const char *mail = arena_printf(
        world->arena, "SELECT channel = 'email' FROM outbox WHERE id = %lld", (long long)id);
    const struct outbox_outcome outcome = {.id = id,
                                           .attempt = crowd_number(world, attempt),
                                           .channel = crowd_number(world, mail) != 0 ? CHANNEL_EMAIL
                                                                                     : CHANNEL_SMS,
                                           .gateway = "practice",
                                           .state = state,
                                           .verdict = verdict,
                                           .answer = "what the carrier said",
                                           .due_at = world->now};
    WORLD_MUST(outbox_settle(world->db, world->now, &outcome, 1, &err));
}

static void terms_are_those_of_the_campaign(void **state)
{
    struct world *world = *state;
    struct standings_terms terms;
    const int64_t campaign = campaign_of(world);
    WORLD_MUST(standings_terms(world->db, campaign, world->now, world->arena, &terms, &err));
    assert_null(terms.hours[CHANNEL_SMS]);
    assert_int_equal(terms.budget, -1);
    assert_int_equal(terms.spent, 0);
    assert_int_equal(terms.at, world->now - CLOCK_HOUR);
    assert_int_equal(terms.deadline, world->now + 12 * (int64_t)CLOCK_HOUR);
    assert_false(terms.expanded);
    crowd_run(world, "UPDATE campaign SET hours_sms = 'always', hours_email = 'daily 09:00-10:00',"
                     " budget = 0, spent = 70000, currency = 'EUR'");
    crowd_run(world, "UPDATE step SET expanded = 1");
    WORLD_MUST(standings_terms(world->db, campaign, world->now, world->arena, &terms, &err));
    assert_string_equal(terms.hours[CHANNEL_SMS], "always");
    assert_string_equal(terms.hours[CHANNEL_EMAIL], "daily 09:00-10:00");
    assert_string_equal(terms.currency, "EUR");
    assert_int_equal(terms.budget, 0);
    assert_int_equal(terms.spent, 70000);
    assert_true(terms.expanded);
    WORLD_MUST(standings_terms(world->db, campaign + 1, world->now, world->arena, &terms, &err));
    assert_int_equal(terms.deadline, 0);
}

static void a_campaign_begins_with_its_first_hand_over(void **state)
{
    struct world *world = *state;
    const int64_t campaign = campaign_of(world);
    int64_t began = -1;
    int64_t recent[CHANNEL_COUNT];
    const int64_t first = world->now;
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    WORLD_MUST(standings_began(world->db, campaign, &began, &err));
    assert_int_equal(began, 0);
    world_release(world, CHANNEL_SMS);
    WORLD_MUST(standings_began(world->db, campaign, &began, &err));
    assert_int_equal(began, first);
    settle(world, message->id, "queued", "deferred");
    world->now += CLOCK_MINUTE;
    (void)world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    settle(world, message->id, "accepted", "accepted");
    WORLD_MUST(standings_began(world->db, campaign, &began, &err));
    assert_int_equal(began, first);
    WORLD_MUST(standings_recent(world->db, campaign, first, recent, &err));
    assert_int_equal(recent[CHANNEL_SMS], 1);
    assert_int_equal(recent[CHANNEL_EMAIL], 0);
    WORLD_MUST(standings_recent(world->db, campaign, first - 1, recent, &err));
    assert_int_equal(recent[CHANNEL_SMS], 2);
    WORLD_MUST(standings_recent(world->db, campaign + 1, 0, recent, &err));
    assert_int_equal(recent[CHANNEL_SMS], 0);
}

/* A million messages must be counted without one look at their rows, and without sorting them. */
static void tallies_need_no_rows(void **state)
{
    struct world *world = *state;
    static const char TALLY[] =
        "SELECT state, channel, COUNT(*) FROM outbox WHERE step_id IN"
        " (SELECT id FROM step WHERE campaign_id = 1) GROUP BY step_id, state, channel";
    CLEANUP(query_end) struct query *query = query_compose(world->db, TALLY);
    const char *plan = query_plan(query, world->arena);
    assert_non_null(strstr(plan, "USING COVERING INDEX outbox_state"));
    assert_null(strstr(plan, "TEMP B-TREE"));
}

static void counters_never_go_down(void **state)
{
    struct world *world = *state;
    struct metrics_facts facts;
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    struct outbox_message *mail = world_queue(world, 1, CHANNEL_EMAIL);
    world_release(world, CHANNEL_SMS);
    world_release(world, CHANNEL_EMAIL);
    settle(world, message->id, "queued", "deferred");
    settle(world, mail->id, "refused", "refused");
    world_release(world, CHANNEL_SMS);
    settle(world, message->id, "accepted", "accepted");
    for (int erased = 0; erased < 2; erased++) {
        WORLD_MUST(metrics_facts(world->db, world->arena, &facts, &err));
        assert_int_equal(facts.attempts.count, 3);
        assert_int_equal(counted(&facts.attempts, "sms", "practice", "deferred"), 1);
        assert_int_equal(counted(&facts.attempts, "sms", "practice", "accepted"), 1);
        assert_int_equal(counted(&facts.attempts, "email", "practice", "refused"), 1);
        crowd_run(world, "DELETE FROM outbox");
        assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM attempt"), 0);
    }
    assert_int_equal(facts.campaign_count, 1);
    assert_string_equal(facts.campaigns[0].name, "remind");
    assert_int_equal(facts.campaigns[0].budget, -1);
}

static void sums_are_of_the_whole_store(void **state)
{
    struct world *world = *state;
    struct metrics_sums sums;
    (void)world_queue(world, 0, CHANNEL_SMS);
    (void)world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    (void)world_queue(world, 2, CHANNEL_SMS);
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    crowd_suppress(world, "+447700900999", "stop");
    WORLD_MUST(metrics_sums(world->db, world->now, world->arena, &sums, &err));
    assert_int_equal(counted(&sums.messages, "sms", "sending", NULL), 2);
    assert_int_equal(counted(&sums.messages, "sms", "queued", NULL), 1);
    assert_int_equal(counted(&sums.due, "sms", NULL, NULL), 1);
    assert_int_equal(counted(&sums.oldest, "sms", NULL, NULL), world->now - 1);
    assert_int_equal(counted(&sums.suppressions, "sms", "stop", NULL), 1);
    assert_int_equal(sums.replies.count, 0);
    WORLD_MUST(metrics_sums(world->db, world->now - 2, world->arena, &sums, &err));
    assert_int_equal(sums.due.count, 0);
    crowd_set_state(world, "paused");
    WORLD_MUST(metrics_sums(world->db, world->now, world->arena, &sums, &err));
    assert_int_equal(sums.due.count, 0);
}

static void a_hand_over_that_touched_nothing_is_told(void **state)
{
    struct world *world = *state;
    struct outbox_event *events = NULL;
    size_t count = 0;
    struct outbox_message *message = world_queue(world, 0, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    settle(world, message->id, "queued", "untouched");
    world_release(world, CHANNEL_SMS);
    settle(world, message->id, "queued", "deferred");
    WORLD_MUST(outbox_events(world->db, message->id, world->arena, &events, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(events[0].what, "queued");
    assert_string_equal(events[0].reason, "what the carrier said");
}

static void paces_are_listed(void **state)
{
    struct world *world = *state;
    struct pace_state *paces = NULL;
    size_t count = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(
        paces_pause(world->db, "pool/post", world->now + 1000, "450 too fast", world->now, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(paces_list(world->db, world->arena, &paces, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(paces[0].subject, "pool/post");
    assert_string_equal(paces[0].why, "450 too fast");
    assert_int_equal(paces[0].paused_until, world->now + 1000);
}

/* Two texts and a mail of the one step, what became of each, and by which way. */
static void what_pages_show_is_told_in_parts(void **state)
{
    struct world *world = *state;
    struct standings_state *states = NULL;
    struct outbox_message *messages = NULL;
    struct route_count *routes = NULL;
    size_t count = 0;
    const int64_t campaign = campaign_of(world);
    struct outbox_message *first = world_queue(world, 0, CHANNEL_SMS);
    struct outbox_message *last = world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    settle(world, first->id, "accepted", "accepted");
    settle(world, last->id, "refused", "refused");
    (void)world_queue(world, 2, CHANNEL_EMAIL);
    WORLD_MUST(standings_states(world->db, campaign, world->arena, &states, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(states[0].channel, "sms");
    assert_string_equal(states[0].state, "accepted");
    assert_string_equal(states[1].state, "refused");
    assert_string_equal(states[2].channel, "email");
    assert_string_equal(states[2].state, "queued");
    assert_int_equal(states[2].count, 1);
    WORLD_MUST(standings_states(world->db, campaign + 1, world->arena, &states, &count, &err));
    assert_int_equal(count, 0);

    struct outbox_choice choice = {.campaign_id = campaign, .limit = 2};
    WORLD_MUST(outbox_page(world->db, &choice, world->arena, &messages, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(messages[1].id, last->id);
    choice.before = messages[1].id;
    WORLD_MUST(outbox_page(world->db, &choice, world->arena, &messages, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(messages[0].id, first->id);
    choice = (struct outbox_choice){.campaign_id = campaign, .state = "refused", .limit = 2};
    WORLD_MUST(outbox_page(world->db, &choice, world->arena, &messages, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(messages[0].id, last->id);

    WORLD_MUST(routes_since(world->db, world->now, world->arena, &routes, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(routes[0].name, "practice");
    assert_string_equal(routes[0].verdict, "accepted");
    assert_int_equal(routes[1].count, 1);
    WORLD_MUST(routes_since(world->db, world->now + 1, world->arena, &routes, &count, &err));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(terms_are_those_of_the_campaign, setup, teardown),
        cmocka_unit_test_setup_teardown(a_campaign_begins_with_its_first_hand_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(tallies_need_no_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(counters_never_go_down, setup, teardown),
        cmocka_unit_test_setup_teardown(sums_are_of_the_whole_store, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hand_over_that_touched_nothing_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(paces_are_listed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_pages_show_is_told_in_parts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
