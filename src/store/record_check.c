/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking the record. The entries are gone through in the order in which they stand, and each
 * digest is reckoned again as that of the number it must have been written under. One that does not
 * agree is held against its surroundings, as the digests that are there still tell how they were
 * made: whether what was written in its place stands elsewhere, whether the next entry follows on
 * what this one carries, or on what it should carry, or on one that is not there any more. */
#include <string.h>

#include "record_private.h"

enum { RENUMBERED_MOST = 10000 }; /* so many missing ones are looked for where numbers go on */

struct row {
    struct record_entry entry;
    unsigned char digest[TOKEN_DIGEST_SIZE];
};

struct walk {
    struct db *db;
    struct record_state *state;
    struct arena *arena;                    /* of the entry that is looked at */
    int64_t from;                           /* the next one stands here, or later */
    int64_t place;                          /* where it has to stand */
    int64_t number;                         /* what it was written as */
    unsigned char chain[TOKEN_DIGEST_SIZE]; /* of the one that was written before it */
};

static void read_row(struct query *query, struct arena *arena, struct row *row)
{
    record_read(query, arena, &row->entry);
    memset(row->digest, 0, sizeof row->digest);
    query_column_blob(query, RECORD_DIGEST_COLUMN, row->digest, sizeof row->digest);
}

/* The first entry that stands at `from` or later. */
static bool find_row(const struct walk *walk, int64_t from, struct row *row, bool *there,
                     struct error *err)
{
    static const char NEXT[] =
        "SELECT " RECORD_COLUMNS " FROM record WHERE id >= :from ORDER BY id LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(walk->db, NEXT);
    query_number(query, ":from", from);
    *there = query_step(query);
    if (*there) {
        read_row(query, walk->arena, row);
    }
    return query_ok(query, err);
}

/* Whether the digest of a row is that of its words, written as `number` behind `chain`. */
static bool fits(const struct walk *walk, const struct row *row, int64_t number,
                 const unsigned char chain[TOKEN_DIGEST_SIZE])
{
    struct record_entry entry = row->entry;
    unsigned char digest[TOKEN_DIGEST_SIZE];
    struct error long_one = {.kind = ERROR_NONE};
    memcpy(digest, chain, sizeof digest);
    entry.id = number;
    return record_advance(walk->db, &entry, digest, &long_one) &&
           memcmp(digest, row->digest, sizeof digest) == 0;
}

static void add_fault(struct walk *walk, const struct record_fault *fault)
{
    struct record_state *state = walk->state;
    if (state->fault_count < RECORD_FAULTS_MOST) {
        state->fault[state->fault_count++] = *fault;
    }
}

/* The entry at `stands` is taken for the one that was written as `number`. */
static void go_on(struct walk *walk, int64_t stands, const unsigned char digest[TOKEN_DIGEST_SIZE])
{
    memcpy(walk->chain, digest, sizeof walk->chain);
    walk->number++;
    walk->place = stands + 1;
    walk->from = stands + 1;
}

/* Where what was written as the present number stands, if it is not where it should be. */
static bool find_written(const struct walk *walk, struct row *found, bool *there, struct error *err)
{
    static const char ALL[] = "SELECT " RECORD_COLUMNS " FROM record ORDER BY id";
    CLEANUP(query_end) struct query *query = query_begin(walk->db, ALL);
    *there = false;
    while (!*there && query_step(query)) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct row row;
        read_row(query, arena, &row);
        *there = fits(walk, &row, walk->number, walk->chain);
        if (*there) {
            *found = (struct row){.entry.id = row.entry.id};
            memcpy(found->digest, row.digest, sizeof found->digest);
        }
    }
    return query_ok(query, err);
}

/* Whether `row` stands in front of `found`, which should be in its place, because it was put in:
 * then what follows on `found` still does. One of two that have changed places was written, too. */
static bool was_inserted(const struct walk *walk, const struct row *row, const struct row *found,
                         bool *inserted, struct error *err)
{
    struct row next;
    struct row before;
    bool there = false;
    *inserted = false;
    if (found->entry.id < row->entry.id) {
        return true;
    }
    if (!find_row(walk, found->entry.id + 1, &next, &there, err)) {
        return false;
    }
    if (there) {
        *inserted = fits(walk, &next, walk->number + 1, found->digest);
        return true;
    }
    if (!find_row(walk, found->entry.id - 1, &before, &there, err)) {
        return false;
    }
    *inserted = !fits(walk, row, walk->number + 1, found->digest) &&
                !fits(walk, row, found->entry.id, before.digest);
    return true;
}

/* The row that stands where `found` should. */
static bool tell_moved(struct walk *walk, const struct row *row, const struct row *found,
                       struct error *err)
{
    bool inserted = false;
    if (!was_inserted(walk, row, found, &inserted, err)) {
        return false;
    }
    if (inserted) {
        add_fault(walk, &(struct record_fault){.wrong = RECORD_INSERTED,
                                               .entry = row->entry.id,
                                               .count = found->entry.id - row->entry.id});
        go_on(walk, found->entry.id, found->digest);
        return true;
    }
    add_fault(walk, &(struct record_fault){.wrong = RECORD_MOVED,
                                           .entry = walk->number,
                                           .count = 1,
                                           .stands = found->entry.id});
    go_on(walk, row->entry.id, found->digest);
    return true;
}

