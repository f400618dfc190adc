/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table with open addressing, at most half full. */
#include "duplicates.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/arena.h"

enum { FIRST_SLOTS = 4096 };

struct slot {
    uint64_t hash;
    unsigned line; /* 0: empty */
};

struct duplicates {
    struct arena *arena; /* holds the slots */
    struct slot *slots;
    size_t size; /* a power of two */
    size_t used;
};

static void make_slots(struct duplicates *duplicates, size_t size)
{
    duplicates->arena = arena_create();
    duplicates->slots = arena_array(duplicates->arena, size, sizeof(struct slot));
    duplicates->size = size;
}

struct duplicates *duplicates_create(void)
{
    struct duplicates *duplicates = calloc(1, sizeof *duplicates);
    if (duplicates == NULL) {
        (void)fputs("muster: out of memory\n", stderr);
        abort();
    }
    make_slots(duplicates, FIRST_SLOTS);
    return duplicates;
}

void duplicates_free(struct duplicates **duplicates)
{
    if (*duplicates != NULL) {
        arena_free(&(*duplicates)->arena);
        free(*duplicates);
        *duplicates = NULL;
    }
}

/* FNV-1a of 64 bits, and the finish of MurmurHash3 so that its low bits may index. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}

/* The slot that has the hash, or the empty one where it belongs. */
static struct slot *find(const struct duplicates *duplicates, uint64_t hash)
{
    size_t at = (size_t)hash & (duplicates->size - 1);
    while (duplicates->slots[at].line != 0 && duplicates->slots[at].hash != hash) {
        at = (at + 1) & (duplicates->size - 1);
    }
    return &duplicates->slots[at];
}

static void grow(struct duplicates *duplicates)
{
    struct arena *old = duplicates->arena;
    const struct slot *slots = duplicates->slots;
    size_t size = duplicates->size;
    make_slots(duplicates, 2 * size);
    for (size_t i = 0; i < size; i++) {
        if (slots[i].line != 0) {
            *find(duplicates, slots[i].hash) = slots[i];
        }
    }
    arena_free(&old);
}

unsigned duplicates_note(struct duplicates *duplicates, const char *number, unsigned line)
{
    uint64_t hash = hash_of(number);
    struct slot *slot = find(duplicates, hash);
    unsigned before = slot->line;
    *slot = (struct slot){hash, line};
    duplicates->used += before == 0;
    if (2 * duplicates->used > duplicates->size) {
        grow(duplicates);
    }
    return before;
}
