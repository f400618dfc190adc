/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign that is looked at while it sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "hall.h"
#include "muster/base/text.h"
#include "muster/campaign/watch.h"

/* The union, its ways out, and a second connection to its store, as a watcher has it. */
struct lookout {
    struct world *world;
    struct db *db;
    struct config own;
    struct config_route gateway;
    struct config_route relay;
    struct config config;
    struct windows windows;
    struct watch *watch;
};

static int setup(void **state)
{
    static struct lookout lookout;
    struct error zone;
    assert_true(clock_set_zone("Europe/London", &zone));
    int64_t noon = 0;
    assert_true(clock_parse("2026-12-01 12:00", &noon)); /* a Tuesday */
    lookout = (struct lookout){.world = world_open(noon)};
    lookout.own.sms.gateway = "etc/gateways/practice.conf";
    lookout.own.sms.rate = 2;
    lookout.own.sms.route = "";
    lookout.own.mail.rate = 1;
    lookout.gateway = (struct config_route){.name = "", .config = &lookout.own};
    lookout.relay = (struct config_route){.name = "office", .config = &lookout.own};
    lookout.config.sms.currency = "";
    lookout.config.sms.gateways = &lookout.gateway;
    lookout.config.sms.gateway_count = 1;
    lookout.config.mail.relays = &lookout.relay;
    lookout.config.mail.relay_count = 1;
    lookout.windows.sms.always = true;
    lookout.windows.email.always = true;
    WORLD_MUST(db_open(lookout.world->store, lookout.world->key, &lookout.db, &err));
    lookout.watch = watch_open(lookout.db, &lookout.config, &lookout.windows, 1);
    *state = &lookout;
    return 0;
}

static int teardown(void **state)
{
    struct lookout *lookout = *state;
    watch_free(&lookout->watch);
    db_close(&lookout->db);
    world_close(lookout->world);
    return 0;
}

static const struct watch_view *look(struct lookout *lookout)
{
    const struct watch_view *view = NULL;
    WORLD_MUST(watch_look(lookout->watch, lookout->world->now, &view, &err));
    return view;
}

static void settle(struct world *world, int64_t id, const char *state, const char *answer)
{
    const struct outbox_outcome outcome = {
        .attempt = 1, .id = id, .state = state, .verdict = state, .answer = answer};
    WORLD_MUST(outbox_settle(world->db, world->now, &outcome, 1, &err));
}

static void set_state(struct world *world, const char *to)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_set_state(world->db, 1, to, world->now, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void every_message_is_done_or_left(void **state)
{
    struct lookout *lookout = *state;
    struct world *world = lookout->world;
    const struct watch_view *view = look(lookout);
    assert_int_equal(view->channels[CHANNEL_SMS].total, 0);
    assert_int_equal(view->route_count, 0);
    struct outbox_message *first = world_queue(world, 0, CHANNEL_SMS);
    struct outbox_message *second = world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    (void)world_queue(world, 2, CHANNEL_SMS);
    settle(world, first->id, "accepted", "201 Created");
    view = look(lookout);
    const struct watch_channel *texts = &view->channels[CHANNEL_SMS];
    assert_int_equal(texts->total, 3);
    assert_int_equal(texts->done, 1);
    assert_int_equal(texts->left, 2);
    settle(world, second->id, "refused", "400 no such number");
    view = look(lookout);
    assert_int_equal(view->channels[CHANNEL_SMS].left, 1);
    assert_int_equal(view->channels[CHANNEL_EMAIL].total, 0);
    assert_string_equal(view->campaign->name, "remind");
    assert_string_equal(view->currency, "GBP");
}

/* Nothing was seen to move, so the pace is the one that is set: 2 texts a second. */
static void the_last_one_is_foreseen(void **state)
{
    struct lookout *lookout = *state;
    struct world *world = lookout->world;
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        (void)world_queue(world, i, CHANNEL_SMS);
    }
    const struct watch_channel *texts = &look(lookout)->channels[CHANNEL_SMS];
    assert_true(texts->assumed);
    assert_int_equal(texts->forecast.fit, 3);
    assert_int_equal(texts->forecast.late, 0);
    assert_int_equal(texts->forecast.last, world->now + CLOCK_SECOND);
    world->now += 12 * (int64_t)CLOCK_HOUR - CLOCK_SECOND / 2;
    texts = &look(lookout)->channels[CHANNEL_SMS];
    assert_int_equal(texts->forecast.fit, 1);
    assert_int_equal(texts->forecast.late, 2);
    set_state(world, "paused");
    texts = &look(lookout)->channels[CHANNEL_SMS];
    assert_int_equal(texts->forecast.fit + texts->forecast.late, 0);
}

/* What went in the minute before counts, when a watch begins. */
static void a_pace_that_is_seen_is_reckoned_with(void **state)
{
    struct lookout *lookout = *state;
    struct world *world = lookout->world;
    struct outbox_message *first = world_queue(world, 0, CHANNEL_SMS);
    struct outbox_message *second = world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    world->now += CLOCK_MINUTE / 2;
    settle(world, first->id, "accepted", "201 Created");
    settle(world, second->id, "accepted", "201 Created");
    (void)world_queue(world, 2, CHANNEL_SMS);
    const struct watch_channel *texts = &look(lookout)->channels[CHANNEL_SMS];
    assert_int_equal(texts->now, 2);
    assert_int_equal(texts->average, 4); /* two in half a minute */
    assert_false(texts->assumed);
    assert_int_equal(texts->forecast.last, world->now);
    assert_int_equal(look(lookout)->channels[CHANNEL_EMAIL].average, WATCH_UNKNOWN);
}

