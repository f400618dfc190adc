/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are no CSV, and what is said of them; and lists in every layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "magic.h"

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *bytes;
    size_t length;
    const char *says; /* NULL: it may be a CSV */
} CASES[] = {
    {BYTES(""), NULL},
    {BYTES("No,Name\n1,Ann\n"), NULL},
    {BYTES("\xEF\xBB\xBFNo,Name\n1,Si\xC3\xA2n\n"), NULL},
    {BYTES("No,Name\r1,Si\x89n\r\x1A"), NULL},
    {BYTES("No,Name\n1,A\0nn\n"), NULL},
    {BYTES("ID;Postcode\n"), NULL},
    {BYTES("\xFF\xFEN\0o\0\n\0\x31\0,\0\x77\x01\n\0"), NULL},
    {BYTES("\xFE\xFF\0N\0o\0\n"), NULL},
    {BYTES("N\0o\0,\0A\0\n\0"), NULL},
    {BYTES("\xFF\xFE\x3D\xD8\x42\xDE\n\0"), NULL},
    {BYTES("\xFF\xFE\0\0N\0\0\0o\0\0\0\n\0\0\0"), NULL},
    {BYTES("\0\0\xFE\xFF\0\0\0N\0\0\0o\0\0\0\n"), NULL},
    {BYTES("\x1B$B;3ED\x1B(B,\x1B$BB@O:\x1B(B\n"), NULL},
    {BYTES("PK\x03\x04\x14\0\0\0[Content_Types].xml"), "Excel workbook"},
    {BYTES("PK\x03\x04\x14\0\0\0[Content_Types].xml....word/document.xml"), "Word document"},
    {BYTES("PK\x03\x04\x14\0\0\0[Content_Types].xml....ppt/slides"), "presentation"},
    {BYTES("PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
     "LibreOffice spreadsheet"},
    {BYTES("PK\x03\x04\x14\0\0\0Index/Document.iwa"), "Apple Numbers"},
    {BYTES("PK\x03\x04\x14\0\0\0members.csv"), "zip archive; unpack"},
    {BYTES("PK\x05\x06\0\0\0\0"), "empty zip"},
    {BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0"), "old Excel workbook (.xls), or one with a"},
    {BYTES("\x09\x08\x10\0\0\x06\x05\0"), "very old Excel"},
    {BYTES("ID;PWXL;N;E\n"), "SYLK"},
    {BYTES("\0\1\0\0Standard ACE DB\0"), "Access"},
    {BYTES("%PDF-1.7\n"), "PDF"},
    {BYTES("\x1F\x8B\x08\0\0"), "gzip"},
    {BYTES("BZh91AY"), "bzip2"},
    {BYTES("\x28\xB5\x2F\xFD\x04"), "zstd"},
    {BYTES("{\\rtf1\\ansi"), "RTF"},
    {BYTES("-----BEGIN PGP MESSAGE-----\n"), "encrypted"},
    {BYTES("BEGIN:VCARD\nVERSION:3.0\n"), "vCard"},
    {BYTES("\xEF\xBB\xBF\r\n <!DOCTYPE html>"), "web page"},
    {BYTES("<HTML><table>"), "web page"},
    {BYTES("<?xml version=\"1.0\"?>"), "XML"},
    {BYTES("\x89PNG\r\n\x1A\n"), "picture"},
    {BYTES("\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7"), "not a text file"},
    {BYTES("\1\2\3\4\5\6\7\1\2\3\4\5\6\7"), "not a text file"},
    /* UTF-16 by its mark, and what follows is no text */
    {BYTES("\xFF\xFE\1\0\2\0\3\0\4\0\5\0\6\0"), "not a text file"},
    {BYTES("\xFF\xFE\0\xD8\0\xD8\0\xDC\0\xDC\0\xDC\0\xE0"), "not a text file"},
    {BYTES("\xFE\xFF\xF0\0\xF1\0\xF2\0\xFF\xFF\xFF\xFE"), "not a text file"},
    {BYTES("\xFF\xFE\0\0\1\2\3\4\1\2\3\4\1\2\3\4"), "not a text file"},
};

static void test_magic(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const char *fault = magic_fault(CASES[i].bytes, CASES[i].length);
        if (CASES[i].says == NULL && fault != NULL) {
            fail_msg("case %zu %s", i, fault);
        }
        if (CASES[i].says != NULL && (fault == NULL || strstr(fault, CASES[i].says) == NULL)) {
            fail_msg("case %zu %s", i, fault == NULL ? "may be a CSV" : fault);
        }
    }
}

/* Cut off anywhere, in memory that ends there; and any bytes at all. */
static void test_enemies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        for (size_t length = 0; length <= CASES[i].length; length++) {
            char *piece = malloc(length + (length == 0));
            memcpy(piece, CASES[i].bytes, length);
            const char *fault = magic_fault(piece, length);
            assert_true(fault == NULL || fault[0] != '\0');
            free(piece);
        }
    }
    uint32_t seed = 13;
    size_t told = 0;
    for (int round = 0; round < 200; round++) {
        char bytes[4096];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(seed >> 24);
        }
        memcpy(bytes, round % 3 == 0 ? "\xFF\xFE" : round % 3 == 1 ? "\xFE\xFF" : "xx", 2);
        told += magic_fault(bytes, sizeof bytes) != NULL;
    }
    assert_int_equal(told, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_magic),
        cmocka_unit_test(test_enemies),
    };
    return cmocka_run_group_tests_name("roster/magic", tests, NULL, NULL);
}
