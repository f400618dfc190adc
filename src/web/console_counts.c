/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counts of the boards that were asked for last; see console_counts.h. */
#include "console_counts.h"

#include <stdlib.h>

#include "muster/base/clock.h"

enum {
    BALLOTS = 8,  /* of which counts are kept: more are hardly open at once */
    DEAR = 50,    /* ms of the processor: what costs less is counted each time */
    PATIENCE = 20 /* what was dear is kept for so many times what it cost */
};

struct kept {
    int64_t ballot_id;
    int64_t until; /* of clock_monotonic */
    struct arena *arena;
    struct board_counts counts;
};

struct console_counts {
    struct db *db;
    struct kept kept[BALLOTS];
    size_t next; /* the place that is taken when all are */
};

struct console_counts *console_counts_create(struct db *db)
{
    struct console_counts *counts = calloc(1, sizeof *counts);
    if (counts == NULL) {
        abort();
    }
    counts->db = db;
    return counts;
}

/* The place of a ballot, else one for it. */
static struct kept *place_of(struct console_counts *counts, int64_t ballot_id)
{
    for (size_t i = 0; i < BALLOTS; i++) {
        if (counts->kept[i].ballot_id == ballot_id) {
            return &counts->kept[i];
        }
    }
    struct kept *place = &counts->kept[counts->next];
    counts->next = (counts->next + 1) % BALLOTS;
    place->ballot_id = ballot_id;
    place->until = 0;
    return place;
}

bool console_counts_find(struct console_counts *counts, const struct ballot *ballot,
                         const struct board_counts **found, struct error *err)
{
    struct kept *kept = place_of(counts, ballot->id);
    if (clock_monotonic() >= kept->until) {
        arena_free(&kept->arena);
        kept->arena = arena_create();
        const int64_t begun = clock_processor();
        kept->until = 0;
        if (!board_count(counts->db, ballot, false, kept->arena, &kept->counts, err)) {
            return false;
        }
        const int64_t cost = clock_processor() - begun;
        kept->until = cost < DEAR ? 0 : clock_monotonic() + PATIENCE * cost;
    }
    *found = &kept->counts;
    return true;
}

void console_counts_forget(struct console_counts *counts)
{
    for (size_t i = 0; i < BALLOTS; i++) {
        counts->kept[i].until = 0;
    }
}

void console_counts_free(struct console_counts **counts)
{
    if (*counts != NULL) {
        for (size_t i = 0; i < BALLOTS; i++) {
            arena_free(&(*counts)->kept[i].arena);
        }
        free(*counts);
        *counts = NULL;
    }
}
