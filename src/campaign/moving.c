/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other days for the steps of a ballot's campaigns; see moving.h. */
#include "muster/campaign/moving.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/letter/merge.h"
#include "muster/store/campaigns.h"
#include "muster/store/steps.h"
#include "timetable.h"

#define PEOPLE "%a %-d %b %Y %H:%M"

enum { DAY_SUFFIX = 11 /* "-2026-11-25" */ };

/* The move while it is made. */
struct move {
    struct db *db;
    const struct ballot *ballot;
    struct moment_anchors anchors;
    int64_t now;
    struct arena *arena;
    struct moving_row *rows;
    size_t count;
    size_t room;
    const struct campaign *campaign;
};

static struct moving_row *add_row(struct move *move, const struct step *step)
{
    if (move->count == move->room) {
        const size_t room = move->room == 0 ? 64 : move->room * 2;
        struct moving_row *more = arena_array(move->arena, room, sizeof *more);
        for (size_t i = 0; i < move->count; i++) {
            more[i] = move->rows[i];
        }
        move->rows = more;
        move->room = room;
    }
    struct moving_row *row = &move->rows[move->count++];
    *row = (struct moving_row){
        .campaign = move->campaign->name,
        .step = step->name,
        .was = step->at,
        .was_deadline = step->deadline,
        .at = step->at,
        .deadline = step->deadline,
        .was_skipped = step->skipped != NULL,
    };
    return row;
}

/* Whether messages of it may have gone: then it stays where it is. One that was left out when
 * nothing of it was queued has not begun, and its time may come again. */
static bool has_begun(const struct step_standing *standing, const struct step *step, int64_t now)
{
    return standing->gone > 0 || (step->at <= now && (step->expanded || standing->queued > 0)) ||
           (step->skipped != NULL && standing->messages > 0);
}

static const char *people(struct move *move, int64_t instant)
{
    return clock_format(instant, PEOPLE, move->arena);
}

/* The deadline of a step whose time is `row->at`, no later than the close. */
static bool settle_deadline(struct move *move, const struct step *step, struct moving_row *row)
{
    struct error fault = {0};
    if (step->deadline_words != NULL &&
        !timetable_resolve(step->deadline_words, &move->anchors, row->at, &row->deadline, &fault)) {
        row->skipped = arena_printf(move->arena, "its deadline cannot be: %s", fault.text);
        return false;
    }
    if (row->deadline > move->ballot->closes) {
        row->deadline = move->ballot->closes;
    }
    if (row->deadline <= row->at) {
        row->skipped =
            arena_printf(move->arena, "its deadline, %s, would not be after its time, %s",
                         people(move, row->deadline), people(move, row->at));
        return false;
    }
    return true;
}

/* Whether a step can be run at its new time; if not, why is in the row. */
static bool can_run(struct move *move, const struct step *step, struct moving_row *row)
{
    if (row->at >= move->ballot->closes) {
        row->skipped = arena_printf(move->arena, "it would go on %s, when the ballot has closed",
                                    people(move, row->at));
        return false;
    }
    if (!settle_deadline(move, step, row)) {
        return false;
    }
    if (row->deadline <= move->now) {
        row->skipped =
            arena_printf(move->arena, "its deadline, %s, has passed", people(move, row->deadline));
        return false;
    }
    return true;
}

/* Store what became of a step that has not begun. One that is left out keeps the times it had. */
static bool store(struct move *move, const struct step *step, struct moving_row *row,
                  struct error *err)
{
    if (row->skipped != NULL) {
        row->at = step->at;
        row->deadline = step->deadline;
    }
    const struct step_move change = {
        .step_id = step->id,
        .name = row->step,
        .at = row->at,
        .deadline = row->deadline,
        .skipped = row->skipped,
        .now = move->now,
    };
    return steps_move(move->db, &change, err);
}

static bool move_one(struct move *move, const struct step *step, struct error *err)
{
    struct moving_row *row = add_row(move, step);
    struct error fault = {0};
    if (step->at_words != NULL &&
        !timetable_resolve(step->at_words, &move->anchors, 0, &row->at, &fault)) {
        row->skipped = arena_text(move->arena, fault.text);
    } else {
        (void)can_run(move, step, row);
    }
    return store(move, step, row, err);
}

