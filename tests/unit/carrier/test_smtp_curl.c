/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail to addresses beyond ASCII: to a relay that takes them, to one that does not, and to one that
 * goes wrong in every way. */
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

struct fault_case {
    const char *name;
    enum relay_at at;
    int connection;
    enum relay_does does;
    const char *says;
    const char *verdicts; /* a letter for each parcel */
    enum error_kind kind; /* ERROR_NONE: carrier_send is true */
    size_t connected;
    size_t took;        /* messages that the relay took */
    const char *answer; /* part of the second parcel's answer, or of the error */
};

static const struct fault_case faults[] = {
    {"good", RELAY_NOWHERE, 0, RELAY_SAYS, NULL, "aaa", ERROR_NONE, 3, 3,
     "250 2.0.0 Ok: queued as ABC123"},
    {"greeting 421", RELAY_GREETING, 0, RELAY_SAYS, "421 4.3.2 full", "uuu", ERROR_UNAVAILABLE, 1,
     0, "421 4.3.2 full"},
    {"greeting 554", RELAY_GREETING, 0, RELAY_SAYS, "554 no", "uuu", ERROR_UNAVAILABLE, 1, 0,
     "554 no"},
    {"greeting garbage", RELAY_GREETING, 0, RELAY_SAYS, "SSH-2.0-x", "uuu", ERROR_UNAVAILABLE, 1, 0,
     "takes too long"},
    {"greeting hangs", RELAY_GREETING, 0, RELAY_HANGS, NULL, "uuu", ERROR_UNAVAILABLE, 1, 0,
     "takes too long"},
    {"greeting drops", RELAY_GREETING, 0, RELAY_DROPS, NULL, "uuu", ERROR_UNAVAILABLE, 1, 0,
     "does not greet"},
    {"greeting dribbles", RELAY_GREETING, 0, RELAY_DRIBBLES, NULL, "uuu", ERROR_UNAVAILABLE, 1, 0,
     "takes too long"},
    {"EHLO drops", RELAY_EHLO, 0, RELAY_DROPS, NULL, "uuu", ERROR_UNAVAILABLE, 1, 0, "broke off"},
    {"EHLO 502, so HELO", RELAY_EHLO, 0, RELAY_SAYS, "502 5.5.1 what?", "rrr", ERROR_NONE, 1, 0,
     "does not take addresses beyond ASCII"},
    {"gone before MAIL", RELAY_RSET, 0, RELAY_DROPS, NULL, "uuu", ERROR_UNAVAILABLE, 1, 0,
     "broke off; its last words were: 250 2.0.0 Ok"},
    {"MAIL 450", RELAY_MAIL, 2, RELAY_SAYS, "450 4.7.1 later", "ada", ERROR_NONE, 3, 2,
     "450 4.7.1 later"},
    {"MAIL 550", RELAY_MAIL, 2, RELAY_SAYS, "550 5.7.1 no", "ara", ERROR_NONE, 3, 2,
     "550 5.7.1 no"},
    {"MAIL 530", RELAY_MAIL, 0, RELAY_SAYS, "530 5.7.0 log in first", "ddd", ERROR_CONFIG, 3, 0,
     "530 5.7.0 log in first"},
    {"MAIL drops", RELAY_MAIL, 2, RELAY_DROPS, NULL, "auu", ERROR_NONE, 2, 1, ""},
    {"MAIL hangs", RELAY_MAIL, 1, RELAY_HANGS, NULL, "uuu", ERROR_UNAVAILABLE, 1, 0,
     "takes too long"},
    {"MAIL 421", RELAY_MAIL, 1, RELAY_SAYS, "421 4.3.2 bye", "duu", ERROR_UNAVAILABLE, 1, 0,
     "421 4.3.2 bye"},
    {"RCPT 450", RELAY_RCPT, 2, RELAY_SAYS, "450 4.2.1 later", "ada", ERROR_NONE, 3, 2,
     "450 4.2.1 later"},
    {"RCPT 550", RELAY_RCPT, 2, RELAY_SAYS, "550 5.1.1 no such user", "ara", ERROR_NONE, 3, 2,
     "550 5.1.1 no such user"},
    {"RCPT of several lines", RELAY_RCPT, 2, RELAY_SAYS, "550-5.1.1 no such\r\n550 5.1.1 user",
     "ara", ERROR_NONE, 3, 2, "550 5.1.1 no such user"},
    {"RCPT 550 all", RELAY_RCPT, 0, RELAY_SAYS, "550 5.1.1 no", "rrr", ERROR_NONE, 3, 0, "550"},
    {"RCPT relay denied", RELAY_RCPT, 0, RELAY_SAYS, "554 5.7.1 <x>: Relay access denied", "ddd",
     ERROR_CONFIG, 3, 0, "Relay access denied"},
    {"RCPT 553 5.6.7 after all", RELAY_RCPT, 0, RELAY_SAYS, "553 5.6.7 not there", "rrr",
     ERROR_NONE, 3, 0, "553 5.6.7 not there"},
    {"RCPT 221", RELAY_RCPT, 2, RELAY_SAYS, "221 2.0.0 Bye", "axu", ERROR_NONE, 2, 2, ""},
    {"RCPT drops", RELAY_RCPT, 2, RELAY_DROPS, NULL, "adu", ERROR_NONE, 2, 1, "broke off"},
    {"RCPT dribbles", RELAY_RCPT, 2, RELAY_DRIBBLES, NULL, "adu", ERROR_NONE, 2, 1, "broke off"},
    {"DATA 451", RELAY_DATA, 2, RELAY_SAYS, "451 4.3.0 later", "ada", ERROR_NONE, 3, 2,
     "451 4.3.0 later"},
    {"DATA 554", RELAY_DATA, 2, RELAY_SAYS, "554 5.7.1 spam", "ara", ERROR_NONE, 3, 2,
     "554 5.7.1 spam"},
    {"DATA 554 and a lie behind it", RELAY_DATA, 2, RELAY_SAYS, "554 5.7.1 spam\r\n250 2.0.0 taken",
     "ara", ERROR_NONE, 3, 2, "554 5.7.1 spam"},
    {"DATA 250", RELAY_DATA, 2, RELAY_SAYS, "250 2.0.0 fine", "adu", ERROR_NONE, 2, 1, ""},
    {"DATA drops", RELAY_DATA, 2, RELAY_DROPS, NULL, "adu", ERROR_NONE, 2, 1, ""},
    {"body drops", RELAY_BODY, 2, RELAY_DROPS, NULL, "axu", ERROR_NONE, 2, 1, "did not say"},
    {"dot drops", RELAY_DOT, 2, RELAY_DROPS, NULL, "axu", ERROR_NONE, 2, 1, "did not say"},
    {"dot drops first", RELAY_DOT, 1, RELAY_DROPS, NULL, "xuu", ERROR_UNAVAILABLE, 1, 0,
     "354 go ahead"},
    {"dot hangs", RELAY_DOT, 2, RELAY_HANGS, NULL, "axu", ERROR_NONE, 2, 1, ""},
    {"dot dribbles", RELAY_DOT, 2, RELAY_DRIBBLES, NULL, "axu", ERROR_NONE, 2, 1, ""},
    {"dot 221", RELAY_DOT, 2, RELAY_SAYS, "221 2.0.0 Bye", "axu", ERROR_NONE, 2, 1, "did not say"},
    {"dot 452", RELAY_DOT, 2, RELAY_SAYS, "452 4.3.1 full", "ada", ERROR_NONE, 3, 2,
     "452 4.3.1 full"},
    {"dot 554", RELAY_DOT, 2, RELAY_SAYS, "554 5.6.0 no", "ara", ERROR_NONE, 3, 2, "554 5.6.0 no"},
    {"dot 421", RELAY_DOT, 2, RELAY_SAYS, "421 4.3.2 bye", "adu", ERROR_NONE, 2, 1, "421"},
    {"dot 251", RELAY_DOT, 2, RELAY_SAYS, "251 2.0.0 taken", "aaa", ERROR_NONE, 3, 2, "251"},
    {"dot without words", RELAY_DOT, 2, RELAY_SAYS, "250", "aaa", ERROR_NONE, 3, 2, "250"},
    {"dot garbage", RELAY_DOT, 2, RELAY_SAYS, "hello\x01there", "axu", ERROR_NONE, 2, 1, ""},
    {"dot of several lines", RELAY_DOT, 2, RELAY_SAYS, "250-2.0.0 first\r\n250 2.0.0 second", "aaa",
     ERROR_NONE, 3, 2, "250 2.0.0 first second"},
    {"250 then drops", RELAY_AFTER, 2, RELAY_DROPS, NULL, "aaa", ERROR_NONE, 3, 3, "250"},
    {"QUIT hangs", RELAY_QUIT, 1, RELAY_HANGS, NULL, "aaa", ERROR_NONE, 3, 3, "250"},
    {"QUIT dribbles", RELAY_QUIT, 1, RELAY_DRIBBLES, NULL, "aaa", ERROR_NONE, 3, 3, "250"},
    {"QUIT drops", RELAY_QUIT, 0, RELAY_DROPS, NULL, "aaa", ERROR_NONE, 3, 3, "250"},
    {"QUIT 554", RELAY_QUIT, 0, RELAY_SAYS, "554 5.0.0 no", "aaa", ERROR_NONE, 3, 3, "250"},
    {"421 then hangs", RELAY_MAIL, 0, RELAY_SAYS, "421 4.3.2 bye", "duu", ERROR_UNAVAILABLE, 1, 0,
     "421"},
};

