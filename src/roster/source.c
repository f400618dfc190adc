/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regular file, read more than once: an import looks at all of it for its encoding before it
 * reads the first row, so a pipe will not do. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "magic.h"

enum { HEAD_SIZE = 4096 };

static const size_t SIZE_LIMIT = (size_t)2 * 1024 * 1024 * 1024;

static bool unreadable(const char *path, struct error *err)
{
    return error_set(err, ERROR_NO_INPUT, "%s cannot be opened: %s", path, strerror(errno));
}

static bool check_kind(const char *path, const struct stat *info, struct error *err)
{
    if (S_ISDIR(info->st_mode)) {
        return error_set(err, ERROR_NO_INPUT, "%s is a folder, not a file", path);
    }
    if (S_ISFIFO(info->st_mode)) {
        return error_set(err, ERROR_NO_INPUT,
                         "%s is not a regular file but a pipe, and a list is read twice; save it "
                         "to a file first",
                         path);
    }
    if (!S_ISREG(info->st_mode)) {
        return error_set(err, ERROR_NO_INPUT, "%s is not a regular file but a device", path);
    }
    if (info->st_size == 0) {
        return error_set(err, ERROR_DATA, "%s is empty", path);
    }
    if ((uintmax_t)info->st_size > SIZE_LIMIT) {
        return error_set(err, ERROR_DATA, "%s is larger than 2 GiB: this is no membership list",
                         path);
    }
    return true;
}

static bool check_head(struct source *source, struct error *err)
{
    char head[HEAD_SIZE];
    size_t got = 0;
    if (!source_read(source, head, sizeof head, &got, err) || !source_rewind(source, err)) {
        return false;
    }
    const char *fault = magic_fault(head, got);
    if (fault != NULL) {
        return error_set(err, ERROR_DATA, "%s %s", source->name, fault);
    }
    return true;
}

bool source_open(const char *path, const char *name, struct source *source, struct error *err)
{
    const char *called = name == NULL ? path : name;
    CLEANUP(source_close) struct source opened = {.fd = -1, .path = path, .name = called};
    /* O_NONBLOCK: opening a pipe nobody writes to must not wait. */
    opened.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened.fd < 0) {
        return unreadable(called, err);
    }
    struct stat info;
    if (fstat(opened.fd, &info) != 0) {
        return unreadable(called, err);
    }
    if (!check_kind(called, &info, err)) {
        return false;
    }
    opened.size = (size_t)info.st_size;
    opened.changed = info.st_mtim;
    opened.device = info.st_dev;
    opened.inode = info.st_ino;
    if (!check_head(&opened, err)) {
        return false;
    }
    *source = opened;
    opened.fd = -1;
    return true;
}

void source_close(struct source *source)
{
    if (source->fd >= 0) {
        (void)close(source->fd);
        source->fd = -1;
    }
}

bool source_read(struct source *source, char *piece, size_t size, size_t *got, struct error *err)
{
    for (;;) {
        ssize_t length = read(source->fd, piece, size);
        if (length >= 0) {
            *got = (size_t)length;
            return true;
        }
        if (errno != EINTR) {
            return error_set(err, ERROR_IO, "%s cannot be read: %s", source->name, strerror(errno));
        }
    }
}

bool source_rewind(struct source *source, struct error *err)
{
    if (lseek(source->fd, 0, SEEK_SET) != 0) {
        return error_set(err, ERROR_IO, "%s cannot be read: %s", source->name, strerror(errno));
    }
    return true;
}

bool source_unchanged(const struct source *source, struct error *err)
{
    struct stat now;
    if (fstat(source->fd, &now) != 0) {
        return error_set(err, ERROR_IO, "%s cannot be read: %s", source->name, strerror(errno));
    }
    if ((size_t)now.st_size != source->size || now.st_mtim.tv_sec != source->changed.tv_sec ||
        now.st_mtim.tv_nsec != source->changed.tv_nsec) {
        return error_set(err, ERROR_DATA,
                         "%s has changed while it was read; nothing was imported, try again",
                         source->name);
    }
    /* Most programs save a new file under the old name: what was read is whole then, but old. */
    if (stat(source->path, &now) == 0 &&
        (now.st_dev != source->device || now.st_ino != source->inode)) {
        return error_set(err, ERROR_DATA,
                         "%s was replaced while it was read; nothing was imported, try again",
                         source->name);
    }
    return true;
}
