/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms; see form.h. */
#include "form.h"

#include <string.h>

#include "codec.h"
#include "muster/base/text.h"

static bool read_part(const char *bytes, size_t length, struct arena *arena, const char **text,
                      struct error *err)
{
    CLEANUP(buffer_free) struct buffer plain;
    buffer_init(&plain, length + 1);
    if (!codec_percent(bytes, length, true, &plain)) {
        return error_set(err, ERROR_DATA, "the form has a malformed %% escape");
    }
    if (memchr(buffer_text(&plain), '\0', plain.length) != NULL ||
        !text_is_utf8(buffer_text(&plain), plain.length)) {
        return error_set(err, ERROR_DATA, "the form has bytes that are not text in UTF-8");
    }
    *text = arena_span(arena, buffer_text(&plain), plain.length);
    return true;
}

static bool read_field(const char *bytes, size_t length, struct arena *arena,
                       struct form_field *field, struct error *err)
{
    const char *equals = memchr(bytes, '=', length);
    size_t name = equals == NULL ? length : (size_t)(equals - bytes);
    size_t skip = equals == NULL ? length : name + 1;
    return read_part(bytes, name, arena, &field->name, err) &&
           read_part(bytes + skip, length - skip, arena, &field->value, err);
}

bool form_parse(const char *bytes, size_t length, struct arena *arena, struct form *form,
                struct error *err)
{
    struct form read = {.count = 0};
    for (size_t at = 0; at < length;) {
        const char *end = memchr(bytes + at, '&', length - at);
        size_t size = end == NULL ? length - at : (size_t)(end - bytes) - at;
        if (size > 0) {
            struct form_field field = {NULL, NULL};
            if (read.count == FORM_FIELDS) {
                return error_set(err, ERROR_DATA, "the form has more than %d fields", FORM_FIELDS);
            }
            if (!read_field(bytes + at, size, arena, &field, err)) {
                return false;
            }
            if (form_value(&read, field.name) != NULL) {
                return error_set(err, ERROR_DATA, "the form has a field twice");
            }
            read.fields[read.count] = field;
            read.count++;
        }
        at += size + 1;
    }
    *form = read;
    return true;
}

const char *form_value(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0) {
            return form->fields[i].value;
        }
    }
    return NULL;
}

void form_put(struct buffer *body, const char *name, const char *value)
{
    if (body->length > 0) {
        buffer_putc(body, '&');
    }
    codec_put_percent(body, name);
    buffer_putc(body, '=');
    codec_put_percent(body, value);
}
