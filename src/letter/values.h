/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a message, read from the JSON that was stored with it. What members share (their
 * ballot, their organisation, their unit) stands in each of a million messages: it is read once,
 * and the values of the next messages share it. Private to src/letter. */
#ifndef MUSTER_LETTER_VALUES_H
#define MUSTER_LETTER_VALUES_H

#include "muster/base/buffer.h"
#include "muster/base/json.h"

enum { VALUES_KEPT = 8 };

/* An object that the last messages had under a name. */
struct values_object {
    struct buffer text; /* as it stands in the JSON */
    struct json *value; /* NULL: the place is free */
};

struct values_memory {
    struct values_object kept[VALUES_KEPT];
    size_t next;        /* the place that is given up next */
    struct buffer rest; /* the members of a message that are no objects */
};

void values_init(struct values_memory *memory);
void values_free(struct values_memory *memory);

/* Read the values of a message, which are the caller's; the objects among them are shared and must
 * not be changed. Faults as json_parse. */
bool values_read(struct values_memory *memory, const char *merge, struct json **values,
                 struct error *err) MUST_USE;

#endif
