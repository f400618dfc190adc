/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Callbacks of providers, good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "muster/inbound/hook.h"
#include "world.h"

enum { AT = 1000 };

static const struct gateway_status statuses[] = {
    {"sent", GATEWAY_PENDING},
    {"DELIVRD", GATEWAY_DELIVERED},
    {"UNDELIV", GATEWAY_UNDELIVERED},
    {"EXPIRED", GATEWAY_EXPIRED},
};

static const struct gateway by_form = {
    .name = "practice",
    .receipt = {.format = GATEWAY_FORM, .id = "id", .reference = "ref", .status = "status"},
    .reply = {.format = GATEWAY_FORM, .id = "id", .from = "from", .to = "to", .text = "text"},
    .statuses = statuses,
    .status_count = ARRAY_LENGTH(statuses),
};

static const char *const wide_words[] = {"2", "8"};

static const struct gateway by_wide_form = {
    .name = "practice",
    .reply = {.format = GATEWAY_FORM,
              .id = "id",
              .from = "from",
              .text = "text",
              .utf16 = {.where = "coding", .equals = wide_words, .count = 2}},
};

static const struct gateway by_json = {
    .name = "practice",
    .receipt = {.format = GATEWAY_JSON, .id = "m.0.id", .reference = "", .status = "m.0.state"},
    .reply = {.format = GATEWAY_JSON, .id = "id", .from = "from.phone", .to = "", .text = "text"},
    .statuses = statuses,
    .status_count = ARRAY_LENGTH(statuses),
};

/* The one event of a callback; false when it is refused, and then nothing is told. */
static bool read_one(const struct gateway *gateway, const struct hook_call *call,
                     struct arena *arena, struct hook_event *event, struct error *err)
{
    struct hook_events events;
    memset(&events, 0x5A, sizeof events);
    const struct hook_events before = events;
    if (!hook_read(gateway, "GB", call, arena, &events, err)) {
        assert_memory_equal(&events, &before, sizeof events);
        return false;
    }
    assert_int_equal(events.count, 1);
    assert_int_equal(events.unread, 0);
    *event = events.events[0];
    return true;
}

/* From a piece of memory of exactly its size. */
static bool read_bytes(const struct gateway *gateway, enum hook_kind kind, const char *bytes,
                       size_t length, struct arena *arena, struct hook_event *event)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    struct hook_call call = {.kind = kind, .bytes = copy, .length = length, .at = AT};
    struct error err = {.kind = ERROR_NONE};
    bool ok = read_one(gateway, &call, arena, event, &err);
    assert_int_equal(err.kind == ERROR_NONE, ok);
    free(copy);
    return ok;
}

static bool read_text(const struct gateway *gateway, enum hook_kind kind, const char *text,
                      struct arena *arena, struct hook_event *event)
{
    return read_bytes(gateway, kind, text, strlen(text), arena, event);
}

