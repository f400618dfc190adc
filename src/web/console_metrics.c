/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Family by family. The names and labels are a promise to those who draw and alarm from them. */
#include "console_metrics.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exposition.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/watch.h"
#include "muster/store/answers.h"
#include "muster/store/metrics.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"

enum {
    KEEP_MS = 5 * CLOCK_SECOND, /* what was counted is good for so long, at least */
    LAZINESS = 50,              /* counting takes one of so many parts of the time, at most */
    SMALL = 20000,              /* messages: so many are counted in some ms */
    MS = 3,                     /* decimals of a second */
    MILLIONTHS = 6,
    WORDS = 3,
};

/* The sums, as they are asked for and counted. */
struct sums {
    int64_t now;
    struct metrics_sums sums;
};

struct console_metrics {
    struct db *db;
    const struct config *config;
    struct console_counter *counter;
    struct console_counting *counting; /* newer sums, on the way; or NULL */
    struct arena *arena;               /* of the sums */
    const struct sums *sums;           /* NULL: nothing was counted yet */
    int64_t counted;                   /* when; of clock_monotonic */
    int64_t good_for;
};

/* One page being written. */
struct page {
    struct buffer *out;
    const struct config *config;
    int64_t now;
};

struct console_metrics *console_metrics_create(struct db *db, const struct config *config,
                                               struct console_counter *counter)
{
    struct console_metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics == NULL) {
        abort();
    }
    metrics->db = db;
    metrics->config = config;
    metrics->counter = counter;
    return metrics;
}

void console_metrics_free(struct console_metrics **metrics)
{
    if (*metrics != NULL) {
        arena_free(&(*metrics)->arena);
        free(*metrics);
        *metrics = NULL;
    }
}

static bool count_sums(struct db *db, void *context, struct arena *arena, struct error *err)
{
    struct sums *sums = context;
    return metrics_sums(db, sums->now, arena, &sums->sums, err);
}

static struct sums *make_sums(int64_t now, struct arena *arena)
{
    struct sums *sums = arena_alloc(arena, sizeof *sums);
    *sums = (struct sums){.now = now};
    return sums;
}

static void put_counted(struct console_metrics *metrics, struct console_counted *counted)
{
    const int64_t lazy = counted->cost * LAZINESS;
    arena_free(&metrics->arena);
    metrics->arena = counted->arena;
    metrics->sums = counted->context;
    metrics->counted = clock_monotonic() - (clock_now() - counted->at);
    metrics->good_for = lazy > KEEP_MS ? lazy : KEEP_MS;
}

static bool collect(struct console_metrics *metrics, struct error *err)
{
    struct console_counted counted;
    if (metrics->counting == NULL ||
        !console_counter_take(metrics->counter, &metrics->counting, &counted)) {
        return true;
    }
    if (!counted.ok) {
        arena_free(&counted.arena);
        return error_set(err, counted.fault.kind, "%s", counted.fault.text);
    }
    put_counted(metrics, &counted);
    return true;
}

static bool count_now(struct console_metrics *metrics, int64_t now, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const int64_t begun = clock_processor();
    struct sums *sums = make_sums(now, arena);
    if (!count_sums(metrics->db, sums, arena, err)) {
        return false;
    }
    put_counted(metrics, &(struct console_counted){.arena = STEAL(arena),
                                                   .context = sums,
                                                   .at = now,
                                                   .cost = clock_processor() - begun});
    return true;
}

/* Bring the sums up to date, or see that this is done meanwhile. */
static bool count_again(struct console_metrics *metrics, int64_t now, struct error *err)
{
    int64_t messages = 0;
    if (!collect(metrics, err) || !metrics_size(metrics->db, &messages, err)) {
        return false;
    }
    if (metrics->sums != NULL && clock_monotonic() - metrics->counted < metrics->good_for) {
        return true;
    }
    if (messages <= SMALL) {
        return count_now(metrics, now, err);
    }
    if (metrics->counting == NULL) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct sums *sums = make_sums(now, arena);
        metrics->counting = console_counter_ask(metrics->counter, count_sums, sums, &arena);
    }
    return true;
}

