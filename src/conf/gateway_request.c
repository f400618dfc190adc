/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of a profile's requests and of what their answers mean. */
#include <string.h>

#include "gateway_private.h"
#include "muster/base/text.h"

static const char *const body_words[] = {"form", "json", "xml"};
static const char *const method_words[] = {"POST", "GET"};
static const char *const number_words[] = {"e164", "digits"};
static const char *const unit_words[] = {"seconds", "milliseconds", "minutes", "hours"};
static const char *const verdict_words[] = {"accepted",  "refused", "opted_out", "throttled",
                                            "temporary", "config",  "unsure"};
static const char *const finding_words[] = {"unknown",     "found",   "delivered",
                                            "undelivered", "expired", "absent"};

enum { METHOD_POST, METHOD_GET }; /* of method_words */

enum {
    SETTLE_AFTER = 5 * 60,            /* seconds, unless the profile says otherwise */
    FORGETS_AFTER = 24 * 60 * 60,     /* likewise */
    SPAN_LONGEST = 366 * 24 * 60 * 60 /* of either */
};

enum { VALIDITY_LEAST = 1, VALIDITY_MOST = INT32_MAX }; /* units, unless the profile says */

enum request_kind { REQUEST_SUBMISSION, REQUEST_LOOKUP };

static void read_headers(const struct gateway_reading *reading, const struct libconfig_node *group,
                         struct gateway_request *request)
{
    const struct libconfig_node *list = libconfig_list(reading->file, group, "headers");
    size_t count = libconfig_count(list);
    const char **headers = arena_array(reading->arena, count + 1, sizeof *headers);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *header = libconfig_typed(reading->file, node, false);
        headers[i] = header == NULL ? "" : header;
        size_t name = strspn(headers[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789-");
        if (header != NULL && (name == 0 || header[name] != ':' || strchr(header, '\n') != NULL)) {
            libconfig_fault(reading->file, node, "%s must be \"Name: value\"",
                            libconfig_name(reading->file, node));
        }
    }
    request->headers = headers;
    request->header_count = count;
}

static void read_fields(const struct gateway_reading *reading, const struct libconfig_node *list,
                        struct gateway_request *request)
{
    static const char *const names[] = {"name", "value"};
    size_t count = libconfig_count(list);
    struct config_pair *fields = arena_array(reading->arena, count + 1, sizeof *fields);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        fields[i].name = "";
        fields[i].value = "";
        if (!libconfig_is_group(node)) {
            libconfig_fault(reading->file, node, "%s must be { name = \"...\"; value = \"...\"; }",
                            libconfig_name(reading->file, node));
            continue;
        }
        libconfig_known(reading->file, node, names, ARRAY_LENGTH(names));
        fields[i].name = libconfig_text(reading->file, node, "name", NULL);
        fields[i].value = libconfig_text(reading->file, node, "value", NULL);
    }
    request->fields = fields;
    request->field_count = count;
}

/* The body is whichever of form, json and xml is there; a look-up may do without. */
static void read_body(const struct gateway_reading *reading, const struct libconfig_node *group,
                      bool needed, struct gateway_request *request)
{
    size_t found = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(body_words); i++) {
        if (libconfig_member(group, body_words[i]) != NULL) {
            request->body = (enum gateway_body)i;
            found++;
        }
    }
    if (found > 1 || (found == 0 && needed)) {
        libconfig_fault(reading->file, group, "%s needs one of form, json and xml",
                        libconfig_name(reading->file, group));
        return;
    }
    if (request->body == GATEWAY_FORM) {
        read_fields(reading, libconfig_list(reading->file, group, "form"), request);
        return;
    }
    request->text = libconfig_text(reading->file, group, body_words[request->body], NULL);
    if (strcmp(request->method, "GET") == 0) {
        libconfig_fault(reading->file, group, "a GET request has no body: use form");
    }
}

/* What a submission and a look-up have in common. */
static void read_request(const struct gateway_reading *reading, const struct libconfig_node *group,
                         enum request_kind kind, struct gateway_request *request)
{
    const struct libconfig *file = reading->file;
    request->method =
        method_words[libconfig_word(file, group, "method", method_words, ARRAY_LENGTH(method_words),
                                    kind == REQUEST_LOOKUP ? METHOD_GET : METHOD_POST)];
    request->url = libconfig_text(file, group, "url", NULL);
    request->user = libconfig_text(file, group, "user", "");
    request->password = libconfig_text(file, group, "password", "");
    request->text = "";
    read_headers(reading, group, request);
    if (group != NULL) {
        read_body(reading, group, kind == REQUEST_SUBMISSION, request);
    }
}

/* A number of units of validity; 0 is none. */
static int64_t read_units(const struct gateway_reading *reading,
                          const struct libconfig_node *request, const char *name, int64_t preset)
{
    const struct libconfig_node *node = libconfig_member(request, name);
    const char *text = node == NULL ? NULL : libconfig_typed(reading->file, node, true);
    int64_t units = preset;
    if (text != NULL && !text_number(text, VALIDITY_LEAST, VALIDITY_MOST, &units)) {
        libconfig_fault(reading->file, node, "%s must be at least %d",
                        libconfig_name(reading->file, node), VALIDITY_LEAST);
    }
    return units;
}

