/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns started, paused, gone on with and cancelled by hand. What cannot be taken back is asked
 * once more on a page of its own. Each form says in which state the campaign was shown, so that who
 * comes second is told what somebody else has done. */
#include <string.h>

#include "console_campaign.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/steering.h"
#include "muster/store/record.h"

/* The deed that led to the state that the campaign is in now, if it is known. */
static bool put_last_deed(struct console_call *call, const struct campaign *campaign,
                          struct json *told, struct error *err)
{
    static const char PREFIX[] = "campaign.";
    struct record_entry *entries = NULL;
    size_t count = 0;
    const struct record_choice choice = {.deed = "campaign", .subject = campaign->name, .limit = 1};
    if (!record_list(call->console->db, &choice, call->arena, &entries, &count, err)) {
        return false;
    }
    if (count == 1 && strncmp(entries[0].deed, PREFIX, sizeof PREFIX - 1) == 0) {
        json_put_text(told, "by", text_given(entries[0].account));
        console_campaign_put_instant(call, told, "at", entries[0].at);
    }
    return true;
}

/* The page of the campaign as it is now, with a sentence about why nothing was done. */
static bool show_refused(struct console_call *call, const char *word, bool overtaken,
                         struct error *err)
{
    struct campaign *campaign = NULL;
    struct json *told = json_make_object();
    json_put(call->values, "told", told);
    json_put_text(told, "words", console_campaign_word(call, "", word));
    return console_campaign_find(call, &campaign, err) &&
           (!overtaken || put_last_deed(call, campaign, told, err)) &&
           console_campaign_page(call, campaign, err);
}

/* What comes of an outcome: on with the page of the campaign, or that page with what is wrong. */
static bool answer(struct console_call *call, const struct steering *steering, const char *done,
                   struct error *err)
{
    static const char *const words[] = {
        [STEERING_LATE] = "steer-late",           [STEERING_NOBODY] = "steer-nobody",
        [STEERING_WAITS] = "steer-waits",         [STEERING_NO_STEP] = "steer-no-budget",
        [STEERING_NO_BUDGET] = "steer-no-budget", [STEERING_NO_AMOUNT] = "budget-no-amount",
        [STEERING_NOT_MORE] = "budget-not-more",  [STEERING_TOO_LATE] = "steer-too-late",
    };
    const struct campaign *campaign = steering->campaign;
    switch (steering->outcome) {
    case STEERING_DONE:
        return console_go(call, arena_printf(call->arena, "/campaigns/%s", campaign->name), done);
    case STEERING_GONE: return show_refused(call, "steer-changed", false, err);
    case STEERING_OVERTAKEN:
    case STEERING_WRONG_STATE:
        return show_refused(call, arena_printf(call->arena, "overtaken-%s", campaign->state), true,
                            err);
    case STEERING_WAITS:
        return show_refused(call, steering->raised ? "steer-raised-waits" : words[STEERING_WAITS],
                            false, err);
    case STEERING_LATE:
    case STEERING_NOBODY:
    case STEERING_NO_STEP:
    case STEERING_NO_BUDGET:
    case STEERING_NO_AMOUNT:
    case STEERING_NOT_MORE:
    case STEERING_TOO_LATE: return show_refused(call, words[steering->outcome], false, err);
    }
    return true;
}

/* What the form says: which campaign was shown, and in which state. One that was made anew since
 * under the same name is another, and so is any that the address does not name. ERROR_DATA for a
 * form that does not say so. */
static bool read_order(struct console_call *call, struct steering_order *order, struct error *err)
{
    struct campaign *campaign = NULL;
    *order = (struct steering_order){.config = call->console->config,
                                     .account = call->account,
                                     .seen = text_given(console_field(call, "seen")),
                                     .now = call->now};
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    if (order->seen == NULL ||
        !text_number(console_field(call, "id"), 1, INT64_MAX, &order->campaign_id)) {
        return error_set(err, ERROR_DATA, "%s", console_word(call, "form-not-whole"));
    }
    if (order->campaign_id != campaign->id) {
        order->campaign_id = 0; /* which is none */
    }
    return true;
}

bool console_start_campaign(struct console_call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    return read_order(call, &order, err) &&
           steering_start(call->console->db, &order, call->arena, &steering, err) &&
           answer(call, &steering, "done-started", err);
}

bool console_pause_campaign(struct console_call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    return read_order(call, &order, err) &&
           steering_pause(call->console->db, &order, call->arena, &steering, err) &&
           answer(call, &steering, "done-paused", err);
}

bool console_cancel_campaign(struct console_call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    return read_order(call, &order, err) &&
           steering_cancel(call->console->db, &order, call->arena, &steering, err) &&
           answer(call, &steering, "done-cancelled", err);
}

