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

/* Whether a value is what the rule wants; `text` is NULL when it has none. */
static bool suits(const struct gateway_rule *rule, const struct json *value, const char *text)
{
    if (rule->equals == NULL) {
        return !text_empty(text) || json_object_given(value) || json_array_given(value);
    }
    return text != NULL && matches(text, rule->equals);
}

/* The first step of a path that is a *, or NULL. */
static const char *first_star(const char *path)
{
    for (const char *at = path; (at = strchr(at, '*')) != NULL; at++) {
        if ((at == path || at[-1] == '.') && (at[1] == '\0' || at[1] == '.')) {
            return at;
        }
    }
    return NULL;
}

/* Whether what stands at the path suits; with a *, all of a list that is not empty. One element
 * that says something else makes the answer another one: of a text in three parts, two may have
 * been taken. */
static bool suits_at(const struct gateway_rule *rule, const struct json *json, const char *path,
                     struct arena *arena)
{
    const char *star = first_star(path);
    if (star == NULL) {
        return suits(rule, json_at(json, path), json_text_at(json, path, arena));
    }
    size_t before = (size_t)(star - path);
    const struct json *list = json_at(json, arena_span(arena, path, before == 0 ? 0 : before - 1));
    size_t count = json_array_given(list) ? json_count(list) : 0;
    const char *rest = star + (star[1] == '.' ? 2 : 1);
    for (size_t i = 0; i < count; i++) {
        if (!suits_at(rule, json_value(list, i), rest, arena)) {
            return false;
        }
    }
    return count > 0;
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
    if (strcmp(rule->where, "body") == 0) {
        const char *text = text_trim(arena_span(arena, answer->body, answer->length), arena);
        return suits(rule, NULL, text_given(text));
    }
    return json != NULL && suits_at(rule, json, rule->where, arena);
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

/* The text unless no id looks so, else NULL. */
static const char *sound_id(const char *id)
{
    if (text_empty(id) || strlen(id) > REMOTE_ID_MAX || !text_is_utf8(id, strlen(id))) {
        return NULL;
    }
    for (const char *at = id; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7F) {
            return NULL;
        }
    }
    return id;
}

/* The id in an answer that is plain text, where the * of the pattern stands. */
static const char *id_between(const struct sms_answer *answer, const char *pattern,
                              struct arena *arena)
{
    const char *text = text_trim(arena_span(arena, answer->body, answer->length), arena);
    const size_t before = strcspn(pattern, "*");
    const char *after = pattern + before + (pattern[before] == '*' ? 1 : 0);
    const size_t length = strlen(text);
    const size_t around = before + strlen(after);
    if (length < around || strncmp(text, pattern, before) != 0 ||
        strcmp(text + length - strlen(after), after) != 0) {
        return NULL;
    }
    return sound_id(arena_span(arena, text + before, length - around));
}

const char *sms_id_at(const struct json *json, const char *path, struct arena *arena)
{
    if (json == NULL || text_empty(path)) {
        return NULL;
    }
    return sound_id(json_text_at(json, path, arena));
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
        parcel->remote_id = text_empty(gateway->answer_id_text)
                                ? sms_id_at(json, gateway->answer_id, arena)
                                : id_between(answer, gateway->answer_id_text, arena);
    }
    if (parcel->verdict == CARRIER_DEFERRED) {
        parcel->retry_after = answer->retry_after;
    }
    parcel->answer = sms_answer_line(answer, arena);
    return verdict == GATEWAY_CONFIG;
}
