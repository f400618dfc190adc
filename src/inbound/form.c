/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding forms; see form.h. Written here because it is thirty lines, and because the library that
 * serves HTTP decodes leniently: it takes a broken escape as text. */
#include "muster/inbound/form.h"

#include <string.h>

#include "muster/base/text.h"

static int hex_digit(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    if (letter >= 'a' && letter <= 'f') {
        return letter - 'a' + 10;
    }
    if (letter >= 'A' && letter <= 'F') {
        return letter - 'A' + 10;
    }
    return -1;
}

/* Decode `length` bytes into the arena; sets the length of the result. */
static bool decode(const char *bytes, size_t length, struct arena *arena, const char **text,
                   size_t *decoded, struct error *err)
{
    char *out = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 0x20 || byte == 0x7F) {
            return error_set(err, ERROR_DATA, "the form has a raw control character");
        }
        if (byte != '%') {
            out[used++] = byte == '+' ? ' ' : (char)byte;
            continue;
        }
        int high = length - i > 2 ? hex_digit(bytes[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(bytes[i + 2]) : -1;
        if (low < 0) {
            return error_set(err, ERROR_DATA, "the form has a broken %% escape");
        }
        out[used++] = (char)(high * 16 + low);
        i += 2;
    }
    out[used] = '\0';
    *text = out;
    *decoded = used;
    return true;
}

static bool read_field(const char *bytes, size_t length, struct arena *arena,
                       struct form_field *field, struct error *err)
{
    const char *equals = memchr(bytes, '=', length);
    size_t name_length = equals == NULL ? length : (size_t)(equals - bytes);
    size_t decoded = 0;
    if (!decode(bytes, name_length, arena, &field->name, &decoded, err)) {
        return false;
    }
    if (strlen(field->name) != decoded) {
        return error_set(err, ERROR_DATA, "the form has a NUL in a name");
    }
    if (equals == NULL) {
        field->value = "";
        field->length = 0;
        return true;
    }
    return decode(equals + 1, length - name_length - 1, arena, &field->value, &field->length, err);
}

bool form_parse(const char *bytes, size_t length, struct arena *arena, struct form *form,
                struct error *err)
{
    if (length > FORM_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "the form has more than %d bytes", FORM_BYTES_MAX);
    }
    struct form_field *fields = arena_array(arena, FORM_FIELDS_MAX, sizeof *fields);
    size_t count = 0;
    size_t at = 0;
    while (at < length) {
        const char *end = memchr(bytes + at, '&', length - at);
        size_t piece = end == NULL ? length - at : (size_t)(end - (bytes + at));
        if (piece > 0) {
            if (count == FORM_FIELDS_MAX) {
                return error_set(err, ERROR_DATA, "the form has more than %d fields",
                                 FORM_FIELDS_MAX);
            }
            if (!read_field(bytes + at, piece, arena, &fields[count], err)) {
                return false;
            }
            count++;
        }
        at += piece + 1;
    }
    form->fields = fields;
    form->count = count;
    return true;
}

bool form_find(const struct form *form, const char *name, const struct form_field **field,
               struct error *err)
{
    const struct form_field *found = NULL;
    for (size_t i = 0; i < form->count; i++) {
        if (!text_equal(form->fields[i].name, name)) {
            continue;
        }
        if (found != NULL) {
            return error_set(err, ERROR_DATA, "the form gives %s twice", name);
        }
        found = &form->fields[i];
    }
    *field = found;
    return true;
}
