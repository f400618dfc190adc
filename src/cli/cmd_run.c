/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster run: what musterd's roles do, in this process and once, or until nothing is left to do. */
#include <signal.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/receivers.h"
#include "muster/dispatch/lookup.h"
#include "muster/inbound/hook.h"
#include "muster/store/answers.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "muster/store/suppressions.h"
#include "muster/store/worker.h"
#include "progress.h"
#include "status_screen.h"

const struct call_option cmd_run_options[] = {
    {"--until-idle", NULL, "go on until nothing is left that is due, retries included"},
    {0},
};

enum {
    WAYS_MOST = 32,
    PAUSE_MS = 50,
    LOOK_ANYWAY_MS = 1000,
    FAILURES_MOST = 5,
    EXPAND_SLICE = 10000,
    LOOK_AT_CLOCK_MS = 5000,
};

static const enum channel channels[] = {CHANNEL_SMS, CHANNEL_EMAIL};

/* One of the ways out, and how it fares. */
struct way {
    struct dispatch *dispatch;
    struct lookup *lookup; /* NULL: nobody to ask about unsure messages */
    enum channel channel;
    const char *name;
    int failures;       /* in a row */
    int64_t not_before; /* after a failure, or when the pace held it back: when to try again */
    int64_t opens_at;   /* what is due waits for its hours, which begin then; 0: it does not */
    struct error fault; /* the last one */
};

