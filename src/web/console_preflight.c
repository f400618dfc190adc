/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The preflight as a report that people read: first what there is to worry about, then what would
 * go to whom, when, for how much, and why texts are long. */
#include "console_preflight.h"

#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/conf/plan.h"
#include "muster/conf/windows.h"
#include "muster/message/price.h"

enum { QUICK = 5000 }; /* messages: a second of a slow machine */

static void watch(int64_t done, int64_t total, void *context)
{
    if (context != NULL) {
        console_job_tell(context, "reckoning-messages", (size_t)done, (size_t)total);
    }
}

bool console_preflight_reckon(struct db *db, struct console_job *job,
                              struct console_preflight *reckoning, struct arena *arena,
                              struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    const struct config *config = reckoning->config;
    struct gateway *gateways = NULL;
    struct windows windows;
    faults_init(&faults);
    if (!windows_read(config, arena, &faults, &windows, err)) {
        log_error("%s", buffer_text(&faults.text));
        return false;
    }
    if (!console_campaign_read_gateways(config, arena, &gateways, err) ||
        !campaigns_get(db, reckoning->campaign_id, arena, &reckoning->campaign, err)) {
        return false;
    }
    const struct lanes_setting setting = {
        .config = config, .windows = &windows, .gateways = gateways, .now = reckoning->now};
    if (reckoning->campaign == NULL) {
        return true;
    }
    if (!lanes_read(db, &setting, reckoning->campaign, arena, &reckoning->lanes, err)) {
        return false;
    }
    reckoning->tariff = gateway_dearest(gateways, config->sms.gateway_count);
    const struct preflight_order order = {.config = config,
                                          .tariff = &reckoning->tariff,
                                          .campaign = reckoning->campaign,
                                          .lanes = reckoning->lanes.lane,
                                          .use = reckoning->lanes.use,
                                          .now = reckoning->now,
                                          .watch = watch,
                                          .context = job};
    if (!preflight_run(db, &order, arena, &reckoning->preflight, err)) {
        return false;
    }
    reckoning->warning_count =
        warning_find(&reckoning->preflight, &order, gateways, arena, &reckoning->warnings);
    return true;
}

bool console_preflight_is_quick(struct console_call *call, const struct campaign *campaign,
                                bool *quick, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    int64_t members = 0;
    if (!campaigns_steps(call->console->db, campaign->id, call->arena, &steps, &count, err) ||
        !approval_members(call->console->db, campaign, &members, err)) {
        return false;
    }
    *quick = members * (int64_t)count <= QUICK;
    return true;
}

static struct json *make_warning(const struct warning *warning)
{
    static const char *const names[WARNING_KINDS] = {
        [WARNING_FAULTS] = "faults",
        [WARNING_NOBODY] = "nobody",
        [WARNING_LATE] = "late",
        [WARNING_NO_PRICE] = "no_price",
        [WARNING_OTHER_CURRENCY] = "other_currency",
        [WARNING_BUDGET] = "budget",
        [WARNING_STEP_BUDGET] = "step_budget",
        [WARNING_UNKNOWN_COST] = "unknown_cost",
        [WARNING_NO_LIMIT] = "no_limit",
        [WARNING_NO_SECOND] = "no_second",
        [WARNING_LONG] = "long",
        [WARNING_TOO_OFTEN] = "too_often",
        [WARNING_UNREACHED] = "unreached",
        [WARNING_LANGUAGE] = "language",
        [WARNING_SILENT] = "silent",
    };
    struct json *values = json_make_object();
    for (int i = WARNING_NONE + 1; i < WARNING_KINDS; i++) {
        json_put_flag(values, names[i], i == (int)warning->kind);
    }
    json_put_flag(values, "grave", warning->kind <= WARNING_STEP_BUDGET);
    json_put_flag(values, "of_texts", warning->channel == CHANNEL_SMS);
    json_put_number(values, "count", warning->count);
    json_put_text(values, "of", warning->name);
    return values;
}

