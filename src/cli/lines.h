/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standard input, for the commands that answer a line per line. */
#ifndef MUSTER_CLI_LINES_H
#define MUSTER_CLI_LINES_H

#include <stdbool.h>

#include "muster/base/buffer.h"
#include "muster/base/error.h"

/* Called with each line, its end taken off (LF, or CR LF). Bytes after a NUL are not seen. */
typedef void lines_fn(const char *line, void *context);

/* Answer each line of standard input at once: the output is flushed when the input pauses or
 * ends. */
bool lines_each(lines_fn *each, void *context, struct error *err) MUST_USE;

/* Append all of standard input to `out`. */
bool lines_all(struct buffer *out, struct error *err) MUST_USE;

#endif
