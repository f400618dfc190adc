/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ballot board: where each employer stands, in exact integers, and what is left to do. What
 * members have told us is "reported", never turnout: the union cannot know who has voted. */
#ifndef MUSTER_BALLOT_BOARD_H
#define MUSTER_BALLOT_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/hours.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"
#include "muster/store/replacements.h"

enum {
    BOARD_SILENT = 60, /* percent: how likely silent members are taken to vote, beside those who
                          answer, unless somebody says otherwise */
    BOARD_SILENT_MOST = 100,
};

/* Where a unit stands. */
enum board_standing {
    BOARD_REACHED,      /* the reported votes carry the threshold; or there is none */
    BOARD_WITHIN_REACH, /* the members who can be written to and have not voted would */
    BOARD_BY_CALLS,     /* they would not, but with those who have no address they would */
    BOARD_OUT_OF_REACH, /* not with them either */
    BOARD_EMPTY,        /* nobody is entitled: there is no unit */
};

/* How many may vote in the end, if those who say nothing vote as often as `silent` percent of those
 * who answer. No forecast: those who answer are likelier to vote than the rest. */
struct board_projection {
    bool known;  /* false: nobody has answered yet */
    int64_t low; /* with half of that percentage */
    int64_t expected;
    int64_t high; /* as often as those who answer */
};

struct board_row {
    struct ballot_figures figures;
    int64_t
        counted;    /* of how many the threshold is: as board_counted says; of the whole, those that
                        were notified in place of those in the list, and else each member once */
    int64_t needed; /* votes for the threshold: the smallest V with V * whole >= counted * part; 0
                       for a unit of a ballot that counts all together */
    int64_t short_by; /* needed less reported, at least 0 */
    int64_t per_day;  /* votes that are needed on each day left for voting; 0: none, or no day */
    int64_t
        papers_asked; /* members who have asked for another paper, and those of them of whom the */
    int64_t papers_outstanding; /* ballot office does not know yet */
    int64_t to_call;            /* what is missing beyond those who can be written to */
    enum board_standing standing;
    struct board_projection projection;
};

/* What is taken for granted. */
struct board_terms {
    int64_t now;
    int64_t silent;                        /* percent, 0 to BOARD_SILENT_MOST */
    const struct hours_holidays *holidays; /* no letters are carried on them */
    bool reached; /* count whom a message has reached, too: see ballots_reached */
};

/* What is counted in the store for a board: nothing of it depends on the time or the terms. */
struct board_counts {
    struct ballot_figures *figures; /* of each unit, by name */
    size_t count;
    struct ballot_figures total;
    struct replacements_figures *papers; /* of the units of which any was asked for */
    size_t paper_count;
    int64_t papers_asked; /* of the whole */
    int64_t papers_outstanding;
};

struct board {
    const struct ballot *ballot;
    struct board_row *rows; /* a row per unit; see board_read */
    size_t count;
    struct board_row
        total;         /* unit is NULL; each member once; `needed` is of the whole electorate */
    int64_t seats;     /* of all units: more than the members where some are entitled in two */
    int64_t days_left; /* days on which a vote can still be posted, or cast; today included */
};

/* Votes needed of `entitled` for a threshold of part/whole; 0 when there is no threshold. Exact:
 * 999 at 1/2 need 500, 1001 at 2/5 need 401. */
int64_t board_needed(int64_t entitled, int64_t part, int64_t whole) MUST_USE;

/* Of how many the threshold of a unit is: of those that were notified to its employer, where that
 * is known; else of those in the list. */
int64_t board_counted(const struct ballot_figures *figures) MUST_USE;

/* Where a unit stands that is short by so many votes. */
enum board_standing board_standing_of(int64_t counted, int64_t short_by, int64_t reachable,
                                      int64_t unreached) MUST_USE;

/* Whether the threshold is asked of this row. */
bool board_asked(const struct board *board, const struct board_row *row) MUST_USE;

/* Whom to write to next in a unit, in the segment language; in the arena. */
const char *board_next(const char *unit, struct arena *arena) MUST_USE;

/* Count; everything lies in the arena. Over a union of some hundred thousand it takes a while. */
bool board_count(struct db *db, const struct ballot *ballot, bool reached, struct arena *arena,
                 struct board_counts *counts, struct error *err) MUST_USE;

/* The board that follows from what was counted; its rows lie in the arena, their names where those
 * of the counts do. In order as board_read says. */
void board_draw(const struct ballot *ballot, const struct board_counts *counts,
                const struct board_terms *terms, struct arena *arena, struct board *board);

/* Both: read the board of a ballot; everything lies in the arena. The units that the next message
 * can carry come first, those that need least in front; then those that it cannot, by how much is
 * missing beyond it; then those that have reached their threshold. Where all count together, the
 * units in which most members can still be won come first. */
bool board_read(struct db *db, const struct ballot *ballot, const struct board_terms *terms,
                struct arena *arena, struct board *board, struct error *err) MUST_USE;

#endif
