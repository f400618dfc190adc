/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counts of the boards and campaigns that were asked for last; see console_counts.h. */
#include "console_counts.h"

#include <stdlib.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"

enum {
    BALLOTS = 8,               /* of which counts are kept: more are hardly open at once */
    CAMPAIGNS = 32,            /* the same */
    SIZES = 8,                 /* of segments, likewise */
    DEAR = 50,                 /* ms of the processor: what costs less is counted each time */
    PATIENCE = 20,             /* what was dear is kept for so many times what it cost */
    DEAR_EACH = 5,             /* ms likewise, of what is smaller: a list has many campaigns */
    KEEP_MS = 5 * CLOCK_SECOND /* of that, at least */
};

struct kept {
    int64_t ballot_id;
    int64_t until; /* of clock_monotonic */
    struct arena *arena;
    struct board_counts counts;
};

/* Rows about a campaign. */
struct rows {
    int64_t until;
    struct arena *arena;
    void *list;
    size_t count;
};

struct kept_campaign {
    int64_t campaign_id;
    struct rows states;
    struct rows meanings;
};

struct kept_size {
    int64_t until;
    struct arena *arena; /* of the words */
    const char *words;   /* NULL: this place is free */
    int64_t ballot_id;
    struct segments_size size;
};

struct console_counts {
    struct db *db;
    struct rows routes;
    int64_t routes_since;
    struct kept_size sizes[SIZES];
    size_t next_size;
    struct kept_campaign campaigns[CAMPAIGNS];
    size_t next_campaign;
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

static struct kept_campaign *place_of_campaign(struct console_counts *counts, int64_t campaign_id)
{
    for (size_t i = 0; i < CAMPAIGNS; i++) {
        if (counts->campaigns[i].campaign_id == campaign_id) {
            return &counts->campaigns[i];
        }
    }
    struct kept_campaign *place = &counts->campaigns[counts->next_campaign];
    counts->next_campaign = (counts->next_campaign + 1) % CAMPAIGNS;
    place->campaign_id = campaign_id;
    place->states.until = 0;
    place->meanings.until = 0;
    return place;
}

/* Whether the rows must be read anew; then they are empty. */
static bool is_stale(struct rows *rows)
{
    if (clock_monotonic() < rows->until) {
        return false;
    }
    arena_free(&rows->arena);
    *rows = (struct rows){.arena = arena_create()};
    return true;
}

/* Until when that is good which cost so much since `begun`. */
static int64_t good_until(int64_t begun)
{
    const int64_t cost = clock_processor() - begun;
    const int64_t lazy = PATIENCE * cost > KEEP_MS ? PATIENCE * cost : KEEP_MS;
    return cost < DEAR_EACH ? 0 : clock_monotonic() + lazy;
}

static void keep(struct rows *rows, void *list, size_t count, int64_t begun)
{
    rows->list = list;
    rows->count = count;
    rows->until = good_until(begun);
}

bool console_counts_states(struct console_counts *counts, int64_t campaign_id,
                           const struct standings_state **states, size_t *count, struct error *err)
{
    struct rows *rows = &place_of_campaign(counts, campaign_id)->states;
    if (is_stale(rows)) {
        const int64_t begun = clock_processor();
        struct standings_state *list = NULL;
        size_t read = 0;
        if (!standings_states(counts->db, campaign_id, rows->arena, &list, &read, err)) {
            return false;
        }
        keep(rows, list, read, begun);
    }
    *states = rows->list;
    *count = rows->count;
    return true;
}

bool console_counts_meanings(struct console_counts *counts, int64_t campaign_id,
                             const struct inbox_meaning **meanings, size_t *count,
                             struct error *err)
{
    struct rows *rows = &place_of_campaign(counts, campaign_id)->meanings;
    if (is_stale(rows)) {
        const int64_t begun = clock_processor();
        struct inbox_meaning *list = NULL;
        size_t read = 0;
        if (!inbox_meanings(counts->db, campaign_id, rows->arena, &list, &read, err)) {
            return false;
        }
        keep(rows, list, read, begun);
    }
    *meanings = rows->list;
    *count = rows->count;
    return true;
}

bool console_counts_routes(struct console_counts *counts, int64_t since,
                           const struct route_count **list, size_t *count, struct error *err)
{
    struct rows *rows = &counts->routes;
    rows->until = counts->routes_since == since ? rows->until : 0;
    counts->routes_since = since;
    if (is_stale(rows)) {
        const int64_t begun = clock_processor();
        struct route_count *read = NULL;
        size_t read_count = 0;
        if (!routes_since(counts->db, since, rows->arena, &read, &read_count, err)) {
            return false;
        }
        keep(rows, read, read_count, begun);
    }
    *list = rows->list;
    *count = rows->count;
    return true;
}

/* The place of these words, else one for them. */
static struct kept_size *place_of_size(struct console_counts *counts, const char *words,
                                       int64_t ballot_id)
{
    for (size_t i = 0; i < SIZES; i++) {
        struct kept_size *place = &counts->sizes[i];
        if (place->words != NULL && place->ballot_id == ballot_id &&
            text_equal(place->words, words)) {
            return place;
        }
    }
    struct kept_size *place = &counts->sizes[counts->next_size];
    counts->next_size = (counts->next_size + 1) % SIZES;
    arena_free(&place->arena);
    *place = (struct kept_size){.arena = arena_create(), .ballot_id = ballot_id};
    place->words = arena_text(place->arena, words);
    return place;
}

bool console_counts_size(struct console_counts *counts, const char *words, int64_t ballot_id,
                         struct segments_size *size, struct error *err)
{
    struct kept_size *place = place_of_size(counts, words, ballot_id);
    if (clock_monotonic() >= place->until) {
        const int64_t begun = clock_processor();
        place->until = 0;
        if (!segments_count(counts->db, words, ballot_id, &place->size, err)) {
            return false;
        }
        place->until = good_until(begun);
    }
    *size = place->size;
    return true;
}

void console_counts_forget(struct console_counts *counts)
{
    for (size_t i = 0; i < BALLOTS; i++) {
        counts->kept[i].until = 0;
    }
    for (size_t i = 0; i < CAMPAIGNS; i++) {
        counts->campaigns[i].states.until = 0;
        counts->campaigns[i].meanings.until = 0;
    }
    for (size_t i = 0; i < SIZES; i++) {
        counts->sizes[i].until = 0;
    }
    counts->routes.until = 0;
}

void console_counts_free(struct console_counts **counts)
{
    if (*counts != NULL) {
        for (size_t i = 0; i < BALLOTS; i++) {
            arena_free(&(*counts)->kept[i].arena);
        }
        for (size_t i = 0; i < CAMPAIGNS; i++) {
            arena_free(&(*counts)->campaigns[i].states.arena);
            arena_free(&(*counts)->campaigns[i].meanings.arena);
        }
        for (size_t i = 0; i < SIZES; i++) {
            arena_free(&(*counts)->sizes[i].arena);
        }
        arena_free(&(*counts)->routes.arena);
        free(*counts);
        *counts = NULL;
    }
}