void console_preflight_put(const struct console_call *call,
                           const struct console_preflight *reckoning, struct json *values)
{
    const struct preflight *preflight = &reckoning->preflight;
    const struct campaign *campaign = reckoning->campaign;
    const char *currency = text_given(reckoning->tariff.currency);
    struct json *warnings = json_make_array();
    for (size_t i = 0; i < reckoning->warning_count; i++) {
        json_append(warnings, make_warning(&reckoning->warnings[i]));
    }
    json_put(values, "warnings", warnings);
    json_put_number(values, "texts", preflight->texts);
    json_put_number(values, "mails", preflight->mails);
    json_put_number(values, "all", preflight->texts + preflight->mails);
    json_put_number(values, "parts", preflight->parts);
    json_put_flag(values, "any_texts", preflight->texts > 0);
    json_put_flag(values, "unknown", preflight->price.unknown || currency == NULL);
    if (currency != NULL && preflight->texts > 0) {
        console_campaign_put_money(call, values, "cost", preflight->price.cost, currency);
    }
    if (campaign->budgeted) {
        console_campaign_put_money(call, values, "budget", campaign->budget, campaign->currency);
        if (warning_budget(preflight, campaign, &reckoning->tariff) == WARNING_BUDGET) {
            console_campaign_put_money(call, values, "missing",
                                       warning_missing(preflight, campaign), currency);
        }
    }
    json_put_flag(values, "promotional", campaign->promotional);
}

/* Who gets nothing, and why; a row only where there is somebody. */
static struct json *make_left_out(const struct console_call *call,
                                  const struct preflight *preflight)
{
    const struct {
        const char *word;
        int64_t count;
    } rows[] = {
        {"left-no-address", preflight->no_address - preflight->unwilling},
        {"left-unwilling", preflight->unwilling},
        {"left-shared", preflight->shared},
        {"left-too-often", preflight->too_often},
        {"left-held-out", preflight->held_out},
        {"left-faults", preflight->fault_count},
    };
    struct json *list = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (rows[i].count > 0) {
            struct json *values = json_make_object();
            json_put_text(values, "words", console_campaign_word(call, "", rows[i].word));
            json_put_number(values, "count", rows[i].count);
            json_append(list, values);
        }
    }
    return list;
}

/* Texts by the parts that they take, and in which alphabet. */
static struct json *make_parts(const struct preflight *preflight)
{
    struct json *list = json_make_array();
    for (int i = 1; i <= GSM_PARTS_MOST; i++) {
        const int64_t *row = preflight->by_parts[i];
        if (row[GSM_7BIT] + row[GSM_UCS2] > 0) {
            struct json *values = json_make_object();
            json_put_number(values, "parts", i);
            json_put_number(values, "plain", row[GSM_7BIT]);
            json_put_number(values, "unicode", row[GSM_UCS2]);
            json_append(list, values);
        }
    }
    return list;
}

static struct json *make_prices(const struct console_call *call,
                                const struct console_preflight *reckoning)
{
    static const char *const routes[PHONE_ROUTES] = {
        [PHONE_UK] = "price-uk", [PHONE_CROWN] = "price-crown", [PHONE_ABROAD] = "price-abroad"};
    const struct price_sum *sum = &reckoning->preflight.price;
    struct json *list = json_make_array();
    for (int i = 0; i < PHONE_ROUTES; i++) {
        const int64_t price = price_of_part(&reckoning->tariff, (enum phone_route)i);
        if (sum->parts[i] > 0) {
            struct json *values = json_make_object();
            json_put_text(values, "words", console_campaign_word(call, "", routes[i]));
            json_put_number(values, "parts", sum->parts[i]);
            if (price != TARIFF_UNKNOWN) {
                json_put_text(values, "price",
                              price_text_exact(price, reckoning->tariff.currency, call->arena));
            }
            json_append(list, values);
        }
    }
    return list;
}

/* Why texts take more than one part. */
static struct json *make_causes(const struct preflight *preflight)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < preflight->cause_count; i++) {
        struct json *values = json_make_object();
        json_put_text(values, "what", text_given(preflight->causes[i].what));
        json_put_text(values, "where", text_given(preflight->causes[i].where));
        json_put_number(values, "count", preflight->causes[i].texts);
        json_append(list, values);
    }
    return list;
}

static void put_saving(const struct console_call *call, struct json *list,
                       const struct preflight_saving *saving, const char *word, const char *plain,
                       const char *currency)
{
    if (saving->parts == 0) {
        return;
    }
    struct json *values = json_make_object();
    json_put_text(values, "words", console_campaign_word(call, "", word));
    json_put_text(values, "plain_word", plain);
    json_put_number(values, "parts", saving->parts);
    json_put_number(values, "count", saving->texts);
    json_put_text(values, "cost",
                  saving->cost > 0 ? price_text(saving->cost, currency, call->arena) : NULL);
    json_put_text(values, "given", saving->given);
    json_put_text(values, "plain", saving->plain);
    json_append(list, values);
}

