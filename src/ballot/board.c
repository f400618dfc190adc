/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures into a board. */
#include "muster/ballot/board.h"

#include <stdlib.h>
#include <string.h>

#include "muster/ballot/days.h"
#include "muster/base/calendar.h"

int64_t board_needed(int64_t entitled, int64_t part, int64_t whole)
{
    return (entitled * part + whole - 1) / whole;
}

int64_t board_counted(const struct ballot_figures *figures)
{
    return figures->notified != 0 ? figures->notified : figures->entitled;
}

enum board_standing board_standing_of(int64_t counted, int64_t short_by, int64_t reachable,
                                      int64_t unreached)
{
    return counted == 0                        ? BOARD_EMPTY
           : short_by == 0                     ? BOARD_REACHED
           : short_by <= reachable             ? BOARD_WITHIN_REACH
           : short_by <= reachable + unreached ? BOARD_BY_CALLS
                                               : BOARD_OUT_OF_REACH;
}

bool board_asked(const struct board *board, const struct board_row *row)
{
    const bool counts = row->figures.unit == NULL || !board->ballot->together;
    return board->ballot->threshold_part > 0 && counts && row->counted > 0;
}

/* A quotation mark cannot stand in such words: what follows one is any ending. */
const char *board_next(const char *unit, struct arena *arena)
{
    const size_t whole = strcspn(unit, "\"");
    return arena_printf(arena, "unit:\"%.*s%s\" and (unknown or no-paper) and reachable:any",
                        (int)whole, unit, unit[whole] == '\0' ? "" : "*");
}

/* So many percent of `number`, where only part of a whole votes, rounded down. */
static int64_t share(int64_t number, int64_t part, int64_t whole, int64_t percent)
{
    return number * part * percent / (whole * 100);
}

static struct board_projection project(const struct ballot_figures *figures, int64_t silent)
{
    const int64_t answered = figures->voted + figures->no_paper;
    const int64_t quiet = figures->entitled - answered - figures->declined - figures->ineligible;
    if (answered == 0) {
        return (struct board_projection){.known = false};
    }
    return (struct board_projection){
        .known = true,
        .low = figures->voted + share(quiet, figures->voted, answered, silent / 2),
        .expected = figures->voted + share(quiet, figures->voted, answered, silent),
        .high = figures->voted + share(quiet, figures->voted, answered, BOARD_SILENT_MOST),
    };
}

static void work_out(const struct board *board, const struct board_terms *terms, bool counts,
                     struct board_row *row)
{
    const struct ballot *ballot = board->ballot;
    const int64_t part = counts ? ballot->threshold_part : 0;
    row->needed = board_needed(row->counted, part, ballot->threshold_whole);
    const int64_t missing = row->needed - row->figures.voted;
    row->short_by = missing > 0 ? missing : 0;
    row->per_day =
        board->days_left == 0 ? 0 : (row->short_by + board->days_left - 1) / board->days_left;
    const int64_t beyond = row->short_by - row->figures.reachable;
    row->to_call = beyond > 0 ? beyond : 0;
    row->standing = board_standing_of(row->counted, row->short_by, row->figures.reachable,
                                      row->figures.unreached);
    row->projection = project(&row->figures, terms->silent);
}

/* Days that are left: for posting where votes are posted, else until the close. */
static int64_t count_days(const struct ballot *ballot, const struct board_terms *terms)
{
    struct clock_stretch today = {.date = 0};
    struct days days;
    days_of(ballot, &days);
    if (!clock_stretch(terms->now, &today) || terms->now >= ballot->closes) {
        return 0;
    }
    const int from = today.date > days.opens ? today.date : days.opens;
    if (days.last_post != 0) {
        return days_carried(from, days.last_post, terms->holidays);
    }
    return calendar_day(days.closes) - calendar_day(from) + 1;
}

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_what_is_left(const void *a, const void *b)
{
    static const int places[] = {[BOARD_WITHIN_REACH] = 0,
                                 [BOARD_BY_CALLS] = 1,
                                 [BOARD_OUT_OF_REACH] = 1,
                                 [BOARD_REACHED] = 2,
                                 [BOARD_EMPTY] = 3};
    const struct board_row *one = a;
    const struct board_row *other = b;
    int order = compare(places[one->standing], places[other->standing]);
    if (order == 0 && one->standing == BOARD_WITHIN_REACH) {
        order = compare(one->short_by, other->short_by);
    }
    if (order == 0) {
        order = compare(one->to_call, other->to_call);
    }
    if (order == 0) {
        order = compare(other->figures.reachable, one->figures.reachable);
    }
    return order == 0 ? strcmp(one->figures.unit, other->figures.unit) : order;
}

static void put_papers(const struct board_counts *counts, struct board *board)
{
    board->total.papers_asked = counts->papers_asked;
    board->total.papers_outstanding = counts->papers_outstanding;
    for (size_t i = 0; i < board->count; i++) {
        for (size_t j = 0; j < counts->paper_count; j++) {
            if (strcmp(board->rows[i].figures.unit, counts->papers[j].unit) == 0) {
                board->rows[i].papers_asked = counts->papers[j].asked;
                board->rows[i].papers_outstanding = counts->papers[j].outstanding;
            }
        }
    }
}

bool board_count(struct db *db, const struct ballot *ballot, bool reached, struct arena *arena,
                 struct board_counts *counts, struct error *err)
{
    struct board_counts found = {.figures = NULL};
    if (!ballots_figures(db, ballot->id, arena, &found.figures, &found.count, err) ||
        !ballots_total(db, ballot->id, &found.total, err)) {
        return false;
    }
    if (reached &&
        !ballots_reached(db, ballot->id, found.figures, found.count, &found.total, err)) {
        return false;
    }
    if (!replacements_figures(db, ballot->id, arena, &found.papers, &found.paper_count, err) ||
        !replacements_total(db, ballot->id, &found.papers_asked, &found.papers_outstanding, err)) {
        return false;
    }
    *counts = found;
    return true;
}

void board_draw(const struct ballot *ballot, const struct board_counts *counts,
                const struct board_terms *terms, struct arena *arena, struct board *board)
{
    *board = (struct board){.ballot = ballot, .days_left = count_days(ballot, terms)};
    board->count = counts->count;
    board->rows = arena_array(arena, counts->count, sizeof *board->rows);
    int64_t notified = 0; /* beyond those in the list */
    for (size_t i = 0; i < counts->count; i++) {
        struct board_row *row = &board->rows[i];
        *row = (struct board_row){.figures = counts->figures[i]};
        row->counted = board_counted(&row->figures);
        board->seats += row->figures.entitled;
        notified += row->counted - row->figures.entitled;
        work_out(board, terms, !ballot->together, row);
    }
    board->total.figures = counts->total;
    board->total.counted = board->total.figures.entitled + notified;
    work_out(board, terms, true, &board->total);
    qsort(board->rows, board->count, sizeof *board->rows, by_what_is_left);
    put_papers(counts, board);
}

bool board_read(struct db *db, const struct ballot *ballot, const struct board_terms *terms,
                struct arena *arena, struct board *board, struct error *err)
{
    struct board_counts counts;
    if (!board_count(db, ballot, terms->reached, arena, &counts, err)) {
        return false;
    }
    board_draw(ballot, &counts, terms, arena, board);
    return true;
}
