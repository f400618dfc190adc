/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster gateway list, muster gateway test. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/carrier/sms_trial.h"
#include "muster/inbound/hook.h"
#include "muster/message/price.h"
#include "muster/model/phone.h"
#include "muster/store/answers.h"
#include "muster/store/suppressions.h"

const struct call_option cmd_gateway_options[] = {
    {"--to", "NUMBER", "the phone to write to; it must be yours, or its owner must know of it"},
    {"--text", "TEXT", "what to write; else who writes, and that it is a test"},
    {0},
};

enum {
    VALIDITY = 2 * 60 * 60, /* seconds; some providers count whole hours */
    REFERENCE_LETTERS = 26,
};

/* How many texts a gateway has answered members with, and what they cost in each currency. */
static void put_answers(struct call *call, struct listing *listing, const char *gateway,
                        const struct answers_sum *sums, size_t count)
{
    const char *costs = "";
    int64_t texts = 0;
    for (size_t i = 0; i < count; i++) {
        const bool here = text_equal(sums[i].gateway, gateway);
        texts += here ? sums[i].texts : 0;
        if (here && !text_empty(sums[i].currency)) {
            costs = arena_printf(call->arena, "%s%s%s", costs, costs[0] == '\0' ? "" : " and ",
                                 price_text(sums[i].cost, sums[i].currency, call->arena));
        }
    }
    listing_number(listing, texts);
    listing_text(listing, costs);
}

bool cmd_gateway_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"GATEWAY", "gateway", false},         {"TITLE", "title", false},
        {"RECEIPTS TO", "receipt_url", false}, {"REPLIES TO", "reply_url", false},
        {"ANSWERS", "answers", true},          {"THEY COST", "answers_cost", false},
    };
    struct answers_sum *sums = NULL;
    size_t sum_count = 0;
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    struct ways ways;
    if (!cmd_read_ways(call, &ways, err) ||
        !answers_sums(call->db, call->arena, &sums, &sum_count, err)) {
        return false;
    }
    for (size_t i = 0; i < call->config.sms.gateway_count; i++) {
        const struct gateway *gateway = &ways.gateways[i];
        struct hook_urls urls;
        if (!hook_urls(call->db, &call->config, gateway, call->arena, &urls, err)) {
            return false;
        }
        listing_text(listing, gateway->name);
        listing_text(listing, gateway->title);
        listing_text(listing, urls.receipt);
        listing_text(listing, urls.reply);
        put_answers(call, listing, gateway->name, sums, sum_count);
    }
    listing_print(listing, call->format, "no gateway: sms.gateway is not set");
    return true;
}

/* The gateway of this name; without one, the only one that there is. */
static bool find(struct call *call, const struct ways *ways, size_t *place, struct error *err)
{
    const size_t count = call->config.sms.gateway_count;
    const char *wanted = call->argument_count > 0 ? call->arguments[0] : NULL;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(ways->gateways[i].name, wanted) || (wanted == NULL && count == 1)) {
            *place = i;
            return true;
        }
    }
    return wanted == NULL ? error_set(err, ERROR_USAGE, "%s: muster gateway test NAME",
                                      count == 0 ? "there is no gateway" : "name the gateway")
                          : error_set(err, ERROR_DATA, "there is no gateway '%s'", wanted);
}

/* The number to write to, which must not have opted out: a test is a text, too. */
static bool read_number(struct call *call, const char **number, struct error *err)
{
    const char *given = call_value(call, "--to");
    const char *reason = NULL;
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool suppressed = false;
    if (given == NULL) {
        return error_set(err, ERROR_USAGE, "--to is missing: which phone is to be written to?");
    }
    if (!phone_parse(given, call->config.organisation.region, call->arena, number, &reason)) {
        return error_set(err, ERROR_USAGE, "--to: '%s' %s", given, reason);
    }
    db_address_key(call->db, CHANNEL_SMS, *number, key);
    if (!suppressions_in_force(call->db, key, &suppressed, err)) {
        return false;
    }
    return !suppressed || error_set(err, ERROR_DATA, "%s has opted out", *number);
}

/* Text as it went, each line behind a mark that says whose it is. */
static void print_lines(const char *text, char mark, struct arena *arena)
{
    for (const char *at = text; *at != '\0';) {
        const size_t length = strcspn(at, "\n");
        (void)printf("%c %s\n", mark, text_printable(arena_span(arena, at, length), arena));
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

static const char *verdict_words(const struct parcel *parcel)
{
    switch (parcel->verdict) {
    case CARRIER_UNTOUCHED: return "nothing was sent";
    case CARRIER_ACCEPTED: return "accepted";
    case CARRIER_REFUSED: return parcel->opted_out ? "refused: opted out" : "refused";
    case CARRIER_DEFERRED: return "not taken now";
    case CARRIER_UNSURE: return "unsure: it may have been sent";
    }
    return "";
}

static bool print_exchange(struct call *call, const struct parcel *parcel,
                           const struct sms_exchange *exchange, struct error *err)
{
    print_lines(exchange->request, '>', call->arena);
    (void)putchar('\n');
    print_lines(exchange->answer, '<', call->arena);
    (void)printf("\n%s%s%s%s%s\n", verdict_words(parcel),
                 parcel->remote_id == NULL ? "" : ", the provider calls it ",
                 parcel->remote_id == NULL ? "" : parcel->remote_id,
                 text_empty(parcel->answer) ? "" : ": ",
                 text_printable(parcel->answer, call->arena));
    return parcel->verdict == CARRIER_ACCEPTED ||
           error_set(err, parcel->verdict == CARRIER_REFUSED ? ERROR_DATA : ERROR_UNAVAILABLE,
                     "the test text was not accepted");
}

/* Before it goes: what it costs is spent then. */
static bool note_test(struct call *call, const char *gateway, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return acting_note(call, NULL, "gateway.test", gateway, NULL, err) &&
           db_commit(transaction, err);
}

bool cmd_gateway_test(struct call *call, struct error *err)
{
    struct ways ways;
    size_t place = 0;
    const char *number = NULL;
    struct hook_urls urls;
    char reference[REFERENCE_LETTERS + 1];
    if (!cmd_read_ways(call, &ways, err) || !find(call, &ways, &place, err) ||
        !read_number(call, &number, err)) {
        return false;
    }
    const struct gateway *gateway = &ways.gateways[place];
    const char *given = call_value(call, "--text");
    const char *text = given != NULL ? given
                                     : arena_printf(call->arena, "%s: this is a test of muster.",
                                                    call->config.organisation.name);
    if (!hook_urls(call->db, &call->config, gateway, call->arena, &urls, err)) {
        return false;
    }
    token_random(reference, REFERENCE_LETTERS);
    struct parcel parcel = {.reference = reference,
                            .to = number,
                            .body = text,
                            .length = strlen(text),
                            .validity = VALIDITY};
    struct sms_exchange exchange;
    if (!note_test(call, gateway->name, err)) {
        return false;
    }
    log_info("a test text goes out by gateway %s", gateway->name);
    return sms_try(call->config.sms.gateways[place].config, gateway, urls.receipt, urls.reply,
                   &parcel, call->arena, &exchange, err) &&
           print_exchange(call, &parcel, &exchange, err);
}
