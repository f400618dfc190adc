/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail to addresses beyond ASCII, which is libcurl's whatever the engine: to a relay that takes
 * them, and to one that does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session.h"

#define UTF8 "250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n"

#define ZOE   "zo\xc3\xab@one.example"
#define SION  "si\xc3\xb4n@two.example"
#define BJORN "bj\xc3\xb6rn@three.example"

static const struct errand all_beyond = {.to = {ZOE, SION, BJORN}};

static void hand_over(struct result *got, const char *engine, const char *extensions,
                      const struct errand *errand)
{
    const struct relay_script script = {.at = RELAY_NOWHERE, .extensions = extensions};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    config.mail.engine = engine;
    send_errand(got, &config, &relay, errand);
}

/* One address beyond ASCII among others: they go on whatever becomes of it. A domain in its ASCII
 * form needs nothing. Where libesmtp is the engine, that one goes by another connection. */
static void check_mixed(const char *engine, size_t connected)
{
    static const struct {
        const char *extensions;
        const char *verdicts;
    } cases[] = {
        {UTF8, "aaa"},
        {"250-8BITMIME\r\n250-SMTPUTF8 \r\n", "aaa"},
        {"250-8BITMIME\r\n250-SMTPUTF8X\r\n250-XSMTPUTF8\r\n", "ara"},
        {NULL, "ara"},
        {"", "ara"},
    };
    static const struct errand errand = {
        .to = {"a@one.example", SION, "c@xn--bcher-kva.three.example"}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct result got;
        hand_over(&got, engine, cases[i].extensions, &errand);
        const char *diary = buffer_text(&got.diary);
        bool taken = cases[i].verdicts[1] == 'a';
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        assert_int_equal(count(&got, "connected"), connected);
        assert_int_equal(count(&got, "MAIL "), taken ? 3 : 2);
        assert_int_equal(count(&got, "RCPT TO:<" SION ">"), taken ? 1 : 0);
        assert_int_equal(strstr(diary, " SMTPUTF8\n") != NULL, taken);
        assert_int_equal(count(&got, "MAIL FROM:<bounces+1@branch.example>"), 1);
        assert_int_equal(count(&got, "MAIL FROM:<bounces+2@branch.example>"), taken ? 1 : 0);
        assert_int_equal(count(&got, "MAIL FROM:<bounces+3@branch.example>"), 1);
        if (!taken) {
            assert_string_equal(got.parcels[1].answer,
                                "the relay does not take addresses beyond ASCII (SMTPUTF8): ask the"
                                " member for another address");
        }
        drop(&got);
    }
}

static void test_mixed(void **state)
{
    (void)state;
    check_mixed("esmtp", 2);
    check_mixed("curl", 1);
    check_mixed("auto", 1);
}

/* No mail of a batch is begun when the relay does not take any: one connection tells. */
static void test_all_refused(void **state)
{
    (void)state;
    struct result got;
    hand_over(&got, "auto", NULL, &all_beyond);
    assert_true(got.ok);
    assert_string_equal(verdicts_of(&got), "rrr");
    assert_int_equal(count(&got, "connected"), 1);
    assert_int_equal(count(&got, "MAIL "), 0);
    drop(&got);
}

/* What goes over the wire is what was given, with its envelope. */
static void test_wire(void **state)
{
    (void)state;
    static const char *const bodies[] = {mail, "Subject: x\r\n\r\n",
                                         "Subject: x\r\n\r\nno line end",
                                         "Subject: si\xc3\xb4n\r\n\r\n.\r\n..\r\n.dot\r\n\r\n\r\n"};
    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
        static const struct relay_script script = {.at = RELAY_NOWHERE, .extensions = UTF8};
        struct relay relay;
        relay_start(&relay, &script);
        struct config config = config_for(relay.port);
        CLEANUP(arena_free) struct arena *arena = arena_create();
        CLEANUP(carrier_free) struct carrier *carrier = NULL;
        struct error err = {0};
        assert_true(smtp_create(&config, &carrier, &err));
        struct parcel parcel = {.reference = "r",
                                .to = "a@one.example",
                                .sender = "b\xc3\xb6"
                                          "b@branch.example",
                                .body = bodies[i],
                                .length = strlen(bodies[i])};
        assert_true(carrier_send(carrier, &parcel, 1, arena, &err));
        assert_int_equal(parcel.verdict, CARRIER_ACCEPTED);
        CLEANUP(buffer_free) struct buffer diary;
        relay_stop(&relay, &diary);
        CLEANUP(buffer_free) struct buffer wanted;
        buffer_init(&wanted, 1 << 16);
        (void)buffer_printf(&wanted,
                            "MAIL FROM:<b\xc3\xb6"
                            "b@branch.example> SIZE=%zu%s SMTPUTF8\n"
                            "RCPT TO:<a@one.example>\nDATA\n",
                            parcel.length, i == 3 ? " BODY=8BITMIME" : "");
        size_t lines = 0;
        for (const char *at = bodies[i]; *at != '\0'; lines++) {
            size_t length = strcspn(at, "\r");
            (void)buffer_printf(&wanted, "> %s%.*s\n", at[0] == '.' ? "." : "", (int)length, at);
            at += length + (at[length] == '\r' ? 2 : 0);
        }
        (void)buffer_printf(&wanted, "took %zu lines\nQUIT\n", lines);
        if (strstr(buffer_text(&diary), buffer_text(&wanted)) == NULL) {
            fail_msg("%s\nis not in\n%s", buffer_text(&wanted), buffer_text(&diary));
        }
    }
}

