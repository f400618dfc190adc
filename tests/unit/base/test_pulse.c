/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs of life reach whoever wants them, and cost nothing where nobody does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/pulse.h"

static void count(void *context)
{
    int *heard = context;
    (*heard)++;
}

static void a_beat_is_heard_by_the_last_who_asked(void **state)
{
    (void)state;
    int first = 0;
    int second = 0;
    pulse_beat();
    pulse_open(count, &first);
    pulse_beat();
    pulse_beat();
    pulse_open(count, &second);
    pulse_beat();
    pulse_open(NULL, NULL);
    pulse_beat();
    assert_int_equal(first, 2);
    assert_int_equal(second, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_beat_is_heard_by_the_last_who_asked)};
    return cmocka_run_group_tests_name("base/pulse", tests, NULL, NULL);
}
