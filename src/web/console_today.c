/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Today: what waits for somebody, and how the ballots and campaigns stand that are under way. */
#include "console_call.h"
#include "muster/store/inbox.h"
#include "muster/store/outbox_unsure.h"
#include "muster/store/routes.h"

enum { HELD_MOST = 1000 };

/* Ways out that fail now, with what they last said. */
static bool put_routes(struct console_call *call, bool *any, struct error *err)
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
        *any = true;
    }
    json_put(call->values, "routes", list);
    return true;
}

static bool put_waiting(struct console_call *call, struct error *err)
{
    struct reply *replies = NULL;
    size_t held = 0;
    bool any = false;
    int64_t unsure = 0;
    const struct inbox_choice choice = {.held = true, .limit = HELD_MOST};
    if (!inbox_replies(call->console->db, &choice, call->arena, &replies, &held, err) ||
        !outbox_unsure_count(call->console->db, &unsure, err) || !put_routes(call, &any, err)) {
        return false;
    }
    if (held > 0) {
        json_put_number(call->values, "held", (int64_t)held);
    }
    if (unsure > 0) {
        json_put_number(call->values, "unsure", unsure);
    }
    json_put_flag(call->values, "nothing", held == 0 && unsure == 0 && !any);
    return true;
}

bool console_show_today(struct console_call *call, struct error *err)
{
    return put_waiting(call, err) && console_put_open_ballots(call, err) &&
           console_put_campaigns(call, true, err) &&
           console_answer(call, "today.html", "today", err);
}
