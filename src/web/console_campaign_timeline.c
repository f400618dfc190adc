/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a campaign and the days of its ballot on one line of time. The picture is drawn in
 * parts of its width, so that its words keep their size on a phone; the rows below it say the same
 * in words. */
#include <stdlib.h>

#include "console_campaign.h"
#include "console_counts.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/channel.h"
#include "muster/store/standings.h"

enum {
    WIDTH = 9400, /* hundredths of a percent that the line takes */
    MARGIN = 300,
    HALF = 5000,
    LINE_HEIGHT = 20, /* of a moment's words */
    STEP_ROWS = 3,    /* marks that would cover one another are put below one another */
    STEP_HEIGHT = 26,
    STEP_APART = 500,
    MOMENTS_MOST = 8,
};

/* A moment of the ballot, or now. */
struct moment_mark {
    int64_t at;
    const char *word;
};

struct span {
    int64_t from;
    int64_t until;
};

static void widen(struct span *span, int64_t instant)
{
    if (instant > 0) {
        span->from = span->from == 0 || instant < span->from ? instant : span->from;
        span->until = instant > span->until ? instant : span->until;
    }
}

/* Where an instant is, in hundredths of a percent. */
static int64_t place(const struct span *span, int64_t at)
{
    const int64_t length = span->until > span->from ? span->until - span->from : 1;
    const int64_t within = at < span->from ? 0 : at > span->until ? length : at - span->from;
    return MARGIN + within / 1000 * WIDTH / (length / 1000 + 1);
}

static const char *percent(int64_t hundredths, struct arena *arena)
{
    return arena_printf(arena, "%lld.%02lld%%", (long long)(hundredths / 100),
                        (long long)(hundredths % 100));
}

static int in_time(const void *a, const void *b)
{
    const struct moment_mark *left = a;
    const struct moment_mark *right = b;
    return left->at < right->at ? -1 : left->at > right->at;
}

/* The moments that there are, in order. */
static size_t find_moments(const struct ballot *ballot, int64_t now,
                           struct moment_mark moments[MOMENTS_MOST])
{
    const struct moment_mark all[] = {
        {ballot == NULL ? 0 : ballot->opens, "moment-opens"},
        {ballot == NULL ? 0 : ballot->last_post, "moment-last-post"},
        {ballot == NULL ? 0 : ballot->replacements_until, "moment-replacements"},
        {ballot == NULL ? 0 : ballot->closes, "moment-closes"},
        {now, "moment-today"},
    };
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        if (all[i].at > 0) {
            moments[count++] = all[i];
        }
    }
    qsort(moments, count, sizeof *moments, in_time);
    return count;
}

static struct json *draw_moment(const struct console_call *call, const struct moment_mark *moment,
                                int64_t x, size_t row)
{
    struct json *values = json_make_object();
    json_put_text(values, "x", percent(x, call->arena));
    json_put_number(values, "y", (int64_t)row * LINE_HEIGHT + 14);
    json_put_number(values, "top", (int64_t)row * LINE_HEIGHT + 18);
    json_put_text(values, "anchor", x > HALF ? "end" : "start");
    json_put_text(values, "words", console_campaign_word(call, "", moment->word));
    json_put_flag(values, "today", text_equal(moment->word, "moment-today"));
    console_campaign_put_instant(call, values, "at", moment->at);
    return values;
}

/* The row of a moment in the table. */
static struct json *make_moment(const struct console_call *call, const struct moment_mark *moment)
{
    struct json *values = json_make_object();
    json_put_flag(values, "moment", true);
    json_put_text(values, "words", console_campaign_word(call, "", moment->word));
    console_campaign_put_instant(call, values, "at", moment->at);
    return values;
}

static const char *channel_words(const struct console_call *call, const struct step *step)
{
    const char *word = !step->uses_email ? "by-text"
                       : !step->uses_sms ? "by-mail"
                       : step->sms_first ? "by-text-else-mail"
                                         : "by-mail-else-text";
    return console_campaign_word(call, "", word);
}

/* What the rows are made of. */
struct table {
    const struct campaign *campaign;
    const struct schedule *schedule;
    const struct moment_mark *moments;
    size_t moment_count;
    const struct standings_state *states;
    size_t state_count;
};

/* What became of the messages of a step, by channel. */
static struct json *make_states(const struct console_call *call, const struct table *table,
                                int64_t step_id)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < table->state_count; i++) {
        const struct standings_state *row = &table->states[i];
        if (row->step_id == step_id) {
            struct json *values = json_make_object();
            json_put_flag(values, "of_texts", text_equal(row->channel, channel_name(CHANNEL_SMS)));
            json_put_text(values, "words", console_campaign_word(call, "fate-", row->state));
            json_put_number(values, "count", row->count);
            json_append(list, values);
        }
    }
    return list;
}