/* Whether all was as it should be; says what was not. */
static bool check_case(const struct fault_case *fault)
{
    struct relay relay;
    struct result got;
    const struct relay_script script = {.at = fault->at,
                                        .connection = fault->connection,
                                        .does = fault->does,
                                        .says = fault->says,
                                        .extensions = UTF8};
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    send_errand(&got, &config, &relay, &all_beyond);
    const char *verdicts = verdicts_of(&got);
    for (size_t i = 0; i < PARCELS; i++) {
        assert_non_null(got.parcels[i].answer);
        assert_true(strlen(got.parcels[i].answer) <= 200);
        assert_null(strpbrk(got.parcels[i].answer, "\r\n\t"));
    }
    const char *said = got.ok ? got.parcels[1].answer : got.err.text;
    bool right = strcmp(verdicts, fault->verdicts) == 0 && got.ok == (fault->kind == ERROR_NONE) &&
                 (got.ok || got.err.kind == fault->kind) && strstr(said, fault->answer) != NULL &&
                 count(&got, "connected") == fault->connected &&
                 count(&got, "took ") == fault->took;
    if (!right) {
        print_error("%s: %s ok %d kind %d \"%s\" connected %zu took %zu\n%s\n", fault->name,
                    verdicts, got.ok, got.err.kind, said, count(&got, "connected"),
                    count(&got, "took "), buffer_text(&got.diary));
    }
    drop(&got);
    return right;
}

