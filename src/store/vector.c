/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubling; what is outgrown stays in the arena until it ends. */
#include "vector.h"

#include <string.h>

void *vector_push(struct vector *vector, struct arena *arena, size_t size)
{
    if (vector->count == vector->capacity) {
        size_t capacity = vector->capacity == 0 ? 16 : vector->capacity * 2;
        void *items = arena_array(arena, capacity, size);
        if (vector->count > 0) {
            memcpy(items, vector->items, vector->count * size);
        }
        vector->items = items;
        vector->capacity = capacity;
    }
    return (char *)vector->items + vector->count++ * size;
}
