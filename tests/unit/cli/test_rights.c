/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of rights names every command, and no command is asked for its account twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster.h"
#include "muster/base/text.h"
#include "rights.h"

static void every_command_has_a_row(void **state)
{
    (void)state;
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (!rights_names(commands[i].words)) {
            fail_msg("the table of rights does not name '%s'", commands[i].words);
        }
    }
    assert_false(rights_names("ballot burn"));
}

static void who_does_it_is_asked_once(void **state)
{
    (void)state;
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    for (size_t i = 0; i < count; i++) {
        const struct call_option *option = commands[i].options;
        for (; option != NULL && option->name != NULL; option++) {
            if (rights_options(commands[i].words) != NULL && text_equal(option->name, "--as")) {
                fail_msg("'%s' has --as of its own", commands[i].words);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_a_row),
        cmocka_unit_test(who_does_it_is_asked_once),
    };
    return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
