/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marking many at once, from what a rep sends back: first it is shown who is meant, and what they
 * had said before; only then is anything noted. */
#include <string.h>

#include "console_inbox.h"
#include "console_people.h"
#include "muster/base/text.h"
#include "muster/roster/numbers.h"

enum { LIST_MOST = 60000, SHOWN_MOST = 500, COUNT_MOST = 10000000 };

/* What would come of a row. */
enum fate { FATE_NEW, FATE_OTHERWISE, FATE_SAME, FATE_NOT_ENTITLED, FATE_UNKNOWN, FATE_COUNT };

static const char *const fates[FATE_COUNT] = {[FATE_NEW] = "new",
                                              [FATE_OTHERWISE] = "otherwise",
                                              [FATE_SAME] = "same",
                                              [FATE_NOT_ENTITLED] = "barred",
                                              [FATE_UNKNOWN] = "unknown"};

static enum fate fate_of(const struct numbers_row *row, const char *state)
{
    return row->member_id == 0                  ? FATE_UNKNOWN
           : row->before == NULL                ? FATE_NOT_ENTITLED
           : text_equal(row->before, state)     ? FATE_SAME
           : text_equal(row->before, "unknown") ? FATE_NEW
                                                : FATE_OTHERWISE;
}

static bool good_state(const char *state)
{
    return text_equal(state, "voted") || text_equal(state, "no-paper") ||
           text_equal(state, "declined");
}

static void put_states(struct console_call *call, const char *chosen)
{
    static const char *const states[] = {"voted", "no-paper", "declined"};
    struct json *list = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        struct json *state = json_make_object();
        json_put_text(state, "is", states[i]);
        json_put_text(state, "label", console_named(call, "mark", states[i]));
        json_put_flag(state, "chosen", text_equal(states[i], chosen));
        json_append(list, state);
    }
    json_put(call->values, "states", list);
}

static bool show(struct console_call *call, const struct ballot *ballot, const char *list,
                 const char *state, struct error *err)
{
    json_put_text(call->values, "ballot", ballot->name);
    json_put_text(call->values, "title", ballot->title);
    json_put_text(call->values, "list", list);
    json_put_text(call->values, "state", state);
    put_states(call, state);
    return console_answer(call, "mark.html", console_may(call, CONSOLE_REPS) ? "mine" : "ballots",
                          err);
}

bool console_show_marking(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    int64_t marked = 0;
    if (!console_kept_ballot(call, call->request->parts[0], &ballot, err)) {
        return false;
    }
    if (text_number(console_query(call, "marked"), 0, COUNT_MOST, &marked)) {
        json_put_number(call->values, "marked", marked);
        json_put_flag(call->values, "was_marked", true);
    }
    return show(call, ballot, "", "voted", err);
}

static bool put_row(struct console_call *call, const struct numbers_row *row, struct json *rows,
                    struct error *err)
{
    struct member *member = NULL;
    struct json *values = json_make_object();
    json_append(rows, values);
    json_put_text(values, "typed", row->text);
    json_put_number(values, "line", row->line);
    json_put_text(values, "reason", row->reason);
    if (row->before != NULL) {
        json_put_text(values, "before", console_named(call, "state", row->before));
    }
    if (row->member_id == 0) {
        return true;
    }
    if (!members_get(call->console->db, row->member_id, call->arena, &member, err)) {
        return false;
    }
    if (member != NULL) {
        json_put(values, "member", console_member_row(call, member));
    }
    return true;
}

/* The rows by what would come of them, and how many there are of each. */
static bool put_rows(struct console_call *call, const struct numbers *numbers, const char *state,
                     struct error *err)
{
    struct json *groups = json_make_array();
    json_put(call->values, "groups", groups);
    for (int fate = 0; fate < FATE_COUNT; fate++) {
        struct json *group = json_make_object();
        struct json *rows = json_make_array();
        int64_t count = 0;
        json_append(groups, group);
        json_put(group, "rows", rows);
        for (size_t i = 0; i < numbers->count; i++) {
            if (fate_of(&numbers->rows[i], state) != (enum fate)fate) {
                continue;
            }
            count++;
            if (count <= SHOWN_MOST && !put_row(call, &numbers->rows[i], rows, err)) {
                return false;
            }
        }
        json_put_number(group, "count", count);
        json_put_flag(group, "any", count > 0);
        json_put_text(group, "head", console_named(call, "fate", fates[fate]));
        json_put_number(call->values, arena_printf(call->arena, "%s_count", fates[fate]), count);
        json_put_flag(call->values, arena_printf(call->arena, "any_%s", fates[fate]), count > 0);
    }
    if (numbers->ticks) {
        json_put_number(call->values, "passed", numbers->passed);
    }
    json_put_flag(call->values, "looked", true);
    return true;
}

/* Mark whom the list means; who had said otherwise only where the form says so. */
static bool apply(struct console_call *call, const struct ballot *ballot, const char *state,
                  struct numbers *numbers, int64_t *marked, struct error *err)
{
    const bool overrule = text_equal(console_field(call, "overrule"), "1");
    struct db *db = call->console->db;
    for (size_t i = 0; i < numbers->count; i++) {
        struct numbers_row *row = &numbers->rows[i];
        const enum fate fate = fate_of(row, state);
        if (fate != FATE_NEW && !(fate == FATE_OTHERWISE && overrule)) {
            row->member_id = 0;
        }
    }
    return numbers_mark(db, ballot->id, state, call->account->name, call->now, numbers, marked,
                        err) &&
           (*marked == 0 ||
            console_note(call, "ballot.mark", ballot->name,
                         arena_printf(call->arena, "%lld %s", (long long)*marked, state), err));
}

static bool read_list(struct console_call *call, const struct ballot *ballot, const char *list,
                      const char *state, struct numbers *numbers, struct error *err)
{
    return numbers_read_text(call->console->db, &call->scope, list, numbers_tick(state),
                             call->arena, numbers, err) &&
           numbers_compare(call->console->db, ballot->id, call->arena, numbers, err);
}

/* What is wrong with what was sent, or NULL. */
static const char *fault_of(const char *list, const char *state)
{
    return !good_state(state)         ? "no-such-state"
           : list[0] == '\0'          ? "list-empty"
           : strlen(list) > LIST_MOST ? "list-long"
                                      : NULL;
}

bool console_mark_list(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct numbers numbers;
    int64_t marked = 0;
    const char *list = console_field(call, "list");
    const char *state = console_field(call, "state");
    const char *fault = fault_of(list, state);
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!console_kept_ballot(call, call->request->parts[0], &ballot, err)) {
        return false;
    }
    if (fault != NULL) {
        db_rollback(&transaction);
        json_put_text(call->values, "list_fault", console_word(call, fault));
        return show(call, ballot, list, state, err);
    }
    if (!read_list(call, ballot, list, state, &numbers, err)) {
        return false;
    }
    if (!text_equal(console_field(call, "go"), "mark")) {
        return put_rows(call, &numbers, state, err) && show(call, ballot, list, state, err);
    }
    return apply(call, ballot, state, &numbers, &marked, err) && db_commit(transaction, err) &&
           console_go(call,
                      arena_printf(call->arena, "/ballots/%s/mark?marked=%lld",
                                   call->request->parts[0], (long long)marked),
                      NULL);
}
