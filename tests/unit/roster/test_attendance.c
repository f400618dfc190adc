/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was in a list, and in which line last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attendance.h"

static void members_are_noted_by_id(void **state)
{
    (void)state;
    CLEANUP(attendance_free) struct attendance *attendance = attendance_create();
    assert_false(attendance_has(attendance, 1));
    assert_int_equal(attendance_note(attendance, 1, 2), 0);
    assert_int_equal(attendance_note(attendance, 1, 9), 2);
    assert_int_equal(attendance_note(attendance, 1, 10), 9);
    assert_true(attendance_has(attendance, 1));
    assert_false(attendance_has(attendance, 2));
    assert_false(attendance_has(attendance, 0));
    assert_false(attendance_has(attendance, INT64_MAX));
}

static void it_grows_with_the_ids(void **state)
{
    (void)state;
    CLEANUP(attendance_free) struct attendance *attendance = attendance_create();
    for (int64_t id = 1; id < 100000; id += 7) {
        assert_int_equal(attendance_note(attendance, id, (unsigned)id), 0);
    }
    assert_int_equal(attendance_note(attendance, 5000001, 3), 0);
    for (int64_t id = 1; id < 100000; id++) {
        assert_int_equal(attendance_has(attendance, id), id % 7 == 1);
    }
    assert_true(attendance_has(attendance, 5000001));
    assert_false(attendance_has(attendance, 5000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_noted_by_id),
        cmocka_unit_test(it_grows_with_the_ids),
    };
    return cmocka_run_group_tests_name("roster/attendance", tests, NULL, NULL);
}
