/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign show, list: the steps of a campaign and when they are. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/expand.h"
#include "muster/store/segments.h"
#include "muster/store/standings.h"

enum { DAY_SUFFIX = 11 /* "-2026-11-25" */ };

#define DAY_AND_TIME "%a %-d %b %Y %H:%M"

/* What is to be said of a step's messages. */
static const char *state_of(const struct campaign *campaign, const struct step *step,
                            const struct standings_step *figures, int64_t now)
{
    const bool begun = step->expanded || figures->messages > 0;
    const bool cancelled = text_equal(campaign->state, "cancelled");
    if (step->skipped != NULL) {
        return "skipped";
    }
    if (!begun) {
        return cancelled ? "cancelled" : "waits";
    }
    if (figures->messages > 0 && figures->given_up == figures->messages) {
        return cancelled ? "cancelled" : "not sent";
    }
    return figures->left == 0                      ? "sent"
           : step->at > now                        ? "queued"
           : text_equal(campaign->state, "paused") ? "paused"
                                                   : "sending";
}

/* "opens + 1 day 10:00", "daily until last_safe_post"; "" for a fixed time. */
static const char *words_of(const struct step *step, struct arena *arena)
{
    const char *words = text_empty(step->at_words) ? "" : step->at_words;
    return text_empty(step->daily_until)
               ? words
               : arena_printf(arena, "%s%sdaily until %s", words, words[0] == '\0' ? "" : ", ",
                              step->daily_until);
}

static const char *instant_words(const struct call *call, int64_t instant)
{
    return call->format == LISTING_TEXT ? clock_format(instant, DAY_AND_TIME, call->arena)
                                        : clock_minute(instant, call->arena);
}

static const struct standings_step *figures_of(const struct standings_step *all, size_t count,
                                               int64_t step_id)
{
    static const struct standings_step none = {0};
    for (size_t i = 0; i < count; i++) {
        if (all[i].step_id == step_id) {
            return &all[i];
        }
    }
    return &none;
}

/* Whether b is another day of the step that a is a day of. */
static bool same_daily(const struct step *a, const struct step *b)
{
    const size_t length = strlen(a->name);
    return a->daily_until != NULL && b->daily_until != NULL && length > DAY_SUFFIX &&
           strlen(b->name) == length && strncmp(a->name, b->name, length - DAY_SUFFIX) == 0;
}

/* The steps of a campaign with all that is shown of them. */
struct steps_view {
    struct step *steps;
    size_t count;
    const char **states;
    struct standings_step *figures;
    size_t figure_count;
};

/* How many later days of a step that is repeated daily are in the same state, if nothing of them is
 * in the outbox: people need one row for them all. */
static size_t days_like(const struct steps_view *view, size_t index)
{
    size_t days = 0;
    for (size_t i = index + 1; i < view->count; i++) {
        days += same_daily(&view->steps[index], &view->steps[i]) &&
                text_equal(view->states[index], view->states[i]);
    }
    return days;
}

static bool is_told_before(const struct steps_view *view, size_t index)
{
    const char *state = view->states[index];
    for (size_t i = 0; i < index && (text_equal(state, "waits") || text_equal(state, "skipped"));
         i++) {
        if (same_daily(&view->steps[i], &view->steps[index]) &&
            text_equal(view->states[i], state)) {
            return true;
        }
    }
    return false;
}

/* The name, of several days that wait "your-day-2026-11-24 and 9 days more". */
static const char *name_words(struct call *call, const struct steps_view *view, size_t index)
{
    const char *state = view->states[index];
    const bool quiet = text_equal(state, "waits") || text_equal(state, "skipped");
    const size_t days = call->format == LISTING_TEXT && quiet ? days_like(view, index) : 0;
    return days == 0 ? view->steps[index].name
                     : arena_printf(call->arena, "%s and %zu day%s more", view->steps[index].name,
                                    days, cmd_s((int64_t)days));
}

/* The deadline: for people the hour alone, when it is of the day on which the step goes. */
static const char *deadline_words(struct call *call, const struct step *step)
{
    struct clock_stretch goes = {.date = 0};
    struct clock_stretch ends = {.date = 0};
    const bool same = clock_stretch(step->at, &goes) && clock_stretch(step->deadline, &ends) &&
                      goes.date == ends.date;
    return same && call->format == LISTING_TEXT ? clock_format(step->deadline, "%H:%M", call->arena)
                                                : instant_words(call, step->deadline);
}

/* A row for people: what differs from step to step, the long words last. */
static void list_step(struct call *call, struct listing *listing, const struct step *step,
                      const char *name, const char *state, int64_t messages, int64_t meant)
{
    listing_text(listing, name);
    listing_text(listing, instant_words(call, step->at));
    listing_text(listing, deadline_words(call, step));
    listing_text(listing, state);
    listing_number(listing, messages);
    listing_number(listing, meant);
    listing_text(listing, words_of(step, call->arena));
    listing_text(listing, step->who);
}

/* The rest, for programs. */
static void list_more(struct listing *listing, const struct step *step,
                      const struct standings_step *figures)
{
    listing_text(listing, step->deadline_words);
    listing_number(listing, figures->left);
    listing_text(listing, step->skipped);
}

/* A step's own hours, and why; what a step of a campaign's hours has is told with the campaign. */
static void print_hours(struct call *call, const struct step *step, const char *name)
{
    const char *const hours[] = {step->hours_sms, step->hours_email};
    static const char *const nouns[] = {"texts", "mails"};
    for (size_t i = 0; i < ARRAY_LENGTH(hours); i++) {
        if (hours[i] != NULL) {
            (void)printf(
                "%s: %s go %s: %s\n", name, nouns[i], hours[i],
                text_printable(step->hours_why == NULL ? "" : step->hours_why, call->arena));
        }
    }
}

