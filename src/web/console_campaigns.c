/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The campaigns: under way, drafts, over; what each does next, and how far it is. */
#include "console_campaign.h"
#include "console_counts.h"
#include "muster/base/clock.h"
#include "muster/base/hours.h"
#include "muster/base/text.h"
#include "muster/campaign/steering.h"
#include "muster/message/price.h"

enum { WHOLE = 1000 };

const char *console_campaign_word(const struct console_call *call, const char *prefix,
                                  const char *name)
{
    return console_word(call, arena_printf(call->arena, "%s%s", prefix, name));
}

void console_campaign_put(const struct console_call *call, const struct campaign *campaign,
                          struct json *values)
{
    json_put_text(values, "name", campaign->name);
    json_put_text(values, "title", campaign->title);
    json_put_text(values, "state", campaign->state);
    json_put_text(values, "state_words", console_campaign_word(call, "campaign-", campaign->state));
    json_put_flag(values, "urgent", campaign->urgent);
}

void console_campaign_put_instant(const struct console_call *call, struct json *values,
                                  const char *name, int64_t instant)
{
    if (instant > 0 && instant != HOURS_NEVER) {
        json_put_text(values, name, clock_iso(instant, call->arena));
    }
}

void console_campaign_put_money(const struct console_call *call, struct json *values,
                                const char *name, int64_t millionths, const char *currency)
{
    json_put_text(values, name, price_text(millionths, text_given(currency), call->arena));
}

bool console_campaign_find(struct console_call *call, struct campaign **campaign, struct error *err)
{
    if (!campaigns_find(call->console->db, call->request->parts[0], call->arena, campaign, err)) {
        return false;
    }
    return *campaign != NULL ||
           error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "campaign-none"));
}

/* How many of its messages are done with. */
static void put_progress(const struct standings_state *states, size_t count, struct json *values)
{
    struct steering_standing standing = {0};
    for (size_t i = 0; i < count; i++) {
        steering_standing_add(&standing, states[i].state, states[i].count);
    }
    if (standing.all > 0) {
        const int64_t done = standing.all - standing.waits - standing.in_air;
        json_put_number(values, "messages", standing.all);
        json_put_number(values, "done", done);
        json_put_number(values, "bar", done * WHOLE / standing.all);
        json_put_number(values, "percent", done * 100 / standing.all);
    }
}

/* The step that comes next, the last deadline, and how far it is. */
static bool put_course(struct console_call *call, const struct campaign *campaign,
                       struct json *values, struct error *err)
{
    const struct standings_state *states = NULL;
    size_t count = 0;
    int64_t at = 0;
    struct schedule schedule;
    if (!console_counts_states(call->console->counts, campaign->id, &states, &count, &at, err) ||
        !schedule_read_counted(call->console->db, campaign, states, count, call->now, call->arena,
                               &schedule, err)) {
        return false;
    }
    if (schedule.next != NULL) {
        struct json *next = json_make_object();
        json_put_text(next, "step", schedule.next->name);
        console_campaign_put_instant(call, next, "at", schedule.next->at);
        json_put_flag(next, "now", schedule.next->at <= call->now);
        json_put(values, "next", next);
    }
    console_counted_at(call, at);
    console_campaign_put_instant(call, values, "deadline", schedule.deadline);
    put_progress(states, count, values);
    return true;
}

/* `ballot` is that of the row before: most campaigns of a list are about the same one. */
static bool put_ballot(const struct console_call *call, const struct campaign *campaign,
                       struct ballot **ballot, struct json *values, struct error *err)
{
    if (campaign->ballot_id == 0) {
        return true;
    }
    if ((*ballot == NULL || (*ballot)->id != campaign->ballot_id) &&
        !ballots_get(call->console->db, campaign->ballot_id, call->arena, ballot, err)) {
        return false;
    }
    if (*ballot != NULL) {
        json_put_text(values, "ballot", (*ballot)->title);
    }
    return true;
}

static bool is_under_way(const struct campaign *campaign)
{
    return text_equal(campaign->state, "running") || text_equal(campaign->state, "paused");
}

/* A campaign as the list shows it. */
static bool make_row(struct console_call *call, const struct campaign *campaign,
                     struct ballot **ballot, struct json *values, struct error *err)
{
    console_campaign_put(call, campaign, values);
    json_put_text(values, "paused_why", campaign->paused_why);
    return put_ballot(call, campaign, ballot, values, err) &&
           put_course(call, campaign, values, err);
}

bool console_put_campaigns(struct console_call *call, bool under_way, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->console->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "campaigns", list);
    for (size_t i = 0; i < count; i++) {
        if (!under_way || is_under_way(&campaigns[i])) {
            struct json *values = json_make_object();
            json_append(list, values);
            console_campaign_put(call, &campaigns[i], values);
        }
    }
    return true;
}

bool console_show_campaigns(struct console_call *call, struct error *err)
{
    static const char *const GROUPS[] = {"under_way", "drafts", "over"};
    struct campaign *campaigns = NULL;
    struct ballot *ballot = NULL;
    struct json *lists[ARRAY_LENGTH(GROUPS)];
    size_t count = 0;
    if (!campaigns_list(call->console->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(GROUPS); i++) {
        lists[i] = json_make_array();
        json_put(call->values, GROUPS[i], lists[i]);
    }
    for (size_t i = 0; i < count; i++) {
        const bool draft = text_equal(campaigns[i].state, "draft");
        struct json *values = json_make_object();
        json_append(lists[is_under_way(&campaigns[i]) ? 0 : draft ? 1 : 2], values);
        if (!make_row(call, &campaigns[i], &ballot, values, err)) {
            return false;
        }
    }
    json_put_flag(call->values, "none", count == 0);
    json_put_flag(call->values, "may_write", console_may(call, CONSOLE_WRITERS));
    return console_answer(call, "campaigns.html", "campaigns", err);
}
