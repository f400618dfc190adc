/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bank holidays: the file that is shipped, where it is looked for, and every fault that is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "muster/conf/holidays.h"
#include "scratch.h"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct holidays holidays;
    struct error err;
    bool ok;
};

/* `path` "": the file is looked for beside one in the scratch folder. */
static void read_nation(struct reading *reading, const char *path, const char *nation)
{
    char beside[128];
    (void)snprintf(beside, sizeof beside, "%s/muster.conf", scratch);
    const struct config config = {.path = beside, .hours = {.holidays = path}};
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok = holidays_read(&config, nation, reading->arena, &reading->faults,
                                &reading->holidays, &reading->err);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static const char *name_of(const struct holidays *holidays, int date)
{
    for (size_t i = 0; i < holidays->dates.count; i++) {
        if (holidays->dates.days[i] == date) {
            return holidays->names[i];
        }
    }
    return NULL;
}

/* What GOV.UK and the proclamations say. */
static void the_shipped_list_is_right(void **state)
{
    (void)state;
    static const struct {
        int date;
        const char *names[3]; /* England and Wales, Scotland, Northern Ireland; NULL: none */
    } days[] = {
        {20260101, {"New Year's Day", "New Year's Day", "New Year's Day"}},
        {20260102, {NULL, "2 January", NULL}},
        {20260317, {NULL, NULL, "St Patrick's Day"}},
        {20260403, {"Good Friday", "Good Friday", "Good Friday"}},
        {20260406, {"Easter Monday", NULL, "Easter Monday"}},
        {20260615, {NULL, "World Cup bank holiday", NULL}},
        {20260713, {NULL, NULL, "Battle of the Boyne (substitute day)"}},
        {20260803, {NULL, "Summer bank holiday", NULL}},
        {20260831, {"Summer bank holiday", NULL, "Summer bank holiday"}},
        {20261130, {NULL, "St Andrew's Day", NULL}},
        {20261225, {"Christmas Day", "Christmas Day", "Christmas Day"}},
        {20261227, {NULL, NULL, NULL}},
        {20261228,
         {"Boxing Day (substitute day)", "Boxing Day (substitute day)",
          "Boxing Day (substitute day)"}},
        {20270104, {NULL, "2 January (substitute day)", NULL}},
        {20270329, {"Easter Monday", NULL, "Easter Monday"}},
        {20270531, {"Spring bank holiday", "Spring bank holiday", "Spring bank holiday"}},
        {20271225, {"Christmas Day", "Christmas Day", "Christmas Day"}}, /* a Saturday */
        {20271228,
         {"Boxing Day (substitute day)", "Boxing Day (substitute day)",
          "Boxing Day (substitute day)"}},
        {20280103,
         {"New Year's Day (substitute day)", "New Year's Day (substitute day)",
          "New Year's Day (substitute day)"}},
        {20280104, {NULL, "2 January (substitute day)", NULL}},
        {20280414, {"Good Friday", "Good Friday", "Good Friday"}},
        {20280501, {"Early May bank holiday", "Early May bank holiday", "Early May bank holiday"}},
        {20280712, {NULL, NULL, "Battle of the Boyne"}},
    };
    static const char *const nations[] = {"england-and-wales", "scotland", "northern-ireland"};
    static const size_t weekdays[] = {24, 28, 30}; /* eight a year; nine and one more; ten */
    for (size_t i = 0; i < ARRAY_LENGTH(nations); i++) {
        struct reading got;
        read_nation(&got, "etc/holidays.conf", nations[i]);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_true(got.ok);
        for (size_t j = 0; j < ARRAY_LENGTH(days); j++) {
            const char *name = name_of(&got.holidays, days[j].date);
            if (name == NULL || days[j].names[i] == NULL) {
                assert_ptr_equal(name, days[j].names[i]);
            } else {
                assert_string_equal(name, days[j].names[i]);
            }
        }
        size_t count = 0;
        for (size_t j = 0; j < got.holidays.dates.count; j++) {
            const int date = got.holidays.dates.days[j];
            struct tm fields = {.tm_year = date / 10000 - 1900,
                                .tm_mon = date / 100 % 100 - 1,
                                .tm_mday = date % 100};
            (void)timegm(&fields);
            count += fields.tm_wday != 0 && fields.tm_wday != 6;
        }
        assert_int_equal(count, weekdays[i]);
        assert_int_equal(got.holidays.last, 20281226);
        assert_true(holidays_cover(&got.holidays, 2028));
        assert_false(holidays_cover(&got.holidays, 2029));
        drop(&got);
    }
}

static void they_are_put_in_order(void **state)
{
    (void)state;
    struct reading got;
    read_nation(
        &got,
        scratch_text("own.conf",
                     "scotland = ( { date = \"2027-05-03\"; name = \"b\"; },\n"
                     "{ date = \"2026-12-25\"; }, { date = \"2028-02-29\"; name = \"c\"; });"
                     "england-and-wales = ();\n"),
        "scotland");
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_int_equal(got.holidays.dates.count, 3);
    assert_int_equal(got.holidays.dates.days[0], 20261225);
    assert_string_equal(got.holidays.names[0], "");
    assert_string_equal(got.holidays.names[1], "b");
    assert_int_equal(got.holidays.last, 20280229);
    assert_false(holidays_cover(&got.holidays, 2028));
    drop(&got);
}

static void the_file_beside_the_configuration_is_found(void **state)
{
    (void)state;
    struct reading got;
    const char *path = scratch_text("holidays.conf", "scotland = ( { date = \"2026-12-25\"; } );");
    read_nation(&got, "", "scotland");
    assert_true(got.ok);
    assert_string_equal(got.holidays.path, path);
    drop(&got);
    (void)unlink(path);
    read_nation(&got, path, "scotland");
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_NO_INPUT);
    drop(&got);
}

