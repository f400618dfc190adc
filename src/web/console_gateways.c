/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways out: SMS providers and mail relays, how each does its work, and a text to oneself by one
 * of them, shown with all that was said over it. */
#include <string.h>

#include "console_campaign.h"
#include "console_counts.h"
#include "console_job.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/campaign/watch.h"
#include "muster/carrier/sms_trial.h"
#include "muster/conf/gateway.h"
#include "muster/inbound/hook.h"
#include "muster/message/price.h"
#include "muster/store/answers.h"
#include "muster/store/record.h"
#include "muster/store/routes.h"
#include "muster/store/suppressions.h"

enum {
    VALIDITY = 2 * 60 * 60, /* seconds; some providers count whole hours */
    REFERENCE_LETTERS = 26,
};

#define JOB_WORD "gateway-test-job"

bool console_campaign_read_gateways(const struct config *config, struct arena *arena,
                                    struct gateway **gateways, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    if (!gateway_read_all(config, arena, &faults, gateways, err)) {
        log_error("%s", buffer_text(&faults.text));
        return false;
    }
    return true;
}

/* What has come of the hand-overs of a route today. */
static void put_today(struct json *values, const struct route_count *counts, size_t count,
                      const struct route_state *route)
{
    int64_t taken = 0;
    int64_t refused = 0;
    int64_t other = 0;
    for (size_t i = 0; i < count; i++) {
        const struct route_count *row = &counts[i];
        if (!text_equal(row->channel, route->channel) || !text_equal(row->name, route->name)) {
            continue;
        }
        *(text_equal(row->verdict, "accepted")  ? &taken
          : text_equal(row->verdict, "refused") ? &refused
                                                : &other) += row->count;
    }
    json_put_number(values, "taken", taken);
    json_put_number(values, "refused", refused);
    json_put_number(values, "other", other);
}

/* Open, closed after faults, or waiting because it asked for that. */
static void put_state(const struct console_call *call, struct json *values,
                      const struct route_state *route)
{
    const bool closed = route->closed_until > call->now;
    const bool waits = route->paused_until > call->now;
    json_put_flag(values, closed ? "closed" : waits ? "waits" : "open", true);
    json_put_flag(values, "good", !closed && !waits && route->failures == 0);
    console_campaign_put_instant(call, values, "until",
                                 closed  ? route->closed_until
                                 : waits ? route->paused_until
                                         : 0);
    json_put_number(values, "failures", route->failures);
    if (route->ramp < ROUTES_WHOLE) {
        json_put_number(values, "trust", route->ramp);
    }
    if (!text_empty(route->fault)) {
        json_put_text(values, "fault", route->fault);
        console_campaign_put_instant(call, values, "fault_at", route->fault_at);
    }
}

/* Its limits, as the configuration sets them. */
static void put_limits(struct json *values, const struct config *config, bool texts)
{
    const int64_t limits[] = {
        texts ? config->sms.rate : config->mail.rate,
        texts ? config->sms.per_minute : config->mail.per_minute,
        texts ? config->sms.per_day : config->mail.per_day,
    };
    static const char *const names[] = {"rate", "per_minute", "per_day"};
    bool any = false;
    for (size_t i = 0; i < ARRAY_LENGTH(limits); i++) {
        if (limits[i] > 0) {
            json_put_number(values, names[i], limits[i]);
            any = true;
        }
    }
    json_put_flag(values, "limited", any);
}

static const struct route_state *find_state(const struct route_state *states, size_t count,
                                            enum channel channel, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(states[i].channel, channel_name(channel)) &&
            text_equal(states[i].name, name)) {
            return &states[i];
        }
    }
    return NULL;
}

/* The configuration of a way out, by its name. */
static const struct config *find_config(const struct config *config, bool texts, const char *name,
                                        const struct gateway *gateways)
{
    size_t count = 0;
    const struct config_route *routes = config_routes(config, texts, &count);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(texts ? gateways[i].name : routes[i].name, name)) {
            return routes[i].config;
        }
    }
    return NULL;
}

/* What was texted back to members by it, and what that cost. */
static bool put_answers(const struct console_call *call, const char *gateway, struct json *values,
                        struct error *err)
{
    struct answers_sum *sums = NULL;
    size_t count = 0;
    int64_t texts = 0;
    if (!answers_sums(call->console->db, call->arena, &sums, &count, err)) {
        return false;
    }
    struct json *costs = json_make_array();
    json_put(values, "answer_costs", costs);
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(sums[i].gateway, gateway)) {
            continue;
        }
        texts += sums[i].texts;
        if (!text_empty(sums[i].currency)) {
            json_append_text(costs, price_text(sums[i].cost, sums[i].currency, call->arena));
        }
    }
    if (texts > 0) {
        json_put_number(values, "answers", texts);
    }
    return true;
}

