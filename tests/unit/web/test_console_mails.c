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

/* Put so many mails for a session. */
static void put_many(struct console_mails *mails, const char *session, int count)
{
    for (int i = 0; i < count; i++) {
        assert_non_null(console_mails_put(mails, session, "another"));
    }
}

static void the_oldest_of_a_session_gives_way(void **state)
{
    (void)state;
    CLEANUP(console_mails_free) struct console_mails *mails = console_mails_create();
    char others[CONSOLE_MAILS_NAME + 1];
    char first[CONSOLE_MAILS_NAME + 1];
    char second[CONSOLE_MAILS_NAME + 1];
    memcpy(others, console_mails_put(mails, "bea", "of bea"), sizeof others);
    memcpy(first, console_mails_put(mails, "ann", "first"), sizeof first);
    memcpy(second, console_mails_put(mails, "ann", "second"), sizeof second);
    put_many(mails, "ann", CONSOLE_MAILS_EACH - 2);
    assert_string_equal(console_mails_get(mails, "ann", first), "first");
    put_many(mails, "ann", 1);
    assert_null(console_mails_get(mails, "ann", first));
    assert_string_equal(console_mails_get(mails, "ann", second), "second");
    put_many(mails, "ann", 2 * CONSOLE_MAILS_MOST);
    assert_string_equal(console_mails_get(mails, "bea", others), "of bea");
}

static void of_all_sessions_that_with_the_most_gives_way(void **state)
{
    (void)state;
    CLEANUP(console_mails_free) struct console_mails *mails = console_mails_create();
    char busy[CONSOLE_MAILS_NAME + 1];
    char quiet[CONSOLE_MAILS_NAME + 1];
    char late[CONSOLE_MAILS_NAME + 1];
    memcpy(quiet, console_mails_put(mails, "bea", "quiet"), sizeof quiet);
    memcpy(busy, console_mails_put(mails, "ann", "busy"), sizeof busy);
    put_many(mails, "ann", CONSOLE_MAILS_EACH - 1);
    int taken = 1 + CONSOLE_MAILS_EACH;
    for (char session[] = "a"; taken < CONSOLE_MAILS_MOST; session[0]++) {
        const int room = CONSOLE_MAILS_MOST - taken;
        const int more = room < CONSOLE_MAILS_EACH - 1 ? room : CONSOLE_MAILS_EACH - 1;
        put_many(mails, session, more);
        taken += more;
    }
    assert_string_equal(console_mails_get(mails, "ann", busy), "busy");
    memcpy(late, console_mails_put(mails, "cai", "late"), sizeof late);
    assert_null(console_mails_get(mails, "ann", busy));
    assert_string_equal(console_mails_get(mails, "bea", quiet), "quiet");
    assert_string_equal(console_mails_get(mails, "cai", late), "late");
}

int main(void)
{
    struct error err = {.kind = ERROR_NONE};
    if (!token_start(&err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_for_who_made_it),
        cmocka_unit_test(the_oldest_of_a_session_gives_way),
        cmocka_unit_test(of_all_sessions_that_with_the_most_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