static void receipts_are_read(void **state)
{
    (void)state;
    static const struct {
        const struct gateway *gateway;
        const char *bytes;
        const char *remote_id, *reference, *status, *means;
        bool unknown;
    } cases[] = {
        {&by_form, "id=R1&ref=abc&status=DELIVRD", "R1", "abc", "DELIVRD", "delivered", false},
        {&by_form, "status=delivrd&id=R1", "R1", NULL, "delivrd", "delivered", false},
        {&by_form, "id=R1&ref=&status=sent&more=1", "R1", NULL, "sent", "pending", false},
        {&by_form, "id=+R1+&status=UNDELIV", "R1", NULL, "UNDELIV", "undelivered", false},
        {&by_form, "ref=abc&status=EXPIRED", "abc", "abc", "EXPIRED", "expired", false},
        {&by_form, "id=R1&status=whatever", "R1", NULL, "whatever", "pending", true},
        {&by_json, "{\"m\":[{\"id\":\"R1\",\"state\":\"DELIVRD\"}]}", "R1", NULL, "DELIVRD",
         "delivered", false},
        {&by_json, "{\"m\":[{\"id\":9007199254740993,\"state\":\"sent\"}]}", "9007199254740993",
         NULL, "sent", "pending", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_event event;
        assert_true(read_text(cases[i].gateway, HOOK_RECEIPT, cases[i].bytes, arena, &event));
        assert_int_equal(event.kind, HOOK_RECEIPT);
        assert_string_equal(event.receipt.gateway, "practice");
        assert_string_equal(event.receipt.remote_id, cases[i].remote_id);
        assert_true(text_equal(event.receipt.reference, cases[i].reference));
        assert_string_equal(event.receipt.status, cases[i].status);
        assert_string_equal(event.receipt.means, cases[i].means);
        assert_int_equal(event.unknown_status, cases[i].unknown);
        assert_int_equal(event.receipt.at, AT);
    }
}

static void numbers_are_normalised(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *address;
    } cases[] = {
        {"%2B447700900123", "+447700900123"},
        {"447700900123", "+447700900123"},
        {"00447700900123", "+447700900123"},
        {"07700900123", "+447700900123"},
        {"+447700900123", "+447700900123"}, /* a plus that was not escaped is a blank */
        {"%2B44+7700+900+123", "+447700900123"},
        {"33612345678", "+33612345678"},
        {"61016", "+61016"},
        {"%2B441132960000", "+441132960000"}, /* a landline cannot be texted, but may text */
        {"ANYTOWN", "ANYTOWN"},
        {"99999999999999999999999999", "+99999999999999999999"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_event event;
        const char *body = arena_printf(arena, "id=1&text=x&from=%s", cases[i].from);
        assert_true(read_text(&by_form, HOOK_REPLY, body, arena, &event));
        assert_string_equal(event.reply.address, cases[i].address);
    }
}

#define WIDE "coding=2&id=1&from=447700900123&"

static void texts_are_mended_but_never_lost(void **state)
{
    (void)state;
    static const struct {
        const struct gateway *gateway;
        const char *bytes;
        const char *text;
    } cases[] = {
        {&by_form, "id=1&from=447700900123&text=NO+PAPER", "NO PAPER"},
        {&by_form, "id=1&from=447700900123&text=", ""},
        {&by_form, "id=1&from=447700900123", ""},
        {&by_form, "id=1&from=447700900123&text=STOP%0D%0A", "STOP\r\n"},
        {&by_form, "id=1&from=447700900123&text=STOP%00now", "STOP\xEF\xBF\xBDnow"},
        {&by_form, "id=1&from=447700900123&text=arr%EAt", "arr\xEF\xBF\xBDt"},
        {&by_form, "id=1&from=447700900123&text=%ED%A0%80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {&by_form, "id=1&from=447700900123&text=%F0%9F%91%8D", "\xF0\x9F\x91\x8D"},
        {&by_wide_form, WIDE "text=%00S%00T%00O%00P+%19", "STOP\xE2\x80\x99"}, /* U+2019 */
        {&by_wide_form, WIDE "text=%00S%00T%00O%00P%00+%D8%3D%DE%0A", "STOP \xF0\x9F\x98\x8A"},
        {&by_wide_form, WIDE "text=%00S%DE%0A%00T%D8%3D%00O%00P%D8%3D",
         "S\xEF\xBF\xBDT\xEF\xBF\xBDOP\xEF\xBF\xBD"},
        {&by_wide_form, WIDE "text=%00S%00T%00O%00P%00%00%00", "STOP\xEF\xBF\xBD\xEF\xBF\xBD"},
        {&by_wide_form, WIDE "text=", ""},
        {&by_wide_form, "coding=8&id=1&from=447700900123&text=%01%77", "\xC5\xB7"},
        {&by_wide_form, "coding=0&id=1&from=447700900123&text=STOP", "STOP"},
        {&by_wide_form, "coding=0&coding=2&id=1&from=447700900123&text=STOP", "STOP"},
        {&by_wide_form, "coding=%00&id=1&from=447700900123&text=STOP", "STOP"},
        {&by_wide_form, "id=1&from=447700900123&text=STOP", "STOP"},
        {&by_json, "{\"id\":\"1\",\"from\":{\"phone\":\"+447700900123\"},\"text\":\"Stopiwch\"}",
         "Stopiwch"},
        {&by_json, "{\"id\":\"1\",\"from\":{\"phone\":447700900123},\"text\":null}", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_event event;
        assert_true(read_text(cases[i].gateway, HOOK_REPLY, cases[i].bytes, arena, &event));
        assert_string_equal(event.reply.text, cases[i].text);
        assert_string_equal(event.reply.address, "+447700900123");
        assert_string_equal(event.reply.remote_id, "1");
        assert_string_equal(event.reply.gateway, "practice");
        assert_int_equal(event.reply.at, AT);
    }
}

static void bad_callbacks_are_refused(void **state)
{
    (void)state;
    static const struct {
        const struct gateway *gateway;
        enum hook_kind kind;
        const char *bytes;
    } cases[] = {
        {&by_form, HOOK_RECEIPT, ""},
        {&by_form, HOOK_RECEIPT, "status=DELIVRD"},
        {&by_form, HOOK_RECEIPT, "id=R1"},
        {&by_form, HOOK_RECEIPT, "id=R1&status="},
        {&by_form, HOOK_RECEIPT, "id=R1&id=R2&status=sent"},
        {&by_form, HOOK_RECEIPT, "id=R1%00&status=sent"},
        {&by_form, HOOK_RECEIPT, "id=R1%0A&status=sent"},
        {&by_form, HOOK_RECEIPT, "id=R1%FF&status=sent"},
        {&by_form, HOOK_RECEIPT, "id=R1&status=%"},
        {&by_form, HOOK_RECEIPT, "{\"id\":\"R1\",\"status\":\"sent\"}"},
        {&by_form, HOOK_REPLY, "from=447700900123&text=STOP"},
        {&by_form, HOOK_REPLY, "id=1&text=STOP"},
        {&by_form, HOOK_REPLY, "id=1&from=++&text=STOP"},
        {&by_form, HOOK_REPLY, "id=1&from=447700900123&text=STOP&text=hello"},
        {&by_json, HOOK_RECEIPT, ""},
        {&by_json, HOOK_RECEIPT, "{"},
        {&by_json, HOOK_RECEIPT, "[]"},
        {&by_json, HOOK_RECEIPT, "{\"m\":[]}"},
        {&by_json, HOOK_RECEIPT, "{\"m\":[{\"id\":{},\"state\":\"sent\"}]}"},
        {&by_json, HOOK_RECEIPT, "id=R1&status=sent"},
        {&by_json, HOOK_REPLY, "{\"id\":\"1\",\"id\":\"2\",\"from\":{\"phone\":\"1\"}}"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_event event;
        assert_false(read_text(cases[i].gateway, cases[i].kind, cases[i].bytes, arena, &event));
    }
}

static void long_values_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum hook_kind kind;
        const char *format;
        size_t fits; /* so many letters; one more does not */
    } cases[] = {
        {HOOK_RECEIPT, "status=sent&id=", 128},
        {HOOK_RECEIPT, "status=sent&id=1&ref=", 128},
        {HOOK_RECEIPT, "id=1&status=", 64},
        {HOOK_REPLY, "id=1&from=", 64},
    };
    char letters[256];
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t more = 0; more < 2; more++) {
            CLEANUP(arena_free) struct arena *arena = arena_create();
            struct hook_event event;
            memset(letters, 'a', sizeof letters);
            letters[cases[i].fits + more] = '\0';
            const char *body = arena_printf(arena, "%s%s", cases[i].format, letters);
            assert_int_equal(read_text(&by_form, cases[i].kind, body, arena, &event), more == 0);
        }
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *huge = malloc(HOOK_BYTES_MAX + 1);
    assert_non_null(huge);
    memset(huge, ' ', HOOK_BYTES_MAX + 1);
    struct hook_event event;
    assert_false(read_bytes(&by_json, HOOK_REPLY, huge, HOOK_BYTES_MAX + 1, arena, &event));
    assert_false(read_bytes(&by_form, HOOK_REPLY, huge, HOOK_BYTES_MAX + 1, arena, &event));
    free(huge);
}

/* Cut anywhere, a callback is read or refused; it never says anything that was not sent. */
static void truncated_callbacks_do_no_harm(void **state)
{
    (void)state;
    static const char form[] = "id=1&from=%2B447700900123&text=%F0%9F%91%8D+STOP";
    static const char json[] =
        "{\"id\":\"1\",\"from\":{\"phone\":\"+447700900123\"},\"text\":\"STOP\"}";
    for (size_t length = 0; length < sizeof json - 1; length++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_event event;
        assert_false(read_bytes(&by_json, HOOK_REPLY, json, length, arena, &event));
    }
    for (size_t length = 0; length < sizeof form; length++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_event event;
        if (read_bytes(&by_form, HOOK_REPLY, form, length, arena, &event)) {
            assert_string_equal(event.reply.remote_id, "1");
        }
    }
}

/* A provider without ids: what comes twice is kept twice, rather than a second STOP lost. */
static void a_reply_without_an_id_gets_one(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct gateway gateway = by_form;
    gateway.reply.id = "";
    static const char body[] = "from=447700900123&text=STOP";
    struct hook_call call = {
        .kind = HOOK_REPLY, .bytes = body, .length = sizeof body - 1, .at = AT};
    struct hook_event first;
    struct hook_event later;
    struct error err = {.kind = ERROR_NONE};
    assert_true(read_one(&gateway, &call, arena, &first, &err));
    call.at++;
    assert_true(read_one(&gateway, &call, arena, &later, &err));
    assert_false(text_empty(first.reply.remote_id));
    assert_string_not_equal(first.reply.remote_id, later.reply.remote_id);
}

/* What is wrong is said without what was sent: it goes to the log. */
static void errors_repeat_nothing(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "id=1&from=447700900123&text=secret&text=secret",
        "id=secret%0A&from=447700900123&text=secret",
        "from=447700900123&text=secret",
        "id=1&from=447700900123&text=secret%",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct hook_call call = {
            .kind = HOOK_REPLY, .bytes = bodies[i], .length = strlen(bodies[i]), .at = AT};
        struct hook_event event;
        struct error err = {.kind = ERROR_NONE};
        assert_false(read_one(&by_form, &call, arena, &event, &err));
        assert_null(strstr(err.text, "secret"));
        assert_null(strstr(err.text, "7700"));
    }
}