/* What the profile of a provider says, and where it may call. */
static bool put_profile(const struct console_call *call, const struct gateway *gateway,
                        struct json *values, struct error *err)
{
    struct hook_urls urls = {0};
    if (!hook_urls(call->console->db, call->console->config, gateway, call->arena, &urls, err)) {
        return false;
    }
    json_put_text(values, "title", gateway->title);
    json_put_flag(values, "receipts", urls.receipt != NULL);
    json_put_flag(values, "replies", urls.reply != NULL);
    if (console_may(call, CONSOLE_ADMINISTRATORS)) {
        json_put_text(values, "receipt_url", urls.receipt);
        json_put_text(values, "reply_url", urls.reply);
    }
    return true;
}

/* All ways of a channel. */
static bool put_ways(struct console_call *call, bool texts, const struct gateway *gateways,
                     struct error *err)
{
    struct route_state *states = NULL;
    const struct route_count *counts = NULL;
    struct clock_stretch today = {.midnight = 0};
    size_t state_count = 0;
    size_t count = 0;
    int64_t counted_at = 0;
    struct db *db = call->console->db;
    const struct config *config = call->console->config;
    size_t way_count = 0;
    const struct config_route *routes = config_routes(config, texts, &way_count);
    struct json *list = json_make_array();
    json_put(call->values, texts ? "gateways" : "relays", list);
    if (!clock_stretch(call->now, &today) ||
        !watch_routes(db, config, call->arena, &states, &state_count, err) ||
        !console_counts_routes(call->console->counts, today.midnight, &counts, &count, &counted_at,
                               err)) {
        return false;
    }
    console_counted_at(call, counted_at);
    for (size_t i = 0; i < way_count; i++) {
        const char *name = texts ? gateways[i].name : routes[i].name;
        const struct route_state *state =
            find_state(states, state_count, texts ? CHANNEL_SMS : CHANNEL_EMAIL, name);
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_text(values, "name", text_empty(name) ? config->mail.relay : name);
        put_limits(values, routes[i].config, texts);
        if (state != NULL) {
            put_state(call, values, state);
            put_today(values, counts, count, state);
        }
        json_put_flag(values, "may_test",
                      texts && console_may(call, CONSOLE_ADMINISTRATORS) &&
                          call->account->mobile != NULL);
        if (texts && (!put_profile(call, &gateways[i], values, err) ||
                      !put_answers(call, name, values, err))) {
            return false;
        }
    }
    return true;
}

bool console_show_gateways(struct console_call *call, struct error *err)
{
    struct gateway *gateways = NULL;
    json_put_flag(call->values, "administers", console_may(call, CONSOLE_ADMINISTRATORS));
    json_put_text(call->values, "mobile", call->account->mobile);
    return console_campaign_read_gateways(call->console->config, call->arena, &gateways, err) &&
           put_ways(call, true, gateways, err) && put_ways(call, false, gateways, err) &&
           console_answer(call, "gateways.html", "gateways", err);
}

/* A text to whoever asked for it. */
struct gateway_test {
    const struct config *config;
    const char *gateway;
    const char *number;
    const char *text;
    bool suppressed; /* the number has opted out: a test is a text, too */
    struct parcel parcel;
    struct sms_exchange exchange;
};

static bool run_test(struct db *db, struct console_job *job, void *context, struct arena *arena,
                     struct error *err)
{
    struct gateway_test *test = context;
    struct gateway *gateways = NULL;
    struct hook_urls urls = {0};
    unsigned char key[TOKEN_DIGEST_SIZE];
    char *reference = arena_alloc(arena, REFERENCE_LETTERS + 1);
    console_job_tell(job, "sending-test", 0, 0);
    db_address_key(db, CHANNEL_SMS, test->number, key);
    if (!suppressions_in_force(db, key, &test->suppressed, err) ||
        !console_campaign_read_gateways(test->config, arena, &gateways, err)) {
        return false;
    }
    const struct gateway *gateway = NULL;
    for (size_t i = 0; i < test->config->sms.gateway_count; i++) {
        gateway = text_equal(gateways[i].name, test->gateway) ? &gateways[i] : gateway;
    }
    const struct config *config = find_config(test->config, true, test->gateway, gateways);
    if (gateway == NULL || config == NULL || test->suppressed) {
        return gateway != NULL || error_set(err, ERROR_DATA, "there is no gateway of this name");
    }
    if (!hook_urls(db, test->config, gateway, arena, &urls, err)) {
        return false;
    }
    token_random(reference, REFERENCE_LETTERS);
    test->parcel = (struct parcel){.reference = reference,
                                   .to = test->number,
                                   .body = test->text,
                                   .length = strlen(test->text),
                                   .validity = VALIDITY};
    return sms_try(config, gateway, urls.receipt, urls.reply, &test->parcel, arena, &test->exchange,
                   err);
}

