/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks, and what is reckoned from one to the next. */
#include "muster/campaign/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/expand.h"
#include "muster/conf/gateway.h"

enum {
    WINDOW_MS = 10 * CLOCK_SECOND,    /* what "lately" is */
    SPAN_LEAST_MS = 3 * CLOCK_SECOND, /* less says little */
    SAMPLES = 64,
    SAMPLE_MS = 250,          /* between two of them, at least */
    RECENT_MS = CLOCK_MINUTE, /* what it is before there are samples */
    KINDS_MOST = 64,
    OTHERS_MOST = 16, /* channels by states: those of other kinds, each together */
    PAUSE_MS = CLOCK_SECOND,
    APPROVAL_MS = 10 * CLOCK_SECOND, /* between two looks at whether it is approved */
    LAZINESS = 15,                   /* a look takes one of so many parts of the time */
};

/* How much was done at a time. */
struct sample {
    int64_t at; /* clock_monotonic */
    int64_t done[CHANNEL_COUNT];
};

struct watch {
    struct db *db;
    const struct config *config;
    const struct windows *windows;
    int64_t campaign_id;
    struct arena *looks[2]; /* of the view, and of the errors, which are kept for longer */
    struct watch_view view;
    struct sample samples[SAMPLES]; /* a ring */
    size_t sample_count;
    int64_t recent[CHANNEL_COUNT]; /* a minute, of the last one, before the watch began */
    int64_t began;
    int64_t version; /* of the store, at the last look at it; -1: none yet */
    int64_t took;    /* ms, the last look */
    int64_t errors_after;
    int64_t approval_after; /* clock_monotonic: not looked at again before */
    char waits[ERROR_TEXT_SIZE];
};

struct watch *watch_open(struct db *db, const struct config *config, const struct windows *windows,
                         int64_t campaign_id)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        abort();
    }
    watch->db = db;
    watch->config = config;
    watch->windows = windows;
    watch->campaign_id = campaign_id;
    watch->version = -1;
    watch->looks[0] = arena_create();
    watch->looks[1] = arena_create();
    return watch;
}

void watch_free(struct watch **watch)
{
    if (*watch != NULL) {
        arena_free(&(*watch)->looks[0]);
        arena_free(&(*watch)->looks[1]);
        free(*watch);
        *watch = NULL;
    }
}

static bool is_under_way(const char *state)
{
    return text_equal(state, "queued") || text_equal(state, "claimed") ||
           text_equal(state, "sending");
}

static bool count_messages(struct watch *watch, struct error *err)
{
    struct watch_view *view = &watch->view;
    struct outbox_tally *tallies = NULL;
    if (!outbox_tally(watch->db, watch->campaign_id, watch->looks[0], &tallies, &view->tally_count,
                      err)) {
        return false;
    }
    view->tallies = tallies;
    for (size_t i = 0; i < view->tally_count; i++) {
        enum channel channel;
        if (channel_parse(tallies[i].channel, &channel)) {
            struct watch_channel *row = &view->channels[channel];
            row->total += tallies[i].count;
            *(is_under_way(tallies[i].state) ? &row->left : &row->done) += tallies[i].count;
        }
    }
    return true;
}

static bool count_lots(struct watch *watch, struct error *err)
{
    struct trials_arm *arms = NULL;
    if (!trials_arms(watch->db, watch->campaign_id, watch->looks[0], &arms, &watch->view.arm_count,
                     err)) {
        return false;
    }
    watch->view.arms = arms;
    return true;
}

/* A word that is of one message only: an address, a number, an id. Codes are short. */
static bool is_particular(const char *word, size_t length)
{
    enum { NUMBER = 5, ID = 8 };
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '@') {
            return true;
        }
        digits += word[i] >= '0' && word[i] <= '9';
    }
    return (digits >= NUMBER && digits == length) || (digits > 1 && length >= ID);
}

void watch_kind(const char *reason, char kind[WATCH_KIND_SIZE])
{
    static const char ENDS[] = " \t\r\n<>()[]{}\"',;:=";
    static const char DOTS[] = "...";
    size_t used = 0;
    for (const char *at = reason; *at != '\0' && used < WATCH_KIND_SIZE - 1;) {
        const size_t length = strcspn(at, ENDS);
        const bool dots = length >= sizeof DOTS - 1 && is_particular(at, length);
        const char *word = dots ? DOTS : at;
        const size_t wanted = dots ? sizeof DOTS - 1 : length == 0 ? 1 : length;
        const size_t room = WATCH_KIND_SIZE - 1 - used;
        const size_t taken = wanted < room ? wanted : room;
        memcpy(kind + used, word, taken);
        used += taken;
        at += length == 0 ? 1 : length;
    }
    kind[text_valid(kind, used)] = '\0';
}

