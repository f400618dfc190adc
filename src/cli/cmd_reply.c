/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster reply. */
#include <stdio.h>

#include "cmd.h"
#include "lines.h"
#include "muster/base/clock.h"
#include "muster/model/keyword.h"
#include "muster/store/inbox.h"
#include "muster/store/members.h"
#include "words.h"

const struct call_option cmd_reply_options[] = {
    {"--meaning", "MEANING", "only replies of this meaning"},
    {0},
};

enum { REPLIES_MOST = 1000 };

bool cmd_reply_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"WHEN", "at", false},       {"BY", "channel", false},      {"FROM", "from", false},
        {"MEMBER", "member", false}, {"MEANING", "meaning", false}, {"TEXT", "text", false},
    };
    struct reply *replies = NULL;
    size_t count = 0;
    const char *meaning = call_value(call, "--meaning");
    if (!words_check(call->command->words, "MEANING", meaning, err) ||
        !inbox_replies(call->db, meaning, REPLIES_MOST, call->arena, &replies, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        struct member *member = NULL;
        if (replies[i].member_id != 0 &&
            !members_get(call->db, replies[i].member_id, call->arena, &member, err)) {
            return false;
        }
        listing_text(listing, clock_format(replies[i].at, "%Y-%m-%d %H:%M:%S", call->arena));
        listing_text(listing, channel_name(replies[i].channel));
        listing_text(listing, replies[i].address);
        listing_text(listing, member == NULL ? "" : member->number);
        listing_text(listing, replies[i].meaning);
        listing_text(listing, replies[i].text);
    }
    listing_print(listing, call->format, "no replies");
    return true;
}

static void classify_line(const char *line, void *context)
{
    (void)context;
    (void)puts(keyword_name(keyword_classify(line)));
}

bool cmd_reply_classify(struct call *call, struct error *err)
{
    (void)call;
    return lines_each(classify_line, NULL, err);
}