/* Put down that it is done, before it is. */
static bool record(const struct console_call *call, const char *gateway, struct error *err)
{
    struct db *db = call->console->db;
    const struct record_entry entry = {.at = call->now,
                                       .account = call->account->name,
                                       .deed = "gateway.test",
                                       .subject = gateway};
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return record_put(db, &entry, err) && db_commit(transaction, err);
}

/* Why it cannot be done now, on the page. */
static bool show_refused(struct console_call *call, const char *word, struct error *err)
{
    json_put_text(call->values, "fault", console_campaign_word(call, "", word));
    return console_show_gateways(call, err);
}

bool console_test_gateway(struct console_call *call, struct error *err)
{
    struct gateway *gateways = NULL;
    struct console_job_look look;
    int64_t id = 0;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *name = call->request->parts[0];
    const struct config *config = call->console->config;
    if (!console_campaign_read_gateways(config, call->arena, &gateways, err)) {
        return false;
    }
    if (find_config(config, true, name, gateways) == NULL) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-page"));
    }
    if (call->account->mobile == NULL) {
        return show_refused(call, "test-no-mobile", err);
    }
    if (console_jobs_running(call->console->jobs, &look)) {
        return show_refused(call, "job-busy", err);
    }
    struct gateway_test *test = arena_alloc(arena, sizeof *test);
    *test = (struct gateway_test){
        .config = config,
        .gateway = arena_text(arena, name),
        .number = arena_text(arena, call->account->mobile),
        .text = arena_printf(arena, "%s: this is a test of muster.", config->organisation.name)};
    const struct console_job_order order = {.account = call->account->id,
                                            .who = arena_text(arena, call->account->name),
                                            .what = JOB_WORD,
                                            .run = run_test,
                                            .context = test};
    return record(call, name, err) &&
           console_jobs_begin(call->console->jobs, &order, &arena, &id, err) &&
           console_go(call, arena_printf(call->arena, "/gateways/test?job=%lld", (long long)id),
                      NULL);
}

static const char *verdict_word(const struct parcel *parcel)
{
    switch (parcel->verdict) {
    case CARRIER_UNTOUCHED: return "verdict-untouched";
    case CARRIER_ACCEPTED: return "verdict-accepted";
    case CARRIER_REFUSED: return "verdict-refused";
    case CARRIER_DEFERRED: return "verdict-deferred";
    case CARRIER_UNSURE: return "verdict-unsure";
    }
    return "verdict-unsure";
}

static bool put_test(struct console_call *call, struct error *err)
{
    struct console_job_look look;
    int64_t id = 0;
    if (!text_number(console_query(call, "job"), 1, INT64_MAX, &id) ||
        !console_jobs_look(call->console->jobs, id, call->account->id, &look) ||
        !text_equal(look.what, JOB_WORD)) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-page"));
    }
    json_put_number(call->values, "job", id);
    json_put_flag(call->values, "runs", look.state == CONSOLE_JOB_RUNNING);
    if (look.state == CONSOLE_JOB_FAILED) {
        json_put_text(call->values, "stopped", look.fault.text);
    }
    if (look.state == CONSOLE_JOB_DONE) {
        const struct gateway_test *test = look.context;
        struct json *values = json_make_object();
        json_put_text(values, "gateway", test->gateway);
        json_put_text(values, "number", test->number);
        json_put_flag(values, "suppressed", test->suppressed);
        if (!test->suppressed) {
            json_put_text(values, "verdict",
                          console_campaign_word(call, "", verdict_word(&test->parcel)));
            json_put_text(values, "answer", text_given(test->parcel.answer));
            json_put_text(values, "request", test->exchange.request);
            json_put_text(values, "reply", test->exchange.answer);
        }
        json_put(call->values, "test", values);
    }
    return true;
}

bool console_show_gateway_test(struct console_call *call, struct error *err)
{
    return put_test(call, err) && console_answer(call, "gateway-test.html", "gateways", err);
}

bool console_show_gateway_test_part(struct console_call *call, struct error *err)
{
    return put_test(call, err) && console_answer_part(call, "gateway-test-part.html", err);
}
