/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign is checked as a whole, then stored as a whole. */
#include "muster/campaign/campaign.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/campaign/message_files.h"
#include "muster/campaign/preview.h"
#include "muster/conf/gateway.h"
#include "muster/conf/holidays.h"
#include "muster/model/question.h"
#include "muster/store/actions.h"
#include "muster/store/approvals.h"
#include "muster/store/assignments.h"
#include "muster/store/ballots.h"
#include "muster/store/manifests.h"
#include "muster/store/record.h"
#include "muster/store/segments.h"
#include "muster/store/templates.h"
#include "timetable.h"
#include "trial_files.h"

enum { DETAILS_MOST = 8 * 1024, DETAILS_CEILING = 1024 * 1024, VERSION_CEILING = 16 * 1024 * 1024 };

/* A campaign while it is made. */
struct making {
    struct db *db;
    const struct config *config;
    const struct campaign_request *request;
    const char *path; /* of the file */
    int64_t now;
    struct arena *arena;
    struct faults *faults;
    struct campaign_plan plan;
    struct ballot *ballot; /* NULL: it names none, or none that there is */
    struct action *action; /* likewise */
    struct timetable_row *rows;
    size_t row_count;
    const char **asks;               /* of each step of the plan */
    struct message_files *files;     /* likewise */
    struct message_files **variants; /* of each step of the plan: those of its variants */
    struct campaign *campaign;
};

static bool find_ballot(struct making *making, struct error *err)
{
    const char *name = making->plan.ballot;
    if (name[0] == '\0') {
        return true;
    }
    if (!ballots_find(making->db, name, making->arena, &making->ballot, err)) {
        return false;
    }
    if (making->ballot == NULL) {
        faults_add(making->faults, making->path, 0,
                   "there is no ballot '%s'; make it with muster ballot create", name);
    } else {
        making->campaign->ballot_id = making->ballot->id;
    }
    return true;
}

/* What it calls to. An action that is cancelled is called to by nobody. */
static bool find_action(struct making *making, struct error *err)
{
    const char *name = making->plan.action;
    if (name[0] == '\0') {
        return true;
    }
    if (!actions_find(making->db, name, making->arena, &making->action, err)) {
        return false;
    }
    if (making->action == NULL) {
        faults_add(making->faults, making->path, 0,
                   "there is no action '%s'; make it with muster action create", name);
        return true;
    }
    if (text_equal(making->action->state, "cancelled") && !making->plan.urgent) {
        faults_add(making->faults, making->path, 0,
                   "action '%s' is cancelled: nobody is called"
                   " to it",
                   name);
    }
    making->campaign->action_id = making->action->id;
    making->campaign->action = making->action->name;
    return true;
}

/* When its steps are. One of several may have passed: it is left out when its turn comes. */
static bool make_timetable(struct making *making, struct error *err)
{
    const struct ballot *ballot = making->ballot;
    const struct action *action = making->action;
    struct holidays holidays;
    if (!holidays_read(making->config, making->config->hours.nation, making->arena, making->faults,
                       &holidays, err)) {
        return false;
    }
    if ((ballot == NULL && making->plan.ballot[0] != '\0') ||
        (action == NULL && making->plan.action[0] != '\0')) {
        return true;
    }
    const size_t before = making->faults->count;
    const struct moment_anchors anchors =
        timetable_anchors(ballot, action, &holidays.dates, making->arena);
    const int64_t closes = ballot != NULL        ? ballot->closes
                           : action == NULL      ? 0
                           : making->plan.urgent ? action->ends
                                                 : action->starts;
    timetable_make(&making->plan, &anchors, closes, making->now, making->path, making->arena,
                   making->faults, &making->rows, &making->row_count);
    bool time = making->row_count == 0 || making->faults->count > before;
    for (size_t i = 0; i < making->row_count; i++) {
        time = time || making->rows[i].deadline > making->now;
    }
    if (!time) {
        faults_add(making->faults, making->path, 0, "the deadline has passed already%s",
                   making->row_count > 1 ? ", of every step" : "");
    }
    return true;
}

static bool uses_texts(const struct campaign_plan *plan)
{
    bool texts = false;
    for (size_t i = 0; i < plan->step_count; i++) {
        texts = texts || plan->steps[i].uses_sms;
    }
    return texts;
}

