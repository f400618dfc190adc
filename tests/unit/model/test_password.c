/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which passwords will do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/model/password.h"

static void what_many_think_of_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *password;
        const char *refused; /* what the reason has in it; NULL: it will do */
    } cases[] = {
        {"", "12 characters"},
        {"short words", "12 characters"},
        {"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", "12 characters"}, /* 6, in 12 bytes */
        {"aaaaaaaaaaaaaaaa", "again and again"},
        {"abcabcabcabc", "again and again"},
        {"passwordpassword", "again and again"},
        {"123456789012", "many would think of"},
        {"qwertyuiopasdf", "many would think of"},
        {"Password1234!", "many would think of"},
        {"P4$$w0rd2026!!", "many would think of"},
        {"Summer2026Union", "many would think of"},
        {"welcomehospital1", "many would think of"},
        {"anna.morgan1987", "many would think of"},
        {"anytown health 12", "many would think of"},
        {"three old brass lamps", NULL},
        {"hn7Kd-92xQwZ", NULL},
        {"830172946501", NULL},
        {"llwybr hir i'r mynydd", NULL},
        {"\xE6\x97\xA5\xE6\x9C\xAC\xE3\x81\xAE\xE5\xB1\xB1\xE3\x81\xA8\xE5\xB7\x9D\xE3\x81\xA8\xE6"
         "\xB5\xB7\xE3\x81\xA8\xE7\xA9\xBA\xE3\x82\x92\xE8\xA6\x8B\xE3\x82\x8B",
         NULL},
    };
    static const char *const names[] = {"anna", NULL, "Anna Morgan", "Anytown Health Branch"};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *reason = "";
        const bool good = password_good(cases[i].password, names, ARRAY_LENGTH(names), &reason);
        if (good != (cases[i].refused == NULL) ||
            (!good && strstr(reason, cases[i].refused) == NULL)) {
            fail_msg("'%s' %s%s", cases[i].password, good ? "will do" : "was refused: it ",
                     good ? "" : reason);
        }
    }
}

static void a_password_is_the_same_from_every_keyboard(void **state)
{
    (void)state;
    char apart[PASSWORD_SIZE];
    char joined[PASSWORD_SIZE];
    assert_true(password_read("ty\xCC\x82 bach ar y bryn", apart)); /* y, and a circumflex on it */
    assert_true(password_read("t\xC5\xB7 bach ar y bryn", joined));
    assert_string_equal(apart, joined);
    assert_true(password_read(" blanks stay at both ends ", apart));
    assert_string_equal(apart, " blanks stay at both ends ");
    assert_false(password_read("not \xFF UTF-8", apart));
    assert_string_equal(apart, "");
}

static void a_long_one_is_told_so(void **state)
{
    (void)state;
    char typed[PASSWORD_SIZE + 10];
    char read[PASSWORD_SIZE];
    const char *reason = "";
    for (size_t i = 0; i < sizeof typed; i++) {
        typed[i] = (char)('!' + i * i * 7 % 90);
    }
    typed[PASSWORD_MOST] = '\0';
    assert_true(password_read(typed, read));
    assert_true(password_good(read, NULL, 0, &reason));
    typed[PASSWORD_MOST] = 'x';
    typed[PASSWORD_MOST + 1] = '\0';
    assert_true(password_read(typed, read));
    assert_false(password_good(read, NULL, 0, &reason));
    assert_string_equal(reason, "has more than 128 characters");
    typed[PASSWORD_MOST + 1] = 'x';
    typed[sizeof typed - 1] = '\0';
    assert_false(password_read(typed, read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_many_think_of_is_refused),
        cmocka_unit_test(a_password_is_the_same_from_every_keyboard),
        cmocka_unit_test(a_long_one_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
