/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What MAIL and RCPT may say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "smtp_command.h"

static void senders(void **state)
{
    (void)state;
    static const struct {
        const char *rest;
        const char *address; /* or the code that refuses it */
        bool refused;
    } cases[] = {
        {" FROM:<a@b.example>", "a@b.example", false},
        {" from:<>", "", false},
        {" FROM: <a@b.example> BODY=8BITMIME SIZE=5000", "a@b.example", false},
        {" FROM:<\"a b>c\"@b.example>", "\"a b>c\"@b.example", false},
        {" FROM:<a@[192.0.2.1]>", "a@[192.0.2.1]", false},
        {" FROM:<\xc3\xa9@b.example> SMTPUTF8", "\xc3\xa9@b.example", false},
        {" FROM:<a@b.example> RET=HDRS ENVID=x+2Dy AUTH=<>", "a@b.example", false},
        {"", "501", true},
        {" FROM", "501", true},
        {" FROM:", "501", true},
        {" FROM:a@b.example", "501", true},
        {" FROM:<a@b.example", "501", true},
        {" FROM:<a@b.example>x", "501", true},
        {" FROM:<a@b.example> SIZE=x", "501", true},
        {" FROM:<a@b.example> SIZE=-1", "501", true},
        {" FROM:<a@b.example> SIZE=10485761", "552", true},
        {" FROM:<a@b.example> SIZE=99999999999999999999", "501", true},
        {" FROM:<a@b.example> BODY=9BIT", "501", true},
        {" FROM:<a@b.example> RET=SOME", "501", true},
        {" FROM:<a@b.example> RET=FULL RET=FULL", "501", true},
        {" FROM:<a@b.example> ENVID=", "501", true},
        {" FROM:<a@b.example> ENVID=a+2", "501", true},
        {" FROM:<a@b.example> FOO=1", "555", true},
        {" FROM:<\xc3\xa9@b.example>", "553", true},
        {" FROM:<\xff@b.example> SMTPUTF8", "553", true},
        {" FROM:<a>", "553", true},
        {" FROM:<@b.example>", "553", true},
        {" FROM:<a@>", "553", true},
        {" FROM:<.a@b.example>", "553", true},
        {" FROM:<a..b@b.example>", "553", true},
        {" FROM:<a.@b.example>", "553", true},
        {" FROM:<a@-b.example>", "553", true},
        {" FROM:<a@b..example>", "553", true},
        {" FROM:<a@b_c.example>", "553", true},
        {" FROM:<@x,@y:a@b.example>", "553", true},
        {" FROM:<\"a@b.example>", "501", true},
        {" FROM:<a\"\\", "501", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct smtp_sender sender = {.address = "untouched"};
        const char *refusal = smtp_command_mail(cases[i].rest, arena, &sender);
        if (cases[i].refused) {
            if (refusal == NULL || strncmp(refusal, cases[i].address, 3) != 0) {
                fail_msg("\"%s\" gives %s", cases[i].rest, refusal == NULL ? "nothing" : refusal);
            }
            assert_string_equal(sender.address, "untouched");
        } else {
            assert_null(refusal);
            assert_string_equal(sender.address, cases[i].address);
        }
    }
}

static void recipients(void **state)
{
    (void)state;
    static const struct {
        const char *rest;
        const char *notify;
        const char *orcpt;
        const char *refusal;
    } cases[] = {
        {" TO:<a@b.example>", NULL, NULL, NULL},
        {" TO:<a@b.example> NOTIFY=NEVER", "NEVER", NULL, NULL},
        {" TO:<a@b.example> NOTIFY=SUCCESS,failure,DELAY ORCPT=rfc822;a+2Bc@b.example",
         "SUCCESS,failure,DELAY", "rfc822;a+2Bc@b.example", NULL},
        {" TO:<a@b.example> NOTIFY=NEVER,DELAY", NULL, NULL, "501"},
        {" TO:<a@b.example> NOTIFY=", NULL, NULL, "501"},
        {" TO:<a@b.example> NOTIFY=SUCCESS,", NULL, NULL, "501"},
        {" TO:<a@b.example> ORCPT=a@b.example", NULL, NULL, "501"},
        {" TO:<a@b.example> ORCPT=;x", NULL, NULL, "501"},
        {" TO:<a@b.example> SIZE=1", NULL, NULL, "555"},
        {" TO:<>", NULL, NULL, "553"},
        {" FROM:<a@b.example>", NULL, NULL, "501"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct smtp_recipient recipient = {.address = "untouched"};
        const char *refusal = smtp_command_rcpt(cases[i].rest, false, arena, &recipient);
        if (cases[i].refusal != NULL) {
            assert_non_null(refusal);
            assert_memory_equal(refusal, cases[i].refusal, 3);
            assert_string_equal(recipient.address, "untouched");
            continue;
        }
        assert_null(refusal);
        assert_string_equal(recipient.address, "a@b.example");
        assert_string_equal(recipient.notify == NULL ? "-" : recipient.notify,
                            cases[i].notify == NULL ? "-" : cases[i].notify);
        assert_string_equal(recipient.orcpt == NULL ? "-" : recipient.orcpt,
                            cases[i].orcpt == NULL ? "-" : cases[i].orcpt);
    }
}

static void parts_have_their_lengths(void **state)
{
    (void)state;
    for (size_t length = 63; length <= 66; length++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        char *local = arena_alloc(arena, length + 1);
        memset(local, 'a', length);
        struct smtp_sender sender;
        const char *refusal =
            smtp_command_mail(arena_printf(arena, " FROM:<%s@b.example>", local), arena, &sender);
        assert_int_equal(refusal == NULL, length <= 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(senders),
        cmocka_unit_test(recipients),
        cmocka_unit_test(parts_have_their_lengths),
    };
    return cmocka_run_group_tests_name("rehearsal/smtp_command", tests, NULL, NULL);
}
