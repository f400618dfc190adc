/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One campaign: its steps in time, its terms, who has approved it, and how far it is. */
#include "console_campaign.h"
#include "console_counts.h"
#include "console_watches.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/steering.h"
#include "muster/campaign/watch.h"

void console_campaign_put_rights(const struct console_call *call, const struct campaign *campaign,
                                 struct json *values)
{
    const bool writes = console_may(call, CONSOLE_WRITERS);
    const char *state = campaign->state;
    const bool paused = text_equal(state, "paused");
    const bool over = schedule_over(campaign);
    json_put_number(values, "id", campaign->id);
    json_put_flag(values, "over", over);
    json_put_flag(values, "is_draft", text_equal(state, "draft"));
    json_put_flag(values, "may_edit", writes && !over);
    json_put_flag(values, "may_start", writes && text_equal(state, "draft"));
    json_put_flag(values, "may_pause", writes && text_equal(state, "running"));
    json_put_flag(values, "may_resume", writes && paused);
    json_put_flag(values, "may_cancel", writes && !over);
    json_put_flag(values, "may_test",
                  call->account != NULL && role_may(call->account->role, ROLE_MAY_TEST) && !over);
}

bool console_campaign_put_approval(struct console_call *call, const struct campaign *campaign,
                                   struct error *err)
{
    static const char *const names[] = {[APPROVAL_FREE] = "free",
                                        [APPROVAL_GIVEN] = "given",
                                        [APPROVAL_WANTED] = "wanted",
                                        [APPROVAL_VOID] = "void"};
    struct approval_standing standing;
    if (schedule_over(campaign)) {
        return true;
    }
    if (!approval_look(call->console->db, call->console->config, campaign, APPROVAL_ALL_SIZES,
                       call->arena, &standing, err)) {
        return false;
    }
    struct json *values = json_make_object();
    json_put_flag(call->values, "approve_now",
                  console_may(call, CONSOLE_APPROVERS) && !approval_may(&standing));
    json_put_flag(values, standing.alone ? "alone" : names[standing.state], true);
    json_put_number(values, "members", standing.members);
    if (standing.from > 0) {
        json_put_number(values, "from", standing.from);
    }
    json_put_text(values, "by", standing.by);
    json_put_text(values, "why", standing.why);
    console_campaign_put_instant(call, values, "at", standing.at);
    json_put(call->values, "approval", values);
    return true;
}

/* The account's own name, where it has given one. */
static bool put_maker(struct console_call *call, const struct campaign *campaign, struct error *err)
{
    struct account *maker = NULL;
    if (campaign->made_by == NULL) {
        return true;
    }
    if (!accounts_find(call->console->db, campaign->made_by, call->arena, &maker, err)) {
        return false;
    }
    const bool named = maker != NULL && !text_empty(maker->full_name);
    json_put_text(call->values, "made_by", named ? maker->full_name : campaign->made_by);
    return true;
}

/* What it is for, when it may go, what it may cost. */
static void put_terms(struct console_call *call, const struct campaign *campaign)
{
    const struct config *config = call->console->config;
    const char *currency = watch_currency(campaign->currency, config);
    struct json *values = json_make_object();
    json_put_flag(values, "promotional", campaign->promotional);
    json_put_text(values, "hours_sms",
                  campaign->hours_sms == NULL ? config->hours.sms : campaign->hours_sms);
    json_put_text(values, "hours_email",
                  campaign->hours_email == NULL ? config->hours.email : campaign->hours_email);
    json_put_text(values, "hours_why", campaign->hours_why);
    if (campaign->budgeted) {
        console_campaign_put_money(call, values, "budget", campaign->budget, currency);
    }
    console_campaign_put_money(call, values, "spent", campaign->spent, currency);
    json_put(call->values, "terms", values);
}

