/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot change: other days for a ballot, and for the campaigns that are counted from
 * them. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/ballot/terms.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/moving.h"
#include "muster/conf/holidays.h"
#include "muster/conf/plan.h"

const struct call_option cmd_ballot_change_options[] = {
    {"--dry-run", NULL, "show what would change, and change nothing"},
    ACTING_OPTIONS,
    {0},
};

#define DAY_ALONE    "%a %-d %b %Y"
#define DAY_AND_TIME DAY_ALONE " %H:%M"

static const char *instant_words(struct call *call, int64_t instant)
{
    struct tm fields;
    if (call->format == LISTING_TEXT && instant != 0 && clock_local(instant, &fields) &&
        fields.tm_hour == 0 && fields.tm_min == 0) {
        return clock_format(instant, DAY_ALONE, call->arena);
    }
    return instant == 0                   ? "-"
           : call->format == LISTING_TEXT ? clock_format(instant, DAY_AND_TIME, call->arena)
                                          : clock_minute(instant, call->arena);
}

/* One of the ballot's own facts, when it changes. */
static void list_fact(struct listing *listing, const char *what, const char *was,
                      const char *becomes)
{
    if (!text_equal(was, becomes)) {
        listing_text(listing, what);
        listing_text(listing, was);
        listing_text(listing, becomes);
    }
}

