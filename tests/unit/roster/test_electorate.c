/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ballot office sends, and what a rep sends back, with the damage that files have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/base/file.h"
#include "muster/roster/electorate.h"
#include "muster/roster/numbers.h"
#include "muster/store/seats.h"

static const int64_t NOW = 1800000000000;

struct told {
    struct buffer faults;
    struct buffer differences;
};

static void on_fault(const struct import_fault *fault, void *context)
{
    struct told *told = context;
    (void)buffer_printf(&told->faults, "%u %s%s;", fault->line, fault->reason,
                        fault->kind == IMPORT_FAULT_ROW ? "" : " (told)");
}

static void on_difference(const struct electorate_difference *difference, void *context)
{
    struct told *told = context;
    (void)buffer_printf(&told->differences, "%c%s %s;", difference->removed ? '-' : '+',
                        difference->number, difference->unit);
}

static const char *write_file(struct world *world, const char *text)
{
    const char *path = arena_printf(world->arena, "%s/list.csv", world->folder);
    (void)unlink(path);
    WORLD_MUST(file_create(path, text, strlen(text), 0600, &err));
    return path;
}

/* Take a list in; gives what was told, "FAULTS|DIFFERENCES", or the sentence of the fault. */
static const char *take(struct world *world, const char *text, bool open, bool dry_run)
{
    struct told told;
    struct ballot *ballot = NULL;
    struct electorate_report report;
    struct error fault = {.kind = ERROR_NONE};
    const char *path = write_file(world, text);
    buffer_init(&told.faults, 10000);
    buffer_init(&told.differences, 10000);
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    const struct electorate_options options = {.ballot = ballot,
                                               .open = open,
                                               .dry_run = dry_run,
                                               .removed_most = 50,
                                               .fault = on_fault,
                                               .difference = on_difference,
                                               .context = &told};
    const bool ok = electorate_file(world->db, path, &options, world->arena, &report, &fault);
    const char *said = ok ? arena_printf(world->arena, "%s|%s", buffer_text(&told.faults),
                                         buffer_text(&told.differences))
                          : arena_text(world->arena, fault.text);
    buffer_free(&told.faults);
    buffer_free(&told.differences);
    (void)unlink(path);
    return said;
}

/* "Anytown Hospital 2/412; " of the units: in the list, notified. */
static const char *units(struct world *world)
{
    struct seats_unit *rows = NULL;
    size_t count = 0;
    const char *text = "";
    WORLD_MUST(seats_units(world->db, world->ballot_id, world->arena, &rows, &count, &err));
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(world->arena, "%s%s %lld/%lld; ", text, rows[i].name,
                            (long long)rows[i].seats, (long long)rows[i].notified);
    }
    return text;
}

static void a_list_of_members_is_the_electorate(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        bool open;
        const char *said;
        const char *units;
    } cases[] = {
        {"Membership number,Unit\nM1,Anytown Hospital\nM2,Vale Trust\nM3,vale TRUST\n", false,
         "|+M2 Vale Trust;+M3 Vale Trust;-M2 Anytown Hospital;-M3 Anytown Hospital;",
         "Anytown Hospital 1/0; Vale Trust 2/0; "},
        /* Two jobs; the unit wins over the employer beside it. */
        {"Member No;Employer;Unit\nm1;Elsewhere;Anytown Hospital\nM1;Elsewhere;Vale Trust\n", false,
         "|+M1 Vale Trust;-M2 Anytown Hospital;-M3 Anytown Hospital;",
         "Anytown Hospital 1/0; Vale Trust 1/0; "},
        /* Only an employer, with titles above and totals below. */
        {"Ballot of 2027\n\nNumber,Employer\nM1,Anytown Hospital\nM2,Anytown-Hospital\n"
         "M3,ANYTOWN HOSPITAL\nTotal,3\n",
         false, "|", "Anytown Hospital 3/0; "},
        /* Who stands in a row that cannot be used keeps what they had. */
        {"Number,Unit\nM1,Vale Trust\nM2,\nM9,Vale Trust\nM1,Vale Trust\n,Vale Trust\n"
         "M3,Vale Trust,more,and more\n",
         false,
         "3 has no unit;4 no member has this number;5 is in line 2 already, with the same unit;"
         "6 has no membership number;7 has more cells than the header: is a quotation mark missing"
         " around a cell?;|+M1 Vale Trust;-M1 Anytown Hospital;",
         "Anytown Hospital 2/0; Vale Trust 1/0; "},
        /* Once it is open no unit is made. */
        {"Number,Unit\nM1,Vale Trust\nM2,Anytown Hospital\nM3,Anytwn Hospital\n", true,
         "2 the ballot has no unit of this name;"
         "4 the ballot has no unit of this name, is it 'Anytown Hospital'?;|",
         "Anytown Hospital 3/0; "},
        {"Number,Unit\nM1,Anytown Hospital\nM2,Anytown Hospital\n", true, "|-M3 Anytown Hospital;",
         "Anytown Hospital 2/0; "},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        assert_string_equal(take(world, cases[i].list, cases[i].open, true), cases[i].said);
        assert_string_equal(units(world), "Anytown Hospital 3/0; "); /* it was a dry run */
        assert_string_equal(take(world, cases[i].list, cases[i].open, false), cases[i].said);
        assert_string_equal(units(world), cases[i].units);
        world_close(world);
    }
}

