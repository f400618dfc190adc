/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the law asks of ballots: the file that is shipped, and every fault that is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/buffer.h"
#include "muster/conf/law.h"
#include "scratch.h"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct law law;
    struct error err;
    bool ok;
};

static void read_law(struct reading *reading, const char *path, const char *jurisdiction, int opens)
{
    const struct config config = {.path = "etc/muster.conf", .ballots = {.law = path}};
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok = law_read(&config, jurisdiction, opens, reading->arena, &reading->faults,
                           &reading->law, &reading->err);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static void the_shipped_rows_are_the_law(void **state)
{
    (void)state;
    static const struct {
        const char *jurisdiction;
        int opens;
        struct law law;
    } cases[] = {
        {"great-britain", 20170228, {19930830, {0, 1}, {0, 1}, 0, 7, 7, 3}},
        {"great-britain", 20170301, {20170301, {1, 2}, {2, 5}, 6, 14, 7, 3}},
        {"great-britain", 20260217, {20170301, {1, 2}, {2, 5}, 6, 14, 7, 3}},
        {"great-britain", 20260218, {20260218, {1, 2}, {0, 1}, 12, 10, 7, 3}},
        {"great-britain", 20261102, {20260218, {1, 2}, {0, 1}, 12, 10, 7, 3}},
        {"northern-ireland", 20261102, {19960101, {0, 1}, {0, 1}, 0, 7, 7, 3}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        read_law(&got, "", cases[i].jurisdiction, cases[i].opens);
        const struct law *law = &cases[i].law;
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_true(got.ok);
        assert_int_equal(got.law.from, law->from);
        assert_int_equal(got.law.turnout.part, law->turnout.part);
        assert_int_equal(got.law.turnout.whole, law->turnout.whole);
        assert_int_equal(got.law.support.part, law->support.part);
        assert_int_equal(got.law.support.whole, law->support.whole);
        assert_int_equal(got.law.mandate, law->mandate);
        assert_int_equal(got.law.notice, law->notice);
        assert_int_equal(got.law.ballot_notice, law->ballot_notice);
        assert_int_equal(got.law.sample_paper, law->sample_paper);
        drop(&got);
    }
    struct reading early;
    read_law(&early, "", "great-britain", 19930829);
    assert_false(early.ok);
    assert_int_equal(early.err.kind, ERROR_DATA);
    assert_non_null(strstr(early.err.text, "great-britain that open on 1993-08-29"));
    drop(&early);
}

#define ROW(from, more) "{ from = \"" from "\"; turnout = \"1/2\"; support = \"0\"; " more " }"
#define NUMBERS         "mandate = 12; notice = 10; ballot_notice = 7; sample_paper = 3;"

static void every_fault_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *fault;
    } cases[] = {
        {"great-britain = ( " ROW("2026-02-30", NUMBERS) " );", ":1: great-britain[0].from is"},
        {"great-britain = ( " ROW("2026-02-18", NUMBERS) ",\n" ROW("2026-02-18", NUMBERS) " );",
         ":2: great-britain[1] begins no later"},
        {"great-britain = ( " ROW("2026-02-18", "mandate = 12;") " );", "notice is missing"},
        {"great-britain = ( " ROW("2026-02-18", NUMBERS " mandat = 2;") " );", "did you mean"},
        {"great-britain = ( \"1/2\" );", "must be { from"},
        {"great-britain = ( { turnout = \"3/2\"; } );", "turnout is \"3/2\""},
        {"great-britain = ( { mandate = -1; } );", "mandate must be a whole number from 0 to 120"},
        {"great-britian = ( );", "did you mean great-britain?"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        read_law(&got, scratch_text("law.conf", cases[i].text), "great-britain", 20261102);
        assert_false(got.ok);
        if (strstr(buffer_text(&got.faults.text), cases[i].fault) == NULL) {
            fail_msg("%s: %s", cases[i].fault, buffer_text(&got.faults.text));
        }
        drop(&got);
    }
}

static void parts_are_fractions_of_a_whole(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",      "1",   "2/1",  "1/0", "-1/2",
                                        "1/2/3", "50%", " 1/2", "1/ 2"};
    struct law_part part = {7, 7};
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_false(law_parse_part(wrong[i], &part));
        assert_int_equal(part.part, 7);
    }
    assert_true(law_parse_part("2/5", &part));
    assert_int_equal(part.part, 2);
    assert_int_equal(part.whole, 5);
    assert_true(law_parse_part("0", &part));
    assert_int_equal(part.part, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_rows_are_the_law),
        cmocka_unit_test(every_fault_is_told),
        cmocka_unit_test(parts_are_fractions_of_a_whole),
    };
    return cmocka_run_group_tests_name("conf/law", tests, scratch_make, scratch_clear);
}