static void read_validity(const struct gateway_reading *reading,
                          const struct libconfig_node *request)
{
    struct gateway_validity *validity = &reading->gateway->validity;
    validity->unit =
        (enum gateway_unit)libconfig_word(reading->file, request, "validity_unit", unit_words,
                                          ARRAY_LENGTH(unit_words), GATEWAY_SECONDS);
    validity->least = read_units(reading, request, "validity_least", VALIDITY_LEAST);
    validity->most = read_units(reading, request, "validity_most", VALIDITY_MOST);
    if (validity->most < validity->least) {
        libconfig_fault(reading->file, request, "%s.validity_most is less than validity_least",
                        libconfig_name(reading->file, request));
    }
}

void gateway_read_submission(const struct gateway_reading *reading,
                             const struct libconfig_node *group)
{
    static const char *const names[] = {
        "method",  "url",  "number", "user", "password",       "validity_unit",
        "headers", "form", "json",   "xml",  "validity_least", "validity_most"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *request = libconfig_group(file, group, "request");
    libconfig_known(file, request, names, ARRAY_LENGTH(names));
    read_request(reading, request, REQUEST_SUBMISSION, &reading->gateway->request);
    reading->gateway->number = (enum gateway_number)libconfig_word(
        file, request, "number", number_words, ARRAY_LENGTH(number_words), GATEWAY_E164);
    read_validity(reading, request);
}

/* "201" or "401-403". */
static bool parse_status(const char *text, int *low, int *high)
{
    char first[4] = "";
    size_t length = strcspn(text, "-");
    int64_t from = 0;
    int64_t to = 0;
    if (length >= sizeof first) {
        return false;
    }
    memcpy(first, text, length);
    if (!text_number(first, 100, 599, &from)) {
        return false;
    }
    if (!text_number(text[length] == '-' ? text + length + 1 : first, from, 599, &to)) {
        return false;
    }
    *low = (int)from;
    *high = (int)to;
    return true;
}

/* Whether every * of a path is a whole step of it, as in "messages.*.status". */
static bool has_whole_stars(const char *path)
{
    for (const char *at = path; (at = strchr(at, '*')) != NULL; at++) {
        bool begins = at == path || at[-1] == '.';
        if (!begins || (at[1] != '\0' && at[1] != '.')) {
            return false;
        }
    }
    return true;
}

/* When it fits; what it says then is the caller's. */
static void read_condition(const struct gateway_reading *reading, const struct libconfig_node *node,
                           struct gateway_rule *rule)
{
    static const char *const names[] = {"status", "where", "equals", "verdict"};
    const struct libconfig *file = reading->file;
    libconfig_known(file, node, names, ARRAY_LENGTH(names));
    const struct libconfig_node *status = libconfig_member(node, "status");
    const char *text = status == NULL ? "" : libconfig_value(file, status);
    if (text != NULL && !parse_status(text, &rule->low, &rule->high)) {
        libconfig_fault(file, status == NULL ? node : status,
                        "%s.status must be an HTTP status, \"201\", or a range, \"401-403\"",
                        libconfig_name(file, node));
    }
    rule->where = libconfig_text(file, node, "where", "");
    if (!has_whole_stars(rule->where)) {
        libconfig_fault(file, libconfig_member(node, "where"),
                        "%s.where: a * stands for every element of a list, and alone between dots",
                        libconfig_name(file, node));
    }
    const struct libconfig_node *equals = libconfig_member(node, "equals");
    rule->equals = equals == NULL ? NULL : libconfig_value(file, equals);
    if (equals != NULL && rule->where[0] == '\0') {
        libconfig_fault(file, equals, "%s needs a where", libconfig_name(file, equals));
    }
}

/* A proxy, or a page in the place of the provider, has a status too: what settles a message must be
 * proven by the provider's own words. */
static void check_proof(const struct gateway_reading *reading, const struct libconfig_node *node,
                        const struct gateway_rule *rule)
{
    const struct libconfig *file = reading->file;
    if (rule->finding != GATEWAY_FINDS_UNKNOWN && rule->where[0] == '\0') {
        libconfig_fault(file, node, "%s settles a message: it needs a where",
                        libconfig_name(file, node));
    } else if (rule->finding == GATEWAY_FINDS_ABSENT && rule->equals == NULL) {
        libconfig_fault(file, node, "%s lets a message be sent again: it needs an equals",
                        libconfig_name(file, node));
    }
}

/* Read the rules of an answer; gives their number. */
static size_t read_rules(const struct gateway_reading *reading, const struct libconfig_node *answer,
                         enum request_kind kind, const struct gateway_rule **out)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *list = libconfig_list(file, answer, "rules");
    size_t count = libconfig_count(list);
    struct gateway_rule *rules = arena_array(reading->arena, count + 1, sizeof *rules);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        if (!libconfig_is_group(node)) {
            libconfig_fault(file, node, "%s must be { status = \"...\"; verdict = \"...\"; }",
                            libconfig_name(file, node));
            continue;
        }
        read_condition(reading, node, &rules[i]);
        if (kind == REQUEST_SUBMISSION) {
            rules[i].verdict = (enum gateway_verdict)libconfig_word(
                file, node, "verdict", verdict_words, ARRAY_LENGTH(verdict_words), -1);
        } else {
            rules[i].finding = (enum gateway_finding)libconfig_word(
                file, node, "verdict", finding_words, ARRAY_LENGTH(finding_words), -1);
            check_proof(reading, node, &rules[i]);
        }
    }
    *out = rules;
    return count;
}

