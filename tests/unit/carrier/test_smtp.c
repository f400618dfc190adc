/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP carrier: what goes over the wire, by either engine, and what the replies mean. What
 * becomes of a batch when the relay goes wrong is in test_smtp_conformance.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session.h"
#include "smtp_private.h"

static const char *const engines[] = {"esmtp", "curl"};

static void check_refused_connection(const char *engine)
{
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct relay relay;
    struct result got;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    int port = 0;
    int listener = relay_listen(&port);
    (void)close(listener);
    char nobody[64];
    (void)snprintf(nobody, sizeof nobody, "127.0.0.1:%d", port);
    config.mail.relay = nobody;
    config.mail.engine = engine;
    send_three(&got, &config, &relay);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_UNAVAILABLE);
    assert_non_null(strstr(got.err.text, "cannot be reached"));
    assert_int_equal(carrier_count(got.parcels, PARCELS, CARRIER_UNTOUCHED), PARCELS);
    drop(&got);
}

static void test_refused_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(engines); i++) {
        check_refused_connection(engines[i]);
    }
}

static void test_reach(void **state)
{
    (void)state;
    /* An address for documentation (RFC 5737), to which nothing answers or no route leads. */
    struct config config = config_for(25);
    config.mail.relay = "192.0.2.1:25";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct smtp smtp = {.config = &config};
    smtp_relay_parse(config.mail.relay, &smtp);
    assert_false(smtp.loopback);
    const char *server = NULL;
    struct error err = {0};
    assert_false(smtp_relay_reach(&smtp, arena, &server, &err));
    assert_int_equal(err.kind, ERROR_UNAVAILABLE);
    smtp_relay_parse("localhost:2525", &smtp);
    assert_true(smtp.loopback);
    assert_string_equal(smtp.host, "localhost");
    assert_string_equal(smtp.port, "2525");
    smtp_relay_parse("127.0.0.1.evil.example:25", &smtp);
    assert_false(smtp.loopback);
}

/* What goes over the wire is what was given, with its envelope. */
static void check_wire(const char *engine, const char *extensions, bool dsn)
{
    const struct relay_script script = {.at = RELAY_NOWHERE, .extensions = extensions};
    struct relay relay;
    struct result got;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    config.mail.engine = engine;
    send_three(&got, &config, &relay);
    assert_true(got.ok);
    const char *diary = buffer_text(&got.diary);
    assert_int_equal(count(&got, "connected"), 1);
    assert_int_equal(count(&got, "QUIT\n"), 1);
    CLEANUP(buffer_free) struct buffer wanted;
    buffer_init(&wanted, 1 << 16);
    for (size_t i = 0; i < PARCELS; i++) {
        buffer_clear(&wanted);
        (void)buffer_printf(&wanted, "MAIL FROM:<bounces+%zu@branch.example> SIZE=%zu", i + 1,
                            sizeof mail - 1);
        if (dsn) {
            (void)buffer_printf(&wanted, " RET=HDRS ENVID=ref%zu", i + 1);
        }
        (void)buffer_printf(&wanted, "\nRCPT TO:<%s>", got.parcels[i].to);
        if (dsn) {
            (void)buffer_printf(&wanted, " NOTIFY=FAILURE,DELAY ORCPT=rfc822;%s",
                                got.parcels[i].to);
        }
        (void)buffer_puts(&wanted, "\nDATA\n");
        for (const char *at = mail; *at != '\0';) {
            size_t length = strcspn(at, "\r");
            (void)buffer_printf(&wanted, "> %s%.*s\n", at[0] == '.' ? "." : "", (int)length, at);
            at += length + 2;
        }
        (void)buffer_puts(&wanted, "took ");
        if (strstr(diary, buffer_text(&wanted)) == NULL) {
            fail_msg("%s: %s\nis not in\n%s", engine, buffer_text(&wanted), diary);
        }
    }
    drop(&got);
}

static void test_wire(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(engines); i++) {
        check_wire(engines[i], NULL, true);
        check_wire(engines[i], "250-CHUNKING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n", false);
    }
}

/* What may not be begun any more is not: the session ends there, and nobody is to blame. */
static void check_until(const char *engine)
{
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    static const struct {
        int64_t until[PARCELS];
        const char *verdicts;
        size_t took;
    } cases[] = {
        {{0, 1, 0}, "auu", 1},
        {{0, 0, 1}, "aau", 2},
        {{1, 0, 0}, "uuu", 0},
        {{INT64_MAX, INT64_MAX, INT64_MAX}, "aaa", 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct relay relay;
        struct result got;
        relay_start(&relay, &script);
        struct config config = config_for(relay.port);
        config.mail.engine = engine;
        struct errand errand = {.to = {"a@one.example", "b@two.example", "c@three.example"}};
        memcpy(errand.until, cases[i].until, sizeof errand.until);
        send_errand(&got, &config, &relay, &errand);
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        assert_int_equal(count(&got, "took "), cases[i].took);
        drop(&got);
    }
}

static void test_until(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(engines); i++) {
        check_until(engines[i]);
    }
}

