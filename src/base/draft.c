/* SPDX-License-Identifier: GPL-3.0-or-later */
/* O_TMPFILE and linkat(2); where there is no such thing, a temporary file beside the place. */
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
    bool nameless;      /* and stays so */
    const char *beside; /* its name until it is kept; NULL: none, or not any more */
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

/* A file without a name in the folder of the path; -1 where the file system knows no such thing. */
static int open_nameless(const struct draft *draft)
{
    const char *slash = strrchr(draft->path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - draft->path) + 1;
    const char *folder = length == 0 ? "." : arena_span(draft->arena, draft->path, length);
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

static bool begin(struct draft *draft, mode_t mode, struct error *err)
{
    struct stat info;
    if (lstat(draft->path, &info) == 0) {
        return error_set(err, ERROR_CREATE, "%s is there already; name a new file", draft->path);
    }
    int fd = open_nameless(draft);
    if (fd < 0) {
        char *beside = arena_printf(draft->arena, "%s.XXXXXX", draft->path);
        fd = mkostemp(beside, O_CLOEXEC);
        draft->beside = fd < 0 ? NULL : beside;
    }
    if (fd < 0) {
        return unwritable(draft, errno, ERROR_CREATE, err);
    }
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
    if (!begin(made, mode, err)) {
        draft_free(&made);
        return false;
    }
    *draft = made;
    return true;
}

bool draft_onto(int fd, const char *name, struct draft **draft, struct error *err)
{
    struct draft *made = draft_make(name);
    const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    made->nameless = true;
    made->file = own < 0 ? NULL : fdopen(own, "w");
    if (made->file == NULL) {
        const int fault = errno;
        if (own >= 0) {
            (void)close(own);
        }
        const bool ok = unwritable(made, fault, ERROR_CREATE, err);
        draft_free(&made);
        return ok;
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

/* Link it to its place, which must be free. */
static bool name_it(struct draft *draft)
{
    const char *from = draft->beside;
    if (from == NULL) {
        from = arena_printf(draft->arena, "/proc/self/fd/%d", fileno(draft->file));
    }
    return linkat(AT_FDCWD, from, AT_FDCWD, draft->path, AT_SYMLINK_FOLLOW) == 0;
}

/* One without a name is gone after a power cut in any case. */
static bool flush(struct draft *draft)
{
    return fflush(draft->file) == 0 && (draft->nameless || fsync(fileno(draft->file)) == 0);
}

bool draft_keep(struct draft *draft, struct error *err)
{
    if (draft->fault == 0 && !flush(draft)) {
        draft->fault = errno;
    }
    if (draft->fault != 0) {
        return unwritable(draft, draft->fault, ERROR_IO, err);
    }
    return draft->nameless || name_it(draft) ||
           unwritable(draft, errno, errno == EEXIST ? ERROR_CREATE : ERROR_IO, err);
}
