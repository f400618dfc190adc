/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of a form with a file; see console_upload.h. A fault is kept until the whole body has
 * come, for only then a browser shows what it is told. */
#include "console_upload.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "console_parts.h"
#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/text.h"

enum { NAME_SHOWN = 120 }; /* characters of a file's name */

struct console_upload {
    struct arena *arena;
    const char *folder;
    const char *token;
    struct console_parts *parts;
    struct form_field *fields;
    size_t field_count;
    struct buffer value; /* of the field that comes */
    struct console_upload_file file;
    struct token_hash *hash;
    bool in_file;
    bool failed;
    struct error fault;
};

/* The last part of a path of any system, fit to be shown and not too long. */
static const char *plain_name(const char *sent, struct arena *arena)
{
    for (const char *at = sent; *at != '\0'; at++) {
        sent = *at == '/' || *at == '\\' ? at + 1 : sent;
    }
    const size_t length = strlen(sent);
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0; i < NAME_SHOWN && used < length; i++) {
        used += text_rune(sent + used, length - used, &rune);
    }
    return text_printable(arena_span(arena, sent, used), arena);
}

static bool begin_file(struct console_upload *upload, const char *name, struct error *err)
{
    const struct form form = {upload->fields, upload->field_count};
    const struct form_field *token = NULL;
    if (upload->file.name != NULL) {
        return error_set(err, ERROR_DATA, "there are two files in the form; one list at a time");
    }
    if (!form_find(&form, "token", &token, err)) {
        return false;
    }
    if (token == NULL || !token_equal(token->value, upload->token)) {
        return error_set(err, ERROR_PERMISSION, "the form is none of ours");
    }
    upload->file.name = plain_name(name, upload->arena);
    upload->in_file = true;
    upload->hash = token_hash_begin();
    return file_nameless(upload->folder, &upload->file.fd, err);
}

static bool begin(void *context, const char *name, const char *file, struct error *err)
{
    struct console_upload *upload = context;
    if (file != NULL) {
        return begin_file(upload, file, err);
    }
    if (upload->field_count == CONSOLE_UPLOAD_FIELDS_MAX) {
        return error_set(err, ERROR_DATA, "the form has more than %d fields",
                         CONSOLE_UPLOAD_FIELDS_MAX);
    }
    upload->in_file = false;
    upload->fields[upload->field_count].name = arena_text(upload->arena, name);
    buffer_clear(&upload->value);
    return true;
}

static bool keep(struct console_upload *upload, const char *bytes, size_t length, struct error *err)
{
    if (length > CONSOLE_UPLOAD_MAX - upload->file.length) {
        return error_set(err, ERROR_DATA,
                         "the file is larger than 64 MiB: this is no membership list");
    }
    token_hash_add(upload->hash, bytes, length);
    upload->file.length += length;
    while (length > 0) {
        const ssize_t written = write(upload->file.fd, bytes, length);
        if (written < 0 && errno != EINTR) {
            return error_set(err, ERROR_IO, "the file cannot be kept: %s", strerror(errno));
        }
        bytes += written < 0 ? 0 : written;
        length -= written < 0 ? 0 : (size_t)written;
    }
    return true;
}

static bool add(void *context, const char *bytes, size_t length, struct error *err)
{
    struct console_upload *upload = context;
    if (upload->in_file) {
        return keep(upload, bytes, length, err);
    }
    return buffer_add(&upload->value, bytes, length) ||
           error_set(err, ERROR_DATA, "a field of the form is too long");
}

static bool end(void *context, struct error *err)
{
    struct console_upload *upload = context;
    if (upload->in_file) {
        token_hash_end(&upload->hash, upload->file.digest);
        return true;
    }
    (void)err;
    struct form_field *field = &upload->fields[upload->field_count++];
    field->value = arena_span(upload->arena, buffer_text(&upload->value), upload->value.length);
    field->length = upload->value.length;
    return true;
}

static void take(void *state, const char *bytes, size_t length)
{
    struct console_upload *upload = state;
    if (!upload->failed) {
        upload->failed = !console_parts_add(upload->parts, bytes, length, &upload->fault);
    }
}

static void release(void *state)
{
    struct console_upload *upload = state;
    console_parts_free(&upload->parts);
    buffer_free(&upload->value);
    token_hash_free(&upload->hash);
    if (upload->file.fd >= 0) {
        (void)close(upload->file.fd);
    }
}

bool console_upload_admit(struct server_exchange *exchange, const struct server_request *request,
                          const char *folder, const char *token, struct error *err)
{
    struct arena *arena = request->arena;
    struct console_upload *upload = arena_alloc(arena, sizeof *upload);
    const struct console_parts_taker taker = {begin, add, end, upload};
    if (!console_parts_create(request->type, &taker, &upload->parts, err)) {
        return false;
    }
    upload->arena = arena;
    upload->folder = arena_text(arena, folder);
    upload->token = arena_text(arena, token);
    upload->fields = arena_array(arena, CONSOLE_UPLOAD_FIELDS_MAX, sizeof *upload->fields);
    upload->file.fd = -1;
    buffer_init(&upload->value, CONSOLE_UPLOAD_FIELD_MAX);
    server_take_body(exchange, &(struct server_taker){take, release, upload});
    return true;
}

bool console_upload_end(struct console_upload *upload, struct form *form,
                        struct console_upload_file *file, struct error *err)
{
    *form = (struct form){upload->fields, upload->field_count};
    if (!upload->failed) {
        upload->failed = !console_parts_end(upload->parts, &upload->fault);
    }
    if (upload->failed) {
        return error_set(err, upload->fault.kind, "%s", upload->fault.text);
    }
    *file = upload->file;
    upload->file.fd = -1;
    return true;
}
