/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMS carrier against a provider that goes wrong in every way, with every verdict looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "certificates.h"
#include "muster/base/clock.h"
#include "muster/carrier/sms.h"
#include "provider.h"
#include "sms_private.h"

enum { PARCELS_MAX = 64 };

static const char letters[] = "uardx"; /* one for each verdict, in the order of the enum */

/* A carrier to a provider that runs, and what became of the parcels. */
struct scene {
    struct provider provider;
    struct arena *arena;
    struct config_pair variable;
    struct config config;
    struct gateway gateway;
    struct carrier *carrier;
    struct parcel parcels[PARCELS_MAX];
    struct error err;
    bool ok;
    struct buffer diary;
};

static void open_scene(struct scene *scene)
{
    *scene = (struct scene){.arena = arena_create()};
    provider_start(&scene->provider);
    char *url = arena_printf(scene->arena, "http://127.0.0.1:%d", scene->provider.port);
    scene->variable = (struct config_pair){"base_url", url};
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
}

static void open_carrier(struct scene *scene)
{
    if (!sms_create(&scene->config, &scene->gateway, "http://127.0.0.1:9/receipt", "",
                    &scene->carrier, &scene->err)) {
        fail_msg("%s", scene->err.text);
    }
}

/* Send one parcel for each word of `texts`. */
static void send_texts(struct scene *scene, const char *texts)
{
    size_t count = 0;
    for (const char *at = texts; *at != '\0';) {
        size_t length = strcspn(at, " ");
        scene->parcels[count++] = (struct parcel){.reference = "ref1",
                                                  .to = "+447700900123",
                                                  .body = arena_span(scene->arena, at, length),
                                                  .length = length,
                                                  .validity = 3600};
        at += length + (at[length] == ' ' ? 1 : 0);
    }
    scene->ok = carrier_send(scene->carrier, scene->parcels, count, scene->arena, &scene->err);
}

static void close_scene(struct scene *scene)
{
    carrier_free(&scene->carrier);
    provider_stop(&scene->provider, &scene->diary);
}

static void drop(struct scene *scene)
{
    buffer_free(&scene->diary);
    arena_free(&scene->arena);
}

/* How often the provider was asked to send this text. */
static size_t asked(const struct scene *scene, const char *text)
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, " /messages %s |", text);
    size_t found = 0;
    for (const char *at = buffer_text(&scene->diary); (at = strstr(at, wanted)) != NULL; at++) {
        found++;
    }
    return found;
}

struct fault_case {
    const char *texts;
    const char *verdicts;
    enum error_kind kind; /* ERROR_NONE: carrier_send is true */
    int64_t retry_after;  /* of the first parcel */
    const char *answer;   /* part of the first parcel's answer */
};