struct run {
    struct call *call;
    struct ways from;
    struct worker *worker;
    struct way ways[WAYS_MOST];
    size_t way_count;
    struct dispatch_tally total;
    struct progress progress;
    int64_t looked_at_clock; /* clock_monotonic: for one that was set back */
    int64_t look_up_at;      /* when mail servers are looked up again */
    int64_t handed;          /* messages that were done with */
    int64_t waiting;         /* messages that are due, and wait for their hours */
    int64_t opens_at;        /* the first of which begin then */
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* "mail"; "mail/office" where there are several relays. */
static const char *name_of(struct arena *arena, const struct dispatch_way *way)
{
    const char *channel = way->gateway == NULL ? "mail" : "sms";
    return way->alone ? channel : arena_printf(arena, "%s/%s", channel, way->route->name);
}

static bool add_way(struct run *run, struct dispatch_way *way, struct error *err)
{
    way->db = run->call->db;
    way->worker = worker_id(run->worker);
    struct way *added = &run->ways[run->way_count];
    if (!dispatch_open(way, &added->dispatch, err)) {
        return false;
    }
    added->channel = way->gateway == NULL ? CHANNEL_EMAIL : CHANNEL_SMS;
    added->name = name_of(run->call->arena, way);
    run->way_count++;
    return way->gateway == NULL ||
           lookup_open(way->db, way->route->config, way->gateway, &added->lookup, err);
}

static bool open_ways(struct run *run, struct error *err)
{
    struct call *call = run->call;
    bool ok = cmd_read_ways(call, &run->from, err);
    for (size_t i = 0; ok && i < call->config.sms.gateway_count; i++) {
        struct dispatch_way way = ways_sms(&run->from, i);
        struct hook_urls urls;
        ok = hook_urls(call->db, &call->config, way.gateway, call->arena, &urls, err);
        if (ok) {
            way.receipt_url = urls.receipt;
            way.reply_url = urls.reply;
            ok = add_way(run, &way, err);
        }
    }
    for (size_t i = 0; ok && i < call->config.mail.relay_count; i++) {
        struct dispatch_way way = ways_mail(&run->from, i);
        ok = add_way(run, &way, err);
    }
    return ok;
}

/* The way of a channel all of whose ways have failed at least so often, one of them; NULL: there is
 * one that has not, or none at all. What such a channel leaves behind is the result of the run. */
static const struct way *failing(const struct run *run, enum channel channel, int failures)
{
    const struct way *failing = NULL;
    for (size_t i = 0; i < run->way_count; i++) {
        const struct way *way = &run->ways[i];
        if (way->channel == channel && way->failures < failures) {
            return NULL;
        }
        failing = way->channel == channel ? way : failing;
    }
    return failing;
}

/* One batch; `*busy` when there may be more at once. A carrier's failure is kept, not passed on:
 * the others go on, and one that fails is tried again as the store says, unless all of a channel
 * do. */
static bool step_way(struct run *run, struct way *way, bool *busy, struct error *err)
{
    struct dispatch_tally tally;
    int64_t now = clock_monotonic();
    if (failing(run, way->channel, FAILURES_MOST) != NULL || now < way->not_before) {
        return true;
    }
    bool ok = dispatch_batch(way->dispatch, &tally, &way->fault);
    if (tally.notice[0] != '\0') {
        log_warning("%s", tally.notice);
    }
    dispatch_tally_add(&run->total, &tally);
    run->handed += (int64_t)(tally.claimed - tally.deferred);
    if (ok) {
        way->failures = tally.claimed > 0 ? 0 : way->failures;
        /* What holds this back need not hold what is queued meanwhile. */
        way->not_before = now + (tally.wait < LOOK_ANYWAY_MS ? tally.wait : LOOK_ANYWAY_MS);
        way->opens_at = tally.opens_at;
        *busy = *busy || tally.claimed > 0;
        return true;
    }
    if (way->fault.kind == ERROR_DATA) { /* a campaign was paused; the others go on */
        log_warning("%s", way->fault.text);
        *busy = true;
        return true;
    }
    if (way->fault.kind != ERROR_UNAVAILABLE && way->fault.kind != ERROR_CONFIG) {
        return error_set(err, way->fault.kind, "%s", way->fault.text);
    }
    way->failures = way->fault.kind == ERROR_CONFIG ? FAILURES_MOST : way->failures + 1;
    log_warning("%s: %s", way->name, way->fault.text);
    return true;
}

/* Whether the ways of a channel all wait for the hours of what is due. */
static bool waits_for_hours(const struct run *run, enum channel channel, int64_t *opens_at)
{
    *opens_at = INT64_MAX;
    for (size_t i = 0; i < run->way_count; i++) {
        const struct way *way = &run->ways[i];
        if (way->channel == channel) {
            *opens_at = way->opens_at < *opens_at ? way->opens_at : *opens_at;
        }
    }
    return *opens_at > 0 && *opens_at != INT64_MAX;
}

/* Answers that wait for another try, by gateways that work. */
static bool count_answers(const struct run *run, int64_t *left, struct error *err)
{
    for (size_t i = 0; i < run->way_count; i++) {
        const struct way *way = &run->ways[i];
        bool pending = false;
        if (way->channel == CHANNEL_SMS && way->failures < FAILURES_MOST &&
            !answers_pending(run->call->db, dispatch_route(way->dispatch), clock_now(), &pending,
                             err)) {
            return false;
        }
        *left += pending ? 1 : 0;
    }
    return true;
}

static bool is_finished(struct run *run, bool until_idle, bool *finished, struct error *err)
{
    int64_t left = 0;
    run->waiting = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(channels); i++) {
        int64_t pending = 0;
        int64_t opens_at = 0;
        if (!outbox_pending(run->call->db, channels[i], clock_now(), &pending, err)) {
            return false;
        }
        if (pending > 0 && waits_for_hours(run, channels[i], &opens_at)) {
            run->opens_at =
                run->waiting == 0 || opens_at < run->opens_at ? opens_at : run->opens_at;
            run->waiting += pending;
        } else if (failing(run, channels[i], FAILURES_MOST) == NULL) {
            left += pending;
        }
    }
    if (!count_answers(run, &left, err)) {
        return false;
    }
    progress_at(&run->progress, run->handed, run->handed + left);
    *finished = left == 0 || !until_idle;
    return true;
}

/* The steps whose turn has come, and what a start that was cut off has left undone. */
static bool expand_rest(struct run *run, bool *busy, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct expand_setting setting = {.config = &run->call->config,
                                           .pools = &run->from.receivers};
    const struct campaign *campaign = NULL;
    struct expand_tally tally = {0};
    struct error fault = {0};
    if (!expand_next(run->call->db, &setting, clock_now(), EXPAND_SLICE, arena, &campaign, &tally,
                     &fault)) {
        if (fault.kind != ERROR_DATA) {
            return error_set(err, fault.kind, "%s", fault.text);
        }
        log_warning("%s", fault.text);
        *busy = true;
    }
    if (campaign != NULL && tally.skipped != NULL) {
        log_warning("%s", expand_skipped_words(campaign->name, tally.step, tally.skipped, arena));
    }
    *busy = *busy || campaign != NULL;
    return true;
}

