/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and their line numbers, from sound and from hostile files, in pieces of every size; and the
 * delimiter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "delimiter.h"
#include "muster/base/buffer.h"

#define BYTES(text) (text), sizeof(text) - 1

/* Write the row as "LINE[cell][cell]", with "!" for one that cannot be read. */
static bool write_row(const struct csv_row *row, void *context, struct error *err)
{
    (void)err;
    struct buffer *out = context;
    (void)buffer_printf(out, "%u", row->line);
    if (row->fault != NULL) {
        assert_int_equal(row->count, 0);
        return buffer_putc(out, '!');
    }
    for (size_t i = 0; i < row->count; i++) {
        (void)buffer_printf(out, "[%s]", row->cells[i]);
    }
    return true;
}

static bool read_in_pieces(const char *bytes, size_t length, size_t piece, struct buffer *out,
                           struct error *err)
{
    CLEANUP(csv_reader_free) struct csv_reader *reader = csv_reader_create(',', write_row, out);
    for (size_t i = 0; i < length; i += piece) {
        size_t size = length - i < piece ? length - i : piece;
        if (!csv_reader_add(reader, bytes + i, size, err)) {
            return false;
        }
    }
    return csv_reader_end(reader, err);
}

static void test_rows(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *rows;
    } cases[] = {
        {BYTES(""), ""},
        {BYTES("a,b\n1,2\n"), "1[a][b]2[1][2]"},
        {BYTES("a,b\r\n1,2\r\n"), "1[a][b]2[1][2]"},
        {BYTES("a,b\r1,2\r"), "1[a][b]2[1][2]"},
        {BYTES("a,b\n1,2"), "1[a][b]2[1][2]"},
        {BYTES("a,b\r"), "1[a][b]"},
        {BYTES("a,\n,b\n,\n"), "1[a][]2[][b]3[][]"},
        /* blank lines count, and vanish */
        {BYTES("\n\r\n  \na\n\n\nb\n"), "4[a]7[b]"},
        {BYTES("\r\r\ra\r\rb"), "4[a]6[b]"},
        /* cells of several lines */
        {BYTES("a,\"1\n2\r\n\n4\",b\nc\n"), "1[a][1\n2\r\n\n4][b]5[c]"},
        {BYTES("\"\n\"\nc\n"), "1[\n]3[c]"},
        {BYTES("\"\n\na\"\nc\n"), "1[\n\na]4[c]"},
        {BYTES("\"a\"\"b\",\"\"\n"), "1[a\"b][]"},
        {BYTES("\"a,b\",c\n"), "1[a,b][c]"},
        {BYTES(" a , \"b\" ,c \n"), "1[a][b][c]"},
        /* stray quotation marks are taken as they stand */
        {BYTES("a,O\"Brien,b\nc\n"), "1[a][O\"Brien][b]2[c]"},
        {BYTES("\"Ann \"Nan\" Lee\",b\nc\n"), "1[Ann \"Nan\" Lee][b]2[c]"},
        /* also where a cell of the same row has several lines */
        {BYTES("a,b,c\n1,=\"x\",\"y\nz\"\nd,e,f\n"), "1[a][b][c]2[1][=\"x\"][y\nz]4[d][e][f]"},
        {BYTES("a,b,c\n1,=\"x\",\"y\nz\""), "1[a][b][c]2[1][=\"x\"][y\nz]"},
        {BYTES("a,b,c\n1,=\"x\",\"y\nz"), "1[a][b][c]2!3[z]"},
        /* but lines that are rows themselves are no part of it */
        {BYTES("a,b,c\n1,\"Ann,x\n2,Bea,y\n3,\"C\",z\n"), "1[a][b][c]2!3[2][Bea][y]4[3][C][z]"},
        {BYTES("a,b\n1,x\"\"y \"z\n2,\"q\"\n"), "1[a][b]2[1][x\"\"y \"z]3[2][q]"},
        /* an open one costs its line only */
        {BYTES("a,\"b,c\nd,e\nf,g\n"), "1!2[d][e]3[f][g]"},
        {BYTES("a\nb,\"c"), "1[a]2!"},
        {BYTES("\""), "1!"},
        {BYTES("a,\"b\nc\nd,\"e\"\nf\n"), "1!2[c]3[d][e]4[f]"},
        {BYTES("\"a\n\"b\n\"c\nd\n"), "1!2!3!4[d]"},
        {BYTES("\n\n\"a\n\nb\n"), "3!5[b]"},
        /* zero bytes */
        {BYTES("a,b\0c\nd\n"), "1!2[d]"},
        {BYTES("a\n\0\nd\n"), "1[a]2!3[d]"},
        {BYTES("a\n\0"), "1[a]2!"},
        /* the Ctrl-Z of old systems */
        {BYTES("a\nb\n\x1A"), "1[a]2[b]"},
        /* not UTF-8: passed on as it is */
        {BYTES("a,\xFF\xC3\n"), "1[a][\xFF\xC3]"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t piece = 1; piece <= 11; piece++) {
            struct error err;
            CLEANUP(buffer_free) struct buffer out;
            buffer_init(&out, 10000);
            assert_true(read_in_pieces(cases[i].bytes, cases[i].length, piece, &out, &err));
            if (strcmp(buffer_text(&out), cases[i].rows) != 0) {
                fail_msg("case %zu in pieces of %zu: %s", i, piece, buffer_text(&out));
            }
        }
    }
}