static const struct fault_case faults[] = {
    {"ok ok ok", "aaa", ERROR_NONE, 0, "201 {\"id\":\"R7\""},
    {"number ok", "ra", ERROR_NONE, 0, "400 {\"error\":{\"code\":\"number\""},
    {"field ok", "du", ERROR_CONFIG, 0, "\"field\""},
    {"stopped ok", "du", ERROR_CONFIG, 0, "403"},
    {"throttle ok", "du", ERROR_NONE, 2000, "429"},
    {"throttle-long", "d", ERROR_NONE, 86400000, "429"},
    {"busy ok", "du", ERROR_NONE, 1000, "503"},
    {"oops ok", "xa", ERROR_NONE, 0, "500 <h1>Oops</h1>"},
    {"garbage ok", "xa", ERROR_NONE, 0, "201 {\"id\":"},
    {"empty ok", "xa", ERROR_NONE, 0, "201"},
    {"array ok", "xa", ERROR_NONE, 0, "201"},
    {"null-id ok", "xa", ERROR_NONE, 0, "201"},
    {"nul ok", "xa", ERROR_NONE, 0, "201"},
    {"redirect ok", "xa", ERROR_NONE, 0, "302"},
    {"moved ok", "du", ERROR_CONFIG, 0, "301"},
    {"missing ok", "du", ERROR_CONFIG, 0, "404 no such page"},
    {"teapot ok", "ra", ERROR_NONE, 0, "418 short and stout"},
    {"conflict ok", "xa", ERROR_NONE, 0, "409"},
    {"close ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"ok close ok", "axa", ERROR_NONE, 0, "201"},
    {"ok ok close close ok", "aaxxa", ERROR_NONE, 0, "201"},
    {"partial ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"big ok", "xa", ERROR_NONE, 0, "larger than 64 KiB"},
    {"big-headers ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"not-http ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"hang ok", "xu", ERROR_UNAVAILABLE, 0, "may have taken"},
    {"ok hang ok", "axu", ERROR_NONE, 0, "201"},
    {"fine-error ok", "xa", ERROR_NONE, 0, "200 {\"error\""},
    {"made-error ok", "xa", ERROR_NONE, 0, "201 {\"error\""},
    {"both ok", "xa", ERROR_NONE, 0, "201 {"},
    {"html ok", "xa", ERROR_NONE, 0, "200 <html>"},
    {"made-html ok", "xa", ERROR_NONE, 0, "201 <html>"},
    {"behind ok", "xa", ERROR_NONE, 0, "201 {"},
    {"packed ok", "xa", ERROR_NONE, 0, "201"},
    {"round ok", "du", ERROR_CONFIG, 0, "307"},
    {"away ok", "du", ERROR_CONFIG, 0, "308"},
    {"out ok", "xa", ERROR_NONE, 0, "303"},
    {"two ok", "aa", ERROR_NONE, 0, "201"},
    {"giant ok", "xa", ERROR_NONE, 0, "larger than 64 KiB"},
    {"giant-chunks ok", "xa", ERROR_NONE, 0, "larger than 64 KiB"},
    {"long-header ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"long-status ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"continue ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"chunk-size ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"trailers ok", "xa", ERROR_NONE, 0, "may have taken"},
    {"drip ok", "xu", ERROR_UNAVAILABLE, 0, "may have taken"},
    {"drip-headers ok", "xu", ERROR_UNAVAILABLE, 0, "may have taken"},
    {"drip-header ok", "xu", ERROR_UNAVAILABLE, 0, "may have taken"},
    {"drip-body ok", "xu", ERROR_UNAVAILABLE, 0, "may have taken"},
    {"drip-chunks ok", "xu", ERROR_UNAVAILABLE, 0, "may have taken"},
};

/* Whether all was as it should be; says what was not. */
static bool check_case(const struct fault_case *fault, const char *method)
{
    struct scene scene;
    open_scene(&scene);
    scene.gateway.request.method = method;
    open_carrier(&scene);
    send_texts(&scene, fault->texts);
    close_scene(&scene);
    char verdicts[PARCELS_MAX + 1] = "";
    bool once = true;
    size_t count = strlen(fault->verdicts);
    for (size_t i = 0; i < count; i++) {
        verdicts[i] = letters[scene.parcels[i].verdict];
        size_t same = 0;
        for (size_t j = 0; j < count; j++) {
            same += strcmp(scene.parcels[i].body, scene.parcels[j].body) == 0 &&
                            scene.parcels[j].verdict != CARRIER_UNTOUCHED
                        ? 1
                        : 0;
        }
        once = once && asked(&scene, scene.parcels[i].body) == same;
    }
    bool right = strcmp(verdicts, fault->verdicts) == 0 && once &&
                 (scene.ok ? ERROR_NONE : scene.err.kind) == fault->kind &&
                 scene.parcels[0].retry_after == fault->retry_after &&
                 strstr(scene.parcels[0].answer, fault->answer) != NULL &&
                 strstr(buffer_text(&scene.diary), "elsewhere") == NULL &&
                 strstr(buffer_text(&scene.diary), "all was read") == NULL;
    if (!right) {
        print_error("%s %s: %s kind %d wait %lld \"%s\" (%s)\n%s", method, fault->texts, verdicts,
                    scene.ok ? 0 : scene.err.kind, (long long)scene.parcels[0].retry_after,
                    scene.parcels[0].answer, scene.err.text, buffer_text(&scene.diary));
    }
    drop(&scene);
    return right;
}

/* KiB that this process has ever held at once. */
static long memory(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static void test_faults(void **state)
{
    (void)state;
    size_t wrong = 0;
    long before = memory();
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        wrong += check_case(&faults[i], "POST") ? 0 : 1;
        wrong += check_case(&faults[i], "GET") ? 0 : 1;
    }
    assert_int_equal(wrong, 0);
    assert_true(memory() - before < 64L * 1024); /* of a gigabyte that came, twice */
}

static void test_retry_date(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    open_carrier(&scene);
    send_texts(&scene, "throttle-date");
    close_scene(&scene);
    assert_int_equal(scene.parcels[0].verdict, CARRIER_DEFERRED);
    assert_in_range(scene.parcels[0].retry_after, 1000, 100000);
    drop(&scene);
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    int port = 0;
    (void)close(provider_listen(&port));
    scene.variable.value = arena_printf(scene.arena, "http://127.0.0.1:%d", port);
    open_carrier(&scene);
    send_texts(&scene, "ok ok ok");
    assert_false(scene.ok);
    assert_int_equal(scene.err.kind, ERROR_UNAVAILABLE);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(scene.parcels[i].verdict, CARRIER_UNTOUCHED);
    }
    carrier_free(&scene.carrier);
    scene.variable.value = "gopher://127.0.0.1";
    open_carrier(&scene);
    send_texts(&scene, "ok ok");
    assert_false(scene.ok);
    assert_int_equal(scene.err.kind, ERROR_CONFIG);
    assert_int_equal(scene.parcels[0].verdict, CARRIER_UNTOUCHED);
    close_scene(&scene);
    assert_string_equal(buffer_text(&scene.diary), "");
    drop(&scene);
}

/* Accept one connection under TLS, and tell by the exit status whether anything was said there. */
static _Noreturn void listen_under_tls(int listener, const char *certificate)
{
    char byte;
    (void)alarm(60);
    int fd = accept(listener, NULL, NULL);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    (void)SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM);
    (void)SSL_CTX_use_PrivateKey_file(context, certificate, SSL_FILETYPE_PEM);
    SSL *ssl = SSL_new(context);
    (void)SSL_set_fd(ssl, fd);
    _exit(SSL_accept(ssl) == 1 && SSL_read(ssl, &byte, 1) > 0 ? 1 : 0);
}

