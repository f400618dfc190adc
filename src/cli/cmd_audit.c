/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster audit: the record, shown and verified. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "listing.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/record.h"

enum { LIST_LIMIT = 100, LIST_MOST = 100000 };

const struct call_option cmd_audit_show_options[] = {
    {"--account", "ACCOUNT", "only what this account did"},
    {"--deed", "DEED", "only such deeds: campaign.start; or campaign, all of that kind"},
    {"--subject", "SUBJECT", "only what was done to this: a campaign's name, 'member 17'"},
    {"--find", "WORDS", "only what says this"},
    {"--before", "N", "only entries before this one, for the page after"},
    {"--limit", "N", "at most so many (100)"},
    {"--head", NULL, "the number and the digest of the last entry alone, to be noted elsewhere"},
    {0},
};

const struct call_option cmd_audit_verify_options[] = {
    {"--known", "N:DIGEST", "an entry and its digest as they were noted before"},
    {0},
};

static bool show_head(struct call *call, struct error *err)
{
    int64_t id = 0;
    char head[TOKEN_HEX_SIZE];
    if (!record_head(call->db, &id, head, err)) {
        return false;
    }
    (void)printf("%lld:%s\n", (long long)id, head);
    return true;
}

bool cmd_audit_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"ENTRY", "id", true},   {"AT", "at", false},           {"ACCOUNT", "account", false},
        {"DEED", "deed", false}, {"SUBJECT", "subject", false}, {"DETAIL", "detail", false}};
    const char *limit = call_value(call, "--limit");
    const char *before = call_value(call, "--before");
    int64_t most = LIST_LIMIT;
    if (call_has(call, "--head")) {
        return show_head(call, err);
    }
    struct record_choice choice = {.account = call_value(call, "--account"),
                                   .deed = call_value(call, "--deed"),
                                   .subject = call_value(call, "--subject"),
                                   .words = call_value(call, "--find")};
    struct record_entry *entries = NULL;
    size_t count = 0;
    if ((limit != NULL && !text_number(limit, 1, LIST_MOST, &most)) ||
        (before != NULL && !text_number(before, 1, INT64_MAX, &choice.before))) {
        return error_set(err, ERROR_USAGE, "--limit and --before take a number from 1 on");
    }
    choice.limit = (size_t)most;
    if (!record_list(call->db, &choice, call->arena, &entries, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_number(listing, entries[i].id);
        listing_text(listing, clock_iso(entries[i].at, call->arena));
        listing_text(listing, entries[i].account);
        listing_text(listing, entries[i].deed);
        listing_text(listing, entries[i].subject);
        listing_text(listing, entries[i].detail);
    }
    listing_print(listing, call->format, "nothing in the record");
    return true;
}

/* "120:" and 64 digits. */
static bool read_known(const char *text, int64_t *id, const char **digest, struct arena *arena,
                       struct error *err)
{
    const char *colon = strchr(text, ':');
    const size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    *digest = colon == NULL ? "" : colon + 1;
    return (text_number(arena_span(arena, text, length), 1, INT64_MAX, id) &&
            strspn(*digest, "0123456789abcdef") == TOKEN_HEX_SIZE - 1 &&
            strlen(*digest) == TOKEN_HEX_SIZE - 1) ||
           error_set(err, ERROR_USAGE,
                     "--known takes what muster audit show --head has told before: 120:3f5a...");
}

/* What a check has found wrong, a line for each. */
static bool tell_faults(struct call *call, const struct record_state *state, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"ENTRY", "entry", true},
                                                    {"WRONG", "wrong", false}};
    if (state->fault_count == 0) {
        return true;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < state->fault_count; i++) {
        listing_number(listing, state->fault[i].entry);
        listing_text(listing, record_wrong_text(&state->fault[i], call->arena));
    }
    listing_print(listing, call->format, "");
    return error_set(err, ERROR_DATA, "the record is not as muster wrote it: %s%s",
                     record_wrong_text(&state->fault[0], call->arena),
                     state->fault_count == 1                    ? ""
                     : state->fault_count == RECORD_FAULTS_MOST ? ", and so on"
                                                                : ", and more");
}

/* Whether the entry that was noted before is still there, with the digest that it had. */
static bool tell_known(const struct record_state *state, const char *digest, struct error *err)
{
    if (state->known == 0 || text_equal(digest, state->known_head)) {
        return true;
    }
    if (state->last < state->known) {
        return error_set(err, ERROR_DATA,
                         "the end of the record was cut off: it has %lld entries, and entry %lld"
                         " was noted before",
                         (long long)state->entries, (long long)state->known);
    }
    return error_set(err, ERROR_DATA,
                     "entry %lld of the record is not the one that was noted before: the record was"
                     " cut off and went on, or was written anew",
                     (long long)state->known);
}

/* That the record was looked at stands in it, too; not in one that is not in order, which stays as
 * it was found. */
static bool note_verified(struct call *call, const struct record_state *state, struct error *err)
{
    const char *detail = arena_printf(call->arena, "%lld entries", (long long)state->entries);
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return acting_note(call, NULL, "audit.verify", NULL, detail, err) &&
           db_commit(transaction, err);
}

bool cmd_audit_verify(struct call *call, struct error *err)
{
    const char *given = call_value(call, "--known");
    const char *digest = "";
    int64_t known = 0;
    struct record_state state;
    if ((given != NULL && !read_known(given, &known, &digest, call->arena, err)) ||
        !record_check(call->db, known, &state, err) || !tell_faults(call, &state, err) ||
        !tell_known(&state, digest, err) || !note_verified(call, &state, err)) {
        return false;
    }
    (void)printf("the record is in order: %lld entries\nits head is now ",
                 (long long)state.entries);
    return show_head(call, err);
}
