/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of roles, and the loops of those that hand over and clear up. */
#include "roles.h"

#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/expand.h"
#include "muster/dispatch/dispatch.h"
#include "muster/inbound/hook.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/worker.h"
#include "muster/web/public.h"

enum {
    POLL_MS = 100,         /* how often a quiet role looks for news */
    LOOK_ANYWAY_MS = 1000, /* how often it looks without news: for what has become due */
    EXPAND_SLICE = 10000,
    PUBLIC_PATIENCE_MS = 5000,
    SWEEP_MS = 1000,
    REPORT_MS = 5000, /* how often a busy role writes a line */
    LONGEST_BACKOFF_MS = 60000,
};

/* What a hand-over role has done since its last line in the log. */
struct report {
    struct dispatch_tally tally;
    int64_t since;
};

static void report_write(struct report *report, bool quiet)
{
    const struct dispatch_tally *tally = &report->tally;
    int64_t now = clock_monotonic();
    if (tally->claimed == 0 || (!quiet && now - report->since < REPORT_MS)) {
        return;
    }
    log_info("%zu accepted, %zu refused, %zu put off, %zu unsure, %zu withheld", tally->accepted,
             tally->refused, tally->deferred, tally->unsure, tally->withheld);
    *report = (struct report){.since = now};
}

/* Wait until another process has written something, or it is time to look anyway. */
static void wait_for_news(const struct role_context *context)
{
    int64_t before = db_version(context->db);
    for (int64_t waited = 0; waited < LOOK_ANYWAY_MS && *context->stop == 0; waited += POLL_MS) {
        clock_sleep(POLL_MS);
        if (db_version(context->db) != before) {
            return;
        }
    }
}

/* Sleep, but not through a signal to stop. */
static void rest(const struct role_context *context, int64_t milliseconds)
{
    int64_t until = clock_monotonic() + milliseconds;
    while (*context->stop == 0 && clock_monotonic() < until) {
        clock_sleep(POLL_MS);
    }
}

/* Hand over batch after batch. A carrier that cannot be reached is tried again, ever more
 * slowly, and each new sentence of it is logged once; a store that fails ends the role. */
static bool hand_over(const struct role_context *context, struct dispatch *dispatch,
                      struct error *err)
{
    struct report report = {.since = clock_monotonic()};
    int64_t backoff = 0;
    char said[ERROR_TEXT_SIZE] = "";
    while (*context->stop == 0) {
        struct dispatch_tally tally;
        struct error fault = {0};
        bool ok = dispatch_batch(dispatch, &tally, &fault);
        dispatch_tally_add(&report.tally, &tally);
        if (!ok && fault.kind == ERROR_DATA) { /* a campaign was paused; the others go on */
            log_warning("%s", fault.text);
            continue;
        }
        if (!ok && fault.kind != ERROR_UNAVAILABLE && fault.kind != ERROR_CONFIG) {
            return error_set(err, fault.kind, "%s", fault.text);
        }
        if (!ok) {
            if (!text_equal(said, fault.text)) {
                log_warning("%s", fault.text);
                memcpy(said, fault.text, sizeof said);
            }
            backoff = backoff == 0 ? CLOCK_SECOND : backoff * 2;
            backoff = backoff < LONGEST_BACKOFF_MS ? backoff : LONGEST_BACKOFF_MS;
            rest(context, backoff);
            continue;
        }
        if (tally.claimed > 0) {
            backoff = 0;
            said[0] = '\0';
        }
        report_write(&report, tally.claimed == 0 && tally.wait == 0);
        if (tally.wait > 0) {
            clock_sleep(tally.wait < LOOK_ANYWAY_MS ? tally.wait : LOOK_ANYWAY_MS);
        } else if (tally.claimed == 0) {
            wait_for_news(context);
        }
    }
    report_write(&report, true);
    return true;
}

static bool run_mail(const struct role_context *context, struct error *err)
{
    struct worker *worker = NULL;
    struct dispatch *dispatch = NULL;
    bool ok = worker_start(context->db, "mail", clock_now(), &worker, err) &&
              dispatch_open_mail(context->db, context->config, worker_id(worker), &dispatch, err) &&
              hand_over(context, dispatch, err);
    dispatch_free(&dispatch);
    worker_free(&worker);
    return ok;
}

