/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ballots, and the board of one: how far each employer is, as bars against the line that must
 * be reached. Lengths are in thousandths of those entitled; the pictures are the templates'. */
#include "console_call.h"
#include "muster/ballot/board.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/conf/holidays.h"

enum { WHOLE = 1000 };

static int64_t thousandths(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : part * WHOLE / whole;
}

static void put_ballot(const struct console_call *call, const struct ballot *ballot,
                       struct json *values)
{
    json_put_text(values, "name", ballot->name);
    json_put_text(values, "title", ballot->title);
    json_put_text(values, "opens", clock_iso(ballot->opens, call->arena));
    json_put_text(values, "closes", clock_iso(ballot->closes, call->arena));
    json_put_number(values, "entitled", ballot->entitled);
    json_put_flag(values, "open", call->now < ballot->closes);
}

static bool read_board(const struct console_call *call, const struct ballot *ballot,
                       struct board *board, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct holidays holidays;
    struct board_terms terms = {.now = call->now, .silent = BOARD_SILENT};
    if (!holidays_read(call->console->config, call->console->config->hours.nation, call->arena,
                       &faults, &holidays, err)) {
        return false;
    }
    terms.holidays = &holidays.dates;
    return board_read(call->console->db, ballot, &terms, call->arena, board, err);
}

/* The figures of a row, for tables. */
static struct json *make_row(const struct board_row *row)
{
    struct json *values = json_make_object();
    const struct ballot_figures *figures = &row->figures;
    json_put_text(values, "unit", figures->unit);
    json_put_number(values, "entitled", figures->entitled);
    json_put_number(values, "voted", figures->voted);
    json_put_number(values, "no_paper", figures->no_paper);
    json_put_number(values, "declined", figures->declined);
    json_put_number(values, "reachable", figures->reachable);
    json_put_number(values, "needed", row->needed);
    json_put_number(values, "short_by", row->short_by);
    json_put_number(values, "per_day", row->per_day);
    return values;
}

/* And its bar. */
static void put_bar(struct json *values, const struct board *board, const struct board_row *row)
{
    static const char *const standings[] = {[BOARD_REACHED] = "reached",
                                            [BOARD_WITHIN_REACH] = "within",
                                            [BOARD_OUT_OF_REACH] = "beyond"};
    const int64_t entitled = row->figures.entitled;
    const bool counts = board->ballot->threshold_part > 0 &&
                        (row->figures.unit == NULL || !board->ballot->together);
    const char *standing = counts ? standings[row->standing] : "none";
    json_put_text(values, "standing", standing);
    json_put_flag(values, standing, true);
    json_put_number(values, "done", thousandths(row->figures.voted, entitled));
    json_put_number(values, "percent", thousandths(row->figures.voted, entitled) / 10);
    if (row->needed > 0) {
        json_put_number(values, "line", thousandths(row->needed, entitled));
    }
    if (row->projection.known) {
        struct json *projection = json_make_object();
        const int64_t low = thousandths(row->projection.low, entitled);
        json_put_number(projection, "low", low);
        json_put_number(projection, "band", thousandths(row->projection.high, entitled) - low);
        json_put(values, "projection", projection);
    }
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
        if (!read_board(call, &ballots[i], &board, err)) {
            return false;
        }
        struct json *values = make_row(&board.total);
        put_ballot(call, &ballots[i], values);
        put_bar(values, &board, &board.total);
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
        put_ballot(call, &ballots[i], ballot);
        json_append(list, ballot);
    }
    json_put(call->values, "ballots", list);
    return console_answer(call, "ballots.html", "ballots", err);
}

bool console_show_board(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct board board;
    const char *name = call->request->parts[0];
    if (!ballots_find(call->console->db, name, call->arena, &ballot, err)) {
        return false;
    }
    if (ballot == NULL) {
        return error_set(err, ERROR_NO_INPUT, "there is no ballot of this name");
    }
    if (!read_board(call, ballot, &board, err)) {
        return false;
    }
    struct json *units = json_make_array();
    for (size_t i = 0; i < board.count; i++) {
        struct json *row = make_row(&board.rows[i]);
        put_bar(row, &board, &board.rows[i]);
        json_append(units, row);
    }
    put_ballot(call, ballot, call->values);
    json_put(call->values, "total", make_row(&board.total));
    json_put(call->values, "units", units);
    if (ballot->last_post != 0) {
        json_put_text(call->values, "last_post", clock_iso(ballot->last_post, call->arena));
    }
    json_put_number(call->values, "days_left", board.days_left);
    return console_answer(call, "board.html", "ballots", err);
}
