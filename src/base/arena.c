/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chain of blocks, filled from the front; big pieces get a block of their own. */
#include "muster/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    BLOCK_SIZE = 16 * 1024,
    PRINTED = 256, /* bytes of formatted text that need not be formatted twice */
};

struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *first; /* kept by arena_reset */
    struct block *current;
};

static void out_of_memory(void)
{
    (void)fputs("muster: out of memory\n", stderr);
    abort();
}

static struct block *block_create(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        out_of_memory();
    }
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_create(void)
{
    struct arena *arena = malloc(sizeof *arena);
    if (arena == NULL) {
        out_of_memory();
    }
    arena->first = block_create(BLOCK_SIZE);
    arena->current = arena->first;
    return arena;
}

static void free_chain(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(struct arena **arena)
{
    if (*arena != NULL) {
        free_chain((*arena)->first);
        free(*arena);
        *arena = NULL;
    }
}

void arena_reset(struct arena *arena)
{
    free_chain(arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->current = arena->first;
}

/* Give `size` bytes at an alignment (a power of two), not zeroed. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
    if (size > SIZE_MAX / 2) {
        out_of_memory();
    }
    struct block *block = arena->current;
    size_t start = (block->used + alignment - 1) & ~(alignment - 1);
    if (start > block->size || size > block->size - start) {
        block = block_create(size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE);
        start = 0;
        if (block->size == BLOCK_SIZE) {
            arena->current->next = block;
            arena->current = block;
        } else {
            /* A piece with a block of its own goes behind the first, so that filling goes on in the
             * current one. */
            block->next = arena->first->next;
            arena->first->next = block;
            if (arena->current == arena->first && block->next == NULL) {
                arena->current = block;
            }
        }
    }
    block->used = start + size;
    return block->bytes + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *piece = take(arena, size, alignof(max_align_t));
    memset(piece, 0, size);
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        out_of_memory();
    }
    return arena_alloc(arena, total);
}

char *arena_span(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = take(arena, length + 1, 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    copy[length] = '\0';
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_span(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    char small[PRINTED];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(small, sizeof small, format, values);
    va_end(values);
    if (length < (int)sizeof small) {
        return arena_span(arena, small, length < 0 ? 0 : (size_t)length);
    }
    char *text = take(arena, (size_t)length + 1, 1);
    va_start(values, format);
    (void)vsnprintf(text, (size_t)length + 1, format, values);
    va_end(values);
    return text;
}