/* Cells as "[cell][cell]". */
struct written {
    struct buffer out;
    size_t skip; /* cells in front that are left out */
    size_t less; /* and behind */
};

static bool write_cells(const struct csv_row *row, void *context, struct error *err)
{
    (void)err;
    struct written *written = context;
    assert_null(row->fault);
    for (size_t i = written->skip; i + written->less < row->count; i++) {
        (void)buffer_printf(&written->out, "[%s]", row->cells[i]);
    }
    return true;
}

static void part(const char *line, char delimiter, struct written *written)
{
    buffer_clear(&written->out);
    CLEANUP(csv_reader_free)
    struct csv_reader *reader = csv_reader_create(delimiter, write_cells, written);
    struct error err;
    assert_true(csv_reader_add(reader, line, strlen(line), &err) && csv_reader_end(reader, &err));
}

/* Lines without a quotation mark are parted by hand. With a quoted cell in front or behind, the
 * same cells come through libcsv. */
static void test_plain_lines(void **state)
{
    (void)state;
    static const char *const parts[] = {
        " ",  "  ", "\t", "a", "Ann Lee", "\xC3\xA9", "\xC2\xA0", ",",       ";",   "|",
        "\f", "\v", "\b", "'", "\x1A",    "\xFF",     "x\ty",     "1234567", ",,,", ";\t;",
    };
    static const char delimiters[] = ",;\t| ";
    struct written plain = {.skip = 0};
    struct written behind = {.skip = 1};
    struct written in_front = {.less = 1};
    buffer_init(&plain.out, 10000);
    buffer_init(&behind.out, 10000);
    buffer_init(&in_front.out, 10000);
    uint32_t seed = 3;
    for (size_t round = 0; round < 20000; round++) {
        char line[200] = "";
        char longer[210];
        size_t length = 0;
        for (size_t i = 0; i < 1 + round % 14; i++) {
            seed = seed * 1664525 + 1013904223;
            const char *some = parts[(seed >> 16) % ARRAY_LENGTH(parts)];
            length += (size_t)snprintf(line + length, sizeof line - length, "%s", some);
        }
        char delimiter = delimiters[round % 5];
        (void)snprintf(longer, sizeof longer, "\"q\"%c%s\n", delimiter, line);
        part(longer, delimiter, &behind);
        (void)snprintf(longer, sizeof longer, "%s%c\"q\"\n", line, delimiter);
        part(longer, delimiter, &in_front);
        (void)snprintf(longer, sizeof longer, "%s%s", line, round % 2 == 0 ? "\r\n" : "");
        part(longer, delimiter, &plain);
        if (line[strspn(line, " \t\x1A")] == '\0') {
            continue; /* a blank line is no row */
        }
        assert_string_equal(buffer_text(&plain.out), buffer_text(&behind.out));
        assert_string_equal(buffer_text(&plain.out), buffer_text(&in_front.out));
    }
    buffer_free(&plain.out);
    buffer_free(&behind.out);
    buffer_free(&in_front.out);
}

static bool count_rows(const struct csv_row *row, void *context, struct error *err)
{
    (void)err;
    size_t *counts = context;
    counts[row->fault == NULL ? 0 : 1]++;
    return true;
}

static void fill(struct buffer *buffer, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        assert_true(buffer_puts(buffer, text));
    }
}

