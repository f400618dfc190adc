/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both engines of mail keep the contract of carriers, whatever the relay does and at whatever step
 * it does it. TLS and logins are in test_smtp_conformance_tls.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drill.h"

#define CHUNKS "250-CHUNKING\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n"
#define CHUNKS_LAST                                                                                \
    "250-PIPELINING\r\n250-XCHUNKING\r\n250-CHUNKINGX\r\n250-ENHANCEDSTATUSCODES\r\n250-"          \
    "chunking\r\n"

static void test_lost(void **state)
{
    (void)state;
    static const struct drill_step steps[] = {
        {"the greeting", RELAY_GREETING, "uuuuu"},
        {"EHLO", RELAY_EHLO, "uuuuu"},
        {"MAIL", RELAY_MAIL, "aaauu"},
        {"RCPT", RELAY_RCPT, "aaadu"},
        {"DATA", RELAY_DATA, "aaadu"},
        {"the body", RELAY_BODY, "aaa?u"},
        {"the dot", RELAY_DOT, "aaaxu"},
        {"the dot, kept,", RELAY_KEPT, "aaaxu"},
        {"the next mail", RELAY_AFTER, "aaaau"},
        {"QUIT", RELAY_QUIT, "aaaaa"},
    };
    struct drills drills = {0};
    const struct drill drill = {.name = "plain"};
    drill_matrix(&drills, &drill, steps, ARRAY_LENGTH(steps));
    drills_end(&drills);
    assert_int_equal(drills.done, ARRAY_LENGTH(steps) * ARRAY_LENGTH(drill_losses) * 3);
}

/* A no at any step: whether it is for now or for good, and the others go on. After a 421 the relay
 * hangs up. */
static void test_refused(void **state)
{
    (void)state;
    static const enum relay_at steps[] = {RELAY_MAIL, RELAY_RCPT, RELAY_DATA, RELAY_DOT};
    static const struct {
        const char *says;
        const char *verdicts;
    } replies[] = {
        {"421 4.3.2 closing", "aaadu"}, {"450 4.2.1 later", "aaada"},
        {"451 4.3.0 later", "aaada"},   {"452 4.3.1 full", "aaada"},
        {"550 5.1.1 nobody", "aaara"},  {"552 5.3.4 too big", "aaara"},
        {"554 5.6.0 no", "aaara"},      {"450 later", "aaada"},
        {"550 nobody", "aaara"},        {"550-5.1.1 nobody\r\n550 5.1.1 here", "aaara"},
    };
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(replies); j++) {
            bool closes = strncmp(replies[j].says, "421", 3) == 0;
            char answer[64];
            (void)snprintf(answer, sizeof answer, "%.*s", (int)strcspn(replies[j].says, "-\r"),
                           replies[j].says);
            const struct drill drill = {.name = replies[j].says,
                                        .script = {.at = steps[i],
                                                   .message = DRILL_AT,
                                                   .does = closes ? RELAY_LEAVES : RELAY_SAYS,
                                                   .says = replies[j].says},
                                        .verdicts = replies[j].verdicts,
                                        .answer = answer};
            drills_add_both(&drills, &drill);
        }
    }
    drills_end(&drills);
}

/* RFC 2920 3.1: a relay may ask for the message of nobody that stands behind a refused recipient,
 * and gets an empty one. */
static void test_asked_anyway(void **state)
{
    (void)state;
    static const enum relay_at steps[] = {RELAY_MAIL, RELAY_RCPT};
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        drills_add_both(&drills, &(struct drill){.name = "asked anyway",
                                                 .script = {.at = steps[i],
                                                            .message = DRILL_AT,
                                                            .says = "550 5.1.1 nobody",
                                                            .asks_anyway = true},
                                                 .verdicts = "aaara",
                                                 .answer = "550 5.1.1 nobody"});
    }
    drills_end(&drills);
}

/* Who answers the dot with something that is no answer to it is not asked again: libesmtp does not
 * see that. */
static void test_nonsense_to_the_dot(void **state)
{
    (void)state;
    struct drills drills = {0};
    drills_add(&drills, &(struct drill){.name = "a welcome to each dot",
                                        .engine = "curl",
                                        .script = {.at = RELAY_DOT, .says = "235 2.7.0 welcome"},
                                        .verdicts = "xuuuu",
                                        .kind = ERROR_UNAVAILABLE,
                                        .answer = "235 2.7.0 welcome"});
    drills_end(&drills);
}

