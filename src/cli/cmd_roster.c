/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster member. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/ballots.h"
#include "muster/store/members.h"
#include "muster/store/suppressions.h"

enum { FOUND_MOST = 50 };

static const struct listing_column MEMBER_COLUMNS[] = {
    {"NUMBER", "number", false},       {"FIRST NAME", "first_name", false},
    {"LAST NAME", "last_name", false}, {"MOBILE", "mobile", false},
    {"E-MAIL", "email", false},        {"EMPLOYER", "employer", false},
    {"STATUS", "status", false},
};

void cmd_print_members(struct call *call, const struct member *members, size_t count)
{
    struct listing *listing =
        listing_create(MEMBER_COLUMNS, ARRAY_LENGTH(MEMBER_COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, members[i].number);
        listing_text(listing, members[i].first_name);
        listing_text(listing, members[i].last_name);
        listing_text(listing, members[i].mobile);
        listing_text(listing, members[i].email);
        listing_text(listing, members[i].employer);
        listing_text(listing, members[i].status);
    }
    listing_print(listing, call->format, "nobody");
}

bool cmd_member_find(struct call *call, struct error *err)
{
    struct member *members = NULL;
    size_t count = 0;
    if (!members_search(call->db, call->arguments[0], FOUND_MOST, call->arena, &members, &count,
                        err)) {
        return false;
    }
    cmd_print_members(call, members, count);
    return true;
}

static void add_fact(struct listing *listing, const char *what, const char *value)
{
    if (!text_empty(value)) {
        listing_text(listing, what);
        listing_text(listing, value);
    }
}

/* "stop by reply on 2026-11-21", or nothing when the address is free. */
static bool add_suppressions(struct call *call, enum channel channel, const char *address,
                             struct listing *listing, struct error *err)
{
    if (text_empty(address)) {
        return true;
    }
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(call->db, channel, address, key);
    struct suppression *list = NULL;
    size_t count = 0;
    if (!suppressions_list(call->db, key, 100, call->arena, &list, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *day = clock_format(list[i].at, "%Y-%m-%d %H:%M", call->arena);
        add_fact(listing, list[i].lifted_at == 0 ? "suppressed" : "was suppressed",
                 arena_printf(call->arena, "%s, %s: %s, since %s", channel_name(channel),
                              list[i].kind, list[i].reason, day));
    }
    return true;
}

static bool add_ballots(struct call *call, int64_t member_id, struct listing *listing,
                        struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    if (!ballots_list(call->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct ballot_place place;
        if (!ballots_place(call->db, ballots[i].id, member_id, call->arena, &place, err)) {
            return false;
        }
        if (place.entitled) {
            add_fact(listing, "ballot",
                     arena_printf(call->arena, "%s, in %s: %s", ballots[i].name, place.unit,
                                  place.state));
        }
    }
    return true;
}

bool cmd_member_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"FACT", "fact", false},
                                                    {"VALUE", "value", false}};
    struct member *member = NULL;
    if (!members_find(call->db, call->arguments[0], call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return error_set(err, ERROR_DATA, "there is no member %s", call->arguments[0]);
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    add_fact(listing, "number", member->number);
    add_fact(listing, "first name", member->first_name);
    add_fact(listing, "last name", member->last_name);
    add_fact(listing, "mobile", member->mobile);
    add_fact(listing, "e-mail", member->email);
    add_fact(listing, "employer", member->employer);
    add_fact(listing, "workplace", member->workplace);
    add_fact(listing, "branch", member->branch);
    add_fact(listing, "job", member->job);
    add_fact(listing, "band", member->band);
    add_fact(listing, "language", member->language);
    add_fact(listing, "status", member->status);
    add_fact(listing, "joined", member->joined);
    add_fact(listing, "tags", member->tags);
    if (!add_suppressions(call, CHANNEL_SMS, member->mobile, listing, err) ||
        !add_suppressions(call, CHANNEL_EMAIL, member->email, listing, err) ||
        !add_ballots(call, member->id, listing, err)) {
        return false;
    }
    listing_print(listing, call->format, "nothing");
    return true;
}
