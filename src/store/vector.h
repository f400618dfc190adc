/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An array that grows in an arena, for reading rows whose number is not known before. */
#ifndef MUSTER_STORE_VECTOR_H
#define MUSTER_STORE_VECTOR_H

#include <stddef.h>

#include "muster/base/arena.h"

struct vector {
    void *items; /* NULL while empty */
    size_t count;
    size_t capacity;
};

/* Room for one more item of `size` bytes, zeroed. Earlier pointers into the array become stale. */
void *vector_push(struct vector *vector, struct arena *arena, size_t size);

#endif