/* What is asked: how many it is about, and until when. */
static bool put_question(struct console_call *call, const struct campaign *campaign,
                         struct error *err)
{
    struct steering_standing standing;
    struct schedule schedule;
    struct db *db = call->console->db;
    if (!steering_standing(db, campaign->id, &standing, err) ||
        !schedule_read(db, campaign, call->now, call->arena, &schedule, err)) {
        return false;
    }
    console_campaign_put(call, campaign, call->values);
    json_put_text(call->values, "paused_why", campaign->paused_why);
    console_campaign_put_rights(call, campaign, call->values);
    json_put_flag(call->values, "has_any", standing.all > 0);
    json_put_number(call->values, "handed", standing.handed + standing.in_air);
    json_put_number(call->values, "waiting", standing.waits);
    if (standing.unaffordable > 0) {
        json_put_number(call->values, "unaffordable", standing.unaffordable);
    }
    json_put_number(call->values, "steps", (int64_t)schedule.count);
    json_put_flag(call->values, "several", schedule.count > 1);
    if (campaign->budgeted) {
        console_campaign_put_money(call, call->values, "budget", campaign->budget,
                                   campaign->currency);
        console_campaign_put_money(call, call->values, "spent", campaign->spent,
                                   campaign->currency);
    }
    if (schedule.next != NULL) {
        console_campaign_put_instant(call, call->values, "next_at", schedule.next->at);
        json_put_flag(call->values, "at_once", schedule.next->at <= call->now);
    }
    console_campaign_put_instant(call, call->values, "deadline", schedule.deadline);
    return true;
}

/* Whom the first step would write to, and the whole campaign could. */
static bool put_meant(struct console_call *call, const struct campaign *campaign, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    struct segments_size now = {0};
    int64_t all = 0;
    struct db *db = call->console->db;
    if (!campaigns_steps(db, campaign->id, call->arena, &steps, &count, err) ||
        !steering_meant(db, campaign, steps, count, call->now, &now, err) ||
        !approval_members(db, campaign, &all, err)) {
        return false;
    }
    json_put_number(call->values, "meant", all);
    json_put_number(call->values, "meant_now", now.members);
    json_put_number(call->values, "texts_now", now.sms);
    json_put_number(call->values, "mails_now", now.email);
    return true;
}

bool console_ask_start(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    return console_campaign_find(call, &campaign, err) && put_question(call, campaign, err) &&
           put_meant(call, campaign, err) && console_campaign_put_approval(call, campaign, err) &&
           console_answer(call, "campaign-start.html", "campaigns", err);
}

bool console_ask_cancel(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    return console_campaign_find(call, &campaign, err) && put_question(call, campaign, err) &&
           console_answer(call, "campaign-cancel.html", "campaigns", err);
}

/* The steps that have a budget of their own. */
static bool put_step_budgets(struct console_call *call, const struct campaign *campaign,
                             struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(call->console->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        if (steps[i].budget > 0) {
            struct json *values = json_make_object();
            json_put_text(values, "step", steps[i].name);
            json_put_flag(values, "chosen", text_equal(steps[i].name, console_field(call, "step")));
            console_campaign_put_money(call, values, "budget", steps[i].budget, campaign->currency);
            console_campaign_put_money(call, values, "spent", steps[i].spent, campaign->currency);
            json_append(list, values);
        }
    }
    json_put_flag(call->values, "any_budget", campaign->budgeted || json_count(list) > 0);
    json_put(call->values, "step_budgets", list);
    return true;
}

bool console_ask_resume(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    return console_campaign_find(call, &campaign, err) && put_question(call, campaign, err) &&
           put_step_budgets(call, campaign, err) &&
           console_campaign_put_approval(call, campaign, err) &&
           console_answer(call, "campaign-resume.html", "campaigns", err);
}

/* The form once more, with what was typed and what is wrong with it. */
static bool ask_budget_again(struct console_call *call, const struct steering *steering,
                             struct error *err)
{
    const bool none = steering->outcome == STEERING_NO_AMOUNT;
    json_put_text(call->values, "wrong_budget",
                  console_campaign_word(call, "", none ? "budget-no-amount" : "budget-not-more"));
    json_put_text(call->values, "typed", console_field(call, "budget"));
    return console_ask_resume(call, err);
}

bool console_resume_campaign(struct console_call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    const struct steering_raise raise = {.amount = text_given(console_field(call, "budget")),
                                         .step = text_given(console_field(call, "step"))};
    if (!read_order(call, &order, err) ||
        !steering_resume(call->console->db, &order, raise.amount == NULL ? NULL : &raise,
                         call->arena, &steering, err)) {
        return false;
    }
    if (steering.outcome == STEERING_NO_AMOUNT || steering.outcome == STEERING_NOT_MORE) {
        return ask_budget_again(call, &steering, err);
    }
    return answer(call, &steering, !steering.in_time ? "done-too-late" : "done-resumed", err);
}
