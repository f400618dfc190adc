/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP carrier against a relay that goes wrong in every way, with every verdict looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session.h"
#include "smtp_private.h"

#define CHUNKS "250-CHUNKING\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n"

struct fault_case {
    const char *name;
    enum relay_at at;
    int message;
    enum relay_does does;
    const char *says;
    const char *extensions;
    const char *verdicts; /* a letter for each parcel */
    enum error_kind kind; /* ERROR_NONE: carrier_send is true */
    size_t took;          /* messages that the relay took */
    const char *answer;   /* part of the second parcel's answer, or of the error */
};

static const struct fault_case faults[] = {
    {"good", RELAY_NOWHERE, 0, RELAY_SAYS, NULL, NULL, "aaa", ERROR_NONE, 3,
     "250 2.0.0 Ok: queued as ABC123"},
    {"no extensions", RELAY_NOWHERE, 0, RELAY_SAYS, NULL, "", "aaa", ERROR_NONE, 3, "250"},
    {"chunking", RELAY_NOWHERE, 0, RELAY_SAYS, NULL, CHUNKS, "aaa", ERROR_NONE, 3, "250"},
    {"greeting 421", RELAY_GREETING, 0, RELAY_SAYS, "421 4.3.2 full", NULL, "uuu",
     ERROR_UNAVAILABLE, 0, "421 4.3.2 full"},
    {"greeting 554", RELAY_GREETING, 0, RELAY_SAYS, "554 no", NULL, "uuu", ERROR_UNAVAILABLE, 0,
     "554 no"},
    {"greeting garbage", RELAY_GREETING, 0, RELAY_SAYS, "SSH-2.0-x", NULL, "uuu", ERROR_UNAVAILABLE,
     0, "SSH-2.0-x"},
    {"greeting hangs", RELAY_GREETING, 0, RELAY_HANGS, NULL, NULL, "uuu", ERROR_UNAVAILABLE, 0,
     "does not greet"},
    {"greeting drops", RELAY_GREETING, 0, RELAY_DROPS, NULL, NULL, "uuu", ERROR_UNAVAILABLE, 0,
     "does not greet"},
    {"greeting dribbles", RELAY_GREETING, 0, RELAY_DRIBBLES, NULL, NULL, "uuu", ERROR_UNAVAILABLE,
     0, "takes too long"},
    {"EHLO drops", RELAY_EHLO, 0, RELAY_DROPS, NULL, NULL, "uuu", ERROR_UNAVAILABLE, 0, ""},
    {"MAIL 450", RELAY_MAIL, 2, RELAY_SAYS, "450 4.7.1 later", NULL, "ada", ERROR_NONE, 2,
     "450 4.7.1 later"},
    {"MAIL 550", RELAY_MAIL, 2, RELAY_SAYS, "550 5.7.1 no", NULL, "ara", ERROR_NONE, 2,
     "550 5.7.1 no"},
    {"MAIL 530", RELAY_MAIL, 0, RELAY_SAYS, "530 5.7.0 log in first", NULL, "ddd", ERROR_CONFIG, 0,
     "530 5.7.0 log in first"},
    {"MAIL drops", RELAY_MAIL, 2, RELAY_DROPS, NULL, NULL, "auu", ERROR_NONE, 1, ""},
    {"MAIL 421 at once", RELAY_MAIL, 1, RELAY_SAYS, "421 4.3.2 bye", NULL, "daa", ERROR_NONE, 2,
     "250"},
    {"RCPT 450", RELAY_RCPT, 2, RELAY_SAYS, "450 4.2.1 later", NULL, "ada", ERROR_NONE, 2,
     "450 4.2.1 later"},
    {"RCPT 550", RELAY_RCPT, 2, RELAY_SAYS, "550 5.1.1 no such user", NULL, "ara", ERROR_NONE, 2,
     "550 5.1.1 no such user"},
    {"RCPT 550 first", RELAY_RCPT, 1, RELAY_SAYS, "550 5.1.1 no", NULL, "raa", ERROR_NONE, 2,
     "250"},
    {"RCPT 550 all", RELAY_RCPT, 0, RELAY_SAYS, "550 5.1.1 no", NULL, "rrr", ERROR_NONE, 0, "550"},
    {"RCPT relay denied", RELAY_RCPT, 0, RELAY_SAYS, "554 5.7.1 <x>: Relay access denied", NULL,
     "ddd", ERROR_CONFIG, 0, "Relay access denied"},
    {"RCPT drops", RELAY_RCPT, 2, RELAY_DROPS, NULL, NULL, "adu", ERROR_NONE, 1, "broke off"},
    {"RCPT drops, chunking", RELAY_RCPT, 2, RELAY_DROPS, NULL, CHUNKS, "adu", ERROR_NONE, 1,
     "broke off"},
    {"RCPT hangs first", RELAY_RCPT, 1, RELAY_HANGS, NULL, NULL, "duu", ERROR_UNAVAILABLE, 0,
     "250 2.1.0 Ok"},
    {"RCPT dribbles", RELAY_RCPT, 2, RELAY_DRIBBLES, NULL, NULL, "adu", ERROR_NONE, 1, ""},
    {"DATA 451", RELAY_DATA, 2, RELAY_SAYS, "451 4.3.0 later", NULL, "ada", ERROR_NONE, 2,
     "451 4.3.0 later"},
    {"DATA 554", RELAY_DATA, 2, RELAY_SAYS, "554 5.7.1 spam", NULL, "ara", ERROR_NONE, 2,
     "554 5.7.1 spam"},
    {"DATA drops", RELAY_DATA, 2, RELAY_DROPS, NULL, NULL, "adu", ERROR_NONE, 1, ""},
    {"body drops", RELAY_BODY, 2, RELAY_DROPS, NULL, NULL, "axu", ERROR_NONE, 1, "did not say"},
    {"dot drops", RELAY_DOT, 2, RELAY_DROPS, NULL, NULL, "axu", ERROR_NONE, 1, "did not say"},
    {"dot drops first", RELAY_DOT, 1, RELAY_DROPS, NULL, NULL, "xuu", ERROR_UNAVAILABLE, 0,
     "354 go ahead"},
    {"dot hangs", RELAY_DOT, 2, RELAY_HANGS, NULL, NULL, "axu", ERROR_NONE, 1, ""},
    {"dot hangs, chunking", RELAY_DOT, 2, RELAY_HANGS, NULL, CHUNKS, "axu", ERROR_NONE, 1, ""},
    {"dot drops, chunking", RELAY_DOT, 2, RELAY_DROPS, NULL, CHUNKS, "axu", ERROR_NONE, 1, ""},
    {"dot dribbles", RELAY_DOT, 2, RELAY_DRIBBLES, NULL, NULL, "axu", ERROR_NONE, 1, ""},
    {"dot 452", RELAY_DOT, 2, RELAY_SAYS, "452 4.3.1 full", NULL, "ada", ERROR_NONE, 2,
     "452 4.3.1 full"},
    {"dot 554", RELAY_DOT, 2, RELAY_SAYS, "554 5.6.0 no", NULL, "ara", ERROR_NONE, 2,
     "554 5.6.0 no"},
    {"dot garbage", RELAY_DOT, 2, RELAY_SAYS, "hello\x01there", NULL, "axu", ERROR_NONE, 1, ""},
    {"dot of several lines", RELAY_DOT, 2, RELAY_SAYS, "250-2.0.0 first\r\n250 2.0.0 second", NULL,
     "aaa", ERROR_NONE, 2, "250 2.0.0 first second"},
    {"250 then drops", RELAY_AFTER, 2, RELAY_DROPS, NULL, NULL, "aau", ERROR_NONE, 2, "250"},
    {"421 then hangs", RELAY_MAIL, 0, RELAY_SAYS, "421 4.3.2 bye", NULL, "ddd", ERROR_UNAVAILABLE,
     0, "421"},
};

