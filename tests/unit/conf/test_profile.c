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

static void profiles_are_found_by_their_names(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *const *names = NULL;
    const char *path = NULL;
    size_t count = 0;
    struct error err;
    const char *config = arena_printf(arena, "%s/muster.conf", scratch);
    assert_int_equal(mkdir(arena_printf(arena, "%s/roster", scratch), 0700), 0);
    (void)scratch_text("roster/zzz-ours.conf", "roster = { };");
    (void)scratch_text("roster/zza-theirs.conf", "roster = { };");
    (void)scratch_text("roster/zzz-notes.txt", "no profile");
    (void)scratch_text("roster/.conf", "no profile");
    assert_true(profile_list(config, arena, &names, &count, &err));
    assert_true(count >= 2); /* those of an installed muster come first */
    assert_string_equal(names[count - 2], "zza-theirs");
    assert_string_equal(names[count - 1], "zzz-ours");
    assert_true(profile_find(config, "zzz-ours", arena, &path, &err));
    assert_string_equal(path, arena_printf(arena, "%s/roster/zzz-ours.conf", scratch));
    assert_true(profile_find(config, "./any/path", arena, &path, &err));
    assert_string_equal(path, "./any/path");
    assert_false(profile_find(config, "zzz-none", arena, &path, &err));
    assert_int_equal(err.kind, ERROR_NO_INPUT);
    /* Without the folder there are those of an installed muster, or none. */
    assert_true(profile_list("/nowhere/muster.conf", arena, &names, &count, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_says_how_lists_look),
        cmocka_unit_test(an_empty_one_says_nothing),
        cmocka_unit_test(faults_have_their_line),
        cmocka_unit_test(a_missing_file_is_told),
        cmocka_unit_test(profiles_are_found_by_their_names),
    };
    return cmocka_run_group_tests_name("conf/profile", tests, scratch_make, scratch_clear);
}