/* How many entries are missing in front of a row that has got the number of the first of them, by
 * what the next row follows on; 0: none are. */
static int64_t missing_before(const struct walk *walk, const struct row *row,
                              const struct row *next)
{
    for (int64_t count = 1; count <= RENUMBERED_MOST; count++) {
        if (fits(walk, next, walk->number + 1 + count, row->digest)) {
            return count;
        }
    }
    return 0;
}

/* A row that is not what was written in its place. */
static bool tell_wrong(struct walk *walk, const struct row *row, struct error *err)
{
    struct row other;
    bool there = false;
    if (!find_written(walk, &other, &there, err)) {
        return false;
    }
    if (there) {
        return tell_moved(walk, row, &other, err);
    }
    struct record_fault fault = {.wrong = RECORD_CHANGED, .entry = walk->number, .count = 1};
    unsigned char should[TOKEN_DIGEST_SIZE];
    const unsigned char *digest = row->digest;
    struct record_entry entry = row->entry;
    memcpy(should, walk->chain, sizeof should);
    entry.id = walk->number;
    if (!record_advance(walk->db, &entry, should, err) ||
        !find_row(walk, row->entry.id + 1, &other, &there, err)) {
        return false;
    }
    if (there && !fits(walk, &other, walk->number + 1, row->digest)) {
        const bool redone = fits(walk, &other, walk->number + 1, should);
        const int64_t missing = redone ? 0 : missing_before(walk, row, &other);
        fault.wrong = redone ? RECORD_REDONE : missing > 0 ? RECORD_MISSING : RECORD_CHANGED;
        fault.count = missing > 0 ? missing : 1;
        digest = redone ? should : digest;
        walk->number += missing;
    }
    add_fault(walk, &fault);
    go_on(walk, row->entry.id, digest);
    return true;
}

/* A row behind a gap. */
static void tell_gap(struct walk *walk, const struct row *row)
{
    const bool moved = fits(walk, row, walk->number, walk->chain);
    const int64_t missing = row->entry.id - walk->place;
    add_fault(walk, &(struct record_fault){.wrong = moved ? RECORD_MOVED : RECORD_MISSING,
                                           .entry = walk->number,
                                           .count = moved ? 1 : missing,
                                           .stands = moved ? row->entry.id : 0});
    walk->number += moved ? 0 : missing;
    go_on(walk, row->entry.id, row->digest);
}

static bool look_at(struct walk *walk, const struct row *row, struct error *err)
{
    struct record_state *state = walk->state;
    if (row->entry.id < walk->place) {
        walk->from = row->entry.id + 1;
        add_fault(walk, &(struct record_fault){
                            .wrong = RECORD_INSERTED, .entry = row->entry.id, .count = 1});
        return true;
    }
    if (row->entry.id > walk->place) {
        tell_gap(walk, row);
        return true;
    }
    if (!fits(walk, row, walk->number, walk->chain)) {
        return tell_wrong(walk, row, err);
    }
    if (walk->number == state->known) {
        token_hex(row->digest, sizeof row->digest, state->known_head);
    }
    go_on(walk, row->entry.id, row->digest);
    return true;
}

static bool count_entries(struct db *db, int64_t *entries, struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM record";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    *entries = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool record_check(struct db *db, int64_t known, struct record_state *state, struct error *err)
{
    struct walk walk = {.db = db, .state = state, .from = INT64_MIN, .place = 1, .number = 1};
    *state = (struct record_state){.known = known};
    for (bool there = true; there && state->fault_count < RECORD_FAULTS_MOST;) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct row row;
        walk.arena = arena;
        if (!find_row(&walk, walk.from, &row, &there, err) ||
            (there && !look_at(&walk, &row, err))) {
            return false;
        }
    }
    if (!count_entries(db, &state->entries, err) ||
        !record_head(db, &state->last, state->head, err)) {
        return false;
    }
    if (state->last == 0) {
        state->head[0] = '\0';
    }
    return true;
}

const char *record_wrong_text(const struct record_fault *fault, struct arena *arena)
{
    const long long first = (long long)fault->entry;
    const long long last = (long long)(fault->entry + fault->count - 1);
    const char *which = fault->count == 1
                            ? arena_printf(arena, "entry %lld", first)
                            : arena_printf(arena, "entries %lld to %lld", first, last);
    const char *be = fault->count == 1 ? "is" : "are";
    switch (fault->wrong) {
    case RECORD_CHANGED: return arena_printf(arena, "%s was changed", which);
    case RECORD_REDONE: return arena_printf(arena, "the digest of %s was changed", which);
    case RECORD_MISSING: return arena_printf(arena, "%s %s missing", which, be);
    case RECORD_INSERTED:
        return arena_printf(arena, "%s %s put in: muster did not write %s", which,
                            fault->count == 1 ? "was" : "were", fault->count == 1 ? "it" : "them");
    case RECORD_MOVED:
        return arena_printf(arena, "what was written as %s stands as entry %lld", which,
                            (long long)fault->stands);
    }
    return which;
}
