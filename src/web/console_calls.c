/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom reps should speak to: a sheet to print, and the same as CSV, with columns that they fill. */
#include "console_board.h"
#include "console_counts.h"
#include "muster/base/sheet.h"
#include "muster/base/text.h"
#include "muster/store/calls.h"

enum {
    SHEET_MAX = 256 * 1024 * 1024,
    ROWS_MOST = 3000, /* of a page */
};

static const char *full_name(const char *first, const char *last, struct arena *arena)
{
    return text_trim(
        arena_printf(arena, "%s %s", first == NULL ? "" : first, last == NULL ? "" : last), arena);
}

struct json *console_make_call(const struct console_call *call, const struct calls_row *row)
{
    struct json *values = json_make_object();
    json_put_text(values, "number", row->number);
    json_put_text(values, "key", console_member_key(row->number, call->arena));
    json_put_text(values, "name", full_name(row->first_name, row->last_name, call->arena));
    json_put_text(values, "workplace", row->workplace);
    json_put_text(values, "phone", row->mobile);
    json_put_flag(values, "barred", row->barred);
    json_put_flag(values, "no_number", !row->barred && row->mobile == NULL);
    json_put_flag(values, "no_paper", text_equal(row->state, "no-paper"));
    if (!text_equal(row->units, row->unit)) {
        json_put_text(values, "two_units", row->units);
    }
    return values;
}

/* The unit that the query names; NULL: all. */
static const char *named_unit(const struct console_call *call)
{
    const char *given = console_query(call, "unit");
    return given[0] == '\0' ? NULL : given;
}

static const struct board_row *row_of(const struct board *board, const char *unit)
{
    for (size_t i = 0; i < board->count; i++) {
        if (text_equal(board->rows[i].figures.unit, unit)) {
            return &board->rows[i];
        }
    }
    return NULL;
}

/* The sheets of the rows, a unit after the other. */
static void put_sheets(struct console_call *call, const struct board *board,
                       const struct calls_row *rows, size_t count)
{
    struct json *units = json_make_array();
    struct json *list = NULL;
    for (size_t i = 0; i < count && i < ROWS_MOST; i++) {
        if (i == 0 || !text_equal(rows[i].unit, rows[i - 1].unit)) {
            const struct board_row *row = row_of(board, rows[i].unit);
            struct json *one =
                row == NULL ? json_make_object() : console_make_row(call, board, row);
            list = json_make_array();
            json_put(one, "calls", list);
            json_append(units, one);
        }
        json_append(list, console_make_call(call, &rows[i]));
    }
    json_put(call->values, "units", units);
    json_put_flag(call->values, "more_rows", count > ROWS_MOST);
}

/* Too many for one page: where the sheet of each unit is. Call sheets are for those who see all
 * members. */
static bool put_index(struct console_call *call, const struct ballot *ballot, struct error *err)
{
    const struct calls_unit *units = NULL;
    size_t count = 0;
    int64_t at = 0;
    if (!console_counts_calls(call->console->counts, ballot, &units, &count, &at, err)) {
        return false;
    }
    console_counted_at(call, at);
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_make_object();
        json_put_text(one, "unit", units[i].unit);
        json_put_text(one, "key", console_member_key(units[i].unit, call->arena));
        json_put_number(one, "members", units[i].members);
        json_append(list, one);
    }
    json_put(call->values, "index", list);
    return true;
}

/* The sheets of the unit that the query names, or of all. */
static bool put_calls(struct console_call *call, const struct ballot *ballot, const char *unit,
                      struct error *err)
{
    struct calls_row *rows = NULL;
    size_t count = 0;
    struct board board;
    if (!calls_list(call->console->db, &call->scope, ballot->id, unit, call->arena, &rows, &count,
                    err) ||
        !console_read_board(call, ballot, BOARD_SILENT, &board, err)) {
        return false;
    }
    put_sheets(call, &board, rows, count);
    json_put_flag(call->values, "nobody", count == 0);
    return true;
}

bool console_show_calls(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    const char *unit = named_unit(call);
    int64_t members = 0;
    if (!console_find_ballot(call, &ballot, err) ||
        (unit == NULL && !calls_count_to(call->console->db, &call->scope, ballot->id, ROWS_MOST + 1,
                                         &members, err)) ||
        !(members > ROWS_MOST ? put_index(call, ballot, err)
                              : put_calls(call, ballot, unit, err))) {
        return false;
    }
    json_put_text(call->values, "unit", unit);
    if (unit != NULL) {
        json_put_text(call->values, "unit_key", console_member_key(unit, call->arena));
    }
    console_put_ballot(call, ballot, call->values);
    return console_answer(call, "calls.html", "ballots", err);
}

bool console_answer_csv(struct console_call *call, const struct buffer *csv, struct error *err)
{
    if (csv->full) {
        return error_set(err, ERROR_DATA, "this table is too large to be sent");
    }
    server_answer(call->exchange, &(struct server_answer){.status = 200,
                                                          .type = "text/csv; charset=utf-8",
                                                          .body = buffer_text(csv)});
    return true;
}

void console_put_line(struct buffer *csv, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            (void)buffer_putc(csv, ',');
        }
        sheet_put_cell(csv, cells[i] == NULL ? "" : cells[i], false);
    }
    (void)buffer_putc(csv, '\n');
}

bool console_show_calls_csv(struct console_call *call, struct error *err)
{
    static const char *const heads[] = {"number",    "first_name",     "last_name", "unit",
                                        "workplace", "phone",          "note",      "voted",
                                        "no_paper",  "rather_not_say", "left"};
    struct ballot *ballot = NULL;
    struct calls_row *rows = NULL;
    size_t count = 0;
    if (!console_find_ballot(call, &ballot, err) ||
        !calls_list(call->console->db, &call->scope, ballot->id, named_unit(call), call->arena,
                    &rows, &count, err)) {
        return false;
    }
    CLEANUP(buffer_free) struct buffer csv;
    buffer_init(&csv, SHEET_MAX);
    console_put_line(&csv, heads, ARRAY_LENGTH(heads));
    for (size_t i = 0; i < count; i++) {
        const char *const cells[ARRAY_LENGTH(heads)] = {rows[i].number,
                                                        rows[i].first_name,
                                                        rows[i].last_name,
                                                        rows[i].unit,
                                                        rows[i].workplace,
                                                        rows[i].mobile,
                                                        calls_note(&rows[i], call->arena)};
        console_put_line(&csv, cells, ARRAY_LENGTH(cells));
    }
    return console_answer_csv(call, &csv, err);
}
