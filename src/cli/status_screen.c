/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars, rates, states, errors, routes: every figure as watch.h tells it. */
#include "status_screen.h"

#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/message/price.h"

enum {
    BAR = 40,
    ERRORS_SHOWN = 10,
    LINES_MOST = 256,
};

static const char *const nouns[CHANNEL_COUNT] = {"texts", "mails"};

static void add(struct status_screen *screen, enum status_tone tone, const char *text)
{
    if (screen->count < LINES_MOST) {
        screen->lines[screen->count++] =
            (struct status_line){.text = text_printable(text, screen->arena), .tone = tone};
    }
}

/* "10:45:12", with the day when it is another. */
static const char *when(int64_t instant, int64_t now, struct arena *arena)
{
    const bool today = text_equal(clock_day(instant, arena), clock_day(now, arena));
    return clock_format(instant, today ? "%H:%M:%S" : "%a %-d %b %Y %H:%M", arena);
}

static int64_t percent(int64_t done, int64_t total)
{
    return total == 0 ? 0 : done * 100 / total;
}

static void add_bar(struct status_screen *screen, const char *noun, const struct watch_channel *row)
{
    char bar[BAR + 1];
    const int64_t filled = row->done * BAR / row->total;
    for (int i = 0; i < BAR; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    bar[BAR] = '\0';
    add(screen, row->left == 0 ? STATUS_GOOD : STATUS_PLAIN,
        arena_printf(screen->arena, "%s  [%s] %3lld %%  %lld of %lld done", noun, bar,
                     (long long)percent(row->done, row->total), (long long)row->done,
                     (long long)row->total));
}

/* "120 a minute now, 95 on average". */
static const char *speed(const struct watch_channel *row, struct arena *arena)
{
    const char *average = row->average == WATCH_UNKNOWN
                              ? ""
                              : arena_printf(arena, ", %lld on average", (long long)row->average);
    return arena_printf(arena, "%lld in the last minute%s", (long long)row->now, average);
}

/* When the last one would go, and what the deadline cuts off. */
static void add_finish(struct status_screen *screen, const struct watch_view *view,
                       const struct watch_channel *row)
{
    struct arena *arena = screen->arena;
    const struct forecast *forecast = &row->forecast;
    const char *deadline = when(view->terms.deadline, view->at, arena);
    const char *assumed = row->assumed ? ", at the pace that is set" : "";
    if (forecast->fit + forecast->late == 0) {
        return;
    }
    if (forecast->late > 0) {
        add(screen, STATUS_BAD,
            arena_printf(arena, "       %lld would not go before the deadline, %s%s",
                         (long long)forecast->late, deadline, assumed));
        return;
    }
    add(screen, STATUS_PLAIN,
        arena_printf(arena, "       the last at about %s%s; the deadline is %s",
                     when(forecast->last, view->at, arena), assumed, deadline));
}

static void add_channel(struct status_screen *screen, const struct watch_view *view,
                        enum channel channel)
{
    struct arena *arena = screen->arena;
    const struct watch_channel *row = &view->channels[channel];
    if (row->total == 0) {
        return;
    }
    add_bar(screen, nouns[channel], row);
    if (row->left == 0) {
        return;
    }
    add(screen, STATUS_PLAIN, arena_printf(arena, "       %s", speed(row, arena)));
    if (row->opens_at == HOURS_NEVER) {
        add(screen, STATUS_BAD, arena_printf(arena, "       its hours never come: %s", row->hours));
    } else if (row->opens_at > 0) {
        add(screen, STATUS_BAD,
            arena_printf(arena, "       outside the hours (%s) until %s", row->hours,
                         when(row->opens_at, view->at, arena)));
    }
    if (view->terms.hours[channel] != NULL && !text_empty(view->terms.hours_why)) {
        add(screen, STATUS_PLAIN,
            arena_printf(arena, "       it has hours of its own: %s", view->terms.hours_why));
    }
    add_finish(screen, view, row);
}

/* In the order of a message's life. */
static void add_states(struct status_screen *screen, const struct watch_view *view)
{
    static const char *const STATES[] = {"queued",    "claimed",   "sending", "accepted",
                                         "delivered", "refused",   "unsure",  "undelivered",
                                         "withheld",  "cancelled", "expired", "unaffordable"};
    if (view->tally_count == 0) {
        add(screen, STATUS_PLAIN, "no messages yet");
        return;
    }
    add(screen, STATUS_PLAIN, "");
    add(screen, STATUS_BOLD,
        arena_printf(screen->arena, "%-12s %10s %10s", "STATE", "TEXTS", "MAILS"));
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        const int64_t texts = watch_count(view, CHANNEL_SMS, STATES[i]);
        const int64_t mails = watch_count(view, CHANNEL_EMAIL, STATES[i]);
        if (texts + mails > 0) {
            add(screen, STATUS_PLAIN,
                arena_printf(screen->arena, "%-12s %10lld %10lld", STATES[i], (long long)texts,
                             (long long)mails));
        }
    }
}