/* What may not be begun any more is not, and nobody is to blame. */
static void test_until(void **state)
{
    (void)state;
    static const struct {
        const char *engine;
        struct errand errand;
        const char *verdicts;
    } cases[] = {
        {"curl", {.to = {ZOE, SION, BJORN}, .until = {0, 1, 0}}, "auu"},
        {"curl", {.to = {ZOE, SION, BJORN}, .until = {1, 0, 0}}, "uuu"},
        {"curl", {.to = {ZOE, SION, BJORN}, .until = {INT64_MAX, INT64_MAX, 1}}, "aau"},
        {"curl", {.to = {"a@one.example", SION, "c@three.example"}, .until = {0, 1, 0}}, "auu"},
        {"esmtp", {.to = {"a@one.example", SION, "c@three.example"}, .until = {0, 1, 0}}, "aua"},
        {"esmtp", {.to = {ZOE, "b@two.example", BJORN}, .until = {0, 1, 0}}, "aua"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct result got;
        hand_over(&got, cases[i].engine, UTF8, &cases[i].errand);
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        drop(&got);
    }
}

/* One may grow late whose envelope was said behind the mail before it: it is not given. */
static void test_late_envelope(void **state)
{
    (void)state;
    static const struct relay_script script = {
        .at = RELAY_KEPT, .message = 2, .does = RELAY_THINKS};
    struct errand errand = {.to = {"a@one.example", "b@two.example", "c@three.example"},
                            .until = {0, 0, clock_now() + 250}};
    struct relay relay;
    struct result got;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    send_errand(&got, &config, &relay, &errand);
    assert_true(got.ok);
    assert_string_equal(verdicts_of(&got), "aau");
    assert_int_equal(count(&got, "took "), 2);
    assert_int_equal(count(&got, "connected"), 1);
    drop(&got);
}

/* Bytes that are no text in any command, and a command hidden in an address. */
static void test_unspeakable(void **state)
{
    (void)state;
    static const struct errand errand = {
        .to = {"zo\xeb@one.example", SION, "\xc3\xb6>\r\nRCPT TO:<x@y.example"}};
    struct result got;
    hand_over(&got, "auto", UTF8, &errand);
    assert_true(got.ok);
    assert_string_equal(verdicts_of(&got), "rar");
    assert_non_null(strstr(got.parcels[0].answer, "not handed over"));
    assert_null(strstr(buffer_text(&got.diary), "x@y.example"));
    drop(&got);
}

/* Said in the reply to EHLO it may be, and refused all the same; HELO says nothing. */
static void test_not_taken(void **state)
{
    (void)state;
    static const struct {
        struct relay_script script;
        const char *answer;
    } cases[] = {
        {{.at = RELAY_RCPT, .says = "553 5.6.7 not there", .extensions = UTF8},
         "553 5.6.7 not there"},
        {{.at = RELAY_EHLO, .says = "502 5.5.1 what?"}, "does not take addresses beyond ASCII"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct relay relay;
        struct result got;
        relay_start(&relay, &cases[i].script);
        struct config config = config_for(relay.port);
        send_errand(&got, &config, &relay, &all_beyond);
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), "rrr");
        assert_non_null(strstr(got.parcels[1].answer, cases[i].answer));
        assert_int_equal(count(&got, "connected"), 1);
        drop(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mixed),       cmocka_unit_test(test_all_refused),
        cmocka_unit_test(test_not_taken),   cmocka_unit_test(test_wire),
        cmocka_unit_test(test_until),       cmocka_unit_test(test_late_envelope),
        cmocka_unit_test(test_unspeakable),

    };
    return cmocka_run_group_tests_name("smtp beyond ASCII", tests, NULL, NULL);
}
