/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of how a profile's provider calls back. */
#include "gateway_private.h"
#include "muster/base/text.h"

static const char *const body_words[] = {"form", "json", "xml"};
static const char *const receipt_words[] = {"pending", "delivered", "undelivered", "expired"};

static const char *const cause_words[] = {"number", "blocked", "temporary", "ours", "opted_out"};

/* A word of the provider's, and which of ours it means. */
struct meaning {
    const char *word;
    int means;
};

static const struct meaning *read_meanings(const struct gateway_reading *reading,
                                           const struct libconfig_node *list,
                                           const char *const *words, size_t word_count)
{
    static const char *const names[] = {"word", "means"};
    const struct libconfig *file = reading->file;
    size_t count = libconfig_count(list);
    struct meaning *meanings = arena_array(reading->arena, count + 1, sizeof *meanings);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        meanings[i].word = "";
        if (!libconfig_is_group(node)) {
            libconfig_fault(file, node, "%s must be { word = \"...\"; means = \"...\"; }",
                            libconfig_name(file, node));
            continue;
        }
        libconfig_known(file, node, names, ARRAY_LENGTH(names));
        meanings[i].word = libconfig_text(file, node, "word", NULL);
        meanings[i].means = libconfig_word(file, node, "means", words, word_count, -1);
    }
    return meanings;
}

static void read_statuses(const struct gateway_reading *reading,
                          const struct libconfig_node *receipt)
{
    const struct libconfig_node *list = libconfig_list(reading->file, receipt, "statuses");
    const struct meaning *meanings =
        read_meanings(reading, list, receipt_words, ARRAY_LENGTH(receipt_words));
    size_t count = libconfig_count(list);
    struct gateway_status *statuses = arena_array(reading->arena, count + 1, sizeof *statuses);
    for (size_t i = 0; i < count; i++) {
        statuses[i].word = meanings[i].word;
        statuses[i].means = (enum gateway_receipt)meanings[i].means;
    }
    reading->gateway->statuses = statuses;
    reading->gateway->status_count = count;
}

static void read_errors(const struct gateway_reading *reading, const struct libconfig_node *receipt)
{
    const struct libconfig_node *list = libconfig_list(reading->file, receipt, "errors");
    const struct meaning *meanings =
        read_meanings(reading, list, cause_words, ARRAY_LENGTH(cause_words));
    size_t count = libconfig_count(list);
    struct gateway_error *errors = arena_array(reading->arena, count + 1, sizeof *errors);
    for (size_t i = 0; i < count; i++) {
        errors[i].word = meanings[i].word;
        errors[i].means = (enum gateway_cause)meanings[i].means;
    }
    if (count > 0 && text_empty(reading->gateway->receipt.error)) {
        libconfig_fault(reading->file, list, "%s needs an error: the place of these words",
                        libconfig_name(reading->file, list));
    }
    reading->gateway->errors = errors;
    reading->gateway->error_count = count;
}

