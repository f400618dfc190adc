/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of roles, and the loops of those that hand over and clear up. */
#include "roles.h"

#include <stdio.h>
#include <string.h>

#include "muster/ballot/purge.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/pulse.h"
#include "muster/base/text.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/receivers.h"
#include "muster/dispatch/dispatch.h"
#include "muster/dispatch/lookup.h"
#include "muster/dispatch/ways.h"
#include "muster/inbound/bounce.h"
#include "muster/inbound/hook.h"
#include "muster/inbound/mailbox.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/suppressions.h"
#include "muster/store/worker.h"
#include "muster/web/console.h"
#include "muster/web/public.h"

enum {
    POLL_MS = 100,         /* how often a quiet role looks for news */
    LOOK_ANYWAY_MS = 1000, /* how often it looks without news: for what has become due */
    EXPAND_SLICE = 10000,
    PUBLIC_PATIENCE_MS = 5000,
    SWEEP_MS = 1000,
    LOOK_AT_CLOCK_MS = 5000,
    LOOK_AT_PURGES_MS = CLOCK_HOUR,
    RESEND_AFTER_MS = 10 * CLOCK_MINUTE, /* a mail that is unsure, if it is to be sent again */
};

/* A line for each batch, so that a run can be read afterwards. */
static void tell_batch(const struct dispatch *dispatch, const struct dispatch_tally *tally)
{
    if (tally->notice[0] != '\0') {
        log_warning("%s", tally->notice);
    }
    if (tally->claimed == 0) {
        return;
    }
    log_info("%s: %zu of %s in %lld ms: %zu accepted, %zu refused, %zu put off, %zu unsure, %zu"
             " withheld%s%s",
             dispatch_route(dispatch), tally->claimed, tally->campaign, (long long)tally->took,
             tally->accepted, tally->refused, tally->deferred, tally->unsure, tally->withheld,
             tally->trouble[0] == '\0' ? "" : "; ", tally->trouble);
}

/* Wait until another process has written something, or it is time to look anyway. */
static void wait_for_news(const struct role_context *context)
{
    int64_t before = db_version(context->db);
    for (int64_t waited = 0; waited < LOOK_ANYWAY_MS && *context->stop == 0; waited += POLL_MS) {
        pulse_beat();
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
    for (int64_t left = milliseconds; *context->stop == 0 && left > 0;
         left = until - clock_monotonic()) {
        pulse_beat();
        clock_sleep(left < POLL_MS ? left : POLL_MS);
    }
}

/* What is said once, until it changes or is over. */
struct complaint {
    char said[ERROR_TEXT_SIZE];
};

static void complain(struct complaint *complaint, const char *text)
{
    if (!text_equal(complaint->said, text)) {
        log_warning("%s", text);
        (void)snprintf(complaint->said, sizeof complaint->said, "%s", text);
    }
}

/* Say once when messages wait for their hours. */
static void tell_hours(struct complaint *complaint, const struct dispatch_tally *tally)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (tally->opens_at > 0) {
        complain(complaint, arena_printf(arena, "what is due waits for its hours, from %s on",
                                         clock_format(tally->opens_at, "%a %-d %B %H:%M", arena)));
    }
}

/* Hand over batch after batch. A carrier that cannot be reached is tried again, ever more slowly,
 * as the store remembers of its route; a store that fails ends the role. When all is quiet, unsure
 * texts are looked up; NULL: none are. */
static bool hand_over(const struct role_context *context, struct dispatch *dispatch,
                      struct lookup *lookup, struct error *err)
{
    struct complaint complaint = {.said = ""};
    while (*context->stop == 0) {
        pulse_beat();
        struct dispatch_tally tally;
        struct error fault = {0};
        bool ok = dispatch_batch(dispatch, &tally, &fault);
        tell_batch(dispatch, &tally);
        if (!ok && fault.kind == ERROR_DATA) { /* a campaign was paused; the others go on */
            log_warning("%s", fault.text);
            continue;
        }
        if (!ok && fault.kind != ERROR_UNAVAILABLE && fault.kind != ERROR_CONFIG) {
            return error_set(err, fault.kind, "%s", fault.text);
        }
        if (!ok) {
            complain(&complaint, fault.text);
        } else if (tally.claimed > 0) {
            complaint.said[0] = '\0';
        }
        tell_hours(&complaint, &tally);
        if (tally.wait > 0) {
            rest(context, tally.wait < LOOK_ANYWAY_MS ? tally.wait : LOOK_ANYWAY_MS);
        } else if (tally.claimed == 0) {
            bool busy = false;
            if (!lookup_batch(lookup, &busy, err)) {
                return false;
            }
            if (!busy) {
                wait_for_news(context);
            }
        }
    }
    return true;
}