static void add_errors(struct status_screen *screen, const struct watch_view *view)
{
    if (view->error_count == 0) {
        return;
    }
    add(screen, STATUS_PLAIN, "");
    add(screen, STATUS_BOLD,
        arena_printf(screen->arena, "%10s  %-5s  %-12s  %s", "MESSAGES", "", "STATE", "WHY"));
    for (size_t i = 0; i < view->error_count && i < ERRORS_SHOWN; i++) {
        const struct watch_error *error = &view->errors[i];
        const bool sms = text_equal(error->channel, channel_name(CHANNEL_SMS));
        add(screen, STATUS_PLAIN,
            arena_printf(screen->arena, "%10lld  %-5s  %-12s  %s", (long long)error->count,
                         nouns[sms ? CHANNEL_SMS : CHANNEL_EMAIL], error->state, error->kind));
    }
    if (view->error_count > ERRORS_SHOWN) {
        add(screen, STATUS_PLAIN,
            arena_printf(screen->arena, "%10s  and %zu other kinds", "",
                         view->error_count - ERRORS_SHOWN));
    }
}

static const struct pace_state *pace_of(const struct watch_view *view, const char *subject)
{
    for (size_t i = 0; i < view->pace_count; i++) {
        if (text_equal(view->paces[i].subject, subject)) {
            return &view->paces[i];
        }
    }
    return NULL;
}

/* What speaks against a route: that it fails, or, for an hour, what came back of what it took. */
static const char *fault_words(const struct watch_view *view, const struct route_state *route,
                               struct arena *arena)
{
    const bool lately = route->fault_at > view->at - CLOCK_HOUR;
    if (text_empty(route->fault) || (route->failures == 0 && !lately)) {
        return "";
    }
    if (route->failures == 0) {
        return arena_printf(arena, ", lately: %s", route->fault);
    }
    return arena_printf(arena, ", failed %lld time%s: %s", (long long)route->failures,
                        route->failures == 1 ? "" : "s", route->fault);
}

static void add_route(struct status_screen *screen, const struct watch_view *view,
                      const struct route_state *route)
{
    struct arena *arena = screen->arena;
    const char *subject = routes_subject(route->channel, route->name, arena);
    const struct pace_state *pace = pace_of(view, subject);
    const char *fault = fault_words(view, route, arena);
    const char *trust =
        route->ramp >= ROUTES_WHOLE
            ? ""
            : arena_printf(arena, ", trusted with %lld/8 of its share", (long long)route->ramp);
    const char *state = "open";
    if (route->closed_until > view->at) {
        state = arena_printf(arena, "closed until %s", when(route->closed_until, view->at, arena));
    } else if (pace != NULL && pace->paused_until > view->at) {
        state =
            arena_printf(arena, "paused until %s: %s", when(pace->paused_until, view->at, arena),
                         text_empty(pace->why) ? "it asked us to wait" : pace->why);
    }
    add(screen, text_equal(state, "open") ? STATUS_PLAIN : STATUS_BAD,
        arena_printf(arena, "%-16s  %s%s%s", subject, state, trust, fault));
}

