/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board of a ballot, and the page of one unit: how far it is, how it came there, and who is
 * left to be asked. */
#include <string.h>

#include "console_board.h"
#include "console_chart.h"
#include "console_counts.h"
#include "console_people.h"
#include "muster/ballot/effects.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/calls.h"
#include "muster/store/campaigns.h"
#include "muster/store/segments.h"

enum { MARKS_MOST = 24, SHOWN_MOST = 50 };

/* What somebody takes for granted of those who say nothing; what is no percentage is said. */
static int64_t read_silent(struct console_call *call)
{
    int64_t silent = BOARD_SILENT;
    const char *given = console_query(call, "silent");
    if (given[0] != '\0' && !text_number(given, 0, BOARD_SILENT_MOST, &silent)) {
        json_put_text(call->values, "silent_fault", given);
    }
    json_put_number(call->values, "silent", silent);
    json_put_number(call->values, "silent_half", silent / 2);
    return silent;
}

/* Steps that were repeated each day are marked once. */
static bool is_marked(const struct step *steps, size_t i)
{
    return steps[i].skipped == NULL &&
           (steps[i].daily_until == NULL || i == 0 || steps[i - 1].daily_until == NULL);
}

static bool put_steps(struct console_call *call, const struct campaign *campaign, struct json *list,
                      struct chart_mark *marks, size_t *count, struct error *err)
{
    struct step *steps = NULL;
    size_t step_count = 0;
    if (!campaigns_steps(call->console->db, campaign->id, call->arena, &steps, &step_count, err)) {
        return false;
    }
    for (size_t i = 0; i < step_count && *count < MARKS_MOST; i++) {
        if (!is_marked(steps, i)) {
            continue;
        }
        struct json *one = json_make_object();
        marks[*count] = (struct chart_mark){.at = steps[i].at};
        json_put_text(one, "campaign", campaign->name);
        json_put_text(one, "title", campaign->title);
        json_put_text(one, "step", steps[i].name);
        json_put_text(one, "at", clock_iso(steps[i].at, call->arena));
        json_put_flag(one, "ahead", steps[i].at > call->now);
        json_put_flag(one, "daily", steps[i].daily_until != NULL);
        json_append(list, one);
        (*count)++;
    }
    return true;
}

/* The marks by their time, numbered, with the list that names them. */
static void order_marks(struct json *unordered, struct chart_mark *marks, size_t count,
                        struct json *values)
{
    struct json *list = json_make_array();
    for (size_t placed = 0; placed < count; placed++) {
        size_t next = count;
        for (size_t i = 0; i < count; i++) {
            if (marks[i].number == 0 && (next == count || marks[i].at < marks[next].at)) {
                next = i;
            }
        }
        marks[next].number = (int64_t)placed + 1;
        json_append(list, json_share(json_value(unordered, next)));
    }
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && marks[j].number < marks[j - 1].number; j--) {
            const struct chart_mark one = marks[j];
            marks[j] = marks[j - 1];
            marks[j - 1] = one;
        }
    }
    json_put(values, "steps", list);
}

static bool put_marks(struct console_call *call, const struct ballot *ballot,
                      struct chart_mark *marks, size_t *count, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t campaign_count = 0;
    CLEANUP(json_free) struct json *list = json_make_array();
    *count = 0;
    if (!campaigns_list(call->console->db, call->arena, &campaigns, &campaign_count, err)) {
        return false;
    }
    for (size_t i = 0; i < campaign_count; i++) {
        const bool goes = !text_equal(campaigns[i].state, "draft") &&
                          !text_equal(campaigns[i].state, "cancelled");
        if (campaigns[i].ballot_id == ballot->id && goes &&
            !put_steps(call, &campaigns[i], list, marks, count, err)) {
            return false;
        }
    }
    order_marks(list, marks, *count, call->values);
    return true;
}

static void put_days(const struct console_call *call, const struct trend *trend,
                     struct json *values)
{
    struct json *list = json_make_array();
    for (size_t i = trend->count; i > 0; i--) {
        struct json *day = json_make_object();
        json_put_text(day, "day", calendar_text(trend->days[i - 1].date, call->arena));
        json_put_number(day, "gained", trend->days[i - 1].gained);
        json_put_number(day, "voted", trend->days[i - 1].voted);
        json_append(list, day);
    }
    json_put(values, "trend", list);
    json_put_number(values, "week", trend->week);
}

/* The trend of a row, as a picture and as a table. */
static bool put_trend(struct console_call *call, const struct board *board,
                      const struct board_row *row, struct error *err)
{
    struct trend trend;
    struct chart_mark marks[MARKS_MOST];
    struct chart chart = {.board = board, .row = row, .trend = &trend, .marks = marks};
    if (!trend_read(call->console->db, board->ballot, row->figures.unit, call->now, call->arena,
                    &trend, err) ||
        !put_marks(call, board->ballot, marks, &chart.mark_count, err)) {
        return false;
    }
    json_put_flag(call->values, "purged", board->ballot->purged_at != 0);
    if (trend.count > 0 && board->ballot->purged_at == 0) {
        put_days(call, &trend, call->values);
        console_put_charts(call, &chart, call->values);
    }
    return true;
}

