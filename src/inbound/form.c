/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding forms; see form.h. Written here because it is a hundred lines, and because the
 * library that serves HTTP decodes leniently: it takes a broken escape as text. */
#include "muster/inbound/form.h"

#include <string.h>
#include <strings.h>

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

static bool parse(const char *bytes, size_t length, size_t bytes_max, size_t fields_max,
                  struct arena *arena, struct form *form, struct error *err)
{
    if (length > bytes_max) {
        return error_set(err, ERROR_DATA, "the form has more than %zu bytes", bytes_max);
    }
    size_t room = 1;
    for (size_t i = 0; i < length && room < fields_max; i++) {
        room += bytes[i] == '&';
    }
    struct form_field *fields = arena_array(arena, room, sizeof *fields);
    size_t count = 0;
    size_t at = 0;
    while (at < length) {
        const char *end = memchr(bytes + at, '&', length - at);
        size_t piece = end == NULL ? length - at : (size_t)(end - (bytes + at));
        if (piece > 0) {
            if (count == fields_max) {
                return error_set(err, ERROR_DATA, "the form has more than %zu fields", fields_max);
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

bool form_parse(const char *bytes, size_t length, struct arena *arena, struct form *form,
                struct error *err)
{
    return parse(bytes, length, FORM_BYTES_MAX, FORM_FIELDS_MAX, arena, form, err);
}

bool form_parse_large(const char *bytes, size_t length, struct arena *arena, struct form *form,
                      struct error *err)
{
    return parse(bytes, length, FORM_LARGE_BYTES_MAX, FORM_LARGE_FIELDS_MAX, arena, form, err);
}

/* The end of the line that begins here, and where the next one does; NULL when it has no end. */
static const char *line_end(const char *at, const char *end, const char **next)
{
    const char *feed = memchr(at, '\n', (size_t)(end - at));
    if (feed == NULL) {
        return NULL;
    }
    *next = feed + 1;
    return feed > at && feed[-1] == '\r' ? feed - 1 : feed;
}

/* The name that a header line gives its part, in the arena; NULL when it gives none. */
static const char *name_in(const char *line, size_t length, struct arena *arena)
{
    static const char HEADER[] = "content-disposition:";
    static const char NAME[] = "; name=\"";
    if (length < sizeof HEADER - 1 || strncasecmp(line, HEADER, sizeof HEADER - 1) != 0) {
        return NULL;
    }
    const char *name = memmem(line, length, NAME, sizeof NAME - 1);
    if (name == NULL) {
        return NULL;
    }
    name += sizeof NAME - 1;
    const char *quote = memchr(name, '"', (size_t)(line + length - name));
    if (quote == NULL || memchr(name, '\0', (size_t)(quote - name)) != NULL) {
        return NULL;
    }
    return arena_span(arena, name, (size_t)(quote - name));
}

/* Read the headers of a part, up to its value; NULL when they do not name it. */
static const char *read_headers(const char *at, const char *end, struct arena *arena,
                                const char **name)
{
    *name = NULL;
    for (;;) {
        const char *next = NULL;
        const char *stop = line_end(at, end, &next);
        if (stop == NULL) {
            return NULL;
        }
        if (stop == at) {
            return *name == NULL ? NULL : next;
        }
        const char *found = name_in(at, (size_t)(stop - at), arena);
        *name = found == NULL ? *name : found;
        at = next;
    }
}

/* The value lies between `at` and the line break in front of the next boundary. */
static bool read_part(const char **at, const char *end, const char *boundary,
                      size_t boundary_length, struct arena *arena, struct form_field *field)
{
    const char *value = read_headers(*at, end, arena, &field->name);
    const char *stop =
        value == NULL ? NULL : memmem(value, (size_t)(end - value), boundary, boundary_length);
    if (stop == NULL) {
        return false;
    }
    *at = stop + boundary_length;
    size_t length = (size_t)(stop - value);
    length -= length > 0 && value[length - 1] == '\n';
    length -= length > 0 && value[length - 1] == '\r';
    field->value = arena_span(arena, value, length);
    field->length = length;
    return true;
}

bool form_parse_parts(const char *bytes, size_t length, struct arena *arena, struct form *form,
                      struct error *err)
{
    const char *end = bytes + length;
    const char *at = NULL;
    if (length > FORM_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "the form has more than %d bytes", FORM_BYTES_MAX);
    }
    const char *first = line_end(bytes, end, &at);
    const size_t boundary_length = first == NULL ? 0 : (size_t)(first - bytes);
    if (boundary_length < 3 || strncmp(bytes, "--", 2) != 0) {
        return error_set(err, ERROR_DATA, "the form does not begin with a boundary");
    }
    struct form_field *fields = arena_array(arena, FORM_FIELDS_MAX, sizeof *fields);
    size_t count = 0;
    for (;;) {
        if (count == FORM_FIELDS_MAX) {
            return error_set(err, ERROR_DATA, "the form has more than %d fields", FORM_FIELDS_MAX);
        }
        if (!read_part(&at, end, bytes, boundary_length, arena, &fields[count])) {
            return error_set(err, ERROR_DATA, "a part of the form has no name or no end");
        }
        count++;
        if (end - at >= 2 && strncmp(at, "--", 2) == 0) {
            break;
        }
        if (line_end(at, end, &at) == NULL) {
            return error_set(err, ERROR_DATA, "the form has no end");
        }
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
