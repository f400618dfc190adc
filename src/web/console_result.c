/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of a ballot: what was counted, what it comes to, and entering the count of a unit. */
#include <string.h>

#include "console_board.h"
#include "console_counts.h"
#include "console_inbox.h"
#include "console_people.h"
#include "muster/ballot/result.h"
#include "muster/base/text.h"
#include "muster/store/counts.h"

enum { COUNT_MOST = 100000000 };

/* "58.3", from thousandths. */
static const char *percent(const struct console_call *call, int64_t permille)
{
    return arena_printf(call->arena, "%lld.%lld", (long long)permille / 10,
                        (long long)permille % 10);
}

static void put_row(const struct console_call *call, const struct result *result,
                    const struct result_row *row, struct json *list)
{
    struct json *one = json_make_object();
    json_put_text(one, "unit", row->count.name);
    json_put_number(one, "entitled", row->count.entitled);
    json_put_number(one, "votes", row->count.votes);
    json_put_number(one, "spoiled", row->count.spoiled);
    json_put_number(one, "reported", row->reported);
    json_put_text(one, "turnout", percent(call, row->turnout.permille));
    json_put_flag(one, "judged", row->judged);
    json_put_flag(one, "enough", row->turnout.reached);
    json_put_flag(one, "carried", row->carried);
    struct json *answers = json_make_array();
    for (size_t i = 0; i < result->question_count; i++) {
        struct json *answer = json_make_object();
        json_put_text(answer, "question", result->questions[i].text);
        json_put_number(answer, "yes", row->count.answers[i].yes);
        json_put_number(answer, "no", row->count.answers[i].no);
        json_put_text(answer, "share", percent(call, row->verdicts[i].permille));
        json_put_flag(answer, "won", row->judged && row->verdicts[i].carried);
        json_append(answers, answer);
    }
    json_put(one, "answers", answers);
    json_append(list, one);
}

static const char *field_name(const struct console_call *call, const char *what, size_t question)
{
    return arena_printf(call->arena, "%s-%zu", what, question + 1);
}

/* The form, with what was typed into it. */
static bool put_form(struct console_call *call, const struct ballot *ballot,
                     const struct result *result, struct error *err)
{
    static const char *const whats[] = {"yes", "no", "blank"};
    struct count_unit *units = NULL;
    size_t count = 0;
    if (!counts_units(call->console->db, ballot->id, call->arena, &units, &count, err)) {
        return false;
    }
    struct json *choices = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_make_object();
        json_put_text(one, "unit", units[i].name);
        json_put_number(one, "sent", units[i].entitled);
        json_put_flag(one, "here", text_equal(console_field(call, "unit"), units[i].name));
        json_append(choices, one);
    }
    struct json *questions = json_make_array();
    for (size_t i = 0; i < result->question_count; i++) {
        struct json *one = json_make_object();
        json_put_text(one, "question", result->questions[i].text);
        json_put_number(one, "place", (int64_t)i + 1);
        for (size_t j = 0; j < ARRAY_LENGTH(whats); j++) {
            json_put_text(one, whats[j], console_field(call, field_name(call, whats[j], i)));
        }
        json_append(questions, one);
    }
    json_put(call->values, "choices", choices);
    json_put(call->values, "questions", questions);
    json_put_text(call->values, "sent", console_field(call, "sent"));
    json_put_text(call->values, "votes", console_field(call, "votes"));
    json_put_text(call->values, "spoiled", console_field(call, "spoiled"));
    return true;
}

static bool show(struct console_call *call, const struct ballot *ballot, struct error *err)
{
    struct result result;
    const struct board_counts *counts = NULL;
    int64_t at = 0;
    if (!console_counts_find(call->console->counts, ballot, &counts, &at, err)) {
        return false;
    }
    const struct result_terms terms = {.figures = counts->figures, .count = counts->count};
    if (!result_read_beside(call->console->db, ballot, &terms, call->arena, &result, err)) {
        return false;
    }
    console_counted_at(call, at);
    struct json *rows = json_make_array();
    for (size_t i = 0; i < result.count; i++) {
        put_row(call, &result, &result.rows[i], rows);
    }
    json_put(call->values, "rows", rows);
    if (result.count > 1) {
        struct json *total = json_make_array();
        put_row(call, &result, &result.total, total);
        json_put(call->values, "in_all", total);
    }
    if (result.missing > 0) {
        json_put_number(call->values, "missing", (int64_t)result.missing);
    }
    console_put_ballot(call, ballot, call->values);
    const bool may_enter = console_may(call, CONSOLE_WRITERS) && call->now >= ballot->closes;
    json_put_flag(call->values, "may_enter", may_enter);
    return (!may_enter || put_form(call, ballot, &result, err)) &&
           console_answer(call, "result.html", "ballots", err);
}

bool console_show_result(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    return console_find_ballot(call, &ballot, err) && show(call, ballot, err);
}

static bool read_number(const struct console_call *call, const char *name, int64_t *number,
                        struct error *fault)
{
    return text_number(console_field(call, name), 0, COUNT_MOST, number) ||
           error_set(fault, ERROR_DATA, "%s", console_word(call, "count-wants-numbers"));
}

/* The count that was typed in. */
static bool read_count(const struct console_call *call, const struct count_unit *units,
                       size_t unit_count, size_t questions, struct count_unit *unit,
                       struct error *fault)
{
    const struct count_unit *found = NULL;
    for (size_t i = 0; i < unit_count; i++) {
        found = text_equal(units[i].name, console_field(call, "unit")) ? &units[i] : found;
    }
    if (found == NULL) {
        return error_set(fault, ERROR_DATA, "%s", console_word(call, "no-such-unit"));
    }
    *unit = *found;
    unit->answers = arena_array(call->arena, questions + 1, sizeof *unit->answers);
    if (!read_number(call, "sent", &unit->entitled, fault) ||
        !read_number(call, "votes", &unit->votes, fault) ||
        !read_number(call, "spoiled", &unit->spoiled, fault)) {
        return false;
    }
    for (size_t i = 0; i < questions; i++) {
        if (!read_number(call, field_name(call, "yes", i), &unit->answers[i].yes, fault) ||
            !read_number(call, field_name(call, "no", i), &unit->answers[i].no, fault) ||
            !read_number(call, field_name(call, "blank", i), &unit->answers[i].spoiled, fault)) {
            return false;
        }
    }
    return true;
}

bool console_enter_count(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct count_question *questions = NULL;
    struct count_unit *units = NULL;
    struct count_unit unit;
    size_t question_count = 0;
    size_t unit_count = 0;
    struct error fault = {.kind = ERROR_NONE};
    struct db *db = call->console->db;
    if (!console_find_ballot(call, &ballot, err) || !result_awaited(ballot, call->now, err) ||
        !counts_questions(db, ballot->id, call->arena, &questions, &question_count, err) ||
        !counts_units(db, ballot->id, call->arena, &units, &unit_count, err)) {
        return false;
    }
    if (!read_count(call, units, unit_count, question_count, &unit, &fault) ||
        !verdict_check(&unit, questions, question_count, &fault)) {
        json_put_text(call->values, "count_fault", fault.text);
        return show(call, ballot, err);
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return counts_put(db, &unit, question_count, call->now, err) &&
           console_note(call, "ballot.count", ballot->name, unit.name, err) &&
           db_commit(transaction, err) &&
           console_go(call, arena_printf(call->arena, "/ballots/%s/result", ballot->name),
                      "done-counted");
}
