/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One kind, one sentence. */
#include "muster/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "muster/base/text.h"

/* Drop the bytes of a character that was cut in the middle. */
static void trim_to_character(char *text)
{
    size_t length = strlen(text);
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return;
    }
    unsigned char lead = (unsigned char)text[start - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < want) {
        text[start - 1] = '\0';
    }
}

/* Put one ? in the place of bytes that are no character: a "%.60s" cuts where it falls, and what is
 * cited need not be UTF-8. */
static void mark_malformed(char *text)
{
    size_t length = strlen(text);
    size_t kept = 0;
    bool marked = false;
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        bool malformed = step == 1 && rune >= 0x80;
        if (malformed && !marked) {
            text[kept++] = '?';
        } else if (!malformed) {
            memmove(text + kept, text + i, step);
            kept += step;
        }
        marked = malformed;
    }
    text[kept] = '\0';
}

void error_fill(struct error *err, enum error_kind kind, const char *format, ...)
{
    if (err == NULL) {
        return;
    }
    char text[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    trim_to_character(text);
    mark_malformed(text);
    err->kind = kind;
    memcpy(err->text, text, sizeof text);
}

void error_put_before(struct error *err, const char *format, ...)
{
    if (err == NULL) {
        return;
    }
    char context[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(context, sizeof context, format, values);
    va_end(values);
    struct error inner = *err;
    error_fill(err, inner.kind, "%s: %s", context, inner.text);
}

int error_exit_status(enum error_kind kind)
{
    switch (kind) {
    case ERROR_NONE: return EX_OK;
    case ERROR_USAGE: return EX_USAGE;
    case ERROR_DATA: return EX_DATAERR;
    case ERROR_NO_INPUT: return EX_NOINPUT;
    case ERROR_UNAVAILABLE: return EX_UNAVAILABLE;
    case ERROR_INTERNAL: return EX_SOFTWARE;
    case ERROR_SYSTEM: return EX_OSERR;
    case ERROR_CREATE: return EX_CANTCREAT;
    case ERROR_IO: return EX_IOERR;
    case ERROR_TEMPORARY: return EX_TEMPFAIL;
    case ERROR_PERMISSION: return EX_NOPERM;
    case ERROR_CONFIG: return EX_CONFIG;
    }
    return EX_SOFTWARE;
}
