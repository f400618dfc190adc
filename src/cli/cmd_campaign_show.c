/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign show, list: the steps of a campaign and when they are. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/schedule.h"
#include "muster/store/segments.h"

#define DAY_AND_TIME "%a %-d %b %Y %H:%M"

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

/* The name, of several days that wait "your-day-2026-11-24 and 9 days more". */
static const char *name_words(struct call *call, const struct schedule_row *row)
{
    return row->more == 0 || call->format != LISTING_TEXT
               ? row->step->name
               : arena_printf(call->arena, "%s and %zu day%s more", row->step->name, row->more,
                              cmd_s((int64_t)row->more));
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
static void list_step(struct call *call, struct listing *listing, const struct schedule_row *row,
                      int64_t meant)
{
    const struct step *step = row->step;
    listing_text(listing, name_words(call, row));
    listing_text(listing, instant_words(call, step->at));
    listing_text(listing, deadline_words(call, step));
    listing_text(listing, schedule_word(row->state));
    listing_number(listing, row->figures.messages);
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
    struct schedule schedule;
    if (!schedule_read(call->db, campaign, clock_now(), call->arena, &schedule, err)) {
        return false;
    }
    struct listing *listing =
        listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS) - (people ? 3 : 0), call->arena);
    for (size_t i = 0; i < schedule.count; i++) {
        struct segments_size size = {0};
        const struct schedule_row *row = &schedule.rows[i];
        if (people && row->told) {
            continue;
        }
        if (!segments_count_step(call->db, row->step->who, campaign->ballot_id, campaign->action,
                                 &size, err)) {
            return error_prefix(err, "step %s", row->step->name);
        }
        list_step(call, listing, row, size.members);
        if (!people) {
            list_more(listing, row->step, &row->figures);
        }
    }
    listing_keep(listing, 6); /* to MEANT NOW */
    listing_print(listing, call->format, "it has no steps");
    for (size_t i = 0; i < schedule.count && people; i++) {
        const struct schedule_row *row = &schedule.rows[i];
        if (row->step->skipped != NULL && !row->told) {
            (void)printf("%s is skipped: %s\n", name_words(call, row),
                         text_printable(row->step->skipped, call->arena));
        }
        if (!row->told) {
            print_hours(call, row->step, name_words(call, row));
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

/* Whether somebody has approved it, in a word; NULL: nobody need. */
static bool read_approval(struct call *call, const struct campaign *campaign, const char **word,
                          struct error *err)
{
    struct approval_standing standing = {.state = APPROVAL_FREE};
    if (!schedule_over(campaign) &&
        !approval_look(call->db, &call->config, campaign, APPROVAL_NO_SIZES, call->arena, &standing,
                       err)) {
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

/* The times of a campaign as its row has them. */
static const char *minute_or_none(int64_t instant, struct arena *arena)
{
    return instant == 0 ? NULL : clock_minute(instant, arena);
}

/* Programs have the columns in the order in which they always were; people what they look for
 * first, and the rest as far as there is room. */
static void list_campaign(struct call *call, struct listing *listing,
                          const struct campaign *campaign, const struct schedule *schedule,
                          const char *approval)
{
    const char *const next =
        minute_or_none(schedule->next == NULL ? 0 : schedule->next->at, call->arena);
    const char *const deadline = minute_or_none(schedule->deadline, call->arena);
    const char *const made = clock_minute(campaign->at, call->arena);
    const char *const purpose = campaign->promotional ? "promotional" : "service";
    const char *const people[] = {campaign->name, campaign->state, next,    deadline,
                                  approval,       campaign->title, purpose, made};
    const char *const programs[] = {campaign->name, campaign->state, made, campaign->title,
                                    purpose,        approval,        next, deadline};
    const bool text = call->format == LISTING_TEXT;
    for (size_t i = 0; i < ARRAY_LENGTH(people); i++) {
        listing_text(listing, text ? people[i] : programs[i]);
    }
}

bool cmd_campaign_list(struct call *call, struct error *err)
{
    static const struct listing_column PROGRAMS[] = {
        {"", "name", false},  {"", "state", false},   {"", "at", false},
        {"", "title", false}, {"", "purpose", false}, {"", "approval", false},
        {"", "next", false},  {"", "deadline", false}};
    static const struct listing_column PEOPLE[] = {
        {"CAMPAIGN", "", false},      {"STATE", "", false},    {"NEXT STEP", "", false},
        {"LAST DEADLINE", "", false}, {"APPROVAL", "", false}, {"TITLE", "", false},
        {"PURPOSE", "", false},       {"MADE", "", false}};
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(call->format == LISTING_TEXT ? PEOPLE : PROGRAMS,
                                             ARRAY_LENGTH(PEOPLE), call->arena);
    for (size_t i = 0; i < count; i++) {
        struct schedule schedule;
        const char *approval = NULL;
        if (!schedule_read(call->db, &campaigns[i], clock_now(), call->arena, &schedule, err) ||
            !read_approval(call, &campaigns[i], &approval, err)) {
            return false;
        }
        list_campaign(call, listing, &campaigns[i], &schedule, approval);
    }
    listing_keep(listing, 4); /* to LAST DEADLINE */
    listing_print(listing, call->format, "no campaigns yet");
    return true;
}