static void test_faults(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        wrong += check_case(&faults[i]) ? 0 : 1;
    }
    assert_int_equal(wrong, 0);
}

static void hand_over(struct result *got, const char *extensions, const struct errand *errand)
{
    const struct relay_script script = {.at = RELAY_NOWHERE, .extensions = extensions};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    send_errand(got, &config, &relay, errand);
}

/* One address beyond ASCII among others: they go on whatever becomes of it. A domain in its ASCII
 * form needs nothing. */
static void test_mixed(void **state)
{
    (void)state;
    static const struct {
        const char *extensions;
        const char *verdicts;
        size_t connected;
    } cases[] = {
        {UTF8, "aaa", 2},
        {"250-8BITMIME\r\n250-SMTPUTF8 \r\n", "aaa", 2},
        {"250-8BITMIME\r\n250-SMTPUTF8X\r\n250-XSMTPUTF8\r\n", "ara", 2},
        {NULL, "ara", 2},
        {"", "ara", 2},
    };
    static const struct errand errand = {
        .to = {"a@one.example", SION, "c@xn--bcher-kva.three.example"}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct result got;
        hand_over(&got, cases[i].extensions, &errand);
        const char *diary = buffer_text(&got.diary);
        bool taken = cases[i].verdicts[1] == 'a';
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        assert_int_equal(count(&got, "connected"), cases[i].connected);
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

/* No mail of a batch is begun when the relay does not take any: one connection tells. */
static void test_all_refused(void **state)
{
    (void)state;
    struct result got;
    hand_over(&got, NULL, &all_beyond);
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
                            "b@branch.example> SIZE=%zu SMTPUTF8\n"
                            "RCPT TO:<a@one.example>\nDATA\n",
                            parcel.length);
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
        struct errand errand;
        const char *verdicts;
    } cases[] = {
        {{.to = {ZOE, SION, BJORN}, .until = {0, 1, 0}}, "auu"},
        {{.to = {ZOE, SION, BJORN}, .until = {1, 0, 0}}, "uuu"},
        {{.to = {ZOE, SION, BJORN}, .until = {INT64_MAX, INT64_MAX, 1}}, "aau"},
        {{.to = {"a@one.example", SION, "c@three.example"}, .until = {0, 1, 0}}, "aua"},
        {{.to = {ZOE, "b@two.example", BJORN}, .until = {0, 1, 0}}, "aua"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct result got;
        hand_over(&got, UTF8, &cases[i].errand);
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        drop(&got);
    }
}

/* Bytes that are no text in any command, and a command hidden in an address. */
static void test_unspeakable(void **state)
{
    (void)state;
    static const struct errand errand = {
        .to = {"zo\xeb@one.example", SION, "\xc3\xb6>\r\nRCPT TO:<x@y.example"}};
    struct result got;
    hand_over(&got, UTF8, &errand);
    assert_true(got.ok);
    assert_string_equal(verdicts_of(&got), "rar");
    assert_non_null(strstr(got.parcels[0].answer, "not handed over"));
    assert_null(strstr(buffer_text(&got.diary), "x@y.example"));
    drop(&got);
}

static void test_nobody_there(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct relay relay;
    struct result got;
    relay_start(&relay, &script);
    int port = 0;
    int listener = relay_listen(&port);
    (void)close(listener);
    struct config config = config_for(port);
    send_errand(&got, &config, &relay, &all_beyond);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_UNAVAILABLE);
    assert_non_null(strstr(got.err.text, "cannot be reached"));
    assert_string_equal(verdicts_of(&got), "uuu");
    drop(&got);
}

/* A relay that never comes to an end of its reply. */
static void test_flood(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer flood;
    buffer_init(&flood, 200 * 1024);
    while (!flood.full) {
        (void)buffer_puts(&flood, "250-X\r\n");
    }
    struct result got;
    hand_over(&got, buffer_text(&flood), &all_beyond);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_UNAVAILABLE);
    assert_string_equal(verdicts_of(&got), "uuu");
    assert_int_equal(count(&got, "MAIL "), 0);
    drop(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),       cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_all_refused),  cmocka_unit_test(test_wire),
        cmocka_unit_test(test_until),        cmocka_unit_test(test_unspeakable),
        cmocka_unit_test(test_nobody_there), cmocka_unit_test(test_flood),
    };
    return cmocka_run_group_tests_name("smtp beyond ASCII", tests, NULL, NULL);
}
