/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the provider remembers, and that it knows when it may have forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger.h"

static const char *status_of(const struct ledger *ledger, const char *reference)
{
    const struct ledger_entry *entry = ledger_of_reference(ledger, reference, NULL);
    return entry == NULL ? "none" : entry->status;
}

static void messages_are_found_by_both_names(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_create(100);
    ledger_put(ledger, "R1", "ref1");
    ledger_put(ledger, "R2", "ref2");
    ledger_put(ledger, "R3", "ref1");
    ledger_put(ledger, "R4", "");
    ledger_settle(ledger, "R2", "expired");
    ledger_settle(ledger, "R2", "lost for words");
    ledger_settle(ledger, "R9", "delivered");
    assert_string_equal(status_of(ledger, "ref2"), "expired");
    assert_string_equal(ledger_of_id(ledger, "R4")->reference, "");
    assert_null(ledger_of_id(ledger, "R9"));
    assert_null(ledger_of_reference(ledger, "", NULL));
    assert_null(ledger_of_reference(ledger, "ref", NULL));
    const struct ledger_entry *entry = ledger_of_reference(ledger, "ref1", NULL);
    assert_string_equal(entry->id, "R3"); /* the latest in front */
    entry = ledger_of_reference(ledger, "ref1", entry);
    assert_string_equal(entry->id, "R1");
    assert_null(ledger_of_reference(ledger, "ref1", entry));
    assert_false(ledger_forgetful(ledger));
    ledger_free(&ledger);
    assert_null(ledger);
}

static void the_oldest_are_forgotten_and_it_says_so(void **state)
{
    (void)state;
    enum { HOLDS = 3000 };
    struct ledger *ledger = ledger_create(HOLDS);
    char id[BOX_ID_SIZE];
    for (int i = 0; i < 2 * HOLDS; i++) {
        (void)snprintf(id, sizeof id, "R%d", i);
        ledger_put(ledger, id, i % 3 == 0 ? "" : id);
    }
    assert_false(ledger_forgetful(ledger));
    assert_string_equal(status_of(ledger, "R1"), "sent");
    ledger_put(ledger, "last", "R1");
    assert_true(ledger_forgetful(ledger));
    assert_null(ledger_of_id(ledger, "R1"));
    assert_string_equal(ledger_of_reference(ledger, "R1", NULL)->id, "last");
    for (int i = HOLDS; i < 2 * HOLDS; i++) {
        (void)snprintf(id, sizeof id, "R%d", i);
        assert_non_null(ledger_of_id(ledger, id));
        assert_int_equal(ledger_of_reference(ledger, id, NULL) != NULL, i % 3 != 0);
    }
    ledger_free(&ledger);
}

/* A ledger that has read this log. */
static struct ledger *inherited(const char *log)
{
    char path[] = "/tmp/muster-test-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(write(file, log, strlen(log)), (ssize_t)strlen(log));
    (void)close(file);
    struct ledger *ledger = ledger_create(100);
    ledger_inherit(ledger, path);
    (void)unlink(path);
    return ledger;
}

#define KEPT(id, reference)                                                                        \
    "{\"event\":\"message\",\"channel\":\"sms\",\"id\":\"" id "\",\"reference\":\"" reference      \
    "\",\"text\":\"\\\"channel\\\":\\\"email\\\"\"}\n"

static void a_log_tells_what_earlier_runs_kept(void **state)
{
    (void)state;
    struct ledger *ledger = inherited(KEPT("R1", "a") KEPT(
        "R2",
        "b") "{\"event\":\"message\",\"channel\":\"email\",\"id\":\"E3\"}\n"
             "{\"event\":\"attempt\",\"channel\":\"sms\",\"reference\":\"c\"}\n"
             "{\"event\":\"receipt\",\"id\":\"R2\",\"status\":\"undelivered\"}\n"
             "{\"event\":\"reply\",\"id\":\"I1\"}\n"
             "{\"event\":\"message\",\"channel\":\"sms\",\"id\":\"much too long for an id\"}\n");
    assert_string_equal(status_of(ledger, "a"), "sent");
    assert_string_equal(status_of(ledger, "b"), "undelivered");
    assert_string_equal(status_of(ledger, "c"), "none");
    assert_null(ledger_of_id(ledger, "E3"));
    assert_false(ledger_forgetful(ledger));
    ledger_free(&ledger);
    ledger = inherited("");
    assert_false(ledger_forgetful(ledger));
    ledger_free(&ledger);
}

static void what_cannot_be_read_may_have_been_kept(void **state)
{
    (void)state;
    static const char *const torn[] = {
        KEPT("R1", "a") "{\"event\":\"message\",\"channel\":\"sms\",\"id\":\"R2\",\"refe",
        KEPT("R1", "a") "\n",
        "\xff\xfe\n" KEPT("R1", "a"),
        KEPT("R1", "a") "[]\n",
        KEPT("R1", "a") "{\"event\":\"message\"}{}\n",
    };
    for (size_t i = 0; i < sizeof torn / sizeof torn[0]; i++) {
        struct ledger *ledger = inherited(torn[i]);
        assert_string_equal(status_of(ledger, "a"), "sent");
        assert_true(ledger_forgetful(ledger));
        ledger_free(&ledger);
    }
    static const char *const nowhere[] = {NULL, "/tmp/muster-no-such-log", "/dev/null", "/tmp"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        struct ledger *ledger = ledger_create(100);
        ledger_inherit(ledger, nowhere[i]);
        assert_true(ledger_forgetful(ledger));
        ledger_free(&ledger);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_found_by_both_names),
        cmocka_unit_test(the_oldest_are_forgotten_and_it_says_so),
        cmocka_unit_test(a_log_tells_what_earlier_runs_kept),
        cmocka_unit_test(what_cannot_be_read_may_have_been_kept),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