/* Whether all was as it should be; says what was not. */
static bool check_case(const struct fault_case *fault)
{
    struct relay relay;
    struct result got;
    const struct relay_script script = {.at = fault->at,
                                        .message = fault->message,
                                        .does = fault->does,
                                        .says = fault->says,
                                        .extensions = fault->extensions};
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    send_three(&got, &config, &relay);
    const char *verdicts = verdicts_of(&got);
    for (size_t i = 0; i < PARCELS; i++) {
        assert_non_null(got.parcels[i].answer);
        assert_true(strlen(got.parcels[i].answer) <= 200);
        assert_null(strpbrk(got.parcels[i].answer, "\r\n\t"));
    }
    const char *said = got.ok ? got.parcels[1].answer : got.err.text;
    bool right = strcmp(verdicts, fault->verdicts) == 0 && got.ok == (fault->kind == ERROR_NONE) &&
                 (got.ok || got.err.kind == fault->kind) && strstr(said, fault->answer) != NULL &&
                 count(&got, "took ") == fault->took;
    if (!right) {
        print_error("%s: %s ok %d kind %d \"%s\" took %zu\n", fault->name, verdicts, got.ok,
                    got.err.kind, said, count(&got, "took "));
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

static void test_refused_connection(void **state)
{
    (void)state;
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
    send_three(&got, &config, &relay);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_UNAVAILABLE);
    assert_non_null(strstr(got.err.text, "cannot be reached"));
    assert_int_equal(carrier_count(got.parcels, PARCELS, CARRIER_UNTOUCHED), PARCELS);
    drop(&got);
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
static void test_wire(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    struct relay relay;
    struct result got;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    send_three(&got, &config, &relay);
    assert_true(got.ok);
    const char *diary = buffer_text(&got.diary);
    assert_int_equal(count(&got, "connected"), 1);
    assert_non_null(strstr(diary, "MAIL FROM:<bounces+1@branch.example> SIZE="));
    assert_non_null(strstr(diary, "MAIL FROM:<bounces+2@branch.example> SIZE="));
    assert_non_null(strstr(diary, "MAIL FROM:<bounces+3@branch.example> SIZE="));
    assert_non_null(strstr(diary, " RET=HDRS ENVID=ref1\n"));
    assert_non_null(strstr(diary, "RCPT TO:<a@one.example> NOTIFY=FAILURE,DELAY "
                                  "ORCPT=rfc822;a@one.example\n"));
    struct buffer wanted;
    buffer_init(&wanted, 1 << 16);
    for (const char *at = mail; *at != '\0';) {
        size_t length = strcspn(at, "\r");
        (void)buffer_printf(&wanted, "> %s%.*s\n", at[0] == '.' ? "." : "", (int)length, at);
        at += length + 2;
    }
    assert_non_null(strstr(diary, buffer_text(&wanted)));
    buffer_free(&wanted);
    drop(&got);
}

/* What may not be begun any more is not: the session ends there, and nobody is to blame. */
static void test_until(void **state)
{
    (void)state;
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
        struct errand errand = {.to = {"a@one.example", "b@two.example", "c@three.example"}};
        memcpy(errand.until, cases[i].until, sizeof errand.until);
        send_errand(&got, &config, &relay, &errand);
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        assert_int_equal(count(&got, "took "), cases[i].took);
        drop(&got);
    }
}

static void test_unspeakable(void **state)
{
    (void)state;
    static const struct relay_script script = {.at = RELAY_NOWHERE};
    static const char *const bad[] = {"a@b.example>\r\nRCPT TO:<x@y.example", "a b@c.example", "",
                                      "a@b.example\n"};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
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
        cmocka_unit_test(test_faults), cmocka_unit_test(test_refused_connection),
        cmocka_unit_test(test_reach),  cmocka_unit_test(test_wire),
        cmocka_unit_test(test_until),  cmocka_unit_test(test_unspeakable),
        cmocka_unit_test(test_judge),  cmocka_unit_test(test_answer),
    };
    return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
