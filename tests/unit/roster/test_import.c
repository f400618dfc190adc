/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files into a real store: what is imported, what is told, and that a refused file leaves no
 * trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/roster/import.h"
#include "muster/store/imports.h"
#include "muster/store/members.h"
#include "source.h"

#define BYTES(text) (text), sizeof(text) - 1

struct world {
    char folder[32];
    char path[64]; /* of the list */
    char store[64];
    char key[64];
    struct db *db;
    struct arena *arena;
    struct buffer faults;
    size_t progress; /* calls */
    size_t done;
    bool grow; /* the list grows at the first progress */
    struct import_report report;
    struct error err;
};

static void world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    (void)snprintf(world->folder, sizeof world->folder, "/tmp/roster-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    (void)snprintf(world->path, sizeof world->path, "%s/members.csv", world->folder);
    (void)snprintf(world->store, sizeof world->store, "%s/store.db", world->folder);
    (void)snprintf(world->key, sizeof world->key, "%s/key", world->folder);
    buffer_init(&world->faults, 100000);
    world->arena = arena_create();
    if (!token_start(&world->err) || !token_key_create(world->key, &world->err) ||
        !db_create(world->store, &world->err) ||
        !db_open(world->store, world->key, &world->db, &world->err)) {
        fail_msg("%s", world->err.text);
    }
}

static void world_free(struct world *world)
{
    db_close(&world->db);
    arena_free(&world->arena);
    buffer_free(&world->faults);
    static const char *const rests[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LENGTH(rests); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", world->store, rests[i]);
        (void)unlink(path);
    }
    (void)unlink(world->path);
    (void)unlink(world->key);
    (void)rmdir(world->folder);
}

static void on_fault(const struct import_fault *fault, void *context)
{
    struct world *world = context;
    (void)buffer_printf(&world->faults, "%u %s \"%s\"%s: %s\n", fault->line, fault->column,
                        fault->cell, fault->kind == IMPORT_FAULT_ROW ? " refused" : "",
                        fault->reason);
}

