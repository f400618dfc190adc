/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom to speak to in a unit of an open ballot, and a note of what they said. This is the one page
 * on which a rep reads numbers: of their own members whose vote can still be won, while the ballot
 * is open, and never one that somebody has closed. */
#include "console_people.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/calls.h"
#include "muster/store/seats.h"

enum { PAGE_ROWS = 100, PAGE_NUMBER_MOST = 100000 };

static void put_row(struct console_call *call, const struct calls_row *row, struct json *list)
{
    const struct member member = {
        .number = row->number, .first_name = row->first_name, .last_name = row->last_name};
    struct json *values = json_make_object();
    json_append(list, values);
    json_put_text(values, "number", row->number);
    json_put_text(values, "key", console_member_key(row->number, call->arena));
    json_put_text(values, "who", console_member_name(&member, call->arena));
    json_put_text(values, "workplace", row->workplace);
    json_put_text(values, "mobile", row->mobile);
    json_put_flag(values, "barred", row->barred);
    json_put_flag(values, "no_number", row->mobile == NULL && !row->barred);
    json_put_flag(values, "has_no_paper", text_equal(row->state, "no-paper"));
    if (!text_equal(row->units, row->unit)) {
        json_put_text(values, "units", row->units);
    }
}

/* The page of the list, from 1. */
static size_t page_of(const char *text)
{
    int64_t page = 1;
    return text_number(text, 1, PAGE_NUMBER_MOST, &page) ? (size_t)page : 1;
}

static void put_rows(struct console_call *call, const struct calls_row *rows, size_t count,
                     size_t page)
{
    struct json *list = json_make_array();
    json_put(call->values, "rows", list);
    for (size_t i = (page - 1) * PAGE_ROWS; i < count && i < page * PAGE_ROWS; i++) {
        put_row(call, &rows[i], list);
    }
    json_put_number(call->values, "count", (int64_t)count);
    json_put_number(call->values, "page", (int64_t)page);
    if (page * PAGE_ROWS < count) {
        json_put_number(call->values, "next", (int64_t)page + 1);
    }
    if (page > 1) {
        json_put_number(call->values, "before", (int64_t)page - 1);
    }
}

static bool show(struct console_call *call, const struct ballot *ballot, const char *unit,
                 size_t page, struct error *err)
{
    struct calls_row *rows = NULL;
    size_t count = 0;
    if (!calls_list(call->console->db, &call->scope, ballot->id, unit[0] == '\0' ? NULL : unit,
                    call->arena, &rows, &count, err)) {
        return false;
    }
    put_rows(call, rows, count, page);
    json_put_text(call->values, "ballot", ballot->name);
    json_put_text(call->values, "title", ballot->title);
    json_put_text(call->values, "closes", clock_iso(ballot->closes, call->arena));
    json_put_text(call->values, "unit", unit);
    json_put_text(call->values, "unit_key", console_member_key(unit, call->arena));
    json_put_flag(call->values, "may_mark", console_may(call, CONSOLE_WRITERS | CONSOLE_REPS));
    return console_answer(call, "phone.html", console_may(call, CONSOLE_REPS) ? "mine" : "ballots",
                          err);
}

/* The units to choose from: nobody calls a whole ballot. */
static bool show_units(struct console_call *call, const struct ballot *ballot, struct error *err)
{
    struct seats_unit *units = NULL;
    size_t count = 0;
    if (!seats_units(call->console->db, ballot->id, call->arena, &units, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_put_text(values, "unit", units[i].name);
        json_put_text(values, "unit_key", console_member_key(units[i].name, call->arena));
        json_put_number(values, "seats", units[i].seats);
        json_append(list, values);
    }
    json_put(call->values, "choose", list);
    json_put_text(call->values, "ballot", ballot->name);
    json_put_text(call->values, "title", ballot->title);
    return console_answer(call, "phone-units.html", "ballots", err);
}

bool console_show_phone_round(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    const char *unit = console_query(call, "unit");
    if (!console_kept_ballot(call, call->request->parts[0], &ballot, err)) {
        return false;
    }
    if (call->now >= ballot->closes) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "calls-are-over"));
    }
    return unit[0] == '\0' && console_may(call, CONSOLE_STAFF)
               ? show_units(call, ballot, err)
               : show(call, ballot, unit, page_of(console_query(call, "page")), err);
}

/* What somebody on the list has said: the button's name is the state, and its value their number.
 */
bool console_mark_call(struct console_call *call, struct error *err)
{
    static const char *const states[] = {"voted", "no-paper", "declined"};
    const char *state = "";
    const char *number = "";
    for (size_t i = 0; i < ARRAY_LENGTH(states) && number[0] == '\0'; i++) {
        state = states[i];
        number = console_field(call, states[i]);
    }
    if (!console_mark(call, call->request->parts[0], number, state, err)) {
        return false;
    }
    const char *unit = console_member_key(console_field(call, "unit"), call->arena);
    return console_go(call,
                      arena_printf(call->arena, "/ballots/%s/phone?unit=%s&page=%zu",
                                   call->request->parts[0], unit,
                                   page_of(console_field(call, "page"))),
                      "done-marked");
}
