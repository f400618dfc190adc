/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster purge. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/ballot/purge.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/retentions.h"

const struct call_option cmd_purge_options[] = {
    {"--dry-run", NULL, "say what would be deleted, delete nothing"},
    {0},
};

/* What is deleted of a ballot, or would be. */
static bool purge_one(struct call *call, const struct purge *purge, bool dry_run,
                      struct purged *purged, struct error *err)
{
    bool emptied = true;
    if (dry_run) {
        return purges_count(call->db, purge->ballot->id, purged, err);
    }
    if (!purges_ballot(call->db, purge->ballot->id, clock_now(), purged, &emptied, err)) {
        return error_prefix(err, "ballot %s", purge->ballot->name);
    }
    if (!emptied) {
        (void)fprintf(stderr,
                      "the journal of the store is in use: what was deleted is overwritten in it"
                      " in the course of things\n");
    }
    return true;
}

static const char *state_words(const struct purge *purge, bool dry_run)
{
    return !purge->due ? "kept" : dry_run ? "would be deleted" : "deleted";
}

static void add_row(struct call *call, const struct purge *purge, const struct purged *purged,
                    bool dry_run, struct listing *listing)
{
    listing_text(listing, "ballot");
    listing_text(listing, purge->ballot->name);
    listing_text(listing, clock_day(purge->ballot->closes, call->arena));
    listing_text(listing, purge->keeps);
    listing_text(listing, purge->date == 0 ? NULL : calendar_text(purge->date, call->arena));
    listing_text(listing, state_words(purge, dry_run));
    listing_text(listing, purge->due ? purge_words(purged, call->arena) : "");
}

/* What is not of a ballot: a row for each rule. */
static bool add_rules(struct call *call, bool dry_run, struct listing *listing, struct error *err)
{
    struct retentions_state states[RETENTIONS_COUNT];
    const int64_t now = clock_now();
    if (!(dry_run ? retentions_look(call->db, &call->config, now, states, err)
                  : retentions_run(call->db, &call->config, now, states, err))) {
        return false;
    }
    for (int i = 0; i < RETENTIONS_COUNT; i++) {
        const struct retentions_state *state = &states[i];
        const char *since = state->oldest == 0
                                ? ""
                                : arena_printf(call->arena, ", the oldest of %s",
                                               clock_day(state->oldest, call->arena));
        listing_text(listing, state->name);
        listing_text(listing, "");
        listing_text(listing, "");
        listing_text(listing, state->keeps);
        listing_text(listing, state->until == 0 ? NULL : calendar_text(state->until, call->arena));
        listing_text(listing, state->rows == 0 ? "kept" : dry_run ? "would be deleted" : "deleted");
        listing_text(listing, state->rows == 0 ? ""
                                               : arena_printf(call->arena, "%lld%s",
                                                              (long long)state->rows, since));
    }
    return true;
}

bool cmd_purge(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"RULE", "rule", false},      {"BALLOT", "ballot", false}, {"CLOSED", "closes", false},
        {"KEPT FOR", "keeps", false}, {"UNTIL", "until", false},   {"STATE", "state", false},
        {"WHAT", "what", false},
    };
    const bool dry_run = call_has(call, "--dry-run");
    struct purge *purges = NULL;
    size_t count = 0;
    if (!purge_list(call->db, &call->config, clock_now(), call->arena, &purges, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        struct purged purged = {0};
        if (purges[i].due && !purge_one(call, &purges[i], dry_run, &purged, err)) {
            return false;
        }
        add_row(call, &purges[i], &purged, dry_run, listing);
    }
    if (!add_rules(call, dry_run, listing, err)) {
        return false;
    }
    listing_print(listing, call->format, "there is nothing to purge");
    return true;
}