static bool run_sms(const struct role_context *context, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct worker *worker = NULL;
    struct dispatch *dispatch = NULL;
    const char *receipts = "";
    const char *replies = "";
    if (!hook_urls(context->db, context->config, context->gateway, arena, &receipts, &replies)) {
        log_warning("public.url is not set: no receipts and no replies will come in");
    }
    bool ok = worker_start(context->db, "sms", clock_now(), &worker, err) &&
              dispatch_open_sms(context->db, context->config, context->gateway, receipts, replies,
                                worker_id(worker), &dispatch, err) &&
              hand_over(context, dispatch, err);
    dispatch_free(&dispatch);
    worker_free(&worker);
    return ok;
}

static bool run_public(const struct role_context *context, struct error *err)
{
    /* A provider gives up after some ten seconds: better a 503 in time, and it calls again. */
    db_set_patience(context->db, PUBLIC_PATIENCE_MS);
    return public_run(context->db, context->config, context->gateway, -1, context->stop, err);
}

/* Go on with what muster campaign start began and did not finish, a slice at a time. */
static bool expand_rest(const struct role_context *context, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct campaign *campaign = NULL;
    do {
        struct expand_tally tally = {0};
        arena_reset(arena);
        if (!expand_next(context->db, context->config, clock_now(), EXPAND_SLICE, arena, &campaign,
                         &tally, err)) {
            return false;
        }
        if (tally.sms + tally.email > 0) {
            log_info("campaign %s: %lld texts and %lld mails queued", campaign->name,
                     (long long)tally.sms, (long long)tally.email);
        }
    } while (campaign != NULL && *context->stop == 0);
    return campaigns_finish(context->db, err);
}

static bool run_campaign(const struct role_context *context, struct error *err)
{
    while (*context->stop == 0) {
        struct error fault = {0};
        if (!expand_rest(context, &fault)) {
            if (fault.kind != ERROR_DATA) {
                return error_set(err, fault.kind, "%s", fault.text);
            }
            log_warning("%s", fault.text);
        }
        rest(context, SWEEP_MS);
    }
    return true;
}

static bool run_sweep(const struct role_context *context, struct error *err)
{
    struct worker *worker = NULL;
    bool ok = worker_start(context->db, "sweep", clock_now(), &worker, err);
    while (ok && *context->stop == 0) {
        struct outbox_swept swept;
        ok = outbox_sweep(context->db, clock_now(), worker_alive, worker, &swept, err);
        if (ok && swept.unsure > 0) {
            log_warning("%lld messages are unsure: a worker ended while it handed them over; see"
                        " muster message list --state unsure",
                        (long long)swept.unsure);
        }
        if (ok && swept.requeued + swept.expired > 0) {
            log_info("%lld messages back in the queue, %lld expired", (long long)swept.requeued,
                     (long long)swept.expired);
        }
        rest(context, SWEEP_MS);
    }
    worker_free(&worker);
    return ok;
}

static size_t one(const struct config *config)
{
    (void)config;
    return 1;
}

static size_t mail_sessions(const struct config *config)
{
    return (size_t)config->mail.sessions;
}

static size_t sms_if_configured(const struct config *config)
{
    return text_empty(config->sms.gateway) ? 0 : 1;
}

static const struct role ROLES[] = {
    {"public", "takes receipts, replies and unsubscribes from the internet", run_public, one},
    {"campaign", "fills the outbox of campaigns whose start was cut off", run_campaign, one},
    {"mail", "hands mails to the relay, one SMTP session each", run_mail, mail_sessions},
    {"sms", "hands texts to the provider, many at once", run_sms, sms_if_configured},
    {"sweep", "clears up: dead workers, leases, deadlines", run_sweep, one},
};

const struct role *roles_table(size_t *count)
{
    *count = ARRAY_LENGTH(ROLES);
    return ROLES;
}

const struct role *roles_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(ROLES); i++) {
        if (text_equal(ROLES[i].name, name)) {
            return &ROLES[i];
        }
    }
    return NULL;
}