static void hours_of_its_own_count(void **state)
{
    struct lookout *lookout = *state;
    struct world *world = lookout->world;
    int64_t opens = 0;
    assert_true(clock_parse("2026-12-01 18:00", &opens));
    (void)world_queue(world, 0, CHANNEL_SMS);
    const struct watch_view *view = look(lookout);
    assert_string_equal(view->channels[CHANNEL_SMS].hours, "always");
    assert_int_equal(view->channels[CHANNEL_SMS].opens_at, 0);
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(world->store, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "UPDATE campaign SET hours_sms = 'daily 18:00-19:00'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    view = look(lookout);
    assert_string_equal(view->channels[CHANNEL_SMS].hours, "daily 18:00-19:00");
    assert_int_equal(view->channels[CHANNEL_SMS].opens_at, opens);
    assert_int_equal(view->channels[CHANNEL_SMS].forecast.last, opens);
    assert_int_equal(view->channels[CHANNEL_EMAIL].opens_at, 0);
}

static void routes_are_those_of_the_channels_in_use(void **state)
{
    struct lookout *lookout = *state;
    struct world *world = lookout->world;
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    const struct watch_view *view = look(lookout);
    assert_int_equal(view->route_count, 1);
    assert_string_equal(view->routes[0].name, "office");
    assert_int_equal(view->routes[0].ramp, ROUTES_WHOLE);
    (void)world_queue(world, 0, CHANNEL_SMS);
    const struct route gateway = {
        .channel = CHANNEL_SMS, .name = "practice", .weight = 1, .alone = true};
    const struct routes_report failed = {.fault = "no answer"};
    WORLD_MUST(routes_note(world->db, &gateway, &failed, world->now, &err));
    view = look(lookout);
    assert_int_equal(view->route_count, 2);
    assert_string_equal(view->routes[0].name, "practice");
    assert_string_equal(view->routes[0].fault, "no answer");
    assert_true(view->routes[0].closed_until > world->now);
}

static void what_differs_makes_no_kind(void **state)
{
    (void)state;
    static const struct {
        const char *reason;
        const char *kind;
    } cases[] = {
        {"", ""},
        {"said STOP", "said STOP"},
        {"550 5.1.1 <e7@mail.example>: no such mailbox", "550 5.1.1 <...>: no such mailbox"},
        {"400 {\"to\":\"+447700900001\",\"id\":\"R0000000017\"}",
         "400 {\"to\":\"...\",\"id\":\"...\"}"},
        {"421 4.7.0 try later (4F1c9A77xYz2)", "421 4.7.0 try later (...)"},
        {"session 123e4567-e89b-12d3-a456-426614174000 is over", "session ... is over"},
        {"the deadline passed", "the deadline passed"},
        {"it is 12345", "it is ..."},
        {"error 1234", "error 1234"},
        {"@", "@"},
    };
    char kind[WATCH_KIND_SIZE];
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        watch_kind(cases[i].reason, kind);
        assert_string_equal(kind, cases[i].kind);
    }
    char longest[3 * WATCH_KIND_SIZE];
    for (size_t i = 0; i < sizeof longest - 1; i++) {
        longest[i] = "\xc5\xb5"[i % 2];
    }
    longest[sizeof longest - 1] = '\0';
    watch_kind(longest, kind);
    assert_int_equal(strlen(kind), (WATCH_KIND_SIZE - 1) / 2 * 2);
    assert_true(text_is_utf8(kind, strlen(kind)));
}

static void kinds_are_counted_together(void **state)
{
    struct lookout *lookout = *state;
    struct world *world = lookout->world;
    int64_t ids[WORLD_MEMBERS];
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        ids[i] = world_queue(world, i, CHANNEL_EMAIL)->id;
    }
    world_release(world, CHANNEL_EMAIL);
    settle(world, ids[0], "refused", "550 <ann@mail.example> is unknown");
    settle(world, ids[1], "refused", "550 <bea@mail.example> is unknown");
    settle(world, ids[2], "unsure", "550 <cai@mail.example> is unknown");
    const struct watch_view *view = look(lookout);
    assert_int_equal(view->error_count, 2);
    assert_string_equal(view->errors[0].kind, "550 <...> is unknown");
    assert_int_equal(view->errors[0].count, 2);
    assert_string_equal(view->errors[0].state, "refused");
    assert_int_equal(view->errors[1].count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_message_is_done_or_left, setup, teardown),
        cmocka_unit_test_setup_teardown(the_last_one_is_foreseen, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pace_that_is_seen_is_reckoned_with, setup, teardown),
        cmocka_unit_test_setup_teardown(hours_of_its_own_count, setup, teardown),
        cmocka_unit_test_setup_teardown(routes_are_those_of_the_channels_in_use, setup, teardown),
        cmocka_unit_test(what_differs_makes_no_kind),
        cmocka_unit_test_setup_teardown(kinds_are_counted_together, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
