/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups: one request at a time, by libcurl's easy interface. A look-up changes nothing at the
 * provider, so that libcurl may repeat it as it likes. */
#include "muster/carrier/sms_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"
#include "sms_private.h"

enum { TIMEOUT_MOST = 10 }; /* seconds: new texts wait for a look-up to end */

struct sms_lookup {
    const struct gateway *gateway;
    struct sms_recipe *recipe;
    struct sms_request request;
    struct sms_intake intake;
    CURL *easy;
    bool needs_id;
};

/* The body of a POST is given whole: it may go out twice. */
static void prepare(struct sms_lookup *lookup, const struct config *config)
{
    lookup->easy = sms_easy_create(config, lookup->recipe, &lookup->intake);
    int64_t timeout = config->sms.timeout < TIMEOUT_MOST ? config->sms.timeout : TIMEOUT_MOST;
    bool get = strcmp(lookup->gateway->lookup.request.method, "GET") == 0;
    sms_must(curl_easy_setopt(lookup->easy, CURLOPT_TIMEOUT, (long)timeout));
    sms_must(curl_easy_setopt(lookup->easy, get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L));
}

bool sms_lookup_create(const struct config *config, const struct gateway *gateway,
                       struct sms_lookup **lookup, struct error *err)
{
    CLEANUP(sms_lookup_free) struct sms_lookup *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->gateway = gateway;
    sms_request_init(&made->request);
    if (!sms_recipe_create(config, gateway, SMS_LOOKUP, NULL, NULL, &made->recipe, err)) {
        return false;
    }
    bool by_id = sms_recipe_uses(made->recipe, "remote_id");
    bool by_reference = sms_recipe_uses(made->recipe, "reference");
    if (!by_id && !by_reference) {
        return error_set(err, ERROR_CONFIG,
                         "gateway %s, lookup: neither {{reference}} nor {{remote_id}} is asked for",
                         gateway->name);
    }
    made->needs_id = !by_reference;
    prepare(made, config);
    *lookup = STEAL(made);
    return true;
}

void sms_lookup_free(struct sms_lookup **lookup)
{
    struct sms_lookup *old = *lookup;
    if (old == NULL) {
        return;
    }
    if (old->easy != NULL) {
        curl_easy_cleanup(old->easy);
        sms_intake_free(&old->intake);
    }
    sms_request_free(&old->request);
    sms_recipe_free(&old->recipe);
    free(old);
    *lookup = NULL;
}

bool sms_lookup_needs_id(const struct sms_lookup *lookup)
{
    return lookup->needs_id;
}

/* The answer to the request that is ready. */
static bool fetch(struct sms_lookup *lookup, struct sms_answer *answer, struct error *err)
{
    CURL *easy = lookup->easy;
    sms_intake_clear(&lookup->intake);
    sms_must(curl_easy_setopt(easy, CURLOPT_URL, buffer_text(&lookup->request.url)));
    sms_must(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lookup->request.headers));
    if (strcmp(lookup->gateway->lookup.request.method, "POST") == 0) {
        curl_off_t length = (curl_off_t)lookup->request.body.length;
        sms_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, length));
        sms_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buffer_text(&lookup->request.body)));
    }
    CURLcode code = curl_easy_perform(easy);
    long status = 0;
    if (code != CURLE_OK) {
        return error_set(err, ERROR_UNAVAILABLE,
                         "the SMS provider (%s) does not answer a look-up: %s",
                         lookup->gateway->title, sms_easy_words(&lookup->intake, code));
    }
    sms_must(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status));
    *answer = (struct sms_answer){.status = (int)status,
                                  .body = buffer_text(&lookup->intake.answer),
                                  .length = lookup->intake.answer.length};
    return true;
}

static bool comes_later(int status)
{
    return status == 408 || status == 425 || status == 429 || status == 503;
}

/* Whether the answer is of the message that was asked for, as far as it tells: a provider that does
 * not know how to search may list all that it has. */
static bool is_of(const struct gateway_lookup *lookup, const struct sms_query *query,
                  const struct json *json, const char *remote_id, struct arena *arena)
{
    if (!text_empty(lookup->reference)) {
        const char *reference = json == NULL ? NULL : json_text_at(json, lookup->reference, arena);
        if (!text_equal(reference, query->reference)) {
            return false;
        }
    }
    return remote_id == NULL || query->remote_id == NULL || text_equal(remote_id, query->remote_id);
}

static void judge(const struct gateway_lookup *lookup, const struct sms_query *query,
                  const struct gateway_rule *rule, const struct sms_answer *answer,
                  const struct json *json, struct arena *arena, struct sms_finding *finding)
{
    *finding = (struct sms_finding){.finding = rule == NULL ? GATEWAY_FINDS_UNKNOWN : rule->finding,
                                    .answer = sms_answer_line(answer, arena)};
    if (finding->finding == GATEWAY_FINDS_UNKNOWN || finding->finding == GATEWAY_FINDS_ABSENT) {
        return;
    }
    const char *remote_id = sms_id_at(json, lookup->id, arena);
    if (is_of(lookup, query, json, remote_id, arena)) {
        finding->remote_id = remote_id;
    } else {
        finding->finding = GATEWAY_FINDS_UNKNOWN;
        finding->answer =
            arena_printf(arena, "the answer is of another message: %s", finding->answer);
    }
}

bool sms_lookup_ask(struct sms_lookup *lookup, const struct sms_query *query, struct arena *arena,
                    struct sms_finding *finding, struct error *err)
{
    const struct gateway_lookup *profile = &lookup->gateway->lookup;
    struct sms_answer answer;
    if (lookup->needs_id && text_empty(query->remote_id)) {
        return error_set(err, ERROR_DATA,
                         "it cannot be looked up: the provider (%s) finds a message by its own id,"
                         " which never came",
                         lookup->gateway->title);
    }
    if (!sms_request_ask(lookup->recipe, query, &lookup->request, err)) {
        return error_prefix(err, "it cannot be looked up");
    }
    if (!fetch(lookup, &answer, err)) {
        return false;
    }
    CLEANUP(json_free) struct json *json = NULL;
    if (!json_parse(answer.body, answer.length, &json, NULL)) {
        json = NULL; /* a page of some proxy, for example */
    }
    const struct gateway_rule *rule =
        sms_rule(profile->rules, profile->rule_count, &answer, json, arena);
    if (rule == NULL && comes_later(answer.status)) {
        return error_set(err, ERROR_UNAVAILABLE, "the SMS provider (%s) wants no look-ups now: %s",
                         lookup->gateway->title, sms_answer_line(&answer, arena));
    }
    judge(profile, query, rule, &answer, json, arena, finding);
    return true;
}
