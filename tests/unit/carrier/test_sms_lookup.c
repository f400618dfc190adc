/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups at a provider that says everything one can say, and everything one should not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/text.h"
#include "muster/carrier/sms_lookup.h"
#include "provider.h"

struct scene {
    struct provider provider;
    struct arena *arena;
    struct config_pair variable;
    struct config_pair field;
    struct config config;
    struct gateway gateway;
    struct sms_lookup *lookup;
    struct sms_finding finding;
    struct error err;
    struct buffer diary;
};

/* The practice profile, whose provider reads what it is to do in the field "text". */
static void open_scene(struct scene *scene)
{
    *scene = (struct scene){.arena = arena_create(), .field = {"text", "{{reference}}"}};
    provider_start(&scene->provider);
    scene->variable = (struct config_pair){
        "base_url", arena_printf(scene->arena, "http://127.0.0.1:%d", scene->provider.port)};
    scene->config = (struct config){.path = "etc/muster.conf"};
    scene->config.sms.gateway = "rehearsal";
    scene->config.sms.sender = "+447700900999";
    scene->config.sms.secret_file = "";
    scene->config.sms.in_flight = 1;
    scene->config.sms.timeout = 1;
    scene->config.sms.variables = &scene->variable;
    scene->config.sms.variable_count = 1;
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    if (!gateway_read(&scene->config, scene->arena, &faults, &scene->gateway, &scene->err)) {
        fail_msg("%s", buffer_text(&faults.text));
    }
    scene->gateway.lookup.request.fields = &scene->field;
}

static void open_lookup(struct scene *scene)
{
    if (!sms_lookup_create(&scene->config, &scene->gateway, &scene->lookup, &scene->err)) {
        fail_msg("%s", scene->err.text);
    }
}

static bool ask(struct scene *scene, const char *reference, const char *remote_id)
{
    const struct sms_query query = {.reference = reference, .remote_id = remote_id};
    scene->finding = (struct sms_finding){.finding = GATEWAY_FINDS_UNKNOWN};
    return sms_lookup_ask(scene->lookup, &query, scene->arena, &scene->finding, &scene->err);
}

static void close_scene(struct scene *scene)
{
    sms_lookup_free(&scene->lookup);
    provider_stop(&scene->provider, &scene->diary);
}

static void drop(struct scene *scene)
{
    buffer_free(&scene->diary);
    arena_free(&scene->arena);
}

static const struct answer_case {
    const char *reference;
    const char *remote_id; /* known before */
    enum gateway_finding finding;
    const char *learnt; /* the id */
    const char *answer; /* a part of it; of the error when there is one */
    enum error_kind kind;
} cases[] = {
    {"taken", NULL, GATEWAY_FINDS_TAKEN, "R7", "200 {\"messages\":[{", ERROR_NONE},
    {"taken", "R7", GATEWAY_FINDS_TAKEN, "R7", "200", ERROR_NONE},
    {"taken", "R8", GATEWAY_FINDS_UNKNOWN, NULL, "of another message: 200", ERROR_NONE},
    {"delivered", NULL, GATEWAY_FINDS_DELIVERED, "R8", "200", ERROR_NONE},
    {"undelivered", NULL, GATEWAY_FINDS_UNDELIVERED, "7", "200", ERROR_NONE},
    {"expired", "R1", GATEWAY_FINDS_EXPIRED, NULL, "200", ERROR_NONE},
    {"absent", NULL, GATEWAY_FINDS_ABSENT, NULL, "200 {\"messages\":[]}", ERROR_NONE},
    {"another", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "of another message", ERROR_NONE},
    {"nobody", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "of another message", ERROR_NONE},
    {"new-word", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "200", ERROR_NONE},
    {"deep", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "200", ERROR_NONE},
    {"half", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "200", ERROR_NONE},
    {"no-list", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "200", ERROR_NONE},
    {"html", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "200 <html>", ERROR_NONE},
    {"html-gone", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "404 <h1>", ERROR_NONE},
    {"forgotten", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "forgotten", ERROR_NONE},
    {"log-in", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "401", ERROR_NONE},
    {"sent-there", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "302", ERROR_NONE},
    {"garbage", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "201", ERROR_NONE},
    {"empty", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "201", ERROR_NONE},
    {"nul", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "201", ERROR_NONE},
    {"oops", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "500", ERROR_NONE},
    {"throttle", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "no look-ups now: 429", ERROR_UNAVAILABLE},
    {"busy", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "no look-ups now: 503", ERROR_UNAVAILABLE},
    {"close", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "does not answer", ERROR_UNAVAILABLE},
    {"partial", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "does not answer", ERROR_UNAVAILABLE},
    {"big", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "larger than 64 KiB", ERROR_UNAVAILABLE},
    {"big-headers", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "does not answer", ERROR_UNAVAILABLE},
    {"not-http", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "does not answer", ERROR_UNAVAILABLE},
    {"hang", NULL, GATEWAY_FINDS_UNKNOWN, NULL, "does not answer", ERROR_UNAVAILABLE},
};

