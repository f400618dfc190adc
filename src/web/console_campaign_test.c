/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A test message to oneself: what a step of a campaign would send. A provider may take its time, so
 * it is handed over as a job. */
#include "console_campaign.h"
#include "console_job.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/specimen.h"
#include "muster/conf/gateway.h"
#include "muster/inbound/hook.h"
#include "muster/store/record.h"

#define JOB_WORD "campaign-test-job"

/* What became of it on one channel. */
struct tested {
    bool wanted;
    struct error fault; /* it could not be sent at all */
    struct specimen specimen;
    const char *subject;
    const char *body;
};

struct campaign_test {
    const struct config *config;
    int64_t campaign_id;
    int64_t step_id;
    int64_t account_id;
    int64_t now;
    struct tested tested[CHANNEL_COUNT];
};

/* By the first way out of its channel. */
static bool send(struct db *db, struct specimen_order *order, struct arena *arena,
                 struct tested *tested, struct error *err)
{
    size_t count = 0;
    struct gateway *gateways = NULL;
    struct hook_urls urls = {0};
    const bool texts = order->channel == CHANNEL_SMS;
    const struct config_route *routes = config_routes(order->config, texts, &count);
    if (count == 0) {
        return error_set(err, ERROR_CONFIG, "there is no way out: sms.gateway is not set");
    }
    order->route = &routes[0];
    if (texts && !console_campaign_read_gateways(order->config, arena, &gateways, err)) {
        return false;
    }
    if (texts) {
        order->gateway = &gateways[0];
        if (!hook_urls(db, order->config, order->gateway, arena, &urls, err)) {
            return false;
        }
        order->receipt_url = urls.receipt;
        order->reply_url = urls.reply;
    }
    return specimen_send(db, order, arena, &tested->specimen, &tested->subject, &tested->body, err);
}

static bool run_test(struct db *db, struct console_job *job, void *context, struct arena *arena,
                     struct error *err)
{
    struct campaign_test *test = context;
    struct campaign *campaign = NULL;
    struct account *account = NULL;
    struct step step;
    struct preview_reader *readers = NULL;
    size_t reader_count = 0;
    console_job_tell(job, "sending-test", 0, 0);
    if (!campaigns_get(db, test->campaign_id, arena, &campaign, err) ||
        !accounts_get(db, test->account_id, arena, &account, err)) {
        return false;
    }
    if (campaign == NULL || account == NULL) {
        return error_set(err, ERROR_DATA, "the campaign is not there any more");
    }
    if (!campaigns_step(db, test->step_id, arena, &step, err)) {
        return false;
    }
    preview_invented(arena, &readers, &reader_count);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        struct tested *tested = &test->tested[i];
        struct specimen_order order = {.config = test->config,
                                       .campaign = campaign,
                                       .step = &step,
                                       .account = account,
                                       .reader = &readers[0],
                                       .channel = (enum channel)i,
                                       .now = test->now};
        tested->wanted = specimen_wanted(&step, account, (enum channel)i);
        /* What is wrong with one channel says nothing of the other. */
        if (tested->wanted && !send(db, &order, arena, tested, &tested->fault)) {
            log_info("a test message of campaign %s was not sent: %s", campaign->name,
                     tested->fault.text);
        }
    }
    return true;
}

/* Put down that it is done, before it is. */
static bool record(const struct console_call *call, const struct campaign *campaign,
                   struct error *err)
{
    struct db *db = call->console->db;
    const struct record_entry entry = {.at = call->now,
                                       .account = call->account->name,
                                       .deed = "campaign.test",
                                       .subject = campaign->name};
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return record_put(db, &entry, err) && db_commit(transaction, err);
}

