/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading with getline: lines may be of any length. */
#include "lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_line(char **line)
{
    free(*line);
}

bool lines_each(lines_fn *each, void *context, struct error *err)
{
    CLEANUP(free_line) char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* whoever writes a line waits for its answer */
    while ((length = getline(&line, &capacity, stdin)) >= 0) {
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
            line[--length] = '\0';
        }
        each(line, context);
    }
    return ferror(stdin) == 0 ||
           error_set(err, ERROR_IO, "standard input cannot be read: %s", strerror(errno));
}

bool lines_all(struct buffer *out, struct error *err)
{
    char piece[4096];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0) {
        if (!buffer_add(out, piece, got)) {
            return error_set(err, ERROR_DATA, "standard input is longer than %zu bytes",
                             out->ceiling);
        }
    }
    return ferror(stdin) == 0 ||
           error_set(err, ERROR_IO, "standard input cannot be read: %s", strerror(errno));
}
