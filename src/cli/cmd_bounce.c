/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster bounce. */
#include "cmd.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/bounces.h"
#include "muster/store/dossiers.h"

const struct call_option cmd_bounce_options[] = {
    {"--unproven", NULL, "only what proves no message of ours, and had no effect"},
    {0},
};

enum { BOUNCES_MOST = 1000, WORDS_COLUMNS = 48 };

static const struct listing_column COLUMNS[] = {
    {"WHEN", "at", false},         {"CLASS", "class", false},   {"STATUS", "status", false},
    {"TIMES", "times", true},      {"MEMBER", "member", false}, {"CAMPAIGN", "campaign", false},
    {"MESSAGE", "message", false}, {"IT SAYS", "says", false},
};

static bool put(struct call *call, struct listing *listing, const struct bounce *bounce,
                struct error *err)
{
    struct dossier_sharer *bearers = NULL;
    size_t count = 0;
    if (!dossiers_sharers(call->db, bounce->address_key, 0, call->arena, &bearers, &count, err)) {
        return false;
    }
    const bool people = call->format == LISTING_TEXT;
    listing_text(listing, clock_format(bounce->at, "%Y-%m-%d %H:%M:%S", call->arena));
    listing_text(listing, bounce->class);
    listing_text(listing, bounce->status);
    listing_number(listing, bounce->times);
    listing_text(listing, count == 0 ? "" : bearers[0].number);
    listing_text(listing, bounce->campaign == NULL ? "" : bounce->campaign);
    listing_text(listing, bounce->reference == NULL ? "" : bounce->reference);
    listing_text(listing, people ? listing_head(bounce->diagnostic, WORDS_COLUMNS, call->arena)
                                 : bounce->diagnostic);
    return true;
}

bool cmd_bounce_list(struct call *call, struct error *err)
{
    struct bounce *bounces = NULL;
    size_t count = 0;
    if (!bounces_list(call->db, NULL, call_has(call, "--unproven"), BOUNCES_MOST, call->arena,
                      &bounces, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        if (!put(call, listing, &bounces[i], err)) {
            return false;
        }
    }
    listing_print(listing, call->format, "no mail has come back");
    return true;
}
