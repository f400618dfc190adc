/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of sentences with a ceiling. */
#include "muster/base/faults.h"

#include <stdarg.h>
#include <stdio.h>

enum { FAULTS_KEPT = 100, FAULT_TEXT_SIZE = 512, FAULTS_TEXT_CEILING = 128 * 1024 };

void faults_init(struct faults *faults)
{
    buffer_init(&faults->text, FAULTS_TEXT_CEILING);
    faults->count = 0;
}

void faults_free(struct faults *faults)
{
    buffer_free(&faults->text);
    faults->count = 0;
}

void faults_add(struct faults *faults, const char *file, unsigned line, const char *format, ...)
{
    faults->count++;
    if (faults->count > FAULTS_KEPT) {
        return;
    }
    char sentence[FAULT_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    for (char *at = sentence; *at != '\0'; at++) {
        *at =
            (unsigned char)*at < 0x20 || *at == 0x7F ? ' ' : *at; /* what was read may be hostile */
    }
    if (line > 0) {
        (void)buffer_printf(&faults->text, "%s:%u: %s\n", file, line, sentence);
    } else {
        (void)buffer_printf(&faults->text, "%s: %s\n", file, sentence);
    }
}
