/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches of texts to a provider that wants us to wait, or to go away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../carrier/provider.h"
#include "../inbound/world.h"
#include "muster/dispatch/dispatch.h"

/* A world, a provider that gives every text the answer that its words name, and a dispatcher; the
 * gateway has another one beside it. */
struct scene {
    struct world *world;
    struct provider provider;
    struct config_pair variable;
    struct config config;
    struct config_route route;
    struct gateway gateway;
    struct windows windows;
    struct dispatch *dispatch;
};

static void open_dispatch(struct scene *scene, bool alone)
{
    const struct dispatch_way way = {
        .db = scene->world->db,
        .route = &scene->route,
        .alone = alone,
        .gateway = &scene->gateway,
        .windows = &scene->windows,
        .worker = worker_id(scene->world->worker),
    };
    WORLD_MUST(dispatch_open(&way, &scene->dispatch, &err));
}

static void open_scene(struct scene *scene, const char *words)
{
    *scene = (struct scene){.windows = {.sms = {.always = true}, .email = {.always = true}}};
    provider_start(&scene->provider);
    scene->world = world_open(clock_now());
    struct frozen_template template = {
        .name = "note", .channel = CHANNEL_SMS, .language = "en", .text = words};
    WORLD_MUST(db_begin(scene->world->db, &err));
    WORLD_MUST(templates_put(scene->world->db, &template, &err));
    WORLD_MUST(db_commit(scene->world->db, &err));
    scene->world->template_id = template.id;
    scene->variable = (struct config_pair){
        "base_url", arena_printf(scene->world->arena, "http://127.0.0.1:%d", scene->provider.port)};
    scene->config = (struct config){
        .path = "etc/muster.conf",
        .organisation = {.name = "Branch", .zone = "Europe/London", .language = "en"},
        .public = {.url = ""},
        .mail = {.from = "organiser@branch.example", .from_name = ""},
        .retry = {.first = 60, .longest = 3600, .attempts = 3},
    };
    scene->config.sms.gateway = "rehearsal";
    scene->config.sms.sender = "+447700900999";
    scene->config.sms.secret_file = "";
    scene->config.sms.sessions = 1;
    scene->config.sms.in_flight = 1;
    scene->config.sms.batch = 16;
    scene->config.sms.timeout = 2;
    scene->config.sms.weight = 1;
    scene->config.sms.variables = &scene->variable;
    scene->config.sms.variable_count = 1;
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    WORLD_MUST(gateway_read(&scene->config, scene->world->arena, &faults, &scene->gateway, &err));
    scene->route = (struct config_route){.name = "rehearsal", .config = &scene->config};
    open_dispatch(scene, false);
}

/* Gives how many requests the provider had. */
static size_t close_scene(struct scene *scene)
{
    CLEANUP(buffer_free) struct buffer diary;
    dispatch_free(&scene->dispatch);
    provider_stop(&scene->provider, &diary);
    world_close(scene->world);
    size_t requests = 0;
    for (size_t i = 0; i < diary.length; i++) {
        requests += buffer_text(&diary)[i] == '\n' ? 1 : 0;
    }
    return requests;
}

static struct route_state only_route(struct scene *scene)
{
    struct route_state *states = NULL;
    size_t count = 0;
    WORLD_MUST(routes_list(scene->world->db, scene->world->arena, &states, &count, &err));
    assert_int_equal(count, 1);
    return states[0];
}

static void retry_after_keeps_the_route_away(void **state)
{
    (void)state;
    struct scene scene;
    struct dispatch_tally tally;
    open_scene(&scene, "throttle"); /* Retry-After: 2 */
    int64_t before = clock_now();
    (void)world_queue(scene.world, 0, CHANNEL_SMS);
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.deferred, 1);
    assert_true(only_route(&scene).paused_until >= before + 2000);
    assert_int_equal(only_route(&scene).failures, 0);
    /* The next text must wait, and the provider hears nothing of it. */
    (void)world_queue(scene.world, 1, CHANNEL_SMS);
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    if (clock_now() < before + 2000) {
        assert_int_equal(tally.claimed, 0);
        assert_in_range(tally.wait, 1, 2000);
        assert_int_equal(close_scene(&scene), 1);
    } else { /* a machine this slow has waited meanwhile */
        (void)close_scene(&scene);
    }
}

/* A day is longer than there is time; but there is another gateway. */
static void a_message_need_not_wait_for_one_of_several(void **state)
{
    (void)state;
    for (int alone = 0; alone < 2; alone++) {
        struct scene scene;
        struct dispatch_tally tally;
        open_scene(&scene, "throttle-long"); /* Retry-After: 99999999 */
        scene.config.retry.first = 1;
        scene.config.retry.longest = 1;
        if (alone == 1) {
            dispatch_free(&scene.dispatch);
            open_dispatch(&scene, true);
        }
        (void)world_queue(scene.world, 0, CHANNEL_SMS);
        WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
        const struct outbox_message *message = world_message(scene.world, 0, CHANNEL_SMS);
        assert_string_equal(message->state, alone == 1 ? "expired" : "queued");
        if (alone == 0) {
            assert_in_range(message->due_at, 1, clock_now() + 2000);
        }
        (void)close_scene(&scene);
    }
}

static void one_that_is_gone_is_closed(void **state)
{
    (void)state;
    struct scene scene;
    struct dispatch_tally tally;
    struct error fault = {.kind = ERROR_NONE};
    open_scene(&scene, "ok");
    (void)world_queue(scene.world, 0, CHANNEL_SMS);
    WORLD_MUST(dispatch_batch(scene.dispatch, &tally, &err));
    assert_int_equal(tally.accepted, 1);
    CLEANUP(buffer_free) struct buffer diary;
    provider_stop(&scene.provider, &diary);
    int64_t before = clock_now();
    (void)world_queue(scene.world, 1, CHANNEL_SMS);
    (void)!dispatch_batch(scene.dispatch, &tally, &fault);
    assert_int_equal(tally.accepted, 0);
    assert_string_equal(world_message(scene.world, 1, CHANNEL_SMS)->state, "queued");
    struct route_state route = only_route(&scene);
    assert_int_equal(route.failures, 1);
    assert_true(route.closed_until >= before + 1000);
    assert_non_null(route.fault);
    dispatch_free(&scene.dispatch);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_after_keeps_the_route_away),
        cmocka_unit_test(a_message_need_not_wait_for_one_of_several),
        cmocka_unit_test(one_that_is_gone_is_closed),
    };
    return cmocka_run_group_tests_name("dispatch/texts", tests, NULL, NULL);
}