/* A family of counts by words, which are the values of these labels. */
static void put_counts(struct page *page, const char *name, enum exposition_kind kind,
                       const char *help, const char *const labels[WORDS],
                       const struct metrics_counts *counts)
{
    exposition_family(page->out, name, kind, help);
    for (size_t i = 0; i < counts->count; i++) {
        struct exposition_label given[WORDS];
        size_t used = 0;
        for (; used < WORDS && labels[used] != NULL; used++) {
            given[used] = (struct exposition_label){labels[used], counts->list[i].words[used]};
        }
        exposition_sample(page->out, name, given, used, counts->list[i].count, 0);
    }
}

static void put_sums(struct page *page, const struct metrics_sums *sums)
{
    put_counts(page, "muster_messages", EXPOSITION_GAUGE, "Messages in the outbox.",
               (const char *const[WORDS]){"channel", "state"}, &sums->messages);
    put_counts(page, "muster_messages_due", EXPOSITION_GAUGE,
               "Messages of running campaigns that are due and wait in the queue.",
               (const char *const[WORDS]){"channel"}, &sums->due);
    static const char OLDEST[] = "muster_oldest_due_seconds";
    exposition_family(page->out, OLDEST, EXPOSITION_GAUGE,
                      "For how long the oldest of these has been due.");
    for (size_t i = 0; i < sums->oldest.count; i++) {
        const struct metrics_count *row = &sums->oldest.list[i];
        const struct exposition_label channel = {"channel", row->words[0]};
        exposition_sample(page->out, OLDEST, &channel, 1, page->now - row->count, MS);
    }
    put_counts(page, "muster_suppressions", EXPOSITION_GAUGE,
               "Addresses that nothing, or nothing promotional, is sent to, by the kind of"
               " opt-out.",
               (const char *const[WORDS]){"channel", "kind"}, &sums->suppressions);
    put_counts(page, "muster_replies", EXPOSITION_GAUGE, "Replies in the store.",
               (const char *const[WORDS]){"meaning"}, &sums->replies);
    put_counts(page, "muster_answers", EXPOSITION_GAUGE,
               "What is texted back to members who wrote, in the store.",
               (const char *const[WORDS]){"kind", "state"}, &sums->answers);
    put_counts(page, "muster_receipts", EXPOSITION_GAUGE, "Delivery receipts in the store.",
               (const char *const[WORDS]){"gateway", "means"}, &sums->receipts);
}

/* Seconds until an instant; 0 when it is past. */
static int64_t until(const struct page *page, int64_t instant)
{
    return instant > page->now ? instant - page->now : 0;
}

/* The figures of a way out. */
enum route_figure { ROUTE_UP, ROUTE_FAILURES, ROUTE_CLOSED, ROUTE_PAUSED, ROUTE_TRUST, ROUTE_LAST };

static void put_route(struct page *page, const char *name, enum route_figure figure,
                      const struct route_state *route)
{
    const struct exposition_label labels[] = {{"channel", route->channel}, {"route", route->name}};
    const int64_t closed = until(page, route->closed_until);
    const int64_t paused = until(page, route->paused_until);
    const struct {
        int64_t value;
        unsigned decimals;
    } values[ROUTE_LAST] = {
        [ROUTE_UP] = {closed == 0, 0},
        [ROUTE_FAILURES] = {route->failures, 0},
        [ROUTE_CLOSED] = {closed, MS},
        [ROUTE_PAUSED] = {paused, MS},
        [ROUTE_TRUST] = {route->ramp * 1000 / ROUTES_WHOLE, MS},
    };
    exposition_sample(page->out, name, labels, ARRAY_LENGTH(labels), values[figure].value,
                      values[figure].decimals);
}

