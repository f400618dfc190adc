/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of membership numbers that comes back from a rep: one a line, or a sheet with them in its
 * first column, ticked or not. */
#ifndef MUSTER_ROSTER_NUMBERS_H
#define MUSTER_ROSTER_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/scope.h"

struct numbers_row {
    unsigned line;
    const char *text;   /* as it is written */
    const char *number; /* of the member, as the store has it; NULL: it is none */
    int64_t member_id;
    const char *reason; /* why it is none, a sentence without its subject */
    const char *before; /* the member's state in the ballot, once numbers_compare has asked; NULL:
                           not entitled there */
};

struct numbers {
    struct numbers_row *rows; /* each member once */
    size_t count;
    bool ticks;     /* there is a column to be ticked, and only rows with a tick are here */
    int64_t passed; /* rows without one */
};

/* Read the list; all in the arena. Only members within the scope are known by their numbers. Lines
 * above the first number are titles and headings. The number stands in the column that is headed
 * as membership numbers are, else in the first; where a heading is `tick` ("voted", without regard
 * to case and punctuation; NULL: none), a row counts that says something there. ERROR_NO_INPUT and
 * ERROR_DATA as import_file. */
bool numbers_read(struct db *db, const struct scope *scope, const char *path, const char *tick,
                  struct arena *arena, struct numbers *numbers, struct error *err) MUST_USE;

/* The same of a text (UTF-8) that somebody has typed or pasted. There the number may also stand
 * beside a name in one cell: "Tess Able 2100528". */
bool numbers_read_text(struct db *db, const struct scope *scope, const char *text, const char *tick,
                       struct arena *arena, struct numbers *numbers, struct error *err) MUST_USE;

/* The heading under which a rep ticks a state ("voted", "no-paper", "declined", "ineligible") in
 * the sheets that muster makes; NULL for any other. Static. */
const char *numbers_tick(const char *state) MUST_USE;

/* Read the state that each member of the list has in a ballot. */
bool numbers_compare(struct db *db, int64_t ballot_id, struct arena *arena, struct numbers *numbers,
                     struct error *err) MUST_USE;

/* Mark each member of the list, as a person tells, put down by an account (NULL: nobody is known);
 * who is not entitled gets a reason. Says how many are marked. Needs an open transaction. */
bool numbers_mark(struct db *db, int64_t ballot_id, const char *state, const char *account,
                  int64_t at, struct numbers *numbers, int64_t *marked, struct error *err) MUST_USE;

#endif
