/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster suppress, muster address. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "lines.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"
#include "muster/store/suppressions.h"

const struct call_option cmd_suppress_options[] = {
    {"--reason", "TEXT", "why, one sentence, without the address itself"},
    {0},
};

const struct call_option cmd_address_options[] = {
    {"--channel", "sms|email", "what the lines are"},
    {"--region", "GB", "how numbers without a country code are read"},
    {0},
};

enum {
    LEDGER_MOST = 100000,
    SILENCE_WITHIN = 10 * CLOCK_SECOND,
    LOOK_EVERY = 50, /* ms */
};

/* Either kind of address, as it is stored. */
static bool read_address(struct call *call, const char *text, enum channel *channel,
                         const char **address, struct error *err)
{
    const char *reason = "";
    *channel = strchr(text, '@') == NULL ? CHANNEL_SMS : CHANNEL_EMAIL;
    bool ok = *channel == CHANNEL_SMS ? phone_parse(text, call->config.organisation.region,
                                                    call->arena, address, &reason)
                                      : address_parse(text, call->arena, address, &reason);
    return ok || error_set(err, ERROR_DATA, "'%s' %s", text, reason);
}

/* What is on the wire was released before the address was suppressed. Wait until there is none, so
 * that what we say is true; `*in_flight` when there still is. */
static bool await_silence(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                          bool *in_flight, struct error *err)
{
    int64_t until = clock_monotonic() + SILENCE_WITHIN;
    while (suppressions_in_flight(db, address_key, in_flight, err)) {
        if (!*in_flight || clock_monotonic() >= until) {
            return true;
        }
        clock_sleep(LOOK_EVERY);
    }
    return error_prefix(err, "the opt-out is stored");
}

bool cmd_suppress_add(struct call *call, struct error *err)
{
    const char *address = NULL;
    const char *reason = call_value(call, "--reason");
    struct suppression suppression = {.kind = "manual",
                                      .source = "person",
                                      .reason = reason == NULL ? "asked a person" : reason,
                                      .at = clock_now()};
    if (!read_address(call, call->arguments[0], &suppression.channel, &address, err)) {
        return false;
    }
    db_address_key(call->db, suppression.channel, address, suppression.address_key);
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    bool in_flight = false;
    if (!suppressions_add(call->db, &suppression, err) || !db_commit(transaction, err) ||
        !await_silence(call->db, suppression.address_key, &in_flight, err)) {
        return false;
    }
    (void)printf(in_flight ? "nothing new will be sent to %s, but a message to it was on its way"
                             " already and may still arrive\n"
                           : "nothing will be sent to %s any more\n",
                 address);
    return true;
}

bool cmd_suppress_remove(struct call *call, struct error *err)
{
    const char *address = NULL;
    const char *reason = call_value(call, "--reason");
    enum channel channel;
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    if (text_empty(reason)) {
        return error_set(err, ERROR_USAGE,
                         "an opt-out is lifted only with --reason: who asked for it, and how");
    }
    if (!read_address(call, call->arguments[0], &channel, &address, err)) {
        return false;
    }
    db_address_key(call->db, channel, address, key);
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!suppressions_lift(call->db, key, NULL, reason, clock_now(), &lifted, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%lld suppression%s of %s lifted\n", (long long)lifted, lifted == 1 ? "" : "s",
                 address);
    return true;
}

bool cmd_suppress_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"NO", "id", true},
        {"SINCE", "at", false},
        {"CHANNEL", "channel", false},
        {"KIND", "kind", false},
        {"SOURCE", "source", false},
        {"REASON", "reason", false},
        {"LIFTED", "lifted_at", false},
        {"ADDRESS KEY", "address_key", false},
    };
    struct suppression *list = NULL;
    size_t count = 0;
    if (!suppressions_list(call->db, NULL, LEDGER_MOST, call->arena, &list, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        char key[TOKEN_HEX_SIZE];
        token_hex(list[i].address_key, sizeof list[i].address_key, key);
        key[16] = '\0'; /* enough to tell them apart */
        listing_number(listing, list[i].id);
        listing_text(listing, clock_format(list[i].at, "%Y-%m-%d %H:%M:%S", call->arena));
        listing_text(listing, channel_name(list[i].channel));
        listing_text(listing, list[i].kind);
        listing_text(listing, list[i].source);
        listing_text(listing, list[i].reason);
        listing_text(listing,
                     list[i].lifted_at == 0
                         ? ""
                         : clock_format(list[i].lifted_at, "%Y-%m-%d %H:%M:%S", call->arena));
        listing_text(listing, key);
    }
    listing_print(listing, call->format, "nothing is suppressed");
    return true;
}

struct address_context {
    enum channel channel;
    const char *region;
    struct arena *arena;
};

static void check_line(const char *line, void *context)
{
    struct address_context *check = context;
    const char *address = NULL;
    const char *reason = "";
    bool ok = check->channel == CHANNEL_SMS
                  ? phone_parse(line, check->region, check->arena, &address, &reason)
                  : address_parse(line, check->arena, &address, &reason);
    (void)printf("%s\t%s\n", ok ? "ok" : "refused", ok ? address : reason);
    arena_reset(check->arena);
}

bool cmd_address_check(struct call *call, struct error *err)
{
    const char *word = call_value(call, "--channel");
    const char *region = call_value(call, "--region");
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct address_context check = {.region = region == NULL ? "GB" : region, .arena = arena};
    if (word == NULL || !channel_parse(word, &check.channel)) {
        return error_set(err, ERROR_USAGE, "--channel is sms or email");
    }
    return lines_each(check_line, &check, err);
}
