/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of how a profile's provider calls back. */
#include "gateway_private.h"

static const char *const body_words[] = {"form", "json", "xml"};
static const char *const receipt_words[] = {"pending", "delivered", "undelivered", "expired"};

static void read_statuses(const struct gateway_reading *reading,
                          const struct libconfig_node *receipt)
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
static const char *callback_value(const struct gateway_reading *reading,
                                  const struct libconfig_node *group, const char *name, bool needed)
{
    return libconfig_text(reading->file, group, name, group != NULL && needed ? NULL : "");
}

void gateway_read_callbacks(const struct gateway_reading *reading,
                            const struct libconfig_node *group)
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