static void a_list_of_a_part_is_questioned(void **state)
{
    (void)state;
    static const char list[] = "Number,Unit\nM1,Anytown Hospital\n";
    struct world *world = world_open(NOW);
    assert_string_equal(take(world, list, true, true),
                        "|-M2 Anytown Hospital;-M3 Anytown Hospital;");
    assert_string_equal(take(world, list, true, false),
                        "2 of 3 who are entitled are not in the list and would lose that, more"
                        " than 50 %; if that is right, say"
                        " --removed-up-to 67");
    assert_string_equal(units(world), "Anytown Hospital 3/0; ");
    assert_string_equal(take(world, list, false, false),
                        "|-M2 Anytown Hospital;-M3 Anytown Hospital;");
    assert_string_equal(units(world), "Anytown Hospital 1/0; ");
    world_close(world);
}

static void a_list_of_units_says_how_many(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        const char *said;
        const char *units;
    } cases[] = {
        {"unit,entitled\nAnytown Hospital,412\n", "|", "Anytown Hospital 3/412; "},
        {"Employer\tNumber entitled\nanytown hospital\t1 412\nVale\t7\nTotal\t1419\n", "|",
         "Anytown Hospital 3/1412; Vale 0/7; "},
        {"Unit,Notified\n,4\nVale,0\nVale,-1\nVale,3.5\nVale,99999999\nVale,5\nvale,6\n",
         "2 names no unit;3 how many are entitled is a whole number, at least 1;"
         "4 how many are entitled is a whole number, at least 1;"
         "5 how many are entitled is a whole number, at least 1;"
         "6 how many are entitled is a whole number, at least 1;8 is in line 7 already;|",
         "Anytown Hospital 3/0; Vale 0/5; "},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(NOW);
        assert_string_equal(take(world, cases[i].list, false, false), cases[i].said);
        assert_string_equal(units(world), cases[i].units);
        world_close(world);
    }
    /* Numbers that were notified fix the units, open or not. */
    struct world *world = world_open(NOW);
    (void)take(world, "unit,entitled\nAnytown Hospital,412\n", false, false);
    assert_string_equal(take(world, "Number,Unit\nM1,Vale\nM2,Anytown Hospital\n", false, false),
                        "2 the ballot has no unit of this name;|-M3 Anytown Hospital;");
    world_close(world);
}

static void nonsense_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        const char *sentence;
    } cases[] = {
        {"a,b\n1,2\n", "there is no header line with a membership number and a unit"},
        {"Membership number,First name\nM1,Ann\n", "there is no header line"},
        {"Membership number,Unit\n", "there is a header in line 1, but no row below it"},
        {"Membership number,Unit\nM9,Vale\n", "none of its 1 rows can be used"},
        {"unit,entitled\nVale,many\n", "none of its 1 rows can be used"},
        {"PK\x03\x04", "is a zip archive"},
    };
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *said = take(world, cases[i].list, false, false);
        if (strstr(said, cases[i].sentence) == NULL) {
            fail_msg("%s", said);
        }
        assert_string_equal(units(world), "Anytown Hospital 3/0; ");
    }
    world_close(world);
}

/* "2=M1;3!reason;passed 4" of a list of numbers. */
static const char *read_numbers(struct world *world, const char *text, const char *tick)
{
    struct numbers numbers;
    const char *path = write_file(world, text);
    const char *said = "";
    WORLD_MUST(numbers_read(world->db, &scope_everybody, path, tick, world->arena, &numbers, &err));
    (void)unlink(path);
    for (size_t i = 0; i < numbers.count; i++) {
        const struct numbers_row *row = &numbers.rows[i];
        said = arena_printf(world->arena, "%s%u%s%s;", said, row->line,
                            row->number == NULL ? "!" : "=",
                            row->number == NULL ? row->reason : row->number);
    }
    return numbers.ticks
               ? arena_printf(world->arena, "%spassed %lld", said, (long long)numbers.passed)
               : said;
}

