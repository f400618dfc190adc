/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot replacements. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/replacements.h"

const struct call_option cmd_ballot_replacements_options[] = {
    {"--outstanding", NULL, "only what the ballot office does not know of yet"},
    {"--passed", NULL, "only what was passed on and is not settled"},
    {"--batch", "N", "only what was passed on in this batch"},
    {"--pass-on", NULL, "pass on what is outstanding, as a new batch, and print it as CSV"},
    {"--to", "WHOM", "to whom it is passed on; else to the ballot office"},
    {"--sent", NULL, "note that the papers of the --batch were sent out"},
    {0},
};

static const char *const state_words[] = {
    [REPLACEMENTS_OUTSTANDING] = "outstanding",
    [REPLACEMENTS_EARLY] = "too early",
    [REPLACEMENTS_LATE] = "too late",
    [REPLACEMENTS_PASSED] = "passed on",
    [REPLACEMENTS_SENT] = "sent",
    [REPLACEMENTS_SETTLED] = "settled",
    [REPLACEMENTS_BARRED] = "not entitled",
};

static const char *local(struct call *call, int64_t instant)
{
    return clock_format(instant, "%-d %B %H:%M", call->arena);
}

static const char *settled_words(const struct replacement *row)
{
    return text_equal(row->closed_as, "voted")        ? "has voted"
           : text_equal(row->closed_as, "ineligible") ? "is not entitled"
                                                      : "taken back";
}

/* Why a request stands as it does: "the window closed 11 December 12:00". */
static const char *reason_words(struct call *call, const struct ballot *ballot,
                                const struct replacement *row)
{
    struct arena *arena = call->arena;
    switch (row->state) {
    case REPLACEMENTS_OUTSTANDING: return "";
    case REPLACEMENTS_EARLY:
        return arena_printf(arena, "the window opens %s", local(call, ballot->replacements_from));
    case REPLACEMENTS_LATE:
        return ballot->replacements_until == 0
                   ? "this ballot has no replacement papers"
                   : arena_printf(arena, "the window closed %s",
                                  local(call, ballot->replacements_until));
    case REPLACEMENTS_BARRED: return "has no place in this ballot any more";
    case REPLACEMENTS_PASSED:
        return arena_printf(arena, "batch %lld, %s, to %s", (long long)row->batch,
                            local(call, row->passed_on_at), row->passed_on_to);
    case REPLACEMENTS_SENT:
        return arena_printf(arena, "batch %lld, %s", (long long)row->batch,
                            local(call, row->sent_at));
    case REPLACEMENTS_SETTLED: return settled_words(row);
    }
    return "";
}

static const char *state_text(struct call *call, const struct ballot *ballot,
                              const struct replacement *row)
{
    const char *reason = reason_words(call, ballot, row);
    const char *loss = replacements_note(row, call->arena);
    return arena_printf(call->arena, "%s%s%s%s%s", state_words[row->state],
                        reason[0] == '\0' ? "" : ": ", reason, loss[0] == '\0' ? "" : "; ", loss);
}

static void print_for_people(struct call *call, const struct ballot *ballot,
                             const struct replacement *rows, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"NUMBER", "", false}, {"NAME", "", false},    {"EMPLOYER", "", false},
        {"ASKED", "", false},  {"TOLD BY", "", false}, {"STATE", "", false},
    };
    size_t in_state[ARRAY_LENGTH(state_words)] = {0};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, rows[i].number);
        listing_text(listing, cmd_full_name(rows[i].first_name, rows[i].last_name, call->arena));
        listing_text(listing, rows[i].unit);
        listing_text(listing, clock_minute(rows[i].asked_at, call->arena));
        listing_text(listing, rows[i].source);
        listing_text(listing, state_text(call, ballot, &rows[i]));
        in_state[rows[i].state]++;
    }
    listing_print(listing, LISTING_TEXT, "no replacement papers of this kind");
    const char *joint = "\n";
    for (size_t i = 0; count > 0 && i < ARRAY_LENGTH(state_words); i++) {
        if (in_state[i] > 0) {
            (void)printf("%s%zu %s", joint, in_state[i], state_words[i]);
            joint = ", ";
        }
    }
    (void)fputs(count > 0 ? "\n" : "", stdout);
}

static const char *minute_or_none(struct call *call, int64_t instant)
{
    return instant == 0 ? NULL : clock_minute(instant, call->arena);
}

static void print_for_programs(struct call *call, const struct ballot *ballot,
                               const struct replacement *rows, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"", "number", false},  {"", "first_name", false},   {"", "last_name", false},
        {"", "unit", false},    {"", "asked_at", false},     {"", "told_by", false},
        {"", "state", false},   {"", "reason", false},       {"", "loss", true},
        {"", "batch", true},    {"", "passed_on_at", false}, {"", "passed_on_to", false},
        {"", "sent_at", false}, {"", "settled_at", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct replacement *row = &rows[i];
        listing_text(listing, row->number);
        listing_text(listing, row->first_name);
        listing_text(listing, row->last_name);
        listing_text(listing, row->unit);
        listing_text(listing, clock_minute(row->asked_at, call->arena));
        listing_text(listing, row->source);
        listing_text(listing, state_words[row->state]);
        listing_text(listing, reason_words(call, ballot, row));
        listing_number(listing, row->loss);
        if (row->batch == 0) {
            listing_text(listing, NULL);
        } else {
            listing_number(listing, row->batch);
        }
        listing_text(listing, minute_or_none(call, row->passed_on_at));
        listing_text(listing, row->passed_on_to);
        listing_text(listing, minute_or_none(call, row->sent_at));
        listing_text(listing, minute_or_none(call, row->closed_at));
    }
    listing_print(listing, call->format, "");
}

