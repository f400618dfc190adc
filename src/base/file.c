/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files, whole. */
#include "muster/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, ACCOUNT_SIZE = 4096 };

void file_close(const int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

static bool read_all(int fd, const char *path, struct buffer *out, struct error *err)
{
    for (;;) {
        char piece[READ_SIZE];
        ssize_t got = read(fd, piece, sizeof piece);
        if (got == 0) {
            return true;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(err, ERROR_IO, "%s cannot be read: %s", path, strerror(errno));
        }
        if (!buffer_add(out, piece, (size_t)got)) {
            return error_set(err, ERROR_DATA, "%s is larger than the limit of %zu bytes", path,
                             out->ceiling);
        }
    }
}

bool file_read(const char *path, struct buffer *out, struct error *err)
{
    CLEANUP(file_close) const int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return error_set(err, ERROR_NO_INPUT, "%s cannot be opened: %s", path, strerror(errno));
    }
    if (S_ISDIR(info.st_mode)) {
        return error_set(err, ERROR_NO_INPUT, "%s is a folder, not a file", path);
    }
    return read_all(fd, path, out, err);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

bool file_create(const char *path, const char *bytes, size_t length, mode_t mode, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        return error_set(err, ERROR_CREATE, "%s cannot be made: %s", path,
                         errno == EEXIST ? "it exists already" : strerror(errno));
    }
    bool ok = fchmod(fd, mode) == 0 && write_all(fd, bytes, length) && fsync(fd) == 0;
    int fault = errno;
    ok = close(fd) == 0 && ok;
    if (!ok) {
        (void)unlink(path);
        return error_set(err, ERROR_IO, "%s cannot be written: %s", path, strerror(fault));
    }
    return true;
}

bool file_nameless(const char *folder, int *fd, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    int opened = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (opened < 0) { /* not every file system knows it */
        char *path = arena_printf(arena, "%s/.muster.XXXXXX", folder);
        opened = mkostemp(path, O_CLOEXEC);
        if (opened >= 0) {
            (void)unlink(path);
        }
    }
    if (opened < 0) {
        return error_set(err, ERROR_CREATE, "a file in %s cannot be made: %s", folder,
                         strerror(errno));
    }
    *fd = opened;
    return true;
}

char *file_again(int fd, struct arena *arena)
{
    return arena_printf(arena, "/proc/self/fd/%d", fd);
}

void file_advise(const struct stat *facts, char advice[FILE_ADVICE_SIZE])
{
    struct passwd account;
    struct passwd *owner = NULL;
    char room[ACCOUNT_SIZE];
    if (facts->st_uid == geteuid()) {
        (void)snprintf(advice, FILE_ADVICE_SIZE, "chmod 600 mends it");
    } else if (getpwuid_r(facts->st_uid, &account, room, sizeof room, &owner) == 0 &&
               owner != NULL) {
        (void)snprintf(advice, FILE_ADVICE_SIZE, "it belongs to %.64s, and chmod 600 mends it",
                       owner->pw_name);
    } else {
        (void)snprintf(advice, FILE_ADVICE_SIZE, "it belongs to user %lu, and chmod 600 mends it",
                       (unsigned long)facts->st_uid);
    }
}

char *file_beside(const char *beside, const char *path, struct arena *arena)
{
    const char *slash = strrchr(beside, '/');
    if (path[0] == '/' || slash == NULL) {
        return arena_text(arena, path);
    }
    return arena_printf(arena, "%.*s/%s", (int)(slash - beside), beside, path);
}

bool file_secret(const char *path, char secret[FILE_SECRET_MAX], struct error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return error_set(err, ERROR_CONFIG, "the secret file %s is not there", path);
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        char advice[FILE_ADVICE_SIZE];
        file_advise(&info, advice);
        return error_set(err, ERROR_PERMISSION, "others may read or write the secret file %s; %s",
                         path, advice);
    }
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, (size_t)FILE_SECRET_MAX * 4);
    if (!file_read(path, &text, err)) {
        return false;
    }
    size_t length = strcspn(buffer_text(&text), "\r\n");
    bool ok = length > 0 && length < FILE_SECRET_MAX;
    if (ok) {
        memcpy(secret, buffer_text(&text), length);
        secret[length] = '\0';
    }
    if (text.data != NULL) {
        explicit_bzero(text.data, text.length);
    }
    return ok ||
           error_set(err, ERROR_CONFIG, "the secret file %s has no secret in its first line", path);
}