/* What writing texts plainer saves already, and what it could save. */
static struct json *make_savings(const struct console_call *call,
                                 const struct console_preflight *reckoning)
{
    static const char *const deeds[PREFLIGHT_LEVELS] = {"plain-quotes", "plain-template",
                                                        "plain-values", "plain-welsh"};
    const struct preflight *preflight = &reckoning->preflight;
    const char *currency = reckoning->tariff.currency;
    struct json *list = json_make_array();
    size_t count = 0;
    const char *const *words = plan_plain_words(&count);
    put_saving(call, list, &preflight->saved, "plain-allowed", NULL, currency);
    for (size_t i = 0; i < PREFLIGHT_LEVELS && i < count; i++) {
        put_saving(call, list, &preflight->further[i], deeds[i], words[i], currency);
    }
    return list;
}

/* When the messages of each channel would go. */
static struct json *make_times(const struct console_call *call,
                               const struct console_preflight *reckoning)
{
    struct json *list = json_make_array();
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const struct preflight_times *times = &reckoning->preflight.times[i];
        const struct forecast_lane *lane = &reckoning->lanes.lane[i];
        if (times->forecast.fit + times->forecast.late == 0) {
            continue;
        }
        struct json *values = json_make_object();
        json_put_flag(values, "of_texts", i == CHANNEL_SMS);
        json_put_number(values, "fit", times->forecast.fit);
        json_put_flag(values, "is_late", times->forecast.late > 0);
        json_put_number(values, "late", times->forecast.late);
        if (times->forecast.fit > 0) {
            console_campaign_put_instant(call, values, "first", times->forecast.first);
            console_campaign_put_instant(call, values, "last", times->forecast.last);
        }
        console_campaign_put_instant(call, values, "deadline", times->deadline);
        json_put_text(values, "hours", hours_format(&lane->hours, call->arena));
        if (lane->pace.rate > 0) {
            json_put_number(values, "rate", lane->pace.rate);
        }
        json_append(list, values);
    }
    return list;
}

static struct json *make_steps(const struct console_call *call,
                               const struct console_preflight *reckoning)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < reckoning->preflight.step_count; i++) {
        const struct preflight_step *step = &reckoning->preflight.steps[i];
        struct json *values = json_make_object();
        json_put_text(values, "step", text_given(step->name));
        json_put_flag(values, "passed", step->passed);
        json_put_number(values, "texts", step->texts);
        json_put_number(values, "mails", step->mails);
        console_campaign_put_instant(call, values, "at", step->at);
        json_put_text(values, "cost",
                      step->cost > 0
                          ? price_text(step->cost, reckoning->tariff.currency, call->arena)
                          : NULL);
        json_append(list, values);
    }
    return list;
}

static struct json *make_faults(const struct preflight *preflight)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < preflight->fault_kinds; i++) {
        struct json *values = json_make_object();
        json_put_text(values, "number", preflight->faults[i].number);
        json_put_text(values, "why", preflight->faults[i].why);
        json_put_number(values, "count", preflight->faults[i].count);
        json_append(list, values);
    }
    return list;
}

/* A number that is told only when it is one. */
static void put_some(struct json *values, const char *name, int64_t number)
{
    if (number > 0) {
        json_put_number(values, name, number);
    }
}

static void put_report(const struct console_call *call, const struct console_preflight *reckoning,
                       struct json *values)
{
    const struct preflight *preflight = &reckoning->preflight;
    console_preflight_put(call, reckoning, values);
    json_put_flag(values, "late", preflight->late);
    json_put_flag(values, "over", schedule_over(reckoning->campaign));
    json_put_number(values, "members", preflight->members);
    put_some(values, "waiting", preflight->waiting);
    put_some(values, "put_off", preflight->put_off);
    put_some(values, "second", preflight->second);
    json_put_number(values, "second_hours", preflight->second_after / CLOCK_HOUR);
    json_put(values, "left_out", make_left_out(call, preflight));
    json_put(values, "by_parts", make_parts(preflight));
    json_put(values, "prices", make_prices(call, reckoning));
    json_put(values, "causes", make_causes(preflight));
    json_put(values, "savings", make_savings(call, reckoning));
    json_put(values, "times", make_times(call, reckoning));
    json_put(values, "steps", make_steps(call, reckoning));
    json_put_flag(values, "several", preflight->step_count > 1);
    json_put(values, "faults", make_faults(preflight));
    console_campaign_put_instant(call, values, "reckoned_at", reckoning->now);
}

