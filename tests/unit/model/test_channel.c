/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for the two channels, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/compiler.h"
#include "muster/model/channel.h"

static void test_both_ways(void **state)
{
    (void)state;
    assert_string_equal(channel_name(CHANNEL_SMS), "sms");
    assert_string_equal(channel_name(CHANNEL_EMAIL), "email");
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        enum channel channel = CHANNEL_SMS;
        assert_true(channel_parse(channel_name((enum channel)i), &channel));
        assert_int_equal(channel, i);
    }
    enum channel channel = CHANNEL_SMS;
    assert_true(channel_parse("Email", &channel));
    assert_int_equal(channel, CHANNEL_EMAIL);
}

static void test_no_such_word(void **state)
{
    (void)state;
    static const char *const words[] = {"", "sm", "smss", "sms ", "e-mail", "post", NULL};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        enum channel channel = CHANNEL_EMAIL;
        assert_false(channel_parse(words[i], &channel));
        assert_int_equal(channel, CHANNEL_EMAIL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_no_such_word),
    };
    return cmocka_run_group_tests_name("model/channel", tests, NULL, NULL);
}