/* Nothing is said to a provider whose certificate nobody vouches for. */
static void test_certificate(void **state)
{
    (void)state;
    char path[] = "/tmp/muster-test-XXXXXX";
    (void)close(mkstemp(path));
    make_certificate(path, "DNS:localhost,IP:127.0.0.1");
    int port = 0;
    int listener = provider_listen(&port);
    pid_t pid = fork();
    if (pid == 0) {
        listen_under_tls(listener, path);
    }
    (void)close(listener);
    struct scene scene;
    open_scene(&scene);
    scene.config.sms.timeout = 30;
    scene.variable.value = arena_printf(scene.arena, "https://localhost:%d", port);
    open_carrier(&scene);
    send_texts(&scene, "ok ok");
    assert_false(scene.ok);
    assert_int_equal(scene.err.kind, ERROR_UNAVAILABLE);
    assert_int_equal(scene.parcels[0].verdict, CARRIER_UNTOUCHED);
    assert_int_equal(scene.parcels[1].verdict, CARRIER_UNTOUCHED);
    int status = 1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close_scene(&scene);
    drop(&scene);
    (void)unlink(path);
}

/* What is asked of the provider, and over which connections. */
static void test_wire(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    open_carrier(&scene);
    assert_int_equal(carrier_batch(scene.carrier), 1);
    send_texts(&scene, "ok ok");
    assert_true(scene.ok);
    assert_string_equal(scene.parcels[0].remote_id, "R7");
    send_texts(&scene, "ok");
    assert_true(scene.ok);
    scene.parcels[0] = (struct parcel){.reference = "r2",
                                       .to = "+447700900124",
                                       .body = "50% & more = caf\xc3\xa9?\nBye",
                                       .length = strlen("50% & more = caf\xc3\xa9?\nBye"),
                                       .validity = 60};
    scene.ok = carrier_send(scene.carrier, scene.parcels, 1, scene.arena, &scene.err);
    assert_true(scene.ok);
    close_scene(&scene);
    const char *diary = buffer_text(&scene.diary);
    assert_int_equal(asked(&scene, "ok"), 3);
    assert_non_null(strstr(diary, "1 /messages ok | to=%2B447700900123&from=%2B447700900999&text=ok"
                                  "&reference=ref1&validity=3600&"
                                  "receipt_url=http%3A%2F%2F127.0.0.1%3A9%2Freceipt\n"));
    assert_non_null(strstr(diary, "text=50%25%20%26%20more%20%3D%20caf%C3%A9%3F%0ABye&"));
    assert_null(strstr(diary, "2 /messages")); /* one connection for all */
    drop(&scene);
}