static void urls_hold_a_secret_of_their_gateway(void **state)
{
    (void)state;
    struct world *world = world_open(AT);
    struct config config = {.path = ""};
    struct hook_urls urls;
    config.public.url = "";
    WORLD_MUST(hook_urls(world->db, &config, &by_form, world->arena, &urls, &err));
    assert_string_equal(urls.receipt, "");
    assert_string_equal(urls.reply, "");
    config.public.url = "https://texts.example";
    WORLD_MUST(hook_urls(world->db, &config, &by_form, world->arena, &urls, &err));
    char secret[HOOK_SECRET_SIZE];
    char other[HOOK_SECRET_SIZE];
    hook_secret(world->db, "practice", secret);
    hook_secret(world->db, "practise", other);
    assert_int_equal(strlen(secret), 32);
    assert_string_not_equal(secret, other);
    assert_string_equal(
        urls.reply,
        arena_printf(world->arena, "https://texts.example/hook/practice/%s/reply", secret));
    assert_string_equal(
        urls.receipt,
        arena_printf(world->arena, "https://texts.example/hook/practice/%s/receipt", secret));
    world_close(world);
}

/* A password may have any sign in it; in an address it must not end anything early. */
static void urls_hold_what_is_logged_in_with(void **state)
{
    (void)state;
    struct world *world = world_open(AT);
    struct config config = {.path = ""};
    struct gateway gateway = by_form;
    struct hook_urls urls;
    struct error fault = {.kind = ERROR_NONE};
    char path[] = "/tmp/muster-test-XXXXXX";
    static const char password[] = "p@ss/w\xC3\xB6rd: 1%\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, password, sizeof password - 1), sizeof password - 1);
    assert_int_equal(close(fd), 0);
    config.public.url = "https://texts.example:8443";
    gateway.signature = (struct gateway_signature){
        .scheme = GATEWAY_BASIC, .user = "fire text", .password_file = path};
    WORLD_MUST(hook_urls(world->db, &config, &gateway, world->arena, &urls, &err));
    static const char begins[] = "https://fire%20text:p%40ss%2Fw%C3%B6rd%3A%201%25"
                                 "@texts.example:8443/hook/practice/";
    assert_memory_equal(urls.receipt, begins, sizeof begins - 1);
    assert_memory_equal(urls.reply, begins, sizeof begins - 1);
    assert_int_equal(unlink(path), 0);
    assert_false(hook_urls(world->db, &config, &gateway, world->arena, &urls, &fault));
    assert_non_null(strstr(fault.text, "what gateway practice logs in with"));
    config.public.url = "";
    WORLD_MUST(hook_urls(world->db, &config, &gateway, world->arena, &urls, &err));
    assert_string_equal(urls.receipt, "");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipts_are_read),
        cmocka_unit_test(numbers_are_normalised),
        cmocka_unit_test(texts_are_mended_but_never_lost),
        cmocka_unit_test(bad_callbacks_are_refused),
        cmocka_unit_test(long_values_are_refused),
        cmocka_unit_test(truncated_callbacks_do_no_harm),
        cmocka_unit_test(a_reply_without_an_id_gets_one),
        cmocka_unit_test(errors_repeat_nothing),
        cmocka_unit_test(urls_hold_a_secret_of_their_gateway),
        cmocka_unit_test(urls_hold_what_is_logged_in_with),
    };
    return cmocka_run_group_tests_name("inbound/hook", tests, NULL, NULL);
}