bool console_show_board(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct board board;
    if (!console_find_ballot(call, &ballot, err) ||
        !console_read_board(call, ballot, read_silent(call), &board, err) ||
        !put_trend(call, &board, &board.total, err)) {
        return false;
    }
    struct json *units = json_make_array();
    for (size_t i = 0; i < board.count; i++) {
        json_append(units, console_make_row(call, &board, &board.rows[i]));
    }
    console_put_ballot(call, ballot, call->values);
    json_put(call->values, "total", console_make_row(call, &board, &board.total));
    json_put(call->values, "units", units);
    if (board.days_left > 0) {
        json_put_number(call->values, "days_left", board.days_left);
    }
    if (board.seats != board.total.figures.entitled) {
        json_put_number(call->values, "seats", board.seats);
    }
    return console_answer(call, "board.html", "ballots", err);
}

static const struct board_row *find_row(const struct board *board, const char *unit)
{
    for (size_t i = 0; i < board->count; i++) {
        if (text_equal(board->rows[i].figures.unit, unit)) {
            return &board->rows[i];
        }
    }
    return NULL;
}

/* Whom to turn to: how many can be written to, in the words of a campaign, and who is left to be
 * called. */
static bool put_left(struct console_call *call, const struct ballot *ballot, const char *unit,
                     struct error *err)
{
    struct segments_size size;
    struct calls_row *rows = NULL;
    size_t count = 0;
    const char *who = board_next(unit, call->arena);
    if (!segments_count(call->console->db, who, ballot->id, &size, err) ||
        !calls_list(call->console->db, &call->scope, ballot->id, unit, call->arena, &rows, &count,
                    err)) {
        return false;
    }
    json_put_text(call->values, "who", who);
    json_put_number(call->values, "to_write", size.members);
    json_put_number(call->values, "by_sms", size.sms);
    json_put_number(call->values, "by_email", size.email);
    json_put_number(call->values, "to_call", (int64_t)count);
    json_put_flag(call->values, "more_to_call", count > SHOWN_MOST);
    struct json *list = json_make_array();
    for (size_t i = 0; i < count && i < SHOWN_MOST; i++) {
        json_append(list, console_make_call(call, &rows[i]));
    }
    json_put(call->values, "calls", list);
    return true;
}

bool console_show_unit(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct board board;
    const char *unit = console_part(call, 1);
    if (!console_find_ballot(call, &ballot, err) ||
        !console_read_board(call, ballot, read_silent(call), &board, err)) {
        return false;
    }
    const struct board_row *row = unit == NULL ? NULL : find_row(&board, unit);
    if (row == NULL) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-unit"));
    }
    if (!put_trend(call, &board, row, err) || !put_left(call, ballot, unit, err)) {
        return false;
    }
    console_put_ballot(call, ballot, call->values);
    json_put(call->values, "unit", console_make_row(call, &board, row));
    json_put_flag(call->values, "together", ballot->together);
    json_put_flag(call->values, "writer", console_may(call, CONSOLE_WRITERS));
    return console_answer(call, "unit.html", "ballots", err);
}

/* "+4.2 (0.3 to 8.1)", in points of a percent, from hundredths. */
static const char *points(int64_t hundredths, struct arena *arena)
{
    const int64_t tenths = (hundredths < 0 ? -hundredths : hundredths) / 10;
    return arena_printf(arena, "%s%lld.%lld", hundredths < 0 ? "−" : "", (long long)tenths / 10,
                        (long long)tenths % 10);
}

static void put_comparison(struct console_call *call, const struct effects_step *step,
                           const struct effects_comparison *comparison, struct json *list)
{
    struct json *one = json_make_object();
    static const char *const deeds[EFFECTS_DEEDS] = {"voted", "replied", "opted-out", "no-paper",
                                                     "plans"};
    json_put_text(one, "step", step->step == NULL ? NULL : step->step->name);
    json_put_flag(one, "all_steps", step->step == NULL);
    json_put_text(one, "arm", comparison->arm->arm);
    json_put_text(one, "control", comparison->control->arm);
    json_put_text(one, "deed", console_said(call, "effect", deeds[comparison->deed]));
    const struct interval_count arm = effects_count(comparison->arm, comparison->deed);
    const struct interval_count control = effects_count(comparison->control, comparison->deed);
    json_put_number(one, "arm_part", arm.part);
    json_put_number(one, "arm_whole", arm.whole);
    json_put_number(one, "control_part", control.part);
    json_put_number(one, "control_whole", control.whole);
    json_put_text(one, "difference", points(comparison->difference.value, call->arena));
    json_put_text(one, "low", points(comparison->difference.low, call->arena));
    json_put_text(one, "high", points(comparison->difference.high, call->arena));
    json_put_flag(one, "tells", comparison->tells);
    json_append(list, one);
}

bool console_show_effects(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!console_find_ballot(call, &ballot, err) ||
        !campaigns_list(call->console->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "campaigns", list);
    console_put_ballot(call, ballot, call->values);
    for (size_t i = 0; i < count; i++) {
        const struct effects *effects = NULL;
        int64_t at = 0;
        if (campaigns[i].ballot_id != ballot->id) {
            continue;
        }
        if (!console_counts_effects(call->console->counts, campaigns[i].id, &effects, &at, err)) {
            return false;
        }
        console_counted_at(call, at);
        struct json *rows = json_make_array();
        for (size_t j = 0; j < effects->count; j++) {
            for (size_t k = 0; k < effects->steps[j].comparison_count; k++) {
                put_comparison(call, &effects->steps[j], &effects->steps[j].comparisons[k], rows);
            }
        }
        struct json *one = json_make_object();
        json_put_text(one, "name", campaigns[i].name);
        json_put_text(one, "title", campaigns[i].title);
        json_put_flag(one, "any", json_count(rows) > 0);
        json_put(one, "rows", rows);
        json_append(list, one);
    }
    return console_answer(call, "effects.html", "ballots", err);
}