/* What the ballot office needs, and no more. It knows where its members live. */
static void print_for_office(struct call *call, const struct replacement *rows, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"", "number", false}, {"", "first_name", false}, {"", "last_name", false},
        {"", "unit", false},   {"", "asked_at", false},   {"", "note", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, rows[i].number);
        listing_text(listing, rows[i].first_name);
        listing_text(listing, rows[i].last_name);
        listing_text(listing, rows[i].unit);
        listing_text(listing, clock_minute(rows[i].asked_at, call->arena));
        listing_text(listing, replacements_note(&rows[i], call->arena));
    }
    listing_print(listing, call->format == LISTING_JSON ? LISTING_JSON : LISTING_CSV, "");
}

static bool note_batch(struct call *call, const char *deed, const struct ballot *ballot,
                       int64_t batch, struct error *err)
{
    const char *detail = arena_printf(call->arena, "batch %lld", (long long)batch);
    return acting_note(call, NULL, deed, ballot->name, detail, err);
}

static bool pass_on(struct call *call, const struct ballot *ballot, struct error *err)
{
    const int64_t now = clock_now();
    const char *given = call_value(call, "--to");
    const char *to = given == NULL ? "the ballot office" : given;
    struct replacement *rows = NULL;
    size_t count = 0;
    int64_t batch = 0;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!replacements_pass_on(call->db, ballot->id, to, now, &batch, err) ||
        (batch != 0 &&
         !replacements_list(call->db, ballot->id, batch, now, call->arena, &rows, &count, err)) ||
        (batch != 0 && !note_batch(call, "papers.pass-on", ballot, batch, err)) ||
        !db_commit(transaction, err)) {
        return false;
    }
    print_for_office(call, rows, count);
    if (batch == 0) {
        (void)fprintf(stderr, "nothing is outstanding\n");
        return true;
    }
    (void)fprintf(stderr, "%zu passed on to %s as batch %lld; --batch %lld shows it again\n", count,
                  text_printable(to, call->arena), (long long)batch, (long long)batch);
    if (now > ballot->replacements_until) {
        (void)fprintf(stderr, "the window closed %s: the ballot office may send no more papers\n",
                      local(call, ballot->replacements_until));
    }
    return true;
}

static bool mark_sent(struct call *call, const struct ballot *ballot, int64_t batch,
                      struct error *err)
{
    int64_t count = 0;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!replacements_mark_sent(call->db, ballot->id, batch, clock_now(), &count, err) ||
        !note_batch(call, "papers.sent", ballot, batch, err) || !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%lld paper%s of batch %lld noted as sent out\n", (long long)count, cmd_s(count),
                 (long long)batch);
    return true;
}

static bool is_wanted(const struct call *call, const struct replacement *row)
{
    const bool outstanding = call_has(call, "--outstanding");
    const bool passed = call_has(call, "--passed");
    return (!outstanding && !passed) || (outstanding && row->state == REPLACEMENTS_OUTSTANDING) ||
           (passed && (row->state == REPLACEMENTS_PASSED || row->state == REPLACEMENTS_SENT));
}

static bool list(struct call *call, const struct ballot *ballot, int64_t batch, struct error *err)
{
    struct replacement *rows = NULL;
    size_t all = 0;
    size_t count = 0;
    if (!replacements_list(call->db, ballot->id, batch, clock_now(), call->arena, &rows, &all,
                           err)) {
        return false;
    }
    for (size_t i = 0; i < all; i++) {
        if (is_wanted(call, &rows[i])) {
            rows[count++] = rows[i];
        }
    }
    if (call->format == LISTING_TEXT) {
        print_for_people(call, ballot, rows, count);
    } else {
        print_for_programs(call, ballot, rows, count);
    }
    return true;
}

/* --batch as a number; 0 when it was not given. One that nobody passed on is a slip. */
static bool read_batch(struct call *call, const struct ballot *ballot, int64_t *batch,
                       struct error *err)
{
    const char *text = call_value(call, "--batch");
    struct replacement *rows = NULL;
    size_t count = 0;
    *batch = 0;
    if (text == NULL) {
        return true;
    }
    if (!text_number(text, 1, INT64_MAX, batch)) {
        return error_set(err, ERROR_USAGE, "--batch takes the number of a batch, not '%.40s'",
                         text);
    }
    return replacements_list(call->db, ballot->id, *batch, 0, call->arena, &rows, &count, err) &&
           (count > 0 || error_set(err, ERROR_DATA, "no batch %s was passed on in ballot %s", text,
                                   ballot->name));
}

bool cmd_ballot_replacements(struct call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    int64_t batch = 0;
    if (!cmd_find_ballot(call, call->arguments[0], &ballot, err) ||
        !read_batch(call, ballot, &batch, err)) {
        return false;
    }
    const bool passing = call_has(call, "--pass-on");
    const bool sent = call_has(call, "--sent");
    if (call_value(call, "--to") != NULL && !passing) {
        return error_set(err, ERROR_USAGE, "--to goes with --pass-on");
    }
    if (sent && batch == 0) {
        return error_set(err, ERROR_USAGE, "--sent wants --batch N: which papers were sent out");
    }
    if (passing && (sent || batch != 0)) {
        return error_set(err, ERROR_USAGE, "--pass-on makes a batch of its own");
    }
    return passing ? pass_on(call, ballot, err)
           : sent  ? mark_sent(call, ballot, batch, err)
                   : list(call, ballot, batch, err);
}
