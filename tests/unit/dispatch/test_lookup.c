/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsure texts, and a provider that is asked for them: what each answer makes of a message, and
 * that nothing but a proof makes anything of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../carrier/provider.h"
#include "../inbound/world.h"
#include "muster/dispatch/lookup.h"
#include "muster/store/outbox_unsure.h"

/* A world whose text to the first member is unsure, and a provider that gives one answer. */
struct scene {
    struct world *world;
    struct provider provider;
    struct config_pair variable;
    struct config_pair field; /* what the provider is to answer */
    struct config config;
    struct gateway gateway;
    struct lookup *lookup;
};

static void read_profile(struct scene *scene)
{
    static const char *const headers[] = {"X-Reference: {{reference}}"};
    struct error err = {.kind = ERROR_NONE};
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    if (!gateway_read(&scene->config, scene->world->arena, &faults, &scene->gateway, &err)) {
        fail_msg("%s", buffer_text(&faults.text));
    }
    scene->gateway.name = "practice"; /* as world_release has it */
    scene->gateway.lookup.request.headers = headers;
    scene->gateway.lookup.request.header_count = 1;
    scene->gateway.lookup.request.fields = &scene->field;
    scene->gateway.lookup.reference = ""; /* the answers are made beforehand */
}

/* The text was released `age` ms ago. */
static void open_scene(struct scene *scene, const char *answer, int64_t age)
{
    *scene = (struct scene){.field = {"text", answer}};
    provider_start(&scene->provider);
    scene->world = world_open(clock_now() - age);
    (void)world_queue(scene->world, 0, CHANNEL_SMS);
    world_release(scene->world, CHANNEL_SMS);
    world_settle(scene->world, world_message(scene->world, 0, CHANNEL_SMS)->id, "unsure", NULL);
    scene->variable = (struct config_pair){
        "base_url", arena_printf(scene->world->arena, "http://127.0.0.1:%d", scene->provider.port)};
    scene->config = (struct config){.path = "etc/muster.conf", .retry = {.attempts = 3}};
    scene->config.sms.gateway = "rehearsal";
    scene->config.sms.sender = "+447700900999";
    scene->config.sms.secret_file = "";
    scene->config.sms.in_flight = 1;
    scene->config.sms.timeout = 1;
    scene->config.sms.variables = &scene->variable;
    scene->config.sms.variable_count = 1;
    read_profile(scene);
}

static void open_lookup(struct scene *scene)
{
    WORLD_MUST(
        lookup_open(scene->world->db, &scene->config, &scene->gateway, &scene->lookup, &err));
}

/* Gives how often the provider was asked. */
static size_t close_scene(struct scene *scene)
{
    CLEANUP(buffer_free) struct buffer diary;
    lookup_free(&scene->lookup);
    provider_stop(&scene->provider, &diary);
    world_close(scene->world);
    size_t asked = 0;
    for (size_t i = 0; i < diary.length; i++) {
        asked += buffer_text(&diary)[i] == '\n' ? 1 : 0;
    }
    return asked;
}

static struct outbox_message *first(struct scene *scene)
{
    return world_message(scene->world, 0, CHANNEL_SMS);
}

static bool batch(struct scene *scene)
{
    bool busy = false;
    WORLD_MUST(lookup_batch(scene->lookup, &busy, &err));
    return busy;
}

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

