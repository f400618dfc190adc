/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the steps of a campaign stand; see schedule.h. */
#include "muster/campaign/schedule.h"

#include <string.h>

#include "muster/base/text.h"

enum { DAY_SUFFIX = 11 /* "-2026-11-25" */ };

const char *schedule_word(enum schedule_state state)
{
    static const char *const words[SCHEDULE_STATES] = {
        [SCHEDULE_WAITS] = "waits",         [SCHEDULE_QUEUED] = "queued",
        [SCHEDULE_SENDING] = "sending",     [SCHEDULE_PAUSED] = "paused",
        [SCHEDULE_SENT] = "sent",           [SCHEDULE_NOT_SENT] = "not sent",
        [SCHEDULE_CANCELLED] = "cancelled", [SCHEDULE_SKIPPED] = "skipped",
    };
    return words[state];
}

bool schedule_over(const struct campaign *campaign)
{
    return text_equal(campaign->state, "finished") || text_equal(campaign->state, "cancelled");
}

/* What is to be said of a step's messages. */
static enum schedule_state state_of(const struct campaign *campaign, const struct step *step,
                                    const struct standings_step *figures, int64_t now)
{
    const bool begun = step->expanded || figures->messages > 0;
    const bool cancelled = text_equal(campaign->state, "cancelled");
    if (step->skipped != NULL) {
        return SCHEDULE_SKIPPED;
    }
    if (!begun) {
        return cancelled ? SCHEDULE_CANCELLED : SCHEDULE_WAITS;
    }
    if (figures->messages > 0 && figures->given_up == figures->messages) {
        return cancelled ? SCHEDULE_CANCELLED : SCHEDULE_NOT_SENT;
    }
    return figures->left == 0                      ? SCHEDULE_SENT
           : step->at > now                        ? SCHEDULE_QUEUED
           : text_equal(campaign->state, "paused") ? SCHEDULE_PAUSED
                                                   : SCHEDULE_SENDING;
}

static bool is_among(const char *state, const char *const *states, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(state, states[i])) {
            return true;
        }
    }
    return false;
}

static struct standings_step figures_of(const struct standings_state *states, size_t count,
                                        int64_t step_id)
{
    static const char *const left[] = {"queued", "claimed", "sending"};
    static const char *const given_up[] = {"withheld", "cancelled", "expired", "unaffordable"};
    struct standings_step figures = {.step_id = step_id};
    for (size_t i = 0; i < count; i++) {
        const struct standings_state *row = &states[i];
        if (row->step_id == step_id) {
            figures.messages += row->count;
            figures.left += is_among(row->state, left, ARRAY_LENGTH(left)) ? row->count : 0;
            figures.given_up +=
                is_among(row->state, given_up, ARRAY_LENGTH(given_up)) ? row->count : 0;
        }
    }
    return figures;
}

/* Whether b is another day of the step that a is a day of. */
static bool same_daily(const struct step *a, const struct step *b)
{
    const size_t length = a->name == NULL ? 0 : strlen(a->name);
    return a->daily_until != NULL && b->daily_until != NULL && length > DAY_SUFFIX &&
           strlen(b->name) == length && strncmp(a->name, b->name, length - DAY_SUFFIX) == 0;
}

/* Let the first of several days alike tell of the others. */
static void fold_days(struct schedule_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bool quiet = rows[i].state == SCHEDULE_WAITS || rows[i].state == SCHEDULE_SKIPPED;
        for (size_t k = i + 1; quiet && !rows[i].told && k < count; k++) {
            if (rows[k].state == rows[i].state && same_daily(rows[i].step, rows[k].step)) {
                rows[k].told = true;
                rows[i].more++;
            }
        }
    }
}

bool schedule_read(struct db *db, const struct campaign *campaign, int64_t now, struct arena *arena,
                   struct schedule *schedule, struct error *err)
{
    struct standings_state *states = NULL;
    size_t count = 0;
    return standings_states(db, campaign->id, arena, &states, &count, err) &&
           schedule_read_counted(db, campaign, states, count, now, arena, schedule, err);
}

bool schedule_read_counted(struct db *db, const struct campaign *campaign,
                           const struct standings_state *states, size_t state_count, int64_t now,
                           struct arena *arena, struct schedule *schedule, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    struct schedule read = {.count = count};
    struct schedule_row *rows = arena_array(arena, count + 1, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        const bool ahead = step->skipped == NULL && (step->at > now || !step->expanded);
        rows[i] = (struct schedule_row){.step = step,
                                        .figures = figures_of(states, state_count, step->id)};
        rows[i].state = state_of(campaign, step, &rows[i].figures, now);
        read.next = read.next == NULL && ahead && !schedule_over(campaign) ? step : read.next;
        read.deadline = step->deadline > read.deadline ? step->deadline : read.deadline;
    }
    fold_days(rows, count);
    read.rows = rows;
    *schedule = read;
    return true;
}
