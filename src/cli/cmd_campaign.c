/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign. */
#include <stdio.h>

#include "cmd.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/campaign/campaign.h"
#include "muster/campaign/expand.h"
#include "muster/store/outbox.h"
#include "muster/store/segments.h"
#include "progress.h"

enum { SLICE = 10000 };

static bool find_campaign(struct call *call, struct campaign **campaign, struct error *err)
{
    const char *name = call->arguments[0];
    struct campaign *found = NULL;
    if (!campaigns_find(call->db, name, call->arena, &found, err)) {
        return false;
    }
    if (found == NULL) {
        return error_set(err, ERROR_DATA, "there is no campaign '%s'", name);
    }
    *campaign = found;
    return true;
}

bool cmd_campaign_create(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct campaign *campaign = NULL;
    bool ok = campaign_create(call->db, &call->config, call->arguments[0], clock_now(), call->arena,
                              &faults, &campaign, err);
    call_print_faults(&faults);
    if (ok) {
        (void)printf("campaign %s is ready; muster campaign start %s begins it\n", campaign->name,
                     campaign->name);
    }
    return ok;
}

bool cmd_campaign_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"CAMPAIGN", "name", false},
                                                    {"STATE", "state", false},
                                                    {"MADE", "at", false},
                                                    {"TITLE", "title", false}};
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, campaigns[i].name);
        listing_text(listing, campaigns[i].state);
        listing_text(listing, clock_format(campaigns[i].at, "%Y-%m-%d %H:%M", call->arena));
        listing_text(listing, campaigns[i].title);
    }
    listing_print(listing, call->format, "no campaigns yet");
    return true;
}

/* Set the state, if the campaign is in one that allows it. */
static bool change_state(struct call *call, const char *const *from, size_t count, const char *to,
                         struct campaign **campaign, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!find_campaign(call, campaign, err)) {
        return false;
    }
    bool allowed = false;
    for (size_t i = 0; i < count; i++) {
        allowed = allowed || text_equal((*campaign)->state, from[i]);
    }
    if (!allowed) {
        return error_set(err, ERROR_DATA, "campaign %s is %s: it cannot become %s",
                         (*campaign)->name, (*campaign)->state, to);
    }
    return campaigns_set_state(call->db, (*campaign)->id, to, clock_now(), err) &&
           db_commit(transaction, err);
}

static bool expand(struct call *call, const struct campaign *campaign, struct step *step,
                   struct expand_tally *tally, struct error *err)
{
    struct segments_size size;
    struct progress progress;
    if (!segments_count(call->db, step->who, campaign->ballot_id, &size, err)) {
        return false;
    }
    progress_begin(&progress, "Queueing");
    while (!step->expanded) {
        if (!expand_slice(call->db, &call->config, campaign, step, clock_now(), SLICE, tally,
                          err)) {
            progress_end(&progress);
            return false;
        }
        progress_at(&progress, tally->members, size.members);
    }
    progress_end(&progress);
    return true;
}

/* Whether there still is time for one of the steps. */
static bool check_deadlines(const struct campaign *campaign, const struct step *steps, size_t count,
                            int64_t now, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].deadline > now) {
            return true;
        }
    }
    return error_set(err, ERROR_DATA, "campaign %s cannot be started: its deadline has passed",
                     campaign->name);
}

bool cmd_campaign_start(struct call *call, struct error *err)
{
    /* A start that was cut off is taken up where it stopped. */
    static const char *const FROM[] = {"draft", "running"};
    struct campaign *campaign = NULL;
    struct step *steps = NULL;
    size_t count = 0;
    struct expand_tally tally = {0};
    if (!find_campaign(call, &campaign, err) ||
        !campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err) ||
        !check_deadlines(campaign, steps, count, clock_now(), err) ||
        !change_state(call, FROM, ARRAY_LENGTH(FROM), "running", &campaign, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!expand(call, campaign, &steps[i], &tally, err)) {
            return false;
        }
    }
    (void)printf("campaign %s is running: %lld members; %lld texts and %lld mails queued,"
                 " %lld share a handset or mailbox, %lld cannot be reached\n",
                 campaign->name, (long long)tally.members, (long long)tally.sms,
                 (long long)tally.email, (long long)tally.shared, (long long)tally.no_address);
    return true;
}

bool cmd_campaign_pause(struct call *call, struct error *err)
{
    static const char *const FROM[] = {"running", "paused"};
    struct campaign *campaign = NULL;
    if (!change_state(call, FROM, ARRAY_LENGTH(FROM), "paused", &campaign, err)) {
        return false;
    }
    (void)printf("campaign %s is paused\n", campaign->name);
    return true;
}

bool cmd_campaign_resume(struct call *call, struct error *err)
{
    static const char *const FROM[] = {"paused", "running"};
    struct campaign *campaign = NULL;
    if (!change_state(call, FROM, ARRAY_LENGTH(FROM), "running", &campaign, err)) {
        return false;
    }
    (void)printf("campaign %s goes on\n", campaign->name);
    return true;
}

bool cmd_campaign_cancel(struct call *call, struct error *err)
{
    static const char *const FROM[] = {"draft", "running", "paused", "cancelled"};
    struct campaign *campaign = NULL;
    if (!change_state(call, FROM, ARRAY_LENGTH(FROM), "cancelled", &campaign, err)) {
        return false;
    }
    (void)printf("campaign %s is cancelled; what was handed over already cannot be called back\n",
                 campaign->name);
    return true;
}

bool cmd_campaign_status(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"CHANNEL", "channel", false}, {"STATE", "state", false}, {"MESSAGES", "messages", true}};
    struct campaign *campaign = NULL;
    struct outbox_tally *tallies = NULL;
    size_t count = 0;
    if (!find_campaign(call, &campaign, err) ||
        !outbox_tally(call->db, campaign->id, call->arena, &tallies, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, tallies[i].channel);
        listing_text(listing, tallies[i].state);
        listing_number(listing, tallies[i].count);
    }
    if (call->format == LISTING_TEXT) {
        (void)printf("campaign %s is %s\n\n", campaign->name, campaign->state);
    }
    listing_print(listing, call->format, "no messages yet");
    return true;
}