/* One word, or a list of them. */
static struct gateway_only read_only(const struct gateway_reading *reading,
                                     const struct libconfig_node *callback, const char *name)
{
    static const char *const names[] = {"where", "equals"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *group = libconfig_group(file, callback, name);
    if (group == NULL) {
        return (struct gateway_only){.where = ""};
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    const struct libconfig_node *equals = libconfig_member(group, "equals");
    bool several = equals != NULL && libconfig_is_list(equals);
    size_t count = several ? libconfig_count(equals) : equals != NULL;
    const char **words = arena_array(reading->arena, count + 1, sizeof *words);
    for (size_t i = 0; i < count; i++) {
        const char *word = libconfig_value(file, several ? libconfig_at(equals, i) : equals);
        words[i] = word == NULL ? "" : word;
    }
    if (count == 0) {
        libconfig_fault(file, group, "%s.equals must say which words are meant",
                        libconfig_name(file, group));
    }
    return (struct gateway_only){
        .where = libconfig_text(file, group, "where", NULL), .equals = words, .count = count};
}

static struct gateway_part read_part(const struct gateway_reading *reading,
                                     const struct libconfig_node *reply)
{
    static const char *const names[] = {"reference", "total", "number"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *group = libconfig_group(file, reply, "part");
    if (group == NULL) {
        return (struct gateway_part){.reference = NULL};
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    return (struct gateway_part){
        .reference = libconfig_text(file, group, "reference", NULL),
        .total = libconfig_text(file, group, "total", NULL),
        .number = libconfig_text(file, group, "number", NULL),
    };
}

/* `needed` must be there when the group is: a callback without it says nothing. */
static const char *callback_value(const struct gateway_reading *reading,
                                  const struct libconfig_node *group, const char *name, bool needed)
{
    return libconfig_text(reading->file, group, name, group != NULL && needed ? NULL : "");
}

/* What receipts and replies have in common. */
static struct gateway_callback read_callback(const struct gateway_reading *reading,
                                             const struct libconfig_node *group)
{
    const struct libconfig *file = reading->file;
    struct gateway_callback callback = {
        .format = (enum gateway_body)libconfig_word(file, group, "format", body_words,
                                                    ARRAY_LENGTH(body_words), GATEWAY_FORM),
        .only = read_only(reading, group, "only"),
        .id = callback_value(reading, group, "id", false),
        .reference = "",
        .status = "",
        .error = "",
        .from = "",
        .to = "",
        .text = "",
    };
    const struct libconfig_node *list = libconfig_member(group, "list");
    if (list != NULL) {
        const char *path = libconfig_text(file, group, "list", NULL);
        callback.list = text_equal(path, ".") ? "" : path;
    }
    if (list != NULL && callback.format == GATEWAY_FORM) {
        libconfig_fault(file, list, "a form is one event: %s goes with json and xml",
                        libconfig_name(file, list));
    }
    return callback;
}

static void read_receipt(const struct gateway_reading *reading,
                         const struct libconfig_node *receipt)
{
    static const char *const names[] = {"format", "list",     "only",  "id",    "reference",
                                        "status", "statuses", "error", "errors"};
    struct gateway_callback *callback = &reading->gateway->receipt;
    libconfig_known(reading->file, receipt, names, ARRAY_LENGTH(names));
    *callback = read_callback(reading, receipt);
    callback->reference = callback_value(reading, receipt, "reference", false);
    callback->status = callback_value(reading, receipt, "status", true);
    callback->error = callback_value(reading, receipt, "error", false);
    if (receipt != NULL && callback->id[0] == '\0' && callback->reference[0] == '\0') {
        libconfig_fault(reading->file, receipt, "gateway.receipt needs id, or reference, or both");
    }
    read_statuses(reading, receipt);
    read_errors(reading, receipt);
}

/* Which replies the provider answers by itself. */
static void read_answered(const struct gateway_reading *reading, const struct libconfig_node *reply)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *list = libconfig_list(file, reply, "answered");
    for (size_t i = 0; i < libconfig_count(list); i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *word = libconfig_typed(file, node, false);
        const bool stop = text_equal(word, "stop");
        reading->gateway->answers_stop |= stop;
        reading->gateway->answers_help |= text_equal(word, "help");
        if (word != NULL && !stop && !text_equal(word, "help")) {
            libconfig_fault(file, node, "%s is \"%.40s\", but must be \"stop\" or \"help\"",
                            libconfig_name(file, node), word);
        }
    }
}

static void read_reply(const struct gateway_reading *reading, const struct libconfig_node *reply)
{
    static const char *const names[] = {"format", "list", "only", "id",    "from",
                                        "to",     "text", "part", "utf16", "answered"};
    struct gateway_callback *callback = &reading->gateway->reply;
    libconfig_known(reading->file, reply, names, ARRAY_LENGTH(names));
    *callback = read_callback(reading, reply);
    callback->from = callback_value(reading, reply, "from", true);
    callback->to = callback_value(reading, reply, "to", false);
    callback->text = callback_value(reading, reply, "text", true);
    callback->part = read_part(reading, reply);
    callback->utf16 = read_only(reading, reply, "utf16");
    if (callback->utf16.count > 0 && callback->format != GATEWAY_FORM) {
        libconfig_fault(reading->file, libconfig_member(reply, "utf16"),
                        "json and xml hold no UTF-16: gateway.reply.utf16 goes with a form");
    }
    read_answered(reading, reply);
}

void gateway_read_callbacks(const struct gateway_reading *reading,
                            const struct libconfig_node *group)
{
    static const char *const answer_names[] = {"type", "body"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *answer = libconfig_group(file, group, "callback_answer");
    read_receipt(reading, libconfig_group(file, group, "receipt"));
    read_reply(reading, libconfig_group(file, group, "reply"));
    libconfig_known(file, answer, answer_names, ARRAY_LENGTH(answer_names));
    reading->gateway->answer_type = libconfig_text(file, answer, "type", "text/plain");
    reading->gateway->answer_body = libconfig_text(file, answer, "body", "");
}
