/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers and what they are taken for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "mapping.h"

enum { CELLS_MAX = 16 };

static size_t count_cells(const char *const *cells)
{
    size_t count = 0;
    while (count < CELLS_MAX && cells[count] != NULL) {
        count++;
    }
    return count;
}

static const struct {
    const char *header;
    enum mapping_field field;
} ALIASES[] = {
    {"Surname", MAPPING_LAST},
    {"  SURNAME  ", MAPPING_LAST},
    {"Last_Name", MAPPING_LAST},
    {"LastName", MAPPING_LAST},
    {"First-Name", MAPPING_FIRST},
    {"Known As", MAPPING_FIRST},
    {"Member's Name", MAPPING_FULL},
    {"Mob. No.", MAPPING_MOBILE},
    {"\xEF\xBB\xBFMobile", MAPPING_MOBILE},
    {"Mobile\xC2\xA0No", MAPPING_MOBILE},
    {"Mobile Phone (personal)", MAPPING_MOBILE},
    {"Mobile 2", MAPPING_MOBILE},
    {"Mobile\nNumber", MAPPING_MOBILE},
    {"Home Tel", MAPPING_PHONE},
    {"E-mail", MAPPING_EMAIL},
    {"EMAIL ADDRESS", MAPPING_EMAIL},
    {"Email (work)", MAPPING_EMAIL},
    {"Email 1", MAPPING_EMAIL},
    {"E-bost", MAPPING_EMAIL},
    {"Ff\xC3\xB4n symudol", MAPPING_MOBILE},
    {"FF\xC3\x94N SYMUDOL", MAPPING_MOBILE},
    {"Ffo\xCC\x82n symudol", MAPPING_MOBILE},
    {"Cyfenw", MAPPING_LAST},
    {"Enw cyntaf", MAPPING_FIRST},
    {"Cyflogwr", MAPPING_EMPLOYER},
    {"Gweithle", MAPPING_WORKPLACE},
    {"Cangen", MAPPING_BRANCH},
    {"Swydd", MAPPING_JOB},
    {"Iaith", MAPPING_LANGUAGE},
    {"Statws", MAPPING_STATUS},
    {"Dyddiad ymuno", MAPPING_JOINED},
    {"Trust", MAPPING_EMPLOYER},
    {"Site", MAPPING_WORKPLACE},
    {"Branch", MAPPING_BRANCH},
    {"Job Title", MAPPING_JOB},
    {"Pay Band", MAPPING_BAND},
    {"Date Joined", MAPPING_JOINED},
    {"Activist role", MAPPING_TAGS},
    {"Title", MAPPING_NONE},
    {"Date of Birth", MAPPING_PRIVATE},
    {"Postcode", MAPPING_PRIVATE},
    {"Address Line 2", MAPPING_PRIVATE},
    {"No SMS", MAPPING_NO_SMS},
    {"SMS", MAPPING_SMS},
    {"Stop SMS", MAPPING_NO_SMS},
    {"Opt-out of texts", MAPPING_NO_SMS},
    {"Do not text (Y/N)", MAPPING_NO_SMS},
    {"SMS opt-in", MAPPING_SMS_OK},
    {"Contact by E-mail", MAPPING_EMAIL_OK},
    {"DO NOT CONTACT", MAPPING_NO_CONTACT},
    {"Opted out", MAPPING_NONE}, /* of the political fund, as often as not */
    {"Mobile provider", MAPPING_NONE},
    {"", MAPPING_NONE},
    {"()", MAPPING_NONE},
    {"123", MAPPING_NONE},
    {"\xFF\xFE", MAPPING_NONE},
};

static void test_aliases(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(ALIASES); i++) {
        const char *const cells[] = {"Membership No", ALIASES[i].header, "Band"};
        struct csv_row row = {.line = 7, .count = 3, .cells = cells};
        struct mapping *mapping = mapping_find(&row, NULL, 0, arena);
        assert_non_null(mapping);
        assert_int_equal(mapping->line, 7);
        if (mapping->fields[1] != ALIASES[i].field) {
            fail_msg("\"%s\" is taken for field %d", ALIASES[i].header, (int)mapping->fields[1]);
        }
    }
}

static void test_which_row_is_a_header(void **state)
{
    (void)state;
    static const struct {
        const char *cells[CELLS_MAX];
        bool header;
    } cases[] = {
        {{"Membership No", "Surname"}, true},
        {{"Rhif aelodaeth", "Cyfenw"}, true},
        {{"Ref", "Name"}, true},
        {{"RMS Number", "x", "", "Email"}, true},
        {{"Membership No"}, false},
        {{"Membership No", "Shoe size"}, false},
        {{"Membership No", "Postcode"}, false},
        {{"Surname", "Email"}, false},
        {{"Membership report 12/11/26", "", ""}, false},
        {{"1234567", "Lee", "Ann"}, false},
        {{"number", "first_name", "last_name", "mobile"}, true}, /* our own listing */
        {{"Number", "Name"}, false},                             /* of a telephone? */
        {{NULL}, false},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct csv_row row = {1, count_cells(cases[i].cells), cases[i].cells, NULL, NULL};
        if ((mapping_find(&row, NULL, 0, arena) != NULL) != cases[i].header) {
            fail_msg("case %zu", i);
        }
    }
    /* A header cell of a megabyte is just another text. */
    char *huge = arena_alloc(arena, 1000001);
    memset(huge, 'x', 1000000);
    const char *const cells[] = {"Membership No", huge, "Name"};
    struct csv_row row = {1, 3, cells, NULL, NULL};
    struct mapping *mapping = mapping_find(&row, NULL, 0, arena);
    assert_non_null(mapping);
    assert_int_equal(mapping->fields[1], MAPPING_NONE);
}

