/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form with one file, taken in as it comes: its fields into memory, few and short; the file into
 * one that has no name, so that nothing of it is left behind, whatever happens. Private to
 * console*.c.
 *
 * The form's token must come before the file: else nothing of the file is kept, so that no other
 * site has us keep one. */
#ifndef MUSTER_WEB_CONSOLE_UPLOAD_H
#define MUSTER_WEB_CONSOLE_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/inbound/form.h"
#include "server.h"

enum {
    CONSOLE_UPLOAD_MAX = 64 * 1024 * 1024, /* bytes of the file */
    CONSOLE_UPLOAD_FIELDS_MAX = 32,
    CONSOLE_UPLOAD_FIELD_MAX = 4096, /* bytes */
};

struct console_upload_file {
    const char *name; /* as sent, without folders, fit to be shown; "" when no file was chosen */
    int fd;           /* -1: no file came */
    size_t length;
    unsigned char digest[TOKEN_DIGEST_SIZE]; /* SHA-256 */
};

struct console_upload;

/* Have the body of this request taken in, into a file in `folder`. `token` is what the form must
 * carry. Lives in the request's arena. ERROR_DATA when it is no such form. */
bool console_upload_admit(struct server_exchange *exchange, const struct server_request *request,
                          const char *folder, const char *token, struct error *err) MUST_USE;

/* The body has come: its fields, those that came before a fault too, and its file, which is the
 * caller's to close. ERROR_DATA for what
 * is no such form, has two files, a file of more than 64 MiB, or was cut short; ERROR_PERMISSION
 * when the token did not come before the file; ERROR_IO when it cannot be kept. */
bool console_upload_end(struct console_upload *upload, struct form *form,
                        struct console_upload_file *file, struct error *err) MUST_USE;

#endif