/* Many at once: as many connections as may be in flight, and each message once. */
static void test_many(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.config.sms.in_flight = 4;
    open_carrier(&scene);
    send_texts(&scene, "ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok");
    assert_true(scene.ok);
    close_scene(&scene);
    for (size_t i = 0; i < 24; i++) {
        assert_int_equal(scene.parcels[i].verdict, CARRIER_ACCEPTED);
    }
    assert_int_equal(asked(&scene, "ok"), 24);
    assert_null(strstr(buffer_text(&scene.diary), "\n5 /messages"));
    drop(&scene);
}

/* What may not be begun any more is not, and nobody is to blame. */
static void test_until(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    open_carrier(&scene);
    for (size_t i = 0; i < 2; i++) {
        scene.parcels[i] = (struct parcel){.reference = "ref1",
                                           .to = "+447700900123",
                                           .body = "ok",
                                           .length = 2,
                                           .until = i == 0 ? 1 : INT64_MAX,
                                           .validity = 60};
    }
    assert_true(carrier_send(scene.carrier, scene.parcels, 2, scene.arena, &scene.err));
    assert_int_equal(scene.parcels[0].verdict, CARRIER_UNTOUCHED);
    assert_int_equal(scene.parcels[1].verdict, CARRIER_ACCEPTED);
    assert_true(carrier_send(scene.carrier, scene.parcels, 1, scene.arena, &scene.err));
    assert_int_equal(scene.parcels[0].verdict, CARRIER_UNTOUCHED);
    close_scene(&scene);
    assert_int_equal(asked(&scene, "ok"), 1);
    drop(&scene);
}

static void test_bodies(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.gateway.number = GATEWAY_DIGITS;
    scene.gateway.request.body = GATEWAY_JSON;
    scene.gateway.request.text = "{\"text\":\"{{text}}\",\"to\":\"{{to}}\",\"from\":\"{{from}}\"}";
    open_carrier(&scene);
    send_texts(&scene, "a\"b\\c");
    carrier_free(&scene.carrier);
    scene.gateway.request.body = GATEWAY_XML;
    scene.gateway.request.text = "<m to=\"{{to}}\">{{text}}</m>";
    open_carrier(&scene);
    send_texts(&scene, "<&>");
    close_scene(&scene);
    const char *diary = buffer_text(&scene.diary);
    assert_non_null(strstr(diary, "| {\"text\":\"a\\\"b\\\\c\",\"to\":\"447700900123\","
                                  "\"from\":\"447700900999\"}\n"));
    assert_non_null(strstr(diary, "| <m to=\"447700900123\">&lt;&amp;&gt;</m>\n"));
    drop(&scene);
}

static void test_unsendable(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    static const char *const headers[] = {"X-Reference: {{reference}}"};
    scene.gateway.request.headers = headers;
    scene.gateway.request.header_count = 1;
    open_carrier(&scene);
    char *huge = arena_alloc(scene.arena, 100001);
    memset(huge, 'x', 100000);
    const struct parcel bad[] = {
        {.reference = "a\r\nX-Evil: 1", .to = "+447700900123", .body = "ok", .length = 2},
        {.reference = "r", .to = "+447700900123", .body = "o\0k", .length = 3},
        {.reference = "r", .to = "+447700900123", .body = huge, .length = 100000},
        {.reference = "r", .to = "+447700900123", .body = "ok", .length = 2, .validity = 60},
    };
    memcpy(scene.parcels, bad, sizeof bad);
    scene.ok = carrier_send(scene.carrier, scene.parcels, 4, scene.arena, &scene.err);
    assert_true(scene.ok);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(scene.parcels[i].verdict, CARRIER_REFUSED);
        assert_non_null(strstr(scene.parcels[i].answer, "not handed over"));
    }
    assert_int_equal(scene.parcels[3].verdict, CARRIER_ACCEPTED);
    close_scene(&scene);
    assert_int_equal(asked(&scene, "ok"), 1);
    drop(&scene);
}

