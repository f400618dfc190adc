/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures into a board. */
#include "muster/ballot/board.h"

int64_t board_needed(int64_t entitled, int64_t part, int64_t whole)
{
    return (entitled * part + whole - 1) / whole;
}

static void work_out(const struct ballot *ballot, struct board_row *row)
{
    row->needed =
        board_needed(row->figures.entitled, ballot->threshold_part, ballot->threshold_whole);
    int64_t missing = row->needed - row->figures.voted;
    row->short_by = missing > 0 ? missing : 0;
    row->within_reach = row->short_by <= row->figures.reachable;
}

static void add(struct ballot_figures *total, const struct ballot_figures *figures)
{
    total->entitled += figures->entitled;
    total->voted += figures->voted;
    total->no_paper += figures->no_paper;
    total->declined += figures->declined;
    total->ineligible += figures->ineligible;
    total->reached += figures->reached;
    total->reachable += figures->reachable;
}

bool board_read(struct db *db, const struct ballot *ballot, struct arena *arena,
                struct board *board, struct error *err)
{
    struct ballot_figures *figures = NULL;
    size_t count = 0;
    if (!ballots_figures(db, ballot->id, arena, &figures, &count, err)) {
        return false;
    }
    *board = (struct board){.ballot = ballot, .count = count};
    board->rows = arena_array(arena, count, sizeof *board->rows);
    for (size_t i = 0; i < count; i++) {
        board->rows[i].figures = figures[i];
        work_out(ballot, &board->rows[i]);
        add(&board->total.figures, &figures[i]);
    }
    work_out(ballot, &board->total);
    return true;
}