/* The step that the form names by its number; the only one needs none. */
static bool find_step(struct console_call *call, const struct campaign *campaign,
                      const struct step **step, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    const char *name = console_field(call, "step");
    *step = NULL;
    if (!campaigns_steps(call->console->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (count == 1 || (name[0] != '\0' && text_equal(steps[i].name, name))) {
            *step = &steps[i];
        }
    }
    return *step != NULL || error_set(err, ERROR_DATA, "%s", console_word(call, "test-no-step"));
}

/* The page of the campaign, with what keeps it from being sent. */
static bool show_refused(struct console_call *call, struct campaign *campaign, const char *word,
                         struct error *err)
{
    json_put_text(call->values, "fault", console_campaign_word(call, "", word));
    return console_campaign_page(call, campaign, err);
}

bool console_test_campaign(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    const struct step *step = NULL;
    struct console_job_look look;
    int64_t id = 0;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (!console_campaign_find(call, &campaign, err) || !find_step(call, campaign, &step, err)) {
        return false;
    }
    if (!specimen_wanted(step, call->account, CHANNEL_SMS) &&
        !specimen_wanted(step, call->account, CHANNEL_EMAIL)) {
        return show_refused(call, campaign, "test-no-address", err);
    }
    if (console_jobs_running(call->console->jobs, &look)) {
        return show_refused(call, campaign, "job-busy", err);
    }
    struct campaign_test *test = arena_alloc(arena, sizeof *test);
    *test = (struct campaign_test){.config = call->console->config,
                                   .campaign_id = campaign->id,
                                   .step_id = step->id,
                                   .account_id = call->account->id,
                                   .now = call->now};
    const struct console_job_order order = {.account = call->account->id,
                                            .who = arena_text(arena, call->account->name),
                                            .what = JOB_WORD,
                                            .run = run_test,
                                            .context = test};
    return record(call, campaign, err) &&
           console_jobs_begin(call->console->jobs, &order, &arena, &id, err) &&
           console_go(call,
                      arena_printf(call->arena, "/campaigns/%s/test?job=%lld", campaign->name,
                                   (long long)id),
                      NULL);
}

static struct json *make_tested(const struct console_call *call, const struct tested *tested,
                                enum channel channel)
{
    const struct specimen *specimen = &tested->specimen;
    struct json *values = json_make_object();
    json_put_flag(values, "of_texts", channel == CHANNEL_SMS);
    if (tested->fault.kind != ERROR_NONE) {
        json_put_text(values, "fault", tested->fault.text);
        return values;
    }
    const char *outcome =
        text_equal(specimen->outcome, "not taken") ? "deferred" : specimen->outcome;
    json_put_text(values, "outcome", console_campaign_word(call, "verdict-", outcome));
    json_put_text(values, "answer",
                  text_equal(outcome, "accepted") ? NULL : text_given(specimen->answer));
    json_put_text(values, "route", specimen->route);
    json_put_text(values, "language", specimen->language);
    if (channel == CHANNEL_SMS) {
        json_put_number(values, "parts", specimen->parts);
    }
    json_put_text(values, "subject", tested->subject);
    json_put_text(values, "body", tested->body);
    return values;
}

static bool put_test(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct console_job_look look;
    int64_t id = 0;
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    if (!text_number(console_query(call, "job"), 1, INT64_MAX, &id) ||
        !console_jobs_look(call->console->jobs, id, call->account->id, &look) ||
        !text_equal(look.what, JOB_WORD)) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-page"));
    }
    console_campaign_put(call, campaign, call->values);
    json_put_number(call->values, "job", id);
    json_put_flag(call->values, "runs", look.state == CONSOLE_JOB_RUNNING);
    if (look.state == CONSOLE_JOB_FAILED) {
        json_put_text(call->values, "stopped", look.fault.text);
    }
    struct json *list = json_make_array();
    json_put(call->values, "tested", list);
    const struct campaign_test *test = look.context;
    for (int i = 0; test != NULL && i < CHANNEL_COUNT; i++) {
        if (test->tested[i].wanted) {
            json_append(list, make_tested(call, &test->tested[i], (enum channel)i));
        }
    }
    return true;
}

bool console_show_campaign_test(struct console_call *call, struct error *err)
{
    return put_test(call, err) && console_answer(call, "campaign-test.html", "campaigns", err);
}

bool console_show_campaign_test_part(struct console_call *call, struct error *err)
{
    return put_test(call, err) && console_answer_part(call, "campaign-test-part.html", err);
}