static const struct answer_case {
    const char *answer;
    int64_t age;
    int64_t attempts; /* that may be made; one was */
    const char *state;
    const char *words; /* in the reason, or of the look-up when it stays unsure */
} cases[] = {
    {"taken", CLOCK_SECOND, 3, "accepted", "the provider says: 200 {\"messages\""},
    {"delivered", CLOCK_SECOND, 3, "delivered", "the provider says: 200"},
    {"undelivered", CLOCK_SECOND, 3, "undelivered", "the provider says: 200"},
    {"expired", CLOCK_SECOND, 3, "undelivered", "the provider says: 200"},
    /* "absent" counts from 300 s to a day after the release */
    {"absent", CLOCK_SECOND, 3, "unsure", "200 {\"messages\":[]}"},
    {"absent", 299 * CLOCK_SECOND - CLOCK_MINUTE, 3, "unsure", "200 {\"messages\":[]}"},
    {"absent", 301 * CLOCK_SECOND, 3, "queued", "the provider says: it was not taken: 200"},
    {"absent", 301 * CLOCK_SECOND, 1, "refused", "the provider says: it was not taken: 200"},
    {"absent", 13 * (int64_t)CLOCK_HOUR, 3, "expired", "the provider says: it was not taken: 200"},
    {"html", CLOCK_HOUR, 3, "unsure", "200 <html>"},
    {"html-gone", CLOCK_HOUR, 3, "unsure", "404 <h1>absent</h1>"},
    {"half", CLOCK_HOUR, 3, "unsure", "200"},
    {"deep", CLOCK_HOUR, 3, "unsure", "200"},
    {"no-list", CLOCK_HOUR, 3, "unsure", "200"},
    {"log-in", CLOCK_HOUR, 3, "unsure", "401"},
    {"sent-there", CLOCK_HOUR, 3, "unsure", "302"},
    {"forgotten", CLOCK_HOUR, 3, "unsure", "404"},
    {"oops", CLOCK_HOUR, 3, "unsure", "500"},
    {"throttle", CLOCK_HOUR, 3, "unsure", "wants no look-ups now: 429"},
    {"close", CLOCK_HOUR, 3, "unsure", "does not answer a look-up"},
    {"partial", CLOCK_HOUR, 3, "unsure", "does not answer a look-up"},
    {"big", CLOCK_HOUR, 3, "unsure", "larger than 64 KiB"},
    {"hang", CLOCK_HOUR, 3, "unsure", "does not answer a look-up"},
};

static void each_answer_settles_what_it_proves(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        struct outbox_lookup last;
        open_scene(&scene, cases[i].answer, cases[i].age);
        scene.config.retry.attempts = cases[i].attempts;
        open_lookup(&scene);
        const char *reference = first(&scene)->reference;
        bool moved = strcmp(cases[i].state, "unsure") != 0;
        assert_int_equal(batch(&scene), moved);
        const struct outbox_message *message = first(&scene);
        WORLD_MUST(
            outbox_unsure_last(scene.world->db, message->id, scene.world->arena, &last, &err));
        const char *words = moved ? message->reason : last.answer;
        if (strcmp(message->state, cases[i].state) != 0 || last.times != 1 ||
            strstr(words, cases[i].words) == NULL) {
            fail_msg("%s: %s %lld: %s", cases[i].answer, message->state, (long long)last.times,
                     words);
        }
        assert_string_equal(message->reference, reference);
        assert_false(batch(&scene)); /* not asked again so soon */
        assert_int_equal(close_scene(&scene), 1);
    }
}

/* An "absent" that is too early is asked for again when it will count; others in a minute. */
static void it_is_asked_again_when_it_may_have_changed(void **state)
{
    (void)state;
    struct scene scene;
    struct outbox_lookup last;
    open_scene(&scene, "absent", CLOCK_SECOND);
    open_lookup(&scene);
    (void)batch(&scene);
    const struct outbox_message *message = first(&scene);
    WORLD_MUST(outbox_unsure_last(scene.world->db, message->id, scene.world->arena, &last, &err));
    assert_int_equal(last.next_at, message->released_at + 300 * CLOCK_SECOND);
    (void)close_scene(&scene);
    open_scene(&scene, "oops", CLOCK_SECOND);
    open_lookup(&scene);
    (void)batch(&scene);
    message = first(&scene);
    WORLD_MUST(outbox_unsure_last(scene.world->db, message->id, scene.world->arena, &last, &err));
    assert_int_equal(last.next_at, last.at + CLOCK_MINUTE);
    (void)close_scene(&scene);
}