/* The errors while they are gathered. */
struct gathering {
    struct arena *arena;
    struct watch_error *errors;
    size_t count;
};

static int most_first(const void *a, const void *b)
{
    const struct watch_error *left = a;
    const struct watch_error *right = b;
    if (left->count != right->count) {
        return left->count > right->count ? -1 : 1;
    }
    return strcmp(left->kind, right->kind);
}

static struct watch_error *find_error(const struct gathering *gathering, const char *channel,
                                      const char *state, const char *kind)
{
    for (size_t i = gathering->count; i > 0; i--) { /* the next one is like the last one */
        struct watch_error *error = &gathering->errors[i - 1];
        if (text_equal(error->kind, kind) && text_equal(error->state, state) &&
            text_equal(error->channel, channel)) {
            return error;
        }
    }
    return NULL;
}

static void gather(const struct outbox_reason *reason, void *context)
{
    struct gathering *gathering = context;
    char kind[WATCH_KIND_SIZE];
    watch_kind(reason->reason == NULL ? "-" : reason->reason, kind);
    struct watch_error *error = find_error(gathering, reason->channel, reason->state, kind);
    const char *name = kind;
    if (error == NULL && gathering->count >= KINDS_MOST) {
        name = "...";
        error = find_error(gathering, reason->channel, reason->state, name);
    }
    if (error == NULL) {
        error = &gathering->errors[gathering->count++];
        *error = (struct watch_error){
            .channel = arena_text(gathering->arena, reason->channel),
            .state = arena_text(gathering->arena, reason->state),
            .kind = arena_text(gathering->arena, name),
        };
    }
    error->count += reason->count;
}

/* Reads the rows of all messages that failed, so only now and then. */
static bool collect_errors(struct watch *watch, struct error *err)
{
    const int64_t begun = clock_monotonic();
    if (watch->version >= 0 && begun < watch->errors_after) {
        return true;
    }
    arena_reset(watch->looks[1]);
    watch->view.error_count = 0;
    struct gathering gathering = {
        .arena = watch->looks[1],
        .errors = arena_array(watch->looks[1], KINDS_MOST + OTHERS_MOST, sizeof *gathering.errors),
    };
    if (!outbox_reasons(watch->db, watch->campaign_id, gather, &gathering, err)) {
        return false;
    }
    qsort(gathering.errors, gathering.count, sizeof *gathering.errors, most_first);
    watch->view.errors = gathering.errors;
    watch->view.error_count = gathering.count;
    const int64_t ended = clock_monotonic();
    watch->errors_after = ended + (ended - begun) * LAZINESS * 3;
    return true;
}

/* What is known of every way out, and the list that is made from it. */
struct routing {
    const struct route_state *known;
    size_t known_count;
    struct route_state *all;
    size_t count;
};

static void add_route(struct routing *routing, enum channel channel, const char *name)
{
    const char *word = channel_name(channel);
    struct route_state *route = &routing->all[routing->count++];
    *route = (struct route_state){.channel = word, .name = name, .ramp = ROUTES_WHOLE};
    for (size_t i = 0; i < routing->known_count; i++) {
        const struct route_state *known = &routing->known[i];
        if (text_equal(known->channel, word) && text_equal(known->name, name)) {
            *route = *known;
        }
    }
}

bool watch_routes(struct db *db, const struct config *config, struct arena *arena,
                  struct route_state **routes, size_t *count, struct error *err)
{
    struct routing routing = {0};
    struct route_state *known = NULL;
    if (!routes_list(db, arena, &known, &routing.known_count, err)) {
        return false;
    }
    routing.known = known;
    routing.all = arena_array(arena, config->sms.gateway_count + config->mail.relay_count + 1,
                              sizeof *routing.all);
    for (size_t i = 0; i < config->sms.gateway_count; i++) {
        add_route(&routing, CHANNEL_SMS, gateway_route(config->sms.gateways[i].config, arena));
    }
    for (size_t i = 0; i < config->mail.relay_count; i++) {
        add_route(&routing, CHANNEL_EMAIL, config->mail.relays[i].name);
    }
    *routes = routing.all;
    *count = routing.count;
    return true;
}

