/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster action change, cancel: what members were called to is otherwise now, or is not. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/campaign/moving.h"
#include "muster/campaign/news.h"
#include "muster/conf/holidays.h"
#include "muster/conf/plan.h"
#include "muster/store/attendees.h"

#define NEWS_OPTIONS                                                                               \
    {"--all", NULL, "tell those, too, who were asked and have not answered"},                      \
        {"--at-any-hour", "WHY", "do not wait for the hours, for this reason"},                    \
    {                                                                                              \
        "--start", NULL, "start the campaign that tells it at once"                                \
    }

const struct call_option cmd_action_change_options[] = {NEWS_OPTIONS, ACTING_OPTIONS, {0}};
const struct call_option cmd_action_cancel_options[] = {
    {"--why", "SENTENCE", "why, as members read it"}, NEWS_OPTIONS, ACTING_OPTIONS, {0}};

enum { WHY_MOST = 120 };

/* A reason that members or colleagues read: one line. */
static bool check_line(const char *option, const char *text, struct error *err)
{
    return text == NULL ||
           (text[0] != '\0' && strlen(text) <= WHY_MOST && strchr(text, '\n') == NULL) ||
           error_set(err, ERROR_USAGE, "%s must be one line of at most %d bytes", option, WHY_MOST);
}

static void print_stopped(const struct action_campaign *campaigns, size_t count, const char *how)
{
    for (size_t i = 0; i < count; i++) {
        (void)printf("campaign %s, which was %s, %s; %lld message%s of it had not gone\n",
                     campaigns[i].name,
                     text_equal(campaigns[i].was, "draft") ? "a draft" : campaigns[i].was, how,
                     (long long)campaigns[i].waits, cmd_s(campaigns[i].waits));
    }
}

static void print_air(const struct action_reach *reach)
{
    if (reach->in_air > 0) {
        (void)printf("%lld message%s being handed over at this moment may say what was\n",
                     (long long)reach->in_air, cmd_s(reach->in_air));
    }
}

/* Whom it concerns, and the campaign that tells them. */
static bool tell(struct call *call, const struct action *action, const struct account *account,
                 struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct attendee_told told = {0};
    struct campaign *campaign = NULL;
    const bool all = call_has(call, "--all");
    const struct news news = {.action = action,
                              .silent = all,
                              .made_by = account == NULL ? NULL : account->name,
                              .any_hour = call_value(call, "--at-any-hour")};
    if (!attendees_told(call->db, action->id, &told, err)) {
        return false;
    }
    (void)printf("%lld %s coming, %lld may be; %lld more %s asked and %s not answered%s\n",
                 (long long)told.coming, told.coming == 1 ? "is" : "are", (long long)told.maybe,
                 (long long)told.silent, told.silent == 1 ? "was" : "were",
                 told.silent == 1 ? "has" : "have",
                 told.silent > 0 && !all ? " (--all tells them too)" : "");
    if (told.coming + told.maybe + (all ? told.silent : 0) == 0) {
        (void)puts("so nobody need be told");
        return true;
    }
    const bool ok = news_create(call->db, &call->config, &news, clock_now(), call->arena, &faults,
                                &campaign, err);
    call_print_faults(&faults);
    if (!ok) {
        return error_prefix(err, "action %s is %s, but nobody is told of it", action->name,
                            action->state);
    }
    (void)printf("campaign %s tells them, before all other messages\n", campaign->name);
    if (!call_has(call, "--start")) {
        (void)printf("muster campaign start %s sends it\n", campaign->name);
        return true;
    }
    call->arguments[0] = campaign->name;
    return cmd_campaign_start(call, err);
}

/* The times of the new file, as far as they can still be. */
static bool check_times(const struct action *action, const struct action_plan *plan, int64_t now,
                        struct error *err)
{
    if (text_equal(action->state, "cancelled")) {
        return error_set(err, ERROR_DATA,
                         "action %s is cancelled: make another one, with a name of its own",
                         action->name);
    }
    if (action->ends <= now) {
        return error_set(err, ERROR_DATA, "action %s is over: nothing of it can be changed",
                         action->name);
    }
    if (plan->starts != action->starts && plan->starts <= now) {
        return error_set(err, ERROR_DATA, "action %s cannot be moved into the past", action->name);
    }
    return plan->ends > now ||
           error_set(err, ERROR_DATA, "action %s would be over already", action->name);
}

/* What the file makes of the action; whether that is something that members must hear, or anything
 * at all. */