/* What has begun goes on, but not when the ballot has closed. */
static bool keep(struct move *move, const struct step *step, struct error *err)
{
    struct moving_row *row = add_row(move, step);
    const int64_t closes = move->ballot->closes;
    row->begun = true;
    row->skipped = step->skipped;
    if (step->deadline <= closes || closes <= step->at) {
        return true;
    }
    row->deadline = closes;
    return steps_end(move->db, step->id, closes, err);
}

/* Of a step that is repeated daily, the name without the day. */
static size_t base_length(const struct step *step)
{
    const size_t length = strlen(step->name);
    return length > DAY_SUFFIX ? length - DAY_SUFFIX : length;
}

static bool same_series(const struct step *a, const struct step *b)
{
    return a->daily_until != NULL && b->daily_until != NULL && base_length(a) == base_length(b) &&
           strncmp(a->name, b->name, base_length(a)) == 0;
}

/* The steps of a campaign that are repeated daily, as one. */
struct series {
    struct step *steps; /* those that have not begun, in the order of their times */
    size_t count;
    const struct step *pattern; /* any of them all */
    int64_t first;              /* the time of the first of all */
    int64_t last_begun;         /* 0: none has */
};

static const char *day_name(struct move *move, const struct step *pattern, int64_t at)
{
    return arena_printf(move->arena, "%.*s-%s", (int)base_length(pattern), pattern->name,
                        clock_day(at, move->arena));
}

/* A day more than there were: a step like the others. */
static bool add_day(struct move *move, const struct series *series, int64_t at, struct error *err)
{
    struct step made = *series->pattern;
    made.name = day_name(move, series->pattern, at);
    made.at = at;
    struct moving_row *row = add_row(move, &made);
    row->was = 0;
    row->was_deadline = 0;
    row->was_skipped = false; /* as its pattern may be */
    if (!can_run(move, &made, row)) {
        move->count--;
        return true;
    }
    return steps_copy(move->db, made.id, made.name, row->at, row->deadline, err);
}

/* A day for one of the steps there are; without one it is left out. */
static bool set_day(struct move *move, const struct step *step, const int64_t *day, const char *why,
                    struct error *err)
{
    struct moving_row *row = add_row(move, step);
    if (day == NULL) {
        row->skipped = why;
        return store(move, step, row, err);
    }
    row->at = *day;
    row->step = day_name(move, step, *day);
    (void)can_run(move, step, row);
    return store(move, step, row, err);
}

/* The days on which it can still go: after those that have begun, before the close. */
static bool days_left(struct move *move, const struct series *series, int64_t **days, size_t *count,
                      const char **why, struct error *err)
{
    struct error fault = {0};
    int64_t first = series->first;
    *count = 0;
    *why = "the ballot has no such day any more";
    if (series->pattern->at_words != NULL &&
        !timetable_resolve(series->pattern->at_words, &move->anchors, 0, &first, &fault)) {
        *why = arena_text(move->arena, fault.text);
        return true;
    }
    size_t all = 0;
    if (!timetable_days(first, series->pattern->daily_until, &move->anchors, move->arena, days,
                        &all, &fault)) {
        *why = arena_text(move->arena, fault.text);
        return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
    }
    for (size_t i = 0; i < all; i++) {
        struct moving_row trial = {.at = (*days)[i], .deadline = series->pattern->deadline};
        if (trial.at > series->last_begun && can_run(move, series->pattern, &trial)) {
            (*days)[(*count)++] = trial.at;
        }
    }
    return true;
}

static bool move_series(struct move *move, const struct series *series, struct error *err)
{
    int64_t *days = NULL;
    size_t count = 0;
    const char *why = NULL;
    if (!days_left(move, series, &days, &count, &why, err)) {
        return false;
    }
    for (size_t i = 0; i < series->count; i++) {
        if (!set_day(move, &series->steps[i], i < count ? &days[i] : NULL, why, err)) {
            return false;
        }
    }
    for (size_t i = series->count; i < count; i++) {
        if (!add_day(move, series, days[i], err)) {
            return false;
        }
    }
    return true;
}