static void put_routes(struct page *page, const struct route_state *routes, size_t count)
{
    static const struct {
        const char *name;
        const char *help;
    } families[ROUTE_LAST] = {
        [ROUTE_UP] = {"muster_route_up", "1: the way out is open, 0: it is closed after failures."},
        [ROUTE_FAILURES] = {"muster_route_failures", "Failures in a row."},
        [ROUTE_CLOSED] = {"muster_route_closed_seconds", "For how long it stays closed."},
        [ROUTE_PAUSED] = {"muster_route_paused_seconds", "For how long it has asked us to wait."},
        [ROUTE_TRUST] = {"muster_route_trust_ratio",
                         "The part of its share that it is trusted with."},
    };
    for (int figure = 0; figure < ROUTE_LAST; figure++) {
        exposition_family(page->out, families[figure].name, EXPOSITION_GAUGE,
                          families[figure].help);
        for (size_t i = 0; i < count; i++) {
            put_route(page, families[figure].name, (enum route_figure)figure, &routes[i]);
        }
    }
}

static void put_paces(struct page *page, const struct pace_state *paces, size_t count)
{
    static const char AHEAD[] = "muster_pace_ahead_seconds";
    static const char PAUSED[] = "muster_pace_paused_seconds";
    exposition_family(page->out, AHEAD, EXPOSITION_GAUGE,
                      "How far a route or a pool of receivers is ahead of its rate.");
    for (size_t i = 0; i < count; i++) {
        const struct exposition_label subject = {"subject", paces[i].subject};
        exposition_sample(page->out, AHEAD, &subject, 1, until(page, paces[i].next_us / 1000), MS);
    }
    exposition_family(page->out, PAUSED, EXPOSITION_GAUGE,
                      "For how long a route or a pool of receivers is paused.");
    for (size_t i = 0; i < count; i++) {
        const struct exposition_label subject = {"subject", paces[i].subject};
        exposition_sample(page->out, PAUSED, &subject, 1, until(page, paces[i].paused_until), MS);
    }
}

static void put_money(struct page *page, const char *name, const char *help, bool limit,
                      const struct metrics_facts *facts)
{
    exposition_family(page->out, name, EXPOSITION_GAUGE, help);
    for (size_t i = 0; i < facts->campaign_count; i++) {
        const struct metrics_campaign *campaign = &facts->campaigns[i];
        const struct exposition_label labels[] = {
            {"campaign", campaign->name},
            {"currency", watch_currency(campaign->currency, page->config)}};
        const int64_t amount = limit ? campaign->budget : campaign->spent;
        if (amount >= 0) {
            exposition_sample(page->out, name, labels, ARRAY_LENGTH(labels), amount, MILLIONTHS);
        }
    }
}

static void put_campaigns(struct page *page, const struct metrics_facts *facts)
{
    static const char STATE[] = "muster_campaign_running";
    static const char DEADLINE[] = "muster_campaign_deadline_seconds";
    exposition_family(page->out, STATE, EXPOSITION_GAUGE,
                      "1: the campaign is running, 0: it is paused.");
    for (size_t i = 0; i < facts->campaign_count; i++) {
        const struct exposition_label name = {"campaign", facts->campaigns[i].name};
        exposition_sample(page->out, STATE, &name, 1,
                          text_equal(facts->campaigns[i].state, "running"), 0);
    }
    exposition_family(page->out, DEADLINE, EXPOSITION_GAUGE,
                      "Seconds until the campaign's deadline, less than 0 when it is past.");
    for (size_t i = 0; i < facts->campaign_count; i++) {
        const struct exposition_label name = {"campaign", facts->campaigns[i].name};
        exposition_sample(page->out, DEADLINE, &name, 1, facts->campaigns[i].deadline - page->now,
                          MS);
    }
    put_money(page, "muster_campaign_spent", "What its texts have cost.", false, facts);
    put_money(page, "muster_campaign_budget", "What they may cost.", true, facts);
}

