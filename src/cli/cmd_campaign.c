/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/json.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/campaign.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/preview.h"
#include "muster/conf/windows.h"
#include "muster/message/price.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "muster/store/segments.h"
#include "progress.h"

const struct call_option cmd_campaign_options[] = {
    ACTING_OPTIONS,
    {0},
};

enum { SLICE = 10000, NAMES_MOST = 256 };

/* There is none of this name: perhaps another was meant. */
static void no_campaign(struct call *call, const char *name, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->db, call->arena, &campaigns, &count, err)) {
        return;
    }
    const char *names[NAMES_MOST];
    count = count < NAMES_MOST ? count : NAMES_MOST;
    for (size_t i = 0; i < count; i++) {
        names[i] = campaigns[i].name;
    }
    const char *meant = text_nearest(name, names, count);
    if (meant == NULL) {
        (void)error_set(err, ERROR_DATA, "there is no campaign '%s'", name);
    } else {
        (void)error_set(err, ERROR_DATA, "there is no campaign '%s'; did you mean '%s'?", name,
                        meant);
    }
}

bool cmd_find_campaign(struct call *call, const char *name, struct campaign **campaign,
                       struct error *err)
{
    struct campaign *found = NULL;
    if (!campaigns_find(call->db, name, call->arena, &found, err)) {
        return false;
    }
    if (found == NULL) {
        no_campaign(call, name, err);
        return false;
    }
    *campaign = found;
    return true;
}

/* Whether it lists its steps, by name. */
static bool is_listed(const struct step *steps, size_t count)
{
    return count > 0 && !text_empty(steps[0].name);
}

/* How many it would reach if it were started now; a campaign that reaches nobody is a slip. */
static bool print_meant(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    struct segments_size size;
    bool sms = false;
    bool email = false;
    if (!campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err) ||
        !steering_meant(call->db, campaign, steps, count, HOURS_NEVER, &size, err)) {
        return error_prefix(err, "the campaign is made");
    }
    if (is_listed(steps, count)) {
        (void)putchar('\n');
        return cmd_print_steps(call, campaign, err);
    }
    for (size_t i = 0; i < count; i++) {
        sms = sms || steps[i].uses_sms;
        email = email || steps[i].uses_email;
    }
    const char *reached = "";
    if (sms) {
        reached = arena_printf(call->arena, "%lld can be texted", (long long)size.sms);
    }
    if (email) {
        reached = arena_printf(call->arena, "%s%s%lld can be mailed", reached, sms ? ", " : "",
                               (long long)size.email);
    }
    (void)printf("it means %lld member%s now: %s\n", (long long)size.members,
                 size.members == 1 ? "" : "s", reached);
    if (size.members == 0) {
        (void)fprintf(stderr, "it means nobody now%s: look at its who with muster segment count\n",
                      campaign->ballot_id == 0 ? "" : " who is entitled in its ballot");
    } else if (size.sms + size.email == 0) {
        (void)fputs("none of them can be reached now\n", stderr);
    }
    return true;
}

/* Whether a template before this one is in the same language, for another step. */
static bool is_told(const struct frozen_template *templates, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (templates[i].channel == templates[index].channel &&
            text_equal(templates[i].language, templates[index].language)) {
            return true;
        }
    }
    return false;
}

/* In which languages its messages are, and which details are given in vain. */
static bool print_templates(struct call *call, const struct campaign *campaign, struct error *err)
{
    CLEANUP(json_free) struct json *details = NULL;
    struct frozen_template *templates = NULL;
    size_t count = 0;
    if (!campaigns_templates(call->db, campaign->id, call->arena, &templates, &count, err) ||
        !json_parse(campaign->details, strlen(campaign->details), &details, err)) {
        return false;
    }
    const char *languages[CHANNEL_COUNT] = {"", ""};
    for (size_t i = 0; i < count; i++) {
        const char **list = &languages[templates[i].channel];
        if (is_told(templates, i)) {
            continue;
        }
        *list = arena_printf(call->arena, "%s%s%s", *list, (*list)[0] == '\0' ? "" : ", ",
                             templates[i].language);
    }
    const char *sms = languages[CHANNEL_SMS];
    const char *email = languages[CHANNEL_EMAIL];
    (void)printf("languages: %s%s%s%s%s\n", sms[0] == '\0' ? "" : "texts ", sms,
                 sms[0] == '\0' || email[0] == '\0' ? "" : "; ", email[0] == '\0' ? "" : "mails ",
                 email);
    const bool all = preview_mentions(templates, count, "{{#details}}");
    for (size_t i = 0; i < json_count(details) && !all; i++) {
        const char *field = arena_printf(call->arena, "details.%s", json_name(details, i));
        if (!preview_mentions(templates, count, field)) {
            (void)fprintf(stderr, "no template asks for %s\n", field);
        }
    }
    return true;
}

