/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What refusals mean: what receivers say, and what follows for the address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "returned_private.h"

static const struct {
    const char *status; /* NULL: the one in the text, if there is any */
    const char *text;
    const char *class;
} REFUSALS[] = {
    /* the enhanced status */
    {"5.1.1", "", "dead"},
    {"5.1.2", "", "dead"},
    {"5.1.3", "", "dead"},
    {"5.1.6", "", "dead"},
    {"5.1.10", "", "dead"},
    {"5.1.7", "", "config"},
    {"5.1.8", "", "config"},
    {"5.2.1", "", "dead"},
    {"4.2.1", "", "temporary"},
    {"5.2.2", "", "full"},
    {"4.2.2", "", "full"},
    {"5.2.3", "", "config"},
    {"5.3.4", "", "config"},
    {"5.3.1", "", "temporary"},
    {"5.3.2", "", "temporary"},
    {"4.3.2", "", "temporary"},
    {"4.4.1", "", "temporary"},
    {"4.4.7", "", "temporary"},
    {"5.4.1", "", "temporary"},
    {"5.4.4", "", "temporary"},
    {"5.4.6", "", "temporary"},
    {"5.4.14", "", "temporary"},
    {"5.4.310", "", "dead"},
    {"5.5.2", "", "config"},
    {"5.5.4", "", "config"},
    {"4.5.3", "", "temporary"},
    {"5.6.1", "", "config"},
    {"5.7.0", "", "blocked"},
    {"5.7.1", "", "blocked"},
    {"5.7.606", "", "blocked"},
    {"5.7.26", "", "config"},
    {"5.7.27", "", "config"},
    {"5.7.30", "", "config"},
    {"5.7.515", "", "config"},
    {"5.7.23", "", "config"},
    {"5.7.25", "", "config"},
    {"4.7.0", "", "temporary"},
    {"4.7.28", "", "temporary"},
    {"4.7.650", "", "temporary"},
    {"5.0.0", "", "-"},
    {"5.1.0", "", "temporary"},
    {"", "", "-"},
    /* where the text knows better */
    {NULL, "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)", "dead"},
    {NULL, "550 5.4.1 Recipient address rejected: Access denied. [x.prod.outlook.com]", "dead"},
    {NULL, "550 5.4.1 [n@t.example]: Recipient address rejected: Access denied", "dead"},
    {NULL, "550 5.7.1 <n@t.example>: Recipient not found.", "dead"},
    {NULL, "550 5.7.1 Recipient address does not exist", "dead"},
    {NULL, "550 5.7.1 This user does not accept your mail", "blocked"},
    {NULL, "554 5.7.1 <n@t.example>: Relay access denied", "blocked"},
    {NULL, "550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents",
     "temporary"},
    {"5.4.4", "Host or domain name not found. Name service error for name=t.example type=MX",
     "dead"},
    {"5.4.4", "no route to host", "temporary"},
    {"5.1.0", "550 5.1.0 No such user here", "dead"},
    {"5.1.0", "550 5.1.0 rejected due to our policy", "blocked"},
    {"5.1.0", "550 #5.1.0 Address rejected.", "dead"},
    {"5.1.0", "550 5.1.0 sender rejected", "config"},
    {"5.0.0", "550 User unknown", "dead"},
    {"5.0.0", "554 delivery error: dd This user doesn't have a yahoo.com account", "dead"},
    {"5.0.0", "554 delivery error: dd Not a valid recipient", "dead"},
    {"5.3.0", "553 5.3.0 <n@t.example>... Addressee unknown", "dead"},
    {"5.3.0", "554 5.3.0 unknown mailer error 2", "temporary"},
    {"5.0.350", "550 5.0.350 Remote server returned an error -> 550 mailbox full", "full"},
    /* no status: the text */
    {NULL, "550 unknown user", "dead"},
    {NULL, "550 no such user here", "dead"},
    {NULL, "550 Invalid recipient n@t.example", "dead"},
    {NULL, "550 Mailbox not found", "dead"},
    {NULL, "550 Requested action not taken: mailbox unavailable", "dead"},
    {NULL, "550 Requested action not taken: mailbox unavailable. Reject due to policy restrictions",
     "blocked"},
    {NULL, "550 recipient rejected", "dead"},
    {NULL, "550 recipient rejected by our spam filter", "blocked"},
    {NULL, "sorry, no mailbox here by that name.", "dead"},
    {NULL, "Unrouteable address", "dead"},
    {NULL, "Sorry, I couldn't find any host named t.example.", "dead"},
    {NULL, "mailbox for n@t.example is full", "full"},
    {NULL, "552 Requested mail action aborted: exceeded storage allocation", "full"},
    {NULL, "552 message too large", "config"},
    {NULL, "552 Message size exceeds fixed maximum message size", "config"},
    {NULL, "The user's mailbox has exceeded its disk quota", "full"},
    {NULL, "550 Your IP is listed at a block list", "blocked"},
    {NULL, "550 rejected: poor reputation", "blocked"},
    {NULL, "554 Message rejected as spam", "blocked"},
    {NULL, "550 DMARC check failed", "config"},
    {NULL, "550 SPF check failed: the sender is not allowed", "config"},
    {NULL, "550 reverse DNS lookup failed", "config"},
    {NULL, "530 Authentication required", "config"},
    {NULL, "451 greylisted, try again later", "temporary"},
    {NULL, "retry timeout exceeded", "temporary"},
    {NULL, "Connection timed out", "temporary"},
    /* neither: the basic code */
    {NULL, "550 no", "temporary"},
    {NULL, "554 transaction failed", "temporary"},
    {NULL, "551 no", "temporary"},
    {NULL, "552 no", "full"},
    {NULL, "556 no", "dead"},
    {NULL, "501 no", "config"},
    {NULL, "535 no", "config"},
    {NULL, "421 no", "temporary"},
    {NULL, "no", "-"},
    /* words in names mean nothing */
    {NULL, "550 <spam@blocked.example>: no", "temporary"},
    {NULL, "550 see https://t.example/policy/user-unknown", "temporary"},
    {NULL, "<spam@blocked.example>: user unknown", "dead"},
    {NULL, "mx.t.example[192.0.2.55] said no, in 550ms", "-"},
};

