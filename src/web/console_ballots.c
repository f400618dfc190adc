/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ballots, and the bar of each row of a board: how far it is, against the line that must be
 * reached. Lengths are in thousandths of those that the threshold is of; the pictures are the
 * templates'. */
#include "console_board.h"
#include "console_counts.h"
#include "console_people.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/conf/holidays.h"

enum { WHOLE = 1000 };

static int64_t thousandths(int64_t part, int64_t whole)
{
    const int64_t share = whole == 0 ? 0 : part * WHOLE / whole;
    return share < WHOLE ? share : WHOLE;
}

bool console_find_ballot(const struct console_call *call, struct ballot **ballot, struct error *err)
{
    const char *name = call->request->parts[0];
    return ballots_find(call->console->db, name, call->arena, ballot, err) &&
           (*ballot != NULL ||
            error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-ballot")));
}

void console_put_ballot(const struct console_call *call, const struct ballot *ballot,
                        struct json *values)
{
    json_put_text(values, "name", ballot->name);
    json_put_text(values, "title", ballot->title);
    json_put_text(values, "opens", clock_iso(ballot->opens, call->arena));
    json_put_text(values, "closes", clock_iso(ballot->closes, call->arena));
    json_put_number(values, "entitled", ballot->entitled);
    json_put_flag(values, "open", call->now < ballot->closes);
    if (ballot->last_post != 0) {
        json_put_text(values, "last_post", clock_iso(ballot->last_post, call->arena));
    }
}

bool console_read_board(struct console_call *call, const struct ballot *ballot, int64_t silent,
                        struct board *board, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct holidays holidays;
    struct board_terms terms = {.now = call->now, .silent = silent};
    if (!holidays_read(call->console->config, call->console->config->hours.nation, call->arena,
                       &faults, &holidays, err)) {
        return false;
    }
    terms.holidays = &holidays.dates;
    const struct board_counts *counts = NULL;
    int64_t at = 0;
    if (!console_counts_find(call->console->counts, ballot, &counts, &at, err)) {
        return false;
    }
    console_counted_at(call, at);
    board_draw(ballot, counts, &terms, call->arena, board);
    return true;
}

static void put_bar(const struct board_row *row, bool asked, struct json *values)
{
    static const char *const standings[] = {[BOARD_REACHED] = "reached",
                                            [BOARD_WITHIN_REACH] = "within",
                                            [BOARD_BY_CALLS] = "calls_needed",
                                            [BOARD_OUT_OF_REACH] = "beyond",
                                            [BOARD_EMPTY] = "none"};
    const char *standing = asked ? standings[row->standing] : "none";
    json_put_text(values, "standing", standing);
    for (size_t i = 0; i < ARRAY_LENGTH(standings); i++) { /* a row lies within others of a page */
        json_put_flag(values, standings[i], text_equal(standings[i], standing));
    }
    json_put_number(values, "done", thousandths(row->figures.voted, row->counted));
    json_put_number(values, "percent", thousandths(row->figures.voted, row->counted) / 10);
    if (row->needed > 0) {
        json_put_number(values, "line", thousandths(row->needed, row->counted));
    }
    if (row->projection.known) {
        struct json *projection = json_make_object();
        const int64_t low = thousandths(row->projection.low, row->counted);
        json_put_number(projection, "low", low);
        json_put_number(projection, "band", thousandths(row->projection.high, row->counted) - low);
        json_put(values, "projection", projection);
    }
}

struct json *console_make_row(const struct console_call *call, const struct board *board,
                              const struct board_row *row)
{
    struct json *values = json_make_object();
    const struct ballot_figures *figures = &row->figures;
    const bool asked = board_asked(board, row);
    if (figures->unit != NULL) {
        json_put_text(values, "unit", figures->unit);
        json_put_text(values, "key", console_member_key(figures->unit, call->arena));
    }
    json_put_number(values, "entitled", figures->entitled);
    json_put_number(values, "counted", row->counted);
    json_put_number(values, "voted", figures->voted);
    json_put_number(values, "no_paper", figures->no_paper);
    json_put_number(values, "declined", figures->declined);
    json_put_number(values, "reachable", figures->reachable);
    json_put_number(values, "unreached", figures->unreached);
    json_put_number(values, "needed", row->needed);
    json_put_number(values, "short_by", row->short_by);
    json_put_number(values, "per_day", row->per_day);
    json_put_number(values, "to_call", row->to_call);
    json_put_flag(values, "asked", asked);
    if (row->papers_outstanding > 0) {
        json_put_number(values, "papers", row->papers_outstanding);
    }
    put_bar(row, asked, values);
    return values;
}

bool console_put_open_ballots(struct console_call *call, struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    if (!ballots_list(call->console->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "ballots", list);
    for (size_t i = 0; i < count; i++) {
        struct board board;
        if (call->now >= ballots[i].closes) {
            continue;
        }
        if (!console_read_board(call, &ballots[i], BOARD_SILENT, &board, err)) {
            return false;
        }
        struct json *values = console_make_row(call, &board, &board.total);
        console_put_ballot(call, &ballots[i], values);
        json_append(list, values);
    }
    return true;
}

bool console_show_ballots(struct console_call *call, struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    if (!ballots_list(call->console->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *ballot = json_make_object();
        console_put_ballot(call, &ballots[i], ballot);
        json_append(list, ballot);
    }
    json_put(call->values, "ballots", list);
    return console_answer(call, "ballots.html", "ballots", err);
}
