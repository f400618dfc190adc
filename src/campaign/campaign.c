/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign is checked as a whole, then stored as a whole. */
#include "muster/campaign/campaign.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/message_files.h"
#include "muster/campaign/preview.h"
#include "muster/conf/gateway.h"
#include "muster/model/question.h"
#include "muster/store/ballots.h"
#include "muster/store/segments.h"
#include "muster/store/templates.h"
#include "trial_files.h"

enum { DETAILS_MOST = 8 * 1024, DETAILS_CEILING = 1024 * 1024 };

static bool check_ballot(struct db *db, const struct campaign_plan *plan, const char *path,
                         struct arena *arena, struct faults *faults, int64_t *ballot_id,
                         struct error *err)
{
    struct ballot *ballot = NULL;
    *ballot_id = 0;
    if (plan->ballot[0] == '\0') {
        return true;
    }
    if (!ballots_find(db, plan->ballot, arena, &ballot, err)) {
        return false;
    }
    if (ballot == NULL) {
        faults_add(faults, path, 0, "there is no ballot '%s'; make it with muster ballot create",
                   plan->ballot);
        return true;
    }
    if (plan->deadline > ballot->closes) {
        faults_add(faults, path, 0, "the deadline lies after the close of ballot '%s'",
                   plan->ballot);
    }
    *ballot_id = ballot->id;
    return true;
}

/* A channel that is used must exist, and members must be able to leave it. */
static void check_ways(const struct config *config, const struct campaign_plan *plan,
                       const char *path, struct faults *faults)
{
    if (!text_empty(plan->sms_template) && config->sms.gateway_count == 0) {
        faults_add(faults, path, 0, "texts are wanted, but %s names no sms.gateway", config->path);
    }
    if (text_empty(config->public.url)) {
        faults_add(faults, path, 0,
                   "%s has no public.url: no STOP and no unsubscribe would reach us", config->path);
    }
}

/* A budget needs prices, all of them in one currency, which becomes the campaign's. */
static bool check_budget(const struct config *config, const struct campaign_plan *plan,
                         const char *path, struct arena *arena, struct faults *faults,
                         struct campaign *campaign, struct error *err)
{
    const size_t count = config->sms.gateway_count;
    struct gateway *gateways = NULL;
    if (plan->budget == PLAN_BUDGET_NONE || count == 0) {
        return true;
    }
    if (!gateway_read_all(config, arena, faults, &gateways, err)) {
        return false;
    }
    const struct tariff tariff = gateway_dearest(gateways, count);
    if (tariff.united_kingdom == TARIFF_UNKNOWN) {
        faults_add(faults, path, 0,
                   "there is a budget, but what a text costs is not known%s: give sms.price in %s,"
                   " or the gateway's profile a tariff",
                   count == 1 ? "" : " of every gateway, or not in one currency", config->path);
    }
    campaign->budgeted = true;
    campaign->budget = plan->budget;
    campaign->currency = tariff.currency;
    return true;
}

/* Words that providers keep for themselves are not asked for: nobody would hear the answer, or
 * members would be struck off by it. */
static const char *check_answers(const struct campaign_plan *plan, const char *path,
                                 struct arena *arena, struct faults *faults)
{
    struct question question = {.day = plan->asks_day};
    for (size_t i = 0; i < plan->answer_count; i++) {
        const struct plan_answer *answer = &plan->answers[i];
        struct question_answer *read = &question.answers[question.count];
        *read = (struct question_answer){.says = answer->says};
        if (!question_meaning(answer->means, &read->means)) {
            faults_add(faults, path, answer->line,
                       "answers.%s: what members answer may mean voted, no-paper or declined",
                       answer->means);
            continue;
        }
        const char *taken = question_taken(answer->says, read->means);
        if (taken != NULL) {
            faults_add(faults, path, answer->line,
                       "answers.%s: members cannot be asked to answer \"%s\": %s", answer->means,
                       answer->says, taken);
            continue;
        }
        for (size_t k = 0; k < question.count; k++) {
            if (question.answers[k].means != read->means &&
                text_equal(text_fold(question.answers[k].says, arena),
                           text_fold(read->says, arena))) {
                faults_add(faults, path, answer->line, "answers: \"%s\" has two meanings",
                           read->says);
            }
        }
        question.count++;
    }
    return question_format(&question, arena);
}

