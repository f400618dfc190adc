/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of refused rows: one line a row, as it stood, that can be imported again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "refusals.h"

#define MARK "\xEF\xBB\xBF"

struct desk {
    char folder[32];
    char path[64];
    struct arena *arena;
    struct refusals *refusals;
};

static void desk_free(struct desk *desk)
{
    refusals_free(&desk->refusals);
    arena_free(&desk->arena);
    (void)unlink(desk->path);
    assert_int_equal(rmdir(desk->folder), 0);
}

static void desk_open(struct desk *desk, const char *const *headers, size_t count)
{
    struct error err;
    *desk = (struct desk){.arena = arena_create()};
    (void)snprintf(desk->folder, sizeof desk->folder, "/tmp/refusals-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    (void)snprintf(desk->path, sizeof desk->path, "%s/out.csv", desk->folder);
    assert_true(refusals_open(desk->path, &desk->refusals, &err));
    struct csv_row header = {1, count, headers, NULL, NULL};
    struct mapping *mapping = mapping_find(&header, NULL, 0, desk->arena);
    assert_non_null(mapping);
    refusals_header(desk->refusals, mapping);
}

static void note(struct desk *desk, enum import_fault_kind kind, const char *column,
                 const char *reason)
{
    struct import_fault fault = {kind, 2, column, reason, ""};
    refusals_note(desk->refusals, &fault);
}

static void expect_text(struct desk *desk, const char *expected)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 10000);
    struct error err;
    bool kept = false;
    assert_true(refusals_keep(desk->refusals, &kept, &err));
    assert_true(kept);
    assert_true(file_read(desk->path, &text, &err));
    assert_string_equal(buffer_text(&text), expected);
}

static void rows_with_faults_are_written_once(void **state)
{
    (void)state;
    CLEANUP(desk_free) struct desk desk;
    const char *const headers[] = {"Member No", "Name", "Mobile"};
    const char *const cells[] = {"1", "Lee, Ann", "+44x"};
    desk_open(&desk, headers, 3);
    struct csv_row row = {2, 3, cells, NULL, NULL};
    refusals_row(desk.refusals, &row); /* nothing was noted */
    note(&desk, IMPORT_FAULT_NOTICE, "Name", "is odd");
    refusals_row(desk.refusals, &row); /* nor anything that was not used */
    note(&desk, IMPORT_FAULT_CELL, "Mobile", "has letters in it");
    note(&desk, IMPORT_FAULT_CELL, "Email", "has no @");
    refusals_row(desk.refusals, &row);
    struct csv_row next = {3, 2, cells, NULL, NULL};
    refusals_row(desk.refusals, &next); /* the notes were of the row before */
    note(&desk, IMPORT_FAULT_ROW, "", "has no number");
    refusals_row(desk.refusals, &next);
    expect_text(&desk,
                MARK "Line,Column,Reason,Member No,Name,Mobile\r\n"
                     "2,Mobile; Email,has letters in it; has no @,1,\"Lee, Ann\",\"'+44x\"\r\n"
                     "3,,has no number,1,\"Lee, Ann\"\r\n");
}

static void a_row_without_cells_is_written_as_it_stands(void **state)
{
    (void)state;
    CLEANUP(desk_free) struct desk desk;
    const char *const headers[] = {"Member No", "Name"};
    desk_open(&desk, headers, 2);
    struct csv_row row = {4, 0, NULL, "has an odd quotation mark", "4,\"Ann"};
    note(&desk, IMPORT_FAULT_ROW, "", row.fault);
    refusals_row(desk.refusals, &row);
    expect_text(&desk, MARK "Line,Column,Reason,Member No,Name\r\n"
                            "4,,has an odd quotation mark,,,\"4,\"\"Ann\"\r\n");
}

static void its_own_columns_do_not_pile_up(void **state)
{
    (void)state;
    CLEANUP(desk_free) struct desk desk;
    const char *const headers[] = {"Line", "Column", "Reason", "Member No", "Name"};
    const char *const cells[] = {"7", "Mobile", "has no digits", "1", "Ann"};
    desk_open(&desk, headers, 5);
    struct csv_row row = {2, 5, cells, NULL, NULL};
    note(&desk, IMPORT_FAULT_CELL, "Mobile", "has no digits");
    refusals_row(desk.refusals, &row);
    expect_text(&desk, MARK "Line,Column,Reason,Member No,Name\r\n"
                            "2,Mobile,has no digits,1,Ann\r\n");
}

static void nothing_is_written_without_a_fault(void **state)
{
    (void)state;
    CLEANUP(desk_free) struct desk desk;
    const char *const headers[] = {"Member No", "Name"};
    desk_open(&desk, headers, 2);
    note(&desk, IMPORT_FAULT_NOTICE, "Name", "is odd");
    struct csv_row row = {2, 2, headers, NULL, NULL};
    refusals_row(desk.refusals, &row);
    bool kept = true;
    struct error err;
    assert_true(refusals_keep(desk.refusals, &kept, &err));
    assert_false(kept);
    assert_int_equal(access(desk.path, F_OK), -1);
}

static void what_is_there_is_not_overwritten(void **state)
{
    (void)state;
    CLEANUP(desk_free) struct desk desk;
    const char *const headers[] = {"Member No", "Name"};
    desk_open(&desk, headers, 2);
    struct error err;
    assert_true(file_create(desk.path, "mended", 6, 0600, &err));
    struct refusals *other = NULL;
    assert_false(refusals_open(desk.path, &other, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_null(other);
}

static void what_is_not_kept_leaves_no_file(void **state)
{
    (void)state;
    CLEANUP(desk_free) struct desk desk;
    const char *const headers[] = {"Member No", "Name"};
    desk_open(&desk, headers, 2);
    refusals_free(&desk.refusals);
    assert_int_equal(access(desk.path, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_with_faults_are_written_once),
        cmocka_unit_test(a_row_without_cells_is_written_as_it_stands),
        cmocka_unit_test(its_own_columns_do_not_pile_up),
        cmocka_unit_test(nothing_is_written_without_a_fault),
        cmocka_unit_test(what_is_there_is_not_overwritten),
        cmocka_unit_test(what_is_not_kept_leaves_no_file),
    };
    return cmocka_run_group_tests_name("roster/refusals", tests, NULL, NULL);
}
