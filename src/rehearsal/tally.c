/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few figures for each recipient; see tally.h. An open-addressed table, at most two thirds full.
 * */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "draw.h"

enum { FIRST_SIZE = 1024 };

struct tally {
    struct tally_entry *entries;
    size_t size; /* a power of two */
    size_t used;
};

struct tally *tally_create(void)
{
    struct tally *tally = cell_new(sizeof *tally);
    tally->size = FIRST_SIZE;
    tally->entries = cell_new(FIRST_SIZE * sizeof *tally->entries);
    return tally;
}

void tally_free(struct tally **tally)
{
    if (*tally != NULL) {
        free((*tally)->entries);
        free(*tally);
        *tally = NULL;
    }
}

static struct tally_entry *slot_of(const struct tally *tally, uint64_t key)
{
    size_t at = (size_t)key & (tally->size - 1);
    while (tally->entries[at].key != 0 && tally->entries[at].key != key) {
        at = (at + 1) & (tally->size - 1);
    }
    return &tally->entries[at];
}

static void grow(struct tally *tally)
{
    struct tally_entry *old = tally->entries;
    size_t size = tally->size;
    tally->size = size * 2;
    tally->entries = cell_new(tally->size * sizeof *tally->entries);
    for (size_t i = 0; i < size; i++) {
        if (old[i].key != 0) {
            *slot_of(tally, old[i].key) = old[i];
        }
    }
    free(old);
}

struct tally_entry *tally_of(struct tally *tally, const char *recipient)
{
    uint64_t key = draw_hash(recipient, strlen(recipient));
    key += key == 0;
    struct tally_entry *entry = slot_of(tally, key);
    if (entry->key == 0) {
        if ((tally->used + 1) * 3 > tally->size * 2) {
            grow(tally);
            entry = slot_of(tally, key);
        }
        entry->key = key;
        tally->used++;
    }
    return entry;
}
