/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster message. */
#include <stdio.h>

#include "cmd.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
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
        if (!campaigns_find(call->db, call->arguments[0], call->arena, &campaign, err)) {
            return false;
        }
        if (campaign == NULL) {
            return error_set(err, ERROR_DATA, "there is no campaign '%s'", call->arguments[0]);
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

static bool find_message(struct call *call, struct outbox_message **message, struct error *err)
{
    if (!outbox_find(call->db, call->arguments[0], call->arena, message, err)) {
        return false;
    }
    return *message != NULL ||
           error_set(err, ERROR_DATA, "there is no message '%s'", call->arguments[0]);
}

static void add_fact(struct listing *listing, const char *at, const char *what, const char *value)
{
    if (!text_empty(value)) {
        listing_text(listing, at);
        listing_text(listing, what);
        listing_text(listing, value);
    }
}

bool cmd_message_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"WHEN", "at", false}, {"WHAT", "what", false}, {"VALUE", "value", false}};
    struct outbox_message *message = NULL;
    struct outbox_attempt *attempts = NULL;
    size_t count = 0;
    if (!find_message(call, &message, err) ||
        !outbox_attempts(call->db, message->id, call->arena, &attempts, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    const char *form = "%Y-%m-%d %H:%M:%S";
    add_fact(listing, "", "to", message->address);
    add_fact(listing, clock_format(message->due_at, form, call->arena), "due", "from then on");
    add_fact(listing, clock_format(message->deadline, form, call->arena), "deadline", "not later");
    for (size_t i = 0; i < count; i++) {
        add_fact(listing, clock_format(attempts[i].at, form, call->arena),
                 arena_printf(call->arena, "attempt %lld", (long long)attempts[i].number),
                 arena_printf(call->arena, "%s: %s", attempts[i].verdict, attempts[i].answer));
    }
    add_fact(listing, "", "gateway", message->gateway);
    add_fact(listing, "", "carrier's id", message->remote_id);
    add_fact(listing, clock_format(message->changed_at, form, call->arena), message->state,
             text_empty(message->reason) ? "-" : message->reason);
    listing_print(listing, call->format, "nothing");
    return true;
}

bool cmd_message_resolve(struct call *call, struct error *err)
{
    struct outbox_message *message = NULL;
    const char *state = call->arguments[1];
    bool moved = false;
    if (!words_check(call->command->words, "STATE", state, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!find_message(call, &message, err)) {
        return false;
    }
    if (!text_equal(message->state, "unsure")) {
        return error_set(err, ERROR_DATA, "message %s is %s, not unsure", message->reference,
                         message->state);
    }
    if (!outbox_resolve(call->db, message->id, state, "settled by a person", clock_now(), &moved,
                        err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("message %s is %s\n", message->reference, state);
    return true;
}
