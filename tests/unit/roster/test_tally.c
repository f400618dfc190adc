/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a count, as scrutineers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "muster/base/compiler.h"
#include "muster/base/text.h"
#include "muster/roster/tally.h"

static const struct count_question QUESTIONS[] = {{"strike", "Strike?"}, {"short-of", "ASOS?"}};
static const struct count_unit UNITS[] = {{.id = 1, .name = "City Trust", .entitled = 100},
                                          {.id = 2, .name = "Vale Trust", .entitled = 50}};

static const struct tally_ballot TWO = {QUESTIONS, 2, UNITS, 2};
static const struct tally_ballot ONE = {QUESTIONS, 1, UNITS, 2};
static const struct tally_ballot NO_QUESTION = {QUESTIONS, 0, UNITS, 2};

/* "City Trust 100 60 2: 40/18/0 58/0/0; ..." of a table; or all its faults. */
static const char *read_text(const struct tally_ballot *ballot, const char *text,
                             struct arena *arena)
{
    char path[] = "/tmp/muster-tally-XXXXXX";
    struct error err = {0};
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct tally_row *rows = NULL;
    size_t count = 0;
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    const bool ok = tally_read(path, ballot, arena, &faults, &rows, &count, &err);
    assert_int_equal(unlink(path), 0);
    if (!ok) {
        assert_int_equal(err.kind, ERROR_DATA);
        return arena_text(arena, buffer_text(&faults.text));
    }
    const char *read = "";
    for (size_t i = 0; i < count; i++) {
        const struct count_unit *unit = &rows[i].unit;
        read = arena_printf(arena, "%s%s%s %lld %lld %lld:", read, i == 0 ? "" : "; ", unit->name,
                            (long long)unit->entitled, (long long)unit->votes,
                            (long long)unit->spoiled);
        for (size_t k = 0; k < ballot->question_count; k++) {
            read =
                arena_printf(arena, "%s %lld/%lld/%lld", read, (long long)unit->answers[k].yes,
                             (long long)unit->answers[k].no, (long long)unit->answers[k].spoiled);
        }
    }
    return read;
}

static void tables_are_read(void **state)
{
    (void)state;
    static const struct {
        const struct tally_ballot *ballot;
        const char *text;
        const char *read;
    } cases[] = {
        {&TWO,
         "Employer,Entitled,Votes cast,Spoiled,Strike Yes,Strike No,Short-of yes,Short of NO\n"
         "City Trust,110,60,2,40,18,58,0\nVALE TRUST,40,30,0,20,10,15,15\n",
         "City Trust 110 60 2: 40/18/0 58/0/0; Vale Trust 40 30 0: 20/10/0 15/15/0"},
        /* Titles above, semicolons, thousands, totals below, yes in front, no entitled column. */
        {&TWO,
         "Report of the count;;;;;\n\nUnit;Cast;Yes strike;No strike;Yes short of;No short of\n"
         "Vale Trust;\"1,030\";20;1 010;15;15\nTotal;1030;20;1010;15;15\n;;;;;\n",
         "Vale Trust 50 1030 0: 20/1010/0 15/15/0"},
        {&ONE, "Trust,Papers returned,Yes,No,Invalid,Strike spoiled\nCity Trust,60,40,16,2,2\n",
         "City Trust 100 60 2: 40/16/2"},
        {&NO_QUESTION, "Employer,Votes\nCity Trust,60\n", "City Trust 100 60 0:"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        assert_string_equal(read_text(cases[i].ballot, cases[i].text, arena), cases[i].read);
    }
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const struct tally_ballot *ballot;
        const char *text;
        const char *sentence;
    } cases[] = {
        {&ONE, "Employer,Yes,No\nCity Trust,1,2\n", "no header line with a unit (or employer)"},
        {&ONE, "Employer,Votes,Yes\nCity Trust,3,1\n", ":1: there is no column 'strike no'"},
        {&TWO, "Employer,Votes,Yes,No\nCity Trust,3,1,2\n", ":1: there is no column 'short-of no'"},
        {&ONE, "Employer,Votes,Yes,No\nCity Trsut,3,1,2\n",
         ":2: the ballot has no unit 'City Trsut', did you mean 'City Trust'?"},
        {&ONE, "Employer,Votes,Yes,No\nCity Trust,3,1,2\nCity trust,3,1,2\n",
         ":3: 'City trust' stands here a second time"},
        {&ONE, "Employer,Votes,Yes,No\nCity Trust,3,one,2\n",
         ":2: column 3: 'one' is no number of papers"},
        {&ONE, "Employer,Votes,Yes,No\nCity Trust,3,-1,2\n", "'-1' is no number of papers"},
        {&ONE, "Employer,Votes,Yes,No\nCity Trust,3,1\n", ":2: column 4: '' is no number"},
        {&ONE, "Employer,Votes,Yes,No\nTotal,3,1,2\n", ":1: there is no unit below this header"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *faults = read_text(cases[i].ballot, cases[i].text, arena);
        if (strstr(faults, cases[i].sentence) == NULL) {
            fail_msg("%s is not said of %s, but %s", cases[i].sentence, cases[i].text, faults);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests_name("roster/tally", tests, NULL, NULL);
}
