/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole batches to a relay that does one scripted thing wrong: what the store says afterwards, and
 * what the relay has in its diary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/prctl.h>

#include "../carrier/relay.h"
#include "../inbound/world.h"
#include "muster/dispatch/dispatch.h"

/* A relay, a world with three mails queued, and a dispatcher between them. */
struct scene {
    struct world *world;
    struct relay relay;
    struct config config;
    struct config_route route;
    struct windows windows;
    struct dispatch *dispatch;
    char address[32];
};

static void put_template(struct world *world, enum channel channel, const char *subject,
                         const char *text)
{
    struct frozen_template template = {
        .name = "note", .channel = channel, .language = "en", .subject = subject, .text = text};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(templates_put(world->db, &template, &err));
    WORLD_MUST(db_commit(world->db, &err));
    world->template_id = template.id;
}

/* A mail of a step to a member of a pool. */
static void queue_for(struct world *world, int64_t step_id, size_t member, const char *pool,
                      const char *merge)
{
    struct outbox_message message = {.step_id = step_id,
                                     .pool = pool,
                                     .member_id = world->member_ids[member],
                                     .channel = CHANNEL_EMAIL,
                                     .address = world_members[member].email,
                                     .template_id = world->template_id,
                                     .merge = merge,
                                     .due_at = world->now - 10 + (int64_t)member};
    bool queued = false;
    WORLD_MUST(outbox_put(world->db, &message, world->now, &queued, &err));
    assert_true(queued);
}

/* A mail to a member with these values. */
static void queue_mail(struct world *world, size_t member, const char *merge)
{
    queue_for(world, world->step_id, member, NULL, merge);
}

/* Receivers with rules of their own. */
static const struct pool_pause PAUSES[] = {{"*[TS04]*", 7200}};
static const struct pool POOLS[] = {{.name = "yahoo", .pauses = PAUSES, .pause_count = 1}};
static const struct pools RECEIVERS = {.list = POOLS, .count = 1};
static const struct outbox_pool RULES[] = {{.name = "yahoo"}};

static void reopen(struct scene *scene)
{
    const struct dispatch_way way = {
        .db = scene->world->db,
        .route = &scene->route,
        .alone = true,
        .windows = &scene->windows,
        .receivers = &RECEIVERS,
        .pools = RULES,
        .pool_count = 1,
        .worker = worker_id(scene->world->worker),
    };
    WORLD_MUST(dispatch_open(&way, &scene->dispatch, &err));
}

static void open_scene(struct scene *scene, const struct relay_script *script)
{
    memset(scene, 0, sizeof *scene);
    relay_start(&scene->relay, script);
    (void)snprintf(scene->address, sizeof scene->address, "127.0.0.1:%d", scene->relay.port);
    scene->config = (struct config){
        .organisation = {.name = "Branch", .zone = "Europe/London", .language = "en"},
        .public = {.url = "https://gotv.branch.example"},
        .mail = {.relay = scene->address,
                 .tls = "none",
                 .ca_file = "",
                 .user = "",
                 .password_file = "",
                 .from = "organiser@branch.example",
                 .from_name = "The branch",
                 .bounces = "",
                 .sessions = 1,
                 .batch = 50,
                 .timeout = 2},
        .retry = {.first = 60, .longest = 3600, .attempts = 3},
    };
    scene->world = world_open(clock_now());
    put_template(scene->world, CHANNEL_EMAIL, "{{first_name}}, vote",
                 "Dear {{first_name}}, vote. {{links.unsubscribe}}");
    scene->route = (struct config_route){.name = "relay", .config = &scene->config};
    scene->windows = (struct windows){.sms = {.always = true}, .email = {.always = true}};
    reopen(scene);
}

static void close_scene(struct scene *scene, struct buffer *diary)
{
    dispatch_free(&scene->dispatch);
    dispatch_free(&scene->dispatch);
    relay_stop(&scene->relay, diary);
    world_close(scene->world);
}

static size_t times(const char *text, const char *piece)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, piece)) != NULL; at += strlen(piece)) {
        count++;
    }
    return count;
}

/* The states of the three mails, "accepted refused accepted". */
static const char *states(struct world *world)
{
    return arena_printf(world->arena, "%s %s %s", world_message(world, 0, CHANNEL_EMAIL)->state,
                        world_message(world, 1, CHANNEL_EMAIL)->state,
                        world_message(world, 2, CHANNEL_EMAIL)->state);
}

