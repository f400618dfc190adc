/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms as a stranger sends them, application/x-www-form-urlencoded and multipart/form-data: read
 * strictly, and never more than a bounded number of fields. */
#ifndef MUSTER_INBOUND_FORM_H
#define MUSTER_INBOUND_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum {
    FORM_FIELDS_MAX = 64, /* of a stranger's */
    FORM_BYTES_MAX = 64 * 1024,
    FORM_LARGE_FIELDS_MAX = 4096, /* of people who have signed in, and write whole campaigns */
    FORM_LARGE_BYTES_MAX = 256 * 1024,
};

struct form_field {
    const char *name;
    const char *value; /* decoded; followed by a NUL, but may hold others: see `length` */
    size_t length;
};

struct form {
    const struct form_field *fields;
    size_t count;
};

/* Decode `length` bytes. The fields lie in the arena. ERROR_DATA for more bytes or fields than
 * allowed, a broken % escape, a raw control character, or a NUL in a name. No sentence of these
 * repeats any of the input. Empty input is a form without fields. */
bool form_parse(const char *bytes, size_t length, struct arena *arena, struct form *form,
                struct error *err) MUST_USE;

/* The same with the ceilings of a large form. */
bool form_parse_large(const char *bytes, size_t length, struct arena *arena, struct form *form,
                      struct error *err) MUST_USE;

/* The same of multipart/form-data (RFC 7578), as browsers and mail programs write it: the first
 * line is the boundary, each part names its field in Content-Disposition, and its value is taken
 * as it is. ERROR_DATA also when a boundary is missing or a part has no name. */
bool form_parse_parts(const char *bytes, size_t length, struct arena *arena, struct form *form,
                      struct error *err) MUST_USE;

/* The field of this name; `*field` is NULL when there is none. ERROR_DATA when it was given twice:
 * then nobody can say which one was meant. */
bool form_find(const struct form *form, const char *name, const struct form_field **field,
               struct error *err) MUST_USE;

#endif
