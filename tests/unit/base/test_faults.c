/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All faults of a file, up to a hundred. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/faults.h"

static void each_fault_is_a_line(void **state)
{
    (void)state;
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    assert_int_equal(faults.count, 0);
    assert_string_equal(buffer_text(&faults.text), "");
    faults_add(&faults, "a.conf", 7, "no '%s' here", "x");
    faults_add(&faults, "a.conf", 0, "is empty");
    assert_int_equal(faults.count, 2);
    assert_string_equal(buffer_text(&faults.text), "a.conf:7: no 'x' here\na.conf: is empty\n");
}

static void more_than_a_hundred_are_counted_but_not_kept(void **state)
{
    (void)state;
    static char huge[5000];
    memset(huge, 'h', sizeof huge - 1);
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    for (unsigned i = 1; i <= 1000; i++) {
        faults_add(&faults, "a.conf", i, "%s", huge);
    }
    assert_int_equal(faults.count, 1000);
    size_t lines = 0;
    for (const char *at = buffer_text(&faults.text); (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, 100);
    assert_null(strstr(buffer_text(&faults.text), "a.conf:101:"));
    assert_true(faults.text.length < 100000);
    faults_free(&faults);
    assert_int_equal(faults.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_a_line),
        cmocka_unit_test(more_than_a_hundred_are_counted_but_not_kept),
    };
    return cmocka_run_group_tests_name("base/faults", tests, NULL, NULL);
}