static void apply(const struct action_plan *plan, struct action *action, bool *news, bool *any)
{
    const char *contact = text_given(plan->contact);
    *news = plan->starts != action->starts || plan->ends != action->ends ||
            !text_equal(plan->place, action->place);
    *any =
        *news || !text_equal(plan->title, action->title) || !text_equal(plan->who, action->who) ||
        !text_equal(contact == NULL ? "" : contact, action->contact == NULL ? "" : action->contact);
    action->title = plan->title;
    action->place = plan->place;
    action->starts = plan->starts;
    action->ends = plan->ends;
    action->who = plan->who;
    action->contact = contact;
    action->why = text_given(plan->why);
    action->state = *news ? "changed" : action->state;
}

static bool change(struct call *call, const struct action *action, bool news,
                   const struct account *account, struct error *err)
{
    const char *notes = "";
    struct action_reach reach;
    struct action_campaign *old = NULL;
    struct moving_row *moves = NULL;
    struct holidays holidays;
    size_t old_count = 0;
    size_t move_count = 0;
    const int64_t now = clock_now();
    if (!cmd_read_holidays(call, &holidays, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!actions_change(call->db, action, now, &reach, err) ||
        (news && !actions_stop_campaigns(call->db, action->id, true, now, call->arena, &old,
                                         &old_count, err)) ||
        !moving_run_action(call->db, action, &holidays.dates, now, call->arena, &moves, &move_count,
                           err) ||
        !cmd_settle_approvals(call, account, moves, move_count, now, &notes, err) ||
        !acting_note(call, account, "action.change", action->name, NULL, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    cmd_print_action(call, action);
    (void)printf("%lld message%s that wait%s to go %s so now\n", (long long)reach.waits,
                 cmd_s(reach.waits), reach.waits == 1 ? "s" : "",
                 reach.waits == 1 ? "says" : "say");
    print_air(&reach);
    print_stopped(old, old_count, "told of an earlier change and is cancelled");
    (void)putchar('\n');
    (void)fputs(notes, stderr);
    cmd_print_moves(call, moves, move_count, "no campaign of it is under way");
    (void)putchar('\n');
    return true;
}

bool cmd_action_change(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct action_plan plan;
    struct action *action = NULL;
    struct account *account = NULL;
    bool news = false;
    bool any = false;
    if (!acting_account(call, ROLE_MAY_CAMPAIGN, "change actions", &account, err)) {
        return false;
    }
    const bool ok = plan_read_action(call->arguments[0], 0, call->arena, &faults, &plan, err);
    call_print_faults(&faults);
    if (!ok || !check_line("--at-any-hour", call_value(call, "--at-any-hour"), err) ||
        !cmd_find_action(call, plan.name, &action, err) ||
        !check_times(action, &plan, clock_now(), err)) {
        return false;
    }
    apply(&plan, action, &news, &any);
    if (!any) {
        return error_set(err, ERROR_DATA, "%s says of action %s what is known already",
                         call->arguments[0], action->name);
    }
    if (!change(call, action, news, account, err)) {
        return false;
    }
    if (!news) {
        (void)puts("place and times are as they were: nobody need be told");
        return true;
    }
    return tell(call, action, account, err);
}

bool cmd_action_cancel(struct call *call, struct error *err)
{
    struct action *action = NULL;
    struct action_reach reach;
    struct action_campaign *stopped = NULL;
    struct account *account = NULL;
    size_t count = 0;
    const char *why = call_value(call, "--why");
    const int64_t now = clock_now();
    if (!acting_account(call, ROLE_MAY_CAMPAIGN, "cancel actions", &account, err) ||
        !check_line("--why", why, err) ||
        !check_line("--at-any-hour", call_value(call, "--at-any-hour"), err) ||
        !cmd_find_action(call, call->arguments[0], &action, err)) {
        return false;
    }
    if (text_equal(action->state, "cancelled")) {
        return error_set(err, ERROR_DATA, "action %s is cancelled already", action->name);
    }
    if (action->ends <= now) {
        return error_set(err, ERROR_DATA, "action %s is over: there is nothing to cancel",
                         action->name);
    }
    action->state = "cancelled";
    action->why = why;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!actions_change(call->db, action, now, &reach, err) ||
        !actions_stop_campaigns(call->db, action->id, false, now, call->arena, &stopped, &count,
                                err) ||
        !acting_note(call, account, "action.cancel", action->name, NULL, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("action %s is cancelled\n", action->name);
    print_stopped(stopped, count, "calls to it and is cancelled too");
    print_air(&reach);
    return tell(call, action, account, err);
}