static void add_routes(struct status_screen *screen, const struct watch_view *view)
{
    static const char POOL[] = "pool/";
    if (view->route_count > 0) {
        add(screen, STATUS_PLAIN, "");
        add(screen, STATUS_BOLD, arena_printf(screen->arena, "%-16s  %s", "ROUTE", "IS"));
    }
    for (size_t i = 0; i < view->route_count; i++) {
        add_route(screen, view, &view->routes[i]);
    }
    for (size_t i = 0; i < view->pace_count; i++) {
        const struct pace_state *pace = &view->paces[i];
        if (strncmp(pace->subject, POOL, sizeof POOL - 1) == 0 && pace->paused_until > view->at) {
            add(screen, STATUS_BAD,
                arena_printf(screen->arena, "%-16s  paused until %s: %s", pace->subject,
                             when(pace->paused_until, view->at, screen->arena),
                             text_empty(pace->why) ? "it asked us to wait" : pace->why));
        }
    }
}

static void add_money(struct status_screen *screen, const struct watch_view *view)
{
    const struct standings_terms *terms = &view->terms;
    struct arena *arena = screen->arena;
    if (terms->spent == 0 && terms->budget < 0) {
        return;
    }
    const char *spent = price_text(terms->spent, view->currency, arena);
    const char *limit = terms->budget < 0
                            ? ""
                            : arena_printf(arena, " of %s, %lld %%",
                                           price_text(terms->budget, view->currency, arena),
                                           (long long)percent(terms->spent, terms->budget));
    add(screen, STATUS_PLAIN, "");
    add(screen, terms->budget >= 0 && terms->spent >= terms->budget ? STATUS_BAD : STATUS_PLAIN,
        arena_printf(arena, "spent %s%s", spent, limit));
}

/* What fell to members by lot, a line for each step that tries something. */
static void add_lots(struct status_screen *screen, const struct watch_view *view)
{
    for (size_t i = 0; i < view->arm_count;) {
        const char *step = view->arms[i].step;
        const char *words = "";
        for (; i < view->arm_count && text_equal(view->arms[i].step, step); i++) {
            const struct trials_arm *arm = &view->arms[i];
            words = arena_printf(screen->arena, "%s%s%lld %s", words, words[0] == '\0' ? "" : ", ",
                                 (long long)arm->members, arm->arm);
        }
        add(screen, STATUS_PLAIN,
            arena_printf(screen->arena, "members of step %s by lot: %s", step, words));
    }
}

/* How many of its steps are done with, and which is next. */
static void add_steps(struct status_screen *screen, const struct watch_view *view)
{
    const struct standings_terms *terms = &view->terms;
    struct arena *arena = screen->arena;
    if (terms->steps < 2 && terms->next == NULL && terms->steps_skipped == 0) {
        return;
    }
    const char *next =
        terms->next == NULL
            ? "none waits"
            : arena_printf(arena, "the next, %s, goes %s", terms->next,
                           clock_format(terms->next_at, "%a %-d %b %Y %H:%M", arena));
    const char *skipped = terms->steps_skipped == 0 ? ""
                                                    : arena_printf(arena, ", %lld skipped",
                                                                   (long long)terms->steps_skipped);
    add(screen, STATUS_PLAIN,
        arena_printf(arena, "%lld of %lld steps begun%s; %s", (long long)terms->steps_expanded,
                     (long long)terms->steps, skipped, next));
}

const char *status_screen_second(const struct outbox_second_standing *standing, int64_t now,
                                 struct arena *arena)
{
    const bool one = standing->waiting == 1;
    const char *words = arena_printf(arena, "%lld text%s may yet be followed by a mail",
                                     (long long)standing->waiting, one ? "" : "s");
    if (standing->next_at == 0) {
        return arena_printf(arena, "%s, should %s turn out not to have arrived", words,
                            one ? "it" : "they");
    }
    const char *first = when(standing->next_at > now ? standing->next_at : now, now, arena);
    return one ? arena_printf(arena, "%s: at %s, if it has not arrived by then", words, first)
               : arena_printf(arena, "%s: the first at %s, if it has not arrived by then", words,
                              first);
}