static bool read_all(const struct buffer *file, size_t counts[2], struct error *err)
{
    CLEANUP(csv_reader_free) struct csv_reader *reader = csv_reader_create(',', count_rows, counts);
    return csv_reader_add(reader, buffer_text(file), file->length, err) &&
           csv_reader_end(reader, err);
}

static void test_limits(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer file;
    buffer_init(&file, 64 << 20);
    struct error err;

    size_t counts[2] = {0, 0};
    fill(&file, "xxxxxxxxxx", CSV_LINE_LIMIT / 10 + 1);
    assert_false(read_all(&file, counts, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.text, "line 1 "));

    /* An open quotation mark in front of much text: its own line only. */
    buffer_clear(&file);
    fill(&file, "a,\"b\n", 1);
    fill(&file, "1234567,Ann,Lee\n", 200000);
    assert_true(read_all(&file, counts, &err));
    assert_int_equal(counts[0], 200000);
    assert_int_equal(counts[1], 1);

    /* So many cells that no list has them; then a sound row. */
    buffer_clear(&file);
    fill(&file, ",", CSV_COLUMN_LIMIT);
    fill(&file, "\na,b\n", 1);
    memset(counts, 0, sizeof counts);
    assert_true(read_all(&file, counts, &err));
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 1);

    /* A long row below the limits is whole. */
    buffer_clear(&file);
    fill(&file, "\"x,y\"\"z\",", CSV_COLUMN_LIMIT - 1);
    fill(&file, "\n", 1);
    memset(counts, 0, sizeof counts);
    assert_true(read_all(&file, counts, &err));
    assert_int_equal(counts[0], 1);
}

static bool stop(const struct csv_row *row, void *context, struct error *err)
{
    int *calls = context;
    ++*calls;
    return row->line < 2 || error_set(err, ERROR_TEMPORARY, "enough");
}

static void test_callback_stops(void **state)
{
    (void)state;
    int calls = 0;
    struct error err;
    CLEANUP(csv_reader_free) struct csv_reader *reader = csv_reader_create(';', stop, &calls);
    assert_false(csv_reader_add(reader, BYTES("a;b\nc\nd\ne\n"), &err));
    assert_int_equal(calls, 2);
    assert_int_equal(err.kind, ERROR_TEMPORARY);
}

static void test_delimiter(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
    } cases[] = {
        {"No,Name\n1,Ann\n", ','},
        {"No;Name;Town\n1;Ann;Leeds\n", ';'},
        {"No\tName\tTown\n1\tAnn\tLeeds\n", '\t'},
        {"No|Name|Town\n1|Ann|Leeds\n", '|'},
        /* tags with semicolons inside, names with commas inside */
        {"No,Name,Tags\n1,Ann,rep;steward\n2,Bea,rep;learning rep\n", ','},
        {"No;Name;Band;Town\n1;Lee, Ann;5;Leeds\n2;Day, Bea;6;Leeds\n", ';'},
        {"\"Smith, A; Jones, B\",x,y\n1,2,3\n", ','},
        /* a title line above */
        {"Membership report 12/11/26; all, and sundry\nNo\tName\tTown\n1\tAnn\tLeeds\n", '\t'},
        {"sep=;\nNo;Na,me\n", ';'},
        {"sep=|\r\nNo,Na,me\r\n1,2,3\r\n", '|'},
        {"\"sep=\t\"\r\nNo,Na,me\r\n", '\t'},
        {"SEP=,\nNo;Name;Town\n", ','},
        {"sep=", ','},
        {"sep=;x\na,b\n", ','},
        {"No Name\n", ','},
        {"", ','},
        {"No;Name;Town", ';'},
        /* the last line is cut off */
        {"No;Name;Town\n1;Ann;Leeds\n2;Bea;\"Le", ';'},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char told = delimiter_sniff(cases[i].text, strlen(cases[i].text));
        if (told != cases[i].delimiter) {
            fail_msg("case %zu: '%c'", i, told);
        }
    }
    assert_true(delimiter_is_sep_line("sep="));
    assert_true(delimiter_is_sep_line("Sep=;"));
    assert_false(delimiter_is_sep_line("sep"));
    assert_false(delimiter_is_sep_line("sep=arate"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_plain_lines),
        cmocka_unit_test(test_limits),    cmocka_unit_test(test_callback_stops),
        cmocka_unit_test(test_delimiter),
    };
    return cmocka_run_group_tests_name("roster/csv", tests, NULL, NULL);
}
