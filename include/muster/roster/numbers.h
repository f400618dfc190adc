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

struct numbers_row {
    unsigned line;
    const char *text;   /* as it is written */
    const char *number; /* of the member, as the store has it; NULL: it is none */
    int64_t member_id;
    const char *reason; /* why it is none, a sentence without its subject */
};

struct numbers {
    struct numbers_row *rows; /* each member once */
    size_t count;
    bool ticks;     /* there is a column to be ticked, and only rows with a tick are here */
    int64_t passed; /* rows without one */
};

/* Read the list; all in the arena. Lines above the first number are titles and headings. The number
 * stands in the column that is headed as membership numbers are, else in the first; where a heading
 * is `tick` ("voted", without regard to case and punctuation; NULL: none), a row counts that says
 * something there. ERROR_NO_INPUT and ERROR_DATA as import_file. */
bool numbers_read(struct db *db, const char *path, const char *tick, struct arena *arena,
                  struct numbers *numbers, struct error *err) MUST_USE;

#endif