/* What it is for, what it may do that others may not, and what it may cost. */
static void print_terms(struct call *call, const struct campaign *campaign)
{
    const char *currency = text_given(campaign->currency);
    (void)puts(campaign->promotional
                   ? "its messages are promotional: not for members who want none such"
                   : "its messages are of service");
    if (campaign->hours_sms != NULL) {
        (void)printf("texts go %s\n", campaign->hours_sms);
    }
    if (campaign->hours_email != NULL) {
        (void)printf("mails go %s\n", campaign->hours_email);
    }
    if (campaign->hours_why != NULL) {
        (void)printf("these hours are its own: %s\n",
                     text_printable(text_empty(campaign->hours_why) ? "" : campaign->hours_why,
                                    call->arena));
    }
    if (campaign->budgeted) {
        (void)printf("its texts have cost %s, and may cost %s\n",
                     price_text(campaign->spent, currency, call->arena),
                     price_text(campaign->budget, currency, call->arena));
    } else if (campaign->spent > 0) {
        (void)printf("its texts have cost %s\n",
                     price_text(campaign->spent, currency, call->arena));
    }
}

/* A step that ends before a mail could follow its texts: somebody may count on that mail. */
static void print_too_short(const struct step *steps, size_t count)
{
    const struct step *first = NULL;
    int64_t more = -1;
    for (size_t i = 0; i < count; i++) {
        if (steps[i].mail_after > 0 && steps[i].deadline <= steps[i].at + steps[i].mail_after) {
            first = first == NULL ? &steps[i] : first;
            more++;
        }
    }
    if (first != NULL && text_empty(first->name)) {
        (void)puts("but none will be: its deadline comes before that");
    } else if (first != NULL && more == 0) {
        (void)printf("but none of step %s: its deadline comes before that\n", first->name);
    } else if (first != NULL) {
        (void)printf("but none of step %s and %lld more: their deadlines come before that\n",
                     first->name, (long long)more);
    }
}

