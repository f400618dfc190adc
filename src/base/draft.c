/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A temporary file and rename(2). */
#include "muster/base/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/arena.h"

struct draft {
    struct arena *arena;
    const char *path;
    const char *beside; /* NULL: in its place */
    FILE *file;
    int fault; /* errno of the first one; 0: none so far */
};

static bool unwritable(const struct draft *draft, int fault, enum error_kind kind,
                       struct error *err)
{
    return error_set(err, kind, "%s cannot be written: %s", draft->path, strerror(fault));
}

static struct draft *draft_make(const char *path)
{
    struct draft *draft = calloc(1, sizeof *draft);
    if (draft == NULL) {
        abort();
    }
    draft->arena = arena_create();
    draft->path = arena_text(draft->arena, path);
    return draft;
}

static bool open_beside(struct draft *draft, mode_t mode, struct error *err)
{
    struct stat info;
    if (stat(draft->path, &info) == 0 && S_ISDIR(info.st_mode)) {
        return unwritable(draft, EISDIR, ERROR_CREATE, err);
    }
    char *beside = arena_printf(draft->arena, "%s.XXXXXX", draft->path);
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) {
        return unwritable(draft, errno, ERROR_CREATE, err);
    }
    draft->beside = beside;
    draft->file = fchmod(fd, mode) == 0 ? fdopen(fd, "w") : NULL;
    if (draft->file == NULL) {
        int fault = errno;
        (void)close(fd);
        return unwritable(draft, fault, ERROR_CREATE, err);
    }
    return true;
}

bool draft_open(const char *path, mode_t mode, struct draft **draft, struct error *err)
{
    struct draft *made = draft_make(path);
    if (!open_beside(made, mode, err)) {
        draft_free(&made);
        return false;
    }
    *draft = made;
    return true;
}

void draft_free(struct draft **draft)
{
    if (*draft == NULL) {
        return;
    }
    if ((*draft)->file != NULL) {
        (void)fclose((*draft)->file);
    }
    if ((*draft)->beside != NULL) {
        (void)unlink((*draft)->beside);
    }
    arena_free(&(*draft)->arena);
    free(*draft);
    *draft = NULL;
}

void draft_add(struct draft *draft, const void *bytes, size_t length)
{
    if (draft->fault == 0 && fwrite(bytes, 1, length, draft->file) != length) {
        draft->fault = errno;
    }
}

bool draft_finish(struct draft *draft, struct error *err)
{
    if (draft->fault == 0 && (fflush(draft->file) != 0 || fsync(fileno(draft->file)) != 0)) {
        draft->fault = errno;
    }
    return draft->fault == 0 || unwritable(draft, draft->fault, ERROR_IO, err);
}

bool draft_keep(struct draft *draft, struct error *err)
{
    if (!draft_finish(draft, err)) {
        return false;
    }
    if (rename(draft->beside, draft->path) != 0) {
        return unwritable(draft, errno, ERROR_IO, err);
    }
    draft->beside = NULL;
    return true;
}
