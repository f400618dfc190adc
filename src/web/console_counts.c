/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counts of the boards and campaigns that were asked for last; see console_counts.h. */
#include "console_counts.h"

#include <stdlib.h>

#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "muster/store/trials.h"

enum {
    PLACES = 96,               /* for what is kept: some ballots, and thrice some campaigns */
    WARM_CAMPAIGNS = 20,       /* of the latest */
    CAMPAIGNS_EACH = 10,       /* a list of so many may take what a board may */
    SIZES = 8,                 /* of segments that are kept */
    PATIENCE = 20,             /* what was dear is kept for so many times what it cost */
    DEAR_EACH = 5,             /* ms of the processor: what costs less is counted each time */
    KEEP_MS = 5 * CLOCK_SECOND /* of what is dear, at least */
};

/* What is counted: of a ballot, since an instant, of a campaign. */
enum kind { BOARD, CALLS, ROUTES, STATES, MEANINGS, EFFECTS };

/* One thing to be counted, and what came of it. */
struct work {
    enum kind kind;
    int64_t id;
    struct board_counts board;
    struct effects effects;
    void *list; /* of the other kinds */
    size_t count;
};

struct kept {
    enum kind kind;
    int64_t id; /* 0: this place is free */
    struct arena *arena;
    struct work *work; /* NULL: nothing was counted yet */
    int64_t at;        /* when it was */
    int64_t cost;
    int64_t until;                     /* of clock_monotonic: fresh for so long */
    int64_t used;                      /* the higher, the later */
    struct console_counting *counting; /* newer figures, on the way; or NULL */
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
    struct console_counter *counter;
    int64_t dear;
    struct kept_size sizes[SIZES];
    size_t next_size;
    struct kept kept[PLACES];
    int64_t uses;
    int64_t forgot_at; /* what was counted before is of before some change */
};

struct console_counts *console_counts_create(struct db *db, struct console_counter *counter,
                                             int64_t dear)
{
    struct console_counts *counts = calloc(1, sizeof *counts);
    if (counts == NULL) {
        abort();
    }
    counts->db = db;
    counts->counter = counter;
    counts->dear = dear;
    return counts;
}

static bool count_effects(struct db *db, struct work *work, struct arena *arena, struct error *err)
{
    struct campaign *campaign = NULL;
    struct trials_arm *arms = NULL;
    size_t arm_count = 0;
    if (!campaigns_get(db, work->id, arena, &campaign, err) ||
        !trials_arms(db, work->id, arena, &arms, &arm_count, err)) {
        return false;
    }
    return campaign == NULL || arm_count == 0 ||
           effects_read(db, campaign, arena, &work->effects, err);
}

/* Count it, in whichever thread. */
static bool count_work(struct db *db, void *context, struct arena *arena, struct error *err)
{
    struct work *work = context;
    struct calls_unit *units = NULL;
    struct standings_state *states = NULL;
    struct inbox_meaning *meanings = NULL;
    struct route_count *routes = NULL;
    const struct ballot ballot = {.id = work->id};
    bool ok = false;
    switch (work->kind) {
    case BOARD: return board_count(db, &ballot, false, arena, &work->board, err);
    case CALLS:
        ok = calls_units(db, &scope_everybody, work->id, arena, &units, &work->count, err);
        work->list = units;
        return ok;
    case EFFECTS: return count_effects(db, work, arena, err);
    case ROUTES:
        ok = routes_since(db, work->id, arena, &routes, &work->count, err);
        work->list = routes;
        return ok;
    case STATES:
        ok = standings_states(db, work->id, arena, &states, &work->count, err);
        work->list = states;
        return ok;
    case MEANINGS:
    default:
        ok = inbox_meanings(db, work->id, arena, &meanings, &work->count, err);
        work->list = meanings;
        return ok;
    }
}

static struct work *make_work(const struct kept *kept, struct arena *arena)
{
    struct work *work = arena_alloc(arena, sizeof *work);
    *work = (struct work){.kind = kept->kind, .id = kept->id};
    return work;
}

