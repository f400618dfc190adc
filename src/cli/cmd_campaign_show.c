/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign show, list: the steps of a campaign and when they are. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/expand.h"
#include "muster/store/segments.h"
#include "muster/store/standings.h"

#define DAY_AND_TIME "%a %-d %b %Y %H:%M"

/* What is to be said of a step's messages. */
static const char *state_of(const struct campaign *campaign, const struct step *step,
                            const struct standings_step *figures, int64_t now)
{
    const bool begun = step->expanded || figures->messages > 0;
    if (step->skipped != NULL) {
        return "skipped";
    }
    if (!begun) {
        return text_equal(campaign->state, "cancelled") ? "cancelled" : "waits";
    }
    return figures->left == 0 ? "sent" : step->at > now ? "queued" : "sending";
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

/* A row for people: what differs from step to step, the long words last. */
static void list_step(struct call *call, struct listing *listing, const struct step *step,
                      const char *state, int64_t messages, int64_t meant)
{
    listing_text(listing, step->name);
    listing_text(listing, instant_words(call, step->at));
    listing_text(listing, instant_words(call, step->deadline));
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
    struct step *steps = NULL;
    struct standings_step *figures = NULL;
    size_t count = 0;
    size_t figure_count = 0;
    if (!campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err) ||
        !standings_steps(call->db, campaign->id, call->arena, &figures, &figure_count, err)) {
        return false;
    }
    struct listing *listing =
        listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS) - (people ? 3 : 0), call->arena);
    for (size_t i = 0; i < count; i++) {
        struct segments_size size = {0};
        const struct standings_step *own = figures_of(figures, figure_count, steps[i].id);
        if (!segments_count_step(call->db, steps[i].who, campaign->ballot_id, &size, err)) {
            return error_prefix(err, "step %s", steps[i].name);
        }
        list_step(call, listing, &steps[i], state_of(campaign, &steps[i], own, now), own->messages,
                  size.members);
        if (!people) {
            list_more(listing, &steps[i], own);
        }
    }
    listing_print(listing, call->format, "it has no steps");
    for (size_t i = 0; i < count && people; i++) {
        if (steps[i].skipped != NULL) {
            (void)printf("%s is skipped: %s\n", steps[i].name,
                         text_printable(steps[i].skipped, call->arena));
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
        (void)printf("campaign %s is %s: %s\n", campaign->name, campaign->state,
                     text_printable(campaign->title, call->arena));
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

bool cmd_campaign_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"CAMPAIGN", "name", false},
                                                    {"STATE", "state", false},
                                                    {"MADE", "at", false},
                                                    {"TITLE", "title", false},
                                                    {"PURPOSE", "purpose", false},
                                                    {"NEXT STEP", "next", false},
                                                    {"LAST DEADLINE", "deadline", false}};
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        int64_t next = 0;
        int64_t deadline = 0;
        if (!read_times(call, &campaigns[i], &next, &deadline, err)) {
            return false;
        }
        listing_text(listing, campaigns[i].name);
        listing_text(listing, campaigns[i].state);
        listing_text(listing, clock_minute(campaigns[i].at, call->arena));
        listing_text(listing, campaigns[i].title);
        listing_text(listing, campaigns[i].promotional ? "promotional" : "service");
        listing_text(listing, next == 0 ? NULL : clock_minute(next, call->arena));
        listing_text(listing, deadline == 0 ? NULL : clock_minute(deadline, call->arena));
    }
    listing_print(listing, call->format, "no campaigns yet");
    return true;
}