static void check_unspeakable(const char *engine)
{
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    static const char *const bad[] = {"a@b.example>\r\nRCPT TO:<x@y.example", "a b@c.example", "",
                                      "a@b.example\n"};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    config.mail.engine = engine;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(carrier_free) struct carrier *carrier = NULL;
    struct error err = {0};
    assert_true(smtp_create(&config, &carrier, &err));
    assert_int_equal(carrier_batch(carrier), 50);
    struct parcel parcels[ARRAY_LENGTH(bad) + 1];
    for (size_t i = 0; i <= ARRAY_LENGTH(bad); i++) {
        parcels[i] = (struct parcel){.reference = "r",
                                     .to = i == 0 ? "a@one.example" : bad[i - 1],
                                     .sender = "bounces@branch.example",
                                     .body = "Subject: x\r\n\r\nno line end",
                                     .length = strlen("Subject: x\r\n\r\nno line end")};
    }
    assert_true(carrier_send(carrier, parcels, ARRAY_LENGTH(parcels), arena, &err));
    assert_int_equal(parcels[0].verdict, CARRIER_ACCEPTED);
    for (size_t i = 1; i < ARRAY_LENGTH(parcels); i++) {
        assert_int_equal(parcels[i].verdict, CARRIER_REFUSED);
        assert_non_null(strstr(parcels[i].answer, "not handed over"));
    }
    CLEANUP(buffer_free) struct buffer diary;
    relay_stop(&relay, &diary);
    assert_null(strstr(buffer_text(&diary), "x@y.example"));
    assert_non_null(strstr(buffer_text(&diary), "> no line end\ntook "));
}

static void test_unspeakable(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(engines); i++) {
        check_unspeakable(engines[i]);
    }
}

static void test_judge(void **state)
{
    (void)state;
    static const struct {
        struct smtp_outcome outcome;
        char verdict;
        bool about_us;
    } cases[] = {
        {{.mail = {.text = ""}}, 'u', false},
        {{.mail = {250, {0}, ""}}, 'd', false},
        {{.mail = {999, {0}, ""}}, 'd', false},
        {{.mail = {250, {0}, ""}, .data = true}, 'x', false},
        {{.mail = {250, {0}, ""}, .transfer = {250, {0}, ""}, .data = true}, 'x', false},
        {{.transfer = {250, {0}, ""}, .data = true, .complete = true}, 'a', false},
        {{.transfer = {354, {0}, ""}, .data = true, .complete = true}, 'x', false},
        {{.transfer = {221, {0}, ""}, .data = true, .complete = true}, 'x', false},
        {{.transfer = {251, {0}, ""}, .data = true, .complete = true}, 'a', false},
        {{.transfer = {503, {5, 5, 1}, ""}, .data = true}, 'd', false},
        {{.transfer = {552, {5, 3, 4}, "too big"}, .data = true}, 'r', false},
        {{.recipient = {550, {5, 1, 1}, ""}, .complete = true}, 'r', false},
        {{.recipient = {501, {5, 1, 3}, "bad address"}}, 'r', false},
        {{.recipient = {550, {5, 7, 60}, "not as this sender"}}, 'd', true},
        {{.mail = {553, {5, 1, 8}, "no such domain"}}, 'd', true},
        {{.mail = {535, {0}, ""}}, 'd', true},
        {{.mail = {454, {4, 7, 0}, "authentication required"}}, 'd', false},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct smtp_outcome outcome = cases[i].outcome;
        outcome.mail.text = outcome.mail.text == NULL ? "" : outcome.mail.text;
        outcome.recipient.text = outcome.recipient.text == NULL ? "" : outcome.recipient.text;
        outcome.transfer.text = outcome.transfer.text == NULL ? "" : outcome.transfer.text;
        struct parcel parcel = {.verdict = CARRIER_UNTOUCHED, .answer = ""};
        assert_int_equal(smtp_judge(&outcome, &parcel, arena), cases[i].about_us);
        if (letters[parcel.verdict] != cases[i].verdict) {
            fail_msg("case %zu: %c", i, letters[parcel.verdict]);
        }
    }
}

static void test_answer(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *wanted;
    } cases[] = {
        {"", ""},
        {"  250 \r\n\t Ok  ", "250 Ok"},
        {"a\x1b[31mb\x7f"
         "c",
         "a [31mb c"},
        {"\xff", "\xef\xbf\xbd"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(carrier_answer(cases[i].given, strlen(cases[i].given), arena),
                            cases[i].wanted);
    }
    char huge[1000];
    memset(huge, 'x', sizeof huge);
    assert_int_equal(strlen(carrier_answer(huge, sizeof huge, arena)), 200);
    assert_string_equal(carrier_answer("a\0b", 3, arena), "a b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_connection),
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_wire),
        cmocka_unit_test(test_until),
        cmocka_unit_test(test_unspeakable),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_answer),
    };
    return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
