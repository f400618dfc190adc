/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions: which there are, who comes by branch and workplace, the steward's sheet to print, and
 * answers that members gave by word of mouth. */
#include "console_board.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/attendees.h"
#include "muster/store/members.h"

enum {
    SHEET_MAX = 64 * 1024 * 1024,
    ROWS_MOST = 300, /* of a page; the spreadsheet has all */
};

/* The action that the path names. ERROR_NO_INPUT when there is none. */
static bool find_action(struct console_call *call, struct action **action, struct error *err)
{
    const char *name = console_part(call, 0);
    *action = NULL;
    return (name == NULL || actions_find(call->console->db, name, call->arena, action, err)) &&
           (*action != NULL ||
            error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-action")));
}

static void put_action(const struct console_call *call, const struct action *action,
                       struct json *values)
{
    const bool same =
        text_equal(clock_day(action->starts, call->arena), clock_day(action->ends, call->arena));
    json_put_text(values, "name", action->name);
    json_put_text(values, "title", action->title);
    json_put_text(values, "place", action->place);
    json_put_text(values, "starts", clock_iso(action->starts, call->arena));
    json_put_text(values, "ends", clock_iso(action->ends, call->arena));
    json_put_flag(values, "same_day", same);
    json_put_text(values, "who", action->who);
    json_put_text(values, "contact", text_given(action->contact));
    json_put_text(values, "why", text_given(action->why));
    json_put_flag(values, "changed", text_equal(action->state, "changed"));
    json_put_flag(values, "cancelled", text_equal(action->state, "cancelled"));
}

static void append_action(const struct console_call *call, const struct action *action,
                          struct json *list)
{
    struct json *values = json_make_object();
    put_action(call, action, values);
    json_append(list, values);
}

bool console_show_actions(struct console_call *call, struct error *err)
{
    struct action *actions = NULL;
    size_t count = 0;
    if (!actions_list(call->console->db, call->arena, &actions, &count, err)) {
        return false;
    }
    struct json *ahead = json_make_array();
    struct json *over = json_make_array();
    for (size_t i = count; i-- > 0;) { /* what is next comes first */
        if (actions[i].ends > call->now) {
            append_action(call, &actions[i], ahead);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (actions[i].ends <= call->now) {
            append_action(call, &actions[i], over);
        }
    }
    json_put(call->values, "ahead", ahead);
    json_put(call->values, "over", over);
    json_put_flag(call->values, "none", count == 0);
    return console_answer(call, "actions.html", "campaigns", err);
}

static struct json *make_figures(const struct attendee_figures *figures)
{
    struct json *values = json_make_object();
    json_put_text(values, "branch", text_given(figures->branch));
    json_put_text(values, "workplace", text_given(figures->workplace));
    json_put_number(values, "concerned", figures->concerned);
    json_put_number(values, "asked", figures->asked);
    json_put_number(values, "coming", figures->coming);
    json_put_number(values, "guests", figures->guests);
    json_put_number(values, "heads", figures->coming + figures->guests);
    json_put_number(values, "maybe", figures->maybe);
    json_put_number(values, "cannot", figures->cannot);
    json_put_number(values, "unanswered", figures->unanswered);
    return values;
}

static bool show_action(struct console_call *call, const struct action *action, struct error *err)
{
    struct attendee_figures *figures = NULL;
    struct attendee_figures total = {0};
    size_t count = 0;
    struct db *db = call->console->db;
    if (!attendees_figures(db, action, call->arena, &figures, &count, err) ||
        !attendees_total(db, action, &total, err)) {
        return false;
    }
    struct json *rows = json_make_array();
    for (size_t i = 0; i < count && i < ROWS_MOST; i++) {
        json_append(rows, make_figures(&figures[i]));
    }
    put_action(call, action, call->values);
    json_put(call->values, "rows", rows);
    json_put_flag(call->values, "more_rows", count > ROWS_MOST);
    json_put(call->values, "total", make_figures(&total));
    return console_answer(call, "action.html", "campaigns", err);
}

bool console_show_action(struct console_call *call, struct error *err)
{
    struct action *action = NULL;
    return find_action(call, &action, err) && show_action(call, action, err);
}

static const char *answer_word(const struct console_call *call, const char *state)
{
    return console_said(call, "come", state);
}

bool console_show_steward(struct console_call *call, struct error *err)
{
    struct action *action = NULL;
    struct attendee *people = NULL;
    size_t count = 0;
    int64_t coming = 0;
    int64_t guests = 0;
    if (!find_action(call, &action, err) ||
        !attendees_list(call->console->db, action->id, call->arena, &people, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        const bool sure = text_equal(people[i].state, "coming");
        coming += sure;
        guests += sure ? people[i].guests : 0;
        if (i >= ROWS_MOST) {
            continue;
        }
        struct json *values = json_make_object();
        json_put_text(values, "first", people[i].first_name);
        json_put_text(values, "last", text_given(people[i].last_name));
        json_put_text(values, "branch", people[i].branch);
        json_put_text(values, "workplace", people[i].workplace);
        json_put_text(values, "answer", answer_word(call, people[i].state));
        json_put_number(values, "guests", people[i].guests);
        json_append(list, values);
    }
    put_action(call, action, call->values);
    json_put(call->values, "people", list);
    json_put_number(call->values, "heads", coming + guests);
    json_put_number(call->values, "may", (int64_t)count - coming);
    json_put_flag(call->values, "more_rows", count > ROWS_MOST);
    return console_answer(call, "steward.html", "campaigns", err);
}

bool console_show_steward_csv(struct console_call *call, struct error *err)
{
    static const char *const heads[] = {"last_name", "first_name", "workplace",
                                        "branch",    "answer",     "guests"};
    struct action *action = NULL;
    struct attendee *people = NULL;
    size_t count = 0;
    if (!find_action(call, &action, err) ||
        !attendees_list(call->console->db, action->id, call->arena, &people, &count, err)) {
        return false;
    }
    CLEANUP(buffer_free) struct buffer csv;
    buffer_init(&csv, SHEET_MAX);
    console_put_line(&csv, heads, ARRAY_LENGTH(heads));
    for (size_t i = 0; i < count; i++) {
        const char *const cells[ARRAY_LENGTH(heads)] = {
            people[i].last_name, people[i].first_name,
            people[i].workplace, people[i].branch,
            people[i].state,     arena_printf(call->arena, "%lld", (long long)people[i].guests)};
        console_put_line(&csv, cells, ARRAY_LENGTH(cells));
    }
    return console_answer_csv(call, &csv, err);
}

/* The form again, with what was typed and what is wrong with it. */
static bool mark_again(struct console_call *call, const struct action *action, const char *field,
                       const char *word, struct error *err)
{
    json_put_text(call->values, "typed_number", console_field(call, "number"));
    json_put_text(call->values, "typed_guests", console_field(call, "guests"));
    console_put_wrong(call, field, console_word(call, word));
    return show_action(call, action, err);
}

bool console_mark_attendee(struct console_call *call, struct error *err)
{
    const char *guests = console_field(call, "guests");
    struct attendee_answer answer = {.source = "person", .at = call->now};
    struct action *action = NULL;
    struct member *member = NULL;
    struct db *db = call->console->db;
    const char *state = NULL;
    for (size_t i = 0; (state = attendees_state(i)) != NULL; i++) {
        answer.state = text_equal(console_field(call, "state"), state) ? state : answer.state;
    }
    if (!find_action(call, &action, err)) {
        return false;
    }
    if (answer.state == NULL) {
        return error_set(err, ERROR_DATA, "%s", console_word(call, "no-such-state"));
    }
    if (guests[0] != '\0' && !text_number(guests, 0, ATTENDEES_GUESTS_MOST, &answer.guests)) {
        return mark_again(call, action, "guests", "come-guests-wrong", err);
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!members_find(db, console_field(call, "number"), call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return mark_again(call, action, "number", "no-such-member", err);
    }
    return attendees_mark(db, action->id, member->id, &answer, err) &&
           console_note(call, "action.mark", action->name, NULL, err) &&
           db_commit(transaction, err) &&
           console_go(call, arena_printf(call->arena, "/actions/%s", action->name), "done-marked");
}
