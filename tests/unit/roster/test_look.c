/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first look at lists: the heading, what the columns are taken for, the first rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/roster/look.h"

static const struct {
    const char *list;
    const char *maps[3];
    bool custom;
    bool headed;
    unsigned header_line;
    const char *columns; /* "heading:field", and marks: P private, S like another */
    const char *rows;    /* "line: cell|cell" */
} CASES[] = {
    {"Membership No,First name,Mobile\n1,Ann,07700900001\n2,Bea,\n",
     {NULL},
     false,
     true,
     1,
     "Membership No:number First name:first Mobile:mobile",
     "2: 1|Ann|07700900001; 3: 2|Bea|; "},
    /* Titles above; a heading that says nothing we know, and is the likeliest all the same. */
    {"Report 12/03/26\n\nCode;Mob\n1;07700900001\n",
     {NULL},
     false,
     false,
     3,
     "Code:ignore Mob:mobile",
     "4: 1|07700900001; "},
    {"Report 12/03/26\n\nCode;Mob\n1;07700900001\n",
     {"Code=number", NULL},
     false,
     true,
     3,
     "Code:number Mob:mobile",
     "4: 1|07700900001; "},
    {"sep=;\nMember No;Shift;Date of birth;Shift\n1;nights;01/02/70;days\n",
     {"Shift=custom:turn", NULL},
     false,
     true,
     2,
     "Member No:number Shift:custom Date of birth:ignoreP Shift:customS",
     "3: 1|nights|01/02/70|days; "},
    {"Member No,Mobile,Shift\n1,,nights\n",
     {NULL},
     true,
     true,
     1,
     "Member No:number Mobile:mobile Shift:custom",
     "2: 1||nights; "},
    /* Short and long rows; no more than five. */
    {"Member No,Mobile\n1\n2,x,y\n3,\n4,\n5,\n6,\n",
     {NULL},
     false,
     true,
     1,
     "Member No:number Mobile:mobile",
     "2: 1|; 3: 2|x; 4: 3|; 5: 4|; 6: 5|; "},
    {"1,2\n3,4\n", {NULL}, false, false, 0, "", ""},
    {"only a sentence\n", {NULL}, false, false, 0, "", ""},
};

static int put_list(const char *text)
{
    int fd = -1;
    struct error err;
    assert_true(file_nameless("/tmp", &fd, &err));
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static const char *columns_of(const struct look *look, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < look->column_count; i++) {
        const struct look_column *column = &look->columns[i];
        text =
            arena_printf(arena, "%s%s%s:%s%s%s", text, i == 0 ? "" : " ", column->heading,
                         column->field, column->private ? "P" : "", column->like != i ? "S" : "");
    }
    return text;
}

static const char *rows_of(const struct look *look, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < look->row_count; i++) {
        text = arena_printf(arena, "%s%u: ", text, look->rows[i].line);
        for (size_t k = 0; k < look->column_count; k++) {
            text = arena_printf(arena, "%s%s%s", text, k == 0 ? "" : "|", look->rows[i].cells[k]);
        }
        text = arena_printf(arena, "%s; ", text);
    }
    return text;
}

static void lists_are_looked_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct import_options options = {.custom = CASES[i].custom, .maps = CASES[i].maps};
        while (CASES[i].maps[options.map_count] != NULL) {
            options.map_count++;
        }
        const int fd = put_list(CASES[i].list);
        struct look look;
        struct error err = {.kind = ERROR_NONE};
        if (!look_take(file_again(fd, arena), &options, arena, &look, &err)) {
            fail_msg("%s: %s", CASES[i].list, err.text);
        }
        (void)close(fd);
        assert_int_equal(look.headed, CASES[i].headed);
        assert_int_equal(look.header_line, CASES[i].header_line);
        assert_string_equal(columns_of(&look, arena), CASES[i].columns);
        assert_string_equal(rows_of(&look, arena), CASES[i].rows);
    }
}

static void what_is_no_list_is_told_by_its_name(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct import_options options = {.name = "week 2.csv"};
    struct look look;
    struct error err = {.kind = ERROR_NONE};
    const int fd = put_list("%PDF-1.7\n");
    assert_false(look_take(file_again(fd, arena), &options, arena, &look, &err));
    (void)close(fd);
    assert_int_equal(err.kind, ERROR_DATA);
    assert_string_equal(err.text, "week 2.csv is a PDF; ask for the list as CSV");
}

static void a_map_that_cannot_be_is_a_fault(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    static const char *const maps[] = {"Code=nubmer"};
    const struct import_options options = {.maps = maps, .map_count = 1};
    struct look look;
    struct error err = {.kind = ERROR_NONE};
    const int fd = put_list("Code,Mobile\n1,\n");
    assert_false(look_take(file_again(fd, arena), &options, arena, &look, &err));
    (void)close(fd);
    assert_int_equal(err.kind, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_looked_at),
        cmocka_unit_test(what_is_no_list_is_told_by_its_name),
        cmocka_unit_test(a_map_that_cannot_be_is_a_fault),
    };
    return cmocka_run_group_tests_name("roster/look", tests, NULL, NULL);
}