static void on_progress(size_t done, size_t total, void *context)
{
    struct world *world = context;
    assert_true(done <= total && done >= world->done);
    world->done = done;
    if (world->progress++ == 0 && world->grow) {
        FILE *file = fopen(world->path, "a");
        assert_non_null(file);
        assert_true(fputs("9,Late\n", file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
}

static void write_list(struct world *world, const char *bytes, size_t length)
{
    (void)unlink(world->path);
    assert_true(file_create(world->path, bytes, length, 0600, &world->err));
}

static bool import_path(struct world *world, const char *path, bool dry_run)
{
    struct import_options options = {
        .region = "GB",
        .dry_run = dry_run,
        .leavers_most = IMPORT_LEAVERS_MOST,
        .renamed_most = IMPORT_RENAMED_MOST,
        .fault = on_fault,
        .progress = on_progress,
        .context = world,
    };
    buffer_clear(&world->faults);
    memset(&world->report, 0, sizeof world->report);
    world->progress = 0;
    world->done = 0;
    return import_file(world->db, path, &options, world->arena, &world->report, &world->err);
}

static void import_list(struct world *world, const char *bytes, size_t length)
{
    write_list(world, bytes, length);
    if (!import_path(world, world->path, false)) {
        fail_msg("%s", world->err.text);
    }
}

static const struct member *stored(struct world *world, const char *number)
{
    struct member *member = NULL;
    assert_true(members_find(world->db, number, world->arena, &member, &world->err));
    return member;
}

static size_t journal_length(struct world *world)
{
    struct import *imports = NULL;
    size_t count = 0;
    assert_true(imports_list(world->db, 10, world->arena, &imports, &count, &world->err));
    return count;
}

static void check_counts(const struct world *world, int64_t rows, int64_t joined, int64_t changed,
                         int64_t unchanged, int64_t refused)
{
    const struct import *import = &world->report.import;
    if (import->rows != rows || import->joined != joined || import->changed != changed ||
        import->unchanged != unchanged || import->refused != refused) {
        fail_msg("%d rows: %d joined, %d changed, %d unchanged, %d refused\n%s", (int)import->rows,
                 (int)import->joined, (int)import->changed, (int)import->unchanged,
                 (int)import->refused, buffer_text(&world->faults));
    }
}

static const char LIST[] = "Membership report 12/11/26,,,,\r\n"
                           "\r\n"
                           "Membership No,Surname,Forename,Mobile No,Email,Postcode,Branch\r\n"
                           "1001,LEE,ANN,7700900001,ann@mail.example,,Leeds General\r\n"
                           "1002,\"Day\r\nLewis\",Bea,7.70E+09,\"bea@mail,example\",,\r\n"
                           ",Fox,Cai,07700 900003,,,\r\n"
                           "\r\n"
                           "1003,O'Brien,Si\xE2n,N/A,no email,,Leeds General\r\n"
                           "1001,Lee,Ann,07700 900004,,,\r\n"
                           "Total members,,3,,,,\r\n";

static void test_a_real_list(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    import_list(&world, BYTES(LIST));
    check_counts(&world, 5, 3, 1, 0, 1);
    assert_string_equal(world.report.encoding, "WINDOWS-1252");
    assert_int_equal(world.report.delimiter, ',');
    assert_int_equal(world.report.header_line, 3);
    assert_int_equal(world.report.unused_count, 0);
    assert_int_equal(world.report.left_out_count, 1);
    assert_string_equal(world.report.left_out[0], "Postcode");
    assert_int_equal(world.report.without_address, 2);
    assert_int_equal(world.report.faults, 2);
    assert_int_equal(world.report.notices, 1);
    assert_int_equal(world.report.duplicates, 1);
    assert_true(world.report.import.id > 0);
    assert_string_equal(world.report.import.file, "members.csv");
    assert_true(world.progress > 0);
    assert_int_equal(world.done, sizeof LIST - 1);
    assert_string_equal(
        buffer_text(&world.faults),
        "5 Mobile No \"7.70E+09\": was shortened by a spreadsheet (as in 7.70E+09): its digits are "
        "lost, format the column as text\n"
        "5 Email \"bea@mail,example\": has no dot in its domain\n"
        "7  \"\" refused: has no membership number\n"
        "10 Membership No \"1001\": was in line 4 already; the later row is taken\n");

    const struct member *ann = stored(&world, "1001");
    assert_string_equal(ann->last_name, "Lee");
    assert_string_equal(ann->mobile, "+447700900004");
    assert_string_equal(ann->email, "ann@mail.example");
    assert_string_equal(ann->branch, "Leeds General");
    const struct member *bea = stored(&world, "1002");
    assert_string_equal(bea->last_name, "Day Lewis");
    assert_null(bea->mobile);
    assert_null(bea->email);
    assert_string_equal(stored(&world, "1003")->first_name, "Si\xC3\xA2n");

    struct import *imports = NULL;
    size_t count = 0;
    assert_true(imports_list(world.db, 10, world.arena, &imports, &count, &world.err));
    assert_int_equal(count, 1);
    assert_int_equal(imports[0].rows, 5);
    unsigned char digest[TOKEN_DIGEST_SIZE];
    token_digest(LIST, sizeof LIST - 1, digest);
    assert_memory_equal(imports[0].digest, digest, sizeof digest);
}

static void test_again_and_dry(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    write_list(&world, BYTES("Member No;Name;Mobile\n1;Lee, Ann;07700 900001\n2;Bea Day;\n"));
    assert_true(import_path(&world, world.path, true));
    check_counts(&world, 2, 2, 0, 0, 0);
    assert_int_equal(world.report.import.id, 0);
    assert_int_equal(world.report.delimiter, ';');
    assert_null(stored(&world, "1"));
    assert_int_equal(journal_length(&world), 0);

    assert_true(import_path(&world, world.path, false));
    check_counts(&world, 2, 2, 0, 0, 0);
    assert_true(import_path(&world, world.path, false));
    check_counts(&world, 2, 0, 0, 2, 0);

    /* Blank cells leave alone what is known; the member still has an address. */
    import_list(&world, BYTES("Member No;Name;Mobile\n1;;\n2;Bea Dee;\n"));
    check_counts(&world, 2, 0, 1, 1, 0);
    assert_int_equal(world.report.without_address, 1);
    assert_string_equal(stored(&world, "1")->mobile, "+447700900001");
    assert_string_equal(stored(&world, "2")->last_name, "Dee");
    assert_int_equal(journal_length(&world), 3);
}

static void test_encodings_and_delimiters(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *encoding;
        char delimiter;
    } cases[] = {
        {BYTES("\xEF\xBB\xBFMember No,Surname\r\n1,T\xC5\xB7\r\n"), "UTF-8", ','},
        {BYTES("\xFF\xFE"
               "R\0e\0f\0\t\0N\0a\0m\0e\0\r\0\n\0001\0\t\0T\0\x77\x01\r\0\n\0"),
         "UTF-16LE", '\t'},
        {BYTES("\xFE\xFF\0R\0e\0f\0|\0N\0a\0m\0e\0\r\0\n\0001\0|\0T\x01\x77"), "UTF-16BE", '|'},
        {BYTES("sep=;\r\nRhif aelodaeth;Cyfenw\r\n1;T\xC5\xB7\r\n"), "UTF-8", ';'},
        {BYTES("Member No,Surname\r1,T\xC5\xB7\r\x1A"), "UTF-8", ','},
        {BYTES("x,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\nx,y\n"
               "x,y\nx,y\nx,y\nMember No,Surname\n1,T\xC5\xB7\n"),
         "UTF-8", ','},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(world_free) struct world world;
        world_init(&world);
        import_list(&world, cases[i].bytes, cases[i].length);
        check_counts(&world, 1, 1, 0, 0, 0);
        assert_string_equal(world.report.encoding, cases[i].encoding);
        assert_int_equal(world.report.delimiter, cases[i].delimiter);
        assert_string_equal(stored(&world, "1")->last_name, "T\xC5\xB7");
    }
}

static void test_lost_zeros(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    import_list(&world, BYTES("Member No,Surname,First name\n"
                              "0012,Lee,Ann\n"
                              "0013,Fox,Bea\n"
                              "14,Gray,Cai\n"
                              "15,Hay,Dot\n"
                              "0015,Hay,Dot\n"));
    check_counts(&world, 5, 5, 0, 0, 0);
    import_list(&world, BYTES("Member No,Surname,First name,Band\n"
                              "12,LEE,A,5\n"       /* the surname is enough */
                              "13,Wood,Eve,6\n"    /* another person, perhaps */
                              "00014,,Cai,7\n"     /* zeros that were not there */
                              "15,Hay,Dot,8\n"     /* there is such a number */
                              "A12,Lee,Ann,9\n")); /* no zeros to lose */
    check_counts(&world, 5, 2, 3, 0, 0);
    assert_string_equal(
        buffer_text(&world.faults),
        "3 Member No \"13\": is new, and 0013 has another name: is it one person?\n");
    assert_string_equal(stored(&world, "0012")->band, "5");
    assert_null(stored(&world, "12"));
    assert_string_equal(stored(&world, "14")->band, "7");
    assert_string_equal(stored(&world, "15")->band, "8");
    assert_null(stored(&world, "0015")->band);
}

static void test_letters_of_numbers(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    import_list(&world, BYTES("Member No,Surname\n"
                              "A-01,Lee\n"
                              "b7,Fox\n"
                              "C9,Hay\n"
                              "c9,Gray\n"));
    check_counts(&world, 4, 4, 0, 0, 0);
    import_list(&world, BYTES("Member No,Surname,Band\n"
                              "a-01,Lee,5\n"
                              "B7,Wood,6\n"    /* another person, perhaps */
                              "c9,Gray,7\n")); /* there is such a number */
    check_counts(&world, 3, 1, 2, 0, 0);
    assert_string_equal(buffer_text(&world.faults),
                        "3 Member No \"B7\": is new, and b7 has another name: is it one person?\n");
    assert_string_equal(stored(&world, "A-01")->band, "5");
    assert_null(stored(&world, "a-01"));
    assert_null(stored(&world, "b7")->band);
    assert_string_equal(stored(&world, "c9")->band, "7");
}

static void test_broken_rows(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    import_list(&world, BYTES("Member No,Name,Branch\n"
                              "1,\"Ann Lee,North\n"
                              "2,Bea\n"
                              "3,Cai Fox,North\n"
                              "4,Dee\n"
                              "5,Eve\0,North\n"));
    check_counts(&world, 5, 2, 0, 0, 3);
    assert_string_equal(
        buffer_text(&world.faults),
        "2  \"\" refused: has a quotation mark that is never closed, or in the wrong place\n"
        "3  \"\" refused: seems to be the rest of the broken row above\n"
        "6  \"\" refused: holds a NUL byte\n");
    assert_non_null(stored(&world, "4"));
}

static void test_refused_files(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *says;
    } cases[] = {
        {BYTES(""), "members.csv is empty"},
        {BYTES("\n\n\n"), "there is no header line"},
        {BYTES("Hello\n"), "there is no header line"},
        {BYTES("Surname,Email\nLee,ann@mail.example\n"), "there is no header line"},
        {BYTES("Member No,Surname\n"), "a header in line 1, but no member below it"},
        {BYTES("x\nMember No,Surname\n\n,\nTotal,0\n"), "in line 2, but no member below it"},
        {BYTES("a,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\n"
               "a,b\na,b\na,b\na,b\nMember No,Surname\n1,Lee\n"),
         "none of the first 20 rows"},
        {BYTES("PK\x03\x04\x14\0\x06\0[Content_Types].xml \xA2 xl/workbook.xml"),
         "is an Excel workbook; save it as CSV"},
        {BYTES("PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
         "is a LibreOffice spreadsheet; save it as CSV"},
        {BYTES("PK\x03\x04\x14\0\0\0members.csv"), "is a zip archive; unpack it first"},
        {BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0"), "is an old Excel workbook"},
        {BYTES("%PDF-1.7\n"), "is a PDF"},
        {BYTES("\n <HTML><table><tr><td>Member No"), "is a web page"},
        {BYTES("\x01\0\0\0\x02\0\0\0\x03\x04\0\0"), "is not a text file"},
    };
    CLEANUP(world_free) struct world world;
    world_init(&world);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        write_list(&world, cases[i].bytes, cases[i].length);
        assert_false(import_path(&world, world.path, false));
        assert_int_equal(world.err.kind, ERROR_DATA);
        if (strstr(world.err.text, cases[i].says) == NULL ||
            strstr(world.err.text, world.path) == NULL) {
            fail_msg("case %zu: %s", i, world.err.text);
        }
        assert_int_equal(world.report.import.rows, 0);
    }
    assert_int_equal(journal_length(&world), 0);
}

static void test_no_files(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    assert_false(import_path(&world, world.path, false));
    assert_int_equal(world.err.kind, ERROR_NO_INPUT);
    assert_non_null(strstr(world.err.text, "cannot be opened: No such file"));
    assert_false(import_path(&world, world.folder, false));
    assert_int_equal(world.err.kind, ERROR_NO_INPUT);
    assert_non_null(strstr(world.err.text, "is a folder"));
    assert_int_equal(mkfifo(world.path, 0600), 0);
    assert_false(import_path(&world, world.path, false));
    assert_int_equal(world.err.kind, ERROR_NO_INPUT);
    assert_non_null(strstr(world.err.text, "is not a regular file"));
    /* A file of 3 GiB without anything in it. */
    write_list(&world, BYTES("x"));
    assert_int_equal(truncate(world.path, (off_t)3 << 30), 0);
    assert_false(import_path(&world, world.path, false));
    assert_int_equal(world.err.kind, ERROR_DATA);
    assert_non_null(strstr(world.err.text, "is larger than 2 GiB"));
}

static void test_a_file_that_changes(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    write_list(&world, BYTES("Member No,Surname\n1,Lee\n"));
    world.grow = true;
    assert_false(import_path(&world, world.path, false));
    assert_int_equal(world.err.kind, ERROR_DATA);
    assert_non_null(strstr(world.err.text, "has changed while it was read"));
    assert_null(stored(&world, "1"));
    assert_int_equal(journal_length(&world), 0);
    /* The transaction is closed: the next one works. */
    world.grow = false;
    assert_true(import_path(&world, world.path, false));
    check_counts(&world, 2, 2, 0, 0, 0);
}

static void test_a_large_file(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    CLEANUP(buffer_free) struct buffer list;
    buffer_init(&list, 10 << 20);
    (void)buffer_puts(&list, "Member No,Surname,Email\n");
    for (int i = 0; i < 6000; i++) {
        (void)buffer_printf(&list, "%d,\"Lee\n Day\",m%d@mail.example\n", 100000 + i, i);
    }
    (void)buffer_puts(&list, "100000,Fox,\n,Fox,\n");
    import_list(&world, list.data, list.length);
    check_counts(&world, 6002, 6000, 1, 0, 1);
    assert_true(world.progress > 2);
    assert_non_null(
        strstr(buffer_text(&world.faults), "12002 Member No \"100000\": was in line 2 "));
    assert_non_null(strstr(buffer_text(&world.faults), "12003  \"\" refused"));
    assert_string_equal(stored(&world, "105999")->last_name, "Lee Day");

    /* A fault in the last line undoes all of it. */
    (void)buffer_puts(&list, "999999,New,\n");
    char *line = arena_alloc(world.arena, (1 << 20) + 3);
    memset(line, 'x', (1 << 20) + 2);
    (void)buffer_puts(&list, line);
    write_list(&world, list.data, list.length);
    assert_false(import_path(&world, world.path, false));
    assert_int_equal(world.err.kind, ERROR_DATA);
    assert_non_null(strstr(world.err.text, "line 12005 is longer than 1 MiB"));
    assert_null(stored(&world, "999999"));
    assert_int_equal(journal_length(&world), 1);
}

/* What "segment show --format csv" prints, where no cell is a formula, can be imported again. */
static void test_our_own_listing(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    import_list(&world, BYTES("Membership No,Forename,Surname,Mobile,Email,Employer,Status\n"
                              "0017,Ann,Lee,07700 900123,ann@mail.example,\"Trust, City\",active\n"
                              "=1+1,Bea,'t Hooft,,bea@mail.example,-,left\n"));
    assert_string_equal(stored(&world, "=1+1")->last_name, "'t Hooft");
    import_list(&world, BYTES("number,first_name,last_name,mobile,email,employer,status\n"
                              "0017,Ann,Lee,\"'+447700900123\",ann@mail.example,\"Trust, City\","
                              "active\n"
                              "\"'=1+1\",Bea,'t Hooft,,bea@mail.example,,left\n"));
    check_counts(&world, 2, 0, 0, 2, 0);
    assert_int_equal(world.report.unused_count, 0);
    assert_string_equal(buffer_text(&world.faults), "");
    assert_string_equal(stored(&world, "0017")->mobile, "+447700900123");
}

static void test_maps(void **state)
{
    (void)state;
    CLEANUP(world_free) struct world world;
    world_init(&world);
    write_list(&world, BYTES("Personnel,Handy,Surname\n1,07700 900001,Lee\n"));
    static const char *const good[] = {"personnel=number", "HANDY=mobile", "Surname=ignore"};
    struct import_options options = {.region = "GB", .maps = good, .map_count = 3};
    if (!import_file(world.db, world.path, &options, world.arena, &world.report, &world.err)) {
        fail_msg("%s", world.err.text);
    }
    assert_int_equal(world.report.unused_count, 0);
    assert_string_equal(stored(&world, "1")->mobile, "+447700900001");
    assert_null(stored(&world, "1")->last_name);

    static const char *const bad[][2] = {
        {"Personnel=number", "Hand=mobile"},
        {"Personnel=number", "Handy=mobil"},
        {"Personnel=number", "Handy"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        options.maps = bad[i];
        options.map_count = 2;
        assert_false(
            import_file(world.db, world.path, &options, world.arena, &world.report, &world.err));
        assert_int_equal(world.err.kind, ERROR_USAGE);
    }
    assert_int_equal(journal_length(&world), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_real_list),
        cmocka_unit_test(test_again_and_dry),
        cmocka_unit_test(test_encodings_and_delimiters),
        cmocka_unit_test(test_lost_zeros),
        cmocka_unit_test(test_letters_of_numbers),
        cmocka_unit_test(test_broken_rows),
        cmocka_unit_test(test_refused_files),
        cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_a_file_that_changes),
        cmocka_unit_test(test_a_large_file),
        cmocka_unit_test(test_our_own_listing),
        cmocka_unit_test(test_maps),
    };
    return cmocka_run_group_tests_name("roster/import", tests, NULL, NULL);
}
