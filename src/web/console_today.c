/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Today: what waits for whoever looks, by what their role may do, and how the ballots and campaigns
 * stand that are under way. What may change from one minute to the next is a part of its own, which
 * the page fetches again. */
#include <stdlib.h>

#include "console_call.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/store/answers.h"
#include "muster/store/campaigns.h"
#include "muster/store/conversations.h"
#include "muster/store/imports.h"
#include "muster/store/outbox_unsure.h"
#include "muster/store/routes.h"

static const int64_t AHEAD = 7 * 24 * (int64_t)CLOCK_HOUR;
static const int64_t IMPORT_IS_NEWS = 14 * 24 * (int64_t)CLOCK_HOUR;

/* What is listed, of what it is a number, and where it is done. */
static void put_line(struct json *list, int64_t count, const char *path)
{
    if (count > 0) {
        struct json *line = json_make_object();
        json_put_number(line, "count", count);
        json_put_text(line, "path", path);
        json_append(list, line);
    }
}

/* Ways out that fail now, with what they last said. */
static bool put_routes(struct console_call *call, struct error *err)
{
    struct route_state *routes = NULL;
    size_t count = 0;
    if (!routes_list(call->console->db, call->arena, &routes, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        if (routes[i].failures == 0 || routes[i].fault == NULL) {
            continue;
        }
        struct json *values = json_make_object();
        json_put_text(values, "name", routes[i].name);
        json_put_text(values, "fault", routes[i].fault);
        json_append(list, values);
    }
    json_put(call->values, "routes", list);
    json_put_flag(call->values, "keeper", console_may(call, CONSOLE_KEEPERS));
    return true;
}

static bool put_replies(struct console_call *call, struct error *err)
{
    struct conversations_counts counts;
    if (!conversations_count(call->console->db, call->account->name, &counts, err)) {
        return false;
    }
    struct json *mine = json_make_array();
    struct json *held = json_make_array();
    struct json *others = json_make_array();
    put_line(mine, counts.mine, "/replies?show=mine");
    put_line(held, counts.held, "/replies?show=held");
    put_line(others, counts.waiting - counts.mine, "/replies?show=all");
    json_put(call->values, "mine", mine);
    json_put(call->values, "held", held);
    json_put(call->values, "others", others);
    return true;
}

static bool put_unsure(struct console_call *call, struct error *err)
{
    int64_t messages = 0;
    int64_t answers = 0;
    if (!outbox_unsure_count(call->console->db, &messages, err) ||
        !answers_unsure_count(call->console->db, &answers, err)) {
        return false;
    }
    struct json *list = json_make_array();
    put_line(list, messages + answers, "/unsure");
    json_put(call->values, "unsure", list);
    return true;
}

/* What the latest list had that could not be read; that there is no list yet. */
static bool put_import(struct console_call *call, struct error *err)
{
    struct import *imports = NULL;
    size_t count = 0;
    if (!imports_list(call->console->db, 1, call->arena, &imports, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    struct json *fresh = json_make_array();
    put_line(fresh, count == 0 ? 1 : 0, "/imports/new");
    json_put(call->values, "fresh", fresh);
    if (count > 0 && imports[0].undone_at == 0 && imports[0].at > call->now - IMPORT_IS_NEWS) {
        put_line(list, imports[0].refused, "/imports");
    }
    json_put(call->values, "refused", list);
    return true;
}

/* What a brake has stopped. */
static void put_paused(const struct campaign *campaigns, size_t count, struct json *values)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        if (text_equal(campaigns[i].state, "paused") && campaigns[i].paused_why != NULL) {
            struct json *one = json_make_object();
            json_put_text(one, "name", campaigns[i].name);
            json_put_text(one, "title", campaigns[i].title);
            json_put_text(one, "why", campaigns[i].paused_why);
            json_append(list, one);
        }
    }
    json_put(values, "paused", list);
}

/* What may be there, or gone, a minute later. */
static bool put_waiting(struct console_call *call, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t count = 0;
    static const char *const kinds[] = {"mine",    "held",   "others", "unsure",
                                        "refused", "routes", "paused", "fresh"};
    if (console_may(call, CONSOLE_WRITERS) &&
        (!put_replies(call, err) || !put_unsure(call, err) || !put_import(call, err))) {
        return false;
    }
    if (!put_routes(call, err) ||
        !campaigns_list(call->console->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    put_paused(campaigns, count, call->values);
    bool any = false;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        any = any || json_count(json_member(call->values, kinds[i])) > 0;
    }
    json_put_flag(call->values, "nothing", !any);
    return true;
}

/* Campaigns that this account may approve, and nobody has yet. */
static bool put_approvals(struct console_call *call, const struct campaign *campaigns, size_t count,
                          struct error *err)
{
    struct json *list = json_make_array();
    json_put(call->values, "approvals", list);
    if (!role_may(call->account->role, ROLE_MAY_APPROVE)) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct approval_standing standing;
        const char *hand = NULL;
        if (text_equal(campaigns[i].state, "finished") ||
            text_equal(campaigns[i].state, "cancelled")) {
            continue;
        }
        if (!approval_look(call->console->db, call->console->config, &campaigns[i],
                           APPROVAL_NO_COUNTS, call->arena, &standing, err) ||
            !approvals_hand(call->console->db, campaigns[i].id, call->account->name, call->arena,
                            &hand, err)) {
            return false;
        }
        if (!approval_may(&standing) && hand == NULL) {
            struct json *one = json_make_object();
            json_put_text(one, "name", campaigns[i].name);
            json_put_text(one, "title", campaigns[i].title);
            json_append(list, one);
        }
    }
    return true;
}

/* Drafts that somebody else has approved: whoever may start one is told. */
static bool put_approved(struct console_call *call, const struct campaign *campaigns, size_t count,
                         struct error *err)
{
    struct json *list = json_make_array();
    json_put(call->values, "approved", list);
    for (size_t i = 0; i < count && console_may(call, CONSOLE_WRITERS); i++) {
        struct approval_standing standing;
        if (!text_equal(campaigns[i].state, "draft")) {
            continue;
        }
        if (!approval_look(call->console->db, call->console->config, &campaigns[i],
                           APPROVAL_NO_COUNTS, call->arena, &standing, err)) {
            return false;
        }
        if (standing.state == APPROVAL_GIVEN) {
            struct json *one = json_make_object();
            json_put_text(one, "name", campaigns[i].name);
            json_put_text(one, "title", campaigns[i].title);
            json_append(list, one);
        }
    }
    return true;
}

/* A step whose turn comes soon. */
struct ahead {
    const struct campaign *campaign;
    const struct step *step;
};

static int by_time(const void *a, const void *b)
{
    const int64_t one = ((const struct ahead *)a)->step->at;
    const int64_t other = ((const struct ahead *)b)->step->at;
    return one < other ? -1 : one > other;
}

static bool put_ahead(struct console_call *call, const struct campaign *campaigns, size_t count,
                      struct error *err)
{
    enum { MOST = 20 };
    struct ahead ahead[MOST];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct step *steps = NULL;
        size_t step_count = 0;
        if (!text_equal(campaigns[i].state, "running")) {
            continue;
        }
        if (!campaigns_steps(call->console->db, campaigns[i].id, call->arena, &steps, &step_count,
                             err)) {
            return false;
        }
        for (size_t j = 0; j < step_count && used < MOST; j++) {
            if (steps[j].skipped == NULL && steps[j].at > call->now &&
                steps[j].at < call->now + AHEAD) {
                ahead[used++] = (struct ahead){&campaigns[i], &steps[j]};
            }
        }
    }
    qsort(ahead, used, sizeof *ahead, by_time);
    struct json *list = json_make_array();
    for (size_t i = 0; i < used; i++) {
        struct json *one = json_make_object();
        json_put_text(one, "name", ahead[i].campaign->name);
        json_put_text(one, "title", ahead[i].campaign->title);
        json_put_text(one, "step", ahead[i].step->name);
        json_put_text(one, "at", clock_iso(ahead[i].step->at, call->arena));
        json_append(list, one);
    }
    json_put(call->values, "ahead", list);
    return true;
}

bool console_show_today(struct console_call *call, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t count = 0;
    return campaigns_list(call->console->db, call->arena, &campaigns, &count, err) &&
           put_waiting(call, err) && put_approvals(call, campaigns, count, err) &&
           put_approved(call, campaigns, count, err) && put_ahead(call, campaigns, count, err) &&
           console_put_open_ballots(call, err) && console_put_campaigns(call, true, err) &&
           console_answer(call, "today.html", "today", err);
}

bool console_show_waiting(struct console_call *call, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t count = 0;
    return campaigns_list(call->console->db, call->arena, &campaigns, &count, err) &&
           put_waiting(call, err) && put_approvals(call, campaigns, count, err) &&
           put_approved(call, campaigns, count, err) &&
           console_answer_part(call, "waiting-part.html", err);
}
