/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster message resolve --lookup: what the provider says of unsure texts. */
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/text.h"
#include "muster/dispatch/lookup.h"
#include "muster/store/outbox.h"

const struct call_option cmd_message_resolve_options[] = {
    {"--lookup", NULL, "ask the SMS provider instead: about REFERENCE, or about every unsure text"},
    {0},
};

enum { MESSAGES_MOST = 1000000 };

/* Every unsure text, or the message that was named. */
static bool choose(struct call *call, struct outbox_message **messages, size_t *count,
                   struct error *err)
{
    if (call->argument_count > 0) {
        *count = 1;
        return cmd_find_message(call, call->arguments[0], messages, err);
    }
    return outbox_list(call->db, 0, "unsure", MESSAGES_MOST, call->arena, messages, count, err);
}

/* Those of them that went by this gateway, to the front of the array. */
static size_t gather(const struct outbox_message *messages, size_t count, const char *gateway,
                     struct outbox_message *gathered)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (messages[i].channel == CHANNEL_SMS && text_equal(messages[i].gateway, gateway)) {
            gathered[found++] = messages[i];
        }
    }
    return found;
}

/* Ask about each and list the answers. One that cannot be looked up is told of, and the others go
 * on; a provider that does not answer ends it. */
static bool ask_all(struct call *call, struct lookup *lookup, const struct outbox_message *messages,
                    size_t count, struct listing *listing, size_t *asked, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct lookup_result result = {.state = messages[i].state};
        struct error fault = {0};
        if (!lookup_one(lookup, &messages[i], call->arena, &result, &fault)) {
            if (fault.kind != ERROR_DATA || count == 1) {
                return error_set(err, fault.kind, "%s", fault.text);
            }
            result.answer = arena_text(call->arena, fault.text);
        }
        (*asked)++;
        listing_text(listing, messages[i].reference);
        listing_text(listing, messages[i].address);
        listing_text(listing, result.state);
        listing_text(listing, result.answer);
    }
    return true;
}

/* Ask one gateway about its texts. */
static bool ask_gateway(struct call *call, const struct ways *ways, size_t place,
                        const struct outbox_message *messages, size_t count,
                        struct listing *listing, size_t *asked, struct error *err)
{
    CLEANUP(lookup_free) struct lookup *lookup = NULL;
    const struct gateway *gateway = &ways->gateways[place];
    struct outbox_message *ours = arena_array(call->arena, count + 1, sizeof *ours);
    size_t found = gather(messages, count, gateway->name, ours);
    if (found == 0 && gateway->lookup.given) {
        return true;
    }
    if (!lookup_open(call->db, call->config.sms.gateways[place].config, gateway, &lookup, err)) {
        return false;
    }
    if (lookup == NULL) {
        return error_set(err, ERROR_CONFIG,
                         "the gateway profile %s does not say how to look a text up",
                         gateway->name);
    }
    return ask_all(call, lookup, ours, found, listing, asked, err);
}

bool cmd_message_lookup(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"REFERENCE", "reference", false},
        {"TO", "to", false},
        {"STATE", "state", false},
        {"THE PROVIDER SAYS", "answer", false},
    };
    struct ways ways;
    struct outbox_message *messages = NULL;
    size_t count = 0;
    if (call->argument_count > 1) {
        return error_set(err, ERROR_USAGE,
                         "--lookup settles a message by what the provider says: leave STATE out");
    }
    if (!cmd_read_ways(call, &ways, err) || !choose(call, &messages, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    size_t asked = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < call->config.sms.gateway_count; i++) {
        ok = ask_gateway(call, &ways, i, messages, count, listing, &asked, err);
    }
    if (ok && asked == 0 && call->argument_count > 0) {
        return error_set(err, ERROR_DATA,
                         "message %s is no text that went by a gateway of this configuration",
                         messages[0].reference);
    }
    if (ok || asked > 0) {
        listing_print(listing, call->format, "no unsure texts");
    }
    return ok;
}
