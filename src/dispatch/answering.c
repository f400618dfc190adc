/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers on their way: written -> commit `sending` -> hand over -> settle. As of messages, nothing
 * is on the wire outside the two commits. */
#include "answering.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/json.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/dispatch/policy.h"
#include "muster/dispatch/response.h"
#include "muster/message/template.h"
#include "muster/store/answers.h"

enum {
    ANSWERS_MOST = 16,
    TEXT_MOST = 16 * 1024,
    DAY_S = 24 * 60 * 60,
};

/* The template of an automatic answer. */
static const char *source_of(const struct config *config, const struct answer *answer)
{
    const bool welsh = text_equal(
        text_empty(answer->language) ? config->organisation.language : answer->language, "cy");
    if (text_equal(answer->kind, "stopped")) {
        return welsh ? config->replies.stopped_cy : config->replies.stopped_en;
    }
    return welsh ? config->replies.help_cy : config->replies.help_en;
}

/* Nothing of a member is in them: they may go to a handset that several share. */
static bool check_fields(const struct template *template, struct error *err)
{
    const struct template_use *uses = NULL;
    const size_t count = template_uses(template, &uses);
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(uses[i].name, "organisation.name")) {
            return error_set(err, ERROR_DATA,
                             "replies: {{%s}} is no field of it, but organisation.name is",
                             uses[i].name);
        }
    }
    return true;
}

static bool write_text(const struct config *config, const char *source, struct arena *arena,
                       const char **text, struct error *err)
{
    const struct template_source given = {.name = "replies", .text = source};
    struct template *template = NULL;
    if (!template_parse(&given, &template, err)) {
        return false;
    }
    CLEANUP(json_free) struct json *values = json_make_object();
    CLEANUP(buffer_free) struct buffer out;
    struct json *organisation = json_make_object();
    json_put_text(organisation, "name", config->organisation.name);
    json_put(values, "organisation", organisation);
    buffer_init(&out, TEXT_MOST);
    const bool rendered =
        check_fields(template, err) && template_render(template, values, TEMPLATE_SMS, &out, err);
    template_free(&template);
    if (!rendered) {
        return false;
    }
    *text = arena_text(arena, buffer_text(&out));
    return true;
}

bool answering_check(const struct config *config, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *const sources[] = {config->replies.stopped_en, config->replies.stopped_cy,
                                   config->replies.help_en, config->replies.help_cy};
    for (size_t i = 0; i < ARRAY_LENGTH(sources); i++) {
        const char *text = NULL;
        struct error fault = {0};
        int64_t parts = 0;
        if (sources[i] == NULL) {
            continue; /* a configuration that nobody has read from a file */
        }
        if (!write_text(config, sources[i], arena, &text, &fault)) {
            return error_set(err, ERROR_CONFIG, "%s: %s", config->path, fault.text);
        }
        if (!response_check(text, &parts, &fault)) {
            return error_set(err, ERROR_CONFIG, "%s: replies: \"%.40s\" cannot be sent as a text",
                             config->path, text);
        }
    }
    return true;
}

/* Why an automatic answer is not wanted here; NULL: it is. */
static const char *not_wanted(const struct dispatch *dispatch, const struct answer *answer)
{
    const struct gateway *gateway = dispatch->way.gateway;
    const bool stopped = text_equal(answer->kind, "stopped");
    if (text_equal(answer->kind, "person")) {
        return NULL;
    }
    if (stopped ? gateway->answers_stop : gateway->answers_help) {
        return "the provider answers by itself";
    }
    return text_equal(stopped ? dispatch->config->replies.confirm : dispatch->config->replies.help,
                      "no")
               ? "the configuration wants no such answer"
               : NULL;
}

/* What an answer says, and whether it may. */
static void write_answer(const struct dispatch *dispatch, const struct answer *answer,
                         struct arena *arena, struct answers_release *release)
{
    struct error fault = {0};
    int64_t parts = 0;
    const char *text = answer->text;
    *release = (struct answers_release){.id = answer->id, .fault = not_wanted(dispatch, answer)};
    if (release->fault != NULL) {
        return;
    }
    if (text == NULL &&
        !write_text(dispatch->config, source_of(dispatch->config, answer), arena, &text, &fault)) {
        release->fault = arena_printf(arena, "cannot be rendered: %s", fault.text);
    } else if (!response_check(text, &parts, &fault)) {
        release->fault = arena_text(arena, fault.text);
    } else {
        release->text = text;
        release->parts = parts;
        release->cost = batch_cost(dispatch, answer->address, release->parts);
        release->currency = dispatch->way.gateway->tariff.currency;
    }
}

/* The answers of a batch that were released, as the carrier takes them. */
static size_t pack(const struct answer *answers, const struct answers_release *releases,
                   size_t count, int64_t now, struct parcel *parcels, const struct answer **packed)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!releases[i].released) {
            continue;
        }
        const int64_t left = (answers[i].expires_at - now) / CLOCK_SECOND;
        parcels[used] = (struct parcel){
            .reference = answers[i].reference,
            .to = answers[i].address,
            .body = releases[i].text,
            .length = strlen(releases[i].text),
            .until = answers[i].expires_at,
            .validity = left < CLOCK_MINUTE / CLOCK_SECOND ? CLOCK_MINUTE / CLOCK_SECOND
                        : left > DAY_S                     ? DAY_S
                                                           : left,
            .answer = "",
        };
        packed[used++] = &answers[i];
    }
    return used;
}

