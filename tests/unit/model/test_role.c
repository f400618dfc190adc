/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/model/role.h"

static void each_role_has_its_rights(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool accounts, campaign, approve, test, disclose;
    } cases[] = {
        {"administrator", true, true, true, true, true},
        {"organiser", false, true, false, true, false},
        {"approver", false, false, true, true, false},
        {"rep", false, false, false, false, false},
        {"auditor", false, false, false, false, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        enum role role = ROLE_COUNT;
        assert_true(role_parse(cases[i].name, &role));
        assert_string_equal(role_name(role), cases[i].name);
        assert_string_equal(role_word(i), cases[i].name);
        assert_int_equal(role_may(role, ROLE_MAY_KEEP_ACCOUNTS), cases[i].accounts);
        assert_int_equal(role_may(role, ROLE_MAY_CAMPAIGN), cases[i].campaign);
        assert_int_equal(role_may(role, ROLE_MAY_APPROVE), cases[i].approve);
        assert_int_equal(role_may(role, ROLE_MAY_TEST), cases[i].test);
        assert_int_equal(role_may(role, ROLE_MAY_DISCLOSE), cases[i].disclose);
    }
    assert_null(role_word(ARRAY_LENGTH(cases)));
    enum role role = ROLE_REP;
    assert_false(role_parse("Administrator", &role));
    assert_false(role_parse("", &role));
    assert_int_equal(role, ROLE_REP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_has_its_rights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
