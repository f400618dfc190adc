/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms as browsers and SMS providers post them: application/x-www-form-urlencoded. */
#ifndef MUSTER_REHEARSAL_FORM_H
#define MUSTER_REHEARSAL_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

enum { FORM_FIELDS = 32 };

struct form_field {
    const char *name;
    const char *value;
};

struct form {
    size_t count;
    struct form_field fields[FORM_FIELDS];
};

/* Read a body into the form; names and values are put into the arena. ERROR_DATA for a malformed
 * escape, a NUL, text that is not UTF-8, a field given twice, or more than FORM_FIELDS. */
bool form_parse(const char *bytes, size_t length, struct arena *arena, struct form *form,
                struct error *err) MUST_USE;

/* The value of a field, or NULL. */
const char *form_value(const struct form *form, const char *name) MUST_USE;

/* Append a field to a body being written. */
void form_put(struct buffer *body, const char *name, const char *value);

#endif
