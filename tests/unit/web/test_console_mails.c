/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Previewed mails: whose they are, and how long they are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console_mails.h"
#include "muster/base/error.h"
#include "muster/base/token.h"

static void a_mail_is_for_who_made_it(void **state)
{
    (void)state;
    CLEANUP(console_mails_free) struct console_mails *mails = console_mails_create();
    const char *name = console_mails_put(mails, "ann", "<p>One</p>");
    assert_int_equal(strlen(name), CONSOLE_MAILS_NAME);
    assert_string_equal(console_mails_get(mails, "ann", name), "<p>One</p>");
    assert_null(console_mails_get(mails, "bea", name));
    assert_null(console_mails_get(mails, "ann", "aaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_null(console_mails_get(mails, "ann", ""));
    assert_null(console_mails_get(mails, NULL, name));
}

static void the_oldest_gives_way(void **state)
{
    (void)state;
    CLEANUP(console_mails_free) struct console_mails *mails = console_mails_create();
    char first[CONSOLE_MAILS_NAME + 1];
    char second[CONSOLE_MAILS_NAME + 1];
    memcpy(first, console_mails_put(mails, "ann", "first"), sizeof first);
    memcpy(second, console_mails_put(mails, "ann", "second"), sizeof second);
    for (int i = 2; i < CONSOLE_MAILS_MOST; i++) {
        assert_non_null(console_mails_put(mails, "bea", "other"));
    }
    assert_string_equal(console_mails_get(mails, "ann", first), "first");
    assert_non_null(console_mails_put(mails, "bea", "one more"));
    assert_null(console_mails_get(mails, "ann", first));
    assert_string_equal(console_mails_get(mails, "ann", second), "second");
}

int main(void)
{
    struct error err = {.kind = ERROR_NONE};
    if (!token_start(&err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_for_who_made_it),
        cmocka_unit_test(the_oldest_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
