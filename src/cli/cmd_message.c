/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster message. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/letter/letters.h"
#include "muster/model/address.h"
#include "muster/store/bounces.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_unsure.h"
#include "words.h"

const struct call_option cmd_message_options[] = {
    {"--state", "STATE", "only messages in this state"},
    {0},
};

const struct call_option cmd_message_show_options[] = {
    {"--text", NULL, "print it as it was sent, rendered again, and say whether that is proven"},
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

static bool find_message(struct call *call, const char *reference, struct outbox_message **message,
                         struct error *err)
{
    if (!outbox_find(call->db, reference, call->arena, message, err)) {
        return false;
    }
    return *message != NULL || error_set(err, ERROR_DATA, "there is no message '%s'", reference);
}

/* The reference that an address names to which a bounce was sent, however it stands there. */
static bool read_bounce(struct call *call, const char *text, char reference[BOUNCES_REFERENCE_SIZE],
                        struct error *err)
{
    const char *pattern = call->config.mail.bounces;
    const char *address = NULL;
    const char *reason = NULL;
    if (strchr(pattern, '*') == NULL) {
        return error_set(err, ERROR_DATA,
                         "'%s' tells of no message: mail.bounces has no * in it, so mails come back"
                         " to one address for all",
                         text);
    }
    if (!address_parse(text, call->arena, &address, &reason)) {
        return error_set(err, ERROR_DATA, "'%s' %s", text, reason);
    }
    if (!bounces_matches(pattern, address)) {
        return error_set(err, ERROR_DATA, "'%s' is not the address of a bounce: it is not like %s",
                         address, pattern);
    }
    return bounces_reference(call->db, pattern, address, reference) ||
           error_set(err, ERROR_DATA,
                     "'%s' is not right: no mail of this branch comes back to it, as its mark was"
                     " changed or made elsewhere",
                     address);
}

static void add_fact(struct listing *listing, const char *at, const char *what, const char *value)
{
    if (!text_empty(value)) {
        listing_text(listing, at);
        listing_text(listing, what);
        listing_text(listing, value);
    }
}

/* Whom the message is for, and which template it is made of. */
static bool add_origin(struct call *call, const struct outbox_message *message,
                       struct listing *listing, struct error *err)
{
    CLEANUP(json_free) struct json *values = NULL;
    struct frozen_template template;
    if (!templates_get(call->db, message->template_id, call->arena, &template, err)) {
        return false;
    }
    if (json_parse(message->merge, strlen(message->merge), &values, NULL)) {
        const char *name = json_text_at(values, "full_name", call->arena);
        const char *number = json_text_at(values, "number", call->arena);
        add_fact(listing, "", "member",
                 arena_printf(call->arena, "%s%s%s", number == NULL ? "" : number,
                              name == NULL ? "" : " ", name == NULL ? "" : name));
    }
    add_fact(listing, "", "template",
             arena_printf(call->arena, "%s.%s, version %lld", template.name, template.language,
                          (long long)template.version));
    return true;
}

/* What can be said of a message that was released at least once. */
static const char *fate_of(const char *state)
{
    static const struct {
        const char *state;
        const char *fate;
    } fates[] = {
        {"accepted", "was sent"},
        {"delivered", "was sent"},
        {"undelivered", "was sent"},
        {"refused", "was handed over, and refused"},
        {"sending", "is being handed over; whether it is taken is not known yet"},
        {"unsure", "was handed over; whether it was taken is not known"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fates); i++) {
        if (text_equal(fates[i].state, state)) {
            return fates[i].fate;
        }
    }
    return "was to be sent at the last try, and was not taken";
}

/* Print the message as it was handed over: nothing else goes to standard output. */
static bool show_text(struct call *call, const struct outbox_message *message, struct error *err)
{
    CLEANUP(letters_free) struct letters *letters = letters_create(call->db, &call->config);
    struct letter letter;
    struct frozen_template template;
    bool same = false;
    if (!letters_again(letters, message, call->arena, &letter, &same, err) ||
        !templates_get(call->db, message->template_id, call->arena, &template, err)) {
        return false;
    }
    (void)fwrite(letter.body, 1, letter.length, stdout);
    if (message->channel == CHANNEL_SMS) {
        (void)putchar('\n');
    }
    if (!same) {
        return error_set(err, ERROR_DATA,
                         "this is not what was sent: the digest of message %s is another",
                         message->reference);
    }
    (void)fprintf(stderr, "the digest proves it: this is what %s, by version %lld of %s.%s\n",
                  fate_of(message->state), (long long)template.version, template.name,
                  template.language);
    return true;
}

bool cmd_message_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"WHEN", "at", false}, {"WHAT", "what", false}, {"VALUE", "value", false}};
    struct outbox_message *message = NULL;
    struct outbox_attempt *attempts = NULL;
    struct outbox_lookup lookup;
    size_t count = 0;
    const char *reference = call->arguments[0];
    char bounced[BOUNCES_REFERENCE_SIZE];
    if (strchr(reference, '@') != NULL) {
        if (!read_bounce(call, reference, bounced, err)) {
            return false;
        }
        reference = bounced;
    }
    if (!find_message(call, reference, &message, err)) {
        return false;
    }
    if (call_has(call, "--text")) {
        return show_text(call, message, err);
    }
    if (!outbox_attempts(call->db, message->id, call->arena, &attempts, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    const char *form = "%Y-%m-%d %H:%M:%S";
    add_fact(listing, "", "reference", message->reference);
    add_fact(listing, "", "campaign", message->campaign);
    if (!add_origin(call, message, listing, err)) {
        return false;
    }
    add_fact(listing, "", "to", message->address);
    add_fact(listing, clock_format(message->due_at, form, call->arena), "due", "from then on");
    add_fact(listing, clock_format(message->deadline, form, call->arena), "deadline", "not later");
    for (size_t i = 0; i < count; i++) {
        add_fact(listing, clock_format(attempts[i].at, form, call->arena),
                 arena_printf(call->arena, "attempt %lld", (long long)attempts[i].number),
                 arena_printf(call->arena, "%s: %s", attempts[i].verdict, attempts[i].answer));
    }
    if (!outbox_unsure_last(call->db, message->id, call->arena, &lookup, err)) {
        return false;
    }
    if (lookup.times > 0) {
        add_fact(listing, clock_format(lookup.at, form, call->arena),
                 arena_printf(call->arena, "look-up %lld", (long long)lookup.times), lookup.answer);
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
    if (!find_message(call, call->arguments[0], &message, err)) {
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
