/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts of a member by number: each has its name and its own place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/text.h"
#include "muster/model/member.h"

static void each_fact_has_its_own_name_and_place(void **state)
{
    (void)state;
    struct member member = {.number = "1"};
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        enum member_field field = (enum member_field)i;
        enum member_field parsed = MEMBER_CUSTOM;
        assert_null(member_get(&member, field));
        assert_true(member_field_parse(member_field_name(field), &parsed));
        assert_int_equal(parsed, field);
    }
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        member_set(&member, (enum member_field)i, member_field_name((enum member_field)i));
    }
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        assert_string_equal(member_get(&member, (enum member_field)i),
                            member_field_name((enum member_field)i));
    }
    assert_string_equal(member.number, "1");
    assert_string_equal(member.first_name, "first_name");
    assert_string_equal(member.mobile, "mobile");
    assert_string_equal(member.custom, "custom");
}

static void words_that_name_no_fact_are_none(void **state)
{
    (void)state;
    static const char *const words[] = {"", "number", "First_name", "first", "mobile ", "id"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        enum member_field field = MEMBER_BAND;
        assert_false(member_field_parse(words[i], &field));
        assert_int_equal(field, MEMBER_BAND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_has_its_own_name_and_place),
        cmocka_unit_test(words_that_name_no_fact_are_none),
    };
    return cmocka_run_group_tests_name("model/member", tests, NULL, NULL);
}
