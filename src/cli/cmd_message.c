/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster message. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "words.h"

const struct call_option cmd_message_options[] = {
    {"--state", "STATE", "only messages in this state"},
    {0},
};

enum { MESSAGES_MOST = 1000000 };

bool cmd_message_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"REFERENCE", "reference", false},
        {"CHANNEL", "channel", false},
        {"TO", "to", false},
        {"STATE", "state", false},
        {"TRIES", "tries", true},
        {"CHANGED", "changed_at", false},
        {"REASON", "reason", false},
    };
    int64_t campaign_id = 0;
    struct outbox_message *messages = NULL;
    size_t count = 0;
    const char *state = call_value(call, "--state");
    if (!words_check(call->command->words, "STATE", state, err)) {
        return false;
    }
    if (call->argument_count > 0) {
        struct campaign *campaign = NULL;
        if (!cmd_find_campaign(call, call->arguments[0], &campaign, err)) {
            return false;
        }
        campaign_id = campaign->id;
    }
    if (!outbox_list(call->db, campaign_id, state, MESSAGES_MOST, call->arena, &messages, &count,
                     err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, messages[i].reference);
        listing_text(listing, channel_name(messages[i].channel));
        listing_text(listing, messages[i].address);
        listing_text(listing, messages[i].state);
        listing_number(listing, messages[i].attempt);
        listing_text(listing,
                     clock_format(messages[i].changed_at, "%Y-%m-%d %H:%M:%S", call->arena));
        listing_text(listing, messages[i].reason);
    }
    listing_print(listing, call->format, "no messages");
    return true;
}

bool cmd_message_resolve(struct call *call, struct error *err)
{
    struct outbox_message *message = NULL;
    if (call_has(call, "--lookup")) {
        return cmd_message_lookup(call, err);
    }
    if (call->argument_count != 2) {
        return error_set(err, ERROR_USAGE,
                         "usage: muster message resolve REFERENCE STATE, or --lookup [REFERENCE]");
    }
    const char *state = call->arguments[1];
    bool moved = false;
    if (!words_check(call->command->words, "STATE", state, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!cmd_find_message(call, call->arguments[0], &message, err)) {
        return false;
    }
    if (!text_equal(message->state, "unsure")) {
        return error_set(err, ERROR_DATA, "message %s is %s, not unsure", message->reference,
                         message->state);
    }
    bool stands = false;
    if (text_equal(state, "queued") && !outbox_second_stands(call->db, message->id, &stands, err)) {
        return false;
    }
    if (stands) {
        return error_set(err, ERROR_DATA,
                         "message %s is not sent again: a mail to its member stands in for it; say"
                         " refused if it was not sent",
                         message->reference);
    }
    if (!outbox_resolve(call->db, message->id, state, "settled by a person", clock_now(), &moved,
                        err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("message %s is %s\n", message->reference, state);
    return true;
}