static bool put_ballot(struct console_call *call, const struct campaign *campaign,
                       struct ballot **ballot, struct error *err)
{
    *ballot = NULL;
    if (campaign->ballot_id == 0) {
        return true;
    }
    if (!ballots_get(call->console->db, campaign->ballot_id, call->arena, ballot, err)) {
        return false;
    }
    if (*ballot != NULL) {
        struct json *values = json_make_object();
        json_put_text(values, "name", (*ballot)->name);
        json_put_text(values, "title", (*ballot)->title);
        json_put(call->values, "ballot", values);
    }
    return true;
}

/* What could not be paid for: a budget that is raised sends it. */
static bool put_left_over(struct console_call *call, const struct campaign *campaign,
                          struct error *err)
{
    const struct watch_view *view = NULL;
    struct steering_standing standing = {0};
    if (!console_watches_look(call->console->watches, campaign->id, call->now, &view, err)) {
        return false;
    }
    for (size_t i = 0; i < view->tally_count; i++) {
        steering_standing_add(&standing, view->tallies[i].state, view->tallies[i].count);
    }
    if (standing.unaffordable > 0) {
        json_put_number(call->values, "unaffordable", standing.unaffordable);
        json_put_flag(call->values, "may_resume",
                      console_may(call, CONSOLE_WRITERS) &&
                          !text_equal(campaign->state, "cancelled"));
    }
    json_put_flag(call->values, "has_messages", standing.all > 0);
    return true;
}

/* The steps that a test message can be of: of days that are alike the first. */
static void put_test_steps(struct console_call *call, const struct schedule *schedule)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < schedule->count; i++) {
        if (!schedule->rows[i].told && !text_empty(schedule->rows[i].step->name)) {
            struct json *values = json_make_object();
            json_put_text(values, "step", schedule->rows[i].step->name);
            json_append(list, values);
        }
    }
    json_put_flag(call->values, "several_steps", schedule->count > 1);
    json_put(call->values, "test_steps", list);
}

/* The steps as they stand: in `schedule`, and on the page. */
static bool put_steps(struct console_call *call, const struct campaign *campaign,
                      const struct ballot *ballot, struct schedule *schedule, struct error *err)
{
    const struct standings_state *states = NULL;
    size_t count = 0;
    return console_counts_states(call->console->counts, campaign->id, &states, &count, err) &&
           schedule_read_counted(call->console->db, campaign, states, count, call->now, call->arena,
                                 schedule, err) &&
           console_campaign_put_timeline(call, campaign, ballot, schedule, err);
}

bool console_campaign_page(struct console_call *call, struct campaign *campaign, struct error *err)
{
    struct ballot *ballot = NULL;
    struct schedule schedule;
    console_campaign_put(call, campaign, call->values);
    console_campaign_put_instant(call, call->values, "made_at", campaign->at);
    json_put_text(call->values, "paused_why", campaign->paused_why);
    json_put_text(call->values, "action", campaign->action);
    put_terms(call, campaign);
    console_campaign_put_rights(call, campaign, call->values);
    json_put_flag(call->values, "live",
                  text_equal(campaign->state, "running") || text_equal(campaign->state, "paused"));
    if (!put_ballot(call, campaign, &ballot, err) || !put_maker(call, campaign, err) ||
        !put_left_over(call, campaign, err) || !put_steps(call, campaign, ballot, &schedule, err)) {
        return false;
    }
    put_test_steps(call, &schedule);
    return console_campaign_put_answers(call, campaign, err) &&
           console_campaign_put_approval(call, campaign, err) &&
           console_campaign_put_progress(call, campaign, err) &&
           console_campaign_put_results(call, campaign, err) &&
           console_answer(call, "campaign.html", "campaigns", err);
}

bool console_show_campaign(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    return console_campaign_find(call, &campaign, err) &&
           console_campaign_page(call, campaign, err);
}

bool console_show_campaign_steps(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct ballot *ballot = NULL;
    struct schedule schedule;
    return console_campaign_find(call, &campaign, err) &&
           put_ballot(call, campaign, &ballot, err) &&
           put_steps(call, campaign, ballot, &schedule, err) &&
           console_answer_part(call, "campaign-steps-part.html", err);
}