/* The ways out of the channels that the campaign uses. */
static bool look_at_routes(struct watch *watch, struct error *err)
{
    struct watch_view *view = &watch->view;
    struct route_state *routes = NULL;
    struct pace_state *paces = NULL;
    size_t count = 0;
    if (!watch_routes(watch->db, watch->config, watch->looks[0], &routes, &count, err) ||
        !paces_list(watch->db, watch->looks[0], &paces, &view->pace_count, err)) {
        return false;
    }
    view->route_count = 0;
    for (size_t i = 0; i < count; i++) {
        enum channel channel;
        if (channel_parse(routes[i].channel, &channel) && view->channels[channel].total > 0) {
            routes[view->route_count++] = routes[i];
        }
    }
    view->routes = routes;
    view->paces = paces;
    return true;
}

/* Read it all anew. */
static bool read_store(struct watch *watch, struct error *err)
{
    struct watch_view *view = &watch->view;
    struct campaign *campaign = NULL;
    const int64_t begun = clock_monotonic();
    const int64_t version = db_version(watch->db);
    arena_reset(watch->looks[0]);
    memset(view->channels, 0, sizeof view->channels);
    if (!campaigns_get(watch->db, watch->campaign_id, watch->looks[0], &campaign, err)) {
        return false;
    }
    if (campaign == NULL) {
        return error_set(err, ERROR_DATA, "the campaign is not there any more");
    }
    view->campaign = campaign;
    if (!standings_terms(watch->db, watch->campaign_id, view->at + EXPAND_LEAD_MS, watch->looks[0],
                         &view->terms, err) ||
        !count_lots(watch, err) ||
        !outbox_second_standing(watch->db, watch->campaign_id, view->at, &view->second, err) ||
        !count_messages(watch, err) || !look_at_routes(watch, err) ||
        (watch->began == 0 &&
         !standings_began(watch->db, watch->campaign_id, &watch->began, err))) {
        return false;
    }
    watch->took = clock_monotonic() - begun;
    if (!collect_errors(watch, err)) {
        return false;
    }
    watch->version = version;
    return true;
}

/* Remember how much is done; the ring keeps as much as the window needs. */
static void take_sample(struct watch *watch)
{
    const int64_t now = clock_monotonic();
    const struct sample *last = &watch->samples[(watch->sample_count + SAMPLES - 1) % SAMPLES];
    if (watch->sample_count > 0 && now - last->at < SAMPLE_MS) {
        return;
    }
    struct sample *sample = &watch->samples[watch->sample_count++ % SAMPLES];
    sample->at = now;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        sample->done[i] = watch->view.channels[i].done;
    }
}

/* A minute, over the youngest span of samples that is as long as the window, or the longest there
 * is; what was counted before the watch began while that is too short to tell. */
static int64_t rate_now(const struct watch *watch, enum channel channel)
{
    const struct sample *last = &watch->samples[(watch->sample_count + SAMPLES - 1) % SAMPLES];
    const size_t kept = watch->sample_count < SAMPLES ? watch->sample_count : SAMPLES;
    int64_t rate = watch->recent[channel];
    int64_t span = 0;
    for (size_t i = 2; i <= kept && span < WINDOW_MS; i++) {
        const struct sample *first = &watch->samples[(watch->sample_count - i) % SAMPLES];
        const int64_t done = last->done[channel] - first->done[channel];
        span = last->at - first->at;
        if (span >= SPAN_LEAST_MS) {
            rate = done < 0 ? 0 : done * CLOCK_MINUTE / span;
        }
    }
    return rate;
}

/* The rate that the configuration sets for a channel, messages a second; 0: no limit. */
static int64_t rate_set(const struct config *config, enum channel channel)
{
    const bool sms = channel == CHANNEL_SMS;
    size_t count = 0;
    const struct config_route *routes = config_routes(config, sms, &count);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct config *own = routes[i].config;
        const int64_t rate = sms ? own->sms.rate : own->mail.rate;
        if (rate == 0) {
            return 0;
        }
        sum += rate;
    }
    return sum;
}