static void test_plain_words_go_before_vague_ones(void **state)
{
    (void)state;
    static const char *const cells[] = {"Ref",       "Membership No", "Role",
                                        "Job Title", "Ward",          "Workplace",
                                        "Email 1",   "Email 2",       "number"};
    static const enum mapping_field fields[] = {
        MAPPING_NONE,      MAPPING_NUMBER, MAPPING_NONE,  MAPPING_JOB,  MAPPING_NONE,
        MAPPING_WORKPLACE, MAPPING_EMAIL,  MAPPING_EMAIL, MAPPING_NONE,
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct csv_row row = {1, ARRAY_LENGTH(cells), cells, NULL, NULL};
    struct mapping *mapping = mapping_find(&row, NULL, 0, arena);
    assert_non_null(mapping);
    for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) {
        assert_int_equal(mapping->fields[i], fields[i]);
    }
}

static void test_what_is_kept_of_the_rest(void **state)
{
    (void)state;
    static const char *const cells[] = {"Membership No", "Name",          "Shift Pattern",
                                        "Year of Birth", "NHS Trust",     "Home Postcode (new)",
                                        "Next of kin",   "shift-pattern", "Birthday"};
    static const enum mapping_field fields[] = {MAPPING_NUMBER,  MAPPING_FULL,     MAPPING_CUSTOM,
                                                MAPPING_PRIVATE, MAPPING_EMPLOYER, MAPPING_PRIVATE,
                                                MAPPING_PRIVATE, MAPPING_NONE,     MAPPING_PRIVATE};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct csv_row row = {1, ARRAY_LENGTH(cells), cells, NULL, NULL};
    struct mapping *mapping = mapping_find(&row, NULL, 0, arena);
    assert_non_null(mapping);
    mapping_keep_rest(mapping, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) {
        if (mapping->fields[i] != fields[i]) {
            fail_msg("\"%s\" is field %d", cells[i], (int)mapping->fields[i]);
        }
    }
    assert_string_equal(mapping->names[2], "shift_pattern");
}

static void test_words_for_fields(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err;
    size_t count = 0;
    for (; mapping_word(count) != NULL; count++) {
        const char *map = arena_printf(arena, "Header=%s", mapping_word(count));
        struct mapping_wish *wishes = NULL;
        assert_true(mapping_read_wishes(&map, 1, arena, &wishes, &err));
    }
    assert_int_equal(count, MAPPING_CUSTOM + 1); /* every field, and none */
    assert_null(mapping_word(count + 1));
    assert_null(mapping_word(SIZE_MAX));
}

static void test_wishes(void **state)
{
    (void)state;
    static const char *const maps[] = {"personnel no.=number", "Handy=mobile", "Location = ignore",
                                       "a=b=tags"};
    static const char *const cells[] = {"Personnel No", "HANDY", "Location", "Membership No",
                                        "A=B"};
    /* A column that names itself makes way for one that somebody has named. */
    static const enum mapping_field fields[] = {MAPPING_NUMBER, MAPPING_MOBILE, MAPPING_NONE,
                                                MAPPING_NONE, MAPPING_TAGS};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct mapping_wish *wishes = NULL;
    struct error err;
    assert_true(mapping_read_wishes(maps, ARRAY_LENGTH(maps), arena, &wishes, &err));
    struct csv_row row = {3, ARRAY_LENGTH(cells), cells, NULL, NULL};
    struct mapping *mapping = mapping_find(&row, wishes, ARRAY_LENGTH(maps), arena);
    assert_non_null(mapping);
    for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) {
        assert_int_equal(mapping->fields[i], fields[i]);
        assert_int_equal(mapping->wished[i], i != 3);
    }
    assert_true(mapping_check(mapping, wishes, ARRAY_LENGTH(maps), &err));

    static const char *const other[] = {"Handi=mobile"};
    assert_true(mapping_read_wishes(other, 1, arena, &wishes, &err));
    assert_false(mapping_check(mapping, wishes, 1, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.text, "--map: no header \"Handi\" in line 3, did you mean \"HANDY\"?");
}

static void test_wishes_refused(void **state)
{
    (void)state;
    static const struct {
        const char *map;
        const char *says;
    } cases[] = {
        {"Handy", "is not of the form"},       {"=mobile", "names no header"},
        {" . =mobile", "names no header"},     {"Handy=mobil", "did you mean \"mobile\"?"},
        {"Handy=shoe size", "the fields are"}, {"Handy=", "no field \"\""},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct mapping_wish *wishes = NULL;
        struct error err;
        assert_false(mapping_read_wishes(&cases[i].map, 1, arena, &wishes, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        if (strstr(err.text, cases[i].says) == NULL) {
            fail_msg("\"%s\": %s", cases[i].map, err.text);
        }
        assert_null(wishes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_which_row_is_a_header),
        cmocka_unit_test(test_plain_words_go_before_vague_ones),
        cmocka_unit_test(test_what_is_kept_of_the_rest),
        cmocka_unit_test(test_words_for_fields),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_wishes_refused),
    };
    return cmocka_run_group_tests_name("roster/mapping", tests, NULL, NULL);
}