static void refusals_mean_this(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(REFUSALS); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        char status[RETURNED_STATUS_SIZE] = "";
        if (REFUSALS[i].status == NULL) {
            (void)returned_status(REFUSALS[i].text, status);
        }
        const char *given = REFUSALS[i].status == NULL ? status : REFUSALS[i].status;
        const char *class = returned_class_name(returned_class_of(given, REFUSALS[i].text, arena));
        if (strcmp(class, REFUSALS[i].class) != 0) {
            print_error("%s %s: %s\n", given, REFUSALS[i].text, class);
        }
        assert_string_equal(class, REFUSALS[i].class);
    }
}

static void statuses_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *status; /* "": none */
    } cases[] = {
        {"550 5.1.1 no", "5.1.1"},
        {"550-5.1.1 no", "5.1.1"},
        {"550 #5.1.0 Address rejected", "5.1.0"},
        {"(#5.1.1)", "5.1.1"},
        {"<mail.t.example #5.1.1>", "5.1.1"},
        {"5.1.10 (no)", "5.1.10"},
        {"5.7.606", "5.7.606"},
        {"2.0.0", "2.0.0"},
        /* one behind a code is rather meant */
        {"version 4.2.1 said 550 5.7.1 no", "5.7.1"},
        {"", ""},
        {"5", ""},
        {"5.1", ""},
        {"5.1.", ""},
        {"5.8.1", ""},
        {"5.1.1.1", ""},
        {"5.1.1234", ""},
        {"15.1.1", ""},
        {"x5.1.1", ""},
        {"3.1.1", ""},
        {"Exim 4.94.2", ""},
        {"[198.51.100.7]", ""},
        {"5.44.1", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char status[RETURNED_STATUS_SIZE] = "";
        assert_int_equal(returned_status(cases[i].text, status), cases[i].status[0] != '\0');
        assert_string_equal(status, cases[i].status);
    }
}

static void addresses_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *address;
    } cases[] = {
        {"rfc822; n@t.example", "n@t.example"},
        {"rfc822;<N@T.Example>", "N@t.example"},
        {"RFC822; 'n@t.example'", "n@t.example"},
        {"utf-8; si\\x{E2}n@t.example", "si\xC3\xA2n@t.example"},
        {"c=GB;a= ;p=T;dda:SMTP=n@t.example;", "n@t.example"},
        {"o'neil@t.example", "o'neil@t.example"},
        {"n+tag=x@t.example.", "n+tag=x@t.example"},
        {"@ n@t.example", "n@t.example"},
        {"unknown; nobody", ""},
        {"n@", ""},
        {"@t.example", ""},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        assert_string_equal(returned_address(cases[i].text, arena, NULL), cases[i].address);
    }
}

static void tokens_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *token;
    } cases[] = {
        {"<https://b.example/u/k3j7-a1b2c3d4e5f6a7b8c9d0>", "k3j7-a1b2c3d4e5f6a7b8c9d0"},
        {"?url=https%3A%2F%2Fb.example%2Fu%2Fk3j7-a1b2c3d4e5f6a7b8c9d0&x",
         "k3j7-a1b2c3d4e5f6a7b8c9d0"},
        {"https://b.example/u/k3j7-a1b2c3d4=\ne5f6a7b8c9d0\n", "k3j7-a1b2c3d4e5f6a7b8c9d0"},
        {"/u/somebody /u/k3j7-a1b2c3d4e5f6a7b8c9d0", "k3j7-a1b2c3d4e5f6a7b8c9d0"},
        {"/u/-a1b2c3d4e5f6a7b8c9d0", ""},
        {"/u/k3j7-a1b2c3d4e5f6a7b8c9d", ""},
        {"/u/k3j7-a1b2c3d4e5f6a7b8c9d01", ""},
        {"/u/k3j7-x1b2c3d4e5f6a7b8c9d0", ""},
        {"/u/", ""},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        assert_string_equal(returned_token(cases[i].text, arena), cases[i].token);
    }
}

static void words_are_found(void **state)
{
    (void)state;
    assert_true(returned_has("the mailbox is full", "mailbox*full"));
    assert_true(returned_has("a a b", "a b"));
    assert_true(returned_has("mailbox x mailbox y full", "mailbox*y*full"));
    assert_false(returned_has("full mailbox", "mailbox*full"));
    assert_false(returned_has("", "a"));
    char far[300];
    memset(far, '.', sizeof far - 1);
    far[0] = 'a';
    far[200] = 'b';
    far[sizeof far - 1] = '\0';
    assert_false(returned_has(far, "a*b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_mean_this),  cmocka_unit_test(statuses_are_found),
        cmocka_unit_test(addresses_are_found), cmocka_unit_test(tokens_are_found),
        cmocka_unit_test(words_are_found),
    };
    return cmocka_run_group_tests_name("returned_class", tests, NULL, NULL);
}
