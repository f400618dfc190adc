/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster record. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "listing.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/record.h"

enum { LIST_LIMIT = 100, LIST_MOST = 100000 };

const struct call_option cmd_record_list_options[] = {
    {"--account", "ACCOUNT", "only what this account did"},
    {"--deed", "DEED", "only such deeds: campaign.start; or campaign, all of that kind"},
    {"--subject", "SUBJECT", "only what was done to this: a campaign's name, 'member 17'"},
    {"--find", "WORDS", "only what says this"},
    {"--before", "N", "only entries before this one, for the page after"},
    {"--limit", "N", "at most so many (100)"},
    {0},
};

const struct call_option cmd_record_check_options[] = {
    {"--known", "N:DIGEST", "an entry and its digest as an earlier check has told them"},
    {0},
};

bool cmd_record_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"ENTRY", "id", true},   {"AT", "at", false},           {"ACCOUNT", "account", false},
        {"DEED", "deed", false}, {"SUBJECT", "subject", false}, {"DETAIL", "detail", false}};
    const char *limit = call_value(call, "--limit");
    const char *before = call_value(call, "--before");
    int64_t most = LIST_LIMIT;
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
                     "--known takes what muster record check has told before: 120:3f5a...");
}

bool cmd_record_check(struct call *call, struct error *err)
{
    const char *given = call_value(call, "--known");
    const char *digest = "";
    int64_t known = 0;
    struct record_state state;
    if ((given != NULL && !read_known(given, &known, &digest, call->arena, err)) ||
        !record_check(call->db, known, &state, err)) {
        return false;
    }
    if (state.broken != 0) {
        return error_set(err, ERROR_DATA,
                         "entry %lld of the record is not as it was written: it was changed, or"
                         " taken out, by something else than muster",
                         (long long)state.broken);
    }
    if (known != 0 && !text_equal(digest, state.known_head)) {
        return error_set(err, ERROR_DATA,
                         "entry %lld of the record is not the one that was told before: the record"
                         " was cut off, or written anew",
                         (long long)known);
    }
    if (state.entries == 0) {
        (void)puts("the record is empty");
        return true;
    }
    (void)printf("the record is in order: %lld entries\n", (long long)state.entries);
    (void)printf("the last: %lld:%s\n", (long long)state.entries, state.head);
    return true;
}
