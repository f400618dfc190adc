/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a provider's answer means: the first rule of the profile that fits; without one, what HTTP
 * (RFC 9110 15) says of the status, read with caution. "Done" without a rule that knows what done
 * looks like is not done, and a server's own error may come after it took the message. */
#include <string.h>

#include "muster/base/text.h"
#include "sms_private.h"

enum { REMOTE_ID_MAX = 128 };

/* Whether the text is what the profile expects; a final * stands for any rest. */
static bool matches(const char *text, const char *expected)
{
    size_t length = strlen(expected);
    if (length > 0 && expected[length - 1] == '*') {
        return strncmp(text, expected, length - 1) == 0;
    }
    return strcmp(text, expected) == 0;
}

static bool fits(const struct gateway_rule *rule, const struct sms_answer *answer,
                 const struct json *json, struct arena *arena)
{
    if (answer->status < rule->low || answer->status > rule->high) {
        return false;
    }
    if (rule->where[0] == '\0') {
        return true;
    }
    const struct json *value = NULL;
    const char *text = NULL;
    if (strcmp(rule->where, "body") == 0) {
        text = text_trim(arena_span(arena, answer->body, answer->length), arena);
        text = text[0] == '\0' ? NULL : text;
    } else if (json != NULL) {
        value = json_at(json, rule->where);
        text = json_text_at(json, rule->where, arena);
    }
    if (rule->equals == NULL) {
        return !text_empty(text) || json_object_given(value) || json_array_given(value);
    }
    return text != NULL && matches(text, rule->equals);
}

static enum gateway_verdict judge_status(int status)
{
    switch (status) {
    case 408: /* the request did not arrive whole */
    case 425:
    case 429:
    case 503: return GATEWAY_TEMPORARY;
    case 301: /* "ask again there": nothing was done here */
    case 307:
    case 308:
    case 401:
    case 402:
    case 403:
    case 404:
    case 405:
    case 406:
    case 407:
    case 410:
    case 415: return GATEWAY_CONFIG;
    case 409: return GATEWAY_UNSURE; /* it conflicts with something: perhaps with itself */
    default: return status >= 400 && status <= 499 ? GATEWAY_REFUSED : GATEWAY_UNSURE;
    }
}

const struct gateway_rule *sms_rule(const struct gateway_rule *rules, size_t count,
                                    const struct sms_answer *answer, const struct json *json,
                                    struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        if (fits(&rules[i], answer, json, arena)) {
            return &rules[i];
        }
    }
    return NULL;
}

const char *sms_id_at(const struct json *json, const char *path, struct arena *arena)
{
    if (json == NULL || text_empty(path)) {
        return NULL;
    }
    const char *id = json_text_at(json, path, arena);
    if (id == NULL || id[0] == '\0' || strlen(id) > REMOTE_ID_MAX) {
        return NULL;
    }
    for (const char *at = id; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F) {
            return NULL;
        }
    }
    return id;
}

const char *sms_answer_line(const struct sms_answer *answer, struct arena *arena)
{
    const char *words = carrier_answer(answer->body, answer->length, arena);
    const char *line = arena_printf(arena, "%d %s", answer->status, words);
    return carrier_answer(line, strlen(line), arena);
}

static enum carrier_verdict verdict_of(enum gateway_verdict verdict)
{
    switch (verdict) {
    case GATEWAY_ACCEPTED: return CARRIER_ACCEPTED;
    case GATEWAY_REFUSED:
    case GATEWAY_OPTED_OUT: return CARRIER_REFUSED;
    case GATEWAY_THROTTLED:
    case GATEWAY_TEMPORARY:
    case GATEWAY_CONFIG: return CARRIER_DEFERRED;
    case GATEWAY_UNSURE: return CARRIER_UNSURE;
    }
    return CARRIER_UNSURE;
}

bool sms_judge(const struct gateway *gateway, const struct sms_answer *answer,
               struct parcel *parcel, struct arena *arena)
{
    CLEANUP(json_free) struct json *json = NULL;
    if (!json_parse(answer->body, answer->length, &json, NULL)) {
        json = NULL; /* not every provider speaks JSON, and no provider always does */
    }
    const struct gateway_rule *rule =
        sms_rule(gateway->rules, gateway->rule_count, answer, json, arena);
    enum gateway_verdict verdict = rule == NULL ? judge_status(answer->status) : rule->verdict;
    parcel->verdict = verdict_of(verdict);
    parcel->opted_out = verdict == GATEWAY_OPTED_OUT;
    if (parcel->verdict == CARRIER_ACCEPTED || parcel->verdict == CARRIER_UNSURE) {
        parcel->remote_id = sms_id_at(json, gateway->answer_id, arena);
    }
    if (parcel->verdict == CARRIER_DEFERRED) {
        parcel->retry_after = answer->retry_after;
    }
    parcel->answer = sms_answer_line(answer, arena);
    return verdict == GATEWAY_CONFIG;
}