/* Whose text has not arrived. */
static bool print_second(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct outbox_second_standing standing;
    struct step *steps = NULL;
    size_t count = 0;
    if (!outbox_second_standing(call->db, campaign->id, clock_now(), &standing, err) ||
        !campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    if (standing.after > 0) {
        (void)printf("a text that has not arrived after %s is followed by the mail\n",
                     clock_span(standing.after, call->arena));
        print_too_short(steps, count);
    }
    return true;
}

/* A channel whose hours have not begun: nothing goes now, which is told when it is started, and
 * perhaps nothing ever. */
static bool tell_channel_closed(struct call *call, bool texts, const char *own,
                                const struct windows *windows, const struct step *step,
                                bool starting, struct error *err)
{
    const bool listed = !text_empty(step->name);
    const char *noun = arena_printf(call->arena, "%s%s%s", texts ? "texts" : "mails",
                                    listed ? " of step " : "", listed ? step->name : "");
    struct hours hours;
    int64_t from = step->at > clock_now() ? step->at : clock_now();
    if (!windows_of(windows, texts, own, &hours, err)) {
        return false;
    }
    int64_t opens = hours_opens(&hours, &windows->holidays.dates, from);
    if (opens >= step->deadline) {
        (void)fprintf(stderr,
                      "no %s will go: their hours (%s) do not begin before the deadline; a later"
                      " deadline, or hours of its own in the campaign's file, would send them\n",
                      noun, hours_format(&hours, call->arena));
    } else if (starting && opens > from && expand_is_due(step, HOURS_NEVER)) {
        (void)printf("the first %s go on %s; until then they wait for their hours (%s)\n", noun,
                     clock_format(opens, "%A %-d %B at %H:%M", call->arena),
                     hours_format(&hours, call->arena));
    }
    return true;
}

/* Whether a step of several is too late already; the start says by itself that it is skipped. */
static bool tell_late(struct call *call, const struct step *step, bool starting)
{
    if (text_empty(step->name) || step->deadline > clock_now()) {
        return false;
    }
    if (!starting) {
        (void)fprintf(stderr, "step %s will be skipped: its deadline, %s, has passed\n", step->name,
                      clock_minute(step->deadline, call->arena));
    }
    return true;
}

static bool tell_closed(struct call *call, const struct campaign *campaign,
                        const struct step *steps, size_t count, bool starting, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct windows windows;
    faults_init(&faults);
    bool ok = windows_read(&call->config, call->arena, &faults, &windows, err);
    call_print_faults(&faults);
    for (size_t i = 0; ok && i < count; i++) {
        const struct step *step = &steps[i];
        const char *sms = step->hours_sms == NULL ? campaign->hours_sms : step->hours_sms;
        const char *email = step->hours_email == NULL ? campaign->hours_email : step->hours_email;
        ok = step->skipped != NULL || tell_late(call, step, starting) ||
             ((!step->uses_sms ||
               tell_channel_closed(call, true, sms, &windows, step, starting, err)) &&
              (!step->uses_email ||
               tell_channel_closed(call, false, email, &windows, step, starting, err)));
    }
    return ok;
}

/* What never goes as it stands is told at once, while the file is at hand. */
static bool tell_never(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    return campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err) &&
           tell_closed(call, campaign, steps, count, false, err);
}

bool cmd_campaign_create(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct campaign *campaign = NULL;
    struct account *account = NULL;
    if (!acting_account(call, ROLE_MAY_CAMPAIGN, "make campaigns", &account, err)) {
        return false;
    }
    const struct campaign_request request = {.config = &call->config,
                                             .path = call->arguments[0],
                                             .made_by = account == NULL ? NULL : account->name,
                                             .now = clock_now()};
    bool ok = campaign_make(call->db, &request, call->arena, &faults, &campaign, err);
    call_print_faults(&faults);
    if (ok) {
        (void)printf("campaign %s is ready; muster campaign preflight %s tells what it will cost,"
                     " start begins it\n",
                     campaign->name, campaign->name);
        print_terms(call, campaign);
    }
    return ok && cmd_print_approval(call, campaign, err) && print_second(call, campaign, err) &&
           print_templates(call, campaign, err) && print_meant(call, campaign, err) &&
           tell_never(call, campaign, err);
}

static bool expand(struct call *call, const struct pools *pools, const struct campaign *campaign,
                   struct step *step, struct expand_tally *tally, struct error *err)
{
    const struct expand_setting setting = {.config = &call->config, .pools = pools};
    struct segments_size size;
    struct progress progress;
    if (!segments_count_step(call->db, step->who, campaign->ballot_id, campaign->action, &size,
                             err)) {
        return false;
    }
    progress_begin(&progress, "Queueing");
    while (expand_is_due(step, clock_now())) {
        if (!expand_slice(call->db, &setting, campaign, step, clock_now(), SLICE, tally, err)) {
            progress_end(&progress);
            return false;
        }
        progress_at(&progress, tally->members, size.members);
    }
    progress_end(&progress);
    return true;
}

/* Hours of its own, and why: whoever starts it is told, and so is the log. */
static void tell_hours(struct call *call, const struct campaign *campaign)
{
    const struct {
        const char *what, *own, *common;
    } channels[] = {{"texts", campaign->hours_sms, call->config.hours.sms},
                    {"mails", campaign->hours_email, call->config.hours.email}};
    for (size_t i = 0; i < ARRAY_LENGTH(channels); i++) {
        if (channels[i].own != NULL) {
            log_info("campaign %s: %s go %s instead of %s: %s", campaign->name, channels[i].what,
                     channels[i].own, channels[i].common,
                     text_printable(text_empty(campaign->hours_why) ? "" : campaign->hours_why,
                                    call->arena));
        }
    }
}