/* The steps of a campaign and how they stand. */
struct standing_steps {
    struct step *steps;
    struct step_standing *standings; /* of each */
    size_t count;
};

/* Gather the series that the step at `index` is the first of; what has begun of it is kept. */
static bool gather(struct move *move, const struct standing_steps *all, size_t index,
                   struct series *series, struct error *err)
{
    const struct step *first = &all->steps[index];
    *series = (struct series){
        .steps = arena_array(move->arena, all->count, sizeof *series->steps),
        .pattern = first,
        .first = first->at,
    };
    for (size_t i = index; i < all->count; i++) {
        const struct step *step = &all->steps[i];
        if (!same_series(first, step)) {
            continue;
        }
        if (!has_begun(&all->standings[i], step, move->now)) {
            series->steps[series->count++] = *step;
        } else if (!keep(move, step, err)) {
            return false;
        } else {
            series->last_begun = step->at;
        }
    }
    return true;
}

static bool is_later_of_series(const struct standing_steps *all, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (same_series(&all->steps[i], &all->steps[index])) {
            return true;
        }
    }
    return false;
}

static bool move_step(struct move *move, const struct standing_steps *all, size_t index,
                      struct error *err)
{
    const struct step *step = &all->steps[index];
    if (step->daily_until != NULL) {
        struct series series;
        return is_later_of_series(all, index) ||
               (gather(move, all, index, &series, err) && move_series(move, &series, err));
    }
    return has_begun(&all->standings[index], step, move->now) ? keep(move, step, err)
                                                              : move_one(move, step, err);
}

/* The messages that wait tell the days that the ballot has now. */
static bool tell_days(struct move *move, struct error *err)
{
    CLEANUP(json_free) struct json *ballot = merge_ballot(move->ballot, move->arena);
    return steps_tell_ballot(move->db, move->campaign->id, ballot, err);
}

static int64_t time_of(const struct moving_row *row)
{
    return row->was == 0 ? row->at : row->was;
}

/* The rows of a campaign in the order of their times: a step that is repeated was moved at once. */
static void sort_rows(struct moving_row *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct moving_row row = rows[i];
        size_t place = i;
        for (; place > 0 && time_of(&rows[place - 1]) > time_of(&row); place--) {
            rows[place] = rows[place - 1];
        }
        rows[place] = row;
    }
}

static bool move_campaign(struct move *move, struct error *err)
{
    struct standing_steps all = {0};
    const size_t before = move->count;
    if (!campaigns_steps(move->db, move->campaign->id, move->arena, &all.steps, &all.count, err)) {
        return false;
    }
    all.standings = arena_array(move->arena, all.count + 1, sizeof *all.standings);
    for (size_t i = 0; i < all.count; i++) {
        if (!steps_standing(move->db, all.steps[i].id, &all.standings[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < all.count; i++) {
        if (!move_step(move, &all, i, err)) {
            return error_prefix(err, "campaign %s", move->campaign->name);
        }
    }
    if (move->count > before) {
        sort_rows(&move->rows[before], move->count - before);
    }
    return tell_days(move, err);
}

bool moving_run(struct db *db, const struct ballot *ballot, const struct hours_holidays *holidays,
                int64_t now, struct arena *arena, struct moving_row **rows, size_t *count,
                struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t campaign_count = 0;
    struct move move = {
        .db = db,
        .ballot = ballot,
        .anchors = timetable_anchors(ballot, holidays, arena),
        .now = now,
        .arena = arena,
    };
    if (!campaigns_list(db, arena, &campaigns, &campaign_count, err)) {
        return false;
    }
    for (size_t i = campaign_count; i > 0; i--) { /* the oldest first */
        move.campaign = &campaigns[i - 1];
        const char *state = move.campaign->state;
        const bool over = text_equal(state, "finished") || text_equal(state, "cancelled");
        if (move.campaign->ballot_id == ballot->id && !over && !move_campaign(&move, err)) {
            return false;
        }
    }
    *rows = move.rows;
    *count = move.count;
    return true;
}
