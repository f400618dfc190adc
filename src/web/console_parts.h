/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multipart/form-data (RFC 7578) as it comes, piece by piece, for forms with a file that nobody
 * wants in memory; a short form is inbound/form.h's. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_PARTS_H
#define MUSTER_WEB_CONSOLE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"

enum { CONSOLE_PARTS_HEAD_MAX = 4096, CONSOLE_PARTS_MAX = 64 };

/* Who takes the parts. Each may refuse, and nothing more is read then. */
struct console_parts_taker {
    /* A part begins. `file` is the name of the file that it is, as sent; NULL: a field. Both live
     * until it returns. */
    bool (*begin)(void *context, const char *name, const char *file, struct error *err);
    bool (*add)(void *context, const char *bytes, size_t length, struct error *err);
    bool (*end)(void *context, struct error *err);
    void *context;
};

struct console_parts;

/* Ready for a body of this Content-Type. ERROR_DATA when it is not multipart/form-data, or says no
 * boundary that RFC 2046 allows. */
bool console_parts_create(const char *type, const struct console_parts_taker *taker,
                          struct console_parts **parts, struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. For CLEANUP. */
void console_parts_free(struct console_parts **parts);

/* Read more of the body. ERROR_DATA for what is no such form: a first line that is not the
 * boundary, a part without a name, headers of more than 4 KiB, more than 64 parts; else what the
 * taker said. Not to be called again once it has given false. */
bool console_parts_add(struct console_parts *parts, const char *bytes, size_t length,
                       struct error *err) MUST_USE;

/* The body is over. ERROR_DATA when the last boundary has not come. */
bool console_parts_end(struct console_parts *parts, struct error *err) MUST_USE;

#endif