/* Faults of the file, what it refers to, and its templates, all at once. The files are its own, and
 * then those of each variant. */
static bool check_plan(struct db *db, const struct config *config, const struct campaign_plan *plan,
                       const char *path, struct arena *arena, struct faults *faults,
                       struct campaign *campaign, const char **asks, struct message_files *files,
                       struct error *err)
{
    if (!check_ballot(db, plan, path, arena, faults, &campaign->ballot_id, err)) {
        return false;
    }
    struct segments_size size;
    struct error fault = {0};
    if (!segments_count(db, plan->who, campaign->ballot_id, &size, &fault)) {
        if (fault.kind != ERROR_DATA) {
            return error_set(err, fault.kind, "%s", fault.text);
        }
        faults_add(faults, path, 0, "who: %s", fault.text);
    }
    check_ways(config, plan, path, faults);
    *asks = check_answers(plan, path, arena, faults);
    if (!check_budget(config, plan, path, arena, faults, campaign, err)) {
        return false;
    }
    const char **details = arena_array(arena, plan->detail_count + 1, sizeof *details);
    bool *lists = arena_array(arena, plan->detail_count + 1, sizeof *lists);
    for (size_t i = 0; i < plan->detail_count; i++) {
        details[i] = plan->details[i].name;
        lists[i] = plan->details[i].list;
    }
    const struct message_setting setting = {
        .config = config,
        .beside = path,
        .check = {.known = {.details = details, .lists = lists, .detail_count = plan->detail_count},
                  .of_ballot = plan->ballot[0] != '\0'},
        .one_way = message_files_unanswered(config),
    };
    message_files_read(&setting, CHANNEL_SMS, plan->sms_template, arena, faults, files);
    message_files_read(&setting, CHANNEL_EMAIL, plan->email_template, arena, faults, files);
    trial_files_read(&setting, &plan->trial, arena, faults, files + 1);
    return true;
}

static bool store(struct db *db, const struct campaign_plan *plan, const char *asks, int64_t now,
                  struct message_files *files, struct campaign *campaign, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    struct step step = {.position = 1,
                        .who = plan->who,
                        .sms_first = plan->sms_first,
                        .uses_sms = !text_empty(plan->sms_template),
                        .uses_email = !text_empty(plan->email_template),
                        .at = plan->at == 0 ? now : plan->at,
                        .deadline = plan->deadline,
                        .plain = plan->plain,
                        .asks = asks};
    if (!campaigns_create(db, campaign, err)) {
        return false;
    }
    step.campaign_id = campaign->id;
    if (!campaigns_add_step(db, &step, err)) {
        return false;
    }
    for (size_t i = 0; i < files->count; i++) {
        struct frozen_template *template = &files->templates[i];
        if (!templates_put(db, template, err) ||
            !campaigns_add_template(db, step.id, template->channel, template->language,
                                    template->id, err)) {
            return false;
        }
    }
    if (!trial_files_store(db, step.id, &plan->trial, files + 1, err)) {
        return false;
    }
    return db_commit(transaction, err);
}

/* The details as JSON, in the arena. */
static const char *write_details(const struct campaign_plan *plan, struct arena *arena)
{
    CLEANUP(json_free) struct json *details = json_make_object();
    for (size_t i = 0; i < plan->detail_count; i++) {
        const struct plan_detail *detail = &plan->details[i];
        if (!detail->list) {
            json_put_text(details, detail->name, detail->values[0]);
            continue;
        }
        struct json *list = json_make_array();
        for (size_t k = 0; k < detail->count; k++) {
            json_append_text(list, detail->values[k]);
        }
        json_put(details, detail->name, list);
    }
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, DETAILS_CEILING);
    (void)json_write(details, &text);
    return arena_text(arena, buffer_text(&text));
}

