/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts as people type them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/text.h"
#include "muster/model/fact.h"

static void each_fact_has_a_word_and_a_label(void **state)
{
    (void)state;
    size_t count = 0;
    for (; fact_word(count) != NULL; count++) {
        enum member_field field = MEMBER_CUSTOM;
        assert_true(fact_parse(fact_word(count), &field));
        assert_int_equal(field, count);
        field = MEMBER_CUSTOM;
        assert_true(fact_parse(member_field_name((enum member_field)count), &field));
        assert_int_equal(field, count);
        assert_false(text_empty(fact_label(field)));
    }
    assert_int_equal(count, MEMBER_CUSTOM);
    enum member_field field = MEMBER_BAND;
    assert_true(fact_parse("Mobile", &field));
    assert_int_equal(field, MEMBER_MOBILE);
    assert_true(fact_parse("FIRST_NAME", &field));
    assert_int_equal(field, MEMBER_FIRST_NAME);
    assert_false(fact_parse("custom", &field));
    assert_false(fact_parse("number", &field));
    assert_false(fact_parse("", &field));
    assert_string_equal(fact_label(MEMBER_CUSTOM), "custom");
}

static void each_status_is_as_it_is_stored(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    size_t count = 0;
    for (; fact_status(count) != NULL; count++) {
        const char *value = NULL;
        const char *reason = NULL;
        assert_true(
            fact_read(MEMBER_STATUS, fact_status(count), NULL, "GB", arena, &value, &reason));
        assert_string_equal(value, fact_status(count));
    }
    assert_int_equal(count, 7);
    assert_string_equal(fact_status(0), "active");
}

static void values_become_what_is_stored(void **state)
{
    (void)state;
    static const struct {
        enum member_field field;
        const char *text;
        const char *known;
        const char *value; /* NULL: refused */
    } cases[] = {
        {MEMBER_FIRST_NAME, " Siân ", NULL, "Siân"},
        {MEMBER_FIRST_NAME, "", NULL, ""},
        {MEMBER_FIRST_NAME, "Si\tn", NULL, NULL},
        {MEMBER_FIRST_NAME, "Si\033[31mn", NULL, NULL},
        {MEMBER_FIRST_NAME, "Si\xFFn", NULL, NULL},
        {MEMBER_MOBILE, "07700 900123", NULL, "+447700900123"},
        {MEMBER_MOBILE, "0113 496 0964", NULL, NULL},
        {MEMBER_MOBILE, " ", NULL, ""},
        {MEMBER_EMAIL, "mailto:Sian@Mail.Example", NULL, "Sian@mail.example"},
        {MEMBER_EMAIL, "sian", NULL, NULL},
        {MEMBER_LANGUAGE, "CY", NULL, "cy"},
        {MEMBER_LANGUAGE, "Welsh", NULL, "cy"},
        {MEMBER_LANGUAGE, "CYMRAEG", NULL, "cy"},
        {MEMBER_LANGUAGE, "English", NULL, "en"},
        {MEMBER_LANGUAGE, "Klingon", NULL, NULL},
        {MEMBER_STATUS, "Retired", NULL, "retired"},
        {MEMBER_STATUS, "", NULL, "active"},
        {MEMBER_JOINED, "2024-02-29", NULL, "2024-02-29"},
        {MEMBER_JOINED, "2026-02-29", NULL, NULL},
        {MEMBER_JOINED, "2026-13-01", NULL, NULL},
        {MEMBER_JOINED, "2026-1-1", NULL, NULL},
        {MEMBER_JOINED, "2026-01-311", NULL, NULL},
        {MEMBER_JOINED, "31/01/2026", NULL, "2026-01-31"},
        {MEMBER_JOINED, "01/02/2020", NULL, "2020-02-01"},
        {MEMBER_JOINED, "1.2.2020", NULL, "2020-02-01"},
        {MEMBER_JOINED, "1-2-2020", NULL, "2020-02-01"},
        {MEMBER_JOINED, "01/31/2026", NULL, NULL},
        {MEMBER_JOINED, "29/02/2026", NULL, NULL},
        {MEMBER_JOINED, "1/2/20", NULL, NULL},
        {MEMBER_JOINED, "1/2-2020", NULL, NULL},
        {MEMBER_JOINED, "1/2/2020 ", NULL, "2020-02-01"},
        {MEMBER_JOINED, "1/2/2020/", NULL, NULL},
        {MEMBER_JOINED, "2026/01/31", NULL, NULL},
        {MEMBER_JOINED, "1/2/20200", NULL, NULL},
        {MEMBER_JOINED, "1/2", NULL, NULL},
        {MEMBER_JOINED, "//", NULL, NULL},
        {MEMBER_JOINED, "01012020", NULL, NULL},
        {MEMBER_TAGS, "Rep; steward,rep", "old", "rep,steward"},
        {MEMBER_TAGS, "", "old", ""},
        {MEMBER_TAGS, "+rep", NULL, "rep"},
        {MEMBER_TAGS, "+rep,-old, + Health Rep", "old,older", "older,rep,health rep"},
        {MEMBER_TAGS, "-none", "old", "old"},
        {MEMBER_TAGS, "-old", "old", ""},
        {MEMBER_TAGS, "+rep,steward", "old", NULL},
        {MEMBER_TAGS, "rep,-steward", "old", NULL},
        {MEMBER_CUSTOM, "Nights", NULL, "Nights"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *value = NULL;
        const char *reason = NULL;
        bool ok =
            fact_read(cases[i].field, cases[i].text, cases[i].known, "GB", arena, &value, &reason);
        if (ok != (cases[i].value != NULL) || (ok && !text_equal(value, cases[i].value)) ||
            (!ok && text_empty(reason))) {
            fail_msg("case %zu, '%s': '%s'", i, cases[i].text, ok ? value : "refused");
        }
    }
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    static char huge[100001];
    memset(huge, ',', 100000);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        const char *value = NULL;
        const char *reason = NULL;
        assert_false(fact_read((enum member_field)i, huge, NULL, "GB", arena, &value, &reason));
    }
    char known[500];
    memset(known, 'x', sizeof known);
    known[498] = '\0';
    const char *value = NULL;
    const char *reason = NULL;
    assert_false(fact_read(MEMBER_TAGS, "+rep", known, "GB", arena, &value, &reason));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fact_has_a_word_and_a_label),
        cmocka_unit_test(each_status_is_as_it_is_stored),
        cmocka_unit_test(values_become_what_is_stored),
        cmocka_unit_test(what_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("model/fact", tests, NULL, NULL);
}
