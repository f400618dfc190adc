/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faults of a rehearsal: what the spec may say, and that luck can be repeated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "mishaps.h"

static void good_specs_are_read(void **state)
{
    (void)state;
    struct error err;
    struct mishaps mishaps;
    assert_true(mishaps_parse("mail.defer=2%, sms.throttle=0.05% ,delay=20ms,reply.repeat=100%", 7,
                              &mishaps, &err));
    assert_int_equal(mishaps.rates[MISHAP_MAIL_DEFER], 20000);
    assert_int_equal(mishaps.rates[MISHAP_SMS_THROTTLE], 500);
    assert_int_equal(mishaps.rates[MISHAP_REPLY_REPEAT], DRAW_WHOLE);
    assert_int_equal(mishaps.rates[MISHAP_SMS_HANG], 0);
    assert_int_equal(mishaps.delay, 20);
    assert_int_equal(mishaps.seed, 7);
    assert_true(mishaps_parse("delay=2s", 1, &mishaps, &err));
    assert_int_equal(mishaps.delay, 2000);
    assert_true(mishaps_parse("", 1, &mishaps, &err));
    assert_int_equal(mishaps.rates[MISHAP_MAIL_DEFER], 0);
}

static void bad_specs_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        const char *sentence; /* part of it */
    } cases[] = {
        {"mail.deffer=2%", "did you mean \"mail.defer\""},
        {"sms.drop-aftr=2%", "did you mean \"sms.drop-after\""},
        {"dealy=2s", "did you mean \"delay\""},
        {"zzzzzzzzzzzz=2%", "--faults help"},
        {"mail.defer", "percentage"},
        {"mail.defer=", "percentage"},
        {"mail.defer=2", "percentage"},
        {"mail.defer=.5%", "percentage"},
        {"mail.defer=2.%", "percentage"},
        {"mail.defer=-1%", "percentage"},
        {"mail.defer=100.1%", "percentage"},
        {"mail.defer=99999999999999999999%", "percentage"},
        {"mail.defer=0.00001%", "percentage"},
        {"mail.defer=2%%", "percentage"},
        {"mail.defer=1%,mail.defer=2%", "twice"},
        {"delay=1s,delay=1s", "twice"},
        {"delay=20", "time"},
        {"delay=ms", "time"},
        {"delay=61s", "time"},
        {"delay=-1ms", "time"},
        {"=2%", "no fault"},
        {",", "no fault"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error err = {.kind = ERROR_NONE};
        struct mishaps mishaps = {.delay = 77};
        assert_false(mishaps_parse(cases[i].spec, 1, &mishaps, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        if (strstr(err.text, cases[i].sentence) == NULL) {
            fail_msg("\"%s\" gives \"%s\"", cases[i].spec, err.text);
        }
        assert_int_equal(mishaps.delay, 77);
    }
}

static void rates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t rate;
    } cases[] = {
        {"0%", 0},      {"1%", 10000},        {"100%", 1000000},   {"0.1%", 1000},
        {"0.0001%", 1}, {"12.3456%", 123456}, {"100.0%", 1000000},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint32_t rate = 0;
        assert_true(draw_rate(cases[i].text, &rate));
        assert_int_equal(rate, cases[i].rate);
    }
}

static unsigned struck(const struct mishaps *mishaps, enum mishap kind, uint64_t attempt,
                       bool hits[10000])
{
    unsigned count = 0;
    for (int i = 0; i < 10000; i++) {
        char number[32];
        snprintf(number, sizeof number, "+4477009%05d", i);
        hits[i] = mishaps_strike(mishaps, kind, number, attempt);
        count += hits[i];
    }
    return count;
}

/* Lots are fixed by seed, kind, recipient and attempt, so these counts can never vary. */
static void luck_repeats_and_varies(void **state)
{
    (void)state;
    static bool first[10000];
    static bool other[10000];
    struct mishaps mishaps;
    struct error err;
    assert_true(mishaps_parse("sms.drop=10%,sms.busy=10%", 1, &mishaps, &err));
    unsigned count = struck(&mishaps, MISHAP_SMS_DROP, 1, first);
    assert_in_range(count, 900, 1100);
    assert_int_equal(struck(&mishaps, MISHAP_SMS_DROP, 1, other), count);
    assert_memory_equal(first, other, sizeof first);
    struct mishaps reseeded = mishaps;
    reseeded.seed = 2;
    const struct {
        const struct mishaps *mishaps;
        enum mishap kind;
        uint64_t attempt;
    } others[] = {
        {&mishaps, MISHAP_SMS_DROP, 2},
        {&mishaps, MISHAP_SMS_BUSY, 1},
        {&reseeded, MISHAP_SMS_DROP, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        struck(others[i].mishaps, others[i].kind, others[i].attempt, other);
        unsigned both = 0;
        for (size_t j = 0; j < ARRAY_LENGTH(first); j++) {
            both += first[j] && other[j];
        }
        assert_in_range(both, 50, 150); /* independent: a tenth of a tenth */
    }
}

static void certain_and_impossible(void **state)
{
    (void)state;
    static bool hits[10000];
    struct mishaps mishaps;
    struct error err;
    assert_true(mishaps_parse("mail.hang=100%", 3, &mishaps, &err));
    assert_int_equal(struck(&mishaps, MISHAP_MAIL_HANG, 1, hits), 10000);
    assert_int_equal(struck(&mishaps, MISHAP_MAIL_DEFER, 1, hits), 0);
}

static void every_kind_is_explained_and_known(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 1 << 16);
    mishaps_explain(&text);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *rest = arena_text(arena, buffer_text(&text));
    size_t lines = 0;
    for (char *line = strsep(&rest, "\n"); rest != NULL; line = strsep(&rest, "\n"), lines++) {
        char *blank = strchr(line, ' ');
        assert_non_null(blank);
        assert_int_equal(line[strlen(line) - 1], '.');
        *blank = '\0';
        struct mishaps mishaps;
        struct error err;
        const char *value = strcmp(line, "delay") == 0 ? "1s" : "1%";
        assert_true(mishaps_parse(arena_printf(arena, "%s=%s", line, value), 1, &mishaps, &err));
    }
    assert_int_equal(lines, MISHAP_COUNT + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_specs_are_read),
        cmocka_unit_test(bad_specs_are_refused),
        cmocka_unit_test(rates_are_read),
        cmocka_unit_test(luck_repeats_and_varies),
        cmocka_unit_test(certain_and_impossible),
        cmocka_unit_test(every_kind_is_explained_and_known),
    };
    return cmocka_run_group_tests_name("rehearsal/mishaps", tests, NULL, NULL);
}
