/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster suppress, muster address. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "lines.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"
#include "muster/store/dossiers.h"
#include "muster/store/suppressions.h"

const struct call_option cmd_suppress_options[] = {
    {"--reason", "TEXT", "why, one sentence, without the address itself"},
    {"--promotional", NULL, "only what is promotional: ballots and own affairs still come"},
    {0},
};

const struct call_option cmd_suppress_remove_options[] = {
    {"--reason", "TEXT", "why, one sentence, without the address itself"},
    {"--promotional", NULL, "only what is promotional: ballots and own affairs still come"},
    {"--kind", "KIND", "only what is of this kind: bounce, suspended, as suppress list has it"},
    {0},
};

const struct call_option cmd_address_options[] = {
    {"--channel", "sms|email", "what the lines are"},
    {"--region", "GB", "how numbers without a country code are read"},
    {0},
};

enum {
    LEDGER_MOST = 100000,
    PATIENCE_MS = 10 * 60 * 1000, /* for an import that has the store */
    SILENCE_WITHIN = 10 * CLOCK_SECOND,
    LOOK_EVERY = 50, /* ms */
    KEY_DIGITS = 16, /* of 64: enough to tell addresses apart */
    KEY_DIGITS_SHOWN = 8,
    WHO_COLUMNS = 30, /* of names and reasons, where people read */
    REASON_COLUMNS = 26,
};

static bool check_reason(const char *reason, const char *address, struct arena *arena,
                         struct error *err)
{
    return !suppressions_named(reason, address, arena) ||
           error_set(err, ERROR_USAGE,
                     "the reason is kept in clear, the address is not: say it without the address");
}

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

/* Into the record goes what the ledger shows of an address: the beginning of its digest. */
static bool note(struct call *call, const char *deed, const unsigned char key[TOKEN_DIGEST_SIZE],
                 const char *detail, struct error *err)
{
    char hex[TOKEN_HEX_SIZE];
    token_hex(key, TOKEN_DIGEST_SIZE, hex);
    return acting_note(call, NULL, deed, arena_printf(call->arena, "address %.*s", KEY_DIGITS, hex),
                       detail, err);
}

bool cmd_suppress_add(struct call *call, struct error *err)
{
    const char *address = NULL;
    const char *reason = call_value(call, "--reason");
    const bool promotional = call_has(call, "--promotional");
    struct suppression suppression = {.kind = promotional ? SUPPRESSIONS_PROMOTIONAL : "manual",
                                      .source = "person",
                                      .reason = reason == NULL ? "asked a person" : reason,
                                      .at = clock_now()};
    if (!read_address(call, call->arguments[0], &suppression.channel, &address, err) ||
        !check_reason(suppression.reason, address, call->arena, err)) {
        return false;
    }
    db_address_key(call->db, suppression.channel, address, suppression.address_key);
    db_set_patience(call->db, PATIENCE_MS); /* what a member asked for is not to be lost */
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    bool in_flight = false;
    if (!suppressions_tell(call->db, &suppression, err) ||
        !note(call, "suppress.add", suppression.address_key, suppression.kind, err) ||
        !db_commit(transaction, err) ||
        !await_silence(call->db, suppression.address_key, &in_flight, err)) {
        return false;
    }
    (void)printf(in_flight ? "nothing new will be sent to %s, but a message to it was on its way"
                             " already and may still arrive\n"
                 : promotional ? "nothing promotional will be sent to %s any more\n"
                               : "nothing will be sent to %s any more\n",
                 address);
    return true;
}

/* Whom the lifting of an opt-out concerns, when it is more than one. */
static void print_bearers(const struct dossier_sharer *bearers, size_t count, struct arena *arena)
{
    if (count > 1) {
        (void)printf("it is shared by %s: all of them can be written to there again\n",
                     text_printable(cmd_sharer_words(bearers, count, arena), arena));
    }
}

/* What of it is lifted; NULL: all. */
static const char *lifted_kind(struct call *call)
{
    return call_has(call, "--promotional") ? SUPPRESSIONS_PROMOTIONAL : call_value(call, "--kind");
}

static void print_lifted(int64_t lifted, const char *kind, const char *address, bool shut)
{
    if (lifted == 0) {
        (void)printf("nothing to lift: %s was not suppressed%s\n", address,
                     kind == NULL ? "" : " so");
    } else {
        (void)printf("%lld suppression%s of %s lifted\n", (long long)lifted, lifted == 1 ? "" : "s",
                     address);
    }
    if (shut) {
        (void)printf("it stays suppressed: there are others\n");
    }
}

bool cmd_suppress_remove(struct call *call, struct error *err)
{
    const char *address = NULL;
    const char *reason = call_value(call, "--reason");
    enum channel channel;
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    struct dossier_sharer *bearers = NULL;
    size_t count = 0;
    if (text_empty(reason)) {
        return error_set(err, ERROR_USAGE,
                         "an opt-out is lifted only with --reason: who asked for it, and how");
    }
    if (!read_address(call, call->arguments[0], &channel, &address, err) ||
        !check_reason(reason, address, call->arena, err)) {
        return false;
    }
    db_address_key(call->db, channel, address, key);
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    const char *kind = lifted_kind(call);
    bool shut = false;
    if (!suppressions_lift(call->db, key, kind, reason, clock_now(), &lifted, err) ||
        !suppressions_in_force(call->db, key, &shut, err) ||
        !dossiers_sharers(call->db, key, 0, call->arena, &bearers, &count, err) ||
        (lifted > 0 && !note(call, "suppress.lift", key, kind, err)) ||
        !db_commit(transaction, err)) {
        return false;
    }
    print_lifted(lifted, kind, address, shut);
    print_bearers(bearers, lifted == 0 || shut ? 0 : count, call->arena);
    return true;
}