/* Where the provider's id stands in an answer: in one place. */
static const char *read_id(const struct gateway_reading *reading,
                           const struct libconfig_node *answer)
{
    const char *path = libconfig_text(reading->file, answer, "id", "");
    if (strchr(path, '*') != NULL) {
        libconfig_fault(reading->file, libconfig_member(answer, "id"),
                        "%s.id must be one place: a * is for rules",
                        libconfig_name(reading->file, answer));
    }
    return path;
}

/* What an answer that is plain text looks like around the id: Success "*". */
static const char *read_id_text(const struct gateway_reading *reading,
                                const struct libconfig_node *answer)
{
    const char *text = libconfig_text(reading->file, answer, "id_text", "");
    const char *star = strchr(text, '*');
    if (text[0] != '\0' && (star == NULL || strchr(star + 1, '*') != NULL)) {
        libconfig_fault(reading->file, libconfig_member(answer, "id_text"),
                        "%s.id_text must have one *, which stands for the id",
                        libconfig_name(reading->file, answer));
    }
    return text;
}

void gateway_read_answer(const struct gateway_reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"id", "id_text", "rules"};
    const struct libconfig *file = reading->file;
    struct gateway *gateway = reading->gateway;
    const struct libconfig_node *answer = libconfig_group(file, group, "answer");
    libconfig_known(file, answer, names, ARRAY_LENGTH(names));
    gateway->answer_id = read_id(reading, answer);
    gateway->answer_id_text = read_id_text(reading, answer);
    gateway->rule_count = read_rules(reading, answer, REQUEST_SUBMISSION, &gateway->rules);
    bool can_accept = false;
    for (size_t i = 0; i < gateway->rule_count; i++) {
        can_accept = can_accept || gateway->rules[i].verdict == GATEWAY_ACCEPTED;
    }
    if (!can_accept) {
        libconfig_fault(file, answer, "gateway.answer.rules has no rule that says \"accepted\"");
    }
}

/* A span of time in whole seconds. */
static int64_t read_seconds(const struct gateway_reading *reading,
                            const struct libconfig_node *group, const char *name, int64_t preset)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    const char *text = node == NULL ? NULL : libconfig_typed(reading->file, node, true);
    int64_t seconds = preset;
    if (text != NULL && !text_number(text, 0, SPAN_LONGEST, &seconds)) {
        libconfig_fault(reading->file, node, "%s must be 0 to %d seconds",
                        libconfig_name(reading->file, node), (int)SPAN_LONGEST);
    }
    return seconds;
}

void gateway_read_lookup(const struct gateway_reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"request", "answer", "settle_after", "forgets_after"};
    static const char *const request_names[] = {"method",  "url",  "user", "password",
                                                "headers", "form", "json", "xml"};
    static const char *const answer_names[] = {"id", "reference", "rules"};
    const struct libconfig *file = reading->file;
    struct gateway_lookup *lookup = &reading->gateway->lookup;
    const struct libconfig_node *node = libconfig_group(file, group, "lookup");
    const struct libconfig_node *request = libconfig_group(file, node, "request");
    const struct libconfig_node *answer = libconfig_group(file, node, "answer");
    if (node == NULL) {
        return;
    }
    libconfig_known(file, node, names, ARRAY_LENGTH(names));
    libconfig_known(file, request, request_names, ARRAY_LENGTH(request_names));
    libconfig_known(file, answer, answer_names, ARRAY_LENGTH(answer_names));
    if (request == NULL || answer == NULL) {
        libconfig_fault(file, node,
                        "gateway.lookup.request and gateway.lookup.answer must both be"
                        " given");
        return;
    }
    lookup->given = true;
    read_request(reading, request, REQUEST_LOOKUP, &lookup->request);
    lookup->id = read_id(reading, answer);
    lookup->reference = libconfig_text(file, answer, "reference", "");
    lookup->rule_count = read_rules(reading, answer, REQUEST_LOOKUP, &lookup->rules);
    if (lookup->rule_count == 0) {
        libconfig_fault(file, answer, "gateway.lookup.answer.rules must be given");
    }
    lookup->settle_after = read_seconds(reading, node, "settle_after", SETTLE_AFTER);
    lookup->forgets_after = read_seconds(reading, node, "forgets_after", FORGETS_AFTER);
    if (lookup->forgets_after <= lookup->settle_after) {
        libconfig_fault(file, node, "gateway.lookup.forgets_after must be more than settle_after");
    }
}