/* Until when that is fresh which cost so much. */
static int64_t fresh_until(int64_t cost)
{
    const int64_t lazy = PATIENCE * cost;
    return clock_monotonic() + (lazy > KEEP_MS ? lazy : KEEP_MS);
}

static void put(struct kept *kept, const struct console_counted *counted)
{
    arena_free(&kept->arena);
    kept->arena = counted->arena;
    kept->work = counted->context;
    kept->at = counted->at;
    kept->cost = counted->cost;
    kept->until = fresh_until(counted->cost);
}

/* Take what has been counted beside, if it is ready. After a failure the old is good for a while
 * more. */
static void collect(struct console_counts *counts, struct kept *kept)
{
    struct console_counted counted;
    if (kept->counting == NULL ||
        !console_counter_take(counts->counter, &kept->counting, &counted)) {
        return;
    }
    if (counted.ok) {
        put(kept, &counted);
        kept->until = counted.at <= counts->forgot_at ? 0 : kept->until;
        return;
    }
    log_error("counting beside the console: %s", counted.fault.text);
    arena_free(&counted.arena);
    kept->until = fresh_until(0);
}

/* The place of it, else one for it: a free one, or that which was asked for longest ago. What is
 * being counted keeps its place, and there is always one that is not: the counter has few to do. */
static struct kept *place_of(struct console_counts *counts, enum kind kind, int64_t id)
{
    struct kept *oldest = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        struct kept *kept = &counts->kept[i];
        if (kept->id == id && kept->kind == kind) {
            kept->used = ++counts->uses;
            return kept;
        }
        collect(counts, kept);
        if (kept->counting == NULL && (oldest == NULL || kept->used < oldest->used)) {
            oldest = kept;
        }
    }
    if (oldest == NULL) {
        return NULL;
    }
    arena_free(&oldest->arena);
    *oldest = (struct kept){.kind = kind, .id = id, .used = ++counts->uses};
    return oldest;
}

static void ask(struct console_counts *counts, struct kept *kept)
{
    if (kept->counting == NULL) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        kept->counting =
            console_counter_ask(counts->counter, count_work, make_work(kept, arena), &arena);
    }
}

static bool count_now(struct console_counts *counts, struct kept *kept, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const int64_t begun = clock_processor();
    struct work *work = make_work(kept, arena);
    const int64_t at = clock_now();
    if (!count_work(counts->db, work, arena, err)) {
        return false;
    }
    put(kept,
        &(struct console_counted){
            .arena = STEAL(arena), .context = work, .at = at, .cost = clock_processor() - begun});
    return true;
}

/* A list has many campaigns, and few ballots. */
static bool is_dear(const struct console_counts *counts, const struct kept *kept)
{
    const bool campaign = kept->kind >= STATES;
    return kept->work != NULL &&
           kept->cost >= (campaign ? counts->dear / CAMPAIGNS_EACH : counts->dear);
}

/* Find what is counted of a ballot or a campaign. */
static bool look(struct console_counts *counts, enum kind kind, int64_t id,
                 const struct work **work, int64_t *at, struct error *err)
{
    struct kept *kept = place_of(counts, kind, id);
    if (kept == NULL) {
        return error_set(err, ERROR_TEMPORARY, "too much is being counted; look again later");
    }
    collect(counts, kept);
    const bool old = is_dear(counts, kept);
    if (!old && !count_now(counts, kept, err)) {
        return false;
    }
    if (old && clock_monotonic() >= kept->until) {
        ask(counts, kept);
    }
    *work = kept->work;
    *at = old ? kept->at : 0;
    return true;
}

bool console_counts_find(struct console_counts *counts, const struct ballot *ballot,
                         const struct board_counts **found, int64_t *at, struct error *err)
{
    const struct work *work = NULL;
    if (!look(counts, BOARD, ballot->id, &work, at, err)) {
        return false;
    }
    *found = &work->board;
    return true;
}

bool console_counts_calls(struct console_counts *counts, const struct ballot *ballot,
                          const struct calls_unit **units, size_t *count, int64_t *at,
                          struct error *err)
{
    const struct work *work = NULL;
    if (!look(counts, CALLS, ballot->id, &work, at, err)) {
        return false;
    }
    *units = work->list;
    *count = work->count;
    return true;
}