static void test_rules(void **state)
{
    (void)state;
    static const struct gateway_rule rules[] = {
        {200, 200, "m.0.s", "0", GATEWAY_ACCEPTED, GATEWAY_FINDS_UNKNOWN},
        {200, 200, "m.0.s", "9*", GATEWAY_OPTED_OUT, GATEWAY_FINDS_UNKNOWN},
        {200, 200, "m", NULL, GATEWAY_TEMPORARY, GATEWAY_FINDS_UNKNOWN},
        {202, 202, "body", "0: Accepted*", GATEWAY_ACCEPTED, GATEWAY_FINDS_UNKNOWN},
        {202, 202, "body", NULL, GATEWAY_THROTTLED, GATEWAY_FINDS_UNKNOWN},
        {500, 502, "", NULL, GATEWAY_TEMPORARY, GATEWAY_FINDS_UNKNOWN},
    };
    static const struct {
        int status;
        const char *body;
        char verdict;
        const char *id;
    } cases[] = {
        {200, "{\"m\":[{\"s\":0,\"id\":12}]}", 'a', "12"},
        {200, "{\"m\":[{\"s\":\"0\",\"id\":\"a\\u0000b\"}]}", 'x', NULL},
        {200, "{\"m\":[{\"s\":\"0\",\"id\":\"a\\u0001b\"}]}", 'a', NULL},
        {200, "{\"m\":[{\"s\":\"91\"}]}", 'r', NULL},
        {200, "{\"m\":[]}", 'd', NULL},
        {200, "{\"m\":null}", 'x', NULL},
        {200, "{}", 'x', NULL},
        {202, "  0: Accepted for delivery\n", 'a', NULL},
        {202, "3: Queued", 'd', NULL},
        {202, " \n", 'x', NULL},
        {502, "", 'd', NULL},
        {504, "", 'x', NULL},
        {0, "", 'x', NULL},
    };
    struct gateway gateway = {.rules = rules, .rule_count = ARRAY_LENGTH(rules)};
    gateway.answer_id = "m.0.id";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct sms_answer answer = {cases[i].status, cases[i].body, strlen(cases[i].body), 7};
        struct parcel parcel = {.verdict = CARRIER_UNTOUCHED};
        assert_false(sms_judge(&gateway, &answer, &parcel, arena));
        if (letters[parcel.verdict] != cases[i].verdict) {
            fail_msg("case %zu: %c", i, letters[parcel.verdict]);
        }
        assert_int_equal(parcel.retry_after, cases[i].verdict == 'd' ? 7 : 0);
        assert_int_equal(parcel.opted_out, i == 3);
        if (cases[i].id == NULL) {
            assert_null(parcel.remote_id);
        } else {
            assert_string_equal(parcel.remote_id, cases[i].id);
        }
    }
}

static void test_create(void **state)
{
    (void)state;
    char path[] = "/tmp/muster-test-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(write(file, "swordfish\n", 10), 10);
    (void)close(file);
    struct scene scene;
    open_scene(&scene);
    static const struct {
        const char *url;
        mode_t mode;
        enum error_kind kind;
        const char *text;
    } cases[] = {
        {"{{base_url", 0600, ERROR_CONFIG, "rehearsal"},
        {"{{base_urk}}", 0600, ERROR_CONFIG, "did you mean base_url"},
        {"{{secret}}", 0644, ERROR_PERMISSION, "others may read"},
        {"{{secret}}", 0600, ERROR_NONE, ""},
        {"{{secret}}", 0, ERROR_CONFIG, "sms.secret_file is not set"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        scene.gateway.request.url = cases[i].url;
        scene.config.sms.secret_file = cases[i].mode == 0 ? "" : path;
        assert_int_equal(chmod(path, cases[i].mode == 0 ? 0600 : cases[i].mode), 0);
        bool ok = sms_create(&scene.config, &scene.gateway, "", "", &scene.carrier, &scene.err);
        assert_int_equal(ok, cases[i].kind == ERROR_NONE);
        if (!ok) {
            assert_int_equal(scene.err.kind, cases[i].kind);
            assert_non_null(strstr(scene.err.text, cases[i].text));
            assert_null(scene.carrier);
        }
        carrier_free(&scene.carrier);
    }
    (void)unlink(path);
    close_scene(&scene);
    drop(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),       cmocka_unit_test(test_retry_date),
        cmocka_unit_test(test_nobody_there), cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_wire),         cmocka_unit_test(test_many),
        cmocka_unit_test(test_until),        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_unsendable),   cmocka_unit_test(test_rules),
        cmocka_unit_test(test_create),
    };
    return cmocka_run_group_tests_name("sms", tests, NULL, NULL);
}