/* The first step that is still to be sent, as its members would read it. */
static bool put_samples(struct console_call *call, const struct campaign *campaign,
                        struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    struct json *samples = NULL;
    if (!campaigns_steps(call->console->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (steps[i].skipped == NULL && (!steps[i].expanded || i + 1 == count)) {
            if (!console_campaign_make_samples(call, campaign, &steps[i], &samples, err)) {
                return false;
            }
            json_put(call->values, "samples", samples);
            json_put_text(call->values, "sample_step", text_given(steps[i].name));
            return true;
        }
    }
    return true;
}

static bool show_report(struct console_call *call, const struct campaign *campaign,
                        const struct console_preflight *reckoning, struct error *err)
{
    struct json *report = json_make_object();
    json_put(call->values, "report", report);
    if (reckoning->campaign == NULL) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "campaign-none"));
    }
    put_report(call, reckoning, report);
    return put_samples(call, campaign, err) &&
           console_answer(call, "campaign-preflight.html", "campaigns", err);
}

static bool reckon_as_job(struct db *db, struct console_job *job, void *context,
                          struct arena *arena, struct error *err)
{
    return console_preflight_reckon(db, job, context, arena, err);
}

/* What the page says of a job: how far it is, or what stopped it. */
static void put_job(const struct console_call *call, const struct console_job_look *look)
{
    struct json *values = json_make_object();
    json_put_number(values, "id", look->id);
    json_put_flag(values, "runs", look->state == CONSOLE_JOB_RUNNING);
    json_put_flag(values, "done", look->state == CONSOLE_JOB_DONE);
    if (look->state == CONSOLE_JOB_FAILED) {
        json_put_text(values, "fault", look->fault.text);
    }
    json_put_number(values, "looked_at", (int64_t)look->done);
    json_put_number(values, "of", (int64_t)look->total);
    json_put_number(values, "bar",
                    look->total == 0 ? 0 : (int64_t)(look->done * 1000 / look->total));
    json_put(call->values, "job", values);
}

/* The job that the query names; false when it is none of this account. */
static bool find_job(struct console_call *call, struct console_job_look *look)
{
    int64_t id = 0;
    return text_number(console_query(call, "job"), 1, INT64_MAX, &id) &&
           console_jobs_look(call->console->jobs, id, call->account->id, look) &&
           text_equal(look->what, "preflight-job");
}

static bool show_job(struct console_call *call, const struct campaign *campaign,
                     const struct console_job_look *look, struct error *err)
{
    const struct console_preflight *reckoning = look->context;
    if (look->state == CONSOLE_JOB_DONE && reckoning->campaign_id == campaign->id) {
        return show_report(call, campaign, reckoning, err);
    }
    put_job(call, look);
    return console_answer(call, "campaign-preflight.html", "campaigns", err);
}

bool console_show_preflight(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct console_job_look look;
    bool quick = false;
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    console_campaign_put(call, campaign, call->values);
    console_campaign_put_rights(call, campaign, call->values);
    if (find_job(call, &look)) {
        return show_job(call, campaign, &look, err);
    }
    if (!console_preflight_is_quick(call, campaign, &quick, err)) {
        return false;
    }
    if (!quick) {
        json_put_flag(call->values, "ask", true);
        return console_answer(call, "campaign-preflight.html", "campaigns", err);
    }
    struct console_preflight *reckoning = arena_alloc(call->arena, sizeof *reckoning);
    *reckoning = (struct console_preflight){
        .config = call->console->config, .campaign_id = campaign->id, .now = call->now};
    return console_preflight_reckon(call->console->db, NULL, reckoning, call->arena, err) &&
           show_report(call, campaign, reckoning, err);
}

bool console_show_preflight_progress(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct console_job_look look;
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    if (!find_job(call, &look)) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-page"));
    }
    json_put_text(call->values, "name", campaign->name);
    put_job(call, &look);
    return console_answer_part(call, "campaign-preflight-part.html", err);
}

bool console_begin_preflight(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct console_job_look look;
    int64_t id = 0;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    if (console_jobs_running(call->console->jobs, &look)) {
        console_campaign_put(call, campaign, call->values);
        json_put_flag(call->values, "ask", true);
        json_put_text(call->values, "busy", look.who);
        return console_answer(call, "campaign-preflight.html", "campaigns", err);
    }
    struct console_preflight *reckoning = arena_alloc(arena, sizeof *reckoning);
    *reckoning = (struct console_preflight){
        .config = call->console->config, .campaign_id = campaign->id, .now = call->now};
    const struct console_job_order order = {.account = call->account->id,
                                            .who = arena_text(arena, call->account->name),
                                            .what = "preflight-job",
                                            .run = reckon_as_job,
                                            .context = reckoning};
    return console_jobs_begin(call->console->jobs, &order, &arena, &id, err) &&
           console_go(call,
                      arena_printf(call->arena, "/campaigns/%s/preflight?job=%lld", campaign->name,
                                   (long long)id),
                      NULL);
}
