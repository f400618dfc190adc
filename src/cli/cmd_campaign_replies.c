/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign replies: what a campaign brought back, step by step. */
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/inbox.h"

bool cmd_campaign_replies(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"STEP", "step", false},         {"FROM", "at", false},
        {"HANDED OVER", "handed", true}, {"MEANING", "meaning", false},
        {"MEMBERS", "members", true},    {"OF 100", "percent", true},
    };
    struct campaign *campaign = NULL;
    struct inbox_meaning *meanings = NULL;
    size_t count = 0;
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err) ||
        !inbox_meanings(call->db, campaign->id, call->arena, &meanings, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct inbox_meaning *row = &meanings[i];
        listing_text(listing, text_empty(row->step) ? campaign->name : row->step);
        listing_text(listing, clock_minute(row->at, call->arena));
        listing_number(listing, row->handed);
        listing_text(listing, row->meaning);
        listing_number(listing, row->members);
        listing_number(listing, row->handed == 0 ? 0 : row->members * 100 / row->handed);
    }
    listing_print(listing, call->format, "nothing of it was handed over yet");
    return true;
}
