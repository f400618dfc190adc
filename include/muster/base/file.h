/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files, small ones: read with a ceiling, written so that a reader never sees half of one. */
#ifndef MUSTER_BASE_FILE_H
#define MUSTER_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

/* Append the whole file to `out`. ERROR_NO_INPUT when it cannot be opened or is not a regular
 * file or a pipe, ERROR_DATA when it passes the buffer's ceiling, ERROR_IO when reading fails. */
bool file_read(const char *path, struct buffer *out, struct error *err) MUST_USE;

/* Create a new file with exactly these permissions and contents, synced to disk. ERROR_CREATE
 * when it exists already or cannot be made; then nothing is left behind. */
bool file_create(const char *path, const char *bytes, size_t length, mode_t mode,
                 struct error *err) MUST_USE;

/* Open a new file in a folder that has no name there, or none by the time this returns, and that
 * only this user could have read: nothing is left of it when it is closed, or the program ends in
 * whichever way. Its bytes can be read again under file_again. ERROR_CREATE. */
bool file_nameless(const char *folder, int *fd, struct error *err) MUST_USE;

/* Close an open file; -1 is none. For CLEANUP. */
void file_close(const int *fd);

/* The path by which this process may open such a file anew, from its beginning. In the arena. */
char *file_again(int fd, struct arena *arena) MUST_USE;

enum { FILE_ADVICE_SIZE = 128 };

/* How a file that others may read is mended, "chmod 600 mends it"; of somebody else's file whose it
 * is, too: "it belongs to anna, and chmod 600 mends it". */
void file_advise(const struct stat *facts, char advice[FILE_ADVICE_SIZE]);

enum { FILE_SECRET_MAX = 8192 };

/* The first line of a file that only its owner may read, into `secret`. ERROR_CONFIG when it is not
 * there or has no first line, ERROR_PERMISSION when others may read or write it. */
bool file_secret(const char *path, char secret[FILE_SECRET_MAX], struct error *err) MUST_USE;

/* `path` as seen from the folder of the file `beside`: absolute paths stay as they are. In the
 * arena. */
char *file_beside(const char *beside, const char *path, struct arena *arena) MUST_USE;

#endif
