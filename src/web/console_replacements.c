/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replacement papers: who has asked, what the ballot office does not know of yet, and passing that
 * on to it. */
#include "console_board.h"
#include "console_inbox.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/replacements.h"

enum {
    SHEET_MAX = 64 * 1024 * 1024,
    WHOM_MOST = 100,
    ROWS_MOST = 1000, /* of a page */
};

static const char *const state_names[] = {
    [REPLACEMENTS_OUTSTANDING] = "outstanding",
    [REPLACEMENTS_EARLY] = "early",
    [REPLACEMENTS_LATE] = "late",
    [REPLACEMENTS_BARRED] = "barred",
    [REPLACEMENTS_PASSED] = "passed",
    [REPLACEMENTS_SENT] = "sent",
    [REPLACEMENTS_SETTLED] = "settled",
};

static struct json *make_paper(const struct console_call *call, const struct replacement *row)
{
    struct json *values = json_make_object();
    const char *first = row->first_name == NULL ? "" : row->first_name;
    const char *last = row->last_name == NULL ? "" : row->last_name;
    json_put_text(values, "number", row->number);
    json_put_text(values, "key", console_member_key(row->number, call->arena));
    json_put_text(values, "name", arena_printf(call->arena, "%s %s", first, last));
    json_put_text(values, "unit", row->unit);
    json_put_text(values, "asked", clock_iso(row->asked_at, call->arena));
    json_put_text(values, "state", console_said(call, "paper", state_names[row->state]));
    json_put_flag(values, "open", row->state == REPLACEMENTS_OUTSTANDING);
    if (row->loss > 1) {
        json_put_number(values, "loss", row->loss);
    }
    if (row->batch != 0) {
        json_put_number(values, "batch", row->batch);
        json_put_text(values, "passed_to", row->passed_on_to);
        json_put_text(values, "passed_at", clock_iso(row->passed_on_at, call->arena));
    }
    if (row->sent_at != 0) {
        json_put_text(values, "sent_at", clock_iso(row->sent_at, call->arena));
    }
    return values;
}

/* The batch that the query names; 0: none. */
static int64_t read_batch(const struct console_call *call)
{
    int64_t batch = 0;
    return text_number(console_query(call, "batch"), 1, INT64_MAX, &batch) ? batch : 0;
}

static bool show(struct console_call *call, const struct ballot *ballot, struct error *err)
{
    struct replacement *rows = NULL;
    size_t count = 0;
    int64_t waiting = 0;
    bool unsent = false;
    const int64_t batch = read_batch(call);
    if (!replacements_list(call->console->db, ballot->id, batch, call->now, call->arena, &rows,
                           &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        waiting += rows[i].state == REPLACEMENTS_OUTSTANDING ? 1 : 0;
        unsent = unsent || (rows[i].batch != 0 && rows[i].sent_at == 0);
    }
    for (int pass = 0; pass < 2; pass++) { /* what is to be done comes first */
        for (size_t i = 0; i < count && json_count(list) < ROWS_MOST; i++) {
            if ((rows[i].state == REPLACEMENTS_OUTSTANDING) == (pass == 0)) {
                json_append(list, make_paper(call, &rows[i]));
            }
        }
    }
    json_put_flag(call->values, "more_rows", count > ROWS_MOST);
    json_put(call->values, "papers", list);
    console_put_ballot(call, ballot, call->values);
    const bool writer = console_may(call, CONSOLE_WRITERS);
    if (batch != 0) {
        json_put_number(call->values, "batch", batch);
        json_put_flag(call->values, "may_send", writer && unsent);
    } else if (waiting > 0) {
        json_put_number(call->values, "waiting", waiting);
        json_put_flag(call->values, "may_pass", writer);
    }
    if (ballot->replacements_until != 0) {
        json_put_text(call->values, "from", clock_iso(ballot->replacements_from, call->arena));
        json_put_text(call->values, "until", clock_iso(ballot->replacements_until, call->arena));
    }
    return console_answer(call, "replacements.html", "ballots", err);
}

bool console_show_replacements(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    return console_find_ballot(call, &ballot, err) && show(call, ballot, err);
}

static const char *path_of(const struct console_call *call, const struct ballot *ballot,
                           int64_t batch)
{
    return arena_printf(call->arena, "/ballots/%s/replacements?batch=%lld", ballot->name,
                        (long long)batch);
}

bool console_pass_on_replacements(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    int64_t batch = 0;
    const char *to = console_field(call, "to");
    struct db *db = call->console->db;
    if (!console_find_ballot(call, &ballot, err)) {
        return false;
    }
    if (to[0] == '\0' || text_width(to) > WHOM_MOST ||
        !text_equal(to, text_printable(to, call->arena))) {
        json_put_text(call->values, "to", to);
        json_put_flag(call->values, "to_fault", true);
        return show(call, ballot, err);
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!replacements_pass_on(db, ballot->id, to, call->now, &batch, err)) {
        return false;
    }
    if (batch == 0) {
        return error_set(err, ERROR_DATA,
                         "nothing is outstanding: somebody has passed it on"
                         " already");
    }
    return console_note(call, "papers.pass-on", ballot->name,
                        arena_printf(call->arena, "batch %lld", (long long)batch), err) &&
           db_commit(transaction, err) &&
           console_go(call, path_of(call, ballot, batch), "done-passed-on");
}

bool console_send_replacements(struct console_call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    int64_t batch = 0;
    int64_t count = 0;
    struct db *db = call->console->db;
    if (!console_find_ballot(call, &ballot, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!text_number(console_field(call, "batch"), 1, INT64_MAX, &batch) ||
        !replacements_mark_sent(db, ballot->id, batch, call->now, &count, err)) {
        return error_set(err, ERROR_DATA, "the form does not say which papers were sent out");
    }
    if (count == 0) {
        return error_set(err, ERROR_DATA,
                         "there are no papers of this batch that were not noted as"
                         " sent out yet");
    }
    return console_note(call, "papers.sent", ballot->name,
                        arena_printf(call->arena, "batch %lld", (long long)batch), err) &&
           db_commit(transaction, err) &&
           console_go(call, path_of(call, ballot, batch), "done-papers-sent");
}

bool console_show_replacements_csv(struct console_call *call, struct error *err)
{
    static const char *const heads[] = {"number", "first_name", "last_name",
                                        "unit",   "asked_at",   "note"};
    struct ballot *ballot = NULL;
    struct replacement *rows = NULL;
    size_t count = 0;
    const int64_t batch = read_batch(call);
    if (!console_find_ballot(call, &ballot, err) ||
        !replacements_list(call->console->db, ballot->id, batch, call->now, call->arena, &rows,
                           &count, err)) {
        return false;
    }
    if (batch == 0 || count == 0) {
        return error_set(err, ERROR_NO_INPUT, "there is no such batch in this ballot");
    }
    CLEANUP(buffer_free) struct buffer csv;
    buffer_init(&csv, SHEET_MAX);
    console_put_line(&csv, heads, ARRAY_LENGTH(heads));
    for (size_t i = 0; i < count; i++) {
        const char *const cells[ARRAY_LENGTH(heads)] = {rows[i].number,
                                                        rows[i].first_name,
                                                        rows[i].last_name,
                                                        rows[i].unit,
                                                        clock_minute(rows[i].asked_at, call->arena),
                                                        replacements_note(&rows[i], call->arena)};
        console_put_line(&csv, cells, ARRAY_LENGTH(cells));
    }
    return console_answer_csv(call, &csv, err);
}