static bool is_any_due(const struct step *steps, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++) {
        if (expand_is_due(&steps[i], now)) {
            return true;
        }
    }
    return false;
}

static bool read_pools(struct call *call, struct pools *pools, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = pools_read(&call->config, call->arena, &faults, pools, err);
    call_print_faults(&faults);
    return ok;
}

/* Queue the steps whose turn has come, and leave out those whose deadline has passed. */
static bool expand_due(struct call *call, const struct pools *pools,
                       const struct campaign *campaign, struct step *steps, size_t count,
                       struct expand_tally *tally, bool *queued, struct error *err)
{
    *queued = false;
    for (size_t i = 0; i < count; i++) {
        const char *skipped = NULL;
        if (!expand_is_due(&steps[i], clock_now())) {
            continue;
        }
        if (!expand_skip(call->db, &steps[i], clock_now(), call->arena, &skipped, err)) {
            return false;
        }
        if (skipped != NULL) {
            log_warning("%s",
                        expand_skipped_words(campaign->name, steps[i].name, skipped, call->arena));
            continue;
        }
        if (!expand(call, pools, campaign, &steps[i], tally, err)) {
            return false;
        }
        *queued = true;
    }
    return true;
}

/* The step whose turn comes next. */
static void tell_next(struct call *call, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!steps[i].expanded && steps[i].skipped == NULL) {
            (void)printf("next: step %s, %s; whom it means is found an hour before\n",
                         steps[i].name,
                         clock_format(steps[i].at, "%A %-d %B %Y, %H:%M", call->arena));
            return;
        }
    }
}

/* A branch of one person: nobody else has looked at it, and nobody could. */
static bool tell_alone(struct call *call, const struct campaign *campaign, struct error *err)
{
    const int64_t from = call->config.approval.from;
    int64_t members = 0;
    if (from > 0 && !approval_members(call->db, campaign, &members, err)) {
        return false;
    }
    if (from > 0 && members >= from) {
        (void)fprintf(stderr,
                      "about %lld members, and no second person has looked at it: there are no"
                      " accounts to approve it with (muster account add)\n",
                      (long long)members);
    }
    return true;
}

bool cmd_campaign_start(struct call *call, struct error *err)
{
    struct steering_order order;
    struct steering steering;
    struct pools pools;
    struct expand_tally tally = {0};
    struct account *account = NULL;
    if (!acting_account(call, ROLE_MAY_CAMPAIGN, "start campaigns", &account, err) ||
        !read_pools(call, &pools, err) || !cmd_steer_order(call, account, &order, err) ||
        !steering_start(call->db, &order, call->arena, &steering, err) ||
        !cmd_steer_done(call, &steering, "running", err)) {
        return false;
    }
    const struct campaign *campaign = steering.campaign;
    struct step *steps = steering.steps;
    const size_t count = steering.step_count;
    bool queued = false;
    if (account == NULL && !tell_alone(call, campaign, err)) {
        return false;
    }
    const bool again =
        text_equal(steering.before, "running") && !is_any_due(steps, count, clock_now());
    tell_hours(call, campaign);
    if (!expand_due(call, &pools, campaign, steps, count, &tally, &queued, err)) {
        return false;
    }
    const char *held = tally.held_out == 0
                           ? ""
                           : arena_printf(call->arena, ", %lld held out by lot, to learn from",
                                          (long long)tally.held_out);
    if (!queued) {
        (void)printf("campaign %s is running%s\n", campaign->name, again ? " already" : "");
    } else {
        (void)printf("campaign %s is running: %lld member%s; %lld text%s and %lld mail%s queued,"
                     " %lld share%s a handset or mailbox, %lld cannot be reached%s%s\n",
                     campaign->name, (long long)tally.members, cmd_s(tally.members),
                     (long long)tally.sms, cmd_s(tally.sms), (long long)tally.email,
                     cmd_s(tally.email), (long long)tally.shared, tally.shared == 1 ? "s" : "",
                     (long long)tally.no_address, cmd_unwilling_words(tally.unwilling, call->arena),
                     held);
    }
    tell_next(call, steps, count);
    return again || tell_closed(call, campaign, steps, count, true, err);
}
