/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster message. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/answers.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/settlement.h"
#include "words.h"

const struct call_option cmd_message_options[] = {
    {"--state", "STATE", "only messages in this state"},
    {"--answers", NULL, "not what campaigns sent, but what was texted back to members who wrote"},
    {0},
};

enum { MESSAGES_MOST = 1000000 };

/* What was texted back, latest first. */
static bool list_answers(struct call *call, const char *state, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"REFERENCE", "reference", false}, {"REPLY", "reply", true},
        {"KIND", "kind", false},           {"TO", "to", false},
        {"STATE", "state", false},         {"TRIES", "tries", true},
        {"CHANGED", "changed_at", false},  {"REASON", "reason", false},
    };
    struct answer *answers = NULL;
    size_t count = 0;
    if (call->argument_count > 0) {
        return error_set(err, ERROR_USAGE, "--answers are of no campaign: name none");
    }
    if (!answers_list(call->db, state, MESSAGES_MOST, call->arena, &answers, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, answers[i].reference);
        listing_number(listing, answers[i].reply_id);
        listing_text(listing, answers[i].kind);
        listing_text(listing, answers[i].address);
        listing_text(listing, answers[i].state);
        listing_number(listing, answers[i].attempt);
        listing_text(listing,
                     clock_format(answers[i].changed_at, "%Y-%m-%d %H:%M:%S", call->arena));
        listing_text(listing, answers[i].reason);
    }
    listing_print(listing, call->format, "no answers");
    return true;
}

/* Who looks for what is unsure is told of answers in that state, too. */
static bool tell_of_answers(struct call *call, const char *state, struct error *err)
{
    struct answer *answers = NULL;
    size_t count = 0;
    if (call->format != LISTING_TEXT || state == NULL || call->argument_count > 0) {
        return true;
    }
    if (!answers_list(call->db, state, MESSAGES_MOST, call->arena, &answers, &count, err)) {
        return false;
    }
    if (count > 0) {
        (void)printf("\nand %zu answer%s to replies: muster message list --answers --state %s\n",
                     count, cmd_s((int64_t)count), state);
    }
    return true;
}

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
    if (call_has(call, "--answers")) {
        return list_answers(call, state, err);
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
    return tell_of_answers(call, state, err);
}

bool cmd_message_resolve(struct call *call, struct error *err)
{
    struct settlement settlement;
    if (call_has(call, "--lookup")) {
        return cmd_message_lookup(call, err);
    }
    if (call->argument_count != 2) {
        return error_set(err, ERROR_USAGE,
                         "usage: muster message resolve REFERENCE STATE, or --lookup [REFERENCE]");
    }
    const char *state = call->arguments[1];
    if (!words_check(call->command->words, "STATE", state, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!settlement_settle(call->db, call->arguments[0], state, clock_now(), call->arena,
                           &settlement, err)) {
        return false;
    }
    const char *what = settlement.answer ? "answer" : "message";
    switch (settlement.outcome) {
    case SETTLEMENT_DONE: break;
    case SETTLEMENT_NONE:
        return error_set(err, ERROR_DATA, "there is no message '%s'", call->arguments[0]);
    case SETTLEMENT_MOVED:
        return error_set(err, ERROR_DATA, "%s %s is %s, not unsure", what, settlement.reference,
                         settlement.state);
    case SETTLEMENT_STOOD:
        return error_set(err, ERROR_DATA,
                         "message %s is not sent again: a mail to its member stands in for it; say"
                         " refused if it was not sent",
                         settlement.reference);
    case SETTLEMENT_UNFIT:
        return error_set(err, ERROR_DATA,
                         "%s answers a reply: it can become accepted, delivered or undelivered, and"
                         " is not sent again",
                         settlement.reference);
    }
    if (!acting_note(call, NULL, "message.resolve", settlement.reference, state, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%s %s is %s\n", what, settlement.reference, state);
    return true;
}