static const struct relay_case {
    const char *name;
    struct relay_script script;
    enum error_kind kind; /* of the batch as a whole */
    const char *states;
    int64_t tries; /* of the second mail */
    size_t took;   /* by the relay's diary, at most */
} RELAY_CASES[] = {
    {"all well", {.at = RELAY_NOWHERE}, ERROR_NONE, "accepted accepted accepted", 1, 3},
    {"a mailbox that is not there",
     {.at = RELAY_RCPT, .message = 2, .does = RELAY_SAYS, .says = "550 5.1.1 no such user"},
     ERROR_NONE,
     "accepted refused accepted",
     1,
     2},
    {"not now",
     {.at = RELAY_RCPT, .message = 2, .does = RELAY_SAYS, .says = "450 4.2.1 later"},
     ERROR_NONE,
     "accepted queued accepted",
     1,
     2},
    {"too much to say so at the dot",
     {.at = RELAY_DOT, .message = 2, .does = RELAY_SAYS, .says = "552 5.3.4 too big"},
     ERROR_NONE,
     "accepted refused accepted",
     1,
     3},
    {"we may not relay",
     {.at = RELAY_RCPT, .does = RELAY_SAYS, .says = "554 5.7.1 Relay access denied"},
     ERROR_CONFIG,
     "queued queued queued",
     1,
     0},
    {"gone at the greeting",
     {.at = RELAY_GREETING, .does = RELAY_DROPS},
     ERROR_UNAVAILABLE,
     "queued queued queued",
     0,
     0},
};

static void check_relay_case(const struct relay_case *expected)
{
    struct scene scene;
    struct buffer diary;
    struct error fault = {.kind = ERROR_NONE};
    struct dispatch_tally tally;
    open_scene(&scene, &expected->script);
    for (size_t n = 0; n < WORLD_MEMBERS; n++) {
        queue_mail(scene.world, n, "{\"first_name\":\"Ann\"}");
    }
    bool ok = dispatch_batch(scene.dispatch, &tally, &fault);
    if (ok != (expected->kind == ERROR_NONE) || (!ok && fault.kind != expected->kind)) {
        fail_msg("%s: %d %s", expected->name, fault.kind, fault.text);
    }
    assert_int_equal(tally.claimed, 3);
    assert_int_equal(tally.accepted + tally.refused + tally.deferred + tally.unsure, 3);
    if (!text_equal(states(scene.world), expected->states)) {
        fail_msg("%s: %s", expected->name, states(scene.world));
    }
    struct outbox_message *second = world_message(scene.world, 1, CHANNEL_EMAIL);
    assert_int_equal(second->attempt, expected->tries);
    if (text_equal(second->state, "queued") && second->attempt > 0) {
        assert_true(second->due_at >= scene.world->now + 60000);
    }
    close_scene(&scene, &diary);
    assert_true(times(buffer_text(&diary), "took ") <= expected->took);
    buffer_free(&diary);
}

static void what_the_relay_does_is_what_the_store_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(RELAY_CASES); i++) {
        check_relay_case(&RELAY_CASES[i]);
    }
}

static void what_the_relay_may_have_is_unsure_and_stays_so(void **state)
{
    (void)state;
    static const enum relay_does ways[] = {RELAY_DROPS, RELAY_HANGS};
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        struct relay_script script = {.at = RELAY_DOT, .message = 2, .does = ways[i]};
        struct scene scene;
        struct buffer diary;
        struct error fault = {.kind = ERROR_NONE};
        struct dispatch_tally tally;
        open_scene(&scene, &script);
        scene.config.mail.timeout = 1;
        for (size_t n = 0; n < WORLD_MEMBERS; n++) {
            queue_mail(scene.world, n, "{\"first_name\":\"Ann\"}");
        }
        (void)!dispatch_batch(scene.dispatch, &tally, &fault);
        assert_true(tally.unsure >= 1);
        assert_string_equal(world_message(scene.world, 0, CHANNEL_EMAIL)->state, "accepted");
        assert_string_equal(world_message(scene.world, 1, CHANNEL_EMAIL)->state, "unsure");
        (void)!dispatch_batch(scene.dispatch, &tally, &fault);
        assert_string_equal(world_message(scene.world, 1, CHANNEL_EMAIL)->state, "unsure");
        assert_int_equal(world_message(scene.world, 1, CHANNEL_EMAIL)->attempt, 1);
        close_scene(&scene, &diary);
        buffer_free(&diary);
    }
}

