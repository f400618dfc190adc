/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the three preloaded libraries share: the function of the C library, or of the next
 * preloaded one, that stands behind the one they put in its place. */
#ifndef CRASH_REAL_H
#define CRASH_REAL_H

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* REAL(name): `real` becomes the next `name`. */
#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
    if (real == NULL) {                                                                            \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                                 \
    }

/* A mistake of the harness must never look like a result: the program ends with a status of its
 * own. */
static inline _Noreturn void real_fault(const char *sentence, const char *word)
{
    (void)dprintf(STDERR_FILENO, "crash: %s: %s\n", sentence, word == NULL ? "" : word);
    _exit(99);
}

/* The path that an open descriptor has, "" when it has none. */
static inline void real_path(int fd, char path[PATH_MAX])
{
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
}

static inline bool real_ends(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

#endif