/* A row of the ledger, and who has the address now. */
struct entry {
    const struct suppression *row;
    const struct dossier_sharer *bearers;
    size_t count;
};

static const char *key_of(const struct entry *entry, size_t digits, struct arena *arena)
{
    char key[TOKEN_HEX_SIZE];
    token_hex(entry->row->address_key, sizeof entry->row->address_key, key);
    return arena_span(arena, key, digits);
}

static const char *name_of(const struct entry *entry, struct arena *arena)
{
    return entry->count == 0
               ? ""
               : cmd_full_name(entry->bearers[0].first_name, entry->bearers[0].last_name, arena);
}

/* "2100528 Owen Jenkins and 2 more" */
static const char *who_of(const struct entry *entry, struct arena *arena)
{
    if (entry->count == 0) {
        return "";
    }
    const char *name = name_of(entry, arena);
    const char *one =
        arena_printf(arena, "%s%s%s", entry->bearers[0].number, name[0] == '\0' ? "" : " ", name);
    if (entry->count == 1) {
        return listing_head(one, WHO_COLUMNS, arena);
    }
    const char *more = arena_printf(arena, " and %zu more", entry->count - 1);
    return arena_printf(arena, "%s%s", listing_head(one, WHO_COLUMNS - strlen(more), arena), more);
}

/* For people: days instead of instants, and what fits a screen. */
static void print_ledger(struct call *call, const struct entry *entries, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"NO", "id", true},
        {"SINCE", "at", false},
        {"CHANNEL", "channel", false},
        {"KIND", "kind", false},
        {"WHO HAS IT", "number", false},
        {"REASON", "reason", false},
        {"KEY", "address_key", false},
        {"LIFTED", "lifted_at", false},
    };
    bool lifted = false;
    for (size_t i = 0; i < count; i++) {
        lifted = lifted || entries[i].row->lifted_at != 0;
    }
    size_t columns = ARRAY_LENGTH(COLUMNS) - (lifted ? 0 : 1);
    struct listing *listing = listing_create(COLUMNS, columns, call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct suppression *row = entries[i].row;
        listing_number(listing, row->id);
        listing_text(listing, clock_day(row->at, call->arena));
        listing_text(listing, channel_name(row->channel));
        listing_text(listing, row->kind);
        listing_text(listing, who_of(&entries[i], call->arena));
        listing_text(listing, listing_head(row->reason, REASON_COLUMNS, call->arena));
        listing_text(listing, key_of(&entries[i], KEY_DIGITS_SHOWN, call->arena));
        if (lifted) {
            listing_text(listing,
                         row->lifted_at == 0 ? "" : clock_day(row->lifted_at, call->arena));
        }
    }
    listing_print(listing, LISTING_TEXT, "nothing is suppressed");
}

/* For programs: everything. */
static void list_ledger(struct call *call, const struct entry *entries, size_t count)
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
        {"NUMBER", "number", false},
        {"NAME", "name", false},
        {"MEMBERS", "members", true},
    };
    static const char INSTANT[] = "%Y-%m-%d %H:%M:%S";
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct suppression *row = entries[i].row;
        listing_number(listing, row->id);
        listing_text(listing, clock_format(row->at, INSTANT, call->arena));
        listing_text(listing, channel_name(row->channel));
        listing_text(listing, row->kind);
        listing_text(listing, row->source);
        listing_text(listing, row->reason);
        listing_text(listing,
                     row->lifted_at == 0 ? "" : clock_format(row->lifted_at, INSTANT, call->arena));
        listing_text(listing, key_of(&entries[i], KEY_DIGITS, call->arena));
        listing_text(listing, entries[i].count == 0 ? "" : entries[i].bearers[0].number);
        listing_text(listing, name_of(&entries[i], call->arena));
        listing_number(listing, (int64_t)entries[i].count);
    }
    listing_print(listing, call->format, "");
}

bool cmd_suppress_list(struct call *call, struct error *err)
{
    struct suppression *list = NULL;
    size_t count = 0;
    if (!suppressions_list(call->db, NULL, LEDGER_MOST, call->arena, &list, &count, err)) {
        return false;
    }
    struct entry *entries = arena_array(call->arena, count + 1, sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        struct dossier_sharer *bearers = NULL;
        if (!dossiers_sharers(call->db, list[i].address_key, 0, call->arena, &bearers,
                              &entries[i].count, err)) {
            return false;
        }
        entries[i].row = &list[i];
        entries[i].bearers = bearers;
    }
    if (call->format == LISTING_TEXT) {
        print_ledger(call, entries, count);
    } else {
        list_ledger(call, entries, count);
    }
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
