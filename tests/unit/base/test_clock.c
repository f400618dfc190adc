/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local time with its gaps and repeats; nothing is corrected in silence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/clock.h"

static int start(void **state)
{
    (void)state;
    struct error err;
    return clock_set_zone("Europe/London", &err) ? 0 : 1;
}

static void times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *iso; /* NULL: refused */
    } cases[] = {
        {"2026-12-01", "2026-12-01T00:00:00Z"},
        {"2026-12-01 10:00", "2026-12-01T10:00:00Z"},
        {"2026-12-01 10:00:30", "2026-12-01T10:00:30Z"},
        {"2026-07-01 10:00", "2026-07-01T09:00:00Z"}, /* summer */
        {"2026-07-01", "2026-06-30T23:00:00Z"},
        {"2026-07-01T10:00Z", "2026-07-01T10:00:00Z"},
        {"2026-07-01T10:00:30Z", "2026-07-01T10:00:30Z"},
        {"2026-07-01T10:00", "2026-07-01T09:00:00Z"},
        /* The clocks go forward on 29 March 2026 at 1:00, back on 25 October at 2:00. */
        {"2026-03-29 00:59", "2026-03-29T00:59:00Z"},
        {"2026-03-29 01:00", NULL},
        {"2026-03-29 01:59:59", NULL},
        {"2026-03-29 02:00", "2026-03-29T01:00:00Z"},
        {"2026-10-25 00:59", "2026-10-24T23:59:00Z"},
        {"2026-10-25 01:00", "2026-10-25T00:00:00Z"}, /* the first of the two */
        {"2026-10-25 01:59", "2026-10-25T00:59:00Z"},
        {"2026-10-25 02:00", "2026-10-25T02:00:00Z"},
        {"2028-02-29", "2028-02-29T00:00:00Z"},
        {"2026-02-29", NULL},
        {"2026-02-30 10:00", NULL},
        {"2026-13-01", NULL},
        {"2026-00-01", NULL},
        {"2026-01-00", NULL},
        {"2026-04-31T10:00Z", NULL},
        {"2026-12-01 24:00", NULL},
        {"2026-12-01 10:60", NULL},
        {"2026-12-01 10:00:60", NULL},
        {"2026-12-01 10", NULL},
        {"2026-12-01 1:00", NULL},
        {"2026-12-01 10:00 ", NULL},
        {"2026-12-01  10:00", NULL},
        {" 2026-12-01", NULL},
        {"26-12-01", NULL},
        {"2026/12/01", NULL},
        {"01-12-2026", NULL},
        {"1800-01-01", NULL},
        {"tomorrow", NULL},
        {"", NULL},
        {"2026-12-0\xC2\xB9", NULL},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t instant = 42;
        bool ok = clock_parse(cases[i].text, &instant);
        if (ok != (cases[i].iso != NULL)) {
            fail_msg("%s: %d", cases[i].text, ok);
        }
        if (ok) {
            assert_string_equal(clock_iso(instant, arena), cases[i].iso);
        } else {
            assert_int_equal(instant, 42);
        }
    }
}

static void times_are_written(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    int64_t instant = 1782900000000; /* 2026-07-01T10:00:00Z */
    assert_string_equal(clock_iso(instant, arena), "2026-07-01T10:00:00Z");
    assert_string_equal(clock_iso(instant + 999, arena), "2026-07-01T10:00:00Z");
    assert_string_equal(clock_iso(-1, arena), "1969-12-31T23:59:59Z");
    assert_string_equal(clock_format(instant, "%A %-d %B %Y, %H:%M", arena),
                        "Wednesday 1 July 2026, 11:00");
    assert_string_equal(clock_format(instant, "", arena), "");
    char format[2000];
    for (size_t i = 0; i + 1 < sizeof format; i++) {
        format[i] = 'x';
    }
    format[sizeof format - 1] = '\0';
    assert_string_equal(clock_format(instant, format, arena), "");
    assert_string_equal(clock_format(INT64_MAX, "%Y", arena), clock_format(INT64_MAX, "%Y", arena));
}

static void only_zones_of_this_machine_are_taken(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",       "Europe/Lodnon",          "../../etc/passwd", "/etc/localtime",
        "Europe", "Europe/../Europe/London"};
    struct error err;
    int64_t before = 0;
    int64_t after = 0;
    assert_true(clock_parse("2026-07-01", &before));
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(clock_set_zone(bad[i], &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
    assert_true(clock_parse("2026-07-01", &after));
    assert_int_equal(before, after);
    assert_true(clock_set_zone("America/New_York", &err));
    assert_true(clock_parse("2026-07-01", &after));
    assert_int_equal(after - before, 5 * (int64_t)CLOCK_HOUR);
    assert_true(clock_set_zone("Europe/London", &err));
}

static void spans_are_hours_or_days(void **state)
{
    (void)state;
    static const struct {
        int64_t hours;
        const char *words;
    } cases[] = {{1, "1 hour"},    {2, "2 hours"}, {24, "24 hours"},
                 {36, "36 hours"}, {48, "2 days"}, {1440, "60 days"}};
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(clock_span(cases[i].hours * CLOCK_HOUR, arena), cases[i].words);
    }
    arena_free(&arena);
}

static void clocks_go_forward(void **state)
{
    (void)state;
    int64_t wall = clock_now();
    int64_t first = clock_monotonic();
    clock_sleep(5);
    clock_sleep(0);
    clock_sleep(-5);
    assert_true(clock_monotonic() > first);
    assert_true(wall > 1700000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(times_are_written),
        cmocka_unit_test(only_zones_of_this_machine_are_taken),
        cmocka_unit_test(spans_are_hours_or_days),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests_name("base/clock", tests, start, NULL);
}