bool cmd_print_steps(struct call *call, const struct campaign *campaign, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"STEP", "step", false},         {"GOES", "at", false},
        {"DEADLINE", "deadline", false}, {"STATE", "state", false},
        {"MESSAGES", "messages", true},  {"MEANT NOW", "meant_now", true},
        {"WHEN", "at_words", false},     {"WHO", "who", false},
        {"", "deadline_words", false},   {"", "left", true},
        {"", "why_skipped", false}};
    const bool people = call->format == LISTING_TEXT;
    const int64_t now = clock_now();
    struct steps_view view = {0};
    if (!campaigns_steps(call->db, campaign->id, call->arena, &view.steps, &view.count, err) ||
        !standings_steps(call->db, campaign->id, call->arena, &view.figures, &view.figure_count,
                         err)) {
        return false;
    }
    view.states = arena_array(call->arena, view.count + 1, sizeof *view.states);
    for (size_t i = 0; i < view.count; i++) {
        const struct standings_step *own =
            figures_of(view.figures, view.figure_count, view.steps[i].id);
        view.states[i] = state_of(campaign, &view.steps[i], own, now);
    }
    struct listing *listing =
        listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS) - (people ? 3 : 0), call->arena);
    for (size_t i = 0; i < view.count; i++) {
        struct segments_size size = {0};
        const struct step *step = &view.steps[i];
        const struct standings_step *own = figures_of(view.figures, view.figure_count, step->id);
        if (people && is_told_before(&view, i)) {
            continue;
        }
        if (!segments_count_step(call->db, step->who, campaign->ballot_id, &size, err)) {
            return error_prefix(err, "step %s", step->name);
        }
        list_step(call, listing, step, name_words(call, &view, i), view.states[i], own->messages,
                  size.members);
        if (!people) {
            list_more(listing, step, own);
        }
    }
    listing_keep(listing, 6); /* to MEANT NOW */
    listing_print(listing, call->format, "it has no steps");
    for (size_t i = 0; i < view.count && people; i++) {
        if (view.steps[i].skipped != NULL && !is_told_before(&view, i)) {
            (void)printf("%s is skipped: %s\n", name_words(call, &view, i),
                         text_printable(view.steps[i].skipped, call->arena));
        }
        if (!is_told_before(&view, i)) {
            print_hours(call, &view.steps[i], name_words(call, &view, i));
        }
    }
    return true;
}

bool cmd_campaign_show(struct call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err)) {
        return false;
    }
    if (call->format == LISTING_TEXT) {
        (void)printf("campaign %s is %s%s: %s\n", campaign->name,
                     text_equal(campaign->state, "draft") ? "a " : "", campaign->state,
                     text_printable(campaign->title, call->arena));
        if (!cmd_print_approval(call, campaign, err)) {
            return false;
        }
    }
    return cmd_print_steps(call, campaign, err);
}

/* When the next of its steps goes (0: none does any more), and the last deadline. */
static bool read_times(struct call *call, const struct campaign *campaign, int64_t *next,
                       int64_t *deadline, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    const int64_t now = clock_now();
    const bool over =
        text_equal(campaign->state, "finished") || text_equal(campaign->state, "cancelled");
    *next = 0;
    *deadline = 0;
    if (!campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const bool ahead = steps[i].skipped == NULL && (steps[i].at > now || !steps[i].expanded);
        *next = *next == 0 && ahead && !over ? steps[i].at : *next;
        *deadline = steps[i].deadline > *deadline ? steps[i].deadline : *deadline;
    }
    return true;
}

/* Whether somebody has approved it, in a word; NULL: nobody need. */
static bool read_approval(struct call *call, const struct campaign *campaign, const char **word,
                          struct error *err)
{
    struct approval_standing standing = {.state = APPROVAL_FREE};
    const bool over =
        text_equal(campaign->state, "finished") || text_equal(campaign->state, "cancelled");
    if (!over && !approval_look(call->db, &call->config, campaign, APPROVAL_NO_SIZES, call->arena,
                                &standing, err)) {
        return false;
    }
    switch (standing.state) {
    case APPROVAL_FREE: *word = NULL; break;
    case APPROVAL_GIVEN: *word = arena_printf(call->arena, "by %s", standing.by); break;
    case APPROVAL_WANTED: *word = "wanted"; break;
    case APPROVAL_VOID: *word = "void"; break;
    }
    return true;
}

bool cmd_campaign_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"CAMPAIGN", "name", false},   {"STATE", "state", false},
        {"MADE", "at", false},         {"TITLE", "title", false},
        {"PURPOSE", "purpose", false}, {"APPROVAL", "approval", false},
        {"NEXT STEP", "next", false},  {"LAST DEADLINE", "deadline", false}};
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        int64_t next = 0;
        int64_t deadline = 0;
        const char *approval = NULL;
        if (!read_times(call, &campaigns[i], &next, &deadline, err) ||
            !read_approval(call, &campaigns[i], &approval, err)) {
            return false;
        }
        listing_text(listing, campaigns[i].name);
        listing_text(listing, campaigns[i].state);
        listing_text(listing, clock_minute(campaigns[i].at, call->arena));
        listing_text(listing, campaigns[i].title);
        listing_text(listing, campaigns[i].promotional ? "promotional" : "service");
        listing_text(listing, approval);
        listing_text(listing, next == 0 ? NULL : clock_minute(next, call->arena));
        listing_text(listing, deadline == 0 ? NULL : clock_minute(deadline, call->arena));
    }
    listing_print(listing, call->format, "no campaigns yet");
    return true;
}
