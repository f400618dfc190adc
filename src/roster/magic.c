/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of the files that people take for CSV, and of a few more.
 *
 * A workbook of today is a zip archive; which kind is told by the names of the files in it, which
 * stand uncompressed near the beginning. Some membership systems offer an "Excel export" that is a
 * web page with a table. */
#include "magic.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "muster/base/compiler.h"

struct signature {
    const char *bytes;
    size_t length;
    const char *fault;
};

#define SIGNATURE(bytes, fault)                                                                    \
    {                                                                                              \
        (bytes), sizeof(bytes) - 1, (fault)                                                        \
    }

static const struct signature SIGNATURES[] = {
    SIGNATURE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
              "is an old Excel workbook (.xls) or another Office file; save it as CSV"),
    SIGNATURE("%PDF-", "is a PDF; ask for the list as CSV"),
    SIGNATURE("\x1F\x8B", "is compressed (gzip); unpack it first"),
    SIGNATURE("BZh", "is compressed (bzip2); unpack it first"),
    SIGNATURE("\xFD"
              "7zXZ",
              "is compressed (xz); unpack it first"),
    SIGNATURE("7z\xBC\xAF\x27\x1C", "is a 7-Zip archive; unpack it first"),
    SIGNATURE("Rar!\x1A\x07", "is a RAR archive; unpack it first"),
    SIGNATURE("{\\rtf", "is a word processor's file (RTF); save the list as CSV"),
    SIGNATURE("SQLite format 3", "is a database file, not a CSV"),
    SIGNATURE("\x89PNG", "is a picture, not a CSV"),
    SIGNATURE("\xFF\xD8\xFF", "is a picture, not a CSV"),
    SIGNATURE("\x7F"
              "ELF",
              "is a program, not a CSV"),
};

static const struct signature IN_ZIP[] = {
    SIGNATURE("opendocument.spreadsheet", "is a LibreOffice spreadsheet; save it as CSV"),
    SIGNATURE("opendocument.text", "is a LibreOffice text document; save the list as CSV"),
    SIGNATURE("word/", "is a Word document; save the list as CSV"),
    SIGNATURE("xl/", "is an Excel workbook; save it as CSV"),
    SIGNATURE("[Content_Types].xml", "is an Excel workbook; save it as CSV"),
};

static const char *zip_fault(const char *bytes, size_t length)
{
    for (size_t i = 0; i < ARRAY_LENGTH(IN_ZIP); i++) {
        if (memmem(bytes, length, IN_ZIP[i].bytes, IN_ZIP[i].length) != NULL) {
            return IN_ZIP[i].fault;
        }
    }
    return "is a zip archive; unpack it first";
}

static bool looks_like_markup(const char *bytes, size_t length)
{
    static const char *const tags[] = {"<!doctype", "<html", "<table", "<?xml"};
    size_t at = 0;
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        at = 3;
    }
    while (at < length && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0') {
        at++;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(tags); i++) {
        size_t size = strlen(tags[i]);
        if (length - at >= size && strncasecmp(bytes + at, tags[i], size) == 0) {
            return true;
        }
    }
    return false;
}

const char *magic_fault(const char *bytes, size_t length)
{
    if (length >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0) {
        return zip_fault(bytes, length);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNATURES); i++) {
        const struct signature *known = &SIGNATURES[i];
        if (length >= known->length && memcmp(bytes, known->bytes, known->length) == 0) {
            return known->fault;
        }
    }
    if (looks_like_markup(bytes, length)) {
        return "is a web page or XML, whatever its name says; open it in a spreadsheet and save it "
               "as "
               "CSV";
    }
    return NULL;
}