/* What came of it exists only here: try for as long as dispatch does. */
static bool settle(struct dispatch *dispatch, int64_t now, const struct answers_outcome *outcomes,
                   size_t count, struct error *err)
{
    for (int tried = 1;; tried++) {
        if (answers_settle(dispatch->way.db, dispatch->route.name, now, outcomes, count, err)) {
            return true;
        }
        const int64_t pause = policy_store_again(tried);
        if (pause == 0) {
            return error_prefix(err, "settling answers");
        }
        clock_sleep(pause);
    }
}

static void count_outcome(const struct answers_outcome *outcome, struct dispatch_tally *tally)
{
    tally->accepted += text_equal(outcome->state, "accepted") ? 1 : 0;
    tally->refused += text_equal(outcome->state, "refused") ? 1 : 0;
    tally->unsure += text_equal(outcome->state, "unsure") ? 1 : 0;
    tally->deferred +=
        text_equal(outcome->state, "queued") || text_equal(outcome->state, "expired") ? 1 : 0;
}

/* What the route is to be known for. */
static bool note_route(const struct dispatch *dispatch, const struct parcel *parcels, size_t count,
                       const struct error *fault, struct error *err)
{
    struct routes_report report = {0};
    for (size_t i = 0; i < count; i++) {
        report.taken +=
            parcels[i].verdict == CARRIER_ACCEPTED || parcels[i].verdict == CARRIER_REFUSED;
        report.put_off += parcels[i].verdict == CARRIER_DEFERRED;
        report.wait = parcels[i].retry_after > report.wait ? parcels[i].retry_after : report.wait;
    }
    report.put_off = report.taken > 0 ? 0 : report.put_off;
    report.fault = fault->kind == ERROR_NONE || report.taken > 0 ? NULL : fault->text;
    return routes_note(dispatch->way.db, &dispatch->route, &report, clock_now(), err);
}

static bool hand_over(struct dispatch *dispatch, struct parcel *parcels,
                      const struct answer **packed, size_t count, struct arena *arena,
                      struct dispatch_tally *tally, struct error *err)
{
    struct error fault = {0};
    const struct config *config = dispatch->config;
    const int64_t begun = clock_monotonic();
    const bool sent = carrier_send(dispatch->carrier, parcels, count, arena, &fault);
    tally->took = clock_monotonic() - begun;
    if (sent) {
        fault = (struct error){0};
    }
    const struct policy policy = {.first = config->retry.first * CLOCK_SECOND,
                                  .longest = config->retry.longest * CLOCK_SECOND,
                                  .attempts = fault.kind == ERROR_CONFIG ? INT64_MAX
                                                                         : config->retry.attempts};
    const int64_t now = clock_now();
    struct answers_outcome *outcomes = arena_array(arena, count, sizeof *outcomes);
    for (size_t i = 0; i < count; i++) {
        struct policy_decision decision;
        policy_decide(&policy, &parcels[i], packed[i]->attempt + 1, now, packed[i]->expires_at,
                      (uint64_t)packed[i]->id, &decision);
        const bool silent =
            parcels[i].verdict == CARRIER_UNTOUCHED && text_empty(parcels[i].answer);
        outcomes[i] = (struct answers_outcome){
            .id = packed[i]->id,
            .state = decision.state,
            .verdict = decision.verdict,
            .answer = silent && fault.kind != ERROR_NONE ? fault.text : parcels[i].answer,
            .remote_id = parcels[i].remote_id,
            .due_at = decision.due_at,
            .opted_out = parcels[i].opted_out,
        };
        count_outcome(&outcomes[i], tally);
    }
    if (!settle(dispatch, now, outcomes, count, err) ||
        !note_route(dispatch, parcels, count, &fault, err)) {
        return false;
    }
    return sent || tally->accepted > 0 ||
           error_set(err, fault.kind, "%s", log_masked_text(fault.text, arena));
}

bool answering_batch(struct dispatch *dispatch, struct dispatch_tally *tally, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct answer *answers = NULL;
    size_t count = 0;
    int64_t now = clock_now();
    if (!answers_due(dispatch->way.db, dispatch->route.name, now, ANSWERS_MOST, arena, &answers,
                     &count, err)) {
        return false;
    }
    if (count == 0) {
        return true;
    }
    struct answers_release *releases = arena_array(arena, count, sizeof *releases);
    for (size_t i = 0; i < count; i++) {
        write_answer(dispatch, &answers[i], arena, &releases[i]);
    }
    const struct answers_terms terms = {.gateway = dispatch->route.name,
                                        .rule = &dispatch->rule,
                                        .worker = dispatch->way.worker,
                                        .now = now};
    if (!answers_release(dispatch->way.db, &terms, releases, count, err)) {
        return false;
    }
    struct parcel *parcels = arena_array(arena, count, sizeof *parcels);
    const struct answer **packed = arena_array(arena, count, sizeof(const struct answer *));
    const size_t parcel_count = pack(answers, releases, count, clock_now(), parcels, packed);
    if (parcel_count == 0) {
        return true;
    }
    tally->claimed = parcel_count;
    (void)snprintf(tally->campaign, sizeof tally->campaign, "answers");
    return hand_over(dispatch, parcels, packed, parcel_count, arena, tally, err);
}