/* What changes of the ballot itself; for people only: programs ask ballot show. */
static void print_ballot(struct call *call, const struct ballot *was, const struct ballot *becomes)
{
    static const struct listing_column COLUMNS[] = {
        {"BALLOT", "what", false}, {"WAS", "was", false}, {"BECOMES", "becomes", false}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    const struct {
        const char *what;
        int64_t was, becomes;
    } days[] = {{"opens", was->opens, becomes->opens},
                {"closes", was->closes, becomes->closes},
                {"replacement_start", was->replacements_from, becomes->replacements_from},
                {"replacement_end", was->replacements_until, becomes->replacements_until},
                {"last_safe_post", was->last_post, becomes->last_post}};
    list_fact(listing, "title", was->title, becomes->title);
    for (size_t i = 0; i < ARRAY_LENGTH(days); i++) {
        list_fact(listing, days[i].what, instant_words(call, days[i].was),
                  instant_words(call, days[i].becomes));
    }
    list_fact(listing, "method", was->method, becomes->method);
    list_fact(listing, "count", was->together ? "together" : "each employer",
              becomes->together ? "together" : "each employer");
    list_fact(listing, "threshold",
              arena_printf(call->arena, "%lld/%lld", (long long)was->threshold_part,
                           (long long)was->threshold_whole),
              arena_printf(call->arena, "%lld/%lld", (long long)becomes->threshold_part,
                           (long long)becomes->threshold_whole));
    listing_print(listing, LISTING_TEXT, "nothing of the ballot itself changes");
}

static const char *what_becomes(const struct moving_row *row)
{
    return row->skipped != NULL                                        ? "skipped"
           : row->begun && row->deadline != row->was_deadline          ? "ends earlier"
           : row->begun                                                ? "has begun, stays"
           : row->was == 0                                             ? "is added"
           : row->was_skipped                                          ? "goes after all"
           : row->was != row->at || row->was_deadline != row->deadline ? "moves"
                                                                       : "stays";
}

void cmd_print_moves(struct call *call, const struct moving_row *rows, size_t count,
                     const char *nothing)
{
    static const struct listing_column COLUMNS[] = {{"CAMPAIGN", "campaign", false},
                                                    {"STEP", "step", false},
                                                    {"WAS", "was", false},
                                                    {"BECOMES", "becomes", false},
                                                    {"DEADLINE", "deadline", false},
                                                    {"WHAT", "what", false},
                                                    {"WHY", "why", false}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct moving_row *row = &rows[i];
        listing_text(listing, row->campaign);
        listing_text(listing, row->step);
        listing_text(listing, instant_words(call, row->was));
        listing_text(listing, row->skipped == NULL ? instant_words(call, row->at) : "-");
        listing_text(listing, row->skipped == NULL ? instant_words(call, row->deadline) : "-");
        listing_text(listing, what_becomes(row));
        listing_text(listing, row->skipped);
    }
    listing_print(listing, call->format, nothing);
}

/* Whether messages of a campaign wait to be handed over. */
static bool has_waiting(struct call *call, int64_t campaign_id, bool *waiting, struct error *err)
{
    struct outbox_tally *tallies = NULL;
    size_t count = 0;
    *waiting = false;
    if (!outbox_tally(call->db, campaign_id, call->arena, &tallies, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        *waiting = *waiting || text_equal(tallies[i].state, "queued") ||
                   text_equal(tallies[i].state, "claimed");
    }
    return true;
}

/* What one campaign is now was not approved: what has not begun waits by itself, and what waits to
 * be handed over does so by a pause. Whoever moved its steps approves it no more. */
static bool settle_campaign(struct call *call, const char *name, const struct account *account,
                            int64_t now, const char **notes, struct error *err)
{
    struct campaign *campaign = NULL;
    struct approval_standing standing;
    bool waiting = false;
    if (!campaigns_find(call->db, name, call->arena, &campaign, err) ||
        (account != NULL &&
         !approvals_note_hand(call->db, campaign->id, account->id, "moved its steps", now, err)) ||
        !approval_look(call->db, &call->config, campaign, APPROVAL_NO_SIZES, call->arena, &standing,
                       err) ||
        !approval_settle(call->db, &standing, now, err) ||
        !has_waiting(call, campaign->id, &waiting, err)) {
        return false;
    }
    const char *words = approval_words(&standing, campaign, call->arena);
    if (words == NULL) {
        return true;
    }
    const bool pauses = waiting && text_equal(campaign->state, "running");
    *notes = arena_printf(call->arena, "%s%s%s\n", *notes, words,
                          pauses ? "; it is paused, and goes on with muster campaign resume" : "");
    return !pauses || campaigns_set_state(call->db, campaign->id, "paused", now, err);
}

bool cmd_settle_approvals(struct call *call, const struct account *account,
                          const struct moving_row *rows, size_t count, int64_t now,
                          const char **notes, struct error *err)
{
    *notes = "";
    for (size_t i = 0; i < count; i++) {
        const bool first = i == 0 || !text_equal(rows[i].campaign, rows[i - 1].campaign);
        if (first && !settle_campaign(call, rows[i].campaign, account, now, notes, err)) {
            return false;
        }
    }
    return true;
}

/* The ballot as its file has it now, and its days. */
static bool read_plan(struct call *call, struct ballot_plan *plan, struct ballot *becomes,
                      struct holidays *holidays, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    const bool ok = plan_read_ballot(call->arguments[0], call->arena, &faults, plan, err) &&
                    terms_settle(&call->config, plan, call->arena, &faults, becomes, err) &&
                    holidays_read(&call->config, call->config.hours.nation, call->arena, &faults,
                                  holidays, err);
    call_print_faults(&faults);
    return ok;
}

bool cmd_ballot_change(struct call *call, struct error *err)
{
    const bool dry = call_has(call, "--dry-run");
    const int64_t now = clock_now();
    struct ballot_plan plan;
    struct ballot becomes;
    struct holidays holidays;
    struct ballot *was = NULL;
    struct moving_row *rows = NULL;
    struct account *account = NULL;
    const char *notes = "";
    size_t count = 0;
    if ((!dry && !acting_account(call, ROLE_MAY_CAMPAIGN, "change ballots", &account, err)) ||
        !read_plan(call, &plan, &becomes, &holidays, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!cmd_find_ballot(call, plan.name, &was, err)) {
        return false;
    }
    if (!terms_may_become(was, &becomes, now, err)) {
        return error_prefix(err, "%s", call->arguments[0]);
    }
    becomes.id = was->id;
    if (!ballots_change(call->db, &becomes, err) ||
        !moving_run(call->db, &becomes, &holidays.dates, now, call->arena, &rows, &count, err) ||
        !cmd_settle_approvals(call, account, rows, count, now, &notes, err) ||
        (!dry && (!acting_note(call, account, "ballot.change", becomes.name, NULL, err) ||
                  !db_commit(transaction, err)))) {
        return false;
    }
    if (call->format == LISTING_TEXT) {
        print_ballot(call, was, &becomes);
        (void)putchar('\n');
    }
    cmd_print_moves(call, rows, count, "no campaign of this ballot is under way");
    (void)fputs(notes, stderr);
    if (call->format == LISTING_TEXT && dry) {
        (void)puts("\nnothing was changed: without --dry-run it is");
    }
    return true;
}