/* A channel that is used must exist, and members must be able to leave it. */
static void check_ways(const struct making *making)
{
    const struct config *config = making->config;
    if (uses_texts(&making->plan) && config->sms.gateway_count == 0) {
        faults_add(making->faults, making->path, 0, "texts are wanted, but %s names no sms.gateway",
                   config->path);
    }
    if (text_empty(config->public.url)) {
        faults_add(making->faults, making->path, 0,
                   "%s has no public.url: no STOP and no unsubscribe would reach us", config->path);
    }
}

/* A budget, its own or one of a step, needs prices, all of them in one currency, which becomes the
 * campaign's. */
static bool check_budget(struct making *making, struct error *err)
{
    const struct config *config = making->config;
    const size_t count = config->sms.gateway_count;
    struct gateway *gateways = NULL;
    bool any = making->plan.budget != PLAN_BUDGET_NONE;
    for (size_t i = 0; i < making->plan.step_count; i++) {
        any = any || making->plan.steps[i].budget != 0;
    }
    if (!any || count == 0) {
        return true;
    }
    if (!gateway_read_all(config, making->arena, making->faults, &gateways, err)) {
        return false;
    }
    const struct tariff tariff = gateway_dearest(gateways, count);
    if (tariff.united_kingdom == TARIFF_UNKNOWN) {
        faults_add(making->faults, making->path, 0,
                   "there is a budget, but what a text costs is not known%s: give sms.price in %s,"
                   " or the gateway's profile a tariff",
                   count == 1 ? "" : " of every gateway, or not in one currency", config->path);
    }
    making->campaign->budgeted = making->plan.budget != PLAN_BUDGET_NONE;
    making->campaign->budget = making->campaign->budgeted ? making->plan.budget : 0;
    making->campaign->currency = tariff.currency;
    return true;
}

/* Words that providers keep for themselves are not asked for: nobody would hear the answer, or
 * members would be struck off by it. */
static const char *check_answers(const struct plan_step *plan, bool calls, const char *path,
                                 struct arena *arena, struct faults *faults)
{
    struct question question = {.day = plan->asks_day, .come = calls && plan->uses_sms};
    for (size_t i = 0; i < plan->answer_count; i++) {
        const struct plan_answer *answer = &plan->answers[i];
        struct question_answer *read = &question.answers[question.count];
        *read = (struct question_answer){.says = answer->says};
        if (!question_meaning(answer->means, calls, &read->means)) {
            faults_add(faults, path, answer->line, "answers.%s: what members answer %s",
                       answer->means,
                       calls ? "to a call may mean coming, maybe or cannot"
                             : "may mean voted, no-paper or declined");
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

/* Whom a step means. */
static bool check_who(struct making *making, const struct plan_step *step, struct error *err)
{
    struct segments_size size;
    struct error fault = {0};
    const struct campaign *campaign = making->campaign;
    if (making->action == NULL && making->plan.action[0] != '\0') {
        return true; /* its answers mean nothing without it */
    }
    const bool ok =
        campaign->action_id == 0
            ? segments_count(making->db, step->who, campaign->ballot_id, &size, &fault)
            : segments_count_step(making->db, step->who, 0, campaign->action, &size, &fault);
    if (!ok) {
        if (fault.kind != ERROR_DATA) {
            return error_set(err, fault.kind, "%s", fault.text);
        }
        faults_add(making->faults, making->path, step->name[0] == '\0' ? 0 : step->line,
                   "%swho: %s",
                   step->name[0] == '\0' ? "" : arena_printf(making->arena, "%s.", step->path),
                   fault.text);
    }
    return true;
}

/* What the templates are checked against. */
static struct message_setting message_setting_of(const struct making *making)
{
    const struct campaign_plan *plan = &making->plan;
    const char **details = arena_array(making->arena, plan->detail_count + 1, sizeof *details);
    bool *lists = arena_array(making->arena, plan->detail_count + 1, sizeof *lists);
    for (size_t i = 0; i < plan->detail_count; i++) {
        details[i] = plan->details[i].name;
        lists[i] = plan->details[i].list;
    }
    return (struct message_setting){
        .config = making->config,
        .beside = making->request->text == NULL ? making->path : NULL,
        .given = making->request->given,
        .given_count = making->request->given_count,
        .check = {.known = {.details = details, .lists = lists, .detail_count = plan->detail_count},
                  .of_ballot = plan->ballot[0] != '\0',
                  .of_action = plan->action[0] != '\0'},
        .one_way = message_files_unanswered(making->config),
    };
}

/* The files of every step's templates. A template that several steps take is read and checked
 * once. */
static void read_files(struct making *making)
{
    const struct campaign_plan *plan = &making->plan;
    const struct message_setting setting = message_setting_of(making);
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        making->variants[i] =
            trial_files_read(&setting, &step->trial, making->arena, making->faults);
        size_t like = 0;
        while (like < i && !(text_equal(plan->steps[like].sms_template, step->sms_template) &&
                             text_equal(plan->steps[like].email_template, step->email_template))) {
            like++;
        }
        if (like < i) {
            making->files[i] = making->files[like];
            continue;
        }
        message_files_read(&setting, CHANNEL_SMS, step->sms_template, making->arena, making->faults,
                           &making->files[i]);
        message_files_read(&setting, CHANNEL_EMAIL, step->email_template, making->arena,
                           making->faults, &making->files[i]);
    }
}

/* Faults of the file, what it refers to, and its templates, all at once. */
static bool check_plan(struct making *making, struct error *err)
{
    const struct campaign_plan *plan = &making->plan;
    if (!find_ballot(making, err) || !find_action(making, err) || !make_timetable(making, err)) {
        return false;
    }
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!check_who(making, &plan->steps[i], err)) {
            return false;
        }
        making->asks[i] = check_answers(&plan->steps[i], plan->action[0] != '\0', making->path,
                                        making->arena, making->faults);
    }
    check_ways(making);
    if (!check_budget(making, err)) {
        return false;
    }
    read_files(making);
    return true;
}