/* What is said when it was not asked for never counts as the answer to something else. */
static void test_out_of_order(void **state)
{
    (void)state;
    static const struct drill cases[] = {
        {.name = "an answer too many to MAIL",
         .script = {.at = RELAY_MAIL, .says = "250 2.1.0 Ok\r\n250 2.1.5 Ok"},
         .verdicts = "aaadu"},
        {.name = "all answers at once",
         .script = {.at = RELAY_MAIL, .says = "250 1\r\n250 2\r\n354 3\r\n250 4"},
         .verdicts = "aaadu"},
        {.name = "a no too early",
         .script = {.at = RELAY_MAIL, .says = "250 2.1.0 Ok\r\n550 5.1.1 nobody"},
         .verdicts = "aaa?u"},
        {.name = "an answer too many to RCPT",
         .script = {.at = RELAY_RCPT, .says = "250 2.1.5 Ok\r\n354 go"},
         .verdicts = "aaa?u"}, /* unsure where DATA was under way before it was seen */
        {.name = "taken before it is given",
         .script = {.at = RELAY_DATA, .says = "354 go ahead\r\n250 2.0.0 taken"},
         .verdicts = "aaadu"},
        {.name = "refused, and a lie behind it",
         .script = {.at = RELAY_DATA, .says = "554 5.7.1 spam\r\n250 2.0.0 taken"},
         .verdicts = "aaaru"},
        {.name = "an answer too many to the dot",
         .script = {.at = RELAY_KEPT, .says = "250 2.0.0 taken\r\n250 2.1.0 Ok"},
         .verdicts = "aaaau",
         .grouped = "aaaad"},
        {.name = "a no too many to the dot",
         .script = {.at = RELAY_KEPT, .says = "250 2.0.0 taken\r\n550 5.1.1 nobody"},
         .verdicts = "aaaau"},
        {.name = "DATA without a go-ahead",
         .script = {.at = RELAY_DATA, .says = "250 2.0.0 fine"},
         .verdicts = "aaadu"},
        {.name = "RCPT with a go-ahead",
         .script = {.at = RELAY_RCPT, .does = RELAY_LEAVES, .says = "354 go ahead"},
         .verdicts = "aaadu"},
        {.name = "MAIL with a go-ahead",
         .script = {.at = RELAY_MAIL, .does = RELAY_LEAVES, .says = "354 go ahead"},
         .verdicts = "aaadu"},
        {.name = "a goodbye to the dot",
         .script = {.at = RELAY_DOT, .does = RELAY_LEAVES, .says = "221 2.0.0 Bye"},
         .verdicts = "aaaxu"},
        {.name = "a go-ahead to the dot",
         .script = {.at = RELAY_DOT, .does = RELAY_LEAVES, .says = "354 go ahead"},
         .verdicts = "aaaxu"},
        {.name = "a welcome to the dot",
         .script = {.at = RELAY_DOT, .does = RELAY_LEAVES, .says = "235 2.7.0 welcome"},
         .verdicts = "aaaxu"},
        {.name = "a no that knows nothing",
         .script = {.at = RELAY_DOT, .says = "503 5.5.1 bad sequence"},
         .verdicts = "aaada"},
        {.name = "251 to the dot",
         .script = {.at = RELAY_KEPT, .says = "251 2.0.0 taken"},
         .verdicts = "aaaaa",
         .answer = "251 2.0.0 taken"},
        {.name = "several lines to the dot",
         .script = {.at = RELAY_KEPT, .says = "250-2.0.0 first\r\n250 2.0.0 second"},
         .verdicts = "aaaaa",
         .answer = "250 2.0.0 first"},
    };
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct drill drill = cases[i];
        drill.script.message = DRILL_AT;
        drill.answer = drill.answer == NULL ? "" : drill.answer;
        drills_add_both(&drills, &drill);
    }
    drills_end(&drills);
}

