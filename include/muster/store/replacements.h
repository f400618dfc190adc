/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacement papers: who has asked for one, and what became of that. A request stands from the
 * moment at which a member tells that no paper has come until the ballot office has it, or until
 * the member has voted. */
#ifndef MUSTER_STORE_REPLACEMENTS_H
#define MUSTER_STORE_REPLACEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* A paper that was sent out is there within a week: who says sooner that none has come has not
 * waited for it yet. */
enum { REPLACEMENTS_AGAIN_DAYS = 7 };

enum replacements_state {
    REPLACEMENTS_OUTSTANDING, /* asked for in time; the ballot office does not know of it */
    REPLACEMENTS_EARLY,   /* the same, and the days on which papers are replaced have not begun */
    REPLACEMENTS_LATE,    /* asked for when they were over, or there are none in this ballot */
    REPLACEMENTS_BARRED,  /* the member is no longer entitled in any unit */
    REPLACEMENTS_PASSED,  /* the ballot office has it */
    REPLACEMENTS_SENT,    /* and says that the paper was sent out */
    REPLACEMENTS_SETTLED, /* there is nothing left to do: see closed_as */
};

struct replacement {
    int64_t id;
    const char *number;
    const char *first_name;
    const char *last_name;
    const char *unit; /* as in struct ballot_place; NULL: not entitled any more */
    int64_t loss;     /* 1: the paper is missing; 2: so is the one that was to replace it; ... */
    int64_t asked_at;
    const char *source; /* "reply", "tap", "person" */
    int64_t batch;      /* 0: it was not passed on */
    int64_t passed_on_at;
    const char *passed_on_to;
    int64_t sent_at; /* 0: not known */
    int64_t closed_at;
    const char *closed_as; /* the state that settled it: "voted", "ineligible", "unknown" */
    enum replacements_state state;
};

/* Put down that a member has told `source` that no paper has come. Nothing is put down while a
 * request of the member waits, nor within REPLACEMENTS_AGAIN_DAYS of one that was passed on. Needs
 * an open transaction, as do all functions here that write. */
bool replacements_ask(struct db *db, int64_t ballot_id, int64_t member_id, const char *source,
                      int64_t at, struct error *err) MUST_USE;

/* Settle all requests of a member: they have voted, or there is nothing to replace. */
bool replacements_close(struct db *db, int64_t ballot_id, int64_t member_id, const char *as,
                        int64_t at, struct error *err) MUST_USE;

/* All requests of a ballot, or those of one batch (0: all), as they stand at `now`; the oldest
 * first, in the arena. */
bool replacements_list(struct db *db, int64_t ballot_id, int64_t batch, int64_t now,
                       struct arena *arena, struct replacement **rows, size_t *count,
                       struct error *err) MUST_USE;

/* Mark all that are outstanding at `now` as passed on to somebody: `*batch` is their number, 0 when
 * there were none. */
bool replacements_pass_on(struct db *db, int64_t ballot_id, const char *to, int64_t now,
                          int64_t *batch, struct error *err) MUST_USE;

/* Mark the papers of a batch as sent out; `*count` is how many were not yet. */
bool replacements_mark_sent(struct db *db, int64_t ballot_id, int64_t batch, int64_t now,
                            int64_t *count, struct error *err) MUST_USE;

/* How many members have asked, and of how many the request is outstanding, in one unit. */
struct replacements_figures {
    const char *unit;
    int64_t asked;
    int64_t outstanding;
};

/* The figures of the units in which anybody has asked, by name; in the arena. Outstanding are
 * requests that the ballot office does not know of, whether or not papers are replaced already. */
bool replacements_figures(struct db *db, int64_t ballot_id, struct arena *arena,
                          struct replacements_figures **figures, size_t *count,
                          struct error *err) MUST_USE;

/* The same of the whole ballot, each member once. */
bool replacements_total(struct db *db, int64_t ballot_id, int64_t *asked, int64_t *outstanding,
                        struct error *err) MUST_USE;

/* What the ballot office should know of a request: that a paper which replaced another is missing,
 * too; "" for the first. In the arena. */
const char *replacements_note(const struct replacement *row, struct arena *arena) MUST_USE;

#endif
