/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a campaign is: done and left, how fast, until when, what went wrong, and by which way. A
 * part of its page that is filled again every few seconds. */
#include "console_campaign.h"
#include "console_watches.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/steering.h"
#include "muster/campaign/watch.h"
#include "muster/message/price.h"

enum { WHOLE = 1000, ERRORS_MOST = 12 };

/* In the order of a message's life. */
static const char *const states[] = {"queued",    "claimed",     "sending",      "accepted",
                                     "delivered", "undelivered", "refused",      "unsure",
                                     "withheld",  "expired",     "unaffordable", "cancelled"};

static void put_rate(struct json *values, const char *name, int64_t rate)
{
    if (rate != WATCH_UNKNOWN) {
        json_put_number(values, name, rate);
    }
}

static struct json *make_channel(const struct console_call *call, const struct watch_view *view,
                                 enum channel channel)
{
    const struct watch_channel *row = &view->channels[channel];
    struct json *values = json_make_object();
    json_put_flag(values, "of_texts", channel == CHANNEL_SMS);
    json_put_number(values, "total", row->total);
    json_put_number(values, "done", row->done);
    json_put_number(values, "bar", row->done * WHOLE / row->total);
    json_put_number(values, "percent", row->done * 100 / row->total);
    if (row->left > 0) {
        json_put_number(values, "left", row->left);
        put_rate(values, "rate", row->now);
        put_rate(values, "average", row->average);
    }
    if (row->left > 0 && row->opens_at == HOURS_NEVER) {
        json_put_flag(values, "never_opens", true);
    } else if (row->left > 0) {
        console_campaign_put_instant(call, values, "opens_at", row->opens_at);
    }
    json_put_text(values, "hours", row->hours);
    if (row->forecast.late > 0) {
        json_put_number(values, "late", row->forecast.late);
    } else if (row->forecast.fit > 0) {
        console_campaign_put_instant(call, values, "finish", row->forecast.last);
        json_put_flag(values, "assumed", row->assumed);
    }
    return values;
}

static struct json *make_states(const struct console_call *call, const struct watch_view *view)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        const int64_t texts = watch_count(view, CHANNEL_SMS, states[i]);
        const int64_t mails = watch_count(view, CHANNEL_EMAIL, states[i]);
        if (texts + mails > 0) {
            struct json *values = json_make_object();
            json_put_text(values, "state", states[i]);
            json_put_text(values, "words", console_campaign_word(call, "fate-", states[i]));
            json_put_number(values, "texts", texts);
            json_put_number(values, "mails", mails);
            json_append(list, values);
        }
    }
    return list;
}

static struct json *make_errors(const struct console_call *call, const struct watch_view *view)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < view->error_count && i < ERRORS_MOST; i++) {
        const struct watch_error *error = &view->errors[i];
        struct json *values = json_make_object();
        json_put_flag(values, "of_texts", text_equal(error->channel, channel_name(CHANNEL_SMS)));
        json_put_text(values, "state_words", console_campaign_word(call, "fate-", error->state));
        json_put_text(values, "why", text_equal(error->kind, "-") ? "" : error->kind);
        json_put_number(values, "count", error->count);
        json_append(list, values);
    }
    return list;
}

/* Ways out that are closed, waiting or fail; one that does its work needs no line. */
static struct json *make_routes(const struct console_call *call, const struct watch_view *view)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < view->route_count; i++) {
        const struct route_state *route = &view->routes[i];
        const bool closed = route->closed_until > view->at;
        const bool paused = route->paused_until > view->at;
        if (!closed && !paused && route->failures == 0) {
            continue;
        }
        struct json *values = json_make_object();
        json_put_text(values, "name", text_empty(route->name) ? route->channel : route->name);
        json_put_flag(values, closed ? "closed" : paused ? "waits" : "fails", true);
        console_campaign_put_instant(call, values, "until",
                                     closed   ? route->closed_until
                                     : paused ? route->paused_until
                                              : 0);
        json_put_text(values, "fault", route->fault);
        json_append(list, values);
    }
    return list;
}

static void put_money(const struct console_call *call, const struct watch_view *view,
                      struct json *values)
{
    const struct standings_terms *terms = &view->terms;
    if (terms->spent == 0 && terms->budget < 0) {
        return;
    }
    struct json *money = json_make_object();
    console_campaign_put_money(call, money, "spent", terms->spent, view->currency);
    if (terms->budget >= 0) {
        console_campaign_put_money(call, money, "budget", terms->budget, view->currency);
        json_put_flag(money, "over", terms->spent >= terms->budget);
    }
    json_put(values, "money", money);
}

/* Mails that follow texts. */
static void put_second(const struct console_call *call, const struct watch_view *view,
                       struct json *values)
{
    if (view->second.after == 0) {
        return;
    }
    struct json *second = json_make_object();
    json_put_number(second, "hours", view->second.after / CLOCK_HOUR);
    json_put_number(second, "queued", view->second.queued);
    json_put_number(second, "waiting", view->second.waiting);
    console_campaign_put_instant(call, second, "next_at", view->second.next_at);
    json_put(values, "second", second);
}

/* Once more in one sentence, as after a pause: what has gone, what waits, what nobody knows yet. */
static void put_standing(const struct watch_view *view, struct json *values)
{
    struct steering_standing standing = {0};
    for (size_t i = 0; i < view->tally_count; i++) {
        steering_standing_add(&standing, view->tallies[i].state, view->tallies[i].count);
    }
    if (standing.all > 0) {
        json_put_number(values, "all", standing.all);
    }
    json_put_number(values, "handed", standing.handed);
    json_put_number(values, "waiting", standing.waits);
    json_put_number(values, "not_sent", standing.not_sent);
    if (standing.in_air > 0) {
        json_put_number(values, "in_air", standing.in_air);
    }
}

bool console_campaign_put_progress(struct console_call *call, const struct campaign *campaign,
                                   struct error *err)
{
    const struct watch_view *view = NULL;
    if (!console_watches_look(call->console->watches, campaign->id, call->now, &view, err)) {
        return false;
    }
    struct json *values = json_make_object();
    struct json *channels = json_make_array();
    json_put(call->values, "progress", values);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (view->channels[i].total > 0) {
            json_append(channels, make_channel(call, view, (enum channel)i));
        }
    }
    json_put(values, "channels", channels);
    json_put_text(values, "state", view->campaign->state);
    json_put_text(values, "state_words",
                  console_campaign_word(call, "campaign-", view->campaign->state));
    json_put_flag(values, "runs", text_equal(view->campaign->state, "running"));
    console_campaign_put_instant(call, values, "seen_at", view->at);
    console_campaign_put_instant(call, values, "deadline", view->terms.deadline);
    json_put(values, "states", make_states(call, view));
    json_put(values, "errors", make_errors(call, view));
    json_put(values, "routes", make_routes(call, view));
    put_money(call, view, values);
    put_second(call, view, values);
    put_standing(view, values);
    return true;
}

bool console_show_campaign_progress(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    json_put_text(call->values, "name", campaign->name);
    return console_campaign_put_progress(call, campaign, err) &&
           console_answer_part(call, "campaign-progress-part.html", err);
}