static bool store_step(const struct making *making, size_t index, struct error *err)
{
    const struct timetable_row *row = &making->rows[index];
    const struct plan_step *plan = row->plan;
    const size_t place = (size_t)(plan - making->plan.steps);
    const struct message_files *files = &making->files[place];
    struct step step = {.campaign_id = making->campaign->id,
                        .position = (int64_t)index + 1,
                        .name = row->name,
                        .who = plan->who,
                        .sms_first = plan->sms_first,
                        .uses_sms = plan->uses_sms,
                        .uses_email = plan->uses_email,
                        .at = row->at,
                        .deadline = row->deadline,
                        .at_words = row->at_words,
                        .deadline_words = row->deadline_words,
                        .daily_until = row->daily_until,
                        .hours_sms = plan->hours.sms,
                        .hours_email = plan->hours.email,
                        .hours_why = plan->hours.why,
                        .plain = plan->plain,
                        .asks = making->asks[place],
                        .mail_after = plan->mail_after,
                        .budget = plan->budget};
    if (!campaigns_add_step(making->db, &step, err)) {
        return false;
    }
    for (size_t i = 0; i < files->count; i++) {
        struct frozen_template template = files->templates[i];
        if (!templates_put(making->db, &template, err) ||
            !campaigns_add_template(making->db, step.id, template.channel, template.language,
                                    template.id, err)) {
            return false;
        }
    }
    return trial_files_store(making->db, step.id, &plan->trial, making->variants[place], err);
}

/* What it was when it was looked at is what it is still: nothing of it is lost unseen. */
static bool remake(const struct making *making, struct error *err)
{
    const struct campaign_remake *asked = making->request->remake;
    struct campaign *campaign = making->campaign;
    struct campaign *stands = NULL;
    char version[CAMPAIGN_VERSION_SIZE];
    if (!campaigns_get(making->db, asked->id, making->arena, &stands, err)) {
        return false;
    }
    if (stands == NULL || !text_equal(stands->name, campaign->name)) {
        return error_set(err, ERROR_TEMPORARY, "campaign %s is not there any more", campaign->name);
    }
    if (!campaign_version(making->db, stands, version, err)) {
        return false;
    }
    if (!text_equal(version, asked->version)) {
        return error_set(err, ERROR_TEMPORARY, "campaign %s has changed meanwhile", campaign->name);
    }
    campaign->id = stands->id;
    campaign->state = stands->state;
    return campaigns_remake(making->db, campaign, err) &&
           approvals_note_hand(making->db, campaign->id, asked->account_id, "edited it",
                               making->now, err);
}