/* All with one handle, so that none is the worse for the one before. */
static void test_answers(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET", "POST"};
    for (size_t m = 0; m < ARRAY_LENGTH(methods); m++) {
        struct scene scene;
        open_scene(&scene);
        scene.gateway.lookup.request.method = methods[m];
        open_lookup(&scene);
        for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
            bool ok = ask(&scene, cases[i].reference, cases[i].remote_id);
            const char *words = ok ? scene.finding.answer : scene.err.text;
            if (ok != (cases[i].kind == ERROR_NONE) || (!ok && scene.err.kind != cases[i].kind) ||
                scene.finding.finding != cases[i].finding ||
                !text_equal(scene.finding.remote_id, cases[i].learnt) ||
                strstr(words, cases[i].answer) == NULL) {
                fail_msg("%s %s: %d %s: %s", methods[m], cases[i].reference, scene.finding.finding,
                         scene.finding.remote_id, words);
            }
        }
        close_scene(&scene);
        assert_null(strstr(buffer_text(&scene.diary), "elsewhere"));
        drop(&scene);
    }
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    int port = 0;
    (void)close(provider_listen(&port));
    scene.variable.value = arena_printf(scene.arena, "http://127.0.0.1:%d", port);
    open_lookup(&scene);
    assert_false(ask(&scene, "absent", NULL));
    assert_int_equal(scene.err.kind, ERROR_UNAVAILABLE);
    sms_lookup_free(&scene.lookup);
    scene.variable.value = "gopher://127.0.0.1";
    open_lookup(&scene);
    assert_false(ask(&scene, "absent", NULL));
    assert_int_equal(scene.err.kind, ERROR_UNAVAILABLE);
    close_scene(&scene);
    drop(&scene);
}

/* An id is the provider's: it may hold anything, and must not lead anywhere else. */
static void test_wire(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Id: {{remote_id}}"};
    struct scene scene;
    open_scene(&scene);
    scene.gateway.lookup.request.url = "{{base_url}}/m/{{remote_id}}?of={{reference}}";
    open_lookup(&scene);
    assert_true(ask(&scene, "absent", "a/../b?c#d &e\xc3\xa9"));
    assert_true(ask(&scene, "absent", NULL));
    sms_lookup_free(&scene.lookup);
    scene.gateway.lookup.request.url = "{{base_url}}/q";
    scene.gateway.lookup.request.method = "POST";
    scene.gateway.lookup.request.body = GATEWAY_JSON;
    scene.gateway.lookup.request.field_count = 0;
    scene.gateway.lookup.request.text = "{\"id\":\"{{remote_id}}\",\"x\":\"text=absent \"}";
    scene.gateway.lookup.request.headers = headers;
    scene.gateway.lookup.request.header_count = 1;
    open_lookup(&scene);
    assert_true(ask(&scene, "r", "a\"b/c"));
    assert_int_equal(scene.finding.finding, GATEWAY_FINDS_ABSENT);
    assert_false(ask(&scene, "r", "a\r\nX-Evil: 1"));
    assert_int_equal(scene.err.kind, ERROR_DATA);
    close_scene(&scene);
    const char *diary = buffer_text(&scene.diary);
    if (strstr(diary, " /m/a%2F..%2Fb%3Fc%23d%20%26e%C3%A9 absent |") == NULL ||
        strstr(diary, " /m/ absent |") == NULL ||
        strstr(diary, " /q absent | {\"id\":\"a\\\"b/c\",\"x\":\"text=absent \"}\n") == NULL ||
        strstr(diary, "X-Evil") != NULL) {
        fail_msg("%s", diary);
    }
    drop(&scene);
}

/* Which of the two names a provider needs follows from the templates. */
static void test_names(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    open_lookup(&scene);
    assert_false(sms_lookup_needs_id(scene.lookup));
    sms_lookup_free(&scene.lookup);
    scene.field.value = "absent";
    scene.gateway.lookup.request.url = "{{base_url}}/m/{{remote_id}}";
    open_lookup(&scene);
    assert_true(sms_lookup_needs_id(scene.lookup));
    assert_false(ask(&scene, "r", NULL));
    assert_int_equal(scene.err.kind, ERROR_DATA);
    assert_non_null(strstr(scene.err.text, "by its own id, which never came"));
    assert_false(ask(&scene, "r", ""));
    assert_true(ask(&scene, "r", "R7"));
    assert_int_equal(scene.finding.finding, GATEWAY_FINDS_ABSENT);
    sms_lookup_free(&scene.lookup);
    scene.gateway.lookup.request.url = "{{base_url}}/m/{{remote_id}}?r={{reference}}";
    open_lookup(&scene);
    assert_false(sms_lookup_needs_id(scene.lookup));
    static const struct {
        const char *url;
        const char *fault;
    } bad[] = {
        {"{{base_url}}/m", "neither {{reference}} nor {{remote_id}}"},
        {"{{base_url}}/{{text}}", "gateway rehearsal, lookup url: {{text}} is not known"},
        {"{{base_url}}/{{referense}}", "did you mean reference"},
        {"{{base_url", "lookup url"},
        {"{{secret}}{{reference}}", "sms.secret_file is not set"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct sms_lookup *lookup = NULL;
        scene.gateway.lookup.request.url = bad[i].url;
        assert_false(sms_lookup_create(&scene.config, &scene.gateway, &lookup, &scene.err));
        assert_int_equal(scene.err.kind, ERROR_CONFIG);
        if (strstr(scene.err.text, bad[i].fault) == NULL) {
            fail_msg("%s", scene.err.text);
        }
        assert_null(lookup);
    }
    close_scene(&scene);
    assert_null(strstr(buffer_text(&scene.diary), " /m/ "));
    drop(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_wire),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("sms_lookup", tests, NULL, NULL);
}