#define DAY(text) "scotland = ( { date = \"" text "\"; } );"

static const struct {
    const char *text;
    const char *fault;
} faults[] = {
    {"", "own.conf: there are no bank holidays of scotland"},
    {"\nscotland = ( );", "own.conf:2: there are no bank holidays of scotland"},
    {"scotland = { };", "own.conf:1: scotland must be a list"},
    {"scotland = \"2026-12-25\";", "own.conf:1: scotland must be a list"},
    {"scotland = ( \"2026-12-25\" );", "own.conf:1: scotland[0] must be { date = "},
    {"scotlnd = ( );", "own.conf:1: scotlnd is not known; did you mean scotland?"},
    {"scotland = (\n { dat = \"2026-12-25\"; } );", "dat is not known; did you mean date?"},
    {"scotland = (\n { name = \"Christmas\"; } );", "own.conf:2: scotland[0].date is missing"},
    {"scotland = ( {\n date = 20261225; } );", "own.conf:2: scotland[0].date must be a text"},
    {"scotland = ( { date = \"2026-12-25\"; name = 1; } );", "name must be a text"},
    {"scotland = ( { date = \"2026-12-25\"; },\n{ date = \"2026-12-25\"; } );",
     "own.conf:2: scotland[1] is a day that the list has already"},
    {DAY("2027-12-25") "england-and-wales = (\n{ date = \"x\"; } );",
     "own.conf:2: england-and-wales[0].date is \"x\", but must be a day such as \"2026-12-25\""},
    {DAY("2026-02-29"), "must be a day"},
    {DAY("2026-13-01"), "must be a day"},
    {DAY("2026-00-01"), "must be a day"},
    {DAY("2026-04-31"), "must be a day"},
    {DAY("2026-04-00"), "must be a day"},
    {DAY("1969-12-25"), "must be a day"},
    {DAY("25-12-2026"), "must be a day"},
    {DAY("2026-12-5"), "must be a day"},
    {DAY("2026-12-25 "), "must be a day"},
    {DAY("2026-+1-25"), "must be a day"},
    {DAY("2026-12-2\xC2\xB9"), "must be a day"},
    {DAY(""), "date"},
    {"scotland = ( { date = \"2026-12-25\" ", "own.conf:"},
};

static void every_fault_is_told_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        struct reading got;
        read_nation(&got, scratch_text("own.conf", faults[i].text), "scotland");
        assert_false(got.ok);
        assert_int_equal(got.err.kind, ERROR_CONFIG);
        if (strstr(buffer_text(&got.faults.text), faults[i].fault) == NULL) {
            fail_msg("case %zu: no \"%s\" in:\n%s", i, faults[i].fault,
                     buffer_text(&got.faults.text));
        }
        drop(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_list_is_right),
        cmocka_unit_test(they_are_put_in_order),
        cmocka_unit_test(the_file_beside_the_configuration_is_found),
        cmocka_unit_test(every_fault_is_told_with_its_line),
    };
    return cmocka_run_group_tests_name("conf/holidays", tests, scratch_make, scratch_clear);
}
