/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The campaign that tells of a change. */
#include "muster/campaign/news.h"

#include "muster/base/text.h"
#include "muster/campaign/campaign.h"
#include "muster/store/attendees.h"

/* A name that no campaign has, but for a draft that was never started. */
static bool free_name(struct db *db, const char *stem, struct arena *arena, const char **name,
                      struct error *err)
{
    for (int number = 1;; number++) {
        struct campaign *there = NULL;
        const char *tried = number == 1 ? stem : arena_printf(arena, "%s-%d", stem, number);
        if (!campaigns_find(db, tried, arena, &there, err)) {
            return false;
        }
        if (there == NULL || text_equal(there->state, "draft")) {
            *name = tried;
            return true;
        }
    }
}

/* Whom it means. Who has not answered is told only if they were asked: by one of its campaigns. */
static bool whom(struct db *db, const struct news *news, struct arena *arena, const char **who,
                 struct error *err)
{
    const char *asked = "";
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(db, arena, &campaigns, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (campaigns[i].action_id == news->action->id &&
            !text_equal(campaigns[i].state, "draft")) {
            asked = arena_printf(arena, "%s%ssent:%s", asked, asked[0] == '\0' ? "" : " or ",
                                 campaigns[i].name);
        }
    }
    *who = news->silent && asked[0] != '\0'
               ? arena_printf(arena, "coming or maybe or unanswered and (%s)", asked)
               : "coming or maybe";
    return true;
}

bool news_create(struct db *db, const struct config *config, const struct news *news, int64_t now,
                 struct arena *arena, struct faults *faults, struct campaign **campaign,
                 struct error *err)
{
    static const struct plan_answer ANSWERS[] = {{.means = "coming", .says = "1"},
                                                 {.means = "maybe", .says = "2"},
                                                 {.means = "cannot", .says = "3"}};
    const struct action *action = news->action;
    const bool cancelled = text_equal(action->state, "cancelled");
    const bool texts = config->sms.gateway_count > 0;
    const bool mails = config->mail.relay_count > 0;
    const char *template = cancelled ? "action-cancelled" : "action-changed";
    const char *always = news->any_hour == NULL ? NULL : "always";
    struct plan_step step = {
        .name = "",
        .path = "news",
        .sms_first = true,
        .uses_sms = texts,
        .uses_email = mails,
        .sms_template = texts ? template : "",
        .email_template = mails ? template : "",
        .at = {.text = "now", .name = "at"},
        .deadline = {.text = "", .instant = action->ends, .name = "deadline"},
        .daily_until = {.text = ""},
        .plain = "punctuation",
        .answers = ANSWERS,
        .answer_count = cancelled || !texts ? 0 : ARRAY_LENGTH(ANSWERS),
    };
    struct campaign_plan plan = {
        .title = arena_printf(arena, "%s: %s", cancelled ? "Cancelled" : "Changed", action->title),
        .ballot = "",
        .action = action->name,
        .urgent = true,
        .replies_to = "",
        .budget = PLAN_BUDGET_NONE,
        .hours = {.sms = texts ? always : NULL,
                  .email = mails ? always : NULL,
                  .why = news->any_hour},
        .steps = &step,
        .step_count = 1,
    };
    if (!texts && !mails) {
        return error_set(err, ERROR_CONFIG,
                         "%s names no sms.gateway and no mail.relay: nobody can be told",
                         config->path);
    }
    const struct campaign_request request = {
        .config = config,
        .path = arena_printf(arena, "news of %s", action->name),
        .plan = &plan,
        .made_by = news->made_by,
        .now = now,
    };
    return free_name(db, arena_printf(arena, "%s-%s", action->name, action->state), arena,
                     &plan.name, err) &&
           whom(db, news, arena, &step.who, err) &&
           campaign_make(db, &request, arena, faults, campaign, err);
}
