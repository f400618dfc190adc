/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roster profiles: what they may say, and that every fault is told with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/conf/profile.h"
#include "scratch.h"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct profile profile;
    struct error err;
};

static void reading_free(struct reading *reading)
{
    arena_free(&reading->arena);
    faults_free(&reading->faults);
}

static bool read_text(struct reading *reading, const char *text)
{
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    return profile_read(scratch_text("profile.conf", text), reading->arena, &reading->faults,
                        &reading->profile, &reading->err);
}

static void a_profile_says_how_lists_look(void **state)
{
    (void)state;
    CLEANUP(reading_free) struct reading reading;
    assert_true(read_text(&reading,
                          "roster = { encoding = \"MACINTOSH\"; delimiter = \"tab\";\n"
                          "  unknown = \"keep\";\n"
                          "  columns = ( { header = \"Mob\"; field = \"mobile\"; },\n"
                          "              { header = \"Shift\"; field = \"custom:shift\"; } );\n"
                          "  status = ( { word = \"PAYING\"; means = \"active\"; } );\n"
                          "};\n"));
    assert_string_equal(reading.profile.encoding, "MACINTOSH");
    assert_int_equal(reading.profile.delimiter, '\t');
    assert_true(reading.profile.custom);
    assert_int_equal(reading.profile.column_count, 2);
    assert_string_equal(reading.profile.columns[1].header, "Shift");
    assert_string_equal(reading.profile.columns[1].field, "custom:shift");
    assert_int_equal(reading.profile.status_count, 1);
    assert_string_equal(reading.profile.statuses[0].word, "paying");
    assert_string_equal(reading.profile.statuses[0].status, "active");
}

static void an_empty_one_says_nothing(void **state)
{
    (void)state;
    CLEANUP(reading_free) struct reading reading;
    assert_true(read_text(&reading, "roster = { };\n"));
    assert_null(reading.profile.encoding);
    assert_int_equal(reading.profile.delimiter, 0);
    assert_false(reading.profile.custom);
    assert_int_equal(reading.profile.column_count + reading.profile.status_count, 0);
}

static void faults_have_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"", "there is no group roster"},
        {"roster = 3;\n", ":1: "},
        {"roster = { };\nballot = { };\n", ":2: "},
        {"roster = {\n  delimiter = \"x\";\n};\n", ":2: "},
        {"roster = {\n  unknown = \"perhaps\";\n};\n", ":2: "},
        {"roster = {\n  colums = ();\n};\n", "did you mean"},
        {"roster = {\n  columns = ( \"Mob\" );\n};\n", "must be { header"},
        {"roster = {\n  columns = ( { header = \"Mob\"; } );\n};\n", "field"},
        {"roster = {\n  columns = ( { header = \"\"; field = \"mobile\"; } );\n};\n", ":2: "},
        {"roster = {\n  status = ( { word = \"x\"; is = \"y\"; } );\n};\n", ":2: "},
        {"roster = {", "profile.conf:1: "},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(reading_free) struct reading reading;
        assert_false(read_text(&reading, cases[i].text));
        assert_int_equal(reading.err.kind, ERROR_CONFIG);
        if (strstr(buffer_text(&reading.faults.text), cases[i].says) == NULL) {
            fail_msg("case %zu says: %s", i, buffer_text(&reading.faults.text));
        }
    }
}

static void a_missing_file_is_told(void **state)
{
    (void)state;
    CLEANUP(reading_free) struct reading reading;
    assert_true(read_text(&reading, "roster = { };"));
    assert_false(profile_read("/nowhere/profile.conf", reading.arena, &reading.faults,
                              &reading.profile, &reading.err));
    assert_int_equal(reading.err.kind, ERROR_NO_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_says_how_lists_look),
        cmocka_unit_test(an_empty_one_says_nothing),
        cmocka_unit_test(faults_have_their_line),
        cmocka_unit_test(a_missing_file_is_told),
    };
    return cmocka_run_group_tests_name("conf/profile", tests, scratch_make, scratch_clear);
}
