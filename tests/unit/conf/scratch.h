/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder for one test program's files, removed at its end. */
#ifndef MUSTER_TESTS_CONF_SCRATCH_H
#define MUSTER_TESTS_CONF_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[64];

static inline int scratch_remove(const char *path, const struct stat *info, int type,
                                 struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline int scratch_make(void **state)
{
    (void)state;
    memcpy(scratch, "/tmp/muster-test-XXXXXX", sizeof "/tmp/muster-test-XXXXXX");
    return mkdtemp(scratch) == NULL ? -1 : 0;
}

static inline int scratch_clear(void **state)
{
    (void)state;
    return nftw(scratch, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Write a file in the folder; gives its path, valid until the next call but three. */
static inline const char *scratch_write(const char *name, const void *bytes, size_t length,
                                        mode_t mode)
{
    static char paths[4][256];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
    (void)unlink(path);
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0 ||
        chmod(path, mode) != 0) {
        abort();
    }
    return path;
}

static inline const char *scratch_text(const char *name, const char *text)
{
    return scratch_write(name, text, strlen(text), 0600);
}

#endif