static void nobody_is_asked_who_may_have_forgotten(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "absent", DAY + CLOCK_MINUTE);
    open_lookup(&scene);
    assert_false(batch(&scene));
    assert_string_equal(first(&scene)->state, "unsure");
    /* by hand it is asked, but its "absent" counts no more */
    struct lookup_result result;
    WORLD_MUST(lookup_one(scene.lookup, first(&scene), scene.world->arena, &result, &err));
    assert_false(result.moved);
    assert_string_equal(result.state, "unsure");
    assert_non_null(strstr(result.answer, "not there any more, if it ever was: 200"));
    assert_string_equal(first(&scene)->state, "unsure");
    assert_int_equal(close_scene(&scene), 1);
}

/* Ten that hang do not cost ten times the timeout. */
static void a_provider_that_does_not_answer_is_left_alone(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "close", CLOCK_HOUR);
    (void)world_queue(scene.world, 1, CHANNEL_SMS);
    world_release(scene.world, CHANNEL_SMS);
    world_settle(scene.world, world_message(scene.world, 1, CHANNEL_SMS)->id, "unsure", NULL);
    open_lookup(&scene);
    for (int i = 0; i < 3; i++) {
        assert_false(batch(&scene));
    }
    assert_string_equal(first(&scene)->state, "unsure");
    assert_int_equal(close_scene(&scene), 1);
}

static void one_is_asked_for_by_hand(void **state)
{
    (void)state;
    struct scene scene;
    struct lookup_result result;
    struct error fault = {.kind = ERROR_NONE};
    open_scene(&scene, "absent", CLOCK_SECOND);
    open_lookup(&scene);
    WORLD_MUST(lookup_one(scene.lookup, first(&scene), scene.world->arena, &result, &err));
    assert_false(result.moved);
    assert_non_null(strstr(result.answer, "not there yet, which counts from "));
    scene.field.value = "taken"; /* the templates are parsed anew */
    lookup_free(&scene.lookup);
    open_lookup(&scene);
    WORLD_MUST(lookup_one(scene.lookup, first(&scene), scene.world->arena, &result, &err));
    assert_true(result.moved);
    assert_string_equal(result.state, "accepted");
    assert_string_equal(first(&scene)->remote_id, "R7");
    assert_false(lookup_one(scene.lookup, first(&scene), scene.world->arena, &result, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_non_null(strstr(fault.text, "is no unsure text: it is a text, and accepted"));
    assert_int_equal(close_scene(&scene), 2);
}

static void what_cannot_be_looked_up_is_said(void **state)
{
    (void)state;
    struct scene scene;
    struct lookup_result result;
    struct error fault = {.kind = ERROR_NONE};
    open_scene(&scene, "absent", CLOCK_HOUR);
    scene.gateway.lookup.request.url = "{{base_url}}/m/{{remote_id}}";
    scene.gateway.lookup.request.header_count = 0;
    open_lookup(&scene);
    assert_false(batch(&scene));
    assert_false(lookup_one(scene.lookup, first(&scene), scene.world->arena, &result, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_non_null(strstr(fault.text, "cannot be looked up"));
    scene.gateway.name = "other";
    assert_false(batch(&scene));
    assert_false(lookup_one(scene.lookup, first(&scene), scene.world->arena, &result, &fault));
    assert_non_null(strstr(fault.text, "went by the gateway practice, not by other"));
    lookup_free(&scene.lookup);
    scene.gateway.lookup.given = false;
    open_lookup(&scene);
    assert_null(scene.lookup);
    assert_false(batch(&scene));
    assert_string_equal(first(&scene)->state, "unsure");
    assert_int_equal(close_scene(&scene), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_settles_what_it_proves),
        cmocka_unit_test(it_is_asked_again_when_it_may_have_changed),
        cmocka_unit_test(nobody_is_asked_who_may_have_forgotten),
        cmocka_unit_test(a_provider_that_does_not_answer_is_left_alone),
        cmocka_unit_test(one_is_asked_for_by_hand),
        cmocka_unit_test(what_cannot_be_looked_up_is_said),
    };
    return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