/* What was texted back, and what it cost: both only go up. */
static void put_answers(struct page *page, const struct answers_sum *sums, size_t count)
{
    static const char TEXTS[] = "muster_answers_sent_total";
    static const char COST[] = "muster_answers_cost_total";
    exposition_family(page->out, TEXTS, EXPOSITION_COUNTER, "Answers that were, or may be, taken.");
    for (size_t i = 0; i < count; i++) {
        const struct exposition_label labels[] = {{"route", sums[i].gateway},
                                                  {"currency", sums[i].currency}};
        exposition_sample(page->out, TEXTS, labels, ARRAY_LENGTH(labels), sums[i].texts, 0);
    }
    exposition_family(page->out, COST, EXPOSITION_COUNTER,
                      "What they have cost, where their price is known.");
    for (size_t i = 0; i < count; i++) {
        const struct exposition_label labels[] = {{"route", sums[i].gateway},
                                                  {"currency", sums[i].currency}};
        if (sums[i].currency[0] != '\0') {
            exposition_sample(page->out, COST, labels, ARRAY_LENGTH(labels), sums[i].cost,
                              MILLIONTHS);
        }
    }
}

static int64_t size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}

static void put_age(struct page *page, int64_t age)
{
    exposition_family(page->out, "muster_counted_seconds_ago", EXPOSITION_GAUGE,
                      "How old the counts are that are dear: messages, suppressions, replies,"
                      " receipts.");
    exposition_sample(page->out, "muster_counted_seconds_ago", NULL, 0, age, MS);
}

static void put_machine(struct page *page, struct arena *arena)
{
    static const char BYTES[] = "muster_store_bytes";
    const char *store = page->config->store.file;
    exposition_family(page->out, BYTES, EXPOSITION_GAUGE, "The store and its journal on the disk.");
    exposition_sample(page->out, BYTES, &(struct exposition_label){"file", "store"}, 1,
                      size_of(store), 0);
    exposition_sample(page->out, BYTES, &(struct exposition_label){"file", "wal"}, 1,
                      size_of(arena_printf(arena, "%s-wal", store)), 0);
    exposition_family(page->out, "muster_build_info", EXPOSITION_GAUGE, "Which muster this is.");
    exposition_sample(page->out, "muster_build_info",
                      &(struct exposition_label){"version", MUSTER_VERSION}, 1, 1, 0);
}

bool console_metrics_put(struct console_metrics *metrics, int64_t now, struct buffer *out,
                         struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct metrics_facts facts;
    struct route_state *routes = NULL;
    struct pace_state *paces = NULL;
    size_t route_count = 0;
    size_t pace_count = 0;
    struct answers_sum *answers = NULL;
    size_t answer_count = 0;
    if (!count_again(metrics, now, err) || !metrics_facts(metrics->db, arena, &facts, err) ||
        !watch_routes(metrics->db, metrics->config, arena, &routes, &route_count, err) ||
        !paces_list(metrics->db, arena, &paces, &pace_count, err) ||
        !answers_sums(metrics->db, arena, &answers, &answer_count, err)) {
        return false;
    }
    struct page page = {.out = out, .config = metrics->config, .now = now};
    if (metrics->sums != NULL) {
        put_sums(&page, &metrics->sums->sums);
    }
    put_counts(
        &page, "muster_mails_returned_total", EXPOSITION_COUNTER,
        "Mails that came back: bounces, complaints, replies; and how it is known about what.",
        (const char *const[WORDS]){"kind", "class", "proof"}, &facts.mails);
    put_counts(&page, "muster_attempts_total", EXPOSITION_COUNTER,
               "Hand-overs, by what was first known to come of them.",
               (const char *const[WORDS]){"channel", "route", "verdict"}, &facts.attempts);
    put_counts(&page, "muster_public_refused_total", EXPOSITION_COUNTER,
               "Requests that the public listener has turned away.",
               (const char *const[WORDS]){"why"}, &facts.refusals);
    put_routes(&page, routes, route_count);
    put_paces(&page, paces, pace_count);
    put_campaigns(&page, &facts);
    put_answers(&page, answers, answer_count);
    if (metrics->sums != NULL) {
        put_age(&page, clock_monotonic() - metrics->counted);
    }
    put_machine(&page, arena);
    return true;
}