static void nothing_due_is_nothing_done(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally = {.claimed = 9};
    open_scene(&scene, &script);
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 0);
    (void)world_queue(scene.world, 0, CHANNEL_SMS); /* the other channel */
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 0);
    close_scene(&scene, &diary);
    assert_int_equal(diary.length, 0); /* the relay was not even called */
    buffer_free(&diary);
}

static void what_cannot_be_rendered_is_withheld_and_the_others_go(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    open_scene(&scene, &script);
    queue_mail(scene.world, 0, "{\"first_name\":\"Ann\"}");
    queue_mail(scene.world, 1, "{\"first_name\":\"Bea\\r\\nBcc: all@mail.example\"}");
    queue_mail(scene.world, 2, "{\"first_name\":\"Cai\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.accepted, 2);
    assert_int_equal(tally.withheld, 1);
    assert_string_equal(states(scene.world), "accepted withheld accepted");
    assert_non_null(
        strstr(world_message(scene.world, 1, CHANNEL_EMAIL)->reason, "cannot be rendered: "));
    close_scene(&scene, &diary);
    assert_null(strstr(buffer_text(&diary), "all@mail.example"));
    buffer_free(&diary);
}

static void a_suppressed_address_never_reaches_the_relay(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    open_scene(&scene, &script);
    struct suppression suppression = {
        .channel = CHANNEL_EMAIL, .kind = "stop", .source = "person", .reason = "tap", .at = 1};
    db_address_key(scene.world->db, CHANNEL_EMAIL, "bea@mail.example", suppression.address_key);
    WORLD_MUST(suppressions_add(scene.world->db, &suppression, &err));
    for (size_t n = 0; n < WORLD_MEMBERS; n++) {
        queue_mail(scene.world, n, "{\"first_name\":\"Ann\"}");
    }
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_string_equal(states(scene.world), "accepted withheld accepted");
    close_scene(&scene, &diary);
    assert_null(strstr(buffer_text(&diary), "bea@mail.example"));
    assert_int_equal(times(buffer_text(&diary), "took "), 2);
    buffer_free(&diary);
}

static void receivers_that_ask_for_a_pause_get_one(void **state)
{
    (void)state;
    static const struct relay_script script = {
        .at = RELAY_RCPT, .does = RELAY_SAYS, .says = "451 4.7.0 [TS04] deferred"};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    open_scene(&scene, &script);
    queue_for(scene.world, scene.world->step_id, 0, "yahoo", "{}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.deferred, 1);
    queue_for(scene.world, scene.world->step_id, 1, "yahoo", "{}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 0);
    assert_in_range(tally.wait, 7100 * 1000, 7200 * 1000);
    /* The others are not kept waiting, and the same words of theirs ask for nothing. */
    queue_for(scene.world, scene.world->step_id, 2, "google", "{}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.deferred, 1);
    struct paces_draw draw;
    static const struct pace_rule none = {.rate = 0};
    WORLD_MUST(paces_draw(scene.world->db, "pool/google", &none, clock_now(), 1, &draw, &err));
    assert_int_equal(draw.grant.messages, 1);
    close_scene(&scene, &diary);
    buffer_free(&diary);
}

/* All that is left of the step that comes first waits for its receivers: the next step goes. */
static void a_step_that_is_held_does_not_hold_up_the_next(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    open_scene(&scene, &script);
    struct db *db = scene.world->db;
    struct campaign campaign = {.name = "later", .title = "Later", .at = scene.world->now};
    struct step step = {.position = 1,
                        .who = "everyone",
                        .uses_email = true,
                        .at = scene.world->now - CLOCK_HOUR,
                        .deadline = scene.world->now + 48 * (int64_t)CLOCK_HOUR};
    WORLD_MUST(db_begin(db, &err));
    WORLD_MUST(campaigns_create(db, &campaign, &err));
    step.campaign_id = campaign.id;
    WORLD_MUST(campaigns_add_step(db, &step, &err));
    WORLD_MUST(campaigns_set_state(db, campaign.id, "running", scene.world->now, &err));
    WORLD_MUST(
        paces_pause(db, "pool/yahoo", clock_now() + CLOCK_HOUR, "[TS04]", clock_now(), &err));
    WORLD_MUST(db_commit(db, &err));
    queue_for(scene.world, scene.world->step_id, 0, "yahoo", "{\"first_name\":\"Ann\"}");
    queue_for(scene.world, step.id, 1, "", "{\"first_name\":\"Bea\"}");
    queue_for(scene.world, step.id, 2, "yahoo", "{\"first_name\":\"Cai\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.accepted, 1);
    assert_string_equal(tally.campaign, "later");
    assert_string_equal(states(scene.world), "queued accepted queued");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 0);
    assert_in_range(tally.wait, 1, CLOCK_HOUR);
    assert_int_equal(tally.opens_at, 0);
    close_scene(&scene, &diary);
    buffer_free(&diary);
}

static void what_is_withheld_uses_up_no_cap(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    open_scene(&scene, &script);
    dispatch_free(&scene.dispatch);
    scene.config.mail.per_day = 2;
    reopen(&scene);
    queue_mail(scene.world, 0, "{\"first_name\":\"Ann\"}");
    queue_mail(scene.world, 1, "{\"first_name\":\"Bea\\r\\nBcc: all@mail.example\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.withheld, 1);
    queue_mail(scene.world, 2, "{\"first_name\":\"Cai\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_string_equal(states(scene.world), "accepted withheld accepted");
    close_scene(&scene, &diary);
    buffer_free(&diary);
}

/* A campaign of its own, running, with these hours for mail (NULL: none of its own) and so many ms
 * until its deadline; mails are queued into it from then on. */
static void start_own(struct scene *scene, const char *hours, int64_t left)
{
    struct world *world = scene->world;
    struct campaign campaign = {.name = "own",
                                .title = "Own",
                                .at = world->now,
                                .hours_email = hours,
                                .hours_why = hours == NULL ? NULL : "the evening before"};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    struct step step = {.campaign_id = campaign.id,
                        .position = 1,
                        .who = "everyone",
                        .uses_email = true,
                        .at = world->now - CLOCK_HOUR,
                        .deadline = clock_now() + left};
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(campaigns_set_state(world->db, campaign.id, "running", world->now, &err));
    WORLD_MUST(db_commit(world->db, &err));
    world->step_id = step.id;
}

/* Hours on that day of the week alone which is so many days ahead. */
static const char *day_ahead(struct scene *scene, int days, const char *spans)
{
    struct tm then;
    assert_true(clock_local(clock_now() + days * 24 * (int64_t)CLOCK_HOUR, &then));
    static const char *const names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    return arena_printf(scene->world->arena, "%s %s", names[then.tm_wday], spans);
}

static int date_ahead(int days)
{
    struct tm then;
    assert_true(clock_local(clock_now() + days * 24 * (int64_t)CLOCK_HOUR, &then));
    return (then.tm_year + 1900) * 10000 + (then.tm_mon + 1) * 100 + then.tm_mday;
}

#define DAYS(count) ((count)*24 * (int64_t)CLOCK_HOUR)

/* When mails of a campaign go. Hours that are closed are those of the day after tomorrow, so that
 * no midnight comes in between. */
static const struct hours_case {
    const char *name;
    int common;   /* the configuration's: 0 always, else of that day ahead */
    int own;      /* the campaign's: -1 none, 0 always, else of that day ahead */
    bool broken;  /* its hours are nonsense */
    bool holiday; /* this day and the next are bank holidays */
    int64_t left; /* ms until the deadline */
    size_t claimed;
    bool opens; /* told when they begin */
} HOURS_CASES[] = {
    {"always", 0, -1, false, false, DAYS(9), 1, false},
    {"always, on a bank holiday", 0, -1, false, true, DAYS(9), 1, false},
    {"the day after tomorrow", 2, -1, false, false, DAYS(9), 0, true},
    {"not before the deadline", 2, -1, false, false, CLOCK_HOUR, 0, false},
    {"by leave of the campaign", 2, 0, false, false, DAYS(9), 1, false},
    {"not by its own hours", 0, 2, false, false, DAYS(9), 0, true},
    {"hours that nobody can read", 0, 0, true, false, DAYS(9), 0, false},
    {"too near to the deadline", 0, -1, false, false, 1500, 0, false},
};

static void check_hours_case(const struct hours_case *expected)
{
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    const int holidays[] = {date_ahead(0), date_ahead(1)};
    open_scene(&scene, &script);
    if (expected->common > 0) {
        WORLD_MUST(hours_parse(day_ahead(&scene, expected->common, "00:00-24:00"),
                               &scene.windows.email, &err));
    }
    if (expected->holiday) {
        scene.windows.holidays.dates = (struct hours_holidays){.days = holidays, .count = 2};
    }
    start_own(&scene,
              expected->broken     ? "whenever"
              : expected->own < 0  ? NULL
              : expected->own == 0 ? "always"
                                   : day_ahead(&scene, expected->own, "10:00-11:00"),
              expected->left);
    queue_mail(scene.world, 0, "{\"first_name\":\"Ann\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    if (tally.claimed != expected->claimed || (tally.opens_at > 0) != expected->opens) {
        fail_msg("%s: %zu claimed, opens at %lld", expected->name, tally.claimed,
                 (long long)tally.opens_at);
    }
    assert_true(!expected->opens || tally.wait > 0);
    assert_string_equal(tally.notice,
                        expected->common > 0 && expected->own == 0
                            ? "campaign own: mails go outside the hours of the configuration, as it"
                              " has its own: the evening before"
                            : "");
    /* It is told once. */
    queue_mail(scene.world, 1, "{\"first_name\":\"Bea\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, expected->claimed);
    assert_string_equal(tally.notice, "");
    close_scene(&scene, &diary);
    assert_int_equal(times(buffer_text(&diary), "took "), 2 * expected->claimed);
    buffer_free(&diary);
}

static void mails_go_within_their_hours(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(HOURS_CASES); i++) {
        check_hours_case(&HOURS_CASES[i]);
    }
}

/* A day that is a bank holiday, whatever the weekday says. */
static void a_bank_holiday_is_closed(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    const int holidays[] = {date_ahead(0), date_ahead(1)};
    open_scene(&scene, &script);
    scene.windows.holidays.dates = (struct hours_holidays){.days = holidays, .count = 2};
    WORLD_MUST(hours_parse("daily 00:00-24:00", &scene.windows.email, &err));
    start_own(&scene, NULL, DAYS(9));
    queue_mail(scene.world, 0, "{\"first_name\":\"Ann\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 0);
    assert_true(tally.opens_at > clock_now());
    WORLD_MUST(hours_parse("daily 00:00-24:00, holidays 00:00-24:00", &scene.windows.email, &err));
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 1);
    close_scene(&scene, &diary);
    buffer_free(&diary);
}

/* One campaign that has to wait for its hours does not hold up another. */
static void who_waits_holds_nobody_up(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct scene scene;
    struct buffer diary;
    struct dispatch_tally tally;
    open_scene(&scene, &script);
    const int64_t other = scene.world->step_id;
    start_own(&scene, day_ahead(&scene, 2, "10:00-11:00"), 3 * (int64_t)CLOCK_HOUR);
    queue_mail(scene.world, 0, "{\"first_name\":\"Ann\"}");
    scene.world->step_id = other;
    queue_mail(scene.world, 1, "{\"first_name\":\"Bea\"}");
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.claimed, 1);
    assert_string_equal(tally.campaign, "remind");
    close_scene(&scene, &diary);
    buffer_free(&diary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_relay_does_is_what_the_store_says),
        cmocka_unit_test(what_the_relay_may_have_is_unsure_and_stays_so),
        cmocka_unit_test(nothing_due_is_nothing_done),
        cmocka_unit_test(what_cannot_be_rendered_is_withheld_and_the_others_go),
        cmocka_unit_test(a_suppressed_address_never_reaches_the_relay),
        cmocka_unit_test(receivers_that_ask_for_a_pause_get_one),
        cmocka_unit_test(a_step_that_is_held_does_not_hold_up_the_next),
        cmocka_unit_test(what_is_withheld_uses_up_no_cap),
        cmocka_unit_test(mails_go_within_their_hours),
        cmocka_unit_test(a_bank_holiday_is_closed),
        cmocka_unit_test(who_waits_holds_nobody_up),
    };
    return cmocka_run_group_tests_name("dispatch/dispatch", tests, NULL, NULL);
}