static void what_a_rep_sends_back_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        const char *tick;
        const char *said;
    } cases[] = {
        {"M1\nM2\n", "voted", "1=M1;2=M2;"},
        {"They told me\n\nm1\r\nM3\r\nM1\r\nM9\r\n", "voted", "3=M1;4=M3;6!is no member's number;"},
        {"number,first_name,voted\nM1,Ann,x\nM2,Bea,\nM3,Cai,no\n", "voted", "2=M1;passed 2"},
        {"number,first_name,voted\nM1,Ann,x\nM2,Bea,\n", "left", "2=M1;3=M2;"},
        {"number,first_name,voted\nM1,Ann,x\nM2,Bea,\n", NULL, "2=M1;3=M2;"},
        {"Calls in May\nName,Membership number,Rather not say\nAnn,M1,1\nBea,M2,N\n",
         "rather_not_say", "3=M1;passed 1"},
        {"1.2E+06\n", NULL,
         "1!has a membership number that a spreadsheet has shortened (as in 1.2E+06);"},
        {"voted\nyes\n", "voted", "passed 0"},
    };
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(read_numbers(world, cases[i].list, cases[i].tick), cases[i].said);
    }
    world_close(world);
}

/* "2=M1;3!reason;" of what somebody has typed; in a ballot, with the state before. */
static const char *read_typed(struct world *world, const struct scope *scope, const char *text)
{
    struct numbers numbers;
    const char *said = "";
    WORLD_MUST(numbers_read_text(world->db, scope, text, "voted", world->arena, &numbers, &err));
    WORLD_MUST(numbers_compare(world->db, world->ballot_id, world->arena, &numbers, &err));
    for (size_t i = 0; i < numbers.count; i++) {
        const struct numbers_row *row = &numbers.rows[i];
        said = arena_printf(world->arena, "%s%u%s%s%s%s;", said, row->line,
                            row->number == NULL ? "!" : "=",
                            row->number == NULL ? row->reason : row->number,
                            row->before == NULL ? "" : ":", row->before == NULL ? "" : row->before);
    }
    return said;
}

static void what_is_typed_is_read(void **state)
{
    static const struct {
        const char *text;
        const char *said;
    } cases[] = {
        {"M1\nM2", "1=M1:unknown;2=M2:unknown;"},
        {"M1\r\n\r\nM1\r\n", "1=M1:unknown;"},
        {"Ann M1\nM2 Bea Able", "1=M1:unknown;2=M2:unknown;"},
        {"Cai, M3", "1=M3:unknown;"},
        {"M9 and M2", "1=M2:unknown;"},
        {"M9", "1!is no member's number;"},
        {"number,voted\nM1,x\nM2,", "2=M1:unknown;"},
        {"", ""},
    };
    (void)state;
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(read_typed(world, &scope_everybody, cases[i].text), cases[i].said);
    }
    /* Who is out of the scope is as nobody. */
    const struct scope nobody = {.everybody = false};
    assert_string_equal(read_typed(world, &nobody, "M1\nM9\nAnn M2"),
                        "1!is no member's number;2!is no member's number;"
                        "3!is no member's number;");
    world_close(world);
}

static void whom_a_list_means_is_marked(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct numbers numbers;
    int64_t marked = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(numbers_read_text(world->db, &scope_everybody, "M1\nM9\nM2", NULL, world->arena,
                                 &numbers, &err));
    WORLD_MUST(
        numbers_mark(world->db, world->ballot_id, "voted", "olu", NOW, &numbers, &marked, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(marked, 2);
    assert_string_equal(read_typed(world, &scope_everybody, "M1\nM2\nM3"),
                        "1=M1:voted;2=M2:voted;3=M3:unknown;");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_members_is_the_electorate),
        cmocka_unit_test(a_list_of_a_part_is_questioned),
        cmocka_unit_test(a_list_of_units_says_how_many),
        cmocka_unit_test(nonsense_changes_nothing),
        cmocka_unit_test(what_a_rep_sends_back_is_read),
        cmocka_unit_test(what_is_typed_is_read),
        cmocka_unit_test(whom_a_list_means_is_marked),
    };
    return cmocka_run_group_tests_name("roster/electorate", tests, NULL, NULL);
}