/* Mails that follow texts: how many there were, and how many there may be. */
static void add_second(struct status_screen *screen, const struct watch_view *view)
{
    struct arena *arena = screen->arena;
    if (view->second.after == 0) {
        return;
    }
    add(screen, STATUS_PLAIN,
        arena_printf(arena, "a mail follows a text that has not arrived after %s: %lld so far",
                     clock_span(view->second.after, arena), (long long)view->second.queued));
    if (view->second.waiting > 0) {
        add(screen, STATUS_PLAIN,
            arena_printf(arena, "       %s", status_screen_second(&view->second, view->at, arena)));
    }
}

void status_screen_make(const struct watch_view *view, struct arena *arena,
                        struct status_screen *screen)
{
    *screen = (struct status_screen){.arena = arena};
    screen->lines = arena_array(arena, LINES_MOST, sizeof *screen->lines);
    add(screen, STATUS_BOLD,
        arena_printf(arena, "campaign %s (%s) is %s, at %s%s", view->campaign->name,
                     view->campaign->promotional ? "promotional" : "service", view->campaign->state,
                     clock_format(view->at, "%H:%M:%S", arena),
                     view->terms.expanded || view->terms.steps > 1 ||
                             !text_equal(view->campaign->state, "running")
                         ? ""
                         : "; its outbox is still being filled"));
    if (!text_empty(view->campaign->paused_why)) {
        add(screen, STATUS_BAD,
            arena_printf(arena, "it paused by itself: %s", view->campaign->paused_why));
    }
    if (view->waits != NULL) {
        add(screen, STATUS_BAD, view->waits);
    }
    add_steps(screen, view);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        add_channel(screen, view, (enum channel)i);
    }
    add_lots(screen, view);
    add_second(screen, view);
    add_states(screen, view);
    add_errors(screen, view);
    add_routes(screen, view);
    add_money(screen, view);
}

/* "texts 312 of 1000 (31 %), 120 a minute, the last at about 10:45:12". */
static const char *channel_words(const struct watch_view *view, enum channel channel,
                                 struct arena *arena)
{
    const struct watch_channel *row = &view->channels[channel];
    const char *words =
        arena_printf(arena, "; %s %lld of %lld (%lld %%)", nouns[channel], (long long)row->done,
                     (long long)row->total, (long long)percent(row->done, row->total));
    if (row->left == 0) {
        return words;
    }
    const char *finish = "";
    if (row->forecast.late > 0) {
        finish = arena_printf(arena, ", %lld would not go before the deadline",
                              (long long)row->forecast.late);
    } else if (row->forecast.fit > 0) {
        finish = arena_printf(arena, ", the last at about %s%s",
                              when(row->forecast.last, view->at, arena),
                              row->assumed ? " if they go at the pace that is set" : "");
    }
    return arena_printf(arena, "%s, %lld a minute%s", words, (long long)row->now, finish);
}

const char *status_screen_line(const struct watch_view *view, struct arena *arena)
{
    const char *line =
        arena_printf(arena, "campaign %s is %s%s%s%s", view->campaign->name, view->campaign->state,
                     view->waits == NULL ? "" : ", and waits for an approval",
                     text_empty(view->campaign->paused_why) ? "" : ", by itself: ",
                     text_empty(view->campaign->paused_why) ? "" : view->campaign->paused_why);
    int64_t unsure = 0;
    int64_t refused = 0;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (view->channels[i].total > 0) {
            line = arena_printf(arena, "%s%s", line, channel_words(view, (enum channel)i, arena));
        }
        unsure += watch_count(view, (enum channel)i, "unsure");
        refused += watch_count(view, (enum channel)i, "refused");
    }
    line = arena_printf(arena, "%s; %lld refused, %lld unsure", line, (long long)refused,
                        (long long)unsure);
    if (view->second.waiting > 0) {
        line = arena_printf(arena, "%s; %s", line,
                            status_screen_second(&view->second, view->at, arena));
    }
    for (size_t i = 0; i < view->route_count; i++) {
        if (view->routes[i].closed_until > view->at) {
            line = arena_printf(arena, "%s; %s/%s is closed", line, view->routes[i].channel,
                                view->routes[i].name);
        }
    }
    return text_printable(line, arena);
}