/* Hand over by one way out, as a worker of its own. */
static bool run_way(const struct role_context *context, const char *role, struct dispatch_way *way,
                    struct error *err)
{
    struct worker *worker = NULL;
    struct dispatch *dispatch = NULL;
    struct lookup *lookup = NULL;
    bool ok = worker_start(context->db, role, clock_now(), &worker, err);
    if (ok) {
        way->db = context->db;
        way->worker = worker_id(worker);
        ok = dispatch_open(way, &dispatch, err) &&
             (way->gateway == NULL ||
              lookup_open(context->db, way->route->config, way->gateway, &lookup, err)) &&
             hand_over(context, dispatch, lookup, err);
    }
    lookup_free(&lookup);
    dispatch_free(&dispatch);
    worker_free(&worker);
    return ok;
}

static bool run_mail(const struct role_context *context, struct error *err)
{
    struct dispatch_way way = ways_mail(context->ways, context->place);
    return run_way(context, "mail", &way, err);
}

static bool run_sms(const struct role_context *context, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct dispatch_way way = ways_sms(context->ways, context->place);
    struct hook_urls urls;
    if (!hook_urls(context->db, context->config, way.gateway, arena, &urls, err)) {
        return false;
    }
    if (text_empty(urls.receipt)) {
        log_warning("public.url is not set: no receipts and no replies will come in");
    }
    way.receipt_url = urls.receipt;
    way.reply_url = urls.reply;
    return run_way(context, "sms", &way, err);
}

static bool run_public(const struct role_context *context, struct error *err)
{
    /* A provider gives up after some ten seconds: better a 503 in time, and it calls again. */
    db_set_patience(context->db, PUBLIC_PATIENCE_MS);
    const struct public_callers callers = {.gateways = context->ways->gateways,
                                           .count = context->config->sms.gateway_count};
    return public_run(context->db, context->config, &callers, -1, context->stop, err);
}

static bool run_console(const struct role_context *context, struct error *err)
{
    return console_run(context->db, context->config, -1, context->stop, err);
}

/* Queue the steps whose turn has come, and what muster campaign start began and did not finish, a
 * slice at a time. */
static bool expand_rest(const struct role_context *context, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct expand_setting setting = {.config = context->config,
                                           .pools = &context->ways->receivers};
    const struct campaign *campaign = NULL;
    do {
        struct expand_tally tally = {0};
        arena_reset(arena);
        if (!expand_next(context->db, &setting, clock_now(), EXPAND_SLICE, arena, &campaign, &tally,
                         err)) {
            return false;
        }
        const bool listed = !text_empty(tally.step);
        if (tally.skipped != NULL) {
            log_warning("%s",
                        expand_skipped_words(campaign->name, tally.step, tally.skipped, arena));
        }
        if (tally.sms + tally.email > 0) {
            log_info("campaign %s%s%s: %lld texts and %lld mails queued", campaign->name,
                     listed ? ", step " : "", listed ? tally.step : "", (long long)tally.sms,
                     (long long)tally.email);
        }
        if (tally.second > 0) {
            log_info("campaign %s: %lld mails queued, since the texts have not arrived",
                     campaign->name, (long long)tally.second);
        }
    } while (campaign != NULL && *context->stop == 0);
    return campaigns_finish(context->db, clock_now(), err);
}

