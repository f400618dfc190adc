/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of the files that people take for CSV, and of a few more.
 *
 * A workbook of today is a zip archive; which kind is told by the names of the files in it, which
 * stand uncompressed near the beginning. Some membership systems offer an "Excel export" that is a
 * web page with a table.
 *
 * What has no signature is text when its characters are: those of a byte, or of two or four where a
 * byte-order mark or zero bytes say so. */
#include "magic.h"

#include <stdbool.h>
#include <stdint.h>
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
    SIGNATURE(
        "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "is an old Excel workbook (.xls), or one with a password; open it and save it as CSV"),
    SIGNATURE("\x09\x08\x10\0", "is a very old Excel workbook; open it and save it as CSV"),
    SIGNATURE("ID;PWXL", "is a SYLK spreadsheet; open it and save it as CSV"),
    SIGNATURE("\0\1\0\0Standard ", "is an Access database; export the list as CSV"),
    SIGNATURE("BEGIN:VCARD", "is an address book (vCard); export the list as CSV"),
    SIGNATURE("-----BEGIN PGP", "is encrypted (PGP); decrypt it first"),
    SIGNATURE("PK\x05\x06", "is an empty zip archive"),
    SIGNATURE("\x28\xB5\x2F\xFD", "is compressed (zstd); unpack it first"),
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
    SIGNATURE("ppt/", "is a presentation; ask for the list as CSV"),
    SIGNATURE(".iwa", "is an Apple Numbers or Pages document; export it as CSV"),
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

/* How a file stores its characters. */
enum layout { LAYOUT_BYTES, LAYOUT_16_LITTLE, LAYOUT_16_BIG, LAYOUT_32_LITTLE, LAYOUT_32_BIG };

static enum layout layout_of(const unsigned char *bytes, size_t length)
{
    if (length >= 4 && memcmp(bytes, "\xFF\xFE\0\0", 4) == 0) {
        return LAYOUT_32_LITTLE;
    }
    if (length >= 4 && memcmp(bytes, "\0\0\xFE\xFF", 4) == 0) {
        return LAYOUT_32_BIG;
    }
    if (length >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0) {
        return LAYOUT_16_LITTLE;
    }
    if (length >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0) {
        return LAYOUT_16_BIG;
    }
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < length; i++) {
        zeros[i % 2] += bytes[i] == 0;
    }
    /* Of Latin text every second byte is zero, nearly, and hardly any other. */
    size_t units = length / 2;
    if (units > 1 && zeros[1] > units / 3 && zeros[0] <= units / 20) {
        return LAYOUT_16_LITTLE;
    }
    bool big = units > 1 && zeros[0] > units / 3 && zeros[1] <= units / 20;
    return big ? LAYOUT_16_BIG : LAYOUT_BYTES;
}

static uint32_t unit_at(const unsigned char *at, enum layout layout)
{
    switch (layout) {
    case LAYOUT_16_LITTLE: return at[0] | (uint32_t)at[1] << 8;
    case LAYOUT_16_BIG: return at[1] | (uint32_t)at[0] << 8;
    case LAYOUT_32_LITTLE:
        return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    case LAYOUT_32_BIG:
        return at[3] | (uint32_t)at[2] << 8 | (uint32_t)at[1] << 16 | (uint32_t)at[0] << 24;
    case LAYOUT_BYTES: break;
    }
    return at[0];
}

/* Whether no text has this unit: control characters, but for blanks, line ends, the Ctrl-Z of old
 * systems and the ESC of Japanese ones; what Unicode gives to nobody. */
static bool is_wild(uint32_t unit)
{
    if (unit < 0x20) {
        return (unit < '\t' || unit > '\r') && unit != 0x1A && unit != 0x1B;
    }
    return unit == 0x7F || (unit >= 0xE000 && unit <= 0xF8FF) || unit == 0xFFFE || unit == 0xFFFF ||
           unit > 0x10FFFF;
}

/* Some damage is forgiven: a list with a few NULs is a list. */
static bool is_binary(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    enum layout layout = layout_of(bytes, length);
    size_t width = layout == LAYOUT_BYTES ? 1 : layout < LAYOUT_32_LITTLE ? 2 : 4;
    size_t units = length / width;
    size_t wild = 0;
    bool open = false; /* a pair of surrogates, of UTF-16 */
    for (size_t i = 0; i < units; i++) {
        uint32_t unit = unit_at(bytes + i * width, layout);
        bool high = width == 2 && unit >= 0xD800 && unit <= 0xDBFF;
        bool low = width == 2 && unit >= 0xDC00 && unit <= 0xDFFF;
        wild += is_wild(unit) || low != open;
        open = high;
    }
    return wild > units / 20 + 2;
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
               "as CSV";
    }
    return is_binary(bytes, length) ? "is not a text file" : NULL;
}
