/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as lists have them, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "date.h"

static void test_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *iso;
    } cases[] = {
        {"31/01/2026", "2026-01-31"},
        {"1/2/2026", "2026-02-01"},
        {"31.1.26", "2026-01-31"},
        {"31-01-2026", "2026-01-31"},
        {"31 01 2026", "2026-01-31"},
        {" 31 / 01 / 2026 ", "2026-01-31"},
        {"31-Jan-26", "2026-01-31"},
        {"31 January 2026", "2026-01-31"},
        {"31st January, 2026", "2026-01-31"},
        {"2nd Feb 2026", "2026-02-02"},
        {"12TH SEPT 2026", "2026-09-12"},
        {"1 Ionawr 2026", "2026-01-01"},
        {"1 Gorffennaf 2026", "2026-07-01"},
        {"2026-01-31", "2026-01-31"},
        {"2026/1/5", "2026-01-05"},
        {"2026-01-31T00:00:00", "2026-01-31"},
        {"2026-01-31 09:30", "2026-01-31"},
        {"31/01/2026 00:00:00", "2026-01-31"},
        {"29/02/2024", "2024-02-29"},
        {"29/02/2000", "2000-02-29"},
        {"1/1/39", "2039-01-01"},
        {"1/1/40", "1940-01-01"},
        {"46053", "2026-01-31"},
        {"10959", "1930-01-01"},
        {"25569", "1970-01-01"},
        {"73050", "2099-12-31"},
        {"31\u00A0January\u00A02026", "2026-01-31"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *iso = NULL;
        const char *reason = NULL;
        if (!date_parse(cases[i].text, arena, &iso, &reason)) {
            fail_msg("%s %s", cases[i].text, reason);
        }
        assert_string_equal(iso, cases[i].iso);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *because;
    } cases[] = {
        {"", "not a date"},
        {"soon", "not a date"},
        {"2026", "not a date"},
        {"01/2026", "not a date"},
        {"1/2/3/4", "not a date"},
        {"1//2026", "not a date"},
        {"January 31 2026", "not a date"},
        {"31 Ja 2026", "not a date"},
        {"31 Juno 2026", "not a date"},
        {"1-2-99999", "not a date"},
        {"10958", "not a date"},
        {"73051", "not a date"},
        {"-1/1/2026", "not a date"},
        {"\xFF/1/2026", "not a date"},
        {"99999999999999999999", "not a date"},
        {"01/13/2026", "month beyond 12"},
        {"12/31/2026", "month beyond 12"},
        {"1/0/2026", "month beyond 12"},
        {"31/02/2026", "does not exist"},
        {"29/02/2023", "does not exist"},
        {"29/02/1900", "does not exist"},
        {"0/1/2026", "does not exist"},
        {"31/04/2026", "does not exist"},
        {"1/1/1899", "cannot be right"},
        {"1/1/2100", "cannot be right"},
        {"1/1/206", "cannot be right"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *iso = "kept";
        const char *reason = "";
        if (date_parse(cases[i].text, arena, &iso, &reason)) {
            fail_msg("%s was read as %s", cases[i].text, iso);
        }
        assert_string_equal(iso, "kept");
        if (strstr(reason, cases[i].because) == NULL) {
            fail_msg("%s %s", cases[i].text, reason);
        }
    }
    char huge[5000];
    memset(huge, '1', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    const char *iso = NULL;
    const char *reason = NULL;
    assert_false(date_parse(huge, arena, &iso, &reason));
}

/* Every day there is, by its number and by its name. */
static void test_days(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *before = "1929-12-31";
    for (int serial = 10959; serial <= 73050; serial++) {
        const char *iso = NULL;
        const char *again = NULL;
        const char *reason = NULL;
        assert_true(date_parse(arena_printf(arena, "%d", serial), arena, &iso, &reason));
        assert_true(strcmp(before, iso) < 0);
        assert_true(date_parse(iso, arena, &again, &reason));
        assert_string_equal(iso, again);
        before = iso;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_days),
    };
    return cmocka_run_group_tests_name("roster/date", tests, NULL, NULL);
}
