/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of gateway profiles. Templates in them are only carried here; whoever sends parses
 * them. */
#include "muster/conf/gateway.h"

#include <string.h>
#include <unistd.h>

#include "config_private.h"
#include "libconfig_door.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "tariff_private.h"

static const char *const body_words[] = {"form", "json", "xml"};
static const char *const method_words[] = {"POST", "GET"};
static const char *const number_words[] = {"e164", "digits"};
static const char *const verdict_words[] = {"accepted",  "refused", "opted_out", "throttled",
                                            "temporary", "config",  "unsure"};
static const char *const receipt_words[] = {"pending", "delivered", "undelivered", "expired"};

static const char *const finding_words[] = {"unknown",     "found",   "delivered",
                                            "undelivered", "expired", "absent"};

enum { METHOD_POST, METHOD_GET }; /* of method_words */

enum {
    SETTLE_AFTER = 5 * 60,            /* seconds, unless the profile says otherwise */
    FORGETS_AFTER = 24 * 60 * 60,     /* likewise */
    SPAN_LONGEST = 366 * 24 * 60 * 60 /* of either */
};

enum request_kind { REQUEST_SUBMISSION, REQUEST_LOOKUP };

/* A profile while it is read. */
struct reading {
    const struct libconfig *file;
    struct arena *arena;
    struct gateway *gateway;
};

static void read_variables(const struct reading *reading, const struct libconfig_node *group)
{
    const struct libconfig_node *list = libconfig_list(reading->file, group, "variables");
    size_t count = libconfig_count(list);
    const char **names = arena_array(reading->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *name = libconfig_typed(reading->file, node, false);
        names[i] = name == NULL ? "" : name;
        if (name != NULL && !config_value_is_name(name)) {
            libconfig_fault(reading->file, node,
                            "%s: a variable's name is letters, digits and underscores",
                            libconfig_name(reading->file, node));
        }
    }
    reading->gateway->variables = names;
    reading->gateway->variable_count = count;
}

