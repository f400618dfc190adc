/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file an import reads: that it is one, that it may be a CSV, that it stays the same. */
#ifndef MUSTER_ROSTER_SOURCE_H
#define MUSTER_ROSTER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "muster/base/error.h"

struct source {
    int fd; /* -1: closed */
    const char *path;
    const char *name; /* what faults call it */
    size_t size;
    struct timespec changed; /* its time of change when it was opened */
    dev_t device;            /* which file it is, whatever its name */
    ino_t inode;
};

/* Open the file. ERROR_NO_INPUT when it is missing, a folder, a pipe, a device or unreadable;
 * ERROR_DATA when it is empty, over 2 GiB, a spreadsheet, or something else that is not text.
 * `path` and `name`, by which faults call it (NULL: by the path), must outlive the source. */
bool source_open(const char *path, const char *name, struct source *source,
                 struct error *err) MUST_USE;

/* Close it. For CLEANUP; a source of fd -1 is fine. */
void source_close(struct source *source);

/* Read the next piece; `*got` is 0 at the end. ERROR_IO. */
bool source_read(struct source *source, char *piece, size_t size, size_t *got,
                 struct error *err) MUST_USE;

/* Go back to the beginning. */
bool source_rewind(struct source *source, struct error *err) MUST_USE;

/* ERROR_DATA when the file has another size or time of change than when it was opened, or when its
 * name stands for another file by now. One that was deleted since is still whole. */
bool source_unchanged(const struct source *source, struct error *err) MUST_USE;

#endif
