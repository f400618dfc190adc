/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All faults of a file at once: whoever checks a file notes each fault and goes on, so that a
 * person mends them in one go. */
#ifndef MUSTER_BASE_FAULTS_H
#define MUSTER_BASE_FAULTS_H

#include <stddef.h>

#include "muster/base/buffer.h"
#include "muster/base/compiler.h"

struct faults {
    struct buffer text; /* a line each: "FILE:LINE: sentence" */
    size_t count;       /* also those beyond the first 100, which are counted but not kept */
};

/* An empty list. */
void faults_init(struct faults *faults);

/* Release it. For CLEANUP. */
void faults_free(struct faults *faults);

/* Note a fault. `line` 0: the fault belongs to the file as a whole. */
void faults_add(struct faults *faults, const char *file, unsigned line, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