/* Render some templates once for members who do not exist: what is wrong for them is wrong for all,
 * or for many. */
static bool try_files(struct db *db, const struct preview_order *order,
                      const struct message_files *files, const char *path, struct arena *arena,
                      struct faults *faults, struct error *err)
{
    struct preview_reader *readers = NULL;
    struct preview_message *messages = NULL;
    size_t reader_count = 0;
    size_t count = 0;
    preview_invented(arena, &readers, &reader_count);
    for (size_t i = 0; i < files->count; i++) {
        const struct message_files one = {.templates = {files->templates[i]}, .count = 1};
        const char *fault = NULL;
        if (!preview_render(db, order, &one, readers, reader_count, arena, &messages, &count,
                            err)) {
            return false;
        }
        for (size_t k = 0; k < count && fault == NULL; k++) {
            fault = messages[k].fault;
        }
        if (fault != NULL) {
            faults_add(faults, path, 0, "template %s cannot be rendered: %s",
                       files->templates[i].name, fault);
        }
    }
    return true;
}

static bool try_messages(struct db *db, const struct config *config,
                         const struct campaign_plan *plan, const struct campaign *campaign,
                         int64_t now, const struct message_files *files, const char *path,
                         struct arena *arena, struct faults *faults, struct error *err)
{
    CLEANUP(json_free) struct json *details = NULL;
    struct ballot *ballot = NULL;
    if (!json_parse(campaign->details, strlen(campaign->details), &details, err) ||
        (campaign->ballot_id != 0 && !ballots_get(db, campaign->ballot_id, arena, &ballot, err))) {
        return false;
    }
    const struct preview_order order = {
        .config = config,
        .name = plan->name,
        .ballot = ballot,
        .details = details,
        .plain = plan->plain,
        .now = now,
    };
    for (size_t i = 0; i <= plan->trial.variant_count; i++) {
        if (!try_files(db, &order, &files[i], path, arena, faults, err)) {
            return false;
        }
    }
    return true;
}

bool campaign_create(struct db *db, const struct config *config, const char *path, int64_t now,
                     struct arena *arena, struct faults *faults, struct campaign **campaign,
                     struct error *err)
{
    struct campaign_plan plan;
    struct message_files *files = arena_array(arena, PLAN_VARIANTS_MOST + 1, sizeof *files);
    struct campaign *made = arena_alloc(arena, sizeof *made);
    if (!plan_read_campaign(path, arena, faults, &plan, err)) {
        return false;
    }
    const char *asks = "";
    if (!check_plan(db, config, &plan, path, arena, faults, made, &asks, files, err)) {
        return false;
    }
    if (plan.deadline <= now) {
        faults_add(faults, path, 0, "the deadline has passed already");
    }
    made->details = write_details(&plan, arena);
    if (strlen(made->details) > DETAILS_MOST) {
        faults_add(faults, path, 0, "the details have more than %d KiB", DETAILS_MOST / 1024);
    }
    if (faults->count == 0 &&
        !try_messages(db, config, &plan, made, now, files, path, arena, faults, err)) {
        return false;
    }
    if (faults->count > 0) {
        return error_set(err, ERROR_DATA, "%s has %zu fault%s; no campaign was made", path,
                         faults->count, faults->count == 1 ? "" : "s");
    }
    made->name = plan.name;
    made->title = plan.title;
    made->promotional = plan.promotional;
    made->hours_sms = plan.hours_sms;
    made->hours_email = plan.hours_email;
    made->hours_why = plan.hours_why;
    made->at = now;
    if (!store(db, &plan, asks, now, files, made, err)) {
        return false;
    }
    *campaign = made;
    return true;
}