static bool run_campaign(const struct role_context *context, struct error *err)
{
    int64_t look_up_at = 0;
    while (*context->stop == 0) {
        struct error fault = {0};
        if (!receivers_learn_when_due(context->db, context->config, &context->ways->receivers,
                                      &look_up_at, err)) {
            return false;
        }
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

/* What a clock that has been set back leaves behind. */
static bool mend_clock(const struct role_context *context, int64_t *looked, struct error *err)
{
    int64_t count = 0;
    int64_t now = clock_monotonic();
    if (now - *looked < LOOK_AT_CLOCK_MS) {
        return true;
    }
    *looked = now;
    if (!outbox_set_back(context->db, clock_now(), &count, err)) {
        return false;
    }
    if (count > 0) {
        log_warning("the clock was set back: %lld messages would have waited for too long",
                    (long long)count);
    }
    return true;
}

/* One mail out of the mailbox, in a transaction of its own. */
static bool take_mail(const char *bytes, size_t length, void *given, struct error *err)
{
    const struct role_context *context = given;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct returned returned;
    struct bounce_outcome outcome;
    const struct bounce_mail mail = {.returned = &returned, .recipient = "", .now = clock_now()};
    if (!returned_read(bytes, length, arena, &returned, err) || !db_begin(context->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = context->db;
    if (!bounce_take(context->db, context->config, &mail, arena, &outcome, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    log_info("a mail came back: %s%s%s%s%s: %s", returned_kind_name(outcome.kind),
             outcome.kind == RETURNED_BOUNCE ? ", " : "",
             outcome.kind == RETURNED_BOUNCE ? returned_class_name(outcome.class) : "",
             text_empty(outcome.reference) ? "" : " of ", outcome.reference, outcome.told);
    return true;
}

/* Whether a mailbox that fails so may be tried again later. */
static bool passes(enum error_kind kind)
{
    return kind == ERROR_UNAVAILABLE || kind == ERROR_CONFIG || kind == ERROR_TEMPORARY ||
           kind == ERROR_NO_INPUT || kind == ERROR_PERMISSION;
}

static bool run_mailbox(const struct role_context *context, struct error *err)
{
    struct mailbox *mailbox = mailbox_create(context->config);
    struct complaint complaint = {.said = ""};
    bool ok = true;
    while (ok && *context->stop == 0) {
        pulse_beat();
        struct mailbox_tally tally;
        struct error fault = {0};
        struct role_context given = *context;
        bool went = mailbox_batch(mailbox, take_mail, &given, context->stop, &tally, &fault);
        if (went) {
            complaint.said[0] = '\0';
        } else if (passes(fault.kind)) {
            complain(&complaint, fault.text);
        } else {
            ok = error_set(err, fault.kind, "%s", fault.text);
        }
        if (ok && (!went || !tally.more)) {
            rest(context, context->config->mailbox.every * CLOCK_SECOND);
        }
    }
    mailbox_free(&mailbox);
    return ok;
}

/* Suppressions that were for a time only. */
static bool end_suspensions(const struct role_context *context, struct error *err)
{
    int64_t ended = 0;
    if (!suppressions_end(context->db, clock_now(), &ended, err)) {
        return false;
    }
    if (ended > 0) {
        log_info("%lld addresses may be written to again: their time was over", (long long)ended);
    }
    return true;
}

/* What is no longer kept of ballots. A ballot that cannot be purged now is tried again. */
static bool purge_ballots(const struct role_context *context, int64_t *looked, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct purge *purges = NULL;
    size_t count = 0;
    const int64_t now = clock_monotonic();
    if (*looked != 0 && now - *looked < LOOK_AT_PURGES_MS) {
        return true;
    }
    *looked = now;
    if (!purge_list(context->db, context->config, clock_now(), arena, &purges, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct purged purged = {0};
        bool emptied = false;
        if (!purges[i].due) {
            continue;
        }
        if (!purges_ballot(context->db, purges[i].ballot->id, clock_now(), &purged, &emptied,
                           err)) {
            return false;
        }
        log_info("ballot %s was kept for %s after its close: deleted %s; how many there were is"
                 " kept",
                 purges[i].ballot->name, purges[i].keeps, purge_words(&purged, arena));
    }
    return true;
}

static bool run_sweep(const struct role_context *context, struct error *err)
{
    struct worker *worker = NULL;
    bool ok = worker_start(context->db, "sweep", clock_now(), &worker, err);
    int64_t looked = 0;
    int64_t purged = 0;
    while (ok && *context->stop == 0) {
        struct outbox_swept swept;
        ok = mend_clock(context, &looked, err) && end_suspensions(context, err) &&
             purge_ballots(context, &purged, err) &&
             outbox_sweep(context->db, clock_now(), worker_alive, worker, &swept, err);
        if (ok && swept.unsure > 0) {
            log_warning("%lld messages are unsure: a worker ended while it handed them over; see"
                        " muster message list --state unsure",
                        (long long)swept.unsure);
        }
        if (ok && swept.requeued + swept.expired > 0) {
            log_info("%lld messages back in the queue, %lld expired", (long long)swept.requeued,
                     (long long)swept.expired);
        }
        int64_t again = 0;
        if (ok && text_equal(context->config->mail.unsure, "resend")) {
            int64_t now = clock_now();
            ok = outbox_resend(context->db, now - RESEND_AFTER_MS, context->config->retry.attempts,
                               now, &again, err);
        }
        if (ok && again > 0) {
            log_info("%lld unsure mails are sent again with the same Message-ID", (long long)again);
        }
        rest(context, SWEEP_MS);
    }
    worker_free(&worker);
    return ok;
}

static size_t one_place(const struct config *config)
{
    (void)config;
    return 1;
}

static size_t consoles(const struct config *config)
{
    return text_empty(config->console.listen) ? 0 : 1;
}

static size_t mailboxes(const struct config *config)
{
    return text_empty(config->mailbox.url) ? 0 : 1;
}

static size_t one_process(const struct config *config, size_t place)
{
    (void)config;
    (void)place;
    return 1;
}

static size_t relays(const struct config *config)
{
    return config->mail.relay_count;
}

static size_t mail_sessions(const struct config *config, size_t place)
{
    return (size_t)config->mail.relays[place].config->mail.sessions;
}

static const char *relay_name(const struct config *config, size_t place)
{
    return config->mail.relays[place].name;
}

static size_t gateways(const struct config *config)
{
    return config->sms.gateway_count;
}

static size_t sms_sessions(const struct config *config, size_t place)
{
    return (size_t)config->sms.gateways[place].config->sms.sessions;
}

static const char *gateway_name(const struct config *config, size_t place)
{
    return config->sms.gateways[place].name;
}

static const struct role ROLES[] = {
    {"public", "takes receipts, replies and unsubscribes from the internet", run_public, one_place,
     one_process, NULL, ROLE_ONLY_ANSWERS},
    {"console", "tells those who run the branch how it stands", run_console, consoles, one_process,
     NULL, ROLE_LISTENS},
    {"campaign", "fills the outbox: of each step when its time comes", run_campaign, one_place,
     one_process, NULL, ROLE_HEARS_NOBODY},
    {"mail", "hands mails to a relay, one SMTP session each", run_mail, relays, mail_sessions,
     relay_name, ROLE_HEARS_NOBODY},
    {"sms", "hands texts to a provider, many at once", run_sms, gateways, sms_sessions,
     gateway_name, ROLE_HEARS_NOBODY},
    {"mailbox", "takes in mail that came back, out of a mailbox", run_mailbox, mailboxes,
     one_process, NULL, ROLE_HEARS_NOBODY},
    {"sweep", "clears up: dead workers, leases, deadlines, ballots long over", run_sweep, one_place,
     one_process, NULL, ROLE_HEARS_NOBODY},
};

const struct role *roles_table(size_t *count)
{
    *count = ARRAY_LENGTH(ROLES);
    return ROLES;
}

/* Which of the role's ways out has this name. */
static bool find_place(const struct role *role, const struct config *config, const char *name,
                       size_t *place)
{
    size_t count = role->place_name == NULL ? 0 : role->places(config);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(role->place_name(config, i), name)) {
            *place = i;
            return true;
        }
    }
    return false;
}

const struct role *roles_find(const struct config *config, const char *name, size_t *place)
{
    size_t length = strcspn(name, "/");
    *place = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(ROLES); i++) {
        const struct role *role = &ROLES[i];
        if (strlen(role->name) == length && strncmp(role->name, name, length) == 0) {
            return name[length] == '\0' || find_place(role, config, name + length + 1, place)
                       ? role
                       : NULL;
        }
    }
    return NULL;
}