/* A name that is to be nobody's yet. */
static bool is_free(const struct making *making, struct error *err)
{
    struct campaign *stands = NULL;
    const char *name = making->campaign->name;
    if (making->request->fresh && !campaigns_find(making->db, name, making->arena, &stands, err)) {
        return false;
    }
    return stands == NULL || error_set(err, ERROR_DATA, "there is a campaign '%s' already", name);
}

static bool store_campaign(const struct making *making, struct error *err)
{
    return making->request->remake != NULL
               ? remake(making, err)
               : is_free(making, err) && campaigns_create(making->db, making->campaign, err);
}

static bool store(const struct making *making, struct error *err)
{
    if (!db_begin(making->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = making->db;
    const char *person = making->plan.replies_to;
    if (!text_empty(person) && !assignments_check(making->db, person, err)) {
        return error_prefix(err, "campaign.replies_to");
    }
    if (!store_campaign(making, err) ||
        (!text_empty(person) &&
         !assignments_set_default(making->db, making->campaign->id, person, err))) {
        return false;
    }
    for (size_t i = 0; i < making->row_count; i++) {
        if (!store_step(making, i, err)) {
            return false;
        }
    }
    const struct record_entry entry = {.at = making->now,
                                       .account = making->campaign->made_by,
                                       .deed = making->request->remake == NULL ? "campaign.create"
                                                                               : "campaign.edit",
                                       .subject = making->campaign->name};
    return record_put(making->db, &entry, err) && db_commit(transaction, err);
}

bool campaign_version(struct db *db, const struct campaign *campaign,
                      char version[CAMPAIGN_VERSION_SIZE], struct error *err)
{
    CLEANUP(json_free) struct json *manifest = NULL;
    CLEANUP(buffer_free) struct buffer text;
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    buffer_init(&text, VERSION_CEILING);
    if (!manifests_read(db, campaign->id, &manifest, err)) {
        return false;
    }
    if (!json_write(manifest, &text) ||
        !buffer_printf(&text, " %s %s %lld", campaign->state,
                       campaign->replies_to == NULL ? "" : campaign->replies_to,
                       (long long)campaign->at)) {
        return error_set(err, ERROR_DATA, "campaign %s is too large", campaign->name);
    }
    token_digest(buffer_text(&text), text.length, digest);
    token_hex(digest, sizeof digest, hex);
    hex[CAMPAIGN_VERSION_SIZE - 1] = '\0';
    memcpy(version, hex, CAMPAIGN_VERSION_SIZE);
    return true;
}

const char *campaign_details(const struct plan_detail *details, size_t count, struct arena *arena)
{
    CLEANUP(json_free) struct json *object = json_make_object();
    for (size_t i = 0; i < count; i++) {
        const struct plan_detail *detail = &details[i];
        if (!detail->list) {
            json_put_text(object, detail->name, detail->values[0]);
            continue;
        }
        struct json *list = json_make_array();
        for (size_t k = 0; k < detail->count; k++) {
            json_append_text(list, detail->values[k]);
        }
        json_put(object, detail->name, list);
    }
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, DETAILS_CEILING);
    (void)json_write(object, &text);
    return arena_text(arena, buffer_text(&text));
}

/* Render every template of some files of a step once for members who do not exist: what is wrong
 * for them is wrong for all, or for many. */
static bool try_files(const struct making *making, const struct json *details,
                      const struct json *action, size_t index, const struct message_files *files,
                      struct error *err)
{
    struct preview_reader *readers = NULL;
    struct preview_message *messages = NULL;
    size_t reader_count = 0;
    size_t count = 0;
    const struct preview_order order = {
        .config = making->config,
        .name = making->plan.name,
        .ballot = making->ballot,
        .action = action,
        .details = details,
        .plain = making->plan.steps[index].plain,
        .now = making->now,
    };
    preview_invented(making->arena, &readers, &reader_count);
    for (size_t i = 0; i < files->count; i++) {
        const struct message_files one = {.templates = {files->templates[i]}, .count = 1};
        const char *fault = NULL;
        if (!preview_render(making->db, &order, &one, readers, reader_count, making->arena,
                            &messages, &count, err)) {
            return false;
        }
        for (size_t k = 0; k < count && fault == NULL; k++) {
            fault = messages[k].fault;
        }
        if (fault != NULL) {
            faults_add(making->faults, making->path, 0, "template %s cannot be rendered: %s",
                       files->templates[i].name, fault);
        }
    }
    return true;
}

static bool try_step(const struct making *making, const struct json *details,
                     const struct json *action, size_t index, struct error *err)
{
    bool ok = try_files(making, details, action, index, &making->files[index], err);
    for (size_t i = 0; ok && i < making->plan.steps[index].trial.variant_count; i++) {
        ok = try_files(making, details, action, index, &making->variants[index][i], err);
    }
    return ok;
}

static bool try_messages(const struct making *making, struct error *err)
{
    CLEANUP(json_free) struct json *details = NULL;
    CLEANUP(json_free) struct json *action = NULL;
    const char *text = making->campaign->details;
    const char *merge = making->action == NULL ? NULL : making->action->merge;
    if (!json_parse(text, strlen(text), &details, err) ||
        (merge != NULL && !json_parse(merge, strlen(merge), &action, err))) {
        return false;
    }
    for (size_t i = 0; i < making->plan.step_count && making->faults->count == 0; i++) {
        if (!try_step(making, details, action, i, err)) {
            return false;
        }
    }
    return true;
}

/* Look for everything that may be wrong, and complete what will be stored. */
static bool prepare(struct making *making, struct error *err)
{
    struct campaign *made = making->campaign;
    const struct campaign_plan *plan = &making->plan;
    making->asks = arena_array(making->arena, plan->step_count + 1, sizeof *making->asks);
    making->files = arena_array(making->arena, plan->step_count + 1, sizeof *making->files);
    making->variants = arena_array(making->arena, plan->step_count + 1, sizeof *making->variants);
    if (!check_plan(making, err)) {
        return false;
    }
    made->name = plan->name;
    made->title = plan->title;
    made->promotional = plan->promotional;
    made->urgent = plan->urgent;
    made->hours_sms = plan->hours.sms;
    made->hours_email = plan->hours.email;
    made->hours_why = plan->hours.why;
    made->at = making->now;
    made->details = campaign_details(plan->details, plan->detail_count, making->arena);
    if (strlen(made->details) > DETAILS_MOST) {
        faults_add(making->faults, making->path, 0, "the details have more than %d KiB",
                   DETAILS_MOST / 1024);
    }
    return making->faults->count > 0 || try_messages(making, err);
}

static bool read_plan(const struct campaign_request *request, struct arena *arena,
                      struct faults *faults, struct campaign_plan *plan, struct error *err)
{
    if (request->plan != NULL) {
        *plan = *request->plan;
        return true;
    }
    return request->text != NULL
               ? plan_read_campaign_text(request->path, request->text, arena, faults, plan, err)
               : plan_read_campaign(request->path, arena, faults, plan, err);
}

bool campaign_make(struct db *db, const struct campaign_request *request, struct arena *arena,
                   struct faults *faults, struct campaign **campaign, struct error *err)
{
    struct making making = {.db = db,
                            .config = request->config,
                            .request = request,
                            .path = request->path,
                            .now = request->now,
                            .arena = arena,
                            .faults = faults,
                            .campaign = arena_alloc(arena, sizeof *making.campaign)};
    making.campaign->made_by = request->made_by;
    if (!read_plan(request, arena, faults, &making.plan, err)) {
        return false;
    }
    if (!prepare(&making, err)) {
        return false;
    }
    if (faults->count > 0) {
        return error_set(err, ERROR_DATA, "%s has %zu fault%s; no campaign was made", request->path,
                         faults->count, faults->count == 1 ? "" : "s");
    }
    if (!store(&making, err)) {
        return false;
    }
    *campaign = making.campaign;
    return true;
}

bool campaign_create(struct db *db, const struct config *config, const char *path, int64_t now,
                     struct arena *arena, struct faults *faults, struct campaign **campaign,
                     struct error *err)
{
    const struct campaign_request request = {.config = config, .path = path, .now = now};
    return campaign_make(db, &request, arena, faults, campaign, err);
}