bool console_counts_states(struct console_counts *counts, int64_t campaign_id,
                           const struct standings_state **states, size_t *count, int64_t *at,
                           struct error *err)
{
    const struct work *work = NULL;
    if (!look(counts, STATES, campaign_id, &work, at, err)) {
        return false;
    }
    *states = work->list;
    *count = work->count;
    return true;
}

bool console_counts_meanings(struct console_counts *counts, int64_t campaign_id,
                             const struct inbox_meaning **meanings, size_t *count, int64_t *at,
                             struct error *err)
{
    const struct work *work = NULL;
    if (!look(counts, MEANINGS, campaign_id, &work, at, err)) {
        return false;
    }
    *meanings = work->list;
    *count = work->count;
    return true;
}

bool console_counts_effects(struct console_counts *counts, int64_t campaign_id,
                            const struct effects **effects, int64_t *at, struct error *err)
{
    const struct work *work = NULL;
    if (!look(counts, EFFECTS, campaign_id, &work, at, err)) {
        return false;
    }
    *effects = &work->effects;
    return true;
}

bool console_counts_routes(struct console_counts *counts, int64_t since,
                           const struct route_count **list, size_t *count, int64_t *at,
                           struct error *err)
{
    const struct work *work = NULL;
    if (!look(counts, ROUTES, since, &work, at, err)) {
        return false;
    }
    *list = work->list;
    *count = work->count;
    return true;
}

/* Have it counted unless it is fresh, or known to be quick. */
static void warm(struct console_counts *counts, enum kind kind, int64_t id)
{
    struct kept *kept = place_of(counts, kind, id);
    if (kept == NULL) {
        return;
    }
    collect(counts, kept);
    if (kept->work == NULL || (is_dear(counts, kept) && clock_monotonic() >= kept->until)) {
        ask(counts, kept);
    }
}

bool console_counts_warm(struct console_counts *counts, int64_t now, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct ballot *ballots = NULL;
    size_t ballot_count = 0;
    struct campaign *campaigns = NULL;
    size_t campaign_count = 0;
    if (!ballots_list(counts->db, arena, &ballots, &ballot_count, err) ||
        !campaigns_list(counts->db, arena, &campaigns, &campaign_count, err)) {
        return false;
    }
    for (size_t i = 0; i < ballot_count; i++) {
        if (now < ballots[i].closes) {
            warm(counts, BOARD, ballots[i].id);
            warm(counts, CALLS, ballots[i].id);
        }
    }
    struct clock_stretch today = {.midnight = 0};
    if (clock_stretch(now, &today)) {
        warm(counts, ROUTES, today.midnight);
    }
    size_t warmed = 0;
    for (size_t i = 0; i < campaign_count && warmed < WARM_CAMPAIGNS; i++) {
        if (!text_equal(campaigns[i].state, "draft")) {
            warm(counts, STATES, campaigns[i].id);
            warm(counts, MEANINGS, campaigns[i].id);
            warm(counts, EFFECTS, campaigns[i].id);
            warmed++;
        }
    }
    return true;
}

/* Until when that is good which cost so much since `begun`. */
static int64_t good_until(int64_t begun)
{
    const int64_t cost = clock_processor() - begun;
    return cost < DEAR_EACH ? 0 : fresh_until(cost);
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
    counts->forgot_at = clock_now();
    for (size_t i = 0; i < PLACES; i++) {
        counts->kept[i].until = 0;
    }
    for (size_t i = 0; i < SIZES; i++) {
        counts->sizes[i].until = 0;
    }
}

void console_counts_free(struct console_counts **counts)
{
    if (*counts != NULL) {
        for (size_t i = 0; i < PLACES; i++) {
            arena_free(&(*counts)->kept[i].arena);
        }
        for (size_t i = 0; i < SIZES; i++) {
            arena_free(&(*counts)->sizes[i].arena);
        }
        free(*counts);
        *counts = NULL;
    }
}