/* Whatever the relay offers, and the session as a whole. */
static const struct drill sessions[] = {
    {.name = "good", .verdicts = "aaaaa", .answer = "250 2.0.0 Ok: queued as ABC123"},
    {.name = "no extensions", .script.extensions = "", .verdicts = "aaaaa"},
    {.name = "chunks", .script.extensions = CHUNKS, .verdicts = "aaaaa"},
    {.name = "chunks at the end", .script.extensions = CHUNKS_LAST, .verdicts = "aaaaa"},
    {.name = "chunks, RCPT drops",
     .script = {.at = RELAY_RCPT, .message = 4, .does = RELAY_DROPS, .extensions = CHUNKS},
     .verdicts = "aaadu"},
    {.name = "chunks, the dot dribbles",
     .script = {.at = RELAY_KEPT, .message = 4, .does = RELAY_DRIBBLES, .extensions = CHUNKS},
     .timeout = DRILL_SHORT,
     .verdicts = "aaaxu"},
    {.name = "large", .padding = 20000, .verdicts = "aaaaa"},
    {.name = "large, hangs in the body",
     .script = {.at = RELAY_BODY, .message = 4, .does = RELAY_HANGS, .narrow = true},
     .padding = 2000,
     .timeout = DRILL_SHORT,
     .verdicts = "aaa?u"},
    {.name = "large, sips",
     .script = {.at = RELAY_BODY, .message = 4, .does = RELAY_SIPS, .narrow = true},
     .padding = 2000,
     .timeout = DRILL_SHORT,
     .verdicts = "aaa?u"},
    {.name = "large, drops in the body",
     .script = {.at = RELAY_BODY, .message = 4, .does = RELAY_DROPS, .narrow = true},
     .padding = 2000,
     .verdicts = "aaa?u"},
    {.name = "EHLO unknown",
     .script = {.at = RELAY_EHLO, .does = RELAY_SAYS, .says = "502 5.5.1 what?"},
     .verdicts = "aaaaa"},
    {.name = "EHLO without an end",
     .script = {.at = RELAY_EHLO, .does = RELAY_ENUMERATES},
     .verdicts = "uuuuu",
     .kind = ERROR_UNAVAILABLE,
     .answer = ""}, /* libcurl breaks off by itself where much of it comes at once */
    {.name = "greeting 421",
     .script = {.at = RELAY_GREETING, .does = RELAY_LEAVES, .says = "421 4.3.2 full"},
     .verdicts = "uuuuu",
     .kind = ERROR_UNAVAILABLE,
     .answer = "421"},
    {.name = "greeting 554",
     .script = {.at = RELAY_GREETING, .does = RELAY_LEAVES, .says = "554 5.7.1 no"},
     .verdicts = "uuuuu",
     .kind = ERROR_UNAVAILABLE,
     .answer = "554"},
    {.name = "log in first",
     .script = {.at = RELAY_MAIL, .does = RELAY_SAYS, .says = "530 5.7.0 log in first"},
     .verdicts = "ddddd",
     .kind = ERROR_CONFIG,
     .answer = "530 5.7.0 log in first"},
    {.name = "denied",
     .script = {.at = RELAY_RCPT, .does = RELAY_SAYS, .says = "554 5.7.1 <x>: Relay access denied"},
     .verdicts = "ddddd",
     .kind = ERROR_CONFIG,
     .answer = "Relay access denied"},
    {.name = "nobody is known",
     .script = {.at = RELAY_RCPT, .does = RELAY_SAYS, .says = "550 5.1.1 nobody"},
     .verdicts = "rrrrr",
     .answer = "550 5.1.1 nobody"},
    {.name = "the first in doubt",
     .script = {.at = RELAY_KEPT, .message = 1, .does = RELAY_DROPS},
     .verdicts = "xuuuu",
     .kind = ERROR_UNAVAILABLE,
     .answer = "354 go ahead"},
    {.name = "closing at once",
     .script = {.at = RELAY_MAIL, .does = RELAY_LEAVES, .says = "421 4.3.2 bye"},
     .verdicts = "duuuu",
     .kind = ERROR_UNAVAILABLE,
     .answer = "421 4.3.2 bye"},
};

static void test_sessions(void **state)
{
    (void)state;
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(sessions); i++) {
        struct drill drill = sessions[i];
        drill.answer = drill.answer == NULL ? "" : drill.answer;
        drills_add_both(&drills, &drill);
    }
    drills_end(&drills);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_asked_anyway), cmocka_unit_test(test_nonsense_to_the_dot),
        cmocka_unit_test(test_out_of_order), cmocka_unit_test(test_sessions),
    };
    return cmocka_run_group_tests_name("smtp conformance", tests, NULL, NULL);
}