/* At the pace that is seen or, while nothing moves, at the one that is set. */
static void foresee(struct watch *watch, enum channel channel, const struct hours *hours)
{
    const struct watch_view *view = &watch->view;
    struct watch_channel *row = &watch->view.channels[channel];
    struct forecast_lane lane = {.hours = *hours, .holidays = watch->windows->holidays.dates};
    struct forecast_use use = {0};
    row->forecast = (struct forecast){0};
    row->assumed = row->now <= 0;
    if (row->left == 0 || !text_equal(view->campaign->state, "running")) {
        return;
    }
    if (row->assumed) {
        lane.pace.rate = rate_set(watch->config, channel);
    } else {
        lane.pace.rate = row->now / 60 + 1;
        lane.pace.per_minute = row->now;
    }
    const int64_t start = view->terms.at > view->at ? view->terms.at : view->at;
    row->forecast = forecast_run(&lane, start, view->terms.deadline_now, row->left, &use);
}

static bool reckon_channel(struct watch *watch, enum channel channel, struct error *err)
{
    struct watch_view *view = &watch->view;
    struct watch_channel *row = &view->channels[channel];
    const struct windows *windows = watch->windows;
    struct hours hours;
    if (!windows_of(windows, channel == CHANNEL_SMS, view->terms.hours[channel], &hours, err)) {
        return false;
    }
    if (row->hours == NULL) { /* looks at a store that is quiet must not gather memory */
        row->hours = hours_format(&hours, watch->looks[0]);
    }
    row->opens_at = hours_opens(&hours, &windows->holidays.dates, view->at);
    row->opens_at = row->opens_at == view->at ? 0 : row->opens_at;
    row->now = rate_now(watch, channel);
    const int64_t span = view->at - watch->began;
    row->average = row->left == 0 || watch->began == 0 || span < CLOCK_SECOND
                       ? WATCH_UNKNOWN
                       : row->done * CLOCK_MINUTE / span;
    foresee(watch, channel, &hours);
    return true;
}

const char *watch_currency(const char *known, const struct config *config)
{
    const char *set = config->sms.currency;
    return !text_empty(known) ? known : !text_empty(set) ? set : "GBP";
}

/* What was before the watch began; only once, as it costs much. */
static bool look_back(struct watch *watch, int64_t now, struct error *err)
{
    return watch->version >= 0 ||
           standings_recent(watch->db, watch->campaign_id, now - RECENT_MS, watch->recent, err);
}

/* Whether what has not begun waits for an approval. That is reckoned, so it is not asked all the
 * time. */
static bool look_at_approval(struct watch *watch, struct error *err)
{
    const struct campaign *campaign = watch->view.campaign;
    struct approval_standing standing;
    if (clock_monotonic() < watch->approval_after) {
        return true;
    }
    watch->approval_after = clock_monotonic() + APPROVAL_MS;
    watch->waits[0] = '\0';
    if (text_equal(campaign->state, "finished") || text_equal(campaign->state, "cancelled")) {
        return true;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (!approval_look(watch->db, watch->config, campaign, APPROVAL_NO_SIZES, arena, &standing,
                       err)) {
        return false;
    }
    const char *words = approval_words(&standing, campaign, arena);
    if (words != NULL) {
        (void)snprintf(watch->waits, sizeof watch->waits, "%s", words);
    }
    return true;
}

bool watch_look(struct watch *watch, int64_t now, const struct watch_view **view, struct error *err)
{
    watch->view.at = now;
    if (!look_back(watch, now, err) ||
        (watch->version != db_version(watch->db) && !read_store(watch, err)) ||
        !look_at_approval(watch, err)) {
        return false;
    }
    watch->view.waits = watch->waits[0] == '\0' ? NULL : watch->waits;
    take_sample(watch);
    watch->view.currency = watch_currency(watch->view.terms.currency, watch->config);
    if (!reckon_channel(watch, CHANNEL_SMS, err) || !reckon_channel(watch, CHANNEL_EMAIL, err)) {
        return false;
    }
    *view = &watch->view;
    return true;
}

int64_t watch_pause(const struct watch *watch)
{
    const int64_t lazy = watch->took * LAZINESS;
    return lazy > PAUSE_MS ? lazy : PAUSE_MS;
}

int64_t watch_count(const struct watch_view *view, enum channel channel, const char *state)
{
    for (size_t i = 0; i < view->tally_count; i++) {
        if (text_equal(view->tallies[i].state, state) &&
            text_equal(view->tallies[i].channel, channel_name(channel))) {
            return view->tallies[i].count;
        }
    }
    return 0;
}