static void read_headers(const struct reading *reading, const struct libconfig_node *group,
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

static void read_fields(const struct reading *reading, const struct libconfig_node *list,
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
static void read_body(const struct reading *reading, const struct libconfig_node *group,
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
static void read_request(const struct reading *reading, const struct libconfig_node *group,
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

static void read_submission(const struct reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"method",  "url",  "number", "user", "password",
                                        "headers", "form", "json",   "xml"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *request = libconfig_group(file, group, "request");
    libconfig_known(file, request, names, ARRAY_LENGTH(names));
    read_request(reading, request, REQUEST_SUBMISSION, &reading->gateway->request);
    reading->gateway->number = (enum gateway_number)libconfig_word(
        file, request, "number", number_words, ARRAY_LENGTH(number_words), GATEWAY_E164);
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

/* When it fits; what it says then is the caller's. */
static void read_condition(const struct reading *reading, const struct libconfig_node *node,
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
    const struct libconfig_node *equals = libconfig_member(node, "equals");
    rule->equals = equals == NULL ? NULL : libconfig_value(file, equals);
    if (equals != NULL && rule->where[0] == '\0') {
        libconfig_fault(file, equals, "%s needs a where", libconfig_name(file, equals));
    }
}

/* A proxy, or a page in the place of the provider, has a status too: what settles a message must be
 * proven by the provider's own words. */
static void check_proof(const struct reading *reading, const struct libconfig_node *node,
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
static size_t read_rules(const struct reading *reading, const struct libconfig_node *answer,
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

static void read_answer(const struct reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"id", "rules"};
    const struct libconfig *file = reading->file;
    struct gateway *gateway = reading->gateway;
    const struct libconfig_node *answer = libconfig_group(file, group, "answer");
    libconfig_known(file, answer, names, ARRAY_LENGTH(names));
    gateway->answer_id = libconfig_text(file, answer, "id", "");
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
static int64_t read_seconds(const struct reading *reading, const struct libconfig_node *group,
                            const char *name, int64_t preset)
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

static void read_lookup(const struct reading *reading, const struct libconfig_node *group)
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
    lookup->id = libconfig_text(file, answer, "id", "");
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

static void read_statuses(const struct reading *reading, const struct libconfig_node *receipt)
{
    static const char *const names[] = {"word", "means"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *list = libconfig_list(file, receipt, "statuses");
    size_t count = libconfig_count(list);
    struct gateway_status *statuses = arena_array(reading->arena, count + 1, sizeof *statuses);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        statuses[i].word = "";
        if (!libconfig_is_group(node)) {
            libconfig_fault(file, node, "%s must be { word = \"...\"; means = \"...\"; }",
                            libconfig_name(file, node));
            continue;
        }
        libconfig_known(file, node, names, ARRAY_LENGTH(names));
        statuses[i].word = libconfig_text(file, node, "word", NULL);
        statuses[i].means = (enum gateway_receipt)libconfig_word(file, node, "means", receipt_words,
                                                                 ARRAY_LENGTH(receipt_words), -1);
    }
    reading->gateway->statuses = statuses;
    reading->gateway->status_count = count;
}

/* `needed` must be there when the group is: a callback without it says nothing. */
static const char *callback_value(const struct reading *reading, const struct libconfig_node *group,
                                  const char *name, bool needed)
{
    return libconfig_text(reading->file, group, name, group != NULL && needed ? NULL : "");
}

static void read_callbacks(const struct reading *reading, const struct libconfig_node *group)
{
    static const char *const receipt_names[] = {"format", "id", "reference", "status", "statuses"};
    static const char *const reply_names[] = {"format", "id", "from", "to", "text"};
    static const char *const answer_names[] = {"type", "body"};
    const struct libconfig *file = reading->file;
    struct gateway *gateway = reading->gateway;
    const struct libconfig_node *receipt = libconfig_group(file, group, "receipt");
    const struct libconfig_node *reply = libconfig_group(file, group, "reply");
    const struct libconfig_node *answer = libconfig_group(file, group, "callback_answer");
    libconfig_known(file, receipt, receipt_names, ARRAY_LENGTH(receipt_names));
    libconfig_known(file, reply, reply_names, ARRAY_LENGTH(reply_names));
    libconfig_known(file, answer, answer_names, ARRAY_LENGTH(answer_names));
    gateway->receipt = (struct gateway_callback){
        .format = (enum gateway_body)libconfig_word(file, receipt, "format", body_words,
                                                    ARRAY_LENGTH(body_words), GATEWAY_FORM),
        .id = callback_value(reading, receipt, "id", false),
        .reference = callback_value(reading, receipt, "reference", false),
        .status = callback_value(reading, receipt, "status", true),
        .from = "",
        .to = "",
        .text = "",
    };
    if (receipt != NULL && gateway->receipt.id[0] == '\0' &&
        gateway->receipt.reference[0] == '\0') {
        libconfig_fault(file, receipt, "gateway.receipt needs id, or reference, or both");
    }
    gateway->reply = (struct gateway_callback){
        .format = (enum gateway_body)libconfig_word(file, reply, "format", body_words,
                                                    ARRAY_LENGTH(body_words), GATEWAY_FORM),
        .id = callback_value(reading, reply, "id", false),
        .reference = "",
        .status = "",
        .from = callback_value(reading, reply, "from", true),
        .to = callback_value(reading, reply, "to", false),
        .text = callback_value(reading, reply, "text", true),
    };
    read_statuses(reading, receipt);
    gateway->answer_type = libconfig_text(file, answer, "type", "text/plain");
    gateway->answer_body = libconfig_text(file, answer, "body", "");
}

/* The variables that the configuration gives must be those that the profile asks for. */
static void check_variables(const struct config *config, const struct gateway *gateway,
                            struct faults *faults)
{
    for (size_t i = 0; i < gateway->variable_count; i++) {
        bool given = false;
        for (size_t j = 0; j < config->sms.variable_count && !given; j++) {
            given = strcmp(config->sms.variables[j].name, gateway->variables[i]) == 0;
        }
        if (!given) {
            faults_add(faults, config->path, 0,
                       "sms.variables.%s is missing: the gateway profile %s asks for it",
                       gateway->variables[i], gateway->name);
        }
    }
    for (size_t i = 0; i < config->sms.variable_count; i++) {
        const char *name = config->sms.variables[i].name;
        bool asked = false;
        for (size_t j = 0; j < gateway->variable_count && !asked; j++) {
            asked = strcmp(name, gateway->variables[j]) == 0;
        }
        if (!asked) {
            const char *near = text_nearest(name, gateway->variables, gateway->variable_count);
            faults_add(faults, config->path, 0,
                       "sms.variables.%s: the gateway profile %s does not ask for it%s%s", name,
                       gateway->name, near == NULL ? "" : "; did you mean ",
                       near == NULL ? "" : near);
        }
    }
}

static bool find(const struct config *config, struct arena *arena, const char **path,
                 struct error *err)
{
    const char *gateway = config->sms.gateway;
    if (text_empty(gateway)) {
        return error_set(err, ERROR_CONFIG, "%s: sms.gateway is not set", config->path);
    }
    if (strchr(gateway, '/') != NULL) {
        *path = file_beside(config->path, gateway, arena);
        return true;
    }
    const char *beside =
        file_beside(config->path, arena_printf(arena, "gateways/%s.conf", gateway), arena);
    const char *installed = arena_printf(arena, "%s/gateways/%s.conf", MUSTER_DATA_DIR, gateway);
    const char *found = access(beside, F_OK) == 0      ? beside
                        : access(installed, F_OK) == 0 ? installed
                                                       : NULL;
    if (found == NULL) {
        return error_set(err, ERROR_NO_INPUT,
                         "there is no gateway profile %s: neither %s nor %s is there", gateway,
                         beside, installed);
    }
    *path = found;
    return true;
}

/* "rehearsal" of "etc/gateways/rehearsal.conf". */
static const char *profile_name(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return arena_span(arena, name,
                      dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

static void read_profile(const struct reading *reading)
{
    static const char *const outermost[] = {"gateway"};
    static const char *const names[] = {"title",  "variables", "request",
                                        "answer", "lookup",    "receipt",
                                        "reply",  "tariff",    "callback_answer"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *root = libconfig_root(file);
    libconfig_known(file, root, outermost, ARRAY_LENGTH(outermost));
    const struct libconfig_node *group = libconfig_group(file, root, "gateway");
    if (group == NULL) {
        if (libconfig_member(root, "gateway") == NULL) {
            libconfig_fault(file, NULL, "there is no group gateway = { ... };");
        }
        return;
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    reading->gateway->title = libconfig_text(file, group, "title", reading->gateway->name);
    read_variables(reading, group);
    tariff_read(file, libconfig_group(file, group, "tariff"), &reading->gateway->tariff);
    if (libconfig_member(group, "request") == NULL || libconfig_member(group, "answer") == NULL) {
        libconfig_fault(file, group, "gateway.request and gateway.answer must both be given");
        return;
    }
    read_submission(reading, group);
    read_answer(reading, group);
    read_lookup(reading, group);
    read_callbacks(reading, group);
}

const char *gateway_route(const struct config *config, struct arena *arena)
{
    const char *profile = config->sms.gateway;
    return !text_empty(config->sms.route) ? config->sms.route
           : strchr(profile, '/') == NULL ? profile
                                          : profile_name(profile, arena);
}

bool gateway_read(const struct config *config, struct arena *arena, struct faults *faults,
                  struct gateway *gateway, struct error *err)
{
    const char *path = NULL;
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!find(config, arena, &path, err) ||
        !libconfig_open(path, ERROR_CONFIG, arena, faults, &file, err)) {
        return false;
    }
    const char *route = config->sms.route;
    struct gateway made = {.name = text_empty(route) ? profile_name(path, arena) : route};
    const struct reading reading = {.file = file, .arena = arena, .gateway = &made};
    read_profile(&reading);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    check_variables(config, &made, faults);
    tariff_settle(&made.tariff, config, made.name, faults);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return error_set(err, ERROR_CONFIG,
                         "the settings of sms in %s do not fit the gateway profile %s",
                         config->path, made.name);
    }
    *gateway = made;
    return true;
}

bool gateway_read_all(const struct config *config, struct arena *arena, struct faults *faults,
                      struct gateway **gateways, struct error *err)
{
    const size_t count = config->sms.gateway_count;
    struct gateway *all = arena_array(arena, count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        if (!gateway_read(config->sms.gateways[i].config, arena, faults, &all[i], err)) {
            return false;
        }
    }
    *gateways = all;
    return true;
}

static int64_t dearer(int64_t one, int64_t other)
{
    return one == TARIFF_UNKNOWN || other == TARIFF_UNKNOWN ? TARIFF_UNKNOWN
           : one > other                                    ? one
                                                            : other;
}

struct tariff gateway_dearest(const struct gateway *gateways, size_t count)
{
    const struct tariff nothing = {"", TARIFF_UNKNOWN, TARIFF_UNKNOWN, TARIFF_UNKNOWN};
    struct tariff most = count == 0 ? nothing : gateways[0].tariff;
    for (size_t i = 1; i < count; i++) {
        const struct tariff *tariff = &gateways[i].tariff;
        if (!text_equal(most.currency, tariff->currency)) {
            return nothing;
        }
        most.united_kingdom = dearer(most.united_kingdom, tariff->united_kingdom);
        most.crown_dependencies = dearer(most.crown_dependencies, tariff->crown_dependencies);
        most.elsewhere = dearer(most.elsewhere, tariff->elsewhere);
    }
    return most;
}