static bool turn(struct run *run, bool *busy, struct error *err)
{
    struct outbox_swept swept;
    *busy = false;
    const struct config *config = &run->call->config;
    int64_t put_off = 0;
    if (!expand_rest(run, busy, err) ||
        !receivers_learn_when_due(run->call->db, config, &run->from.receivers, &run->look_up_at,
                                  err)) {
        return false;
    }
    if (clock_monotonic() - run->looked_at_clock >= LOOK_AT_CLOCK_MS) {
        run->looked_at_clock = clock_monotonic();
        if (!outbox_set_back(run->call->db, clock_now(), &put_off, err)) {
            return false;
        }
    }
    int64_t ended = 0;
    if (!suppressions_end(run->call->db, clock_now(), &ended, err)) {
        return false;
    }
    if (!outbox_sweep(run->call->db, clock_now(), worker_alive, run->worker, &swept, err)) {
        return false;
    }
    for (size_t i = 0; i < run->way_count; i++) {
        if (!step_way(run, &run->ways[i], busy, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < run->way_count && !*busy; i++) {
        if (!lookup_batch(run->ways[i].lookup, busy, err)) {
            return false;
        }
    }
    return true;
}

static bool loop(struct run *run, bool until_idle, struct error *err)
{
    bool finished = false;
    while (!finished && stop == 0) {
        bool busy = false;
        if (!turn(run, &busy, err)) {
            return false;
        }
        if (busy) {
            continue;
        }
        if (!is_finished(run, until_idle, &finished, err)) {
            return false;
        }
        if (!finished) {
            clock_sleep(PAUSE_MS);
        }
    }
    return campaigns_finish(run->call->db, clock_now(), err);
}

/* The texts whose members may yet get a mail. */
static bool tell_second(const struct run *run, struct error *err)
{
    struct outbox_second_standing standing;
    if (!outbox_second_standing(run->call->db, 0, clock_now(), &standing, err)) {
        return false;
    }
    if (standing.waiting > 0) {
        (void)printf("%s\n", status_screen_second(&standing, clock_now(), run->call->arena));
    }
    return true;
}

/* What will be work later: a step that waits for its time is none now. */
static bool tell_next(const struct run *run, struct error *err)
{
    struct campaigns_next next;
    struct arena *arena = run->call->arena;
    if (!campaigns_next(run->call->db, arena, &next, err)) {
        return false;
    }
    if (next.campaign != NULL && !text_empty(next.step)) {
        (void)printf("next: step %s of campaign %s, %s\n", next.step, next.campaign,
                     clock_format(next.at, "%A %-d %B %Y, %H:%M", arena));
    }
    return true;
}

static bool result(const struct run *run, struct error *err)
{
    const struct dispatch_tally *total = &run->total;
    (void)printf("%zu accepted, %zu refused, %zu put off, %zu unsure, %zu withheld\n",
                 total->accepted, total->refused, total->deferred, total->unsure, total->withheld);
    if (run->waiting > 0) {
        (void)printf("%lld wait for their hours, from %s on\n", (long long)run->waiting,
                     clock_format(run->opens_at, "%A %-d %B, %H:%M", run->call->arena));
    }
    if (!tell_second(run, err) || !tell_next(run, err)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(channels); i++) {
        const struct way *way = failing(run, channels[i], 1);
        if (way != NULL) {
            return error_set(err, way->fault.kind, "%s: %s", way->name, way->fault.text);
        }
    }
    return true;
}

bool cmd_run(struct call *call, struct error *err)
{
    struct run run = {.call = call};
    bool until_idle = call_has(call, "--until-idle");
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    bool ok = worker_start(call->db, "run", clock_now(), &run.worker, err) && open_ways(&run, err);
    if (ok) {
        progress_begin(&run.progress, "Handing over");
        ok = loop(&run, until_idle, err);
        progress_end(&run.progress);
    }
    for (size_t i = 0; i < run.way_count; i++) {
        lookup_free(&run.ways[i].lookup);
        dispatch_free(&run.ways[i].dispatch);
    }
    worker_free(&run.worker);
    return ok && result(&run, err);
}
