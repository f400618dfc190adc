/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts into a result; see result.h. */
#include "muster/ballot/result.h"

#include "muster/base/clock.h"
#include "muster/base/text.h"

static void judge(const struct result *result, const struct verdict_rule *rule, bool judged,
                  struct arena *arena, struct result_row *row)
{
    row->judged = judged;
    row->turnout = verdict_turnout(rule, &row->count);
    row->verdicts = arena_array(arena, result->question_count + 1, sizeof *row->verdicts);
    for (size_t i = 0; i < result->question_count; i++) {
        row->verdicts[i] = verdict_of(rule, &row->count, &row->count.answers[i]);
        row->carried = row->carried || (judged && row->verdicts[i].carried);
    }
}

static void add(const struct result *result, const struct result_row *row, struct result_row *total)
{
    total->reported += row->reported;
    total->count.entitled += row->count.entitled;
    total->count.votes += row->count.votes;
    total->count.spoiled += row->count.spoiled;
    for (size_t i = 0; i < result->question_count; i++) {
        total->count.answers[i].yes += row->count.answers[i].yes;
        total->count.answers[i].no += row->count.answers[i].no;
        total->count.answers[i].spoiled += row->count.answers[i].spoiled;
    }
}

/* What members had reported of a counted unit; units without a count are missed. */
static void note_reported(const struct ballot_figures *figures, struct result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (text_equal(result->rows[i].count.name, figures->unit)) {
            result->rows[i].reported = figures->voted;
            return;
        }
    }
    result->missing += figures->entitled > 0 ? 1 : 0;
}

static bool read_counts(struct db *db, struct arena *arena, struct result *result,
                        struct error *err)
{
    struct count_unit *units = NULL;
    const int64_t id = result->ballot->id;
    if (!counts_questions(db, id, arena, &result->questions, &result->question_count, err) ||
        !counts_list(db, id, result->question_count, arena, &units, &result->count, err)) {
        return false;
    }
    result->rows = arena_array(arena, result->count + 1, sizeof *result->rows);
    for (size_t i = 0; i < result->count; i++) {
        result->rows[i].count = units[i];
    }
    return true;
}

bool result_awaited(const struct ballot *ballot, int64_t now, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    return now >= ballot->closes ||
           error_set(err, ERROR_DATA, "ballot %s is open until %s: there is no count yet",
                     ballot->name, clock_minute(ballot->closes, arena));
}

bool result_read_beside(struct db *db, const struct ballot *ballot,
                        const struct result_terms *terms, struct arena *arena,
                        struct result *result, struct error *err)
{
    const struct verdict_rule rule = verdict_rule_of(ballot, terms->spoiled);
    struct result read = {.ballot = ballot};
    if (!read_counts(db, arena, &read, err)) {
        return false;
    }
    for (size_t i = 0; i < terms->count; i++) {
        note_reported(&terms->figures[i], &read);
    }
    read.total.count.answers =
        arena_array(arena, read.question_count + 1, sizeof *read.total.count.answers);
    for (size_t i = 0; i < read.count; i++) {
        judge(&read, &rule, !ballot->together, arena, &read.rows[i]);
        add(&read, &read.rows[i], &read.total);
    }
    judge(&read, &rule, ballot->together && read.missing == 0, arena, &read.total);
    *result = read;
    return true;
}

bool result_read(struct db *db, const struct ballot *ballot, bool spoiled, struct arena *arena,
                 struct result *result, struct error *err)
{
    struct ballot_figures *figures = NULL;
    struct result_terms terms = {.spoiled = spoiled};
    if (!ballots_figures(db, ballot->id, arena, &figures, &terms.count, err)) {
        return false;
    }
    terms.figures = figures;
    return result_read_beside(db, ballot, &terms, arena, result, err);
}