/* The row of a step in the table. */
static struct json *make_step(const struct console_call *call, const struct schedule_row *row,
                              size_t number)
{
    static const char *const classes[SCHEDULE_STATES] = {
        [SCHEDULE_WAITS] = "waits",         [SCHEDULE_QUEUED] = "queued",
        [SCHEDULE_SENDING] = "sending",     [SCHEDULE_PAUSED] = "paused",
        [SCHEDULE_SENT] = "sent",           [SCHEDULE_NOT_SENT] = "not-sent",
        [SCHEDULE_CANCELLED] = "cancelled", [SCHEDULE_SKIPPED] = "skipped",
    };
    const struct step *step = row->step;
    struct json *values = json_make_object();
    json_put_number(values, "number", (int64_t)number);
    json_put_text(values, "step", text_given(step->name));
    json_put_text(values, "class", classes[row->state]);
    json_put_text(values, "state_words", console_campaign_word(call, "step-", classes[row->state]));
    json_put_text(values, "skipped", step->skipped);
    json_put_text(values, "who", step->who);
    json_put_text(values, "ways", channel_words(call, step));
    json_put_text(values, "at_words", text_given(step->at_words));
    json_put_number(values, "messages", row->figures.messages);
    json_put_number(values, "left", row->figures.left);
    if (row->more > 0) {
        json_put_number(values, "more", (int64_t)row->more);
    }
    console_campaign_put_instant(call, values, "at", step->at);
    console_campaign_put_instant(call, values, "deadline", step->deadline);
    return values;
}

/* Each step as a mark with its number; those that are too near go below one another. */
static struct json *draw_steps(const struct console_call *call, const struct schedule *schedule,
                               const struct span *span, size_t moments)
{
    struct json *list = json_make_array();
    int64_t last[STEP_ROWS];
    size_t number = 0;
    for (size_t i = 0; i < STEP_ROWS; i++) {
        last[i] = -STEP_APART;
    }
    for (size_t i = 0; i < schedule->count; i++) {
        const struct schedule_row *row = &schedule->rows[i];
        const int64_t x = place(span, row->step->at);
        size_t line = 0;
        number += !row->told;
        while (line + 1 < STEP_ROWS && x - last[line] < STEP_APART) {
            line++;
        }
        last[line] = x;
        struct json *values = make_step(call, row, number);
        json_put_text(values, "x", percent(x, call->arena));
        json_put_number(values, "y",
                        (int64_t)(moments * LINE_HEIGHT + line * STEP_HEIGHT) + STEP_HEIGHT);
        json_append(list, values);
    }
    return list;
}

/* The rows: moments and steps in one order of time. */
static struct json *make_rows(const struct console_call *call, const struct table *table)
{
    const struct schedule *schedule = table->schedule;
    const struct moment_mark *moments = table->moments;
    const size_t moment_count = table->moment_count;
    struct json *rows = json_make_array();
    size_t next = 0;
    size_t number = 0;
    for (size_t i = 0; i < schedule->count; i++) {
        const struct schedule_row *row = &schedule->rows[i];
        if (row->told) {
            continue;
        }
        while (next < moment_count && moments[next].at <= row->step->at) {
            json_append(rows, make_moment(call, &moments[next++]));
        }
        struct json *values = make_step(call, row, ++number);
        json_put(values, "tallies", make_states(call, table, row->step->id));
        if (row->step->budget > 0) {
            console_campaign_put_money(call, values, "own_budget", row->step->budget,
                                       table->campaign->currency);
        }
        json_append(rows, values);
    }
    while (next < moment_count) {
        json_append(rows, make_moment(call, &moments[next++]));
    }
    return rows;
}

bool console_campaign_put_timeline(struct console_call *call, const struct campaign *campaign,
                                   const struct ballot *ballot, const struct schedule *schedule,
                                   struct error *err)
{
    struct moment_mark moments[MOMENTS_MOST];
    const struct standings_state *states = NULL;
    size_t state_count = 0;
    int64_t at = 0;
    if (!console_counts_states(call->console->counts, campaign->id, &states, &state_count, &at,
                               err)) {
        return false;
    }
    console_counted_at(call, at);
    struct span span = {0};
    size_t count = find_moments(ballot, call->now, moments);
    for (size_t i = 0; i < count; i++) {
        widen(&span, moments[i].at);
    }
    for (size_t i = 0; i < schedule->count; i++) {
        widen(&span, schedule->rows[i].step->at);
        widen(&span, schedule->rows[i].step->deadline);
    }
    struct json *timeline = json_make_object();
    struct json *lines = json_make_array();
    for (size_t i = 0; i < count; i++) {
        json_append(lines, draw_moment(call, &moments[i], place(&span, moments[i].at), i));
    }
    json_put(timeline, "moments", lines);
    json_put(timeline, "steps", draw_steps(call, schedule, &span, count));
    json_put_number(timeline, "axis", (int64_t)count * LINE_HEIGHT + 8);
    json_put_number(timeline, "height",
                    (int64_t)count * LINE_HEIGHT + STEP_ROWS * STEP_HEIGHT + 16);
    const struct table table = {campaign, schedule, moments, count, states, state_count};
    json_put(timeline, "rows", make_rows(call, &table));
    json_put(call->values, "timeline", timeline);
    return true;
}
